package or1k

import (
	"encoding/binary"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// word is an instruction.
type word uint32

func (w word) d() int { return int(w >> 21 & 31) }
func (w word) a() int { return int(w >> 16 & 31) }
func (w word) b() int { return int(w >> 11 & 31) }

// immediate is I, and offset the one of stores, which is split; both sign-extended. target is the distance of a jump.
func (w word) immediate() int64 { return int64(int16(w)) }
func (w word) offset() int64    { return int64(int16(w>>10&0xf800 | w&0x7ff)) }
func (w word) target() int64    { return int64(int32(w<<6)>>6) * 4 }

// gen is what a row's function emits one instruction with.
type gen struct {
	*ir.Builder
	in   *isa.Inst
	pc   uint64 // of the instruction; in a delay slot not in.PC
	word word
}

// reg is a register as an operand.
func (g gen) reg(n int) ir.Value {
	if n == 0 {
		return g.Const(0)
	}
	return r(n)
}

func (g gen) a() ir.Value { return g.reg(g.word.a()) }
func (g gen) b() ir.Value { return g.reg(g.word.b()) }

// set assigns rD.
func (g gen) set(v ir.Value) { g.assign(g.word.d(), v) }

func (g gen) assign(n int, v ir.Value) {
	if n != 0 {
		g.Set(r(n), v)
	}
}

// move assigns v to a global, and leaves a temporary v to be used again.
func (g gen) move(global, v ir.Value) {
	g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{global, ir.None}, Args: ir.Args(v)})
}

func (g gen) imm(v int64) ir.Value { return g.Const(uint64(uint32(v))) }

func wrap(v uint64) uint64 { return uint64(uint32(v)) }

// misaligned is the Row of an instruction at an address that is no multiple of 4.
const misaligned = -1

// decode implements isa.Frontend. in.Word is the instruction, from bit 32 on the one in its delay slot.
func decode(in *isa.Inst) {
	have := in.Len
	switch {
	case in.PC&3 != 0:
		in.Row, in.Flow = misaligned, isa.Stops
		return
	case have < 4:
		in.Flow = isa.Short
		return
	}
	w := binary.BigEndian.Uint32(in.Code[:])
	i := table().Lookup(w)
	in.Len, in.Row, in.Word = 4, int16(i), uint64(w)
	if i < 0 {
		in.Flow = isa.Illegal
		return
	}
	f := table().Row(i).Emit.flow
	if f.delayed() && !slot(in, have) {
		return
	}
	switch f {
	case jumps:
		in.Flow, in.Target = isa.Jumps, wrap(in.PC+uint64(word(w).target()))
	case branches:
		in.Flow, in.Target = isa.Branch, wrap(in.PC+uint64(word(w).target()))
	case indirect, stops:
		in.Flow = isa.Stops
	}
}

// slot takes the delay slot into an instruction. It reports false if that cannot be, and has set in.Flow then.
func slot(in *isa.Inst, have uint8) bool {
	if have < 8 {
		in.Flow = isa.Short
		return false
	}
	w := binary.BigEndian.Uint32(in.Code[4:])
	i := table().Lookup(w)
	if i < 0 || table().Row(i).Emit.flow > splits {
		in.Flow = isa.Illegal
		return false
	}
	in.Len, in.Word = 8, in.Word|uint64(w)<<32
	return true
}

// emit implements isa.Frontend.
func emit(b *ir.Builder, in *isa.Inst) {
	g := gen{Builder: b, in: in, pc: in.PC, word: word(in.Word)}
	if in.Row == misaligned {
		g.ExitAt(ir.ExitBusError, 1, g.Const(in.PC), in.PC)
		return
	}
	o := table().Row(int(in.Row)).Emit
	if !o.flow.delayed() {
		o.emit(g)
		return
	}
	inner := g
	inner.pc, inner.word = g.pc+4, word(in.Word>>32)
	g.delayed(o, inner, table().Row(table().Lookup(uint32(inner.word))).Emit)
}

// delayed is a jump or branch: its target and condition are found before the slot does its work.
func (g gen) delayed(o op, inner gen, slot op) {
	v := ir.None
	switch o.flow {
	case indirect:
		v = g.Copy(g.b())
	case branches:
		v = g.Copy(flagF)
	}
	if slot.flow == splits && v != ir.None {
		g.Set(held, v)
		v = held
	}
	if o.emit != nil {
		o.emit(g)
	}
	slot.emit(inner)
	switch {
	case o.flow == jumps:
		g.Goto(g.in.Target)
	case o.flow == indirect:
		g.JumpReg(v)
	default:
		taken := ir.EQ
		if g.word>>26 == opBF {
			taken = ir.NE
		}
		g.Branch(taken, 4, v, g.Const(0), ir.At(g.in.Target), ir.At(g.in.Next()))
	}
}

const opBF = 4
