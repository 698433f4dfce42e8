package arm64

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

// Helpers for what IR has no operation for. Their immediate is the bytes of a lane, and above bit 8 what else they must know.

// helperImm is the immediate of a helper on lanes.
func helperImm(size int, how int64) int64 { return int64(size) | how<<8 }

// lane and setLane access lane i of size bytes.
func lane(w ir.Word, size, i int) uint64 {
	at := uint(i * size * 8)
	half := w.Lo
	if at >= 64 {
		half = w.Hi
	}
	return half >> (at % 64) & (^uint64(0) >> (64 - 8*size))
}

func setLane(w *ir.Word, size, i int, val uint64) {
	at, half := uint(i*size*8), &w.Lo
	if at >= 64 {
		half = &w.Hi
	}
	*half |= val & (^uint64(0) >> (64 - 8*size)) << (at % 64)
}

// signedLane sign-extends a lane.
func signedLane(val uint64, size int) int64 { return int64(val<<(64-8*size)) >> (64 - 8*size) }

// laneHelper makes a helper of a function of lanes of up to three operands. A second result is not 0 if a lane saturated.
func laneHelper(f func(size int, how int64, n, m, d uint64) (val uint64, saturated bool)) ir.HelperFunc {
	return func(s *ir.State, imm int64) (ir.ExitKind, int64) {
		size := int(imm & 0xff)
		var out ir.Word
		var any uint64
		for i := range 16 / size {
			val, saturated := f(size, imm>>8, lane(s.In[0], size, i), lane(s.In[1], size, i), lane(s.In[2], size, i))
			setLane(&out, size, i, val)
			if saturated {
				any = 1
			}
		}
		s.Out[0], s.Out[1] = out, ir.Word{Lo: any}
		return ir.ExitLookup, 0
	}
}

// saturating calls a helper on the lanes of the form, and notes saturation.
func (g gen) saturating(helper, size int, how int64, args ...ir.Value) ir.Value {
	for i := range args {
		args[i] = g.spread(size, args[i])
	}
	result, saturated := g.Temp(ir.Vec), g.Temp(ir.Int)
	g.Emit(ir.Insn{Op: ir.Helper, Aux: ir.Pure, Imm: ir.HelperImm(helper, helperImm(size, how)),
		Dst: [2]ir.Value{result, saturated}, Args: ir.Args(args...)})
	g.Set(qc, g.Op(ir.Or, 8, qc, saturated))
	return result
}

// Kinds of shifts by a register.
const (
	shiftUnsigned  = 1 << iota // the operand has no sign
	shiftRounds                // to the right
	shiftSaturates             // to the left
)

func shiftSame(how int64) func(g gen) {
	return same2(func(g gen, size int, n, m ir.Value) ir.Value { return g.shiftLanes(how, size, n, m) })
}

// shiftLanes shifts each lane of n by the signed low byte of the lane of m, to the left if it is positive.
func (g gen) shiftLanes(how int64, size int, n, m ir.Value) ir.Value {
	switch {
	case how&shiftSaturates != 0:
		return g.saturating(helpShift, size, how, n, m)
	case size < 4: // hosts shift larger lanes
		signed := how&shiftUnsigned == 0
		low := g.shiftLanes(how, 2*size, g.widened(signed, false, size, n), g.widened(false, false, size, m))
		high := g.shiftLanes(how, 2*size, g.widened(signed, true, size, n), g.widened(false, true, size, m))
		return g.Op(ir.VNarrow, size, low, high)
	}
	rest := int64(8*size - 8)
	count := g.OpImm(ir.VSarI, size, rest, g.OpImm(ir.VShlI, size, rest, m))
	left := g.Op(ir.VShl, size, n, count)
	isRight := g.Op(ir.VCmpGTS, size, g.zeroVec(), count)
	return g.Op(ir.VBlend, 8, isRight, g.shiftedRightBy(how, size, n, count), left)
}

// shiftedRightBy shifts to the right by the lanes of -count, which are positive where the result counts. A number below zero
// is shifted as its complement.
func (g gen) shiftedRightBy(how int64, size int, n, count ir.Value) ir.Value {
	sign := g.zeroVec()
	if how&shiftUnsigned == 0 {
		sign = g.OpImm(ir.VSarI, size, int64(8*size-1), n)
		n = g.Op(ir.VXor, 8, n, sign)
	}
	result := g.Op(ir.VXor, 8, sign, g.Op(ir.VShr, size, n, g.Op(ir.VNeg, size, count)))
	if how&shiftRounds == 0 {
		return result
	}
	last := g.Op(ir.VXor, 8, sign, g.Op(ir.VShr, size, n, g.Op(ir.VNot, 8, count))) // ^count is -count - 1
	return g.Op(ir.VAdd, size, result, g.Op(ir.VAnd, 8, last, g.splat(size, 1)))
}

func shiftLane(size int, how int64, n, m, _ uint64) (uint64, bool) {
	shift := int(int8(m))
	switch {
	case shift < 0:
		return shiftLaneRight(size, how, n, uint(-shift)), false
	case how&shiftUnsigned != 0:
		return shiftLeftUnsigned(size, n, shift)
	}
	val := signedLane(n, size)
	if left := val << shift; shift < 8*size && signedLane(uint64(left), size)>>shift == val || val == 0 {
		return uint64(left), false
	}
	return 1<<(8*size-1) - 1 + n>>(8*size-1), true
}

func shiftLaneRight(size int, how int64, n uint64, shift uint) uint64 {
	var round uint64
	if how&shiftUnsigned != 0 {
		if how&shiftRounds != 0 {
			round = n >> (shift - 1) & 1
		}
		return n>>shift + round
	}
	val := signedLane(n, size)
	if how&shiftRounds != 0 {
		round = uint64(val>>(shift-1)) & 1
	}
	return uint64(val>>shift) + round
}

func shiftLeftUnsigned(size int, n uint64, shift int) (uint64, bool) {
	if n != 0 && bits.Len64(n)+shift > 8*size {
		return ^uint64(0), true
	}
	return n << shift, false
}

// Kinds of doubling multiplications that keep the upper half.
const (
	highRounds = 1 << iota
	highAdds
	highSubtracts
)

func doublingHigh(how int64) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value {
		return g.saturating(helpDoublingHigh, size, how, n, m, g.fd())
	}
}

// doublingHighLane works with half of the doubled product, so that 64 bits are enough.
func doublingHighLane(size int, how int64, n, m, d uint64) (uint64, bool) {
	shift := 8*size - 1
	product, sum := signedLane(n, size)*signedLane(m, size), int64(0)
	if how&(highAdds|highSubtracts) != 0 {
		sum = signedLane(d, size) << shift
	}
	if how&highSubtracts != 0 {
		product = -product
	}
	sum += product
	if how&highRounds != 0 {
		sum += 1 << (shift - 1)
	}
	sum >>= shift
	limit := int64(1) << shift
	saturated := min(max(sum, -limit), limit-1)
	return uint64(saturated), saturated != sum
}

// mixedUnsigned says that the accumulator has no sign and the addend has one; else it is the other way round.
const mixedUnsigned = 1

func mixedAdd(how int64) func(g gen) {
	return misc1(func(g gen, size int, n ir.Value) ir.Value { return g.saturating(helpMixedAdd, size, how, n, g.fd()) })
}

func mixedAddLane(size int, how int64, n, d, _ uint64) (uint64, bool) {
	ones := ^uint64(0) >> (64 - 8*size)
	if how&mixedUnsigned != 0 {
		val := signedLane(n, size)
		switch {
		case val < 0 && uint64(-val) > d:
			return 0, true
		case val > 0 && uint64(val) > ones-d:
			return ones, true
		}
		return d + n, false
	}
	greatest := ones >> 1
	if room := greatest - uint64(signedLane(d, size)); n > room&ones {
		return greatest, true
	}
	return d + n, false
}

func countBits(helper int) func(g gen) {
	return misc1(func(g gen, size int, n ir.Value) ir.Value {
		return g.Helper(ir.Vec, ir.Pure, helper, helperImm(size, 0), n)
	})
}

func clzLane(size int, _ int64, n, _, _ uint64) (uint64, bool) {
	return uint64(8*size - bits.Len64(n)), false
}

func clsLane(size int, _ int64, n, _, _ uint64) (uint64, bool) {
	val := signedLane(n, size)
	return uint64(8*size - 1 - bits.Len64(uint64(val^val>>63))), false
}

func polynomial(g gen, size int, n, m ir.Value) ir.Value {
	return g.Helper(ir.Vec, ir.Pure, helpPolynomial, helperImm(size, 0), n, m)
}

func polynomialLane(_ int, _ int64, n, m, _ uint64) (uint64, bool) {
	return multiplyPolynomials(n, m), false
}

// multiplyPolynomials multiplies two bytes without carries.
func multiplyPolynomials(n, m uint64) uint64 {
	var product uint64
	for i := range 8 {
		product ^= n << i * (m >> i & 1)
	}
	return product
}

// polynomialLongHelper multiplies the lower bytes of its operands.
func polynomialLongHelper(s *ir.State, _ int64) (ir.ExitKind, int64) {
	var out ir.Word
	for i := range 8 {
		setLane(&out, 2, i, multiplyPolynomials(lane(s.In[0], 1, i), lane(s.In[1], 1, i)))
	}
	s.Out[0] = out
	return ir.ExitLookup, 0
}
