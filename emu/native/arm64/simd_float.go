package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// floatForm is an instruction on floating-point lanes. Its bits a and sz are the field size of integers; half precision has
// encodings of its own, with the same opcode.
type floatForm struct {
	name         string
	u, a, opcode string
	scalar       bool
	emit         func(g gen, size int)
}

// sameFloats is "Advanced SIMD three same" of floating point, with its scalar and half-precision forms.
func sameFloats() []floatForm {
	return []floatForm{
		{"fmaxnm (vector)", "0", "0", "11000", false, float2(ir.VFMax, ir.MinMaxNumber)},
		{"fmaxnmp", "1", "0", "11000", false, floatPairs(ir.VFMax, ir.MinMaxNumber)},
		{"fmla", "0", "0", "11001", false, floatSame(fmla(0))},
		{"fadd (vector)", "0", "0", "11010", false, float2(ir.VFAdd, 0)},
		{"faddp", "1", "0", "11010", false, floatPairs(ir.VFAdd, 0)},
		{"fmulx", "0", "0", "11011", true, floatSame(floatHelper(helpMulX))},
		{"fmul (vector)", "1", "0", "11011", false, float2(ir.VFMul, 0)},
		{"fcmeq", "0", "0", "11100", true, float2(ir.VFCmpEQ, 0)},
		{"fcmge", "1", "0", "11100", true, float2(ir.VFCmpGE, 0)},
		{"facge", "1", "0", "11101", true, floatSame(absolute(ir.VFCmpGE))},
		{"fmax (vector)", "0", "0", "11110", false, float2(ir.VFMax, ir.MinMaxNaN)},
		{"fmaxp", "1", "0", "11110", false, floatPairs(ir.VFMax, ir.MinMaxNaN)},
		{"frecps", "0", "0", "11111", true, floatSame(floatHelper(helpRecipStep))},
		{"fdiv (vector)", "1", "0", "11111", false, float2(ir.VFDiv, 0)},

		{"fminnm (vector)", "0", "1", "11000", false, float2(ir.VFMin, ir.MinMaxNumber)},
		{"fminnmp", "1", "1", "11000", false, floatPairs(ir.VFMin, ir.MinMaxNumber)},
		{"fmls", "0", "1", "11001", false, floatSame(fmla(ir.NegateA))},
		{"fsub (vector)", "0", "1", "11010", false, float2(ir.VFSub, 0)},
		{"fabd", "1", "1", "11010", true, floatSame(func(g gen, size int, n, m ir.Value) ir.Value {
			return g.Op(ir.VFAbs, size, g.Op(ir.VFSub, size, n, m))
		})},
		{"fcmgt", "1", "1", "11100", true, float2(ir.VFCmpGT, 0)},
		{"facgt", "1", "1", "11101", true, floatSame(absolute(ir.VFCmpGT))},
		{"fmin (vector)", "0", "1", "11110", false, float2(ir.VFMin, ir.MinMaxNaN)},
		{"fminp", "1", "1", "11110", false, floatPairs(ir.VFMin, ir.MinMaxNaN)},
		{"frsqrts", "0", "1", "11111", true, floatSame(floatHelper(helpRootStep))},
	}
}

// miscFloats is "Advanced SIMD two-register miscellaneous" of floating point.
func miscFloats() []floatForm {
	return []floatForm{
		{"frintn (vector)", "0", "0", "11000", false, float1(ir.VFRound, ir.RoundNearest)},
		{"frinta (vector)", "1", "0", "11000", false, float1(ir.VFRound, ir.RoundAway)},
		{"frintm (vector)", "0", "0", "11001", false, float1(ir.VFRound, ir.RoundDown)},
		{"frintx (vector)", "1", "0", "11001", false, float1(ir.VFRound, ir.RoundDynamic|ir.Exact)},
		{"frintp (vector)", "0", "1", "11000", false, float1(ir.VFRound, ir.RoundUp)},
		{"frintz (vector)", "0", "1", "11001", false, float1(ir.VFRound, ir.RoundZero)},
		{"frinti (vector)", "1", "1", "11001", false, float1(ir.VFRound, ir.RoundDynamic)},
		{"fcvtns (vector)", "0", "0", "11010", true, float1(ir.VFToI, ir.RoundNearest|ir.Signed)},
		{"fcvtnu (vector)", "1", "0", "11010", true, float1(ir.VFToI, ir.RoundNearest)},
		{"fcvtms (vector)", "0", "0", "11011", true, float1(ir.VFToI, ir.RoundDown|ir.Signed)},
		{"fcvtmu (vector)", "1", "0", "11011", true, float1(ir.VFToI, ir.RoundDown)},
		{"fcvtas (vector)", "0", "0", "11100", true, float1(ir.VFToI, ir.RoundAway|ir.Signed)},
		{"fcvtau (vector)", "1", "0", "11100", true, float1(ir.VFToI, ir.RoundAway)},
		{"fcvtps (vector)", "0", "1", "11010", true, float1(ir.VFToI, ir.RoundUp|ir.Signed)},
		{"fcvtpu (vector)", "1", "1", "11010", true, float1(ir.VFToI, ir.RoundUp)},
		{"fcvtzs (vector)", "0", "1", "11011", true, float1(ir.VFToI, ir.RoundZero|ir.Signed)},
		{"fcvtzu (vector)", "1", "1", "11011", true, float1(ir.VFToI, ir.RoundZero)},
		{"scvtf (vector)", "0", "0", "11101", true, float1(ir.VIToF, ir.Signed)},
		{"ucvtf (vector)", "1", "0", "11101", true, float1(ir.VIToF, 0)},
		{"fcmgt (zero)", "0", "1", "01100", true, floatZero(ir.VFCmpGT, false)},
		{"fcmge (zero)", "1", "1", "01100", true, floatZero(ir.VFCmpGE, false)},
		{"fcmeq (zero)", "0", "1", "01101", true, floatZero(ir.VFCmpEQ, false)},
		{"fcmle (zero)", "1", "1", "01101", true, floatZero(ir.VFCmpGE, true)},
		{"fcmlt (zero)", "0", "1", "01110", true, floatZero(ir.VFCmpGT, true)},
		{"fabs (vector)", "0", "1", "01111", false, float1(ir.VFAbs, 0)},
		{"fneg (vector)", "1", "1", "01111", false, float1(ir.VFNeg, 0)},
		{"frecpe", "0", "1", "11101", true, floatMisc(floatHelper1(helpRecip))},
		{"frsqrte", "1", "1", "11101", true, floatMisc(floatHelper1(helpRoot))},
		{"fsqrt (vector)", "1", "1", "11111", false, float1(ir.VFSqrt, 0)},
	}
}

// recipExponent has scalar forms only.
func recipExponent() floatForm {
	return floatForm{"frecpx", "0", "1", "11111", true, floatMisc(floatHelper1(helpRecipExponent))}
}

func sameFloatRows() []isa.Row[op] {
	var rows []isa.Row[op]
	for _, f := range sameFloats() {
		short := f.opcode[2:]
		rows = append(rows, f.rows(f.scalar,
			fill("0 q:1 %s 01110 %s sz:1 1 rm:5 %s 1 rn:5 rd:5", f.u, f.a, f.opcode),
			fill("0 q:1 %s 01110 %s 10 rm:5 00 %s 1 rn:5 rd:5", f.u, f.a, short),
			fill("01 %s 11110 %s sz:1 1 rm:5 %s 1 rn:5 rd:5", f.u, f.a, f.opcode),
			fill("01 %s 11110 %s 10 rm:5 00 %s 1 rn:5 rd:5", f.u, f.a, short))...)
	}
	return rows
}

func miscFloatRows() []isa.Row[op] {
	var rows []isa.Row[op]
	for _, f := range miscFloats() {
		rows = append(rows, f.miscRows()...)
	}
	return append(rows, recipExponent().miscRows()[2:]...)
}

func (f floatForm) miscRows() []isa.Row[op] {
	return f.rows(f.scalar,
		fill("0 q:1 %s 01110 %s sz:1 10000 %s 10 rn:5 rd:5", f.u, f.a, f.opcode),
		fill("0 q:1 %s 01110 %s 111100 %s 10 rn:5 rd:5", f.u, f.a, f.opcode),
		fill("01 %s 11110 %s sz:1 10000 %s 10 rn:5 rd:5", f.u, f.a, f.opcode),
		fill("01 %s 11110 %s 111100 %s 10 rn:5 rd:5", f.u, f.a, f.opcode))
}

// rows makes the forms: vector and vector of halves, scalar and scalar half.
func (f floatForm) rows(scalar bool, vector, half, single, singleHalf string) []isa.Row[op] {
	full := func(g gen) { f.emit(g, 4<<g.at(22, 1)) }
	short := func(g gen) { f.emit(g, 2) }
	rows := []isa.Row[op]{
		row(f.name, vector, full, func(w word) bool { return !w.bit(22) || w.q() }), row(f.name+" (half)", half, short),
	}
	if scalar {
		rows = append(rows, row(f.name+" (scalar)", single, full), row(f.name+" (scalar, half)", singleHalf, short))
	}
	return rows
}

// floatSame does f to rn and rm, with no lane that could raise a flag of its own.
func floatSame(f dyadic) func(g gen, size int) {
	return func(g gen, size int) {
		g.setFit(size, f(g, size, g.spread(size, g.fn()), g.spread(size, g.fm())))
	}
}

func floatMisc(f monadic) func(g gen, size int) {
	return func(g gen, size int) { g.setFit(size, f(g, size, g.spread(size, g.fn()))) }
}

func float2(op ir.Op, aux ir.Aux) func(g gen, size int) {
	return floatSame(func(g gen, size int, n, m ir.Value) ir.Value { return g.OpAux(op, size, aux, n, m) })
}

func float1(op ir.Op, aux ir.Aux) func(g gen, size int) {
	return floatMisc(func(g gen, size int, n ir.Value) ir.Value { return g.OpAux(op, size, aux, n) })
}

func fmla(aux ir.Aux) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value {
		return g.OpAux(ir.VFMulAdd, size, aux, n, m, g.spread(size, g.fd()))
	}
}

func absolute(op ir.Op) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value {
		return g.Op(op, size, g.Op(ir.VFAbs, size, n), g.Op(ir.VFAbs, size, m))
	}
}

func floatZero(op ir.Op, swapped bool) func(g gen, size int) {
	return floatMisc(func(g gen, size int, n ir.Value) ir.Value {
		if swapped {
			return g.Op(op, size, g.zeroVec(), n)
		}
		return g.Op(op, size, n, g.zeroVec())
	})
}

func floatPairs(op ir.Op, aux ir.Aux) func(g gen, size int) {
	return func(g gen, size int) {
		even, odd := g.pairs(size)
		g.setFit(size, g.OpAux(op, size, aux, even, odd))
	}
}

// convertLane is lane i of val in another precision, in lane 0.
func (g gen) convertLane(from, to, i int, rounding ir.Aux, val ir.Value) ir.Value {
	val = g.OpImm(ir.VDupL, from, int64(i), val)
	if rounding != ir.RoundDynamic {
		return g.With(ir.Insn{Op: ir.FCvt, Size: uint8(from), Imm: int64(to), Aux: rounding}, val)
	}
	return g.convert(from, to, val)
}

// narrowFloats sets half of rd to numbers of size bytes, from those of twice the size.
func (g gen) narrowFloats(size int, rounding ir.Aux) {
	result := g.zeroVec()
	for i := range 8 / size {
		result = g.OpImm(ir.VInsertL, size, int64(i), result, g.convertLane(2*size, size, i, rounding, g.fn()))
	}
	g.setHalf(size, result)
}

func fcvtl(g gen) {
	size := 2 << g.at(22, 1)
	result, source := g.zeroVec(), g.narrowHalf(g.fn())
	for i := range 8 / size {
		result = g.OpImm(ir.VInsertL, 2*size, int64(i), result, g.convertLane(size, 2*size, i, ir.RoundDynamic, source))
	}
	g.setV(result)
}
