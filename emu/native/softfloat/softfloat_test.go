package softfloat

import (
	"math"
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/ir"
)

// edge is a number where something happens: around zero, one, the subnormals, infinity, with few bits or all.
func edge(r *rand.Rand, f *Format) ir.Word {
	exp := uint(r.IntN(int(f.expMax()) + 1))
	switch r.IntN(6) {
	case 0:
		exp = uint(r.IntN(3))
	case 1:
		exp = f.expMax() - uint(r.IntN(3))
	case 2, 3:
		exp = uint(f.bias() + r.IntN(140) - 70)
		exp = min(exp, f.expMax())
	}
	frac := u128{r.Uint64(), r.Uint64()}
	switch r.IntN(4) {
	case 0:
		frac = u128{}
	case 1:
		frac = u128{^uint64(0), ^uint64(0)}
	case 2:
		frac = u128{0, 1}.shl(uint(r.IntN(int(f.frac)))).shl(128 - f.frac)
	}
	if r.IntN(3) == 0 {
		frac, _ = frac.add(u128{0, uint64(r.IntN(3))}.shl(128 - f.frac))
	}
	frac = frac.shr(128 - f.frac)
	if f.explicit {
		lead := u128{0, 1}.shl(f.frac - 1)
		if exp != 0 {
			frac = frac.or(lead)
		} else if !frac.less(lead) {
			frac = frac.sub(lead)
		}
	}
	return f.assemble(r.IntN(2) == 0, exp, frac)
}

func f64(v float64) ir.Word { return ir.Word{Lo: math.Float64bits(v)} }

func same64(got ir.Word, want float64) bool {
	return got == f64(want) || want != want && math.IsNaN(math.Float64frombits(got.Lo))
}

func TestDoubleAgainstHost(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	e := &Env{}
	for range 100000 {
		a, b, c := edge(r, Double), edge(r, Double), edge(r, Double)
		x, y, z := math.Float64frombits(a.Lo), math.Float64frombits(b.Lo), math.Float64frombits(c.Lo)
		for _, k := range []struct {
			name string
			got  ir.Word
			want float64
		}{
			{"add", e.Add(Double, a, b), x + y}, {"sub", e.Sub(Double, a, b), x - y},
			{"mul", e.Mul(Double, a, b), x * y}, {"div", e.Div(Double, a, b), x / y},
			{"sqrt", e.Sqrt(Double, a), math.Sqrt(x)}, {"fma", e.MulAdd(Double, a, b, c, false, false), math.FMA(x, y, z)},
			{"rint", e.RoundToInt(Double, a, true), math.RoundToEven(x)},
		} {
			if !same64(k.got, k.want) {
				t.Fatalf("%s(%v, %v, %v) = %v, want %v", k.name, x, y, z, math.Float64frombits(k.got.Lo), k.want)
			}
		}
	}
}
