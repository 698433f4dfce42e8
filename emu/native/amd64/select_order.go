package amd64

import "muslrun/emu/native/ir"

// selectCompare makes a number with the order of the operands in its sign.
func selectCompare(c *Compiler) bool {
	if c.insn.Size == 4 {
		c.difference()
		return true
	}
	less, greater := ccB, ccA
	if c.insn.Aux&ir.Signed != 0 {
		less, greater = ccL, ccG
	}
	c.cmp(8, c.arg(0), c.arg(1))
	c.unpin()
	r, t := c.scratch(), c.scratch()
	c.setcc(greater, r)
	c.setcc(less, t)
	c.legacy(opSub, 8, r, in(t))
	c.set(0, r)
	return true
}

// difference is that of two numbers of 32 bits, in 64.
func (c *Compiler) difference() {
	extend, size := opLoad, uint8(4)
	if c.insn.Aux&ir.Signed != 0 {
		extend, size = opMovsxd, 8
	}
	a := c.source(c.arg(0))
	ra := c.scratch()
	c.legacy(extend, size, ra, a)
	c.unpin()
	c.pin(ir.Int, ra)
	if v, ok := c.imm(c.arg(1), 4); ok && (size == 8 || v >= 0) {
		if v != 0 {
			c.aluImm(opSub, 8, in(ra), v)
		}
		c.set(0, ra)
		return
	}
	b := c.source(c.arg(1))
	rb := c.scratch()
	c.legacy(extend, size, rb, b)
	c.legacy(opSub, 8, ra, in(rb))
	c.set(0, ra)
}

// selectFlagOrder makes an order of packed flags: C less one if Z or N, and the top bit if V.
func selectFlagOrder(c *Compiler) bool {
	r, t := c.copyOf(c.arg(0)), c.scratch()
	c.legacy(opLoad, 4, t, in(r))
	c.shiftImm(shiftShr, 4, t, 14)
	c.aluImm(opAdd, 4, in(t), 1)
	c.shiftImm(shiftShr, 4, t, 1)
	u := c.scratch()
	c.legacy(opLoad, 4, u, in(r))
	c.shiftImm(shiftShl, 8, u, 63)
	c.shiftImm(shiftShr, 4, r, 8)
	c.aluImm(opAnd, 4, in(r), 1)
	c.legacy(opSub, 8, r, in(t))
	c.legacy(opOr, 8, r, in(u))
	c.set(0, r)
	return true
}
