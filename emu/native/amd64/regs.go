package amd64

import (
	"errors"
	"math"

	"muslrun/emu/native/ir"
)

// never is the next use of a value that is not used again in the block.
const never = math.MaxInt32

// bank is the host registers of one class that hold temporaries and copies of globals and constants.
type bank struct {
	room   uint16 // registers that it has
	pinned uint16 // in use by the instruction at hand
	holds  [16]ir.Value
	next   [16]int32 // next use of what is held
}

func (b *bank) clear() {
	b.pinned = 0
	for i := range b.holds {
		b.holds[i] = ir.None
	}
}

// find is the register that holds v, or noReg.
func (b *bank) find(v ir.Value) reg {
	for r := reg(0); r < 3; r++ {
		if b.holds[r] == v {
			return r
		}
	}
	return noReg
}

// pick chooses a register for a new value: a free one, else the one whose value is used last. noReg if all are pinned.
func (b *bank) pick() reg {
	best, far := noReg, int32(-1)
	for r := reg(0); r < 3; r++ {
		switch {
		case b.pinned>>r&1 != 0:
			continue
		case b.holds[r] == ir.None:
			return r
		case b.next[r] > far:
			best, far = r, b.next[r]
		}
	}
	return best
}

var errTooManySpills = errors.New("amd64: too many live temporaries in a block")

// bankOf is the bank of a value's class.
func (c *Compiler) bankOf(class ir.Class) *bank { return &c.banks[class&1] }

func (c *Compiler) class(v ir.Value) ir.Class { return c.region.Class(v) }

// static is the register where global v lives, or noReg.
func (c *Compiler) static(v ir.Value) reg {
	if v.IsGlobal() {
		return c.home[v]
	}
	return noReg
}

// where is the register that holds v now, or noReg.
func (c *Compiler) where(v ir.Value) reg {
	if r := c.static(v); r != noReg {
		return r
	}
	return c.bankOf(c.class(v)).find(v)
}

// alloc takes a register of a class for the instruction at hand.
func (c *Compiler) alloc(class ir.Class) reg {
	b := c.bankOf(class)
	r := b.pick()
	if r == noReg {
		panic("amd64: an instruction needs more registers than there are")
	}
	c.evict(class, r)
	b.pinned |= 1 << r
	return r
}

// scratch is alloc of a general register.
func (c *Compiler) scratch() reg { return c.alloc(ir.Int) }

// claim takes a certain register of a class.
func (c *Compiler) claim(class ir.Class, r reg) reg {
	c.evict(class, r)
	c.bankOf(class).pinned |= 1 << r
	return r
}

// evict frees a temporary register. A temporary that is still needed goes to memory.
func (c *Compiler) evict(class ir.Class, r reg) {
	b := c.bankOf(class)
	if v := b.holds[r]; v.IsTemp() && b.next[r] != never && c.slots[v.Temp()] < 0 {
		slot := c.newSlot()
		c.slots[v.Temp()] = slot
		c.storeWord(class, spillPlace(slot), r)
	}
	b.holds[r] = ir.None
}

func (c *Compiler) newSlot() int32 {
	for i := range c.slotUsed {
		if !c.slotUsed[i] {
			c.slotUsed[i] = true
			return int32(i)
		}
	}
	c.fail(errTooManySpills)
	return 0
}

// storeWord and loadWord move a whole register of a class. They change no flags.
func (c *Compiler) storeWord(class ir.Class, p place, r reg) {
	if class == ir.Vec {
		c.vex(opVmovdquM, 0, r, noReg, p)
		return
	}
	c.legacy(opStore, 8, r, p)
}

func (c *Compiler) loadWord(class ir.Class, r reg, p place) {
	if class == ir.Vec {
		c.vex(opVmovdqu, 0, r, noReg, p)
		return
	}
	c.legacy(opLoad, 8, r, p)
}

// move copies a whole register of a class.
func (c *Compiler) move(class ir.Class, to, from reg) {
	switch {
	case to == from:
	case class == ir.Vec && from >= 8 && to < 8:
		c.vex(opVmovapsM, 0, from, noReg, in(to))
	case class == ir.Vec:
		c.vex(opVmovaps, 0, to, noReg, in(from))
	default:
		c.mov(to, from)
	}
}

// release ends the instruction at hand.
func (c *Compiler) release() {
	c.finishArgs()
	c.unpin()
}

// finishArgs takes the registers from operands that are not used again.
func (c *Compiler) finishArgs() {
	n := &c.next[c.pos]
	for k, v := range c.insn.Args {
		if v != ir.None && v != c.insn.Dst[0] && v != c.insn.Dst[1] {
			c.noteUse(v, n.arg[k])
		}
	}
}

func (c *Compiler) noteUse(v ir.Value, next int32) {
	if c.static(v) != noReg {
		return
	}
	b := c.bankOf(c.class(v))
	if r := b.find(v); r != noReg {
		if next == never {
			b.holds[r] = ir.None
		}
		b.next[r] = next
	}
	if next == never && v.IsTemp() {
		if slot := c.slots[v.Temp()]; slot >= 0 {
			c.slotUsed[slot] = false
			c.slots[v.Temp()] = -1
		}
	}
}

// uses are the next uses of the operands and results of an instruction within its block.
type uses struct {
	arg [5]int32
	dst [2]int32
}

// findUses fills c.next for a block, and sets up what is known at its beginning.
func (c *Compiler) findUses(block *ir.Block) {
	if cap(c.next) < len(block.Insns) {
		c.next = make([]uses, 2*len(block.Insns))
	}
	c.next = c.next[:len(block.Insns)]
	for v := range c.nextGlobal {
		c.nextGlobal[v] = never
	}
	for i := range c.nextConst {
		c.nextConst[i] = never
	}
	for _, g := range c.flagGlobals {
		if c.liveOut(block, g) {
			c.nextGlobal[g] = int32(len(block.Insns))
		}
	}
	for i := len(block.Insns) - 1; i >= 0; i-- {
		insn, n := &block.Insns[i], &c.next[i]
		for k, d := range insn.Dst {
			if d != ir.None {
				p := c.nextOf(d)
				n.dst[k], *p = *p, never
			}
		}
		for k, a := range insn.Args {
			if a != ir.None {
				n.arg[k] = *c.nextOf(a)
			}
		}
		for _, a := range insn.Args {
			if a != ir.None {
				*c.nextOf(a) = int32(i)
			}
		}
		for _, g := range c.flagGlobals {
			if c.readsAll(insn, c.lazy[g]) {
				c.nextGlobal[g] = int32(i)
			}
		}
	}
}

func (c *Compiler) nextOf(v ir.Value) *int32 {
	switch {
	case v.IsTemp():
		return &c.nextTemp[v.Temp()]
	case v.IsConst():
		return &c.nextConst[v.Const()]
	}
	return &c.nextGlobal[v]
}
