package arch

// Convention is how a system call travels: where its number, arguments and results are.
type Convention struct {
	Number Reg    // holds the call number at the trap
	Args   [7]Arg // where the arguments are, in the order of the C prototype
	Result Reg
	// Result2 receives the second value of the calls that return two (pipe on mips and sh); NoReg elsewhere.
	Result2 Reg
	Error   ErrorStyle
	Pairs   PairRule
	// Wide is true where a register holds a 64-bit argument, so that no pairs are needed (64-bit ABIs, n32, x32).
	Wide bool
	// TrapSize is the length of the usual trap instruction in bytes; a Stop carries the length of the one that ran.
	TrapSize uint8
	// ReadNumber overrides Number where the call number can be elsewhere (s390x: in the svc instruction). code is the
	// trap instruction's immediate operand as the engine reports it, -1 if it has none.
	ReadNumber func(regs Registers, code int64) uint64
	// SetFlag marks the result as an error or not where Error is FlagErrno. Nil otherwise.
	SetFlag func(regs Registers, failed bool)
}

// Arg is the place of one argument: a register, or a word of the caller's stack when Reg is NoReg. An argument that the
// convention has no place for has neither.
type Arg struct {
	Reg   Reg
	Stack uint16 // byte offset from the stack pointer
}

// Args are the places of arguments in registers, in order.
func (f *RegisterFile) Args(names ...string) (args [7]Arg) {
	for i := range args {
		args[i].Reg = NoReg
	}
	for i, name := range names {
		args[i].Reg = f.Reg(name)
	}
	return args
}

// ErrorStyle is how a failed call tells its error.
type ErrorStyle uint8

// The error styles of Linux ports.
const (
	NegativeErrno ErrorStyle = iota // the result is in [-4095, -1]
	FlagErrno                       // the result is +errno and SetFlag tells success from failure (mips $7, powerpc CR0.SO)
)

// PairRule is how a 64-bit argument travels in two 32-bit registers. The words are in memory order of the ABI's byte order.
type PairRule uint8

// The pair rules.
const (
	PairsUnaligned PairRule = iota
	PairsEven               // the pair starts at an even argument index; a skipped word precedes it if need be
	// PairsPread is SuperH's: unaligned, but pread64 and pwrite64 skip one word.
	PairsPread
)
