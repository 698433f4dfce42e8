package sh

import "muslrun/emu/native/ir"

// branches is "Branch instructions". The functions of those with a delay slot are in delays.
var branches = []row{
	{Name: "bf", Bits: "10001011 d:8", Emit: op{branchIf(ir.EQ), branch}},
	{Name: "bf/s", Bits: "10001111 d:8", Emit: op{nil, delayedBranch}},
	{Name: "bt", Bits: "10001001 d:8", Emit: op{branchIf(ir.NE), branch}},
	{Name: "bt/s", Bits: "10001101 d:8", Emit: op{nil, delayedBranch}},
	{Name: "bra", Bits: "1010 d:12", Emit: op{nil, delayedJump}},
	{Name: "bsr", Bits: "1011 d:12", Emit: op{call, delayedJump}},
	{Name: "braf", Bits: "0000 n:4 00100011", Emit: op{nil, delayedIndirect}},
	{Name: "bsrf", Bits: "0000 n:4 00000011", Emit: op{call, delayedIndirect}},
	{Name: "jmp", Bits: "0100 n:4 00101011", Emit: op{nil, delayedIndirect}},
	{Name: "jsr", Bits: "0100 n:4 00001011", Emit: op{call, delayedIndirect}},
	{Name: "rts", Bits: "0000000000001011", Emit: op{nil, delayedIndirect}},
}

func branchIf(c ir.Cond) func(g gen) {
	return func(g gen) {
		g.Branch(c, 4, t, g.Const(0), ir.At(g.in.Target), ir.At(g.in.Next()))
	}
}

// call sets the return address, before the delay slot.
func call(g gen) { g.Set(pr, g.imm(int64(g.pc+4))) }

// delayed is a branch: its target and condition are found before the slot does its work.
func (g gen) delayed(o op, slot func(), flow flow) {
	v := ir.None
	switch o.flow {
	case delayedIndirect:
		v = g.indirect()
	case delayedBranch:
		v = g.Copy(t)
	}
	if flow == splits && v != ir.None {
		g.Set(held, v)
		v = held
	}
	if o.emit != nil {
		o.emit(g)
	}
	slot()
	if flow == control {
		g.switchMode(g.leads(o.flow, v))
		return
	}
	switch o.flow {
	case delayedBranch:
		g.Branch(g.taken(), 4, v, g.Const(0), ir.At(g.in.Target), ir.At(g.in.Next()))
	case delayedJump:
		g.Goto(g.in.Target)
	default:
		g.JumpReg(v)
	}
}

// taken is the condition on T of bt/s and bf/s.
func (g gen) taken() ir.Cond {
	if g.word>>8 == 0x8f {
		return ir.EQ
	}
	return ir.NE
}

// leads is the address that a branch leads to; v is its target or condition.
func (g gen) leads(f flow, v ir.Value) ir.Value {
	switch f {
	case delayedBranch:
		return g.Select(g.taken(), 4, v, g.Const(0), g.Const(g.in.Target), g.Const(g.in.Next()))
	case delayedJump:
		return g.Const(g.in.Target)
	}
	return v
}

// indirect is where jmp, jsr, braf, bsrf or rts leads.
func (g gen) indirect() ir.Value {
	switch g.word & 0xf0ff {
	case 0x000b:
		return g.Copy(pr)
	case 0x0003, 0x0023:
		return g.Op(ir.Add, 4, g.n(), g.imm(int64(g.pc+4)))
	}
	return g.Copy(g.n())
}
