package mips

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// op is what the tables hold for an instruction.
type op struct {
	emit func(g gen)
	flow flow
	// test is the condition of a branch; nil of one that is always taken. emit, which sets the link, comes behind it.
	test func(g gen) test
	needs
}

type row = isa.Row[op]

// flow says how an instruction's target is coded, and whether a delay slot belongs to it.
type flow uint8

const (
	falls     flow = iota
	stops          // an exit, or a compact indirect jump
	fcsr           // writes FCSR, on which translations may depend
	branch         // 16 bits, with a delay slot
	likely         // the same; the slot is executed only if the branch is taken
	jump           // 26 bits within the region of 256 MiB
	jumpReg        // to rs
	compact16      // without a slot
	compact21
	compact26
	compactReg
)

// slotted tells the flows with a delay slot.
func (f flow) slotted() bool { return f >= branch && f <= jumpReg }

// insn is a row of an instruction that the one behind it follows.
func insn(name, bits string, emit func(g gen)) row {
	return row{Name: name, Bits: bits, Emit: op{emit: emit}}
}

// exit is a row of an instruction that leaves the region.
func exit(name, bits string, emit func(g gen)) row {
	return row{Name: name, Bits: bits, Emit: op{emit: emit, flow: stops}}
}

// reserved is a hole in what a more general row has.
func reserved(name, bits string) row { return row{Name: name, Bits: bits} }

// misaligned is the Row of an instruction at an address that is no multiple of 4.
const misaligned = -1

// lists is the rows of an instruction set.
func (c *cpu) lists() [][]row {
	lists := [][]row{integer, shifts, immediates, loads, branches, traps, system, fields, c.float(), floatBranches(c.r6)}
	if c.size == 8 {
		lists = append(lists, integer64, shifts64, immediates64, loads64, fields64)
	}
	switch {
	case c.r6 && c.size == 8:
		return append(lists, release6, divide6, compact, release6Wide)
	case c.r6:
		return append(lists, release6, divide6, compact)
	case c.size == 8:
		return append(lists, before6, multiply, unaligned, before6Wide)
	}
	return append(lists, before6, multiply, unaligned)
}

// decode implements isa.Frontend. The word of a delay slot is the upper half of in.Word.
func (c *cpu) decode(in *isa.Inst) {
	if in.PC&3 != 0 {
		in.Row, in.Flow = misaligned, isa.Stops
		return
	}
	have := in.Len
	if have < 4 {
		in.Flow = isa.Short
		return
	}
	in.Len = 4
	w := word(c.code.Uint32(in.Code[:]))
	i, o := c.lookup(w, in.Mode)
	in.Row, in.Word = int16(i), uint64(w)
	if o == nil {
		in.Flow = isa.Illegal
		return
	}
	c.follow(in, w, o)
	if o.flow.slotted() {
		c.decodeSlot(in, have)
	}
}

// lookup finds the instruction of a word, nil if there is none in a mode.
func (c *cpu) lookup(w word, mode uint32) (int, *op) {
	i := c.table.Lookup(uint32(w))
	if i < 0 {
		return i, nil
	}
	o := &c.table.Row(i).Emit
	if o.emit == nil && o.flow == falls || !o.met(w, mode) {
		return i, nil
	}
	return i, o
}

// decodeSlot looks at the delay slot of the branch that in begins with. What ends the flow there does so instead of the
// branch; before release 6 the manual leaves a branch there open.
func (c *cpu) decodeSlot(in *isa.Inst, have uint8) {
	if have < 8 {
		in.Flow, in.Len = isa.Short, have
		return
	}
	in.Len = 8
	w := word(c.code.Uint32(in.Code[4:]))
	_, o := c.lookup(w, in.Mode)
	in.Word |= uint64(w) << 32
	if !slotFits(o) || o.flow != falls {
		in.Flow = isa.Stops
	}
}

// slotFits reports whether an instruction can be in a delay slot.
func slotFits(o *op) bool { return o != nil && (o.flow == falls || o.flow == stops || o.flow == fcsr) }

// follow finds out where an instruction leads.
func (c *cpu) follow(in *isa.Inst, w word, o *op) {
	slot := in.PC + 4
	switch o.flow {
	case stops, jumpReg, compactReg:
		in.Flow = isa.Stops
		return
	case fcsr:
		in.Flow, in.Target = isa.Jumps, c.wrap(slot)
		return
	case jump:
		in.Flow, in.Target = isa.Jumps, slot&^(1<<28-1)|uint64(w.at(0, 26))<<2
		return
	case branch, likely, compact16:
		in.Target = slot + uint64(w.simm()<<2)
	case compact21:
		in.Target = slot + uint64(w.signed(21)<<2)
	case compact26:
		in.Target = slot + uint64(w.signed(26)<<2)
	default:
		return
	}
	in.Target, in.Flow = c.wrap(in.Target), isa.Branch
	if o.test == nil || o.flow == branch && always(w) {
		in.Flow = isa.Jumps
	}
}

// always tells a BEQ or BGEZ, with a link or without, that compares a register with itself or zero with zero.
func always(w word) bool {
	switch w >> 26 {
	case 1:
		return w.rs() == 0 && w.rt()&1 != 0
	case 4:
		return w.rs() == w.rt()
	}
	return false
}

// wrap cuts an address to the width of a register.
func (c *cpu) wrap(v uint64) uint64 {
	if c.size == 4 {
		return uint64(uint32(v))
	}
	return v
}

func (c *cpu) emit(b *ir.Builder, in *isa.Inst) {
	if in.Row == misaligned {
		zero, pc := b.Const(0), b.Const(in.PC)
		b.Do(ir.Insn{Op: ir.ExitIf, Size: 8, Cond: ir.EQ, Imm: ir.ExitImm(ir.ExitBusError, 1)}, zero, zero, pc)
		b.Exit(ir.ExitBusError, 1, in.PC)
		return
	}
	o := &c.table.Row(int(in.Row)).Emit
	g := gen{Builder: b, cpu: c, in: in, word: word(in.Word), pc: in.PC}
	switch {
	case o.flow.slotted():
		g.slotted(o)
	case o.flow >= compact16 && o.flow != compactReg:
		g.compact(o)
	default:
		o.emit(g)
		if o.flow == fcsr {
			b.Do(ir.Insn{Op: ir.SwitchMode}, b.Const(in.Next()))
		}
	}
}
