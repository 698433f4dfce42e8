package ppc

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// gen is an instruction on its way into IR.
type gen struct {
	*ir.Builder
	word
	in *isa.Inst
	*variant
}

// x31 is a row of the X form with primary opcode 31: two or three fields, an extended opcode of 10 bits, and Rc.
func x31(name string, extended int, emit func(g gen), valid ...func(w word) bool) row {
	return row{Name: name, Bits: "011111 rt:5 ra:5 rb:5 " + digits(extended, 10) + " rc:1", Emit: op{emit: emit, valid: first(valid)}}
}

// xo31 is a row of the XO form: with a bit OE before an extended opcode of 9 bits.
func xo31(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "011111 rt:5 ra:5 rb:5 oe:1 " + digits(extended, 9) + " rc:1", Emit: op{emit: emit}}
}

// dForm is a row with an immediate or a displacement of 16 bits.
func dForm(name string, primary int, emit func(g gen), valid ...func(w word) bool) row {
	return row{Name: name, Bits: digits(primary, 6) + " rt:5 ra:5 imm:16", Emit: op{emit: emit, valid: first(valid)}}
}

// dsForm has the displacement of a doubleword, and an extended opcode of 2 bits.
func dsForm(name string, primary, extended int, emit func(g gen), valid ...func(w word) bool) row {
	return row{Name: name, Bits: digits(primary, 6) + " rt:5 ra:5 ds:14 " + digits(extended, 2),
		Emit: op{emit: emit, valid: first(valid)}}
}

func first(list []func(w word) bool) func(w word) bool {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// digits writes n in so many digits.
func digits(n, count int) string {
	text := make([]byte, count)
	for i := range text {
		text[i] = '0' + byte(n>>(count-1-i)&1)
	}
	return string(text)
}

// base is register n as the base of an address, where 0 stands for no register.
func (g gen) base(n int) ir.Value {
	if n == 0 {
		return g.Const(0)
	}
	return gpr(n)
}

// imm is a constant of the width of a register.
func (g gen) imm(v uint64) ir.Value { return g.Const(g.wrap(v)) }

// low is the low half of a value, zero-extended, and signedLow sign-extended to 64 bits.
func (g gen) low(v ir.Value) ir.Value       { return g.OpImm(ir.Zext, 8, 32, v) }
func (g gen) signedLow(v ir.Value) ir.Value { return g.OpImm(ir.Sext, 8, 32, v) }

// setSigned assigns the low half of v sign-extended to the width of a register.
func (g gen) setSigned(n int, v ir.Value) {
	if g.size == 8 {
		v = g.signedLow(v)
	}
	g.Set(gpr(n), v)
}

// fit cuts a value of 64 bits to the width of a register.
func (g gen) fit(v ir.Value) ir.Value {
	if g.size == 4 {
		return g.low(v)
	}
	return v
}

// flags appends an operation that sets register rt, and returns the packed flags of it.
func (g gen) flags(o ir.Op, aux ir.Aux, rt int, args ...ir.Value) ir.Value {
	flags := g.Temp(ir.Int)
	g.Emit(ir.Insn{Op: o, Size: uint8(g.size), Aux: aux, Dst: [2]ir.Value{gpr(rt), flags}, Args: ir.Args(args...)})
	return flags
}

func (g gen) setF(c ir.Cond, flags ir.Value) ir.Value {
	return g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: c}, flags)
}

// record compares register n with 0 if the instruction asks for it.
func (g gen) record(n int) {
	if g.rc() {
		g.compare(0, g.size, ir.Signed, gpr(n), g.Const(0))
	}
}
