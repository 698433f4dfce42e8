package sh

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// word is an instruction.
type word uint16

func (w word) n() int { return int(w >> 8 & 15) } // the field of the destination
func (w word) m() int { return int(w >> 4 & 15) } // the field of the source

// disp4, disp8 and imm8 are the low bits; signed8 and signed12 are sign-extended.
func (w word) disp4() int64    { return int64(w & 15) }
func (w word) disp8() int64    { return int64(w & 0xff) }
func (w word) imm8() uint64    { return uint64(w & 0xff) }
func (w word) signed8() int64  { return int64(int8(w)) }
func (w word) signed12() int64 { return int64(int16(w<<4) >> 4) }

// gen is what a row's function emits one instruction with.
type gen struct {
	*ir.Builder
	in    *isa.Inst
	pc    uint64 // of the instruction; in a delay slot not in.PC
	word  word
	order ir.Aux // MemBig or 0
}

func (g gen) n() ir.Value { return r(g.word.n()) }
func (g gen) m() ir.Value { return r(g.word.m()) }

// imm is a constant of 32 bits.
func (g gen) imm(v int64) ir.Value { return g.Const(uint64(uint32(v))) }

// data is the Aux of an access of size bytes.
func (g gen) data(size int, aux ir.Aux) ir.Aux {
	if size > 1 {
		aux |= g.order
	}
	return aux
}

// load reads memory, sign-extended.
func (g gen) load(size int, base ir.Value, disp int64) ir.Value {
	return g.Load(ir.Int, size, g.data(size, ir.MemSigned32), base, disp)
}

func (g gen) store(size int, base ir.Value, disp int64, v ir.Value) {
	g.Store(size, g.data(size, 0), base, disp, v)
}

// move assigns v to a global, and leaves a temporary v to be used again.
func (g gen) move(global, v ir.Value) {
	g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{global, ir.None}, Args: ir.Args(v)})
}

// test sets T to a condition.
func (g gen) test(c ir.Cond, x, y ir.Value) { g.Set(t, g.SetCond(c, 4, x, y)) }
