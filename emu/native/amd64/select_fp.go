package amd64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/softfloat"
)

// Scalar floating point. The host computes; a NaN result goes to a cold path. Operations read lane 0 and clear the rest.

// float reports whether the operation can be done by the host: singles and doubles, in the direction that MXCSR has.
func (c *Compiler) float() bool {
	if c.insn.Aux&ir.ToSingle != 0 && c.region.NaN != ir.NaNPower {
		return false
	}
	return c.hostFloats() && c.insn.Aux.Rounding() == ir.RoundDynamic
}

// hostFloats reports whether the host has the floats of the instruction at hand. Where the region tells quiet NaNs the other
// way, whatever the host takes for invalid must end in a cold path, and Run drops the host's flag: scalars are so.
func (c *Compiler) hostFloats() bool {
	if c.inverted() && (c.insn.Op == ir.FCmp || c.insn.Op > ir.SetRounding) {
		return false
	}
	return c.insn.Size >= 4 && (!c.flushes() || c.flushesAsArm())
}

func (c *Compiler) inverted() bool { return softfloat.Inverted(c.region.NaN) }

// canonicalNaN is the literal of the positive quiet NaN, in every lane if packed.
func (c *Compiler) canonicalNaN(size uint8, packed bool) place {
	lo := uint64(0x7fc00000)
	if size == 8 {
		lo = 0x7ff8 << 48
	}
	if !packed {
		return c.lit(lo, 0)
	}
	if size == 4 {
		lo |= lo << 32
	}
	return c.lit(lo, lo)
}

// clearRest clears what is above the low size bytes of r, unless the value that it comes from is as narrow.
func (c *Compiler) clearRest(r reg, size uint8, from ir.Value) {
	switch {
	case c.width(from) <= size:
	case size == 8:
		c.vex(opVmovq, 0, r, noReg, in(r))
	default:
		c.vexImm(opVinsertps, 0, r, r, in(r), 0x0e)
	}
}

// guardNaN ends a scalar operation with its result in r: a NaN is made what the region's rule wants.
func (c *Compiler) guardNaN(r reg, size uint8, args ...place) {
	if c.insn.Aux&ir.ToSingle != 0 {
		c.guardSingle(r, args...)
		return
	}
	if c.region.NaN.NaN() == ir.NaNX86 && c.insn.Op != ir.FMulAdd {
		return
	}
	if c.mayBeTiny(size) {
		c.guardTiny(r, size, args...)
		return
	}
	c.vex(packedOp(opVucomis, size), 0, r, noReg, in(r))
	if c.region.NaN.NaN() == ir.NaNCanonical && c.insn.Op != ir.FMulAdd {
		p := c.addCold((*Compiler).coldNaN)
		p.reg, p.size, p.back = r, size, c.newLabel()
		back := p.back
		c.jcc(ccP, p.from)
		c.bind(back)
		return
	}
	from, back := c.coldEval(r, args...)
	c.jcc(ccP, from)
	c.checkFlush(from)
	c.bind(back)
}

// mayBeTiny reports whether the operation may round a number up to the least normal one, and the rule is that it underflows
// nevertheless. The host looks after rounding, and would not say so.
func (c *Compiler) mayBeTiny(size uint8) bool {
	if !softfloat.TinyBefore(c.region.NaN) {
		return false
	}
	switch c.insn.Op {
	case ir.FMul, ir.FDiv, ir.FMulAdd, ir.VFMul, ir.VFDiv, ir.VFMulAdd:
		return true
	}
	return c.insn.Op == ir.FCvt && size == 4
}

// guardTiny is guardNaN that catches the least normal numbers as well: equal or unordered.
func (c *Compiler) guardTiny(r reg, size uint8, args ...place) {
	from, back := c.coldEval(r, args...)
	lo := uint64(1) << 52
	if size == 4 {
		lo = 1 << 23
	}
	for _, sign := range [...]uint64{0, 1 << (8*size - 1)} {
		c.vex(packedOp(opVucomis, size), 0, r, noReg, c.lit(lo|sign, 0))
		c.jcc(ccE, from)
	}
	c.checkFlush(from)
	c.bind(back)
}

func (c *Compiler) coldNaN(p *coldPath) {
	c.loadWord(ir.Vec, p.reg, c.canonicalNaN(p.size, false))
	c.jmp(p.back)
}

// scalarTarget is a register for the result. Where a NaN needs the operands again, it is none of them.
func (c *Compiler) scalarTarget(args ...place) reg {
	if c.region.NaN.NaN() == ir.NaNCanonical || c.region.NaN.NaN() == ir.NaNX86 {
		return c.target(0)
	}
	return c.vecTarget(args...)
}

// setFloat ends an operation whose result, in r, has size bytes.
func (c *Compiler) setFloat(r reg, size uint8) {
	c.set(0, r)
	c.known.note(c.insn.Dst[0], knownWidth(size))
}

// scalar2 is an operation on two operands.
func scalar2(op opcode) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		if !c.float() {
			return false
		}
		size := c.insn.Size
		a, b := c.use(c.arg(0)), c.source(c.arg(1))
		r := c.scalarTarget(in(a), b)
		c.vex(scalarOp(op, size), 0, r, a, b)
		if c.insn.Op == ir.FDiv { // a division by zero hides it
			c.noticeSubnormal(a)
		}
		c.clearRest(r, size, c.arg(0))
		c.guardNaN(r, size, in(a), b)
		c.setFloat(r, size)
		return true
	}
}

func selectFSqrt(c *Compiler) bool {
	if !c.float() {
		return false
	}
	size := c.insn.Size
	a := c.use(c.arg(0))
	r := c.scalarTarget(in(a))
	c.vex(scalarOp(opVsqrt, size), 0, r, a, in(a))
	c.clearRest(r, size, c.arg(0))
	c.guardNaN(r, size, in(a))
	c.setFloat(r, size)
	return true
}

// fusedOps are the four signs of a fused multiply-add: NegateA, NegateC.
var fusedOps = [...]opcode{opVfmadd, opVfnmadd, opVfmsub, opVfnmsub}

func (c *Compiler) fusedOp() opcode {
	i := 0
	if c.insn.Aux&ir.NegateA != 0 {
		i |= 1
	}
	if c.insn.Aux&ir.NegateC != 0 {
		i |= 2
	}
	return fusedOps[i]
}

func selectFMulAdd(c *Compiler) bool {
	if !c.float() {
		return false
	}
	size := c.insn.Size
	a, b, addend := c.fusedOperands()
	r := c.vecTarget(in(a), b, addend)
	c.loadOrMove(r, addend)
	c.vex(c.fusedOp(), size>>3, r, a, b)
	c.clearRest(r, size, c.arg(2))
	c.guardNaN(r, size, in(a), b, addend)
	c.setFloat(r, size)
	return true
}

// fusedOperands finds three operands that do not take all temporary registers.
func (c *Compiler) fusedOperands() (a reg, b, addend place) {
	a, b, addend = c.use(c.arg(0)), c.source(c.arg(1)), c.source(c.arg(2))
	if a < 3 && b.base < 3 && !addend.memory && addend.base < 3 && addend.base != a && addend.base != b.base {
		c.evict(ir.Vec, addend.base)
		c.unpin()
		c.pin(ir.Vec, a)
		c.pin(ir.Vec, b.base)
		addend = c.memorySource(c.arg(2))
	}
	return a, b, addend
}

// memorySource is the memory of a vector that is in no register.
func (c *Compiler) memorySource(v ir.Value) place {
	if v.IsConst() {
		w := c.region.Consts[v.Const()].Word
		return c.lit(w.Lo, w.Hi)
	}
	return c.memoryOf(v)
}

// loadOrMove copies a vector operand to r.
func (c *Compiler) loadOrMove(r reg, p place) {
	if p.memory {
		c.loadWord(ir.Vec, r, p)
		return
	}
	c.move(ir.Vec, r, p.base)
}

// minMax is a minimum or maximum. The host takes the second operand where they are equal: both orders together give the right
// zero, by or or and.
func minMax(op, join opcode) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		size := c.insn.Size
		if !c.hostFloats() || c.insn.Aux&ir.MinMax == ir.MinMaxX86 {
			return false
		}
		a, b := c.use(c.arg(0)), c.use(c.arg(1))
		t := c.alloc(ir.Vec)
		from, back := c.coldEval(t, in(a), in(b))
		c.vex(packedOp(opVucomis, size), 0, a, noReg, in(b))
		c.jcc(ccP, from)
		c.vex(scalarOp(op, size), 0, t, a, in(b))
		c.vex(opVmovdquM, 0, t, noReg, spillPlace(coldSpill))
		c.vex(scalarOp(op, size), 0, t, b, in(a))
		c.vex(join, 0, t, t, spillPlace(coldSpill))
		if c.width(c.arg(0)) > size {
			c.clearRest(t, size, c.arg(0))
		} else {
			c.clearRest(t, size, c.arg(1))
		}
		c.checkFlush(from)
		c.bind(back)
		c.setFloat(t, size)
		return true
	}
}

// signMask is a literal with the sign bits of lanes, or with all others; of the lowest lane or of all.
func (c *Compiler) signMask(size uint8, others, packed bool) place {
	lo := uint64(1) << (8*size - 1)
	if others {
		lo = ^lo & (^uint64(0) >> (64 - 8*uint(size)))
	}
	if !packed {
		return c.lit(lo, 0)
	}
	if size == 4 {
		lo |= lo << 32
	}
	return c.lit(lo, lo)
}

func selectFAbs(c *Compiler) bool {
	if c.insn.Size < 4 {
		return false
	}
	a := c.use(c.arg(0))
	r := c.target(0)
	c.vex(opVpand, 0, r, a, c.signMask(c.insn.Size, true, false))
	c.setFloat(r, c.insn.Size)
	return true
}

func selectFNeg(c *Compiler) bool {
	size := c.insn.Size
	if size < 4 {
		return false
	}
	a := c.use(c.arg(0))
	r := c.target(0)
	c.vex(opVpxor, 0, r, a, c.signMask(size, false, false))
	c.clearRest(r, size, c.arg(0))
	c.setFloat(r, size)
	return true
}

func selectFCopySign(c *Compiler) bool {
	size := c.insn.Size
	if size < 4 {
		return false
	}
	t := c.copyOf(c.arg(1))
	c.vex(opVpand, 0, t, t, c.signMask(size, false, false))
	a := c.use(c.arg(0))
	r := c.target(0)
	c.vex(opVpand, 0, r, a, c.signMask(size, true, false))
	c.vex(opVpor, 0, r, r, in(t))
	c.setFloat(r, size)
	return true
}

// roundModes are the immediates of vround for static and dynamic directions; the others cannot be had.
var roundModes = [...]uint8{ir.RoundDynamic: 4, ir.RoundNearest: 0, ir.RoundZero: 3, ir.RoundDown: 1, ir.RoundUp: 2}

// roundMode is the immediate for the instruction at hand, without the inexact flag if quiet.
func (c *Compiler) roundMode(quiet bool) (uint8, bool) {
	rounding := c.insn.Aux.Rounding()
	if rounding > ir.RoundUp {
		return 0, false
	}
	mode := roundModes[rounding]
	if quiet {
		mode |= 8
	}
	return mode, true
}

func selectFRound(c *Compiler) bool {
	size := c.insn.Size
	mode, ok := c.roundMode(c.insn.Aux&ir.Exact == 0)
	if !ok || !c.hostFloats() {
		return false
	}
	a := c.use(c.arg(0))
	r := c.scalarTarget(in(a))
	c.vexImm(opVroundS+opcode(size>>3), 0, r, a, in(a), mode)
	c.noticeSubnormal(a)
	c.clearRest(r, size, c.arg(0))
	c.guardNaN(r, size, in(a))
	c.setFloat(r, size)
	return true
}

func selectBox(c *Compiler) bool {
	if c.insn.Size != 4 {
		return false
	}
	a := c.arg(0)
	r := c.targetFrom(a)
	c.clearRest(r, 4, a)
	c.vex(opVpor, 0, r, r, c.lit(0xffffffff<<32, 0))
	c.setFloat(r, 8)
	return true
}

// selectUnbox takes the float out of its box if there is one, else the canonical NaN.
func selectUnbox(c *Compiler) bool {
	if c.insn.Size != 4 {
		return false
	}
	a := c.use(c.arg(0))
	t := c.scratch()
	c.vexImm(opVpextrd, 0, a, noReg, in(t), 1)
	r := c.target(0)
	c.aluImm(opCmp, 4, in(t), -1)
	p := c.addCold((*Compiler).coldNaN)
	p.reg, p.size, p.back = r, 4, c.newLabel()
	back := p.back
	c.jcc(ccNE, p.from)
	c.vexImm(opVinsertps, 0, r, a, in(a), 0x0e)
	c.bind(back)
	c.setFloat(r, 4)
	return true
}
