package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/softfloat"
)

// Half precision in Arm's alternative format (FPCR.AHP): no infinities and no NaNs, one more exponent.

// convertAlternative is convert from or to the alternative format.
func (g gen) convertAlternative(from, to int, val ir.Value) ir.Value {
	return g.Helper(ir.Vec, 0, helpAlternative, int64(from|to<<8), val)
}

// alternative is the helper behind it; imm is the bytes of the source and, shifted by 8, of the destination.
func alternative(s *ir.State, imm int64) (ir.ExitKind, int64) {
	from, to := int(imm&0xff), int(imm>>8)
	mode := uint32(*s.GlobalWord(fpcr))
	e := softfloat.Env{Round: ir.Aux(s.Rounding), Policy: nanPolicy(mode)}
	if from == 2 {
		s.Out[0] = fromAlternative(&e, softfloat.Of(to), s.In[0].Lo)
	} else {
		e.FlushInputs = mode&fpcrFZ != 0
		s.Out[0] = toAlternative(&e, softfloat.Of(from), s.In[0])
	}
	s.FPFlags |= e.Flags
	return ir.ExitLookup, 0
}

const (
	halfSign     = 1 << 15
	halfGreatest = 0x7fff
	halfExponent = 0x7c00
)

// fromAlternative is exact. A number with the exponent that the format has more than the usual one is twice another.
func fromAlternative(e *softfloat.Env, to *softfloat.Format, half uint64) ir.Word {
	if half&halfExponent != halfExponent {
		return e.Convert(softfloat.Half, to, ir.Word{Lo: half & 0xffff})
	}
	part := e.Convert(softfloat.Half, to, ir.Word{Lo: half & 0xffff &^ (1 << 10)})
	return e.Add(to, part, part)
}

// toAlternative rounds. What the usual format would have as infinity is below 2^17 or saturates, which is invalid.
func toAlternative(e *softfloat.Env, from *softfloat.Format, val ir.Word) ir.Word {
	sign := val.Lo >> (from.Bits - 1) & 1 * halfSign
	limit := e.FromInt(from, 1<<17, false, 64, 0)
	abs := from.Abs(val)
	quiet := softfloat.Env{Policy: e.Policy}
	switch order := quiet.Compare(from, abs, limit, false); {
	case order == softfloat.Unordered:
		e.Flags |= ir.FPInvalid
		return ir.Word{Lo: sign}
	case order != softfloat.Less:
		e.Flags |= ir.FPInvalid
		return ir.Word{Lo: sign | halfGreatest}
	}
	if quiet.Compare(from, abs, quiet.FromInt(from, 1<<15, false, 64, 0), false) == softfloat.Less {
		return e.Convert(from, softfloat.Half, val)
	}
	// A quarter of the number has the same significand, and two exponents less.
	quarter := e.Mul(from, val, quiet.FromInt(from, 1, false, 64, 2))
	half := e.Convert(from, softfloat.Half, quarter)
	if half.Lo&halfExponent == halfExponent-1<<10 { // rounded up to 2^17
		e.Flags = e.Flags&^ir.FPInexact | ir.FPInvalid
		return ir.Word{Lo: sign | halfGreatest}
	}
	return ir.Word{Lo: half.Lo + 2<<10}
}
