package amd64

// multiplyLanes makes the lower halves of the lanes' products. The host has no such instruction for lanes of 1 and 8 bytes.
func multiplyLanes(c *Compiler, t, a, b reg) bool {
	switch c.insn.Size {
	case 1:
		c.multiplyBytes(t, a, b)
	case 2:
		c.vex(opVpmullw, 0, t, a, in(b))
	case 4:
		c.vex(opVpmulld, 0, t, a, in(b))
	default:
		c.multiplyQuads(t, a, b)
	}
	return true
}

// multiplyBytes multiplies the odd bytes as the upper halves of words, the even ones as the lower halves. The odd ones wait in
// memory, for want of a register.
func (c *Compiler) multiplyBytes(t, a, b reg) {
	c.vex(opVpand, 0, t, b, c.every(2, 0xff00))
	c.vex(opVmovdquM, 0, t, noReg, spillPlace(coldSpill))
	c.shiftLanes(laneShr, 2, t, a, 8)
	c.vex(opVpmullw, 0, t, t, spillPlace(coldSpill))
	c.vex(opVmovdquM, 0, t, noReg, spillPlace(coldSpill))
	c.vex(opVpmullw, 0, t, a, in(b))
	c.vex(opVpand, 0, t, t, c.every(2, 0x00ff))
	c.vex(opVpor, 0, t, t, spillPlace(coldSpill))
}

// multiplyQuads adds the two products of a lower and an upper half, shifted, to the product of the lower halves.
func (c *Compiler) multiplyQuads(t, a, b reg) {
	const exchangeHalves = 0xb1
	c.vexImm(opVpshufd, 0, t, noReg, in(b), exchangeHalves)
	c.vex(opVpmulld, 0, t, t, in(a))
	c.vex(opVphaddd, 0, t, t, in(t))
	c.vex(opVpmovzxdq, 0, t, noReg, in(t))
	c.shiftLanes(laneShl, 8, t, t, 32)
	c.vex(opVmovdquM, 0, t, noReg, spillPlace(coldSpill))
	c.vex(opVpmuludq, 0, t, a, in(b))
	c.vex(opVpaddq, 0, t, t, spillPlace(coldSpill))
}

// shiftByLanes is a shift by the lanes of the second operand. The host has those of 4 and 8 bytes.
func shiftByLanes(op opcode) selector {
	return selector{func(c *Compiler) bool {
		if c.insn.Size < 4 {
			return false
		}
		a, b := c.use(c.arg(0)), c.source(c.arg(1))
		r := c.target(0)
		c.vex(op, c.insn.Size>>3, r, a, b)
		c.set(0, r)
		return true
	}, true}
}
