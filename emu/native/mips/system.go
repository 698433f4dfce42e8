package mips

import (
	"time"

	"muslrun/emu/native/ir"
)

// traps is the instructions that trap on a condition.
var traps = []row{
	insn("tge", "000000 rs:5 rt:5 code:10 110000", trapIf(ir.GES)),
	insn("tgeu", "000000 rs:5 rt:5 code:10 110001", trapIf(ir.GEU)),
	insn("tlt", "000000 rs:5 rt:5 code:10 110010", trapIf(ir.LTS)),
	insn("tltu", "000000 rs:5 rt:5 code:10 110011", trapIf(ir.LTU)),
	insn("teq", "000000 rs:5 rt:5 code:10 110100", trapIf(ir.EQ)),
	insn("tne", "000000 rs:5 rt:5 code:10 110110", trapIf(ir.NE)),
}

// system is what leaves for the kernel, and what user code has of the coprocessor 0.
var system = []row{
	exit("syscall", "000000 code:20 001100", func(g gen) { g.Exit(ir.ExitSystemCall, int64(g.at(6, 20)), g.wrap(g.in.PC+4)) }),
	exit("break", "000000 code:20 001101", breakpoint),
	insn("sync", "000000 00000 00000 00000 stype:5 001111", func(g gen) { g.Do(ir.Insn{Op: ir.Fence}) }),
	insn("synci", "000001 rs:5 11111 imm:16", func(g gen) {}),
	insn("rdhwr", "011111 00000 rt:5 rd:5 00 sel:3 111011", readHardware),
}

// before6 is what release 6 removed, or has by other encodings.
var before6 = append([]row{
	insn("movz", "000000 rs:5 rt:5 rd:5 00000 001010", moveIf(ir.EQ)),
	insn("movn", "000000 rs:5 rt:5 rd:5 00000 001011", moveIf(ir.NE)),
	insn("movf", "000000 rs:5 cc:3 00 rd:5 00000 000001", moveOnCode),
	insn("movt", "000000 rs:5 cc:3 01 rd:5 00000 000001", moveOnCode),
	insn("tgei", "000001 rs:5 01000 imm:16", trapImmediate(ir.GES)),
	insn("tgeiu", "000001 rs:5 01001 imm:16", trapImmediate(ir.GEU)),
	insn("tlti", "000001 rs:5 01010 imm:16", trapImmediate(ir.LTS)),
	insn("tltiu", "000001 rs:5 01011 imm:16", trapImmediate(ir.LTU)),
	insn("teqi", "000001 rs:5 01100 imm:16", trapImmediate(ir.EQ)),
	insn("tnei", "000001 rs:5 01110 imm:16", trapImmediate(ir.NE)),
	insn("addi", "001000 rs:5 rt:5 imm:16", func(g gen) { g.overflow32(ir.Add, g.rt(), g.reg(g.rs()), g.imm(g.simm())) }),
	insn("pref", "110011 rs:5 hint:5 imm:16", func(g gen) {}),
	insn("prefx", "010011 rs:5 rt:5 hint:5 00000 001111", func(g gen) {}),
	insn("ll", "110000 rs:5 rt:5 imm:16", loadLinked(4)),
	insn("sc", "111000 rs:5 rt:5 imm:16", storeConditional(4)),
}, branchesBefore6...)

func trapIf(c ir.Cond) func(g gen) {
	return func(g gen) { g.trapIf(c, g.reg(g.rs()), g.reg(g.rt()), g.trapCode()) }
}

func trapImmediate(c ir.Cond) func(g gen) {
	return func(g gen) { g.trapIf(c, g.reg(g.rs()), g.imm(g.simm()), 0) }
}

func (g gen) trapIf(c ir.Cond, x, y ir.Value, code int) {
	kind, value := trapExit(code)
	g.ExitIf(c, g.size, x, y, kind, value)
}

// trapExit says what a trap or breakpoint with a code is: Linux makes SIGFPE of two (asm/break.h, BRK_OVERFLOW and
// BRK_DIVZERO).
func trapExit(code int) (ir.ExitKind, int64) {
	switch code {
	case 6:
		return ir.ExitArithmetic, fpeIntOvf
	case 7:
		return ir.ExitArithmetic, fpeIntDiv
	}
	return ir.ExitBreakpoint, int64(code)
}

func breakpoint(g gen) {
	kind, value := trapExit(g.breakCode())
	g.Exit(kind, value, g.in.PC)
}

func moveIf(c ir.Cond) func(g gen) {
	return func(g gen) {
		if g.rd() != 0 {
			g.set(g.rd(), g.Select(c, g.size, g.reg(g.rt()), g.Const(0), g.reg(g.rs()), g.reg(g.rd())))
		}
	}
}

// moveOnCode is MOVF and MOVT, of which bit 16 tells the value of the condition code on which they move.
func moveOnCode(g gen) {
	if g.rd() != 0 {
		c := [...]ir.Cond{ir.EQ, ir.NE}[g.at(16, 1)]
		g.set(g.rd(), g.Select(c, 8, cc(g.at(18, 3)), g.Const(0), g.reg(g.rs()), g.reg(g.rd())))
	}
}

// The hardware registers that Linux enables in HWREna, and release 6's.
const (
	hwCPU       = 0
	hwSynciStep = 1
	hwCount     = 2
	hwCountRes  = 3
	hwXNP       = 5
	hwUserLocal = 29
)

// countResolution is how many nanoseconds make a cycle of the counter's processor: CCRes is 2.
const countResolution = 2

func hasHardware(w word, r6 bool) bool {
	switch w.rd() {
	case hwCPU, hwSynciStep, hwCount, hwCountRes, hwUserLocal:
		return w.at(6, 3) == 0
	case hwXNP:
		return r6 && w.at(6, 3) == 0
	}
	return false
}

func readHardware(g gen) {
	if !hasHardware(g.word, g.r6) {
		g.ExitIf(ir.EQ, 8, g.Const(0), g.Const(0), ir.ExitIllegal, 0)
		return
	}
	switch g.rd() {
	case hwUserLocal:
		g.set(g.rt(), g.Copy(userLocal))
	case hwSynciStep:
		g.set(g.rt(), g.Const(32))
	case hwCount:
		g.setWord(g.rt(), g.Helper(ir.Int, 0, helpCounter, 0))
	case hwCountRes:
		g.set(g.rt(), g.Const(countResolution))
	case hwXNP:
		g.set(g.rt(), g.Const(1))
	default:
		g.set(g.rt(), g.Const(0))
	}
}

// started is when the counter began.
var started = time.Now()

// counter is the low half of a counter of nanoseconds, divided by the resolution.
func counter(s *ir.State, _ int64) (ir.ExitKind, int64) {
	s.Out[0] = ir.Word{Lo: uint64(uint32(time.Since(started) / countResolution))}
	return ir.ExitLookup, 0
}
