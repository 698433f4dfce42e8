package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// same is "Advanced SIMD three same" of integers, its scalar forms with it.
func same() []form {
	return []form{
		{"shadd", "0", "00000", bhs, none, same2(halvingAdd(ir.VSarI))},
		{"uhadd", "1", "00000", bhs, none, same2(halvingAdd(ir.VShrI))},
		{"sqadd", "0", "00001", all, all, saturatingSame(ir.VAddSatS, ir.VAdd)},
		{"uqadd", "1", "00001", all, all, saturatingSame(ir.VAddSatU, ir.VAdd)},
		{"srhadd", "0", "00010", bhs, none, same2(roundingHalvingAdd)},
		{"urhadd", "1", "00010", bhs, none, sameOp(ir.VAvgU)},
		{"shsub", "0", "00100", bhs, none, same2(halvingSub(ir.VSarI))},
		{"uhsub", "1", "00100", bhs, none, same2(halvingSub(ir.VShrI))},
		{"sqsub", "0", "00101", all, all, saturatingSame(ir.VSubSatS, ir.VSub)},
		{"uqsub", "1", "00101", all, all, saturatingSame(ir.VSubSatU, ir.VSub)},
		{"cmgt", "0", "00110", all, d, sameOp(ir.VCmpGTS)},
		{"cmhi", "1", "00110", all, d, sameOp(ir.VCmpGTU)},
		{"cmge", "0", "00111", all, d, sameOp(ir.VCmpGES)},
		{"cmhs", "1", "00111", all, d, sameOp(ir.VCmpGEU)},
		{"sshl", "0", "01000", all, d, shiftSame(0)},
		{"ushl", "1", "01000", all, d, shiftSame(shiftUnsigned)},
		{"sqshl", "0", "01001", all, all, shiftSame(shiftSaturates)},
		{"uqshl", "1", "01001", all, all, shiftSame(shiftUnsigned | shiftSaturates)},
		{"srshl", "0", "01010", all, d, shiftSame(shiftRounds)},
		{"urshl", "1", "01010", all, d, shiftSame(shiftUnsigned | shiftRounds)},
		{"sqrshl", "0", "01011", all, all, shiftSame(shiftSaturates | shiftRounds)},
		{"uqrshl", "1", "01011", all, all, shiftSame(shiftUnsigned | shiftSaturates | shiftRounds)},
		{"smax", "0", "01100", bhs, none, sameOp(ir.VMaxS)},
		{"umax", "1", "01100", bhs, none, sameOp(ir.VMaxU)},
		{"smin", "0", "01101", bhs, none, sameOp(ir.VMinS)},
		{"umin", "1", "01101", bhs, none, sameOp(ir.VMinU)},
		{"sabd", "0", "01110", bhs, none, same2(difference(ir.VMaxS, ir.VMinS))},
		{"uabd", "1", "01110", bhs, none, same2(difference(ir.VMaxU, ir.VMinU))},
		{"saba", "0", "01111", bhs, none, same2(accumulated(ir.VAdd, difference(ir.VMaxS, ir.VMinS)))},
		{"uaba", "1", "01111", bhs, none, same2(accumulated(ir.VAdd, difference(ir.VMaxU, ir.VMinU)))},
		{"add (vector)", "0", "10000", all, d, sameOp(ir.VAdd)},
		{"sub (vector)", "1", "10000", all, d, sameOp(ir.VSub)},
		{"cmtst", "0", "10001", all, d, same2(testBits)},
		{"cmeq", "1", "10001", all, d, sameOp(ir.VCmpEQ)},
		{"mla", "0", "10010", bhs, none, same2(accumulated(ir.VAdd, lanewise(ir.VMul)))},
		{"mls", "1", "10010", bhs, none, same2(accumulated(ir.VSub, lanewise(ir.VMul)))},
		{"mul", "0", "10011", bhs, none, sameOp(ir.VMul)},
		{"pmul", "1", "10011", b, none, same2(polynomial)},
		{"smaxp", "0", "10100", bhs, none, pairwise(ir.VMaxS)},
		{"umaxp", "1", "10100", bhs, none, pairwise(ir.VMaxU)},
		{"sminp", "0", "10101", bhs, none, pairwise(ir.VMinS)},
		{"uminp", "1", "10101", bhs, none, pairwise(ir.VMinU)},
		{"sqdmulh", "0", "10110", h | s, h | s, same2(doublingHigh(0))},
		{"sqrdmulh", "1", "10110", h | s, h | s, same2(doublingHigh(highRounds))},
		{"addp", "0", "10111", all, none, pairwise(ir.VAdd)},
	}
}

func sameRows() []isa.Row[op] {
	return forms(same(), "0 q:1 %s 01110 size:2 1 rm:5 %s 1 rn:5 rd:5", "01 %s 11110 size:2 1 rm:5 %s 1 rn:5 rd:5")
}

// sameExtra is "Advanced SIMD three same extra".
func sameExtra() []isa.Row[op] {
	return append(forms([]form{
		{"sqrdmlah", "1", "0000", h | s, h | s, same2(doublingHigh(highRounds | highAdds))},
		{"sqrdmlsh", "1", "0001", h | s, h | s, same2(doublingHigh(highRounds | highSubtracts))},
	}, "0 q:1 %s 01110 size:2 0 rm:5 1 %s 1 rn:5 rd:5", "01 %s 11110 size:2 0 rm:5 1 %s 1 rn:5 rd:5"),
		row("sdot", "0 q:1 0 01110 10 0 rm:5 1 0010 1 rn:5 rd:5", dotSame(true)),
		row("udot", "0 q:1 1 01110 10 0 rm:5 1 0010 1 rn:5 rd:5", dotSame(false)),
	)
}

func dotSame(signed bool) func(g gen) {
	return func(g gen) { g.setFit(4, dot(signed)(g, 4, g.fn(), g.fm())) }
}

// bitwiseSame is the bitwise operations among "Advanced SIMD three same".
func bitwiseSame() []isa.Row[op] {
	return []isa.Row[op]{
		row("and (vector)", "0 q:1 0 01110 00 1 rm:5 00011 1 rn:5 rd:5", bitwise(func(g gen) ir.Value { return g.Op(ir.VAnd, 8, g.fn(), g.fm()) })),
		row("bic (vector)", "0 q:1 0 01110 01 1 rm:5 00011 1 rn:5 rd:5", bitwise(func(g gen) ir.Value { return g.Op(ir.VAndNot, 8, g.fn(), g.fm()) })),
		row("orr (vector)", "0 q:1 0 01110 10 1 rm:5 00011 1 rn:5 rd:5", bitwise(orrVector)),
		row("orn (vector)", "0 q:1 0 01110 11 1 rm:5 00011 1 rn:5 rd:5", bitwise(func(g gen) ir.Value {
			return g.Op(ir.VOr, 8, g.fn(), g.Op(ir.VNot, 8, g.fm()))
		})),
		row("eor (vector)", "0 q:1 1 01110 00 1 rm:5 00011 1 rn:5 rd:5", bitwise(func(g gen) ir.Value { return g.Op(ir.VXor, 8, g.fn(), g.fm()) })),
		row("bsl", "0 q:1 1 01110 01 1 rm:5 00011 1 rn:5 rd:5", bitwise(func(g gen) ir.Value { return g.Op(ir.VBlend, 8, g.fd(), g.fn(), g.fm()) })),
		row("bit", "0 q:1 1 01110 10 1 rm:5 00011 1 rn:5 rd:5", bitwise(func(g gen) ir.Value { return g.Op(ir.VBlend, 8, g.fm(), g.fn(), g.fd()) })),
		row("bif", "0 q:1 1 01110 11 1 rm:5 00011 1 rn:5 rd:5", bitwise(func(g gen) ir.Value { return g.Op(ir.VBlend, 8, g.fm(), g.fd(), g.fn()) })),
	}
}

func bitwise(val func(g gen) ir.Value) func(g gen) {
	return func(g gen) { g.setFit(8, val(g)) }
}

// orrVector is mov where its operands are one.
func orrVector(g gen) ir.Value {
	if g.rn() == g.rm() {
		return g.fn()
	}
	return g.Op(ir.VOr, 8, g.fn(), g.fm())
}

// dyadic is an operation on lanes of size bytes. It may read rd, for what is there before.
type dyadic func(g gen, size int, n, m ir.Value) ir.Value

func lanewise(op ir.Op) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value { return g.Op(op, size, n, m) }
}

// same2 is an instruction that does f to rn and rm.
func same2(f dyadic) func(g gen) {
	return func(g gen) { g.setFit(g.lane(), f(g, g.lane(), g.fn(), g.fm())) }
}

func sameOp(op ir.Op) func(g gen) { return same2(lanewise(op)) }

// accumulated adds what f gives to rd, or takes it off.
func accumulated(op ir.Op, f dyadic) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value { return g.Op(op, size, g.fd(), f(g, size, n, m)) }
}

// halvingAdd is (n + m) >> 1 without overflow.
func halvingAdd(shift ir.Op) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value {
		half := g.OpImm(shift, size, 1, g.Op(ir.VXor, 8, n, m))
		return g.Op(ir.VAdd, size, g.Op(ir.VAnd, 8, n, m), half)
	}
}

// roundingHalvingAdd is (n + m + 1) >> 1, signed.
func roundingHalvingAdd(g gen, size int, n, m ir.Value) ir.Value {
	half := g.OpImm(ir.VSarI, size, 1, g.Op(ir.VXor, 8, n, m))
	return g.Op(ir.VSub, size, g.Op(ir.VOr, 8, n, m), half)
}

// halvingSub is (n - m) >> 1 without overflow.
func halvingSub(shift ir.Op) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value {
		half := g.OpImm(shift, size, 1, g.Op(ir.VXor, 8, n, m))
		return g.Op(ir.VSub, size, half, g.Op(ir.VAndNot, 8, m, n))
	}
}

// difference is |n - m|.
func difference(greater, less ir.Op) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value {
		return g.Op(ir.VSub, size, g.Op(greater, size, n, m), g.Op(less, size, n, m))
	}
}

func testBits(g gen, size int, n, m ir.Value) ir.Value {
	clear := g.Op(ir.VCmpEQ, size, g.Op(ir.VAnd, 8, n, m), g.zeroVec())
	return g.Op(ir.VNot, 8, clear)
}

func saturatingSame(saturating, exact ir.Op) func(g gen) {
	return same2(saturatingOp(saturating, exact))
}

func saturatingOp(saturating, exact ir.Op) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value {
		return g.saturate(size, g.Op(saturating, size, n, m), g.Op(exact, size, n, m))
	}
}

// pairs gives the even and the odd lanes of rn and rm together, rn's first.
func (g gen) pairs(size int) (even, odd ir.Value) {
	n, m := g.fn(), g.fm()
	if !g.q() {
		n = g.Op(ir.VZipLo, 8, n, m)
		m = n
	}
	return g.Op(ir.VUzpEven, size, n, m), g.Op(ir.VUzpOdd, size, n, m)
}

func pairwise(op ir.Op) func(g gen) {
	return func(g gen) {
		even, odd := g.pairs(g.lane())
		g.setFit(g.lane(), g.Op(op, g.lane(), even, odd))
	}
}

// widened is the lanes of the lower or upper half, with twice the bytes.
func (g gen) widened(signed, upper bool, size int, val ir.Value) ir.Value {
	switch {
	case signed && upper:
		return g.Op(ir.VWidenHiS, size, val)
	case signed:
		return g.Op(ir.VWidenLoS, size, val)
	case upper:
		return g.Op(ir.VWidenHiU, size, val)
	}
	return g.Op(ir.VWidenLoU, size, val)
}

// dot adds to each word of rd the sum of the products of its four bytes.
func dot(signed bool) dyadic {
	return func(g gen, _ int, n, m ir.Value) ir.Value {
		var sums [2]ir.Value
		for i, upper := range []bool{false, true} {
			product := g.Op(ir.VMul, 2, g.widened(signed, upper, 1, n), g.widened(signed, upper, 1, m))
			sums[i] = g.addPairs(signed, 2, product)
		}
		even, odd := g.Op(ir.VUzpEven, 4, sums[0], sums[1]), g.Op(ir.VUzpOdd, 4, sums[0], sums[1])
		return g.Op(ir.VAdd, 4, g.fd(), g.Op(ir.VAdd, 4, even, odd))
	}
}

// addPairs adds neighbouring lanes of size bytes to one of twice the bytes.
func (g gen) addPairs(signed bool, size int, val ir.Value) ir.Value {
	shift, bits := ir.VShrI, int64(8*size)
	if signed {
		shift = ir.VSarI
	}
	odd := g.OpImm(shift, 2*size, bits, val)
	even := g.OpImm(shift, 2*size, bits, g.OpImm(ir.VShlI, 2*size, bits, val))
	return g.Op(ir.VAdd, 2*size, even, odd)
}
