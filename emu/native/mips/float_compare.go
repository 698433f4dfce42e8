package mips

import (
	"fmt"

	"muslrun/emu/native/ir"
)

// Bits of a comparison's condition.
const (
	ifUnordered = 1
	ifEqual     = 2
	ifLess      = 4
	ifNaNRaises = 8  // a quiet NaN is invalid too
	ifNegated   = 16 // release 6
)

// names of the conditions, of which those from 8 on raise.
var names = [...]string{"f", "un", "eq", "ueq", "olt", "ult", "ole", "ule", "sf", "ngle", "seq", "ngl", "lt", "nge", "le", "ngt"}

// compares is C.cond.fmt, which sets a condition code.
func compares(f format) []row {
	var rows []row
	for cond, name := range names {
		rows = append(rows, floatRow("c."+name+"."+f.letter, fmt.Sprintf("010001 %s ft:5 fs:5 cc:3 00 11 %04b", f.code, cond), f, pairFs|pairFt,
			func(g gen) { g.Set(cc(g.at(8, 3)), g.Copy(g.compare(f, cond))) }))
	}
	return rows
}

// names6 of the conditions of release 6; the negated ones are or, une and ne.
var names6 = map[int]string{0: "af", 1: "un", 2: "eq", 3: "ueq", 4: "lt", 5: "ult", 6: "le", 7: "ule", 17: "or", 18: "une", 19: "ne"}

// compares6 is CMP.cond.fmt of release 6, which makes a mask of ones or zeros.
func compares6(f format) []row {
	code := map[format]string{single: "10100", double: "10101"}[f]
	var rows []row
	for cond := range 32 {
		name, ok := names6[cond&^ifNaNRaises]
		if !ok {
			continue
		}
		if cond&ifNaNRaises != 0 {
			name = "s" + name
		}
		rows = append(rows, insn("cmp."+name+"."+f.letter, fmt.Sprintf("010001 %s ft:5 fs:5 fd:5 0 %05b", code, cond), func(g gen) {
			g.putInt(f, g.sa(), g.Op(ir.Neg, f.size, g.compare(f, cond)))
		}))
	}
	return rows
}

// compare is whether fs and ft fulfil a condition, as 0 or 1.
func (g gen) compare(f format, cond int) ir.Value {
	x, y := g.get(f, g.rd()), g.get(f, g.rt())
	var aux ir.Aux
	if cond&ifNaNRaises != 0 {
		aux = ir.Signaling
	}
	is := func(c ir.Cond, x, y ir.Value) ir.Value {
		return g.With(ir.Insn{Op: ir.SetFCmp, Size: uint8(f.size), Cond: c, Aux: aux}, x, y)
	}
	not := func(v ir.Value) ir.Value { return g.Op(ir.Xor, 8, v, g.Const(1)) }
	v := g.compute(func() ir.Value {
		switch cond & 7 {
		case 0:
			return g.Op(ir.And, 8, is(ir.FUN, x, y), g.Const(0))
		case ifUnordered:
			return is(ir.FUN, x, y)
		case ifEqual:
			return is(ir.FEQ, x, y)
		case ifEqual | ifUnordered:
			return g.Op(ir.Or, 8, is(ir.FUN, x, y), is(ir.FEQ, x, y))
		case ifLess:
			return is(ir.FLT, x, y)
		case ifLess | ifUnordered:
			return not(is(ir.FLE, y, x))
		case ifLess | ifEqual:
			return is(ir.FLE, x, y)
		}
		return not(is(ir.FLT, y, x))
	})
	if cond&ifNegated != 0 {
		return not(v)
	}
	return v
}

// floatBranches is the branches on a condition code or, in release 6, on the lowest bit of a floating-point register.
func floatBranches(r6 bool) []row {
	onCode := func(c ir.Cond) func(g gen) test {
		return func(g gen) test { return test{c, 8, cc(g.at(18, 3)), g.Const(0)} }
	}
	onBit := func(c ir.Cond) func(g gen) test {
		return func(g gen) test { return test{c, 8, g.getInt(single, g.rt()), g.Const(1)} }
	}
	if r6 {
		return []row{
			{Name: "bc1eqz", Bits: "010001 01001 ft:5 offset:16", Emit: op{flow: branch, test: onBit(ir.TZ)}},
			{Name: "bc1nez", Bits: "010001 01101 ft:5 offset:16", Emit: op{flow: branch, test: onBit(ir.TST)}},
		}
	}
	return []row{
		{Name: "bc1f", Bits: "010001 01000 cc:3 00 offset:16", Emit: op{flow: branch, test: onCode(ir.EQ)}},
		{Name: "bc1t", Bits: "010001 01000 cc:3 01 offset:16", Emit: op{flow: branch, test: onCode(ir.NE)}},
		{Name: "bc1fl", Bits: "010001 01000 cc:3 10 offset:16", Emit: op{flow: likely, test: onCode(ir.EQ)}},
		{Name: "bc1tl", Bits: "010001 01000 cc:3 11 offset:16", Emit: op{flow: likely, test: onCode(ir.NE)}},
	}
}
