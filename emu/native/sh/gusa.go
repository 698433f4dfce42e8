package sh

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// Restartable atomic sequences (gUSA). Code that must not be interrupted runs with r15 = -length, r0 = its end and r1 = the
// stack pointer; Linux takes a task that it finds there back to the move to r15. That serves one processor. Here guest tasks
// run at once, so a sequence that loads a word, computes, and stores one at the same address is taken as a single instruction,
// which begins with the move: its store succeeds only if memory still has what was loaded, else all begins again. A fault in it
// is one of the move, with the stack pointer as it was: what Linux makes of it too. What does not look like such a sequence is
// executed as it stands.

// part is what an instruction is in a sequence.
type part uint8

const (
	computes part = iota
	loads         // @Rm, of 1, 2 or 4 bytes
	stores        // @Rn
	leaves        // bt or bf to the end
	unfit
)

// startsSequence recognizes mov #imm, r15 with a negative length.
func startsSequence(w word) bool { return w>>8 == 0xef && w.signed8() < 0 }

// maxSequence is how many instructions an isa.Inst has room for besides the move.
const maxSequence = isa.MaxCode/2 - 1

// sequence takes the sequence behind a move to r15 into the instruction. It reports false if there is none.
func (d *decoder) sequence(in *isa.Inst, have int) bool {
	n := int(-word(in.Word).signed8()) / 2
	if n < 2 || n > maxSequence || have < 2+2*n || !d.fits(in, n) {
		return false
	}
	in.Len, in.Row, in.Flow, in.Target = uint8(2+2*n), sequence, isa.Branch, in.PC
	return true
}

// fits finds one load, one store of the same size at the same address behind it, and nothing else that touches memory, the
// address, or the registers that the sequence needs.
func (d *decoder) fits(in *isa.Inst, n int) bool {
	load, store := word(0), word(0)
	for i := range n {
		w := d.half(in, 2+2*i)
		switch kind := d.part(w, in.Mode, 2*(n-i)); {
		case kind == unfit, kind == loads && load != 0, kind == stores && (load == 0 || store != 0):
			return false
		case kind == loads:
			load = w
			if w.n() == w.m() {
				return false
			}
		case kind == stores:
			store = w
		case kind == computes && load != 0 && store == 0 && sets(w) == load.m():
			return false
		}
	}
	return store != 0 && store.n() == load.m() && store&3 == load&3
}

// part classifies an instruction that is left bytes before the end.
func (d *decoder) part(w word, mode uint32, left int) part {
	i := d.lookup(w, mode)
	switch {
	case i < 0:
		return unfit
	case w>>12 == 6 && w&15 < 3:
		return loads
	case w>>12 == 2 && w&15 < 3:
		return stores
	case w>>8 == 0x89 || w>>8 == 0x8b:
		if 4+2*w.signed8() == int64(left) {
			return leaves
		}
		return unfit
	case d.table.Row(i).Emit.flow == falls && sets(w) >= 0:
		return computes
	}
	return unfit
}

// sets is the register that an instruction between load and store sets; 16 if it is only T, -1 if it is none that a sequence
// may have.
func sets(w word) int {
	switch {
	case w>>12 == 2 && (w&15 == 8 || w&15 == 12):
		return 16 // tst, cmp/str
	case w>>12 == 3 && (w&15 == 0 || w&15 == 2 || w&15 == 3 || w&15 == 6 || w&15 == 7):
		return 16 // cmp
	case w>>12 == 2 && w&15 >= 9 && w&15 <= 11, // and xor or
		w>>12 == 3 && (w&15 == 8 || w&15 == 12),              // sub add
		w>>12 == 6 && (w&15 == 3 || w&15 == 7 || w&15 >= 11), // mov not neg ext
		w>>12 == 7, w>>12 == 14, w&0xf0ff == 0x0029: // add #imm, mov #imm, movt
		if w.n() <= 1 || w.n() == 15 {
			return -1
		}
		return w.n()
	}
	return -1
}

// emitSequence emits what fits has found.
func (d *decoder) emitSequence(g gen) {
	n := int(g.in.Len)/2 - 1
	end := g.NewBlock()
	for i := range n {
		w := d.half(g.in, 2+2*i)
		g.pc, g.word = g.in.PC+2+uint64(2*i), w
		switch d.part(w, g.in.Mode, 2*(n-i)) {
		case loads:
			g.beginSequence()
		case stores:
			g.endSequence()
		case leaves:
			g.leave(end)
		default:
			d.table.Row(d.lookup(w, g.in.Mode)).Emit.emit(g)
		}
	}
	g.Jump(g.Inner(end))
	g.Begin(end)
	g.Set(r(15), g.imm(int64(-2*n)))
	g.Goto(g.in.Next())
}

func (g gen) sequenceSize() int { return 1 << (g.word & 3) }

// beginSequence loads, and keeps the value as it is in memory.
func (g gen) beginSequence() {
	size := g.sequenceSize()
	if size > 1 {
		g.CheckAlign(g.m(), 0, size)
	}
	v := g.Load(ir.Int, size, g.data(size, ir.MemSeqCst), g.m(), 0)
	g.move(reserveValue, v)
	if size < 4 {
		v = g.OpImm(ir.Sext, 4, int64(8*size), v)
	}
	g.Set(g.n(), v)
}

// endSequence stores unless another was faster.
func (g gen) endSequence() {
	size := g.sequenceSize()
	old := g.With(ir.Insn{Op: ir.CmpXchg, Size: uint8(size), Aux: g.data(size, 0)}, g.n(), ir.None, reserveValue, g.m())
	on := g.NewBlock()
	g.Branch(ir.EQ, 4, old, reserveValue, g.Inner(on), ir.At(g.in.PC))
	g.Begin(on)
}

// leave goes to the end if bt or bf says so.
func (g gen) leave(end int) {
	on := g.NewBlock()
	taken := ir.NE
	if g.word>>8 == 0x8b {
		taken = ir.EQ
	}
	g.Branch(taken, 4, t, g.Const(0), g.Inner(end), g.Inner(on))
	g.Begin(on)
}
