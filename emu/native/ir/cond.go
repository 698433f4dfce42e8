package ir

// Cond is a condition: on two integers (Branch, SetCond, Select, ExitIf), on packed flags (BranchF, SetF, SelectF), or on two
// floats (SetFCmp).
type Cond uint8

// Conditions on integers a and b of the instruction's Size.
const (
	EQ  Cond = iota // a == b
	NE              // a != b
	LTS             // signed <
	GES             // signed >=
	LES             // signed <=
	GTS             // signed >
	LTU             // unsigned <
	GEU             // unsigned >=
	LEU             // unsigned <=
	GTU             // unsigned >
	TST             // a & b != 0
	TZ              // a & b == 0
)

// Conditions on packed flags. HI and LS read C as "no borrow", A and BE as "borrow".
const (
	FlagEQ Cond = iota + 16 // Z
	FlagNE
	FlagCS // C
	FlagCC
	FlagMI // N
	FlagPL
	FlagVS // V
	FlagVC
	FlagHI // C && !Z
	FlagLS
	FlagGE // N == V
	FlagLT
	FlagGT // !Z && N == V
	FlagLE
	FlagA  // !C && !Z
	FlagBE // C || Z
)

// Conditions on floats.
const (
	FEQ Cond = iota + 40
	FLT
	FLE
	FUN // unordered: one is a NaN
)

// Not is the opposite of a condition on integers or flags.
func (c Cond) Not() Cond { return c ^ 1 }

// Packed flags are an Int in the shape that LAHF and SETO leave in AX.
const (
	FlagV uint64 = 1 << 0
	FlagC uint64 = 1 << 8
	FlagZ uint64 = 1 << 14
	FlagN uint64 = 1 << 15
)
