package ppc

import "muslrun/emu/native/ir"

// The fields of VSX registers have a sixth bit at the end of the word.
func (w word) xt() int { return w.at(31, 31)<<5 | w.at(6, 10) }
func (w word) xa() int { return w.at(29, 29)<<5 | w.at(11, 15) }
func (w word) xb() int { return w.at(30, 30)<<5 | w.at(16, 20) }
func (w word) xc() int { return w.at(28, 28)<<5 | w.at(21, 25) }

// xx1, xx2 and xx3 are rows of the forms: loads and stores; with two registers; and with three.
func xx1(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "011111 xt:5 ra:5 rb:5 " + digits(extended, 10) + " tx:1", Emit: op{emit: emit}}
}

func xx2(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "111100 xt:5 none:5 xb:5 " + digits(extended, 9) + " bx:1 tx:1", Emit: op{emit: emit}}
}

func xx3(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "111100 xt:5 xa:5 xb:5 " + digits(extended, 8) + " ax:1 bx:1 tx:1", Emit: op{emit: emit}}
}

// xc is a row of a comparison with Rc.
func xc(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "111100 xt:5 xa:5 xb:5 rc:1 " + digits(extended, 7) + " ax:1 bx:1 tx:1", Emit: op{emit: emit}}
}

func (g gen) setVSR(v ir.Value) { g.Set(vsr(g.xt()), v) }

// vsxMemory is VSX's loads and stores, and moves from and to general registers.
var vsxMemory = []row{
	xx1("lxvd2x", 844, loadVSX(16, 8)), xx1("lxvw4x", 780, loadVSXWords), xx1("lxsdx", 588, loadVSX(8, 8)),
	xx1("lxvdsx", 332, func(g gen) { g.setVSR(g.Op(ir.VDup, 8, g.loadX(8, 0))) }),
	xx1("lxsspx", 524, func(g gen) {
		a := g.xAddress()
		g.setVSR(g.single(g.LoadX(ir.Vec, 4, g.vecOrder(4), a.base, a.index, 0)))
	}),
	xx1("lxsiwax", 76, func(g gen) { g.setVSR(g.vector(g.loadX(4, ir.MemSigned))) }),
	xx1("lxsiwzx", 12, func(g gen) { g.setVSR(g.vector(g.loadX(4, 0))) }),
	xx1("stxvd2x", 972, storeVSX(16, 8)), xx1("stxvw4x", 908, storeVSXWords), xx1("stxsdx", 716, storeVSX(8, 8)),
	xx1("stxsspx", 652, func(g gen) {
		a := g.xAddress()
		g.StoreX(4, g.vecOrder(4), a.base, a.index, 0, g.narrow(vsr(g.xt())))
	}),
	xx1("stxsiwx", 140, storeVSX(4, 4)),
	xx1("mfvsrd", 51, func(g gen) { g.Set(gpr(g.ra()), g.Op(ir.VExtract, 8, vsr(g.xt()))) }),
	xx1("mfvsrwz", 115, func(g gen) { g.Set(gpr(g.ra()), g.Op(ir.VExtract, 4, vsr(g.xt()))) }),
	xx1("mtvsrd", 179, func(g gen) { g.setVSR(g.vector(gpr(g.ra()))) }),
	xx1("mtvsrwa", 211, func(g gen) { g.setVSR(g.vector(g.signedLow(gpr(g.ra())))) }),
	xx1("mtvsrwz", 243, func(g gen) { g.setVSR(g.vector(g.low(gpr(g.ra())))) }),
}

func (g gen) loadX(size int, aux ir.Aux) ir.Value {
	a := g.xAddress()
	return g.LoadX(ir.Int, size, g.data|aux, a.base, a.index, 0)
}

func loadVSX(size, element int) func(g gen) {
	return func(g gen) {
		a := g.xAddress()
		g.setVSR(g.LoadX(ir.Vec, size, g.vecOrder(element), a.base, a.index, 0))
	}
}

func storeVSX(size, element int) func(g gen) {
	return func(g gen) {
		a := g.xAddress()
		g.StoreX(size, g.vecOrder(element), a.base, a.index, 0, vsr(g.xt()))
	}
}

// words exchanges the words within doublewords if their order in memory is not that of doublewords.
func (g gen) words(v ir.Value) ir.Value {
	if g.little() {
		return g.OpImm(ir.VRev, 4, 8, v)
	}
	return v
}

func loadVSXWords(g gen) {
	a := g.xAddress()
	g.setVSR(g.words(g.LoadX(ir.Vec, 16, g.vecOrder(8), a.base, a.index, 0)))
}

func storeVSXWords(g gen) {
	a := g.xAddress()
	g.StoreX(16, g.vecOrder(8), a.base, a.index, 0, g.words(vsr(g.xt())))
}

// vsxLogical is VSX's logical and permute instructions.
var vsxLogical = []row{
	xx3("xxland", 130, vsxBoth(ir.VAnd, 8)), xx3("xxlandc", 138, vsxBoth(ir.VAndNot, 8)), xx3("xxlor", 146, vsxOr),
	xx3("xxlxor", 154, vsxBoth(ir.VXor, 8)), xx3("xxlnor", 162, vsxInverse(ir.VOr)), xx3("xxlnand", 178, vsxInverse(ir.VAnd)),
	xx3("xxleqv", 186, vsxInverse(ir.VXor)),
	xx3("xxlorc", 170, func(g gen) { g.setVSR(g.Op(ir.VOr, 8, vsr(g.xa()), g.Op(ir.VNot, 8, vsr(g.xb())))) }),
	xx3("xxmrghw", 18, vsxMerge(ir.VZipLo)), xx3("xxmrglw", 50, vsxMerge(ir.VZipHi)),
	{Name: "xxpermdi", Bits: "111100 xt:5 xa:5 xb:5 0 dm:2 01010 ax:1 bx:1 tx:1", Emit: op{emit: permuteDoublewords}},
	{Name: "xxsldwi", Bits: "111100 xt:5 xa:5 xb:5 0 shw:2 00010 ax:1 bx:1 tx:1",
		Emit: op{emit: func(g gen) { g.setVSR(g.shiftedLeft(4*g.at(22, 23), vsr(g.xa()), vsr(g.xb()))) }}},
	{Name: "xxsel", Bits: "111100 xt:5 xa:5 xb:5 xc:5 11 cx:1 ax:1 bx:1 tx:1",
		Emit: op{emit: func(g gen) { g.setVSR(g.Op(ir.VBlend, 8, vsr(g.xc()), vsr(g.xb()), vsr(g.xa()))) }}},
	{Name: "xxspltw", Bits: "111100 xt:5 any:3 uim:2 xb:5 010100100 bx:1 tx:1",
		Emit: op{emit: func(g gen) { g.setVSR(g.OpImm(ir.VDupL, 4, int64(laneOf(4, g.at(14, 15))), vsr(g.xb()))) }}},
}

func vsxBoth(o ir.Op, size int) func(g gen) {
	return func(g gen) { g.setVSR(g.Op(o, size, vsr(g.xa()), vsr(g.xb()))) }
}

func vsxOr(g gen) {
	if g.xa() == g.xb() {
		g.setVSR(g.Copy(vsr(g.xa())))
		return
	}
	vsxBoth(ir.VOr, 8)(g)
}

func vsxInverse(o ir.Op) func(g gen) {
	return func(g gen) { g.setVSR(g.Op(ir.VNot, 8, g.Op(o, 8, vsr(g.xa()), vsr(g.xb())))) }
}

func vsxMerge(o ir.Op) func(g gen) {
	return func(g gen) { g.setVSR(g.exchanged(g.Op(o, 4, vsr(g.xb()), vsr(g.xa())))) }
}

// permuteDoublewords takes one doubleword of each operand.
func permuteDoublewords(g gen) {
	a, b := vsr(g.xa()), vsr(g.xb())
	switch g.at(22, 23) {
	case 0:
		g.setVSR(g.Op(ir.VZipLo, 8, a, b))
	case 1:
		g.setVSR(g.OpImm(ir.VInsertL, 8, 0, b, a))
	case 2:
		g.setVSR(g.OpImm(ir.VExt, 1, 8, a, b))
	default:
		g.setVSR(g.Op(ir.VZipHi, 8, a, b))
	}
}

// vsxScalar is VSX's scalar floating point.
var vsxScalar = []row{
	xx3("xsadddp", 32, scalarAB(ir.FAdd, 0)), xx3("xsaddsp", 0, scalarAB(ir.FAdd, ir.ToSingle)),
	xx3("xssubdp", 40, scalarAB(ir.FSub, 0)), xx3("xssubsp", 8, scalarAB(ir.FSub, ir.ToSingle)),
	xx3("xsmuldp", 48, scalarAB(ir.FMul, 0)), xx3("xsmulsp", 16, scalarAB(ir.FMul, ir.ToSingle)),
	xx3("xsdivdp", 56, scalarAB(ir.FDiv, 0)), xx3("xsdivsp", 24, scalarAB(ir.FDiv, ir.ToSingle)),
	xx3("xsmaddadp", 33, scalarFused(0, false)), xx3("xsmaddmdp", 41, scalarFused(0, false)),
	xx3("xsmsubadp", 49, scalarFused(ir.NegateC, false)), xx3("xsmsubmdp", 57, scalarFused(ir.NegateC, false)),
	xx3("xsnmaddadp", 161, scalarFused(0, true)), xx3("xsnmaddmdp", 169, scalarFused(0, true)),
	xx3("xsnmsubadp", 177, scalarFused(ir.NegateC, true)), xx3("xsnmsubmdp", 185, scalarFused(ir.NegateC, true)),
	xx3("xsmaddasp", 1, scalarFused(ir.ToSingle, false)), xx3("xsmaddmsp", 9, scalarFused(ir.ToSingle, false)),
	xx3("xsmsubasp", 17, scalarFused(ir.ToSingle|ir.NegateC, false)),
	xx3("xsmsubmsp", 25, scalarFused(ir.ToSingle|ir.NegateC, false)),
	xx3("xsnmaddasp", 129, scalarFused(ir.ToSingle, true)), xx3("xsnmaddmsp", 137, scalarFused(ir.ToSingle, true)),
	xx3("xsnmsubasp", 145, scalarFused(ir.ToSingle|ir.NegateC, true)),
	xx3("xsnmsubmsp", 153, scalarFused(ir.ToSingle|ir.NegateC, true)),
	xx3("xscpsgndp", 176, func(g gen) { g.setVSR(g.Op(ir.FCopySign, 8, vsr(g.xb()), vsr(g.xa()))) }),
	{Name: "xscmpudp", Bits: "111100 bf:3 any:2 xa:5 xb:5 00100011 ax:1 bx:1 any:1", Emit: op{emit: scalarCompare(0)}},
	{Name: "xscmpodp", Bits: "111100 bf:3 any:2 xa:5 xb:5 00101011 ax:1 bx:1 any:1", Emit: op{emit: scalarCompare(ir.Signaling)}},
	xx2("xsabsdp", 345, scalarB(func(g gen, b ir.Value) ir.Value { return g.Op(ir.FAbs, 8, b) })),
	xx2("xsnabsdp", 361, scalarB(func(g gen, b ir.Value) ir.Value { return g.Op(ir.FNeg, 8, g.Op(ir.FAbs, 8, b)) })),
	xx2("xsnegdp", 377, scalarB(func(g gen, b ir.Value) ir.Value { return g.Op(ir.FNeg, 8, b) })),
	xx2("xssqrtdp", 75, scalarNoted(ir.Insn{Op: ir.FSqrt, Size: 8})),
	xx2("xssqrtsp", 11, scalarNoted(ir.Insn{Op: ir.FSqrt, Size: 8, Aux: ir.ToSingle})),
	xx2("xsredp", 90, scalarReciprocal(0)), xx2("xsresp", 26, scalarReciprocal(ir.ToSingle)),
	xx2("xsrsqrtedp", 74, scalarRoot(0)), xx2("xsrsqrtesp", 10, scalarRoot(ir.ToSingle)),
	xx2("xsrdpi", 73, scalarNoted(roundInsn(ir.RoundAway))), xx2("xsrdpic", 107, scalarNoted(roundInsn(ir.RoundDynamic|ir.Exact))),
	xx2("xsrdpim", 121, scalarNoted(roundInsn(ir.RoundDown))), xx2("xsrdpip", 105, scalarNoted(roundInsn(ir.RoundUp))),
	xx2("xsrdpiz", 89, scalarNoted(roundInsn(ir.RoundZero))),
	xx2("xsrsp", 281, func(g gen) {
		v := g.float(ir.Insn{Op: ir.FCvt, Size: 8, Imm: 4}, vsr(g.xb()))
		g.setVSR(g.OpImm(ir.FCvt, 4, 8, v))
	}),
	xx2("xscvspdp", 329, scalarB(func(g gen, b ir.Value) ir.Value {
		return g.float(ir.Insn{Op: ir.FCvt, Size: 4, Imm: 8}, g.firstWord(b))
	})),
	xx2("xscvspdpn", 331, scalarB(func(g gen, b ir.Value) ir.Value { return g.single(g.firstWord(b)) })),
	xx2("xscvdpsp", 265, func(g gen) {
		v := g.float(ir.Insn{Op: ir.FCvt, Size: 8, Imm: 4}, vsr(g.xb()))
		g.setVSR(g.asWords(v))
	}),
	xx2("xscvdpspn", 267, func(g gen) { g.setVSR(g.asWords(g.narrow(vsr(g.xb())))) }),
	xx2("xscvdpsxds", 344, scalarToInt(ir.Signed|ir.Int64)), xx2("xscvdpuxds", 328, scalarToInt(ir.Int64)),
	xx2("xscvdpsxws", 88, scalarToInt(ir.Signed)), xx2("xscvdpuxws", 72, scalarToInt(0)),
	xx2("xscvsxddp", 376, scalarFromInt(8, ir.Signed)), xx2("xscvuxddp", 360, scalarFromInt(8, 0)),
	xx2("xscvsxdsp", 312, scalarFromInt(4, ir.Signed)), xx2("xscvuxdsp", 296, scalarFromInt(4, 0)),
}

// firstWord is word 0 in the lowest lane.
func (g gen) firstWord(v ir.Value) ir.Value {
	return g.OpImm(ir.VInsertL, 4, 1<<8, g.VecConst(0, 0), v)
}

// asWords has a single, in the lowest lane, in both words of doubleword 0.
func (g gen) asWords(v ir.Value) ir.Value { return g.OpImm(ir.VInsertL, 4, 1, v, v) }

func scalarAB(o ir.Op, aux ir.Aux) func(g gen) {
	return func(g gen) { g.setVSR(g.float(ir.Insn{Op: o, Size: 8, Aux: aux}, vsr(g.xa()), vsr(g.xb()))) }
}

// factors are the factors and the addend of a multiply-add: the target is the addend of the form A, a factor of the form M.
func (g gen) factors() (a, b, c ir.Value) {
	if g.bit(25) {
		return vsr(g.xa()), vsr(g.xt()), vsr(g.xb())
	}
	return vsr(g.xa()), vsr(g.xb()), vsr(g.xt())
}

func scalarFused(aux ir.Aux, negate bool) func(g gen) {
	return func(g gen) {
		a, b, c := g.factors()
		in := ir.Insn{Op: ir.FMulAdd, Size: 8, Aux: aux}
		if !negate {
			g.setVSR(g.float(in, a, b, c))
			return
		}
		noted := in
		noted.Aux |= negateResult
		g.pending(noted, a, b, c)
		g.setVSR(g.negatedScalar(g.With(in, a, b, c)))
	}
}

func scalarExtreme(o ir.Op) func(g gen) {
	return func(g gen) { g.setVSR(g.OpAux(o, 8, ir.MinMaxNumber, vsr(g.xa()), vsr(g.xb()))) }
}

func scalarCompare(aux ir.Aux) func(g gen) {
	return func(g gen) { g.compareFloat(g.bf(), aux, vsr(g.xa()), vsr(g.xb())) }
}

func scalarB(f func(g gen, b ir.Value) ir.Value) func(g gen) {
	return func(g gen) { g.setVSR(f(g, vsr(g.xb()))) }
}

func scalarNoted(in ir.Insn) func(g gen) {
	return scalarB(func(g gen, b ir.Value) ir.Value { return g.float(in, b) })
}

func roundInsn(aux ir.Aux) ir.Insn { return ir.Insn{Op: ir.FRound, Size: 8, Aux: aux} }

func scalarReciprocal(aux ir.Aux) func(g gen) {
	return scalarB(func(g gen, b ir.Value) ir.Value {
		return g.float(ir.Insn{Op: ir.FDiv, Size: 8, Aux: aux}, g.VecConst(oneDouble, 0), b)
	})
}

func scalarRoot(aux ir.Aux) func(g gen) {
	return scalarB(func(g gen, b ir.Value) ir.Value {
		root := g.Op(ir.FSqrt, 8, b)
		return g.float(ir.Insn{Op: ir.FDiv, Size: 8, Aux: aux}, g.VecConst(oneDouble, 0), root)
	})
}

// scalarToInt leaves a word in both words of doubleword 0.
func scalarToInt(aux ir.Aux) func(g gen) {
	return scalarB(func(g gen, b ir.Value) ir.Value {
		v := g.vector(g.float(ir.Insn{Op: ir.FToI, Size: 8, Aux: aux | ir.RoundZero}, b))
		if aux&ir.Int64 == 0 {
			v = g.asWords(v)
		}
		return v
	})
}

func scalarFromInt(size int, aux ir.Aux) func(g gen) {
	return scalarB(func(g gen, b ir.Value) ir.Value {
		g.pending(ir.Insn{Op: ir.IToF, Size: uint8(size), Aux: aux | ir.Int64}, b)
		v := g.OpAux(ir.IToF, size, aux|ir.Int64, g.Op(ir.VExtract, 8, b))
		if size == 4 {
			v = g.OpImm(ir.FCvt, 4, 8, v)
		}
		return v
	})
}
