package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// branches is "Branches, exception generating and system instructions", without the system instructions.
func branches() []isa.Row[op] {
	return []isa.Row[op]{
		branchRow("b.cond", "0101010 0 imm:19 0 cond:4", isa.Branch, imm19, branchCond),
		branchRow("b.al", "0101010 0 imm:19 0 111 any:1", isa.Jumps, imm19, jump),
		branchRow("b", "0 00101 imm:26", isa.Jumps, imm26, jump),
		branchRow("bl", "1 00101 imm:26", isa.Jumps, imm26, call),
		branchRow("cbz", "sf:1 011010 0 imm:19 rt:5", isa.Branch, imm19, compareBranch(ir.EQ)),
		branchRow("cbnz", "sf:1 011010 1 imm:19 rt:5", isa.Branch, imm19, compareBranch(ir.NE)),
		branchRow("tbz", "b5:1 011011 0 b40:5 imm:14 rt:5", isa.Branch, imm14, testBranch(ir.TZ)),
		branchRow("tbnz", "b5:1 011011 1 b40:5 imm:14 rt:5", isa.Branch, imm14, testBranch(ir.TST)),

		flowRow("br", "1101011 0000 11111 000000 rn:5 00000", isa.Stops, jumpRegister),
		flowRow("blr", "1101011 0001 11111 000000 rn:5 00000", isa.Stops, callRegister),
		flowRow("ret", "1101011 0010 11111 000000 rn:5 00000", isa.Stops, jumpRegister),

		flowRow("svc", "11010100 000 imm:16 000 01", isa.Stops, systemCall),
		flowRow("brk", "11010100 001 imm:16 000 00", isa.Stops, breakpoint),
	}
}

func imm26(w word) int64 { return w.signed(0, 26) << 2 }
func imm19(w word) int64 { return w.signed(5, 19) << 2 }
func imm14(w word) int64 { return w.signed(5, 14) << 2 }

func jump(g gen) { g.Goto(g.in.Target) }

func (g gen) link() { g.Set(x(30), g.Const(g.in.Next())) }

func call(g gen) {
	g.link()
	jump(g)
}

func (g gen) targets() (yes, no ir.Target) { return ir.At(g.in.Target), ir.At(g.in.Next()) }

func branchCond(g gen) {
	yes, no := g.targets()
	g.BranchF(cond(g.at(0, 4)), nzcv, yes, no)
}

func compareBranch(c ir.Cond) func(g gen) {
	return func(g gen) {
		yes, no := g.targets()
		g.Branch(c, g.size(), g.reg(g.rt()), g.Const(0), yes, no)
	}
}

func testBranch(c ir.Cond) func(g gen) {
	return func(g gen) {
		yes, no := g.targets()
		g.Branch(c, g.size(), g.reg(g.rt()), g.Const(1<<(g.at(31, 1)<<5|g.at(19, 5))), yes, no)
	}
}

func jumpRegister(g gen) { g.JumpReg(g.reg(g.rn())) }

func callRegister(g gen) {
	target := g.Copy(g.reg(g.rn()))
	g.link()
	g.JumpReg(target)
}

// systemCall clears the exclusive monitor, as the return from an exception does.
func systemCall(g gen) {
	g.clearMonitor()
	g.Exit(ir.ExitSystemCall, int64(g.at(5, 16)), g.in.Next())
}

func breakpoint(g gen) { g.Exit(ir.ExitBreakpoint, int64(g.at(5, 16)), g.in.PC) }
