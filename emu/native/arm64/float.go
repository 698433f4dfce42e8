package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// floats is "Data processing -- scalar floating-point". The field type is the precision: see precision.
func floats() []isa.Row[op] {
	return []isa.Row[op]{
		row("fmov (general)", "0 0 0 11110 00 1 00 110 000000 rn:5 rd:5", fmovToGeneral(4)),
		row("fmov (general)", "1 0 0 11110 01 1 00 110 000000 rn:5 rd:5", fmovToGeneral(8)),
		row("fmov (general)", "sf:1 0 0 11110 11 1 00 110 000000 rn:5 rd:5", fmovToGeneral(2)),
		row("fmov (general)", "0 0 0 11110 00 1 00 111 000000 rn:5 rd:5", fmovFromGeneral(4)),
		row("fmov (general)", "1 0 0 11110 01 1 00 111 000000 rn:5 rd:5", fmovFromGeneral(8)),
		row("fmov (general)", "sf:1 0 0 11110 11 1 00 111 000000 rn:5 rd:5", fmovFromGeneral(2)),
		row("fmov (upper)", "1 0 0 11110 10 1 01 110 000000 rn:5 rd:5", fmovFromUpper),
		row("fmov (upper)", "1 0 0 11110 10 1 01 111 000000 rn:5 rd:5", fmovToUpper),

		row("fcvtn[su]", "sf:1 0 0 11110 type:2 1 00 00 u:1 000000 rn:5 rd:5", toInteger(ir.RoundNearest), hasPrecision),
		row("fcvta[su]", "sf:1 0 0 11110 type:2 1 00 10 u:1 000000 rn:5 rd:5", toInteger(ir.RoundAway), hasPrecision),
		row("fcvtp[su]", "sf:1 0 0 11110 type:2 1 01 00 u:1 000000 rn:5 rd:5", toInteger(ir.RoundUp), hasPrecision),
		row("fcvtm[su]", "sf:1 0 0 11110 type:2 1 10 00 u:1 000000 rn:5 rd:5", toInteger(ir.RoundDown), hasPrecision),
		row("fcvtz[su]", "sf:1 0 0 11110 type:2 1 11 00 u:1 000000 rn:5 rd:5", toInteger(ir.RoundZero), hasPrecision),
		row("fcvtz[su] (fixed)", "sf:1 0 0 11110 type:2 0 11 00 u:1 scale:6 rn:5 rd:5", toFixed, hasFixed),
		row("[su]cvtf", "sf:1 0 0 11110 type:2 1 00 01 u:1 000000 rn:5 rd:5", fromInteger, hasPrecision),
		row("[su]cvtf (fixed)", "sf:1 0 0 11110 type:2 0 00 01 u:1 scale:6 rn:5 rd:5", fromFixed, hasFixed),

		row("fmov", "0 0 0 11110 type:2 1 000000 10000 rn:5 rd:5", fmov, hasPrecision),
		row("fabs", "0 0 0 11110 type:2 1 000001 10000 rn:5 rd:5", oneFloat(ir.FAbs), hasPrecision),
		row("fneg", "0 0 0 11110 type:2 1 000010 10000 rn:5 rd:5", oneFloat(ir.FNeg), hasPrecision),
		row("fsqrt", "0 0 0 11110 type:2 1 000011 10000 rn:5 rd:5", oneFloat(ir.FSqrt), hasPrecision),
		row("fcvt", "0 0 0 11110 type:2 1 0001 opc:2 10000 rn:5 rd:5", fcvt, hasConversion),
		row("frintn", "0 0 0 11110 type:2 1 001000 10000 rn:5 rd:5", roundFloat(ir.RoundNearest), hasPrecision),
		row("frintp", "0 0 0 11110 type:2 1 001001 10000 rn:5 rd:5", roundFloat(ir.RoundUp), hasPrecision),
		row("frintm", "0 0 0 11110 type:2 1 001010 10000 rn:5 rd:5", roundFloat(ir.RoundDown), hasPrecision),
		row("frintz", "0 0 0 11110 type:2 1 001011 10000 rn:5 rd:5", roundFloat(ir.RoundZero), hasPrecision),
		row("frinta", "0 0 0 11110 type:2 1 001100 10000 rn:5 rd:5", roundFloat(ir.RoundAway), hasPrecision),
		row("frintx", "0 0 0 11110 type:2 1 001110 10000 rn:5 rd:5", roundFloat(ir.RoundDynamic|ir.Exact), hasPrecision),
		row("frinti", "0 0 0 11110 type:2 1 001111 10000 rn:5 rd:5", roundFloat(ir.RoundDynamic), hasPrecision),

		row("fcmp", "0 0 0 11110 type:2 1 rm:5 00 1000 rn:5 e:1 0 000", fcmp, hasPrecision),
		row("fcmp (zero)", "0 0 0 11110 type:2 1 rm:5 00 1000 rn:5 e:1 1 000", fcmpZero, hasPrecision),
		row("fmov (immediate)", "0 0 0 11110 type:2 1 imm:8 100 00000 rd:5", fmovImmediate, hasPrecision),
		row("fccmp", "0 0 0 11110 type:2 1 rm:5 cond:4 01 rn:5 e:1 nzcv:4", fccmp, hasPrecision),
		row("fcsel", "0 0 0 11110 type:2 1 rm:5 cond:4 11 rn:5 rd:5", fcsel, hasPrecision),

		row("fmul", "0 0 0 11110 type:2 1 rm:5 0000 10 rn:5 rd:5", twoFloats(ir.FMul, 0), hasPrecision),
		row("fdiv", "0 0 0 11110 type:2 1 rm:5 0001 10 rn:5 rd:5", twoFloats(ir.FDiv, 0), hasPrecision),
		row("fadd", "0 0 0 11110 type:2 1 rm:5 0010 10 rn:5 rd:5", twoFloats(ir.FAdd, 0), hasPrecision),
		row("fsub", "0 0 0 11110 type:2 1 rm:5 0011 10 rn:5 rd:5", twoFloats(ir.FSub, 0), hasPrecision),
		row("fmax", "0 0 0 11110 type:2 1 rm:5 0100 10 rn:5 rd:5", twoFloats(ir.FMax, ir.MinMaxNaN), hasPrecision),
		row("fmin", "0 0 0 11110 type:2 1 rm:5 0101 10 rn:5 rd:5", twoFloats(ir.FMin, ir.MinMaxNaN), hasPrecision),
		row("fmaxnm", "0 0 0 11110 type:2 1 rm:5 0110 10 rn:5 rd:5", twoFloats(ir.FMax, ir.MinMaxNumber), hasPrecision),
		row("fminnm", "0 0 0 11110 type:2 1 rm:5 0111 10 rn:5 rd:5", twoFloats(ir.FMin, ir.MinMaxNumber), hasPrecision),
		row("fnmul", "0 0 0 11110 type:2 1 rm:5 1000 10 rn:5 rd:5", fnmul, hasPrecision),

		row("fmadd", "0 0 0 11111 type:2 0 rm:5 0 ra:5 rn:5 rd:5", fusedMultiplyAdd(0), hasPrecision),
		row("fmsub", "0 0 0 11111 type:2 0 rm:5 1 ra:5 rn:5 rd:5", fusedMultiplyAdd(ir.NegateA), hasPrecision),
		row("fnmadd", "0 0 0 11111 type:2 1 rm:5 0 ra:5 rn:5 rd:5", fusedMultiplyAdd(ir.NegateA|ir.NegateC), hasPrecision),
		row("fnmsub", "0 0 0 11111 type:2 1 rm:5 1 ra:5 rn:5 rd:5", fusedMultiplyAdd(ir.NegateC), hasPrecision),
	}
}

// precisions are the bytes of a floating-point number by a field type or opc; 0 is not allocated.
var precisions = [4]int{4, 8, 0, 2}

func (w word) precision() int    { return precisions[w.at(22, 2)] }
func hasPrecision(w word) bool   { return w.precision() != 0 }
func hasFixed(w word) bool       { return hasPrecision(w) && w.fractionBits() <= w.width() }
func (w word) fractionBits() int { return 64 - w.at(10, 6) }
func hasConversion(w word) bool {
	return w.at(22, 2) != w.at(15, 2) && hasPrecision(w) && w.at(15, 2) != 2
}
func (g gen) zeroVec() ir.Value     { return g.VecConst(0, 0) }
func (g gen) setV(val ir.Value)     { g.Set(v(g.rd()), val) }
func (g gen) fn() ir.Value          { return v(g.rn()) }
func (g gen) fm() ir.Value          { return v(g.rm()) }
func (g gen) fd() ir.Value          { return v(g.rd()) }
func unsignedUnless(bit int) ir.Aux { return ir.Signed * ir.Aux(1-bit) }

// lowLane is the lowest lane of a vector, the others clear.
func (g gen) lowLane(size int, val ir.Value) ir.Value {
	if size == 8 {
		return g.Op(ir.VZeroHi, 8, val)
	}
	return g.OpImm(ir.VInsertL, size, 0, g.zeroVec(), val)
}

// vecOf is the vector with the low bytes of an Int in its lowest lane.
func (g gen) vecOf(size int, val ir.Value) ir.Value {
	return g.OpImm(ir.VInsert, size, 0, g.zeroVec(), val)
}

func fmovToGeneral(size int) func(g gen) {
	return func(g gen) { g.set(g.rd(), g.OpImm(ir.VExtract, size, 0, g.fn())) }
}

func fmovFromGeneral(size int) func(g gen) {
	return func(g gen) { g.setV(g.vecOf(size, g.reg(g.rn()))) }
}

func fmovFromUpper(g gen) { g.set(g.rd(), g.OpImm(ir.VExtract, 8, 1, g.fn())) }
func fmovToUpper(g gen)   { g.setV(g.OpImm(ir.VInsert, 8, 1, g.fd(), g.reg(g.rn()))) }
func fmov(g gen)          { g.setV(g.lowLane(g.precision(), g.fn())) }

// integerAux says which integer a conversion is from or to.
func (w word) integerAux() ir.Aux {
	aux := unsignedUnless(w.at(16, 1))
	if w.size() == 8 {
		aux |= ir.Int64
	}
	return aux
}

func toInteger(rounding ir.Aux) func(g gen) {
	return func(g gen) { g.toInteger(rounding, 0) }
}

func toFixed(g gen) { g.toInteger(ir.RoundZero, g.fractionBits()) }

func (g gen) toInteger(rounding ir.Aux, fraction int) {
	in := ir.Insn{Op: ir.FToI, Size: uint8(g.precision()), Aux: rounding | g.integerAux(), Imm: int64(fraction)}
	g.set(g.rd(), g.With(in, g.fn()))
}

func fromInteger(g gen) { g.fromInteger(0) }
func fromFixed(g gen)   { g.fromInteger(g.fractionBits()) }

func (g gen) fromInteger(fraction int) {
	in := ir.Insn{Op: ir.IToF, Size: uint8(g.precision()), Aux: g.integerAux(), Imm: int64(fraction)}
	g.setV(g.With(in, g.reg(g.rn())))
}

func oneFloat(op ir.Op) func(g gen) {
	return func(g gen) { g.setV(g.Op(op, g.precision(), g.fn())) }
}

func twoFloats(op ir.Op, aux ir.Aux) func(g gen) {
	return func(g gen) { g.setV(g.OpAux(op, g.precision(), aux, g.fn(), g.fm())) }
}

func roundFloat(rounding ir.Aux) func(g gen) {
	return func(g gen) { g.setV(g.OpAux(ir.FRound, g.precision(), rounding, g.fn())) }
}

func fnmul(g gen) {
	product := g.Op(ir.FMul, g.precision(), g.fn(), g.fm())
	g.setV(g.Op(ir.FNeg, g.precision(), product))
}

func fusedMultiplyAdd(aux ir.Aux) func(g gen) {
	return func(g gen) { g.setV(g.OpAux(ir.FMulAdd, g.precision(), aux, g.fn(), g.fm(), v(g.ra()))) }
}

func fcvt(g gen) { g.setV(g.convert(g.precision(), precisions[g.at(15, 2)], g.fn())) }

// convert changes the precision of a number. Halves in the alternative format are left to helpers.
func (g gen) convert(from, to int, val ir.Value) ir.Value {
	if g.in.Mode&fpcrAHP != 0 && (from == 2 || to == 2) {
		return g.convertAlternative(from, to, val)
	}
	return g.OpImm(ir.FCvt, from, int64(to), val)
}

// signaling is the Aux of a comparison by the bit that tells fcmpe from fcmp.
func (w word) signaling() ir.Aux { return ir.Signaling * ir.Aux(w.at(4, 1)) }

func (g gen) compare(other ir.Value) {
	g.Set(nzcv, g.OpAux(ir.FCmp, g.precision(), g.signaling(), g.fn(), other))
}

func fcmp(g gen)     { g.compare(g.fm()) }
func fcmpZero(g gen) { g.compare(g.zeroVec()) }

// fccmp compares only if the condition holds: a comparison may raise flags.
func fccmp(g gen) {
	if g.at(12, 4) >= always {
		g.compare(g.fm())
		return
	}
	holds, fails, done := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.BranchF(cond(g.at(12, 4)), nzcv, g.Inner(holds), g.Inner(fails))
	g.Begin(holds)
	g.compare(g.fm())
	g.Jump(g.Inner(done))
	g.Begin(fails)
	g.Set(nzcv, g.Const(packedNZCV(uint64(g.at(0, 4)))))
	g.Jump(g.Inner(done))
	g.Begin(done)
}

func fcsel(g gen) {
	size := g.precision()
	yes, no := g.OpImm(ir.VExtract, size, 0, g.fn()), g.OpImm(ir.VExtract, size, 0, g.fm())
	g.setV(g.vecOf(size, g.selectF(g.at(12, 4), yes, no)))
}

func fmovImmediate(g gen) { g.setV(g.VecConst(expandFloat(g.precision(), g.at(13, 8)), 0)) }

// expandFloat is the number of an immediate: a sign, three bits of exponent, four of fraction (VFPExpandImm).
func expandFloat(size, imm int) uint64 {
	exponents := [...]int{2: 5, 4: 8, 8: 11}
	exponent, bits := exponents[size], 8*size
	sign, top := uint64(imm>>7&1), uint64(imm>>6&1)
	exp := (1-top)<<(exponent-1) | -top&(1<<(exponent-3)-1)<<2 | uint64(imm>>4&3)
	return sign<<(bits-1) | exp<<(bits-1-exponent) | uint64(imm&15)<<(bits-1-exponent-4)
}
