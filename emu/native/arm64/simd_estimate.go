package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/softfloat"
)

// floatHelper calls a helper on floating-point lanes. It reads the rounding and FPCR and raises flags.
func floatHelper(helper int) dyadic {
	return func(g gen, size int, n, m ir.Value) ir.Value {
		return g.Helper(ir.Vec, 0, helper, helperImm(size, 0), n, m)
	}
}

func floatHelper1(helper int) monadic {
	return func(g gen, size int, n ir.Value) ir.Value { return g.Helper(ir.Vec, 0, helper, helperImm(size, 0), n) }
}

// number is a format with what estimates need to know of it.
type number struct {
	*softfloat.Format
	size     int
	fraction int // bits
	exponent int // bits
}

var numbers = map[int]number{
	2: {softfloat.Half, 2, 10, 5}, 4: {softfloat.Single, 4, 23, 8}, 8: {softfloat.Double, 8, 52, 11},
}

func (f number) sign(val uint64) uint64 { return val >> (8*f.size - 1) << (8*f.size - 1) }
func (f number) abs(val uint64) uint64  { return val &^ f.sign(val) }
func (f number) infinity() uint64       { return (1<<f.exponent - 1) << f.fraction }
func (f number) isNaN(val uint64) bool  { return f.abs(val) > f.infinity() }
func (f number) one() uint64            { return (1<<(f.exponent-1) - 1) << f.fraction }

// power is 2^n.
func (f number) power(n int) uint64 { return f.one() + uint64(n)<<f.fraction }

// floatEnv is the environment of FPCR for numbers of size bytes.
func floatEnv(s *ir.State, size int) softfloat.Env {
	mode := uint32(*s.GlobalWord(fpcr))
	flush := mode&fpcrFZ != 0
	if size == 2 {
		flush = mode&fpcrFZ16 != 0
	}
	return softfloat.Env{Round: ir.Aux(s.Rounding), Policy: nanPolicy(mode), FlushInputs: flush, FlushOutputs: flush}
}

// floatLanes makes a helper of a function of numbers.
func floatLanes(f func(e *softfloat.Env, f number, n, m uint64) uint64) ir.HelperFunc {
	return func(s *ir.State, imm int64) (ir.ExitKind, int64) {
		size := int(imm & 0xff)
		e := floatEnv(s, size)
		var out ir.Word
		for i := range 16 / size {
			setLane(&out, size, i, f(&e, numbers[size], lane(s.In[0], size, i), lane(s.In[1], size, i)))
		}
		if size == 2 {
			e.Flags &^= ir.FPDenormal
		}
		s.Out[0] = out
		s.FPFlags |= e.Flags
		return ir.ExitLookup, 0
	}
}

func word1(val uint64) ir.Word { return ir.Word{Lo: val} }

// flushed is an operand, which FZ may take for zero.
func (f number) flushed(e *softfloat.Env, val uint64) uint64 {
	if abs := f.abs(val); e.FlushInputs && abs != 0 && abs < 1<<f.fraction {
		e.Flags |= ir.FPDenormal
		return f.sign(val)
	}
	return val
}

// quiet is the result of a NaN operand.
func (f number) quiet(e *softfloat.Env, val uint64) uint64 {
	return e.RoundToInt(f.Format, word1(val), false).Lo
}

// infTimesZero reports whether the operands are infinity and zero.
func (f number) infTimesZero(e *softfloat.Env, n, m uint64) bool {
	n, m = f.abs(f.flushed(e, n)), f.abs(f.flushed(e, m))
	return n == f.infinity() && m == 0 || n == 0 && m == f.infinity()
}

// mulX is fmulx: infinity times zero is 2.
func mulX(e *softfloat.Env, f number, n, m uint64) uint64 {
	if f.infTimesZero(e, n, m) {
		return f.power(1) | f.sign(n) ^ f.sign(m)
	}
	return e.Mul(f.Format, word1(n), word1(m)).Lo
}

// recipStep is frecps: 2 - n*m.
func recipStep(e *softfloat.Env, f number, n, m uint64) uint64 {
	if f.infTimesZero(e, n, m) {
		return f.power(1)
	}
	return e.MulAdd(f.Format, word1(n), word1(m), word1(f.power(1)), true, false).Lo
}

// rootStep is frsqrts: (3 - n*m) / 2, rounded once. A factor is halved instead of the sum, the greater one, so that it
// stays exact.
func rootStep(e *softfloat.Env, f number, n, m uint64) uint64 {
	n, m = f.flushed(e, n), f.flushed(e, m)
	threeHalves := f.one() | 1<<(f.fraction-1)
	if f.infTimesZero(e, n, m) {
		return threeHalves
	}
	if f.isNaN(n) || f.isNaN(m) {
		return e.MulAdd(f.Format, word1(n), word1(m), word1(threeHalves), true, false).Lo
	}
	half := func(val uint64) uint64 {
		if abs := f.abs(val); abs < 2<<f.fraction || abs == f.infinity() {
			return val
		}
		return val - 1<<f.fraction
	}
	if f.abs(n) > f.abs(m) {
		n = half(n)
	} else {
		m = half(m)
	}
	return e.MulAdd(f.Format, word1(n), word1(m), word1(threeHalves), true, false).Lo
}

// parts are the exponent and the fraction, the latter with 52 bits.
func (f number) parts(val uint64) (exponent int, fraction uint64) {
	return int(f.abs(val) >> f.fraction), val << (52 - f.fraction) & (1<<52 - 1)
}

func (f number) join(sign uint64, exponent int, fraction uint64) uint64 {
	return sign | uint64(exponent)<<f.fraction | fraction>>(52-f.fraction)
}

// recipEstimate is frecpe (FPRecipEstimate of the manual).
func recipEstimate(e *softfloat.Env, f number, val, _ uint64) uint64 {
	if f.isNaN(val) {
		return f.quiet(e, val)
	}
	val = f.flushed(e, val)
	sign, abs := f.sign(val), f.abs(val)
	bias := 1<<(f.exponent-1) - 1
	switch {
	case abs == f.infinity():
		return sign
	case abs == 0:
		e.Flags |= ir.FPDivByZero
		return sign | f.infinity()
	case abs < 1<<(f.fraction-2):
		return f.recipOverflow(e, sign)
	case e.FlushOutputs && abs >= f.power(bias-1):
		e.Flags |= ir.FPUnderflow
		return sign
	}
	exponent, fraction := f.parts(val)
	if exponent == 0 {
		for fraction>>51 == 0 {
			fraction, exponent = fraction<<1, exponent-1
		}
		fraction = fraction << 1 & (1<<52 - 1)
	}
	estimate := recipTable(int(fraction>>44 | 256))
	exponent, fraction = 2*bias-1-exponent, uint64(estimate&255)<<44
	if exponent <= 0 {
		fraction = (fraction | 1<<52) >> (1 - exponent)
		exponent = 0
	}
	return f.join(sign, exponent, fraction)
}

// recipOverflow is what does not fit: infinity or the greatest number, as the rounding says.
func (f number) recipOverflow(e *softfloat.Env, sign uint64) uint64 {
	e.Flags |= ir.FPOverflow | ir.FPInexact
	if e.Round == ir.RoundZero || e.Round == ir.RoundUp && sign != 0 || e.Round == ir.RoundDown && sign == 0 {
		return sign | f.infinity() - 1
	}
	return sign | f.infinity()
}

// recipTable is 2^17 / a, rounded, of a from 256 to 511 (RecipEstimate).
func recipTable(a int) int { return (1<<19/(2*a+1) + 1) / 2 }

// rootEstimate is frsqrte (FPRSqrtEstimate).
func rootEstimate(e *softfloat.Env, f number, val, _ uint64) uint64 {
	if f.isNaN(val) {
		return f.quiet(e, val)
	}
	val = f.flushed(e, val)
	sign, abs := f.sign(val), f.abs(val)
	switch {
	case abs == 0:
		e.Flags |= ir.FPDivByZero
		return sign | f.infinity()
	case sign != 0:
		e.Flags |= ir.FPInvalid
		return e.DefaultNaN(f.Format).Lo
	case abs == f.infinity():
		return 0
	}
	exponent, fraction := f.parts(val)
	if exponent == 0 {
		for fraction>>51 == 0 {
			fraction, exponent = fraction<<1, exponent-1
		}
		fraction = fraction << 1 & (1<<52 - 1)
	}
	scaled := int(fraction>>44 | 256)
	if exponent&1 != 0 {
		scaled = int(fraction>>45 | 128)
	}
	bias := 1<<(f.exponent-1) - 1
	return f.join(0, (3*bias-1-exponent)>>1, uint64(rootTable(scaled)&255)<<44)
}

// rootTable is 2^13 / sqrt(a), rounded, of a from 128 to 511 (RecipSqrtEstimate).
func rootTable(a int) int {
	if a < 256 {
		a = 2*a + 1
	} else {
		a = (a&^1 + 1) * 2
	}
	b := 512
	for a*(b+1)*(b+1) < 1<<28 {
		b++
	}
	return (b + 1) / 2
}

// recipExponentOf is frecpx.
func recipExponentOf(e *softfloat.Env, f number, val, _ uint64) uint64 {
	if f.isNaN(val) {
		return f.quiet(e, val)
	}
	val = f.flushed(e, val)
	exponent := f.abs(val) & f.infinity()
	if exponent == 0 {
		return f.sign(val) | f.infinity() - 1<<f.fraction
	}
	return f.sign(val) | f.infinity() ^ exponent
}

func estimateUnsigned(helper int) func(g gen) {
	return func(g gen) { g.setFit(4, g.Helper(ir.Vec, ir.Pure, helper, helperImm(4, 0), g.fn())) }
}

// recipUnsignedLane and rootUnsignedLane are estimates of fixed-point numbers, with nine bits.
func recipUnsignedLane(_ int, _ int64, n, _, _ uint64) (uint64, bool) {
	if n>>31 == 0 {
		return 0xffffffff, false
	}
	return uint64(recipTable(int(n>>23))) << 23, false
}

func rootUnsignedLane(_ int, _ int64, n, _, _ uint64) (uint64, bool) {
	if n>>30 == 0 {
		return 0xffffffff, false
	}
	return uint64(rootTable(int(n>>23))) << 23, false
}
