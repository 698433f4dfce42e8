package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// system is the system instructions that EL0 may execute. Registers are in sysregs.go.
func system() []isa.Row[op] {
	return []isa.Row[op]{
		// All hints do nothing: there is no other that waits (wfe, yield), no pointer authentication, no branch targets.
		row("hint", "1101010100 0 00 011 0010 crm:4 op2:3 11111", nothing),
		row("clrex", "1101010100 0 00 011 0011 crm:4 010 11111", gen.clearMonitor),
		row("dsb", "1101010100 0 00 011 0011 crm:4 100 11111", fence),
		row("dmb", "1101010100 0 00 011 0011 crm:4 101 11111", dmb),
		flowRow("isb", "1101010100 0 00 011 0011 crm:4 110 11111", isa.Stops, isb),

		row("dc zva", "1101010100 0 01 011 0111 0100 001 rt:5", dcZVA),
		row("dc cvac", "1101010100 0 01 011 0111 1010 001 rt:5", maintain),
		row("dc cvau", "1101010100 0 01 011 0111 1011 001 rt:5", maintain),
		row("dc civac", "1101010100 0 01 011 0111 1110 001 rt:5", maintain),
		flowRow("ic ivau", "1101010100 0 01 011 0111 0101 001 rt:5", isa.Stops, invalidate),
	}
}

func nothing(gen) {}

func fence(g gen) { g.Do(ir.Insn{Op: ir.Fence}) }

// dmb needs a fence only where it orders stores before loads: executors keep every other order.
func dmb(g gen) {
	if g.at(8, 2) != 1 && g.at(8, 2) != 2 {
		fence(g)
	}
}

// isb leaves the region, so that code which the guest has changed is not run from an old translation.
func isb(g gen) { g.JumpReg(g.Const(g.in.Next())) }

// lineSize is the bytes of a line of code, as CTR_EL0 says.
const lineSize = 64

// zvaSize is the bytes that dc zva clears, as DCZID_EL0 says.
const zvaSize = 64

func dcZVA(g gen) {
	block := g.Op(ir.And, 8, g.reg(g.rt()), g.imm(-zvaSize))
	for i := int64(0); i < zvaSize; i += 16 {
		g.Store(16, 0, block, i, g.VecConst(0, 0))
	}
}

// maintain is an operation on a line of the data cache, which needs nothing done but must fault where nothing is mapped.
func maintain(g gen) { g.Load(ir.Int, 1, 0, g.reg(g.rt()), 0) }

// invalidate tells the engine of a line of code, which may have been written where the engine did not notice.
func invalidate(g gen) {
	maintain(g)
	line := g.Op(ir.And, 8, g.reg(g.rt()), g.imm(-lineSize))
	g.ExitAt(ir.ExitFlush, lineSize, line, g.in.Next())
}
