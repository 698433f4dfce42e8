package mips

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// gen is an instruction on its way into IR.
type gen struct {
	*ir.Builder
	*cpu
	word
	in *isa.Inst
	pc uint64 // of the word, which may be in a delay slot of in
}

// reg is a general register as an operand.
func (g gen) reg(n int) ir.Value {
	if n == 0 {
		return g.Const(0)
	}
	return r(n)
}

// set assigns a general register.
func (g gen) set(n int, v ir.Value) {
	if n != 0 {
		g.Set(r(n), v)
	}
}

// setWord assigns 32 bits, zero-extended in v, which registers of 64 bits hold sign-extended.
func (g gen) setWord(n int, v ir.Value) { g.set(n, g.word32(v)) }

// word32 is how registers hold 32 bits, which are zero-extended in v.
func (g gen) word32(v ir.Value) ir.Value {
	if g.size == 8 {
		return g.OpImm(ir.Sext, 8, 32, v)
	}
	return v
}

// imm is a constant of the size of a register.
func (g gen) imm(v int64) ir.Value { return g.Const(g.wrap(uint64(v))) }

// ordered is the Aux of an access of size bytes.
func (g gen) ordered(size int, aux ir.Aux) ir.Aux {
	if size > 1 {
		aux |= g.cpu.order
	}
	return aux
}

// sized makes an instruction of one that has registers as wide as the processor's.
func sized(emit func(g gen, size int)) func(g gen) { return func(g gen) { emit(g, g.size) } }

// setSized assigns a value of size bytes.
func (g gen) setSized(n, size int, v ir.Value) {
	if size == 4 {
		g.setWord(n, v)
		return
	}
	g.set(n, v)
}
