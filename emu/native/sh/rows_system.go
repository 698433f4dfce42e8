package sh

import "muslrun/emu/native/ir"

// system is "System control instructions", as far as user code has them.
var system = []row{
	{Name: "clrmac", Bits: "0000000000101000", Emit: op{emit: func(g gen) {
		g.Set(mach, g.Const(0))
		g.Set(macl, g.Const(0))
	}}},
	{Name: "clrs", Bits: "0000000001001000", Emit: op{emit: func(g gen) { g.Set(flagS, g.Const(0)) }}},
	{Name: "sets", Bits: "0000000001011000", Emit: op{emit: func(g gen) { g.Set(flagS, g.Const(1)) }}},
	{Name: "clrt", Bits: "0000000000001000", Emit: op{emit: func(g gen) { g.Set(t, g.Const(0)) }}},
	{Name: "sett", Bits: "0000000000011000", Emit: op{emit: func(g gen) { g.Set(t, g.Const(1)) }}},
	{Name: "ldc GBR", Bits: "0100 m:4 00011110", Emit: op{emit: take(gbr)}},
	{Name: "ldc.l GBR", Bits: "0100 m:4 00010111", Emit: op{emit: takePop(gbr)}},
	{Name: "lds MACH", Bits: "0100 m:4 00001010", Emit: op{emit: take(mach)}},
	{Name: "lds MACL", Bits: "0100 m:4 00011010", Emit: op{emit: take(macl)}},
	{Name: "lds PR", Bits: "0100 m:4 00101010", Emit: op{emit: take(pr)}},
	{Name: "lds.l MACH", Bits: "0100 m:4 00000110", Emit: op{emit: takePop(mach)}},
	{Name: "lds.l MACL", Bits: "0100 m:4 00010110", Emit: op{emit: takePop(macl)}},
	{Name: "lds.l PR", Bits: "0100 m:4 00100110", Emit: op{emit: takePop(pr)}},
	{Name: "lds FPUL", Bits: "0100 m:4 01011010", Emit: op{emit: take(fpul)}},
	{Name: "lds.l FPUL", Bits: "0100 m:4 01010110", Emit: op{emit: takePop(fpul)}},
	{Name: "lds FPSCR", Bits: "0100 m:4 01101010", Emit: op{func(g gen) { g.setFPSCR(g.n()) }, control}},
	{Name: "lds.l FPSCR", Bits: "0100 m:4 01100110", Emit: op{popFPSCR, control}},
	{Name: "stc GBR", Bits: "0000 n:4 00010010", Emit: op{emit: give(gbr)}},
	{Name: "stc.l GBR", Bits: "0100 n:4 00010011", Emit: op{emit: givePush(gbr)}},
	{Name: "sts MACH", Bits: "0000 n:4 00001010", Emit: op{emit: give(mach)}},
	{Name: "sts MACL", Bits: "0000 n:4 00011010", Emit: op{emit: give(macl)}},
	{Name: "sts PR", Bits: "0000 n:4 00101010", Emit: op{emit: give(pr)}},
	{Name: "sts.l MACH", Bits: "0100 n:4 00000010", Emit: op{emit: givePush(mach)}},
	{Name: "sts.l MACL", Bits: "0100 n:4 00010010", Emit: op{emit: givePush(macl)}},
	{Name: "sts.l PR", Bits: "0100 n:4 00100010", Emit: op{emit: givePush(pr)}},
	{Name: "sts FPUL", Bits: "0000 n:4 01011010", Emit: op{emit: give(fpul)}},
	{Name: "sts.l FPUL", Bits: "0100 n:4 01010010", Emit: op{emit: givePush(fpul)}},
	{Name: "sts FPSCR", Bits: "0000 n:4 01101010", Emit: op{emit: func(g gen) { g.Set(g.n(), g.getFPSCR()) }}},
	{Name: "sts.l FPSCR", Bits: "0100 n:4 01100010", Emit: op{emit: pushFPSCR}},
	{Name: "movca.l", Bits: "0000 n:4 11000011", Emit: op{emit: func(g gen) { g.store(4, g.n(), 0, r(0)) }}},
	{Name: "nop", Bits: "0000000000001001", Emit: op{emit: nothing}},
	{Name: "ocbi", Bits: "0000 n:4 10010011", Emit: op{emit: nothing}},
	{Name: "ocbp", Bits: "0000 n:4 10100011", Emit: op{emit: nothing}},
	{Name: "ocbwb", Bits: "0000 n:4 10110011", Emit: op{emit: nothing}},
	{Name: "pref", Bits: "0000 n:4 10000011", Emit: op{emit: nothing}},
	{Name: "prefi", Bits: "0000 n:4 11010011", Emit: op{emit: nothing}},
	{Name: "icbi", Bits: "0000 n:4 11100011", Emit: op{invalidate, stops}},
	{Name: "synco", Bits: "0000000010101011", Emit: op{emit: func(g gen) { g.Do(ir.Insn{Op: ir.Fence}) }}},
	{Name: "trapa", Bits: "11000011 i:8", Emit: op{trapa, stops}},
}

func nothing(gen) {}

func take(global ir.Value) func(g gen) { return func(g gen) { g.Set(global, g.n()) } }
func give(global ir.Value) func(g gen) { return func(g gen) { g.Set(g.n(), global) } }

func takePop(global ir.Value) func(g gen) {
	return func(g gen) {
		v := g.load(4, g.n(), 0)
		g.move(g.n(), g.Op(ir.Add, 4, g.n(), g.Const(4)))
		g.Set(global, v)
	}
}

func givePush(global ir.Value) func(g gen) {
	return func(g gen) {
		g.store(4, g.n(), -4, global)
		g.Set(g.n(), g.Op(ir.Sub, 4, g.n(), g.Const(4)))
	}
}

func popFPSCR(g gen) {
	v := g.load(4, g.n(), 0)
	g.move(g.n(), g.Op(ir.Add, 4, g.n(), g.Const(4)))
	g.setFPSCR(v)
}

func pushFPSCR(g gen) {
	g.store(4, g.n(), -4, g.getFPSCR())
	g.Set(g.n(), g.Op(ir.Sub, 4, g.n(), g.Const(4)))
}

// setFPSCR is the opposite of getFPSCR.
func (g gen) setFPSCR(v ir.Value) {
	direction := g.Select(ir.EQ, 4, g.Op(ir.And, 4, v, g.Const(fpscrRM)), g.Const(1),
		g.Const(uint64(ir.RoundZero)), g.Const(uint64(ir.RoundNearest)))
	g.Do(ir.Insn{Op: ir.SetRounding, Size: 8}, direction)
	g.Do(ir.Insn{Op: ir.SetFPFlags, Size: 8}, g.OpImm(ir.Extract, 4, flagShift|5<<8, v))
	g.move(lastOp, g.OpImm(ir.Extract, 4, causeAt|6<<8, v))
	g.Set(fpscr, g.Op(ir.And, 4, v, g.Const(fpscrBits)))
}

func (g gen) getFPSCR() ir.Value {
	flags := g.Op(ir.Shl, 4, g.Op(ir.And, 4, g.Op(ir.GetFPFlags, 8), g.Const(31)), g.Const(flagShift))
	causes := g.Helper(ir.Int, 0, helpCause, 0)
	return g.Op(ir.Or, 4, g.Op(ir.Or, 4, fpscr, flags), g.Op(ir.Shl, 4, causes, g.Const(causeAt)))
}

// lineSize is the bytes of a line of code.
const lineSize = 32

// invalidate tells the engine of a line of code, which may have been written where the engine did not notice.
func invalidate(g gen) {
	g.Load(ir.Int, 1, 0, g.n(), 0)
	g.ExitAt(ir.ExitFlush, lineSize, g.Op(ir.And, 4, g.n(), g.imm(-lineSize)), g.in.Next())
}

// trapa is a system call up to #0x1f, a trap for debuggers above.
func trapa(g gen) {
	if n := g.word.imm8(); n >= firstDebug {
		g.Exit(ir.ExitBreakpoint, int64(n), g.in.PC)
		return
	}
	g.Exit(ir.ExitSystemCall, int64(g.word.imm8()), g.in.Next())
}

const firstDebug = 0x20
