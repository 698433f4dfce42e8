package mips

import (
	"slices"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// test is the condition of a branch, on values of size bytes.
type test struct {
	cond ir.Cond
	size int
	x, y ir.Value
}

// slotted emits a branch with its delay slot. Where the branch leads is found out before the slot, whatever that changes.
func (g gen) slotted(o *op) {
	switch {
	case o.flow == likely:
		g.likely(o)
	case o.flow == jumpReg:
		g.jumpReg(o)
	case g.in.Flow == isa.Jumps || o.test == nil:
		g.link(o)
		if slot := g.slot(nil); slot != nil {
			g.leave(slot, ir.At(g.in.Target))
		}
	default:
		g.branch(o)
	}
}

// link emits what a branch does besides leading somewhere.
func (g gen) link(o *op) {
	if o.emit != nil {
		o.emit(g)
	}
}

// next is the target behind a branch and its slot.
func (g gen) next() ir.Target { return ir.At(g.wrap(g.pc + 8)) }

func (g gen) branch(o *op) {
	t := g.fixed(o, o.test(g))
	g.link(o)
	slot := g.slot(&t)
	switch {
	case slot == nil:
	case slot.flow == fcsr:
		to := g.Select(t.cond, t.size, t.x, t.y, g.Const(g.in.Target), g.Const(g.next().PC))
		g.Do(ir.Insn{Op: ir.SwitchMode}, to)
	default:
		g.Branch(t.cond, t.size, t.x, t.y, ir.At(g.in.Target), g.next())
	}
}

// fixed keeps the operands of a condition from the link.
func (g gen) fixed(o *op, t test) test {
	if o.emit != nil {
		t.x, t.y = g.Copy(t.x), g.Copy(t.y)
	}
	return t
}

// likely executes the slot only if the branch is taken.
func (g gen) likely(o *op) {
	t := g.fixed(o, o.test(g))
	g.link(o)
	taken := g.NewBlock()
	g.Branch(t.cond, t.size, t.x, t.y, g.Inner(taken), g.next())
	g.Begin(taken)
	if slot := g.slot(nil); slot != nil {
		g.leave(slot, ir.At(g.in.Target))
	}
}

// jumpReg is an indirect jump. The target is read before the link is set.
func (g gen) jumpReg(o *op) {
	t := g.fixed(o, test{ir.NE, 8, g.reg(g.rs()), g.Const(0)})
	g.link(o)
	if slot := g.slot(&t); slot != nil {
		if slot.flow == fcsr {
			g.Do(ir.Insn{Op: ir.SwitchMode}, t.x)
			return
		}
		g.JumpReg(t.x)
	}
}

// leave ends a block behind a slot.
func (g gen) leave(slot *op, to ir.Target) {
	if slot.flow == fcsr {
		g.Do(ir.Insn{Op: ir.SwitchMode}, g.Const(to.PC))
		return
	}
	g.Jump(to)
}

// slot emits the instruction of the delay slot and returns its op, or nil if it does not come to its end. The test t, if
// any, keeps the values that it has before.
func (g gen) slot(t *test) *op {
	s := g
	s.word, s.pc = word(g.in.Word>>32), g.in.PC+4
	_, o := g.lookup(s.word, g.in.Mode)
	if !slotFits(o) {
		g.Exit(ir.ExitIllegal, 0, g.in.PC)
		return nil
	}
	block, at := g.Here(), len(g.Block().Insns)
	o.emit(s)
	if o.flow == stops {
		return nil
	}
	if t != nil {
		g.keep(t, block, at)
	}
	return o
}

// keep sees to it that the slot, which was emitted from instruction at of a block on, has not changed what t tests. Where it
// has made blocks, the outcome (or a jump's target) goes through a global.
func (g gen) keep(t *test, block, at int) {
	insns := g.R.Blocks[block].Insns
	if g.Here() != block {
		before := ir.Insn{Op: ir.SetCond, Size: uint8(t.size), Cond: t.cond, Args: ir.Args(t.x, t.y)}
		if g.word.indirect() {
			before = ir.Insn{Op: ir.Mov, Size: 8, Args: ir.Args(t.x)}
		}
		before.Dst = [2]ir.Value{delayed, ir.None}
		g.R.Blocks[block].Insns = slices.Insert(insns, at, before)
		*t = test{ir.NE, 8, delayed, g.Const(0)}
		return
	}
	for _, v := range []*ir.Value{&t.x, &t.y} {
		if v.IsGlobal() && sets(insns[at:], *v) {
			saved := g.Temp(ir.Int)
			insns = slices.Insert(insns, at, ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{saved, ir.None}, Args: ir.Args(*v)})
			*v = saved
		}
	}
	g.R.Blocks[block].Insns = insns
}

// sets reports whether one of the instructions has global v as a result.
func sets(insns []ir.Insn, v ir.Value) bool {
	return slices.ContainsFunc(insns, func(in ir.Insn) bool { return in.Dst[0] == v || in.Dst[1] == v })
}

// compact emits a branch of release 6 without a delay slot.
func (g gen) compact(o *op) {
	if o.test == nil {
		g.link(o)
		g.Goto(g.in.Target)
		return
	}
	t := g.fixed(o, o.test(g))
	g.link(o)
	g.Branch(t.cond, t.size, t.x, t.y, ir.At(g.in.Target), ir.At(g.wrap(g.pc+4)))
}
