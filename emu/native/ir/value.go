package ir

import "fmt"

// Value is an operand: a global, a temporary or a constant of the region, or None.
type Value int32

// None stands where an instruction has no operand.
const None Value = -1

// The numbers of Values. Integer globals come first, then vector globals, then temporaries. Constants are below None.
const (
	IntGlobals = 96 // at most
	VecGlobals = 96 // at most

	firstVec  Value = IntGlobals
	firstTemp Value = IntGlobals + VecGlobals
)

// IntGlobal is integer global i.
func IntGlobal(i int) Value { return Value(i) }

// VecGlobal is vector global i.
func VecGlobal(i int) Value { return firstVec + Value(i) }

// IsGlobal reports whether v is a guest register.
func (v Value) IsGlobal() bool { return v >= 0 && v < firstTemp }

// IsTemp reports whether v is a temporary.
func (v Value) IsTemp() bool { return v >= firstTemp }

// IsConst reports whether v is a constant.
func (v Value) IsConst() bool { return v < None }

// Temp is the index of a temporary in Region.Temps.
func (v Value) Temp() int { return int(v - firstTemp) }

// Const is the index of a constant in Region.Consts.
func (v Value) Const() int { return int(None-v) - 1 }

// Global is the index of a global within its class.
func (v Value) Global() (Class, int) {
	if v >= firstVec {
		return Vec, int(v - firstVec)
	}
	return Int, int(v)
}

// Class is the kind of register that holds a value.
type Class uint8

// The classes.
const (
	NoClass Class = iota
	Int           // 64 bits
	Vec           // 128 bits, lane 0 lowest
)

// Word is a value of either class: an Int has its bits in Lo.
type Word struct{ Lo, Hi uint64 }

// Global describes a guest register.
type Global struct {
	Value Value
	Name  string // as in the architecture's register file (arch.RegisterFile), or an inner name
	Bits  int    // 32 to 128; the bits above are zero
	// Lazy: see the package comment.
	Lazy bool
}

func (r *Region) valueString(v Value) string {
	switch {
	case v == None:
		return "_"
	case v.IsConst():
		c := r.Consts[v.Const()]
		if c.Word.Hi != 0 {
			return fmt.Sprintf("%#x:%#x", c.Word.Hi, c.Word.Lo)
		}
		return fmt.Sprintf("%#x", c.Word.Lo)
	case v.IsTemp():
		return fmt.Sprintf("t%d", v.Temp())
	}
	for _, g := range r.Globals {
		if g.Value == v {
			return g.Name
		}
	}
	return fmt.Sprintf("g%d", v)
}
