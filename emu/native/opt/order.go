package opt

import "muslrun/emu/native/ir"

// orderBit tells whether the result of a Compare, or of a FlagOrder that is not unordered, is negative.
const orderBit = 1 << 62

// order reads the operands of a Compare, or the flags of a FlagOrder, instead of the result.
func order(o *Optimizer, in *ir.Insn) bool {
	made, j := o.producer(in.Args[0])
	if made == nil || made.Op != ir.Compare && made.Op != ir.FlagOrder {
		return false
	}
	cond, ok := o.orderCond(in)
	x, y := made.Args[0], made.Args[1]
	if !ok || !o.available(x, j) || !o.available(y, j) {
		return false
	}
	if made.Op == ir.Compare {
		if made.Aux&ir.Signed == 0 {
			cond = unsignedOf(cond)
		}
		in.Cond, in.Size, in.Args[0], in.Args[1] = cond, made.Size, x, y
		return true
	}
	rest := in.Args[2:4]
	in.Op, in.Cond, in.Args = onFlags[in.Op], floatFlag(cond), ir.Args(x, rest[0], rest[1])
	return true
}

// orderCond is the signed condition on the operands that one on the order amounts to: bit 62, the sign or the low half are
// tested, as is described at ir.Compare.
func (o *Optimizer) orderCond(in *ir.Insn) (ir.Cond, bool) {
	c, ok := o.r.ConstInt(in.Args[1])
	if !ok {
		return 0, false
	}
	switch {
	case in.Cond&^1 == ir.TST && in.Size == 8 && c == orderBit:
		return ir.LTS + in.Cond&1, true
	case in.Cond == ir.GTS && in.Size == 8 && c == 0, in.Cond == ir.LES && in.Size == 8 && c == 0:
		return in.Cond, true
	case in.Cond&^1 == ir.EQ && in.Size == 4 && uint32(c) == 0:
		return in.Cond, true
	}
	return 0, false
}

// unsignedOf is the unsigned condition beside one of EQ to GTS.
func unsignedOf(c ir.Cond) ir.Cond {
	if c < ir.LTS {
		return c
	}
	return c - ir.LTS + ir.LTU
}

// floatFlag is the condition on the flags of an FCmp: less, greater and equal are not unordered.
func floatFlag(c ir.Cond) ir.Cond {
	flag := map[ir.Cond]ir.Cond{ir.LTS: ir.FlagMI, ir.GTS: ir.FlagGT, ir.EQ: ir.FlagEQ}
	if f, ok := flag[c]; ok {
		return f
	}
	return flag[c.Not()].Not()
}
