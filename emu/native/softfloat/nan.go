package softfloat

import "muslrun/emu/native/ir"

// DefaultNaN is the NaN that the policy has for results without a NaN among the operands.
func (e *Env) DefaultNaN(f *Format) ir.Word {
	r := e.rule()
	sig := u128{hi: 1 << 62}
	if r.allOnes {
		sig = u128{^uint64(0) >> 1, ^uint64(0)}
	}
	if r.inverted {
		sig.hi &^= 1 << 62
	}
	return f.assemble(r.negative, f.expMax(), f.fraction(sig))
}

func (e *Env) invalid(f *Format, cause uint64) ir.Word {
	e.raiseInvalid(cause)
	return e.DefaultNaN(f)
}

// nanOf is the result of an operation with NaNs among its operands, of which list is in the order of the policy.
func (e *Env) nanOf(f *Format, list ...*num) ir.Word {
	var first, firstSignaling *num
	for _, n := range list {
		switch {
		case n.kind == unsupported:
			return e.invalid(f, ir.FPSignaling)
		case n.kind == signaling && firstSignaling == nil:
			firstSignaling = n
		}
		if n.nan() && first == nil {
			first = n
		}
	}
	if firstSignaling != nil {
		e.raiseInvalid(ir.FPSignaling)
	}
	switch e.rule().prefer {
	case preferDefault:
		return e.DefaultNaN(f)
	case preferSignaling:
		if firstSignaling != nil {
			first = firstSignaling
		}
	}
	return e.quieten(f, first)
}

// quieten makes the bits of a NaN.
func (e *Env) quieten(f *Format, n *num) ir.Word {
	if e.rule().inverted {
		frac := f.fraction(n.sig)
		if n.kind == signaling || frac.zero() {
			return e.DefaultNaN(f)
		}
		return f.assemble(n.neg, f.expMax(), frac)
	}
	sig := n.sig
	sig.hi |= 1 << 62
	if e.ToSingle {
		sig = u128{hi: sig.hi >> 40 << 40}
	}
	return f.assemble(n.neg, f.expMax(), f.fraction(sig))
}
