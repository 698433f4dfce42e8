package sh

import (
	"encoding/binary"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// half is the instruction word at an offset of in.Code.
func (d *decoder) half(in *isa.Inst, at int) word {
	if d.order != 0 {
		return word(binary.BigEndian.Uint16(in.Code[at:]))
	}
	return word(binary.LittleEndian.Uint16(in.Code[at:]))
}

// misaligned is the Row of an instruction at an odd address, sequence that of an atomic sequence.
const (
	misaligned = -1
	sequence   = -2
)

// decode implements isa.Frontend. in.Word is the instruction, from bit 16 on the one in its delay slot and its row.
func (d *decoder) decode(in *isa.Inst) {
	have := int(in.Len)
	switch {
	case in.PC&1 != 0:
		in.Row, in.Flow = misaligned, isa.Stops
		return
	case have < 2:
		in.Flow = isa.Short
		return
	}
	w := d.half(in, 0)
	i := d.lookup(w, in.Mode)
	in.Len, in.Row, in.Word = 2, int16(i), uint64(w)
	if i < 0 {
		in.Flow = isa.Illegal
		return
	}
	f := d.table.Row(i).Emit.flow
	if f.delayed() && !d.slot(in, have) {
		return
	}
	if startsSequence(w) && d.sequence(in, have) {
		return
	}
	d.follow(in, f, w)
}

// lookup finds the row of an instruction that exists in the mode; -1 if there is none.
func (d *decoder) lookup(w word, mode uint32) int {
	i := d.table.Lookup(uint32(w))
	if i < 0 || w>>12 == 0xf && !validFloat(w, mode) {
		return -1
	}
	return i
}

// slot takes the delay slot into an instruction. It reports false if that cannot be, and has set in.Flow then.
func (d *decoder) slot(in *isa.Inst, have int) bool {
	if have < 4 {
		in.Flow = isa.Short
		return false
	}
	w := d.half(in, 2)
	i := d.lookup(w, in.Mode)
	if i < 0 {
		in.Flow = isa.Illegal
		return false
	}
	if f := d.table.Row(i).Emit.flow; f != falls && f != splits && f != control {
		in.Flow = isa.Illegal
		return false
	}
	in.Len, in.Word = 4, in.Word|uint64(w)<<16|uint64(i)<<32
	return true
}

func (d *decoder) follow(in *isa.Inst, f flow, w word) {
	switch f {
	case branch, delayedBranch:
		in.Flow, in.Target = isa.Branch, wrap(in.PC+4+uint64(2*w.signed8()))
	case delayedJump:
		in.Flow, in.Target = isa.Jumps, wrap(in.PC+4+uint64(2*w.signed12()))
		if w>>12 == 0xb {
			in.Flow = isa.Jumps
		}
	case delayedIndirect, control, stops:
		in.Flow = isa.Stops
	}
	if f.delayed() && d.slotRow(in).Emit.flow == control {
		in.Flow = isa.Stops
	}
}

// wrap cuts an address to 32 bits.
func wrap(v uint64) uint64 { return uint64(uint32(v)) }

func (d *decoder) slotRow(in *isa.Inst) *row { return d.table.Row(int(in.Word >> 32)) }

// emit implements isa.Frontend.
func (d *decoder) emit(b *ir.Builder, in *isa.Inst) {
	g := gen{Builder: b, in: in, pc: in.PC, word: word(in.Word), order: d.order}
	switch in.Row {
	case misaligned:
		g.ExitAt(ir.ExitBusError, 1, g.Const(in.PC), in.PC)
	case sequence:
		d.emitSequence(g)
	default:
		d.emitOne(g, d.table.Row(int(in.Row)))
	}
}

func (d *decoder) emitOne(g gen, row *row) {
	if !row.Emit.flow.delayed() {
		row.Emit.emit(g)
		if row.Emit.flow == control {
			g.switchMode(g.Const(g.in.Next()))
		}
		return
	}
	slot := d.slotRow(g.in)
	g.delayed(row.Emit, func() {
		inner := g
		inner.pc, inner.word = g.pc+2, word(g.in.Word>>16)
		slot.Emit.emit(inner)
	}, slot.Emit.flow)
}

// switchMode goes on at an address, perhaps in another mode.
func (g gen) switchMode(to ir.Value) { g.Do(ir.Insn{Op: ir.SwitchMode}, to) }
