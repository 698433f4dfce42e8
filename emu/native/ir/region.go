package ir

// Region is a piece of guest code with one entry, translated.
type Region struct {
	PC      uint64 // of the entry
	Mode    uint32 // the front-end's, see isa.Frontend
	Globals []Global
	Blocks  []Block // the entry is Blocks[0]
	Temps   []Class
	Consts  []Const
	// Address32: guest addresses have 32 bits: what Load, Store and the atomics add up wraps.
	Address32 bool
	// NaN is the front-end's rule for results that are not numbers.
	NaN NaNPolicy
	// Code is the guest memory that the region was translated from. The region holds as long as memory has these bytes.
	Code []Snippet
}

// Snippet is a piece of guest code.
type Snippet struct {
	Addr  uint64
	Bytes []byte
}

// Const is a constant of the pool.
type Const struct {
	Class Class
	Word  Word
}

// Block is straight code. Its last Insn is a terminator, and no other is.
type Block struct {
	PC    uint64 // of the first guest instruction; several blocks may carry the same
	Loop  bool   // a jump from a later or the same place leads here: an executor looks whether it is wanted (poll)
	Count int    // guest instructions that begin in the block
	Insns []Insn
	// Succ is where the terminator leads: [0] if its condition holds or it has none, [1] otherwise.
	Succ [2]Target
}

// Target is a place that a block leads to.
type Target struct {
	PC    uint64
	Block int // in the region, or Outside
}

// Outside is the Block of a Target that is not in the region.
const Outside = -1

// Insn is one operation.
type Insn struct {
	Op   Op
	Size uint8 // bytes of the operands, or of a lane: 1, 2, 4, 8, 16
	Cond Cond  // of SetCond, Select, Branch ...
	Aux  Aux
	Dst  [2]Value
	Args [5]Value
	Imm  int64
}

// Class gives the class of a value.
func (r *Region) Class(v Value) Class {
	switch {
	case v == None:
		return NoClass
	case v.IsConst():
		return r.Consts[v.Const()].Class
	case v.IsTemp():
		return r.Temps[v.Temp()]
	case v >= firstVec:
		return Vec
	}
	return Int
}

// ConstInt is the value of an integer constant.
func (r *Region) ConstInt(v Value) (uint64, bool) {
	if !v.IsConst() {
		return 0, false
	}
	c := &r.Consts[v.Const()]
	return c.Word.Lo, c.Class == Int
}
