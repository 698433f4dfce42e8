package amd64

import "muslrun/emu/native/ir"

// Cold evaluation: a floating-point operation whose result is not what the host's instruction makes of it (NaNs, integers
// out of range) is given to Go, from a cold path, with all registers kept that the hot path has in use.

// evaluation is what such a path needs.
type evaluation struct {
	insn *ir.Insn
	args [3]place
	live [2]uint16 // temporary registers in use, by bank
	dst  reg
}

// coldRegs is the place in State.Spill of the temporary registers, 3 integers and 3 vectors.
const coldRegs = coldSpill + 4

// coldEval adds a path that computes the instruction at hand into dst. The operands are as args says: no result may have
// been written over them. The hot path goes on at the label back, which the caller binds.
func (c *Compiler) coldEval(dst reg, args ...place) (from, back label) {
	p := c.addCold((*Compiler).emitEval)
	p.eval = evaluation{insn: c.insn, dst: dst}
	copy(p.eval.args[:], args)
	for i := range c.banks {
		p.eval.live[i] = c.banks[i].live()
	}
	p.back = c.newLabel()
	return p.from, p.back
}

// live is the registers that hold something.
func (b *bank) live() uint16 {
	mask := b.pinned
	for r := range 3 {
		if b.holds[r] != ir.None {
			mask |= 1 << r
		}
	}
	return mask
}

func (c *Compiler) emitEval(p *coldPath) {
	e := &p.eval
	class := c.class(e.insn.Dst[0])
	if c.region.NaN&ir.FlushToZero != 0 && c.flushesAsArm() && e.insn.Op.Has(ir.Raises) {
		c.legacy(opMXCSR, 4, loadMXCSR, controlBefore)
	}
	e.live[class&1] &^= 1 << e.dst
	c.eachLive(e, c.storeWord)
	for k := range e.args {
		if v := e.insn.Args[k]; v != ir.None && !e.args[k].memory {
			c.storeWord(c.class(v), state(offIn+16*int32(k)), e.args[k].base)
		}
	}
	for k := range e.args {
		if v := e.insn.Args[k]; v != ir.None && e.args[k].memory {
			c.loadWord(c.class(v), 0, e.args[k])
			c.storeWord(c.class(v), state(offIn+16*int32(k)), 0)
		}
	}
	c.callGo(e.insn)
	c.eachLive(e, func(class ir.Class, p place, r reg) { c.loadWord(class, r, p) })
	c.loadWord(class, e.dst, state(offOut))
	c.jmp(p.back)
}

// eachLive calls f for each temporary register that must be kept, and its place.
func (c *Compiler) eachLive(e *evaluation, f func(class ir.Class, p place, r reg)) {
	for r := range reg(3) {
		if e.live[ir.Int&1]>>r&1 != 0 {
			f(ir.Int, spillPlace(coldRegs+int32(r)), r)
		}
		if e.live[ir.Vec&1]>>r&1 != 0 {
			f(ir.Vec, spillPlace(coldRegs+3+int32(r)), r)
		}
	}
}

// apart reports whether register r is none of the operands' places.
func apart(r reg, args ...place) bool {
	for _, a := range args {
		if !a.memory && a.base == r {
			return false
		}
	}
	return true
}

// vecTarget is a register for result 0 that is none of the operands.
func (c *Compiler) vecTarget(args ...place) reg {
	if r := c.static(c.insn.Dst[0]); r != noReg && apart(r, args...) {
		return r
	}
	return c.alloc(ir.Vec)
}
