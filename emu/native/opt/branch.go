package opt

import (
	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
)

// comparisons read through a condition that was made a number, and through the flags of a comparison.
var comparisons = map[ir.Op][]rule{
	ir.Branch:  {truth, maskTest, order},
	ir.Select:  {truth, maskTest, order},
	ir.SetCond: {truth, maskTest, order},
	ir.ExitIf:  {truthExit, maskTest},
	ir.BranchF: {flagsOfCompare},
	ir.SelectF: {flagsOfCompare},
	ir.SetF:    {flagsOfCompare},
}

// onFlags is the operation on flags that does what one on integers does.
var onFlags = [ir.NumOps]ir.Op{ir.Branch: ir.BranchF, ir.Select: ir.SelectF, ir.SetCond: ir.SetF}

// onInts is the opposite.
var onInts = [ir.NumOps]ir.Op{ir.BranchF: ir.Branch, ir.SelectF: ir.Select, ir.SetF: ir.SetCond}

// truth is a comparison with 0 of what SetCond or SetF has made.
func truth(o *Optimizer, in *ir.Insn) bool {
	made, j, not := o.truthOf(in)
	if made == nil {
		return false
	}
	cond := made.Cond
	if not {
		cond = cond.Not()
	}
	x, y := made.Args[0], made.Args[1]
	if made.Op == ir.SetCond {
		if !o.available(x, j) || !o.available(y, j) {
			return false
		}
		in.Cond, in.Size, in.Args[0], in.Args[1] = cond, made.Size, x, y
		return true
	}
	if !o.available(x, j) {
		return false
	}
	rest := in.Args[2:4]
	in.Op, in.Cond, in.Args = onFlags[in.Op], cond, ir.Args(x, rest[0], rest[1])
	return true
}

// truthExit is truth for an operation that has no form on flags.
func truthExit(o *Optimizer, in *ir.Insn) bool {
	made, _, _ := o.truthOf(in)
	return made != nil && made.Op == ir.SetCond && truth(o, in)
}

// truthOf is the SetCond or SetF whose result in compares with 0, and whether in wants the opposite.
func (o *Optimizer) truthOf(in *ir.Insn) (made *ir.Insn, at int, not bool) {
	c, ok := o.r.ConstInt(in.Args[1])
	if !ok || c&ones(in.Size) != 0 {
		return nil, 0, false
	}
	switch in.Cond {
	case ir.EQ, ir.LEU:
		not = true
	case ir.NE, ir.GTU:
	default:
		return nil, 0, false
	}
	made, at = o.producer(in.Args[0])
	if made == nil || made.Op != ir.SetCond && made.Op != ir.SetF {
		return nil, 0, false
	}
	return made, at, not
}

// maskTest is a comparison of x & y with 0.
func maskTest(o *Optimizer, in *ir.Insn) bool {
	c, ok := o.r.ConstInt(in.Args[1])
	if !ok || c&ones(in.Size) != 0 || in.Cond != ir.EQ && in.Cond != ir.NE {
		return false
	}
	and, j := o.made(in.Args[0], ir.And)
	if and == nil || !o.available(and.Args[0], j) || !o.available(and.Args[1], j) {
		return false
	}
	cond := ir.TST
	if in.Cond == ir.EQ {
		cond = ir.TZ
	}
	in.Cond, in.Size, in.Args[0], in.Args[1] = cond, min(in.Size, and.Size), and.Args[0], and.Args[1]
	return true
}

// flagsOfCompare reads the operands of a comparison instead of its flags.
func flagsOfCompare(o *Optimizer, in *ir.Insn) bool {
	compare, j := o.flagsFrom(in.Args[0])
	if compare == nil || !o.available(compare.Args[0], j) || !o.available(compare.Args[1], j) {
		return false
	}
	cond, ok1 := conditionOf(compare, in.Cond)
	y, ok2 := o.comparedWith(compare)
	if !ok1 || !ok2 {
		return false
	}
	rest := in.Args[1:3]
	in.Op, in.Cond, in.Size = onInts[in.Op], cond, compare.Size
	in.Args = ir.Args(compare.Args[0], y, rest[0], rest[1])
	return true
}

// comparedWith is the second operand of a comparison. The flags of x + c are those of x - (-c) with C as the opposite of the
// borrow, but for the least c and for 0.
func (o *Optimizer) comparedWith(compare *ir.Insn) (ir.Value, bool) {
	if compare.Op != ir.Add {
		return compare.Args[1], true
	}
	c, ok := o.second(compare)
	if !ok || c<<1&ones(compare.Size) == 0 {
		return ir.None, false
	}
	return o.constant(-c & ones(compare.Size)), true
}

// flagsFrom is the Sub, And or Add that set the packed flags v.
func (o *Optimizer) flagsFrom(v ir.Value) (*ir.Insn, int) {
	if v < 0 || o.def[v] < 0 {
		return nil, 0
	}
	j := int(o.def[v])
	if in := &o.insns[j]; in.Dst[1] == v && (in.Op == ir.Sub || in.Op == ir.And || in.Op == ir.Add) {
		return in, j
	}
	return nil, 0
}

// Conditions on flags in pairs of a condition and its opposite, from FlagEQ on; never stands for those that the operands alone
// do not tell.
const never = ^ir.Cond(0)

// What conditions on the flags of a Sub, with C as the borrow, of one with C as its opposite, and of an And say of operands.
var (
	ofSub         = [8]ir.Cond{ir.EQ, ir.LTU, never, never, never, ir.GES, ir.GTS, ir.GTU}
	ofSubNoBorrow = [8]ir.Cond{ir.EQ, ir.GEU, never, never, ir.GTU, ir.GES, ir.GTS, never}
	ofAnd         = [8]ir.Cond{ir.TZ, never, never, never, never, never, never, never}
)

// conditionOf is the condition on the operands of a comparison that one on its flags amounts to.
func conditionOf(compare *ir.Insn, c ir.Cond) (ir.Cond, bool) {
	table := &ofSub
	switch {
	case compare.Op == ir.And:
		table = &ofAnd
	case compare.Op == ir.Add || compare.Aux&ir.NotBorrow != 0:
		table = &ofSubNoBorrow
	}
	cond := table[(c-ir.FlagEQ)/2]
	if cond == never {
		return 0, false
	}
	if c&1 != 0 {
		cond = cond.Not()
	}
	return cond, true
}

// decide makes a branch on constants a jump.
func (o *Optimizer) decide(b *ir.Block) {
	last := &b.Insns[len(b.Insns)-1]
	if last.Op != ir.Branch {
		return
	}
	x, ok1 := o.r.ConstInt(last.Args[0])
	y, ok2 := o.r.ConstInt(last.Args[1])
	if !ok1 || !ok2 {
		return
	}
	o.args[0].Lo, o.args[1].Lo = x, y
	test := ir.Insn{Op: ir.SetCond, Size: last.Size, Cond: last.Cond}
	interp.Eval(&test, o.r.NaN, &o.state, &o.args, &o.out)
	if o.out[0].Lo == 0 {
		b.Succ[0] = b.Succ[1]
	}
	b.Succ[1] = ir.Target{}
	become(last, ir.Jump, 0, 0)
}
