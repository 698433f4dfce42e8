package amd64

import "muslrun/emu/native/ir"

// Floating point on vectors: as on scalars, with one cold path for all lanes.

// guardLanes ends an operation with its result in r: if a lane is a NaN, or may have underflowed unnoticed, Go computes all.
func (c *Compiler) guardLanes(r, t reg, args ...place) {
	size := c.insn.Size
	if c.region.NaN.NaN() == ir.NaNX86 && c.insn.Op != ir.VFMulAdd {
		return
	}
	from, back := c.coldEval(r, args...)
	const unordered, equalOrUnordered = 3, 8
	if c.mayBeTiny(size) {
		least := c.every(size, [...]uint64{4: 1 << 23, 8: 1 << 52}[size])
		c.vex(opVpand, 0, t, r, c.signMask(size, true, true))
		c.vexImm(packedOp(opVcmp, size), 0, t, t, least, equalOrUnordered)
	} else {
		c.vexImm(packedOp(opVcmp, size), 0, t, r, in(r), unordered)
	}
	c.vex(opVptest, 0, t, noReg, in(t))
	c.jcc(ccNE, from)
	c.checkFlush(from)
	c.bind(back)
}

// inMemory is the place of operand k, which takes no temporary register.
func (c *Compiler) inMemory(k int) place {
	v := c.arg(k)
	if r := c.static(v); r != noReg {
		return in(r)
	}
	if r := c.where(v); r != noReg {
		c.evict(ir.Vec, r)
	}
	return c.memorySource(v)
}

// lanes2 is an operation on two operands.
func lanes2(op opcode) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		if !c.float() {
			return false
		}
		b := c.inMemory(1)
		a := c.use(c.arg(0))
		r := c.vecTarget(in(a), b)
		c.vex(packedOp(op, c.insn.Size), 0, r, a, b)
		t := c.alloc(ir.Vec)
		if c.insn.Op == ir.VFDiv { // a division by zero hides it
			c.noticeSubnormalLanes(in(a), t)
		}
		c.guardLanes(r, t, in(a), b)
		c.set(0, r)
		return true
	}
}

func selectVFSqrt(c *Compiler) bool {
	if !c.float() {
		return false
	}
	a := c.use(c.arg(0))
	r := c.vecTarget(in(a))
	c.vex(packedOp(opVsqrt, c.insn.Size), 0, r, noReg, in(a))
	c.guardLanes(r, c.alloc(ir.Vec), in(a))
	c.set(0, r)
	return true
}

func selectVFMulAdd(c *Compiler) bool {
	if !c.float() {
		return false
	}
	size := c.insn.Size
	b, addend := c.inMemory(1), c.inMemory(2)
	a := c.use(c.arg(0))
	r := c.vecTarget(in(a), b, addend)
	c.loadOrMove(r, addend)
	c.vex(c.fusedOp()-1, size>>3, r, a, b)
	c.guardLanes(r, c.alloc(ir.Vec), in(a), b, addend)
	c.set(0, r)
	return true
}

func selectVFRound(c *Compiler) bool {
	size := c.insn.Size
	mode, ok := c.roundMode(c.insn.Aux&ir.Exact == 0)
	if !ok || !c.hostFloats() {
		return false
	}
	a := c.use(c.arg(0))
	r := c.vecTarget(in(a))
	c.vexImm(opVroundP+opcode(size>>3), 0, r, noReg, in(a), mode)
	t := c.alloc(ir.Vec)
	c.noticeSubnormalLanes(in(a), t)
	c.guardLanes(r, t, in(a))
	c.set(0, r)
	return true
}

// lanesMinMax is minMax on vectors.
func lanesMinMax(op, join opcode) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		size := c.insn.Size
		if !c.hostFloats() || c.insn.Aux&ir.MinMax == ir.MinMaxX86 {
			return false
		}
		a, b := c.use(c.arg(0)), c.use(c.arg(1))
		t := c.alloc(ir.Vec)
		from, back := c.coldEval(t, in(a), in(b))
		const unordered = 3
		c.vexImm(packedOp(opVcmp, size), 0, t, a, in(b), unordered)
		c.vex(opVptest, 0, t, noReg, in(t))
		c.jcc(ccNE, from)
		c.vex(packedOp(op, size), 0, t, a, in(b))
		c.vex(opVmovdquM, 0, t, noReg, spillPlace(coldSpill))
		c.vex(packedOp(op, size), 0, t, b, in(a))
		c.vex(join, 0, t, t, spillPlace(coldSpill))
		c.checkFlush(from)
		c.bind(back)
		c.set(0, t)
		return true
	}
}

// lanesCompare is a comparison by a predicate of the host.
func lanesCompare(predicate uint8) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		if !c.hostFloats() {
			return false
		}
		a, b := c.use(c.arg(0)), c.source(c.arg(1))
		r := c.vecTarget(in(a), b)
		c.noticeSubnormalLanes(in(a), r)
		c.noticeSubnormalLanes(b, r)
		c.vexImm(packedOp(opVcmp, c.insn.Size), 0, r, a, b, predicate)
		if c.flushes() {
			from, back := c.coldEval(r, in(a), b)
			c.checkFlush(from)
			c.bind(back)
		}
		c.set(0, r)
		return true
	}
}

// The host's predicates: those of VFCmpGE and VFCmpGT raise invalid for quiet NaNs too.
const (
	predicateEQ = 0
	predicateGE = 13
	predicateGT = 14
)

// lanesSign changes signs: all bits but them are kept (and), or they are turned over (xor).
func lanesSign(op opcode, others bool) selector {
	return vector1Do(func(c *Compiler, r, a reg) bool {
		if c.insn.Size < 4 {
			return false
		}
		c.vex(op, 0, r, a, c.signMask(c.insn.Size, others, true))
		return true
	})
}

// selectVIToF converts signed integers of 4 bytes.
func selectVIToF(c *Compiler) bool {
	if !c.float() || c.insn.Size != 4 || c.insn.Aux&ir.Signed == 0 || c.insn.Imm != 0 {
		return false
	}
	a := c.source(c.arg(0))
	r := c.target(0)
	c.vex(opVcvtdq2ps, 0, r, noReg, a)
	c.set(0, r)
	return true
}

// selectVFToI converts to signed integers of 4 bytes. The host makes the least one of what is out of range.
func selectVFToI(c *Compiler) bool {
	rounding := c.insn.Aux.Rounding()
	if !c.hostFloats() || c.insn.Size != 4 || c.insn.Aux&ir.Signed == 0 || c.insn.Imm != 0 ||
		rounding != ir.RoundZero && rounding != ir.RoundDynamic {
		return false
	}
	op := opVcvttps2dq
	if rounding == ir.RoundDynamic {
		op = opVcvtps2dq
	}
	a := c.use(c.arg(0))
	r := c.vecTarget(in(a))
	c.vex(op, 0, r, noReg, in(a))
	from, back := c.coldEval(r, in(a))
	t := c.alloc(ir.Vec)
	c.noticeSubnormalLanes(in(a), t)
	c.vex(opVpcmpeqd, 0, t, r, c.every(4, 1<<31))
	c.vex(opVptest, 0, t, noReg, in(t))
	c.jcc(ccNE, from)
	c.checkFlush(from)
	c.bind(back)
	c.set(0, r)
	return true
}
