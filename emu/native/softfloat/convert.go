package softfloat

import "muslrun/emu/native/ir"

// Convert is a number of one format in another.
func (e *Env) Convert(from, to *Format, a ir.Word) ir.Word {
	x := e.unpack(from, a)
	if x.nan() {
		return e.nanOf(to, &x)
	}
	return e.pack(to, &x)
}

// RoundToInt rounds to an integral value, and raises Inexact only if exact is asked for.
func (e *Env) RoundToInt(f *Format, a ir.Word, exact bool) ir.Word {
	x := e.unpack(f, a)
	switch {
	case x.nan():
		return e.nanOf(f, &x)
	case x.kind != finite || x.exp >= int(f.precision())-1:
		return e.pack(f, &x)
	}
	q, _, inexact := e.roundAt(x.sig, uint(127-x.exp), x.neg)
	if inexact && exact {
		e.raise(ir.FPInexact)
	}
	x.sig, x.exp = q, 127
	x.normalize()
	return e.pack(f, &x)
}

// ToInt is a * 2^frac as an integer of 16, 32 or 64 bits, zero-extended. What it cannot hold is invalid, and the result is
// as the policy says.
func (e *Env) ToInt(f *Format, a ir.Word, signed bool, bits, frac uint) uint64 {
	x := e.unpack(f, a)
	if x.nan() {
		if x.kind > quiet {
			e.raiseInvalid(ir.FPSignaling)
		}
		e.raiseInvalid(ir.FPBadInt)
		return e.intOfNaN(signed, bits)
	}
	if x.kind == zero {
		return 0
	}
	limit := u128{0, 1}.shl(bits) // the first magnitude that is too big
	if signed && !x.neg {
		limit = limit.shr(1)
	} else if signed {
		limit = u128{0, 1<<(bits-1) + 1}
	} else if x.neg {
		limit = u128{0, 1}
	}
	exp := x.exp + int(frac)
	if x.kind == infinite || exp > 64 {
		return e.intTooBig(x.neg, signed, bits)
	}
	q, _, inexact := e.roundAt(x.sig, uint(127-exp), x.neg)
	if !q.less(limit) {
		return e.intTooBig(x.neg, signed, bits)
	}
	if inexact {
		e.raise(ir.FPInexact)
	}
	v := q.lo
	if x.neg {
		v = -v
	}
	return v & ones(bits)
}

func ones(bits uint) uint64 { return ^uint64(0) >> (64 - bits) }

func greatestInt(signed bool, bits uint) uint64 { return ones(bits) >> bit(signed) }

func leastInt(signed bool, bits uint) uint64 { return bit(signed) << (bits - 1) }

func (e *Env) intOfNaN(signed bool, bits uint) uint64 {
	switch e.rule().toInt {
	case intGreatest:
		return greatestInt(signed, bits)
	case intLeast:
		return leastInt(signed, bits)
	case intIndefinite:
		if signed {
			return leastInt(signed, bits)
		}
		return greatestInt(signed, bits)
	}
	return 0
}

func (e *Env) intTooBig(neg, signed bool, bits uint) uint64 {
	e.raiseInvalid(ir.FPBadInt)
	switch {
	case e.rule().overflow == likeNaN:
		return e.intOfNaN(signed, bits)
	case neg:
		return leastInt(signed, bits)
	}
	return greatestInt(signed, bits)
}

// FromInt is the integer in the low bits of v, divided by 2^frac.
func (e *Env) FromInt(f *Format, v uint64, signed bool, bits, frac uint) ir.Word {
	x := num{kind: finite, exp: 63 - int(frac)}
	v &= ones(bits)
	if signed && v>>(bits-1) != 0 {
		x.neg, v = true, -v&ones(bits)
	}
	x.sig.hi = v
	x.normalize()
	return e.pack(f, &x)
}
