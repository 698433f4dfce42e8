package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// different is "Advanced SIMD three different" with lanes of up to 4 bytes: one operand or the result has lanes of twice the
// size. Bit q chooses the upper half of the narrow ones.
func different() []form {
	return []form{
		{"saddl", "0", "0000", bhs, none, long(true, lanewise(ir.VAdd))},
		{"uaddl", "1", "0000", bhs, none, long(false, lanewise(ir.VAdd))},
		{"saddw", "0", "0001", bhs, none, wide(true, ir.VAdd)},
		{"uaddw", "1", "0001", bhs, none, wide(false, ir.VAdd)},
		{"ssubl", "0", "0010", bhs, none, long(true, lanewise(ir.VSub))},
		{"usubl", "1", "0010", bhs, none, long(false, lanewise(ir.VSub))},
		{"ssubw", "0", "0011", bhs, none, wide(true, ir.VSub)},
		{"usubw", "1", "0011", bhs, none, wide(false, ir.VSub)},
		{"addhn", "0", "0100", bhs, none, highNarrow(ir.VAdd, false)},
		{"raddhn", "1", "0100", bhs, none, highNarrow(ir.VAdd, true)},
		{"sabal", "0", "0101", bhs, none, long(true, accumulated(ir.VAdd, difference(ir.VMaxS, ir.VMinS)))},
		{"uabal", "1", "0101", bhs, none, long(false, accumulated(ir.VAdd, difference(ir.VMaxU, ir.VMinU)))},
		{"subhn", "0", "0110", bhs, none, highNarrow(ir.VSub, false)},
		{"rsubhn", "1", "0110", bhs, none, highNarrow(ir.VSub, true)},
		{"sabdl", "0", "0111", bhs, none, long(true, difference(ir.VMaxS, ir.VMinS))},
		{"uabdl", "1", "0111", bhs, none, long(false, difference(ir.VMaxU, ir.VMinU))},
		{"smlal", "0", "1000", bhs, none, long(true, accumulated(ir.VAdd, lanewise(ir.VMul)))},
		{"umlal", "1", "1000", bhs, none, long(false, accumulated(ir.VAdd, lanewise(ir.VMul)))},
		{"sqdmlal", "0", "1001", h | s, h | s, long(true, doublingAccumulated(ir.VAddSatS, ir.VAdd))},
		{"smlsl", "0", "1010", bhs, none, long(true, accumulated(ir.VSub, lanewise(ir.VMul)))},
		{"umlsl", "1", "1010", bhs, none, long(false, accumulated(ir.VSub, lanewise(ir.VMul)))},
		{"sqdmlsl", "0", "1011", h | s, h | s, long(true, doublingAccumulated(ir.VSubSatS, ir.VSub))},
		{"smull", "0", "1100", bhs, none, long(true, lanewise(ir.VMul))},
		{"umull", "1", "1100", bhs, none, long(false, lanewise(ir.VMul))},
		{"sqdmull", "0", "1101", h | s, h | s, long(true, doublingLong)},
	}
}

func diffRows() []isa.Row[op] {
	return forms(different(), "0 q:1 %s 01110 size:2 1 rm:5 %s 00 rn:5 rd:5", "01 %s 11110 size:2 1 rm:5 %s 00 rn:5 rd:5")
}

// polynomialLong is the multiplication of polynomials over {0,1}.
func polynomialLong() []isa.Row[op] {
	return []isa.Row[op]{
		row("pmull", "0 q:1 0 01110 00 1 rm:5 1110 00 rn:5 rd:5", func(g gen) {
			n, m := g.narrowHalf(g.fn()), g.narrowHalf(g.fm())
			g.setV(g.Helper(ir.Vec, ir.Pure, helpPolynomialLong, 0, n, m))
		}),
		row("pmull (64)", "0 q:1 0 01110 11 1 rm:5 1110 00 rn:5 rd:5", func(g gen) {
			half := int64(g.at(30, 1))
			g.setV(g.OpImm(ir.VClMul, 8, half|half<<1, g.fn(), g.fm()))
		}),
	}
}

// narrowHalf has the half that bit q chooses in its lower half.
func (g gen) narrowHalf(val ir.Value) ir.Value {
	if g.q() {
		return g.OpImm(ir.VDupL, 8, 1, val)
	}
	return val
}

// upper reports whether the form is on the upper half of a narrow operand.
func (g gen) upper() bool { return g.q() && !g.scalar() }

// long is f on rn and rm widened.
func long(signed bool, f dyadic) func(g gen) {
	return func(g gen) { g.long(g.lane(), signed, f, g.fm()) }
}

func (g gen) long(size int, signed bool, f dyadic, m ir.Value) {
	n := g.widened(signed, g.upper(), size, g.fn())
	g.setLong(size, f(g, 2*size, n, g.widened(signed, g.upper(), size, m)))
}

// setLong sets rd to lanes of twice size.
func (g gen) setLong(size int, val ir.Value) {
	if g.scalar() {
		val = g.lowLane(2*size, val)
	}
	g.setV(val)
}

func wide(signed bool, op ir.Op) func(g gen) {
	return func(g gen) {
		g.setV(g.Op(op, 2*g.lane(), g.fn(), g.widened(signed, g.upper(), g.lane(), g.fm())))
	}
}

// saturateLong is saturate for a result that has a whole register also where bit q is clear.
func (g gen) saturateLong(size int, saturated, exact ir.Value) ir.Value {
	differs := g.Op(ir.VXor, 8, saturated, exact)
	if g.scalar() {
		differs = g.lowLane(size, differs)
	}
	g.noteSaturation(differs)
	return saturated
}

// doublingLong is 2*n*m. Only the product of the two least numbers saturates.
func doublingLong(g gen, size int, n, m ir.Value) ir.Value {
	product := g.Op(ir.VMul, size, n, m)
	return g.saturateLong(size, g.Op(ir.VAddSatS, size, product, product), g.Op(ir.VAdd, size, product, product))
}

func doublingAccumulated(saturating, exact ir.Op) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value {
		double := doublingLong(g, size, n, m)
		return g.saturateLong(size, g.Op(saturating, size, g.fd(), double), g.Op(exact, size, g.fd(), double))
	}
}

// highNarrow is the upper half of each lane of a sum or difference.
func highNarrow(op ir.Op, rounds bool) func(g gen) {
	return func(g gen) {
		size := g.lane()
		sum := g.Op(op, 2*size, g.fn(), g.fm())
		if rounds {
			sum = g.Op(ir.VAdd, 2*size, sum, g.splat(2*size, 1<<(8*size-1)))
		}
		g.setNarrow(size, g.OpImm(ir.VShrI, 2*size, int64(8*size), sum))
	}
}

// setNarrow sets the lower half of rd, or with bit q the upper one, to lanes of twice size cut to size.
func (g gen) setNarrow(size int, val ir.Value) {
	g.setHalf(size, g.Op(ir.VNarrow, size, val, g.zeroVec()))
}

// setHalf sets the lower half of rd and clears the upper one, or with bit q sets the upper one; a scalar form sets one lane.
func (g gen) setHalf(size int, low ir.Value) {
	switch {
	case g.scalar():
		g.setV(g.lowLane(size, low))
	case g.q():
		g.setV(g.Op(ir.VZipLo, 8, g.fd(), low))
	default:
		g.setV(g.Op(ir.VZeroHi, 8, low))
	}
}
