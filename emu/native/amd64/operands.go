package amd64

import "muslrun/emu/native/ir"

// arg is operand k of the instruction at hand.
func (c *Compiler) arg(k int) ir.Value { return c.insn.Args[k] }

// use puts a value into a register, which must not be changed.
func (c *Compiler) use(v ir.Value) reg {
	r := c.where(v)
	class := c.class(v)
	if r == noReg {
		r = c.alloc(class)
		c.fill(class, r, v)
		b := c.bankOf(class)
		b.holds[r], b.next[r] = v, c.nextUse(v)
	}
	c.pin(class, r)
	return r
}

func (c *Compiler) pin(class ir.Class, r reg) {
	if b := c.bankOf(class); r < 3 {
		b.pinned |= 1 << r
	}
}

// nextUse is when v, an operand of the instruction at hand, is used next; now counts.
func (c *Compiler) nextUse(v ir.Value) int32 {
	if c.mentioned(v) {
		return c.pos
	}
	return never
}

func (c *Compiler) mentioned(v ir.Value) bool {
	for _, a := range c.insn.Args {
		if a == v {
			return true
		}
	}
	return false
}

// fill loads a value into a register whatever it is and wherever it is.
func (c *Compiler) fill(class ir.Class, r reg, v ir.Value) {
	switch {
	case v.IsConst() && class == ir.Vec:
		w := c.region.Consts[v.Const()].Word
		if w == (ir.Word{}) {
			c.vex(opVpxor, 0, r, r, in(r))
			return
		}
		c.loadWord(class, r, c.lit(w.Lo, w.Hi))
	case v.IsConst():
		c.movImm(r, c.region.Consts[v.Const()].Word.Lo)
	default:
		if from := c.where(v); from != noReg {
			c.move(class, r, from)
			return
		}
		c.loadWord(class, r, c.memoryOf(v))
	}
}

// memoryOf is the memory where a value that is in no register lives.
func (c *Compiler) memoryOf(v ir.Value) place {
	if v.IsTemp() {
		slot := c.slots[v.Temp()]
		if slot < 0 {
			panic("amd64: a temporary is nowhere")
		}
		return spillPlace(slot)
	}
	return globalPlace(v)
}

// source is a place from which a value can be read once: its register or its memory. Not for integer constants.
func (c *Compiler) source(v ir.Value) place {
	if r := c.where(v); r != noReg {
		c.pin(c.class(v), r)
		return in(r)
	}
	if v.IsConst() {
		w := c.region.Consts[v.Const()].Word
		if c.class(v) == ir.Vec {
			return c.lit(w.Lo, w.Hi)
		}
		return in(c.use(v))
	}
	return c.memoryOf(v)
}

// imm is the value of an integer constant that an instruction of Size can hold as a sign-extended immediate.
func (c *Compiler) imm(v ir.Value, size uint8) (int32, bool) {
	x, ok := c.region.ConstInt(v)
	if !ok {
		return 0, false
	}
	if size <= 4 {
		return int32(x), true
	}
	return int32(x), int64(x) == int64(int32(x))
}

// dies reports whether v, one operand of the instruction at hand, is not read after it in the block.
func (c *Compiler) dies(v ir.Value) bool {
	dies := false
	for k, a := range c.insn.Args {
		if a == v {
			if dies || c.next[c.pos].arg[k] != never {
				return false
			}
			dies = true
		}
	}
	return dies
}

// into puts a copy of v into a certain temporary register, to be changed.
func (c *Compiler) into(r reg, v ir.Value) {
	class := c.class(v)
	if c.where(v) != r {
		c.claim(class, r)
		c.fill(class, r, v)
		return
	}
	if !c.dies(v) {
		c.evict(class, r)
	}
	c.steal(class, r)
}

// target is the register in which result k should be made: where the global lives, or a new one.
func (c *Compiler) target(k int) reg {
	d := c.insn.Dst[k]
	if r := c.static(d); r != noReg {
		return r
	}
	if d == ir.None {
		return c.scratch()
	}
	return c.alloc(c.class(d))
}

// targetFrom is a register that result 0 may be made in and that holds a copy of operand a. It is none of the others, which
// hold further operands.
func (c *Compiler) targetFrom(a ir.Value, others ...reg) reg {
	d := c.insn.Dst[0]
	class := c.class(a)
	if r := c.static(d); r != noReg && c.class(d) == class && !c.among(r, others) {
		c.fill(class, r, a)
		return r
	}
	if r := c.where(a); r < 3 && c.static(a) == noReg && !a.IsConst() && c.dies(a) && !c.among(r, others) {
		c.steal(class, r)
		return r
	}
	r := c.alloc(class)
	c.fill(class, r, a)
	return r
}

// copyOf is a temporary register with a copy of v, to be changed.
func (c *Compiler) copyOf(v ir.Value) reg {
	r := c.alloc(c.class(v))
	c.fill(c.class(v), r, v)
	return r
}

func (c *Compiler) among(r reg, list []reg) bool {
	for _, o := range list {
		if o == r {
			return true
		}
	}
	return false
}

// unpin ends the use of all temporary registers by the instruction at hand so far.
func (c *Compiler) unpin() { c.banks[0].pinned, c.banks[1].pinned = 0, 0 }

// steal makes a temporary register the instruction's own, without what it held.
func (c *Compiler) steal(class ir.Class, r reg) {
	b := c.bankOf(class)
	b.holds[r] = ir.None
	b.pinned |= 1 << r
}

// set ends the making of result k, which is in r.
func (c *Compiler) set(k int, r reg) {
	d := c.insn.Dst[k]
	if d == ir.None {
		return
	}
	class := c.class(d)
	if home := c.static(d); home != noReg {
		c.move(class, home, r)
		c.defined(d)
		return
	}
	b := c.bankOf(class)
	if d.IsGlobal() {
		c.storeWord(class, globalPlace(d), r)
		c.defined(d)
		if old := b.find(d); old != noReg {
			b.holds[old] = ir.None
		}
	}
	if next := c.next[c.pos].dst[k]; r < 3 && next != never {
		b.holds[r], b.next[r] = d, next
	}
}
