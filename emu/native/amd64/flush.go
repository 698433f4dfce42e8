package amd64

import "muslrun/emu/native/ir"

// Flush to zero (ir.FlushToZero). The host computes as if there were none, and tells by two flags of MXCSR, which are never
// left set, that an operand was subnormal or that the result underflowed. Then a cold path restores MXCSR and has Go compute
// the operation. A subnormal result is an operand of the comparison that looks for NaNs.

// The flags of MXCSR, and its bit that makes the host take subnormal operands for zeros.
const (
	subnormal       = 1 << 1
	subnormalOrTiny = subnormal | 1<<4
	operandsAreZero = 1 << 6
)

// Where MXCSR is kept: before and behind an operation.
var (
	controlBefore = state(offSpill + 16*(coldSpill+3))
	controlBehind = state(offSpill + 16*(coldSpill+3) + 4)
)

// flushes reports whether the instruction at hand may have to flush.
func (c *Compiler) flushes() bool {
	return c.region.NaN&ir.FlushToZero != 0 && c.insn.Size >= 4 && c.insn.Op.Has(ir.Raises)
}

// flushesAsArm reports whether that is in the way that the host can be asked about.
func (c *Compiler) flushesAsArm() bool {
	return c.region.NaN.NaN() == ir.NaNArm || c.region.NaN.NaN() == ir.NaNArmDefault
}

// beforeFlush begins an instruction that may have to flush.
func (c *Compiler) beforeFlush() {
	if c.flushes() && c.flushesAsArm() {
		c.legacy(opMXCSR, 4, storeMXCSR, controlBefore)
	}
}

// checkFlush jumps to cold if the host's result is not that of an executor that flushes.
func (c *Compiler) checkFlush(cold label) {
	if c.flushes() {
		c.legacy(opMXCSR, 4, storeMXCSR, controlBehind)
		c.testImm(4, controlBehind, subnormalOrTiny)
		c.jcc(ccNE, cold)
	}
}

// noticeSubnormal raises the flag of subnormal operands for a, which the host's instruction does not.
func (c *Compiler) noticeSubnormal(a reg) {
	if c.flushes() {
		c.vex(packedOp(opVucomis, c.insn.Size), 0, a, noReg, in(a))
	}
}

// noticeSubnormalLanes is noticeSubnormal on vectors. It spoils t.
func (c *Compiler) noticeSubnormalLanes(a place, t reg) {
	if c.flushes() {
		const unordered = 3
		c.loadOrMove(t, a)
		c.vexImm(packedOp(opVcmp, c.insn.Size), 0, t, t, in(t), unordered)
	}
}

// flushedCompare repeats a comparison of a with b of which an operand turns out to be subnormal, or a NaN.
func (c *Compiler) flushedCompare(op opcode, a, b reg) {
	c.claim(ir.Int, rax)
	p := c.addCold((*Compiler).coldCompare)
	p.code, p.reg, p.place, p.size, p.back = int64(op), a, in(b), c.insn.Size, c.newLabel()
	back := p.back
	from := p.from
	c.jcc(ccP, from)
	c.checkFlush(from)
	c.vex(packedOp(op, c.insn.Size), 0, a, noReg, in(b))
	c.bind(back)
}

func (c *Compiler) coldCompare(p *coldPath) {
	c.legacy(opMXCSR, 4, loadMXCSR, controlBefore)
	for _, r := range [...]reg{p.reg, p.place.base} { // one by one: beside a NaN the host overlooks a subnormal operand
		c.vex(packedOp(opVucomis, p.size), 0, r, noReg, in(r))
	}
	c.legacy(opMXCSR, 4, storeMXCSR, controlBehind)
	c.legacy(opLoad, 4, rax, controlBehind)
	c.aluImm(opAnd, 4, in(rax), subnormal)
	c.shiftImm(shiftShl, 4, rax, 4) // to ir.FPDenormal
	c.legacy(opOr, 8, rax, state(offFPFlags))
	c.legacy(opStore, 8, rax, state(offFPFlags))
	c.aluImm(opAnd, 4, controlBehind, ^subnormal)
	c.aluImm(opOr, 4, controlBehind, operandsAreZero)
	c.legacy(opMXCSR, 4, loadMXCSR, controlBehind)
	c.vex(packedOp(opcode(p.code), p.size), 0, p.reg, noReg, p.place)
	c.byte(0x9f) // lahf
	c.legacy(opMXCSR, 4, storeMXCSR, controlBehind)
	c.aluImm(opAnd, 4, controlBehind, ^operandsAreZero)
	c.legacy(opMXCSR, 4, loadMXCSR, controlBehind)
	c.byte(0x9e) // sahf
	c.jmp(p.back)
}
