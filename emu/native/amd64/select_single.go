package amd64

// Singles in the format of doubles, as PowerPC has them.

// guardSingle rounds the double in r to single precision. Rounding twice is wrong only where the double lies in the middle
// between two singles, or the single is not normal: those are cold, and NaNs.
func (c *Compiler) guardSingle(r reg, args ...place) {
	t, u := c.scratch(), c.scratch()
	from, back := c.coldEval(r, args...)
	c.vex(packedOp(opVucomis, 8), 0, r, noReg, in(r))
	c.jcc(ccP, from)
	c.vexImm(opVpextrd, 1, r, noReg, in(t), 0)
	c.legacy(opLoad, 4, u, in(t))
	c.aluImm(opAnd, 4, in(u), 1<<29-1)
	c.aluImm(opCmp, 4, in(u), 1<<28)
	c.jcc(ccE, from)
	const leastNormal = 1023 - 126
	c.exponentAbove(t, leastNormal, from)
	c.vex(scalarOp(opVcvts2s, 8), 0, r, r, in(r))
	c.vex(scalarOp(opVcvts2s, 4), 0, r, r, in(r))
	c.bind(back)
}

// exponentAbove jumps to cold unless the exponent field of the double in t is greater than limit, or the double is 0. It
// spoils t.
func (c *Compiler) exponentAbove(t reg, limit int32, cold label) {
	c.legacy(opAdd, 8, t, in(t))
	c.aluImm(opSub, 8, in(t), 1)
	c.shiftImm(shiftShr, 8, t, 53)
	c.aluImm(opCmp, 4, in(t), limit)
	c.jcc(ccBE, cold)
}

// widenBits makes a double of a single; of NaNs in a cold path.
func (c *Compiler) widenBits() bool {
	a := c.use(c.arg(0))
	t, r := c.scratch(), c.vecTarget(in(a))
	from, back := c.coldEval(r, in(a))
	c.vexImm(opVpextrd, 0, a, noReg, in(t), 0)
	c.legacy(opAdd, 4, t, in(t))
	c.aluImm(opCmp, 4, in(t), -1<<24) // of an infinity, without its sign
	c.jcc(ccA, from)
	c.vex(opVpxor, 0, r, r, in(r))
	c.vex(scalarOp(opVcvts2s, 4), 0, r, r, in(a))
	c.bind(back)
	c.setFloat(r, 8)
	return true
}

// narrowBits makes a single of a double; one that is not normal in a cold path.
func (c *Compiler) narrowBits() bool {
	a := c.use(c.arg(0))
	t, u, r := c.scratch(), c.scratch(), c.vecTarget(in(a))
	from, back := c.coldEval(r, in(a))
	c.vexImm(opVpextrd, 1, a, noReg, in(t), 0)
	c.legacy(opLoad, 8, u, in(t))
	const denormal = 1023 - 127
	c.exponentAbove(u, denormal, from)
	c.legacy(opLoad, 8, u, in(t))
	c.shiftImm(shiftShr, 8, u, 32)
	c.aluImm(opAnd, 4, in(u), -1<<30)
	c.shiftImm(shiftShr, 8, t, 29)
	c.aluImm(opAnd, 4, in(t), 1<<30-1)
	c.legacy(opOr, 4, t, in(u))
	c.vex(opVmovd, 0, r, noReg, in(t))
	c.bind(back)
	c.setFloat(r, 4)
	return true
}
