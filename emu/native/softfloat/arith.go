package softfloat

import "muslrun/emu/native/ir"

// Add is a + b.
func (e *Env) Add(f *Format, a, b ir.Word) ir.Word { return e.addition(f, a, b, false) }

// Sub is a - b.
func (e *Env) Sub(f *Format, a, b ir.Word) ir.Word { return e.addition(f, a, b, true) }

func (e *Env) addition(f *Format, a, b ir.Word, negate bool) ir.Word {
	x, y := e.unpack(f, a), e.unpack(f, b)
	if x.nan() || y.nan() {
		return e.nanOf(f, &x, &y)
	}
	y.neg = y.neg != negate
	return e.sum(f, &x, &y)
}

// sum adds what are no NaNs and packs the result.
func (e *Env) sum(f *Format, x, y *num) ir.Word {
	switch {
	case x.kind == infinite && y.kind == infinite && x.neg != y.neg:
		return e.invalid(f, ir.FPInfMinusInf)
	case x.kind == infinite || y.kind == zero && x.kind != zero:
		return e.pack(f, x)
	case y.kind == infinite || x.kind == zero && y.kind != zero:
		return e.pack(f, y)
	case x.kind == zero:
		return f.zero(e.zeroSign(x.neg, y.neg))
	}
	n := e.addFinite(x, y)
	return e.pack(f, &n)
}

// zeroSign is the sign of a sum that is exactly zero, of operands of these signs.
func (e *Env) zeroSign(x, y bool) bool {
	if x == y {
		return x
	}
	return e.Round == ir.RoundDown
}

func (e *Env) addFinite(x, y *num) num {
	if x.exp < y.exp || x.exp == y.exp && x.sig.less(y.sig) {
		x, y = y, x
	}
	n, small := *x, y.sig.shrJam(uint(x.exp-y.exp))
	if x.neg == y.neg {
		sum, carry := x.sig.add(small)
		if carry != 0 {
			sum = sum.shrJam(1)
			sum.hi |= top
			n.exp++
		}
		n.sig = sum
		return n
	}
	n.sig = x.sig.sub(small)
	n.normalize()
	if n.kind == zero {
		n.neg = e.zeroSign(true, false)
	}
	return n
}

// normalize brings the leading one to the top.
func (n *num) normalize() {
	if n.sig.zero() {
		n.kind = zero
		return
	}
	lead := n.sig.leadingZeros()
	n.sig, n.exp = n.sig.shl(lead), n.exp-int(lead)
}

// Mul is a * b.
func (e *Env) Mul(f *Format, a, b ir.Word) ir.Word {
	x, y := e.unpack(f, a), e.unpack(f, b)
	if x.nan() || y.nan() {
		return e.nanOf(f, &x, &y)
	}
	if infTimesZero(&x, &y) {
		return e.invalid(f, ir.FPInfTimesZero)
	}
	n, low := product(&x, &y)
	n.sig.lo |= bit(!low.zero())
	return e.pack(f, &n)
}

func infTimesZero(x, y *num) bool {
	return x.kind == infinite && y.kind == zero || x.kind == zero && y.kind == infinite
}

// product multiplies what are no NaNs, and not infinity by zero. low has the bits below the significand.
func product(x, y *num) (n num, low u128) {
	n = num{kind: finite, neg: x.neg != y.neg, exp: x.exp + y.exp}
	switch {
	case x.kind == infinite || y.kind == infinite:
		n.kind = infinite
	case x.kind == zero || y.kind == zero:
		n.kind = zero
	default:
		n.sig, low = x.sig.mul(y.sig)
		if n.sig.hi&top != 0 {
			n.exp++
		} else {
			n.sig = n.sig.shl(1)
			n.sig.lo |= low.hi >> 63
			low = low.shl(1)
		}
	}
	return n, low
}

// Div is a / b.
func (e *Env) Div(f *Format, a, b ir.Word) ir.Word {
	x, y := e.unpack(f, a), e.unpack(f, b)
	if x.nan() || y.nan() {
		return e.nanOf(f, &x, &y)
	}
	neg := x.neg != y.neg
	switch {
	case x.kind == infinite && y.kind == infinite:
		return e.invalid(f, ir.FPInfByInf)
	case x.kind == zero && y.kind == zero:
		return e.invalid(f, ir.FPZeroByZero)
	case x.kind == infinite:
		return f.infinity(neg)
	case x.kind == zero || y.kind == infinite:
		return f.zero(neg)
	case y.kind == zero:
		e.raise(ir.FPDivByZero)
		return f.infinity(neg)
	}
	n := num{kind: finite, neg: neg, exp: x.exp - y.exp, sig: x.sig.div(y.sig)}
	n.normalize()
	return e.pack(f, &n)
}

// Sqrt is the square root of a.
func (e *Env) Sqrt(f *Format, a ir.Word) ir.Word {
	x := e.unpack(f, a)
	switch {
	case x.nan():
		return e.nanOf(f, &x)
	case x.kind == zero || x.kind == infinite && !x.neg:
		return e.pack(f, &x)
	case x.neg:
		return e.invalid(f, ir.FPBadSqrt)
	}
	whole, frac := uint64(1), x.sig.shl(1)
	if x.exp&1 != 0 {
		whole, frac = x.sig.hi>>62, x.sig.shl(2)
	}
	n := int(f.precision()) + 2
	root, rest := sqrt(whole, frac, n)
	x.sig, x.exp = root.shl(128-uint(n)), x.exp>>1
	x.sig.lo |= bit(rest)
	return e.pack(f, &x)
}
