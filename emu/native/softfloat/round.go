package softfloat

import "muslrun/emu/native/ir"

// roundAt drops the low bits of sig, 0 and more, and rounds what is left. Bits that were jammed before must be dropped.
func (e *Env) roundAt(sig u128, drop uint, neg bool) (q u128, carry uint64, inexact bool) {
	if drop > 128 {
		sig, drop = sig.shrJam(drop-128), 128
	}
	q = sig.shr(drop)
	rest := sig.shl(128 - drop)
	if drop == 0 || rest.zero() {
		return q, 0, false
	}
	if e.Round == ir.RoundOdd {
		q.lo |= 1
	} else if e.up(rest, q.lo&1 != 0, neg) {
		q, carry = q.add(u128{0, 1})
	}
	return q, carry, true
}

// up reports whether the magnitude grows, where rest is what was cut off: 1<<127 is a half.
func (e *Env) up(rest u128, odd, neg bool) bool {
	switch e.Round {
	case ir.RoundZero:
		return false
	case ir.RoundDown:
		return neg
	case ir.RoundUp:
		return !neg
	case ir.RoundAway:
		return rest.hi&top != 0
	}
	tie := rest == u128{hi: top}
	return rest.hi&top != 0 && (!tie || odd)
}

// pack rounds a number to the format; n may be zero, finite or infinite.
func (e *Env) pack(f *Format, n *num) ir.Word {
	switch n.kind {
	case zero:
		return f.zero(n.neg)
	case infinite:
		return f.infinity(n.neg)
	}
	if e.ToSingle && f != Single {
		single := e.pack(Single, n)
		x := e.unpack(Single, single)
		return (&Env{Policy: e.Policy}).pack(f, &x)
	}
	drop := 128 - f.precision()
	if n.exp < f.minExp() {
		return e.packTiny(f, n, drop)
	}
	q, carry, inexact := e.roundAt(n.sig, drop, n.neg)
	q, exp := renormalize(f, q, carry, n.exp)
	if exp > f.maxExp() {
		return e.overflow(f, n.neg)
	}
	if inexact {
		e.raise(ir.FPInexact)
	}
	return f.normal(n.neg, exp, q)
}

// renormalize halves a significand that has become 2 by rounding.
func renormalize(f *Format, q u128, carry uint64, exp int) (u128, int) {
	if p := f.precision(); carry != 0 || q.shr(p).lo != 0 {
		return u128{0, 1}.shl(p - 1), exp + 1
	}
	return q, exp
}

// normal assembles a significand with its leading one, or without it where exp is the least and the number subnormal.
func (f *Format) normal(neg bool, exp int, q u128) ir.Word {
	lead := u128{0, 1}.shl(f.precision() - 1)
	field := uint(exp + f.bias())
	if q.less(lead) {
		field = 0
	}
	if !f.explicit && field != 0 {
		q = q.sub(lead)
	}
	return f.assemble(neg, field, q)
}

// packTiny is pack of a number below the least normal one.
func (e *Env) packTiny(f *Format, n *num, drop uint) ir.Word {
	if e.FlushOutputs {
		e.raise(ir.FPUnderflow)
		return f.zero(n.neg)
	}
	q, _, inexact := e.roundAt(n.sig, drop+uint(f.minExp()-n.exp), n.neg)
	if inexact {
		e.raise(ir.FPInexact)
		if e.rule().tinyBefore || !e.roundsToNormal(f, n, drop) {
			e.raise(ir.FPUnderflow)
		}
	}
	return f.normal(n.neg, f.minExp(), q)
}

// roundsToNormal reports whether a tiny number would not be tiny once rounded to full precision: then architectures that
// detect tininess after rounding see none.
func (e *Env) roundsToNormal(f *Format, n *num, drop uint) bool {
	q, carry, _ := e.roundAt(n.sig, drop, n.neg)
	_, exp := renormalize(f, q, carry, n.exp)
	return exp >= f.minExp()
}

func (e *Env) overflow(f *Format, neg bool) ir.Word {
	e.raise(ir.FPOverflow | ir.FPInexact)
	switch e.Round {
	case ir.RoundZero, ir.RoundOdd:
		return f.greatest(neg)
	case ir.RoundDown:
		if !neg {
			return f.greatest(neg)
		}
	case ir.RoundUp:
		if neg {
			return f.greatest(neg)
		}
	}
	return f.infinity(neg)
}
