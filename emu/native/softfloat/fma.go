package softfloat

import "muslrun/emu/native/ir"

// MulAdd is a*b + c, rounded once; the product and the addend may be negated.
func (e *Env) MulAdd(f *Format, a, b, c ir.Word, negateProduct, negateC bool) ir.Word {
	x, y, z := e.unpack(f, a), e.unpack(f, b), e.unpack(f, c)
	bad := infTimesZero(&x, &y)
	if x.nan() || y.nan() || z.nan() {
		if e.rule().negatesNaN {
			x.neg, z.neg = x.neg != negateProduct, z.neg != negateC
		}
		return e.mulAddNaN(f, [3]*num{&x, &y, &z}, bad)
	}
	if bad {
		return e.invalid(f, ir.FPInfTimesZero)
	}
	n, low := product(&x, &y) // without low, where two bits of the 128 are free for the sum
	n.neg, z.neg = n.neg != negateProduct, z.neg != negateC
	if f.precision() <= 62 || z.kind != finite || n.kind != finite {
		n.sig.lo |= bit(!low.zero())
		return e.sum(f, &n, &z)
	}
	sum := e.addWide(&n, low, &z)
	return e.pack(f, &sum)
}

// mulAddNaN is MulAdd with a NaN among the operands; bad if the factors are infinity and zero.
func (e *Env) mulAddNaN(f *Format, xyz [3]*num, bad bool) ir.Word {
	r := e.rule()
	if bad && xyz[2].kind == quiet {
		switch r.infZero {
		case infZeroDefault:
			return e.invalid(f, ir.FPInfTimesZero)
		case infZeroNaN:
			e.raiseInvalid(ir.FPInfTimesZero)
		}
	}
	return e.nanOf(f, xyz[r.order[0]], xyz[r.order[1]], xyz[r.order[2]])
}

// wide is a significand of 256 bits.
type wide struct{ hi, lo u128 }

func (x wide) less(y wide) bool { return x.hi.less(y.hi) || x.hi == y.hi && x.lo.less(y.lo) }

func (x wide) shrJam(n uint) wide {
	if n == 0 {
		return x
	}
	if n >= 128 {
		return wide{lo: u128{x.hi.hi, x.hi.lo | bit(!x.lo.zero())}.shrJam(n - 128)}
	}
	lo := x.lo.shrJam(n).or(x.hi.shl(128 - n))
	return wide{x.hi.shr(n), lo}
}

// addWide adds a product of two significands to a third number. Only binary128 has products of more than 128 bits.
func (e *Env) addWide(n *num, low u128, z *num) num {
	x, y := wide{n.sig, low}, wide{hi: z.sig}
	big, small, exp, neg := x, y, n.exp, n.neg
	shift := n.exp - z.exp
	if shift < 0 || shift == 0 && x.less(y) {
		big, small, exp, neg, shift = y, x, z.exp, z.neg, -shift
	}
	small = small.shrJam(uint(shift))
	sum := num{kind: finite, neg: neg, exp: exp}
	if n.neg == z.neg {
		lo, carry := big.lo.add(small.lo)
		hi, over := big.hi.add(small.hi)
		hi, again := hi.add(u128{0, carry})
		sum.sig = jam(hi, lo)
		if over|again != 0 {
			sum.sig = sum.sig.shrJam(1)
			sum.sig.hi |= top
			sum.exp++
		}
		return sum
	}
	hi := big.hi.sub(small.hi).sub(u128{0, bit(big.lo.less(small.lo))})
	return e.difference(sum, hi, big.lo.sub(small.lo))
}

// difference normalizes before it jams: most bits may have cancelled.
func (e *Env) difference(sum num, hi, lo u128) num {
	if hi.zero() {
		hi, lo, sum.exp = lo, u128{}, sum.exp-128
	}
	if hi.zero() {
		return num{kind: zero, neg: e.zeroSign(true, false)}
	}
	lead := hi.leadingZeros()
	sum.sig = jam(hi.shl(lead).or(lo.shr(128-lead)), lo.shl(lead))
	sum.exp -= int(lead)
	return sum
}

func jam(hi, lo u128) u128 {
	hi.lo |= bit(!lo.zero())
	return hi
}
