package softfloat

import "muslrun/emu/native/ir"

// Order is how two numbers compare.
type Order uint8

// The orders.
const (
	Less Order = iota
	Equal
	Greater
	Unordered // one is a NaN
)

// Compare compares a with b. A signaling NaN is invalid, and if signal is set a quiet one too.
func (e *Env) Compare(f *Format, a, b ir.Word, signal bool) Order {
	x, y := e.unpack(f, a), e.unpack(f, b)
	if x.nan() || y.nan() {
		if x.kind > quiet || y.kind > quiet {
			e.raiseInvalid(ir.FPSignaling)
		}
		if signal {
			e.raiseInvalid(ir.FPBadCompare)
		}
		return Unordered
	}
	return order(&x, &y)
}

func order(x, y *num) Order {
	switch {
	case x.kind == zero && y.kind == zero:
		return Equal
	case x.neg != y.neg && (x.kind != zero && y.kind != zero) || x.kind == zero || y.kind == zero:
		return sign(x.kind == zero && !y.neg || x.kind != zero && x.neg)
	}
	switch m := magnitude(x, y); {
	case m == Equal:
		return Equal
	default:
		return sign((m == Less) != x.neg)
	}
}

func sign(less bool) Order {
	if less {
		return Less
	}
	return Greater
}

func magnitude(x, y *num) Order {
	switch {
	case x.kind == infinite && y.kind == infinite:
		return Equal
	case x.kind == infinite || y.kind == infinite:
		return sign(y.kind == infinite)
	case x.exp != y.exp:
		return sign(x.exp < y.exp)
	case x.sig == y.sig:
		return Equal
	}
	return sign(x.sig.less(y.sig))
}

// Min is the lesser of a and b by one of the rules ir.MinMaxNaN ... ir.MinMaxX86.
func (e *Env) Min(f *Format, a, b ir.Word, rule ir.Aux) ir.Word {
	return e.extreme(f, a, b, rule, Less)
}

// Max is the greater.
func (e *Env) Max(f *Format, a, b ir.Word, rule ir.Aux) ir.Word {
	return e.extreme(f, a, b, rule, Greater)
}

func (e *Env) extreme(f *Format, a, b ir.Word, rule ir.Aux, want Order) ir.Word {
	x, y := e.unpack(f, a), e.unpack(f, b)
	if x.nan() || y.nan() {
		return e.extremeNaN(f, &x, &y, b, rule)
	}
	got := order(&x, &y)
	if got == Equal && x.kind == zero && rule != ir.MinMaxX86 {
		return f.zero(x.neg && y.neg || (want == Less) && (x.neg || y.neg))
	}
	if got == want {
		return e.pack(f, &x)
	}
	return e.pack(f, &y)
}

func (e *Env) extremeNaN(f *Format, x, y *num, second ir.Word, rule ir.Aux) ir.Word {
	signals := x.kind > quiet || y.kind > quiet
	switch {
	case rule == ir.MinMaxX86:
		e.raiseInvalid(ir.FPSignaling)
		return second
	case rule == ir.MinMaxNaN || x.nan() && y.nan() || rule == ir.MinMaxNumber && signals:
		return e.nanOf(f, x, y)
	case signals:
		e.raiseInvalid(ir.FPSignaling)
	}
	if x.nan() {
		return e.pack(f, y)
	}
	return e.pack(f, x)
}
