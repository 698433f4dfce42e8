package softfloat

import "math/bits"

// u128 is an unsigned integer of 128 bits.
type u128 struct{ hi, lo uint64 }

const top = 1 << 63

// shl and shr shift by 0 to 128 and more: a shift of a uint64 by 64 and more is 0 in Go, by a negative count that wrapped too.
func (x u128) shl(n uint) u128 {
	return u128{x.hi<<n | x.lo>>(64-n) | x.lo<<(n-64), x.lo << n}
}

func (x u128) shr(n uint) u128 {
	return u128{x.hi >> n, x.lo>>n | x.hi<<(64-n) | x.hi>>(n-64)}
}

// shrJam is shr with the bits that fall out remembered in the lowest one.
func (x u128) shrJam(n uint) u128 {
	if n == 0 {
		return x
	}
	if n >= 128 {
		return u128{0, bit(!x.zero())}
	}
	y := x.shr(n)
	y.lo |= bit(!x.shl(128 - n).zero())
	return y
}

func (x u128) zero() bool { return x.hi|x.lo == 0 }

func (x u128) leadingZeros() uint {
	if x.hi != 0 {
		return uint(bits.LeadingZeros64(x.hi))
	}
	return 64 + uint(bits.LeadingZeros64(x.lo))
}

func (x u128) add(y u128) (sum u128, carry uint64) {
	sum.lo, carry = bits.Add64(x.lo, y.lo, 0)
	sum.hi, carry = bits.Add64(x.hi, y.hi, carry)
	return sum, carry
}

func (x u128) sub(y u128) u128 {
	lo, borrow := bits.Sub64(x.lo, y.lo, 0)
	hi, _ := bits.Sub64(x.hi, y.hi, borrow)
	return u128{hi, lo}
}

func (x u128) or(y u128) u128 { return u128{x.hi | y.hi, x.lo | y.lo} }

func (x u128) less(y u128) bool { return x.hi < y.hi || x.hi == y.hi && x.lo < y.lo }

// mul is the whole product.
func (x u128) mul(y u128) (hi, lo u128) {
	if x.lo|y.lo == 0 {
		hi.hi, hi.lo = bits.Mul64(x.hi, y.hi)
		return hi, lo
	}
	lo.hi, lo.lo = bits.Mul64(x.lo, y.lo)
	hi.hi, hi.lo = bits.Mul64(x.hi, y.hi)
	for _, p := range [2][2]uint64{{x.hi, y.lo}, {x.lo, y.hi}} {
		h, l := bits.Mul64(p[0], p[1])
		var carry uint64
		lo.hi, carry = bits.Add64(lo.hi, l, 0)
		hi.lo, carry = bits.Add64(hi.lo, h, carry)
		hi.hi += carry
	}
	return hi, lo
}

// div is x/y * 2^127 for x and y with their top bits set, with the rest jammed.
func (x u128) div(y u128) u128 {
	if x.lo|y.lo == 0 {
		hi, rest := bits.Div64(x.hi>>1, x.hi<<63, y.hi)
		lo, rest := bits.Div64(rest, 0, y.hi)
		return u128{hi, lo | bit(rest != 0)}
	}
	// One bit at a time: only binary128 comes here.
	rest, q := x, u128{}
	carry := uint64(0)
	for range 128 {
		q = q.shl(1)
		if carry != 0 || !rest.less(y) {
			rest = rest.sub(y)
			q.lo |= 1
		}
		carry = rest.hi >> 63
		rest = rest.shl(1)
	}
	q.lo |= bit(carry != 0 || !rest.zero())
	return q
}

// sqrt gives the first n bits of the root of the number whose two bits before the point are whole and whose others are frac,
// and whether anything is left.
func sqrt(whole uint64, frac u128, n int) (root u128, rest bool) {
	var remainder u128
	next := whole
	for range n {
		remainder = remainder.shl(2)
		remainder.lo |= next
		next = frac.hi >> 62
		frac = frac.shl(2)
		trial := root.shl(2)
		trial.lo |= 1
		root = root.shl(1)
		if !remainder.less(trial) {
			remainder = remainder.sub(trial)
			root.lo |= 1
		}
	}
	return root, next != 0 || !remainder.zero() || !frac.zero()
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
