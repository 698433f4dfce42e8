package softfloat

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/ir"
)

// The oracle computes with rationals of any size and rounds by integer division. It shares nothing with the package but the
// description of the formats.

var formats = map[string]*Format{"half": Half, "single": Single, "double": Double, "extended": Extended, "quad": Quad}

var roundings = []ir.Aux{ir.RoundNearest, ir.RoundZero, ir.RoundDown, ir.RoundUp, ir.RoundAway, ir.RoundOdd}

// pow2 is 2^n.
func pow2(n int) *big.Rat {
	one := big.NewInt(1)
	if n >= 0 {
		return new(big.Rat).SetInt(one.Lsh(one, uint(n)))
	}
	return new(big.Rat).SetFrac(big.NewInt(1), one.Lsh(one, uint(-n)))
}

func toInt(w ir.Word) *big.Int {
	n := new(big.Int).SetUint64(w.Hi)
	return n.Or(n.Lsh(n, 64), new(big.Int).SetUint64(w.Lo))
}

func toWord(n *big.Int) ir.Word {
	low := new(big.Int).SetUint64(^uint64(0))
	return ir.Word{Lo: low.And(low, n).Uint64(), Hi: new(big.Int).Rsh(n, 64).Uint64()}
}

// value is a finite number, ok is false of infinities and NaNs.
func value(f *Format, w ir.Word) (v *big.Rat, neg, ok bool) {
	n := toInt(w)
	neg = n.Bit(int(f.Bits)-1) != 0
	frac := new(big.Int).And(n, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), f.frac), big.NewInt(1)))
	field := int(new(big.Int).Rsh(n, f.frac).Uint64() & uint64(f.expMax()))
	if field == int(f.expMax()) {
		return nil, neg, false
	}
	if field > 0 && !f.explicit {
		frac.SetBit(frac, int(f.frac), 1)
	}
	v = new(big.Rat).SetInt(frac)
	v.Mul(v, pow2(max(field, 1)-f.bias()-int(f.precision())+1))
	if neg {
		v.Neg(v)
	}
	return v, neg, true
}

// log2 is the exponent of the leading bit.
func log2(x *big.Rat) int {
	e := x.Num().BitLen() - x.Denom().BitLen()
	if new(big.Rat).Abs(x).Cmp(pow2(e)) < 0 {
		e--
	}
	return e
}

// toMultiple rounds |x| / 2^exp to an integer.
func toMultiple(x *big.Rat, exp int, mode ir.Aux) (n *big.Int, exact bool) {
	scaled := new(big.Rat).Mul(new(big.Rat).Abs(x), pow2(-exp))
	n, rest := new(big.Int).QuoRem(scaled.Num(), scaled.Denom(), new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(scaled.Denom())
	up := false
	switch exact = rest.Sign() == 0; {
	case exact:
	case mode == ir.RoundNearest:
		up = half > 0 || half == 0 && n.Bit(0) != 0
	case mode == ir.RoundAway:
		up = half >= 0
	case mode == ir.RoundDown:
		up = x.Sign() < 0
	case mode == ir.RoundUp:
		up = x.Sign() > 0
	case mode == ir.RoundOdd:
		up = n.Bit(0) == 0
	}
	if up {
		n.Add(n, big.NewInt(1))
	}
	return n, exact
}

// round is the oracle's pack; x is not zero.
func round(f *Format, x *big.Rat, mode ir.Aux, tinyBefore bool) (ir.Word, uint64) {
	p, e, neg := int(f.precision()), log2(x), x.Sign() < 0
	n, exact := toMultiple(x, max(e, f.minExp())-p+1, mode)
	var flags uint64
	if !exact {
		flags |= ir.FPInexact
		tiny := e < f.minExp()
		if unbounded, _ := toMultiple(x, e-p+1, mode); !tinyBefore && unbounded.BitLen() > p {
			tiny = e+1 < f.minExp()
		}
		if tiny {
			flags |= ir.FPUnderflow
		}
	}
	exp := max(e, f.minExp())
	if n.BitLen() > p {
		n.Rsh(n, 1)
		exp++
	}
	if exp > f.maxExp() {
		flags |= ir.FPOverflow | ir.FPInexact
		if mode == ir.RoundZero || mode == ir.RoundOdd || mode == ir.RoundDown && !neg || mode == ir.RoundUp && neg {
			return f.greatest(neg), flags
		}
		return f.infinity(neg), flags
	}
	field := exp + f.bias()
	if n.BitLen() < p {
		field = 0
	}
	if !f.explicit && field > 0 {
		n.SetBit(n, p-1, 0)
	}
	n.Or(n, new(big.Int).Lsh(big.NewInt(int64(field)), f.frac))
	if neg {
		n.SetBit(n, int(f.Bits)-1, 1)
	}
	return toWord(n), flags
}

// root is a number that rounds as the square root of x does.
func root(x *big.Rat) *big.Rat {
	shift := 600 - log2(x)/2*2
	scaled := new(big.Rat).Mul(x, pow2(shift))
	whole := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	r := new(big.Int).Sqrt(whole)
	exact := new(big.Rat).SetInt(new(big.Int).Mul(r, r)).Cmp(scaled) == 0
	result := new(big.Rat).SetInt(r)
	if !exact {
		result.Add(result, big.NewRat(1, 2))
	}
	return result.Mul(result, pow2(-shift/2))
}

func policyFor(r *rand.Rand) ir.NaNPolicy {
	return []ir.NaNPolicy{ir.NaNCanonical, ir.NaNArm, ir.NaNX86, ir.NaNPower}[r.IntN(4)]
}

// near makes b such that sums with a cancel or just miss each other, some of the time.
func near(r *rand.Rand, f *Format, a ir.Word) ir.Word {
	b := edge(r, f)
	if r.IntN(3) == 0 {
		b = a
		b.Lo ^= r.Uint64() & 7
		if r.IntN(2) == 0 {
			b = f.Neg(b)
		}
	}
	return b
}

func TestArithmeticAgainstRationals(t *testing.T) {
	for name, f := range formats {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(11, 12))
			for range 1500 {
				a := edge(r, f)
				b := near(r, f, a)
				x, xneg, ok1 := value(f, a)
				y, yneg, ok2 := value(f, b)
				if !ok1 || !ok2 {
					continue
				}
				checkArithmetic(t, r, f, a, b, x, y, xneg, yneg)
			}
		})
	}
}

func checkArithmetic(t *testing.T, r *rand.Rand, f *Format, a, b ir.Word, x, y *big.Rat, xneg, yneg bool) {
	t.Helper()
	mode, policy := roundings[r.IntN(len(roundings))], policyFor(r)
	check := func(name string, got ir.Word, flags uint64, exact *big.Rat, zeroNeg bool) {
		t.Helper()
		want, wantFlags := f.zero(zeroNeg), uint64(0)
		if exact.Sign() != 0 {
			want, wantFlags = round(f, exact, mode, rules[policy].tinyBefore)
		}
		if got != want || flags != wantFlags {
			t.Fatalf("%s of %x %x, rounding %d policy %d: %x flags %#x, want %x flags %#x", name, a, b, mode, policy,
				got, flags, want, wantFlags)
		}
	}
	run := func(op func(e *Env) ir.Word) (ir.Word, uint64) {
		e := &Env{Round: mode, Policy: policy}
		return op(e), e.Flags
	}
	sumNeg := xneg && yneg || xneg != yneg && mode == ir.RoundDown
	diffNeg := xneg && !yneg || xneg == yneg && mode == ir.RoundDown
	got, flags := run(func(e *Env) ir.Word { return e.Add(f, a, b) })
	check("add", got, flags, new(big.Rat).Add(x, y), sumNeg)
	got, flags = run(func(e *Env) ir.Word { return e.Sub(f, a, b) })
	check("sub", got, flags, new(big.Rat).Sub(x, y), diffNeg)
	got, flags = run(func(e *Env) ir.Word { return e.Mul(f, a, b) })
	check("mul", got, flags, new(big.Rat).Mul(x, y), xneg != yneg)
	if y.Sign() != 0 {
		got, flags = run(func(e *Env) ir.Word { return e.Div(f, a, b) })
		check("div", got, flags, new(big.Rat).Quo(x, y), xneg != yneg)
	}
	if x.Sign() > 0 {
		got, flags = run(func(e *Env) ir.Word { return e.Sqrt(f, a) })
		check("sqrt", got, flags, root(x), false)
	}
	for name, g := range formats {
		if r.IntN(3) != 0 {
			continue
		}
		got, flags := run(func(e *Env) ir.Word { return e.Convert(f, g, a) })
		want, wantFlags := g.zero(xneg), uint64(0)
		if x.Sign() != 0 {
			want, wantFlags = round(g, x, mode, rules[policy].tinyBefore)
		}
		if got != want || flags != wantFlags {
			t.Fatalf("%x to %s: %x flags %#x, want %x flags %#x", a, name, got, flags, want, wantFlags)
		}
	}
}

func TestMulAddAgainstRationals(t *testing.T) {
	for name, f := range formats {
		if f == Extended { // no processor has it
			continue
		}
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(13, 14))
			for range 2500 {
				mode, policy := roundings[r.IntN(len(roundings))], policyFor(r)
				a, b := edge(r, f), edge(r, f)
				e := &Env{Round: mode, Policy: policy}
				c := near(r, f, e.Mul(f, a, b))
				x, xneg, ok1 := value(f, a)
				y, yneg, ok2 := value(f, b)
				z, zneg, ok3 := value(f, c)
				if !ok1 || !ok2 || !ok3 {
					continue
				}
				negate := [2]bool{r.IntN(2) == 0, r.IntN(2) == 0}
				product, exact := new(big.Rat).Mul(x, y), new(big.Rat)
				if negate[0] {
					product.Neg(product)
				}
				if exact.Add(product, z); negate[1] {
					exact.Sub(product, z)
				}
				pneg := (xneg != yneg) != negate[0]
				zneg = zneg != negate[1]
				want, wantFlags := f.zero(pneg && zneg || pneg != zneg && mode == ir.RoundDown), uint64(0)
				if exact.Sign() != 0 {
					want, wantFlags = round(f, exact, mode, rules[policy].tinyBefore)
				}
				e.Flags = 0
				if got := e.MulAdd(f, a, b, c, negate[0], negate[1]); got != want || e.Flags != wantFlags {
					t.Fatalf("%x*%x+%x %v, rounding %d: %x flags %#x, want %x flags %#x", a, b, c, negate, mode, got,
						e.Flags, want, wantFlags)
				}
			}
		})
	}
}

func TestIntegersAgainstRationals(t *testing.T) {
	for name, f := range formats {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(15, 16))
			for range 2500 {
				a := edge(r, f)
				if x, _, ok := value(f, a); ok {
					checkToInt(t, r, f, a, x)
					checkRoundToInt(t, r, f, a, x)
				}
				checkFromInt(t, r, f, r.Uint64()>>r.IntN(64))
			}
		})
	}
}

func checkToInt(t *testing.T, r *rand.Rand, f *Format, a ir.Word, x *big.Rat) {
	t.Helper()
	mode, signed, bits, frac := roundings[r.IntN(len(roundings))], r.IntN(2) == 0, []uint{16, 32, 64}[r.IntN(3)], uint(r.IntN(9))
	n, exact := toMultiple(x, -int(frac), mode)
	if x.Sign() < 0 {
		n.Neg(n)
	}
	least, greatest := big.NewInt(0), new(big.Int).Lsh(big.NewInt(1), bits)
	if signed {
		greatest.Rsh(greatest, 1)
		least.Neg(greatest)
	}
	greatest.Sub(greatest, big.NewInt(1))
	wantFlags := uint64(0)
	switch {
	case n.Cmp(least) < 0:
		n, wantFlags = least, ir.FPInvalid
	case n.Cmp(greatest) > 0:
		n, wantFlags = greatest, ir.FPInvalid
	case !exact:
		wantFlags = ir.FPInexact
	}
	want := new(big.Int).And(n, new(big.Int).SetUint64(ones(bits))).Uint64()
	e := &Env{Round: mode}
	if got := e.ToInt(f, a, signed, bits, frac); got != want || e.Flags != wantFlags {
		t.Fatalf("%x to %d bits, signed %v, fraction %d, rounding %d: %#x flags %#x, want %#x flags %#x", a, bits, signed,
			frac, mode, got, e.Flags, want, wantFlags)
	}
}

func checkRoundToInt(t *testing.T, r *rand.Rand, f *Format, a ir.Word, x *big.Rat) {
	t.Helper()
	mode, inexact := roundings[r.IntN(len(roundings))], r.IntN(2) == 0
	n, exact := toMultiple(x, 0, mode)
	e := &Env{Round: mode}
	got := e.RoundToInt(f, a, inexact)
	gotValue, neg, _ := value(f, got)
	want := new(big.Rat).SetInt(n)
	if x.Sign() < 0 {
		want.Neg(want)
	}
	_, aneg, _ := value(f, a)
	wantFlags := bit(!exact && inexact) * ir.FPInexact
	if gotValue.Cmp(want) != 0 || neg != aneg || e.Flags != wantFlags {
		t.Fatalf("%x to integral, rounding %d: %x flags %#x, want %v flags %#x", a, mode, got, e.Flags, want, wantFlags)
	}
}

func checkFromInt(t *testing.T, r *rand.Rand, f *Format, v uint64) {
	t.Helper()
	mode, signed, bits, frac := roundings[r.IntN(len(roundings))], r.IntN(2) == 0, []uint{16, 32, 64}[r.IntN(3)], uint(r.IntN(40))
	n := new(big.Int).SetUint64(v & ones(bits))
	if signed && n.Bit(int(bits)-1) != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), bits))
	}
	want, wantFlags := f.zero(false), uint64(0)
	if n.Sign() != 0 {
		want, wantFlags = round(f, new(big.Rat).Mul(new(big.Rat).SetInt(n), pow2(-int(frac))), mode, false)
	}
	e := &Env{Round: mode}
	if got := e.FromInt(f, v, signed, bits, frac); got != want || e.Flags != wantFlags {
		t.Fatalf("%#x of %d bits, signed %v: %x flags %#x, want %x flags %#x", v, bits, signed, got, e.Flags, want, wantFlags)
	}
}

func TestHalfOfOneOperandExhaustively(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	step := uint64(1)
	if testing.Short() {
		step = 17
	}
	for bits := uint64(0); bits < 1<<16; bits += step {
		a := ir.Word{Lo: bits}
		x, neg, ok := value(Half, a)
		if !ok {
			continue
		}
		checkToInt(t, r, Half, a, x)
		checkRoundToInt(t, r, Half, a, x)
		mode := roundings[r.IntN(len(roundings))]
		e := &Env{Round: mode}
		if x.Sign() > 0 {
			want, wantFlags := round(Half, root(x), mode, false)
			if got := e.Sqrt(Half, a); got != want || e.Flags != wantFlags {
				t.Fatalf("sqrt(%x), rounding %d: %x flags %#x, want %x flags %#x", a, mode, got, e.Flags, want, wantFlags)
			}
		}
		e.Flags = 0
		if back := e.Convert(Double, Half, e.Convert(Half, Double, a)); back != a || e.Flags != 0 {
			t.Fatalf("%x by way of a double is %x, flags %#x, negative %v", a, back, e.Flags, neg)
		}
	}
}

func TestCompareAgainstRationals(t *testing.T) {
	for name, f := range formats {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(19, 20))
			for range 5000 {
				a := edge(r, f)
				b := near(r, f, a)
				x, xneg, ok1 := value(f, a)
				y, yneg, ok2 := value(f, b)
				if !ok1 || !ok2 {
					continue
				}
				e := &Env{}
				want := Order(x.Cmp(y) + 1)
				if got := e.Compare(f, a, b, true); got != want || e.Flags != 0 {
					t.Fatalf("%x and %x: %d flags %#x, want %d", a, b, got, e.Flags, want)
				}
				low, high := a, b
				if want == Greater || want == Equal && yneg && !xneg {
					low, high = b, a
				}
				least, most := e.Min(f, a, b, ir.MinMaxNaN), e.Max(f, a, b, ir.MinMax2019)
				if least != low || most != high || e.Flags != 0 {
					t.Fatalf("least and most of %x, %x: %x, %x", a, b, least, most)
				}
			}
		})
	}
}
