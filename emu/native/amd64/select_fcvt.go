package amd64

import (
	"math"

	"muslrun/emu/native/ir"
)

// selectFCvt converts between singles and doubles. To a double it is exact.
func selectFCvt(c *Compiler) bool {
	from, to := c.insn.Size, uint8(c.insn.Imm)
	switch {
	case c.insn.Aux&ir.Bits != 0 && c.flushes():
		return false
	case c.insn.Aux&ir.Bits != 0 && from == 4:
		return c.widenBits()
	case c.insn.Aux&ir.Bits != 0:
		return c.narrowBits()
	}
	if !c.hostFloats() || to < 4 || from == to || to == 4 && !c.float() {
		return false
	}
	a := c.source(c.arg(0))
	r := c.vecTarget(a)
	c.vex(opVpxor, 0, r, r, in(r))
	c.vex(scalarOp(opVcvts2s, from), 0, r, r, a)
	c.guardNaN(r, to, a)
	c.setFloat(r, to)
	return true
}

// selectIToF converts an integer. From 32 bits to a double it is exact.
func selectIToF(c *Compiler) bool {
	size, aux := c.insn.Size, c.insn.Aux
	wide, signed := aux&ir.Int64 != 0, aux&ir.Signed != 0
	if size < 4 || c.insn.Imm != 0 || !c.float() && (wide || size == 4) {
		return false
	}
	a := c.source(c.arg(0))
	var from, back label
	if wide && !signed {
		a = in(c.use(c.arg(0)))
	} else if !wide && !signed {
		t := c.scratch()
		c.legacy(opLoad, 4, t, a)
		a = in(t)
	}
	r := c.vecTarget()
	if wide && !signed {
		from, back = c.coldEval(r, a)
		c.legacy(opTest, 8, a.base, a)
		c.jcc(ccS, from)
	}
	w := uint8(1)
	if !wide && signed {
		w = 0
	}
	c.vex(opVpxor, 0, r, r, in(r))
	c.vex(scalarOp(opVcvtsi2s, size), w, r, r, a)
	if wide && !signed {
		c.bind(back)
	}
	c.setFloat(r, size)
	return true
}

// selectFToI converts to an integer. What is out of range is cold.
func selectFToI(c *Compiler) bool {
	size, aux := c.insn.Size, c.insn.Aux
	rounding := aux.Rounding()
	if !c.hostFloats() || c.insn.Imm != 0 || rounding != ir.RoundZero && (rounding > ir.RoundUp || aux&ir.Signed == 0) {
		return false
	}
	a := c.use(c.arg(0))
	r := c.target(0)
	from, back := c.coldEval(r, in(a))
	w := uint8(0)
	if aux&ir.Int64 != 0 {
		w = 1
	}
	switch {
	case aux&ir.Signed == 0:
		c.unsignedRange(a, from)
		c.vex(scalarOp(opVcvtts2si, size), 1, r, noReg, in(a))
	case rounding == ir.RoundZero || rounding == ir.RoundDynamic:
		op := opVcvtts2si
		if rounding == ir.RoundDynamic {
			op = opVcvts2si
		}
		c.vex(scalarOp(op, size), w, r, noReg, in(a))
		c.indefinite(r, w, from)
	default:
		c.roundedToInt(r, a, w, from)
	}
	c.noticeSubnormal(a)
	c.checkFlush(from)
	c.bind(back)
	c.set(0, r)
	if w == 0 {
		c.known.note(c.insn.Dst[0], 4)
	}
	return true
}

// indefinite jumps to cold if r is the least integer, which the host makes of all that is out of range.
func (c *Compiler) indefinite(r reg, w uint8, cold label) {
	c.aluImm(opCmp, 4+4*w, in(r), 1)
	c.jcc(ccO, cold)
}

// unsignedRange jumps to cold unless -1 < a < the limit of what the host can convert: the flags are right only there.
func (c *Compiler) unsignedRange(a reg, cold label) {
	size, limit := c.insn.Size, float64(1<<32)
	if c.insn.Aux&ir.Int64 != 0 {
		limit = 1 << 63
	}
	c.vex(packedOp(opVucomis, size), 0, a, noReg, c.floatLit(size, -1))
	c.jcc(ccBE, cold)
	c.vex(packedOp(opVucomis, size), 0, a, noReg, c.floatLit(size, limit))
	c.jcc(ccAE, cold)
}

func (c *Compiler) floatLit(size uint8, v float64) place {
	if size == 4 {
		return c.lit(uint64(math.Float32bits(float32(v))), 0)
	}
	return c.lit(math.Float64bits(v), 0)
}

// roundedToInt converts in a static direction. It raises inexact only when it is known that the result is in range.
func (c *Compiler) roundedToInt(r, a reg, w uint8, cold label) {
	size := c.insn.Size
	mode, _ := c.roundMode(true)
	t := c.alloc(ir.Vec)
	c.vexImm(opVroundS+opcode(size>>3), 0, t, a, in(a), mode)
	c.vex(scalarOp(opVcvtts2si, size), w, r, noReg, in(t))
	c.indefinite(r, w, cold)
	c.vexImm(opVroundS+opcode(size>>3), 0, t, a, in(a), mode&^8)
}

// compareFloats compares b with a if swapped, else a with b. A quiet NaN is invalid too if Aux says so.
func (c *Compiler) compareFloats(a, b ir.Value, swapped bool) {
	op := opVucomis
	if c.insn.Aux&ir.Signaling != 0 {
		op = opVcomis
	}
	if swapped {
		a, b = b, a
	}
	switch {
	case c.flushes():
		ra, rb := c.use(a), c.use(b)
		c.vex(packedOp(op, c.insn.Size), 0, ra, noReg, in(rb))
		c.flushedCompare(op, ra, rb)
	case c.region.NaN.NaN() == ir.NaNPower:
		ra, pb := c.use(a), c.source(b)
		args := [3]place{in(ra), pb}
		if swapped {
			args = [3]place{pb, in(ra)}
		}
		c.compareTellingWhy(func(c *Compiler) { c.vex(packedOp(op, c.insn.Size), 0, ra, noReg, pb) }, args)
	default:
		ra := c.use(a)
		c.vex(packedOp(op, c.insn.Size), 0, ra, noReg, c.source(b))
	}
	c.unpin()
}

// compareTellingWhy compares, and has Go raise the cause where an operand is a NaN.
func (c *Compiler) compareTellingWhy(compare func(c *Compiler), args [3]place) {
	dst, insn := c.scratch(), c.insn
	compare(c)
	p := c.addCold(func(c *Compiler, p *coldPath) {
		again := *p
		again.back = c.newLabel()
		c.emitEval(&again)
		c.bind(again.back)
		hot := c.insn
		c.insn = insn
		compare(c)
		c.insn = hot
		c.jmp(p.back)
	})
	p.eval = evaluation{insn: insn, dst: dst, args: args}
	for i := range c.banks {
		p.eval.live[i] = c.banks[i].live()
	}
	p.back = c.newLabel()
	back := p.back
	c.jcc(ccP, p.from)
	c.bind(back)
}

func selectSetFCmp(c *Compiler) bool {
	if !c.hostFloats() {
		return false
	}
	cond := c.insn.Cond
	if c.inverted() {
		c.setFCmpCold(cond)
		return true
	}
	c.compareFloats(c.arg(0), c.arg(1), cond == ir.FLT || cond == ir.FLE)
	r := c.target(0)
	switch cond {
	case ir.FUN:
		c.setcc(ccP, r)
	case ir.FEQ:
		t := c.scratch()
		c.setcc(ccNP, r)
		c.setcc(ccE, t)
		c.legacy(opAnd, 4, r, in(t))
	default:
		c.setcc(orderedCC(cond), r)
	}
	c.set(0, r)
	c.known.note(c.insn.Dst[0], 4)
	return true
}

// orderedCC is the host's condition of cond on numbers; FLT and FLE have their operands swapped.
func orderedCC(cond ir.Cond) cc {
	switch cond {
	case ir.FLT:
		return ccA
	case ir.FLE:
		return ccAE
	case ir.FUN:
		return ccP
	}
	return ccE
}

// setFCmpCold is a comparison of which Go computes whatever has a NaN.
func (c *Compiler) setFCmpCold(cond ir.Cond) {
	a, b := c.use(c.arg(0)), c.use(c.arg(1))
	r := c.target(0)
	from, back := c.coldEval(r, in(a), in(b))
	x, y := a, b
	if cond == ir.FLT || cond == ir.FLE {
		x, y = b, a
	}
	c.vex(packedOp(opVucomis, c.insn.Size), 0, x, noReg, in(y))
	c.jcc(ccP, from)
	c.setcc(orderedCC(cond), r)
	c.bind(back)
	c.set(0, r)
	c.known.note(c.insn.Dst[0], 4)
}

// selectFCmp leaves the flags in the host's, in the order of operands that their first reader can test.
func selectFCmp(c *Compiler) bool {
	if !c.hostFloats() {
		return false
	}
	kind := flagsFloat
	if next := c.next[c.pos].dst[0]; int(next) < len(c.block.Insns) {
		if reader := &c.block.Insns[next]; reader.Cond >= ir.FlagEQ && reader.Cond <= ir.FlagBE &&
			hostConds[flagsFloat][reader.Cond-ir.FlagEQ] == noCC {
			kind = flagsFloatSwapped
		}
	}
	c.compareFloats(c.arg(0), c.arg(1), kind == flagsFloatSwapped)
	c.setFlags(0, kind)
	return true
}
