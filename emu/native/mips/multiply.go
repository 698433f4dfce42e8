package mips

import "muslrun/emu/native/ir"

// multiply is multiplication and division before release 6, by way of the registers HI and LO.
var multiply = []row{
	insn("mfhi", "000000 00000 00000 rd:5 00000 010000", func(g gen) { g.set(g.rd(), g.Copy(hi)) }),
	insn("mthi", "000000 rs:5 00000 00000 00000 010001", func(g gen) { g.Set(hi, g.Copy(g.reg(g.rs()))) }),
	insn("mflo", "000000 00000 00000 rd:5 00000 010010", func(g gen) { g.set(g.rd(), g.Copy(lo)) }),
	insn("mtlo", "000000 rs:5 00000 00000 00000 010011", func(g gen) { g.Set(lo, g.Copy(g.reg(g.rs()))) }),
	insn("mult", "000000 rs:5 rt:5 00000 00000 011000", product(ir.MulHiS)),
	insn("multu", "000000 rs:5 rt:5 00000 00000 011001", product(ir.MulHiU)),
	insn("div", "000000 rs:5 rt:5 00000 00000 011010", quotient(4, ir.DivS, ir.RemS)),
	insn("divu", "000000 rs:5 rt:5 00000 00000 011011", quotient(4, ir.DivU, ir.RemU)),
	insn("madd", "011100 rs:5 rt:5 00000 00000 000000", accumulate(ir.Add, ir.Sext)),
	insn("maddu", "011100 rs:5 rt:5 00000 00000 000001", accumulate(ir.Add, ir.Zext)),
	insn("mul", "011100 rs:5 rt:5 rd:5 00000 000010", arith32(ir.Mul)),
	insn("msub", "011100 rs:5 rt:5 00000 00000 000100", accumulate(ir.Sub, ir.Sext)),
	insn("msubu", "011100 rs:5 rt:5 00000 00000 000101", accumulate(ir.Sub, ir.Zext)),
	insn("clz", "011100 rs:5 rt:5 rd:5 00000 100000", leading(4, false)),
	insn("clo", "011100 rs:5 rt:5 rd:5 00000 100001", leading(4, true)),
}

// before6Wide is what MIPS64 adds to multiply and before6.
var before6Wide = []row{
	insn("dmult", "000000 rs:5 rt:5 00000 00000 011100", product64(ir.MulHiS)),
	insn("dmultu", "000000 rs:5 rt:5 00000 00000 011101", product64(ir.MulHiU)),
	insn("ddiv", "000000 rs:5 rt:5 00000 00000 011110", quotient(8, ir.DivS, ir.RemS)),
	insn("ddivu", "000000 rs:5 rt:5 00000 00000 011111", quotient(8, ir.DivU, ir.RemU)),
	insn("dclz", "011100 rs:5 rt:5 rd:5 00000 100100", leading(8, false)),
	insn("dclo", "011100 rs:5 rt:5 rd:5 00000 100101", leading(8, true)),
	insn("daddi", "011000 rs:5 rt:5 imm:16", func(g gen) { g.overflow64(ir.Add, g.rt(), g.reg(g.rs()), g.imm(g.simm())) }),
	insn("lld", "110100 rs:5 rt:5 imm:16", loadLinked(8)),
	insn("scd", "111100 rs:5 rt:5 imm:16", storeConditional(8)),
	insn("ldl", "011010 rs:5 rt:5 imm:16", loadPart(8, true)),
	insn("ldr", "011011 rs:5 rt:5 imm:16", loadPart(8, false)),
	insn("sdl", "101100 rs:5 rt:5 imm:16", storePart(8, true)),
	insn("sdr", "101101 rs:5 rt:5 imm:16", storePart(8, false)),
}

// product sets LO and HI to the halves of a product of words.
func product(upper ir.Op) func(g gen) {
	return func(g gen) {
		x, y := g.reg(g.rs()), g.reg(g.rt())
		g.Set(lo, g.word32(g.Op(ir.Mul, 4, x, y)))
		g.Set(hi, g.word32(g.Op(upper, 4, x, y)))
	}
}

func product64(upper ir.Op) func(g gen) {
	return func(g gen) {
		x, y := g.reg(g.rs()), g.reg(g.rt())
		g.Set(lo, g.Op(ir.Mul, 8, x, y))
		g.Set(hi, g.Op(upper, 8, x, y))
	}
}

// quotient sets LO to a quotient and HI to the remainder. Of a division by zero the manual leaves both open.
func quotient(size int, div, rem ir.Op) func(g gen) {
	return func(g gen) {
		x, y := g.reg(g.rs()), g.reg(g.rt())
		q, m := g.Op(div, size, x, y), g.Op(rem, size, x, y)
		if size == 4 {
			q, m = g.word32(q), g.word32(m)
		}
		g.Set(lo, g.Copy(q))
		g.Set(hi, g.Copy(m))
	}
}

// accumulate adds the product of two words, widened by extend, to HI:LO, or subtracts it.
func accumulate(o, extend ir.Op) func(g gen) {
	return func(g gen) {
		by := g.Op(ir.Mul, 8, g.OpImm(extend, 8, 32, g.reg(g.rs())), g.OpImm(extend, 8, 32, g.reg(g.rt())))
		sum := g.Op(ir.Or, 8, g.Op(ir.Shl, 8, hi, g.Const(32)), g.OpImm(ir.Zext, 8, 32, lo))
		sum = g.Op(o, 8, sum, by)
		g.Set(lo, g.word32(g.OpImm(ir.Zext, 8, 32, sum)))
		g.Set(hi, g.word32(g.Op(ir.Shr, 8, sum, g.Const(32))))
	}
}

// leading counts the leading zeros, or ones.
func leading(size int, ones bool) func(g gen) {
	return func(g gen) {
		v := g.reg(g.rs())
		if ones {
			v = g.Op(ir.Not, size, v)
		}
		g.set(g.rd(), g.Op(ir.Clz, size, v))
	}
}
