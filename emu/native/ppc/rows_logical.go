package ppc

import "muslrun/emu/native/ir"

// logical is "Fixed-Point Logical Instructions".
var logical = []row{
	dForm("andi.", 28, func(g gen) { g.logicImmediate(ir.And, g.ui()); g.recordAlways() }),
	dForm("andis.", 29, func(g gen) { g.logicImmediate(ir.And, g.ui()<<16); g.recordAlways() }),
	dForm("ori", 24, func(g gen) { g.logicImmediate(ir.Or, g.ui()) }),
	dForm("oris", 25, func(g gen) { g.logicImmediate(ir.Or, g.ui()<<16) }),
	dForm("xori", 26, func(g gen) { g.logicImmediate(ir.Xor, g.ui()) }),
	dForm("xoris", 27, func(g gen) { g.logicImmediate(ir.Xor, g.ui()<<16) }),
	x31("and", 28, logic(ir.And)), x31("or", 444, logic(ir.Or)), x31("xor", 316, logic(ir.Xor)),
	x31("andc", 60, logic(ir.AndNot)),
	x31("nand", 476, logicNot(ir.And)), x31("nor", 124, logicNot(ir.Or)), x31("eqv", 284, logicNot(ir.Xor)),
	x31("orc", 412, func(g gen) { g.setRA(g.Op(ir.Or, g.size, gpr(g.rs()), g.Op(ir.Not, g.size, gpr(g.rb())))) }),
	x31("extsb", 954, func(g gen) { g.setRA(g.OpImm(ir.Sext, g.size, 8, gpr(g.rs()))) }),
	x31("extsh", 922, func(g gen) { g.setRA(g.OpImm(ir.Sext, g.size, 16, gpr(g.rs()))) }),
	x31("cntlzw", 26, func(g gen) { g.setRA(g.Op(ir.Clz, 4, gpr(g.rs()))) }),
	x31("slw", 24, func(g gen) { g.setRA(g.low(g.Op(ir.Shl, 8, gpr(g.rs()), gpr(g.rb())))) }),
	x31("srw", 536, func(g gen) { g.setRA(g.Op(ir.Shr, 8, g.low(gpr(g.rs())), gpr(g.rb()))) }),
	x31("sraw", 792, func(g gen) { g.shiftSigned(g.signedLow(gpr(g.rs())), gpr(g.rb())) }),
	x31("srawi", 824, func(g gen) { g.shiftSignedBy(g.signedLow(gpr(g.rs())), g.rb()) }),
}

// logical64 is what POWER8 adds to the 32-bit G4.
var logical64 = []row{
	x31("popcntb", 122, popcntb),
	x31("popcntw", 378, popcntw),
	x31("prtyw", 154, prtyw),
	x31("cmpb", 508, cmpb),
	x31("extsw", 986, func(g gen) { g.setRA(g.signedLow(gpr(g.rs()))) }),
	x31("cntlzd", 58, func(g gen) { g.setRA(g.Op(ir.Clz, 8, gpr(g.rs()))) }),
	x31("popcntd", 506, func(g gen) { g.setRA(g.Op(ir.Popcnt, 8, gpr(g.rs()))) }),
	x31("prtyd", 186, func(g gen) { g.setRA(g.parity(gpr(g.rs()))) }),
	x31("bpermd", 252, func(g gen) { g.setRA(g.Helper(ir.Int, ir.Pure, helpPermute, 0, gpr(g.rs()), gpr(g.rb()))) }),
	x31("sld", 27, func(g gen) { g.shiftDoubleword(ir.Shl) }),
	x31("srd", 539, func(g gen) { g.shiftDoubleword(ir.Shr) }),
	x31("srad", 794, shiftSignedDoubleword),
	{Name: "sradi", Bits: "011111 rs:5 ra:5 sh:5 110011101 sh:1 rc:1",
		Emit: op{emit: func(g gen) { g.shiftSignedBy(gpr(g.rs()), g.sh6()) }}},
}

// setRA ends an instruction whose result goes to ra.
func (g gen) setRA(v ir.Value) {
	g.Set(gpr(g.ra()), v)
	g.record(g.ra())
}

func (g gen) recordAlways() { g.compare(0, g.size, ir.Signed, gpr(g.ra()), g.Const(0)) }

func (g gen) logicImmediate(o ir.Op, imm uint64) {
	if imm == 0 && o != ir.And && g.rs() == g.ra() {
		return
	}
	g.Set(gpr(g.ra()), g.Op(o, g.size, gpr(g.rs()), g.Const(imm)))
}

func logic(o ir.Op) func(g gen) {
	return func(g gen) {
		switch {
		case g.rs() == g.rb() && (o == ir.Or || o == ir.And):
			if g.rs() != g.ra() {
				g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{gpr(g.ra()), ir.None}, Args: ir.Args(gpr(g.rs()))})
			}
			g.record(g.ra())
		default:
			g.setRA(g.Op(o, g.size, gpr(g.rs()), gpr(g.rb())))
		}
	}
}

func logicNot(o ir.Op) func(g gen) {
	return func(g gen) {
		if g.rs() == g.rb() && o != ir.Xor {
			g.setRA(g.Op(ir.Not, g.size, gpr(g.rs())))
			return
		}
		g.setRA(g.Op(ir.Not, g.size, g.Op(o, g.size, gpr(g.rs()), gpr(g.rb()))))
	}
}

// popcntb counts the bits of each byte.
func popcntb(g gen) {
	x := gpr(g.rs())
	part := func(v ir.Value, mask uint64) ir.Value { return g.Op(ir.And, 8, v, g.Const(mask)) }
	right := func(v ir.Value, n uint64) ir.Value { return g.Op(ir.Shr, 8, v, g.Const(n)) }
	const pairs, nibbles, bytes = 0x5555555555555555, 0x3333333333333333, 0x0f0f0f0f0f0f0f0f
	x = g.Op(ir.Sub, 8, x, part(right(x, 1), pairs))
	x = g.Op(ir.Add, 8, part(x, nibbles), part(right(x, 2), nibbles))
	g.setRA(part(g.Op(ir.Add, 8, x, right(x, 4)), bytes))
}

// eachWord applies f to the low and the high word of rs.
func (g gen) eachWord(f func(v ir.Value) ir.Value) {
	v := f(g.low(gpr(g.rs())))
	if g.size == 8 {
		v = g.Op(ir.Or, 8, v, g.Op(ir.Shl, 8, f(g.Op(ir.Shr, 8, gpr(g.rs()), g.Const(32))), g.Const(32)))
	}
	g.setRA(v)
}

func popcntw(g gen) { g.eachWord(func(v ir.Value) ir.Value { return g.Op(ir.Popcnt, 4, v) }) }
func prtyw(g gen)   { g.eachWord(g.parity) }

// parity is that of the least significant bits of the bytes.
func (g gen) parity(v ir.Value) ir.Value {
	n := g.Op(ir.Popcnt, 8, g.Op(ir.And, 8, v, g.Const(0x0101010101010101)))
	return g.Op(ir.And, 8, n, g.Const(1))
}

// cmpb makes bytes of ones where those of rs and rb are equal.
func cmpb(g gen) {
	lane := func(n int) ir.Value { return g.Op(ir.VInsert, 8, g.VecConst(0, 0), gpr(n)) }
	g.setRA(g.fit(g.Op(ir.VExtract, 8, g.Op(ir.VCmpEQ, 1, lane(g.rs()), lane(g.rb())))))
}

// shiftDoubleword: a count has 7 bits, and 64 and more give 0.
func (g gen) shiftDoubleword(o ir.Op) {
	v := g.Op(o, 8, gpr(g.rs()), gpr(g.rb()))
	g.setRA(g.Select(ir.TST, 8, gpr(g.rb()), g.Const(64), g.Const(0), v))
}

// shiftSigned shifts a number of 64 bits to the right by up to 63 bits. CA says whether a negative one lost bits.
func (g gen) shiftSigned(v, n ir.Value) {
	result := g.Op(ir.Sar, 8, v, n)
	lost := g.SetCond(ir.NE, 8, g.Op(ir.Shl, 8, result, n), v)
	g.Set(xerCA, g.Op(ir.And, 8, lost, g.Op(ir.Shr, 8, v, g.Const(63))))
	g.setRA(g.fit(result))
}

func shiftSignedDoubleword(g gen) {
	v, far := gpr(g.rs()), g.OpImm(ir.Extract, 8, 6|1<<8, gpr(g.rb()))
	negative := g.Op(ir.Shr, 8, v, g.Const(63))
	result := g.Op(ir.Sar, 8, v, gpr(g.rb()))
	lost := g.SetCond(ir.NE, 8, g.Op(ir.Shl, 8, result, gpr(g.rb())), v)
	g.Set(xerCA, g.Op(ir.And, 8, negative, g.Op(ir.Or, 8, lost, far)))
	all := g.Op(ir.Neg, 8, negative)
	g.setRA(g.Select(ir.NE, 8, far, g.Const(0), all, result))
}

// shiftSignedBy is shiftSigned by a constant.
func (g gen) shiftSignedBy(v ir.Value, n int) {
	const sign = uint64(1) << 63
	lost := g.Op(ir.And, 8, v, g.Const(sign|(1<<n-1)))
	g.Set(xerCA, g.SetCond(ir.GTU, 8, lost, g.Const(sign)))
	g.setRA(g.fit(g.Op(ir.Sar, 8, v, g.Const(uint64(n)))))
}
