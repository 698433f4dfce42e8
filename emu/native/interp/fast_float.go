package interp

import (
	"math"

	"muslrun/emu/native/ir"
)

// quick computes an operation with the host's floating point where that must give the same: rounding to nearest, an Inexact
// that is raised already, and a result that is neither near the ends of the exponents nor a NaN, so that no other flag can
// be raised. Otherwise it reports false.
func quick(c call, a *[5]ir.Word) (result uint64, ok bool) {
	nearest := c.aux.Rounding() == ir.RoundNearest || c.aux.Rounding() == ir.RoundDynamic && c.s.Rounding <= uint64(ir.RoundNearest)
	if !nearest || c.s.FPFlags&ir.FPInexact == 0 || c.policy != c.policy.NaN() ||
		c.aux&ir.ToSingle != 0 {
		return 0, false
	}
	if c.size == 8 {
		v, ok := quick64(c, math.Float64frombits(a[0].Lo), math.Float64frombits(a[1].Lo), math.Float64frombits(a[2].Lo))
		bits := math.Float64bits(v)
		return bits, ok && middle(bits>>52&0x7ff, 0x7ff)
	}
	v, ok := quick32(c, math.Float32frombits(uint32(a[0].Lo)), math.Float32frombits(uint32(a[1].Lo)))
	bits := uint64(math.Float32bits(v))
	return bits, ok && middle(bits>>23&0xff, 0xff)
}

// middle reports whether an exponent field is neither of zeros, subnormals and the least normal numbers, nor of infinities
// and NaNs.
func middle(field, top uint64) bool { return field > 1 && field < top }

func quick64(c call, x, y, z float64) (v float64, ok bool) {
	switch c.op {
	case ir.FAdd:
		return x + y, true
	case ir.FSub:
		return x - y, true
	case ir.FMul:
		return float64(x * y), true
	case ir.FDiv:
		return x / y, y != 0
	case ir.FSqrt:
		return math.Sqrt(x), true
	case ir.FMulAdd:
		if c.aux&ir.NegateA != 0 {
			x = -x
		}
		if c.aux&ir.NegateC != 0 {
			z = -z
		}
		return math.FMA(x, y, z), true
	}
	return 0, false
}

func quick32(c call, x, y float32) (v float32, ok bool) {
	switch c.op {
	case ir.FAdd:
		return x + y, true
	case ir.FSub:
		return x - y, true
	case ir.FMul:
		return float32(x * y), true
	case ir.FDiv:
		return x / y, y != 0
	case ir.FSqrt:
		return float32(math.Sqrt(float64(x))), true
	}
	return 0, false
}
