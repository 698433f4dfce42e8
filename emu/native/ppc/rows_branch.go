package ppc

import (
	"muslrun/emu/native/ir"
)

// branches is "Branch Instructions" and "System Call".
var branches = []row{
	{Name: "b", Bits: "010010 li:24 aa:1 lk:1", Emit: op{emit: branchAlways, flow: direct}},
	{Name: "bc", Bits: "010000 bo:5 bi:5 bd:14 aa:1 lk:1", Emit: op{emit: branchConditional, flow: direct}},
	{Name: "bclr", Bits: "010011 bo:5 bi:5 any:3 bh:2 0000010000 lk:1", Emit: op{emit: branchTo(lr), flow: indirect}},
	{Name: "bcctr", Bits: "010011 bo:5 bi:5 any:3 bh:2 1000010000 lk:1",
		Emit: op{emit: branchTo(ctr), flow: indirect, valid: keepsCounter}},
	{Name: "sc", Bits: "010001 any:10 any:4 0000000 any:3 1 any:1",
		Emit: op{emit: func(g gen) { g.Exit(ir.ExitSystemCall, 0, g.wrap(g.in.Next())) }, flow: stops}},
}

// branches64 is what POWER8 adds to the 32-bit G4.
var branches64 = []row{
	{Name: "bctar", Bits: "010011 bo:5 bi:5 any:3 bh:2 1000110000 lk:1", Emit: op{emit: branchTo(tar), flow: indirect}},
}

// keepsCounter: a branch to the counter cannot count.
func keepsCounter(w word) bool { return w.bo()&boNoCount != 0 }

// setLink leaves the address behind the instruction in the link register.
func (g gen) setLink() {
	if g.link() {
		g.Set(lr, g.imm(g.in.Next()))
	}
}

func branchAlways(g gen) {
	g.setLink()
	g.Goto(g.in.Target)
}

func branchConditional(g gen) {
	g.setLink()
	if g.unconditional() {
		g.Goto(g.in.Target)
		return
	}
	g.branch(ir.At(g.in.Target))
}

// branchTo makes a branch to a register.
func branchTo(register ir.Value) func(g gen) {
	return func(g gen) {
		if g.unconditional() {
			to := g.Op(ir.And, g.size, register, g.imm(^uint64(3)))
			g.setLink()
			g.JumpReg(to)
			return
		}
		target := register
		if g.link() || g.bo()&boNoCount == 0 {
			target = scratch
			g.Set(scratch, g.Copy(register))
		}
		g.setLink()
		taken := g.NewBlock()
		g.branch(g.Inner(taken))
		g.Begin(taken)
		g.JumpReg(g.Op(ir.And, g.size, target, g.imm(^uint64(3))))
	}
}

// branch ends the block: to a place if BO and BI say so, else behind the instruction. It counts down if BO says so.
func (g gen) branch(to ir.Target) {
	next := ir.At(g.wrap(g.in.Next()))
	if g.bo()&boNoCount == 0 {
		g.Set(ctr, g.Op(ir.Sub, g.size, ctr, g.Const(1)))
		c := ir.NE
		if g.bo()&boZero != 0 {
			c = ir.EQ
		}
		if g.bo()&boAlways != 0 {
			g.Branch(c, g.size, ctr, g.Const(0), to, next)
			return
		}
		second := g.NewBlock()
		g.Branch(c, g.size, ctr, g.Const(0), g.Inner(second), next)
		g.Begin(second)
	}
	t := g.test(g.bi())
	if g.bo()&boTrue == 0 {
		t = t.not()
	}
	g.Branch(t.cond, t.size, t.x, t.y, to, next)
}

// traps is "Fixed-Point Trap Instructions".
var (
	traps = []row{
		{Name: "tw", Bits: "011111 to:5 ra:5 rb:5 0000000100 any:1", Emit: op{emit: trap(4, false)}},
		{Name: "tw always", Bits: "011111 11111 ra:5 rb:5 0000000100 any:1", Emit: op{emit: trapAlways, flow: stops}},
		{Name: "twi", Bits: "000011 to:5 ra:5 si:16", Emit: op{emit: trap(4, true)}},
	}
	traps64 = []row{
		{Name: "td", Bits: "011111 to:5 ra:5 rb:5 0001000100 any:1", Emit: op{emit: trap(8, false)}},
		{Name: "tdi", Bits: "000010 to:5 ra:5 si:16", Emit: op{emit: trap(8, true)}},
	}
)

// trapConds are the conditions of the bits of TO.
var trapConds = [5]ir.Cond{ir.LTS, ir.GTS, ir.EQ, ir.LTU, ir.GTU}

func trapAlways(g gen) { g.Exit(ir.ExitBreakpoint, 0, g.in.PC) }

func trap(size int, immediate bool) func(g gen) {
	return func(g gen) {
		y := gpr(g.rb())
		if immediate {
			y = g.imm(uint64(g.si()))
		}
		for i, c := range trapConds {
			if g.bit(6 + i) {
				g.ExitIf(c, size, gpr(g.ra()), y, ir.ExitBreakpoint, 0)
			}
		}
	}
}
