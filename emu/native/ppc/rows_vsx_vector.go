package ppc

import "muslrun/emu/native/ir"

// vsxVector is VSX's vector floating point, with the scalar minimum and maximum. It says nothing of results (FR, FI, FPRF).
var vsxVector = concat(
	vectorOf("dp", 8, 32), vectorOf("sp", 4, 0),
	[]row{
		xx3("xsmaxdp", 160, scalarExtreme(ir.FMax)), xx3("xsmindp", 168, scalarExtreme(ir.FMin)),
		xx2("xvcvdpsxds", 472, vectorToInt(8, ir.Signed)), xx2("xvcvdpuxds", 456, vectorToInt(8, 0)),
		xx2("xvcvspsxws", 152, vectorToInt(4, ir.Signed)), xx2("xvcvspuxws", 136, vectorToInt(4, 0)),
		xx2("xvcvsxddp", 504, vectorFromInt(8, ir.Signed)), xx2("xvcvuxddp", 488, vectorFromInt(8, 0)),
		xx2("xvcvsxwsp", 184, vectorFromInt(4, ir.Signed)), xx2("xvcvuxwsp", 168, vectorFromInt(4, 0)),
		xx2("xvcvspdp", 457, eachHalf(func(g gen, dw, w ir.Value) ir.Value { return g.OpImm(ir.FCvt, 4, 8, w) })),
		xx2("xvcvdpsp", 393, eachHalf(func(g gen, dw, w ir.Value) ir.Value { return g.asWords(g.OpImm(ir.FCvt, 8, 4, dw)) })),
		xx2("xvcvdpsxws", 216, eachHalf(wordOf(ir.Signed))), xx2("xvcvdpuxws", 200, eachHalf(wordOf(0))),
		xx2("xvcvspsxds", 408, eachHalf(doublewordOf(ir.Signed))), xx2("xvcvspuxds", 392, eachHalf(doublewordOf(0))),
		xx2("xvcvsxwdp", 248, eachHalf(ofWord(ir.Signed))), xx2("xvcvuxwdp", 232, eachHalf(ofWord(0))),
		xx2("xvcvsxdsp", 440, eachHalf(singleOf(ir.Signed))), xx2("xvcvuxdsp", 424, eachHalf(singleOf(0))),
	})

func concat(lists ...[]row) (all []row) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// vectorOf is the instructions that doubles and singles have in common; the extended opcodes of doubles are greater by a
// number.
func vectorOf(suffix string, size, more int) []row {
	one := func(g gen) ir.Value { return g.splat(size, map[int]uint64{4: 0x3f800000, 8: oneDouble}[size]) }
	fused := func(name string, extended int, aux ir.Aux, negate bool) []row {
		emit := vectorFused(size, aux, negate)
		return []row{xx3(name+"a"+suffix, extended+more, emit), xx3(name+"m"+suffix, extended+8+more, emit)}
	}
	shift := 2 * more // of the form with two registers
	rows := concat(
		fused("xvmadd", 65, 0, false), fused("xvmsub", 81, ir.NegateC, false),
		fused("xvnmadd", 193, 0, true), fused("xvnmsub", 209, ir.NegateC, true),
	)
	return append(rows,
		xx3("xvadd"+suffix, 64+more, vsxBoth(ir.VFAdd, size)), xx3("xvsub"+suffix, 72+more, vsxBoth(ir.VFSub, size)),
		xx3("xvmul"+suffix, 80+more, vsxBoth(ir.VFMul, size)), xx3("xvdiv"+suffix, 88+more, vsxBoth(ir.VFDiv, size)),
		xx3("xvmax"+suffix, 192+more, vectorExtreme(ir.VFMax, size)), xx3("xvmin"+suffix, 200+more, vectorExtreme(ir.VFMin, size)),
		xx3("xvcpsgn"+suffix, 208+more, vectorCopySign(size)),
		xc("xvcmpeq"+suffix, 67+more, vectorCompare(ir.VFCmpEQ, size)), xc("xvcmpgt"+suffix, 75+more, vectorCompare(ir.VFCmpGT, size)),
		xc("xvcmpge"+suffix, 83+more, vectorCompare(ir.VFCmpGE, size)),
		xx2("xvabs"+suffix, 409+shift, scalarB(func(g gen, b ir.Value) ir.Value { return g.Op(ir.VFAbs, size, b) })),
		xx2("xvnabs"+suffix, 425+shift, scalarB(func(g gen, b ir.Value) ir.Value {
			return g.Op(ir.VFNeg, size, g.Op(ir.VFAbs, size, b))
		})),
		xx2("xvneg"+suffix, 441+shift, scalarB(func(g gen, b ir.Value) ir.Value { return g.Op(ir.VFNeg, size, b) })),
		xx2("xvsqrt"+suffix, 139+shift, scalarB(func(g gen, b ir.Value) ir.Value { return g.Op(ir.VFSqrt, size, b) })),
		xx2("xvre"+suffix, 154+shift, scalarB(func(g gen, b ir.Value) ir.Value { return g.Op(ir.VFDiv, size, one(g), b) })),
		xx2("xvrsqrte"+suffix, 138+shift, scalarB(func(g gen, b ir.Value) ir.Value {
			return g.Op(ir.VFDiv, size, one(g), g.Op(ir.VFSqrt, size, b))
		})),
		xx2("xvr"+suffix+"i", 137+shift, vectorRound(size, ir.RoundAway)),
		xx2("xvr"+suffix+"ic", 171+shift, vectorRound(size, ir.RoundDynamic|ir.Exact)),
		xx2("xvr"+suffix+"im", 185+shift, vectorRound(size, ir.RoundDown)), xx2("xvr"+suffix+"ip", 169+shift, vectorRound(size, ir.RoundUp)),
		xx2("xvr"+suffix+"iz", 153+shift, vectorRound(size, ir.RoundZero)),
	)
}

func vectorFused(size int, aux ir.Aux, negate bool) func(g gen) {
	return func(g gen) {
		a, b, c := g.factors()
		v := g.OpAux(ir.VFMulAdd, size, aux, a, b, c)
		if negate {
			v = g.negated(size, v)
		}
		g.setVSR(v)
	}
}

func vectorExtreme(o ir.Op, size int) func(g gen) {
	return func(g gen) { g.setVSR(g.OpAux(o, size, ir.MinMaxNumber, vsr(g.xa()), vsr(g.xb()))) }
}

func vectorCopySign(size int) func(g gen) {
	return func(g gen) {
		g.setVSR(g.Op(ir.VBlend, 8, g.signs(size), vsr(g.xa()), vsr(g.xb())))
	}
}

func vectorCompare(o ir.Op, size int) func(g gen) {
	return func(g gen) { g.compared(vsr(g.xt()), g.Op(o, size, vsr(g.xa()), vsr(g.xb())), g.bit(21)) }
}

func vectorRound(size int, aux ir.Aux) func(g gen) {
	return scalarB(func(g gen, b ir.Value) ir.Value { return g.OpAux(ir.VFRound, size, aux, b) })
}

func vectorToInt(size int, aux ir.Aux) func(g gen) {
	return scalarB(func(g gen, b ir.Value) ir.Value { return g.OpAux(ir.VFToI, size, aux|ir.RoundZero, b) })
}

func vectorFromInt(size int, aux ir.Aux) func(g gen) {
	return scalarB(func(g gen, b ir.Value) ir.Value { return g.OpAux(ir.VIToF, size, aux, b) })
}

// eachHalf makes each doubleword of one of the operand, dw, or of the first word of that, w.
func eachHalf(f func(g gen, dw, w ir.Value) ir.Value) func(g gen) {
	return scalarB(func(g gen, b ir.Value) ir.Value {
		left := f(g, b, g.firstWord(b))
		other := g.exchanged(b)
		right := f(g, other, g.firstWord(other))
		return g.Op(ir.VZipLo, 8, left, right)
	})
}

func wordOf(aux ir.Aux) func(g gen, dw, w ir.Value) ir.Value {
	return func(g gen, dw, _ ir.Value) ir.Value {
		return g.asWords(g.vector(g.OpAux(ir.FToI, 8, aux|ir.RoundZero, dw)))
	}
}

func doublewordOf(aux ir.Aux) func(g gen, dw, w ir.Value) ir.Value {
	return func(g gen, _, w ir.Value) ir.Value {
		return g.vector(g.OpAux(ir.FToI, 4, aux|ir.Int64|ir.RoundZero, w))
	}
}

func ofWord(aux ir.Aux) func(g gen, dw, w ir.Value) ir.Value {
	return func(g gen, _, w ir.Value) ir.Value { return g.OpAux(ir.IToF, 8, aux, g.Op(ir.VExtract, 4, w)) }
}

func singleOf(aux ir.Aux) func(g gen, dw, w ir.Value) ir.Value {
	return func(g gen, dw, _ ir.Value) ir.Value {
		return g.asWords(g.OpAux(ir.IToF, 4, aux|ir.Int64, g.Op(ir.VExtract, 8, dw)))
	}
}
