package softfloat

import "muslrun/emu/native/ir"

// Format is a binary interchange format, or the 80-bit one of x87.
type Format struct {
	Bits     uint
	exp      uint // bits of the exponent field
	frac     uint // bits of the fraction field
	explicit bool // the fraction field begins with the integer bit
}

// The formats.
var (
	Half     = &Format{Bits: 16, exp: 5, frac: 10}
	Single   = &Format{Bits: 32, exp: 8, frac: 23}
	Double   = &Format{Bits: 64, exp: 11, frac: 52}
	Extended = &Format{Bits: 80, exp: 15, frac: 64, explicit: true}
	Quad     = &Format{Bits: 128, exp: 15, frac: 112}
)

// Of is the format of size bytes: 2, 4, 8, 10 or 16; nil of any other.
func Of(size int) *Format {
	switch size {
	case 2:
		return Half
	case 4:
		return Single
	case 8:
		return Double
	case 10:
		return Extended
	case 16:
		return Quad
	}
	return nil
}

// precision is the number of bits of a significand, with the leading one.
func (f *Format) precision() uint {
	if f.explicit {
		return f.frac
	}
	return f.frac + 1
}

func (f *Format) bias() int    { return 1<<(f.exp-1) - 1 }
func (f *Format) minExp() int  { return 1 - f.bias() }
func (f *Format) maxExp() int  { return f.bias() }
func (f *Format) expMax() uint { return 1<<f.exp - 1 }

type kind uint8

const (
	zero kind = iota
	finite
	infinite
	quiet
	signaling
	unsupported // of Extended: an exponent without an integer bit, invalid wherever it is used
)

// num is an unpacked number: sig/2^127 * 2^exp, where the top bit of sig is set, if it is finite. The sig of a NaN has its
// fraction from bit 126 downwards.
type num struct {
	kind kind
	neg  bool
	exp  int
	sig  u128
}

func (n *num) nan() bool { return n.kind >= quiet }

// unpack takes the bits of a number apart.
func (e *Env) unpack(f *Format, w ir.Word) num {
	x := u128{w.Hi, w.Lo}.shl(128 - f.Bits)
	n := num{neg: x.hi>>63 != 0}
	field := uint(x.hi << 1 >> (64 - f.exp))
	x = x.shl(1 + f.exp)
	if !f.explicit {
		x = x.shr(1)
	}
	integer := x.hi&top != 0
	switch {
	case field == f.expMax():
		n.special(x, e.rule().inverted, f.explicit && !integer)
	case field == 0:
		e.unpackTiny(f, &n, x)
	case f.explicit && !integer:
		n.kind = unsupported
	default:
		x.hi |= top
		n.kind, n.exp, n.sig = finite, int(field)-f.bias(), x
	}
	return n
}

// special is an infinity or a NaN.
func (n *num) special(x u128, inverted, bad bool) {
	x.hi &^= top
	n.kind, n.sig = signaling, x
	switch {
	case bad:
		n.kind = unsupported
	case x.zero():
		n.kind = infinite
	case (x.hi>>62 != 0) != inverted:
		n.kind = quiet
	}
}

func (e *Env) unpackTiny(f *Format, n *num, x u128) {
	if x.zero() {
		return
	}
	if e.FlushInputs {
		e.raise(Denormal)
		return
	}
	lead := x.leadingZeros()
	n.kind, n.exp, n.sig = finite, f.minExp()-int(lead), x.shl(lead)
}

// assemble makes bits of a sign, an exponent field and a fraction field.
func (f *Format) assemble(neg bool, field uint, frac u128) ir.Word {
	x := u128{0, uint64(field)}.shl(f.frac).or(frac).or(u128{0, bit(neg)}.shl(f.Bits - 1))
	return ir.Word{Lo: x.lo, Hi: x.hi}
}

func (f *Format) zero(neg bool) ir.Word { return f.assemble(neg, 0, u128{}) }

func (f *Format) infinity(neg bool) ir.Word { return f.assemble(neg, f.expMax(), f.fraction(u128{})) }

// greatest is the finite number of the greatest magnitude.
func (f *Format) greatest(neg bool) ir.Word {
	return f.assemble(neg, f.expMax()-1, u128{^uint64(0), ^uint64(0)}.shr(128-f.frac))
}

// fraction makes the fraction field of a NaN or an infinity from a sig.
func (f *Format) fraction(sig u128) u128 {
	if f.explicit {
		sig.hi |= top
		return sig.shr(128 - f.frac)
	}
	return sig.shr(127 - f.frac)
}

// signBit is the bit of the sign.
func (f *Format) signBit() ir.Word {
	x := u128{0, 1}.shl(f.Bits - 1)
	return ir.Word{Lo: x.lo, Hi: x.hi}
}

// cut clears what does not belong to a number.
func (f *Format) cut(a ir.Word) ir.Word {
	x := u128{a.Hi, a.Lo}.shl(128 - f.Bits).shr(128 - f.Bits)
	return ir.Word{Lo: x.lo, Hi: x.hi}
}

// Abs clears the sign, of a NaN too.
func (f *Format) Abs(a ir.Word) ir.Word { return f.CopySign(a, ir.Word{}) }

// Neg turns the sign, of a NaN too.
func (f *Format) Neg(a ir.Word) ir.Word {
	a, s := f.cut(a), f.signBit()
	return ir.Word{Lo: a.Lo ^ s.Lo, Hi: a.Hi ^ s.Hi}
}

// CopySign is a with the sign of b.
func (f *Format) CopySign(a, b ir.Word) ir.Word {
	a, s := f.cut(a), f.signBit()
	return ir.Word{Lo: a.Lo&^s.Lo | b.Lo&s.Lo, Hi: a.Hi&^s.Hi | b.Hi&s.Hi}
}
