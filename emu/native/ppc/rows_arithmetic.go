package ppc

import "muslrun/emu/native/ir"

// arithmetic is "Fixed-Point Arithmetic Instructions".
var arithmetic = []row{
	dForm("addi", 14, addImmediate(0)),
	dForm("addis", 15, addImmediate(16)),
	dForm("addic", 12, addCarrying),
	dForm("addic.", 13, func(g gen) {
		addCarrying(g)
		g.compare(0, g.size, ir.Signed, gpr(g.rt()), g.Const(0))
	}),
	dForm("subfic", 8, func(g gen) { g.setCarry(g.flags(ir.Sub, ir.NotBorrow, g.rt(), g.imm(uint64(g.si())), gpr(g.ra()))) }),
	dForm("mulli", 7, func(g gen) { g.Set(gpr(g.rt()), g.Op(ir.Mul, g.size, gpr(g.ra()), g.imm(uint64(g.si())))) }),
	xo31("add", 266, func(g gen) { g.sum(ir.Add, false, gpr(g.ra()), gpr(g.rb())) }),
	xo31("addc", 10, func(g gen) { g.sum(ir.Add, true, gpr(g.ra()), gpr(g.rb())) }),
	xo31("adde", 138, func(g gen) { g.sum(ir.Adc, true, gpr(g.ra()), gpr(g.rb()), xerCA) }),
	xo31("addme", 234, func(g gen) { g.sum(ir.Adc, true, gpr(g.ra()), g.imm(^uint64(0)), xerCA) }),
	xo31("addze", 202, func(g gen) { g.sum(ir.Adc, true, gpr(g.ra()), g.Const(0), xerCA) }),
	xo31("subf", 40, func(g gen) { g.sum(ir.Sub, false, gpr(g.rb()), gpr(g.ra())) }),
	xo31("subfc", 8, func(g gen) { g.sum(ir.Sub, true, gpr(g.rb()), gpr(g.ra())) }),
	xo31("subfe", 136, func(g gen) { g.sum(ir.Sbc, true, gpr(g.rb()), gpr(g.ra()), xerCA) }),
	xo31("subfme", 232, func(g gen) { g.sum(ir.Sbc, true, g.imm(^uint64(0)), gpr(g.ra()), xerCA) }),
	xo31("subfze", 200, func(g gen) { g.sum(ir.Sbc, true, g.Const(0), gpr(g.ra()), xerCA) }),
	xo31("neg", 104, func(g gen) { g.sum(ir.Sub, false, g.Const(0), gpr(g.ra())) }),
	xo31("mullw", 235, multiplyLow),
	xo31("mulhw", 75, multiplyHigh(4, ir.MulHiS)),
	xo31("mulhwu", 11, multiplyHigh(4, ir.MulHiU)),
	xo31("divw", 491, divide(4, ir.DivS)),
	xo31("divwu", 459, divide(4, ir.DivU)),
}

// arithmetic64 is what POWER8 adds to the 32-bit G4.
var arithmetic64 = []row{
	xo31("divwe", 427, divideExtended(4, true)),
	xo31("divweu", 395, divideExtended(4, false)),
	xo31("mulld", 233, multiplyDoubleword),
	xo31("mulhd", 73, multiplyHigh(8, ir.MulHiS)),
	xo31("mulhdu", 9, multiplyHigh(8, ir.MulHiU)),
	xo31("divd", 489, divide(8, ir.DivS)),
	xo31("divdu", 457, divide(8, ir.DivU)),
	xo31("divde", 425, divideExtended(8, true)),
	xo31("divdeu", 393, divideExtended(8, false)),
}

func addImmediate(shift int) func(g gen) {
	return func(g gen) {
		imm := g.imm(uint64(g.si() << shift))
		if g.ra() == 0 {
			g.Set(gpr(g.rt()), imm)
			return
		}
		g.Set(gpr(g.rt()), g.Op(ir.Add, g.size, gpr(g.ra()), imm))
	}
}

func addCarrying(g gen) { g.setCarry(g.flags(ir.Add, 0, g.rt(), gpr(g.ra()), g.imm(uint64(g.si())))) }

// setCarry makes CA of the packed flags of a sum or difference.
func (g gen) setCarry(flags ir.Value) { g.Set(xerCA, g.setF(ir.FlagCS, flags)) }

// sum sets rt by an operation with flags.
func (g gen) sum(o ir.Op, carry bool, args ...ir.Value) {
	aux := ir.Aux(0)
	if o == ir.Sub || o == ir.Sbc {
		aux = ir.NotBorrow
	}
	if !carry && !g.oe() {
		g.Set(gpr(g.rt()), g.OpAux(o, g.size, aux, args...))
		g.record(g.rt())
		return
	}
	flags := g.flags(o, aux, g.rt(), args...)
	if carry {
		g.setCarry(flags)
	}
	if g.oe() {
		v := g.setF(ir.FlagVS, flags)
		g.record(g.rt())
		g.overflowed(v)
		return
	}
	g.record(g.rt())
}

// finish sets rt, records, and notes an overflow if the instruction asks for it.
func (g gen) finish(v ir.Value, overflow func() ir.Value) {
	if g.oe() {
		over := overflow()
		g.Set(gpr(g.rt()), g.Copy(v))
		g.record(g.rt())
		g.overflowed(over)
		return
	}
	g.Set(gpr(g.rt()), v)
	g.record(g.rt())
}

// multiplyLow is the product of the signed low halves.
func multiplyLow(g gen) {
	if g.size == 4 && !g.oe() {
		g.finish(g.Op(ir.Mul, 4, gpr(g.ra()), gpr(g.rb())), nil)
		return
	}
	product := g.Op(ir.Mul, 8, g.signedLow(gpr(g.ra())), g.signedLow(gpr(g.rb())))
	over := func() ir.Value { return g.SetCond(ir.NE, 8, g.signedLow(product), product) }
	if g.oe() && g.size == 4 {
		v := over()
		g.finish(g.low(product), func() ir.Value { return v })
		return
	}
	g.finish(product, over)
}

func multiplyDoubleword(g gen) {
	product := g.Op(ir.Mul, 8, gpr(g.ra()), gpr(g.rb()))
	g.finish(product, func() ir.Value {
		high := g.Op(ir.MulHiS, 8, gpr(g.ra()), gpr(g.rb()))
		return g.SetCond(ir.NE, 8, high, g.Op(ir.Sar, 8, product, g.Const(63)))
	})
}

// multiplyHigh leaves the upper half of the register clear if size is 4; the bit of OE is reserved.
func multiplyHigh(size int, o ir.Op) func(g gen) {
	return func(g gen) {
		g.Set(gpr(g.rt()), g.Op(o, size, gpr(g.ra()), gpr(g.rb())))
		g.record(g.rt())
	}
}

// divide: a quotient that is not defined is what ir makes of it. The upper half of the register is clear if size is 4.
func divide(size int, o ir.Op) func(g gen) {
	return func(g gen) {
		x, y := gpr(g.ra()), gpr(g.rb())
		g.finish(g.Op(o, size, x, y), func() ir.Value {
			over := g.SetCond(ir.EQ, size, y, g.Const(0))
			if o == ir.DivS {
				least := g.SetCond(ir.EQ, size, x, g.Const(1<<(8*size-1)))
				least = g.Op(ir.And, 8, least, g.SetCond(ir.EQ, size, y, g.Const(^uint64(0)>>(64-8*size))))
				over = g.Op(ir.Or, 8, over, least)
			}
			return over
		})
	}
}

// divideExtended divides ra with zeros behind it.
func divideExtended(size int, signed bool) func(g gen) {
	imm := int64(size)
	if signed {
		imm |= quotientSigned
	}
	return func(g gen) {
		q, over := g.Temp(ir.Int), g.Temp(ir.Int)
		g.Emit(ir.Insn{Op: ir.Helper, Aux: ir.Pure, Imm: ir.HelperImm(helpQuotient, imm), Dst: [2]ir.Value{q, over},
			Args: ir.Args(gpr(g.ra()), gpr(g.rb()))})
		if size == 4 && signed {
			q = g.signedLow(q)
		}
		g.finish(q, func() ir.Value { return over })
	}
}
