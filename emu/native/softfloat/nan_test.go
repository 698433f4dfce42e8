package softfloat

import (
	"testing"

	"muslrun/emu/native/ir"
)

// NaNs of single precision: quiet q1 and q2, signaling s1 and s2 (the other way round where the policy is inverted).
const (
	q1  = 0x7fc00001
	q2  = 0xffc00002
	s1  = 0x7f800003
	s2  = 0xff800004
	one = 0x3f800000
	inf = 0x7f800000
)

func single(v uint64) ir.Word { return ir.Word{Lo: v} }

func TestNaNOfTwoOperands(t *testing.T) {
	for _, k := range []struct {
		policy     ir.NaNPolicy
		a, b, want uint64
		invalid    bool
	}{
		{ir.NaNCanonical, q1, one, 0x7fc00000, false}, {ir.NaNCanonical, one, s1, 0x7fc00000, true},
		{ir.NaNArm, q1, s2, s2 | 1<<22, true}, {ir.NaNArm, s1, s2, s1 | 1<<22, true}, {ir.NaNArm, q1, q2, q1, false},
		{ir.NaNArm, one, q2, q2, false}, {ir.NaNArmDefault, q1, s2, 0x7fc00000, true},
		{ir.NaNX86, q1, s2, q1, true}, {ir.NaNX86, one, s2, s2 | 1<<22, true}, {ir.NaNX86, inf, inf | 1<<31, 0xffc00000, true},
		{ir.NaNArm, inf, inf | 1<<31, 0x7fc00000, true}, {ir.NaNPower, q1, s2, q1, true},
		{ir.NaNMipsLegacy, inf, inf | 1<<31, 0x7fbfffff, true}, {ir.NaNMipsLegacy, s1, one, s1, false},
		{ir.NaNMipsLegacy, q1, one, 0x7fbfffff, true}, {ir.NaNMips2008, q1, s2, s2 | 1<<22, true},
		{ir.NaNS390, q1, s2, s2 | 1<<22, true}, {ir.NaNM68K, inf, inf | 1<<31, 0x7fffffff, true},
		{ir.NaNSH, s1, one, 0x7fbfffff, false}, {ir.NaNLoong, q1, s2, s2 | 1<<22, true},
	} {
		e := &Env{Policy: k.policy}
		got := e.Add(Single, single(k.a), single(k.b)).Lo
		if got != k.want || (e.Flags&^ir.FPCauses == ir.FPInvalid) != k.invalid {
			t.Errorf("policy %d: %#x + %#x = %#x flags %#x, want %#x invalid %v", k.policy, k.a, k.b, got, e.Flags, k.want, k.invalid)
		}
	}
}

func TestNaNOfMulAdd(t *testing.T) {
	for _, k := range []struct {
		policy        ir.NaNPolicy
		a, b, c, want uint64
		invalid       bool
	}{
		{ir.NaNArm, q1, one, q2, q2, false}, {ir.NaNArm, s1, one, s2, s2 | 1<<22, true},
		{ir.NaNX86, q1, one, q2, q1, false}, {ir.NaNPower, one, q1, q2, q2, false}, {ir.NaNPower, q1, one, q2, q1, false},
		{ir.NaNArm, inf, 0, q2, 0x7fc00000, true}, {ir.NaNX86, inf, 0, q2, q2, false}, {ir.NaNPower, inf, 0, q2, q2, true},
		{ir.NaNCanonical, inf, 0, q2, 0x7fc00000, true}, {ir.NaNCanonical, inf, 0, one, 0x7fc00000, true},
		{ir.NaNMips2008, q1, one, q2, q2, false}, {ir.NaNS390, q1, one, q2, q1, false},
	} {
		e := &Env{Policy: k.policy}
		got := e.MulAdd(Single, single(k.a), single(k.b), single(k.c), false, false).Lo
		if got != k.want || (e.Flags&^ir.FPCauses == ir.FPInvalid) != k.invalid {
			t.Errorf("policy %d: %#x * %#x + %#x = %#x flags %#x, want %#x invalid %v", k.policy, k.a, k.b, k.c, got, e.Flags,
				k.want, k.invalid)
		}
	}
}

func TestMinOfNaNs(t *testing.T) {
	for _, k := range []struct {
		rule       ir.Aux
		a, b, want uint64
		invalid    bool
	}{
		{ir.MinMaxNaN, q1, one, q1, false}, {ir.MinMaxNaN, one, s1, s1 | 1<<22, true},
		{ir.MinMaxNumber, q1, one, one, false}, {ir.MinMaxNumber, one, s1, s1 | 1<<22, true}, {ir.MinMaxNumber, q1, q2, q1, false},
		{ir.MinMax2019, q1, one, one, false}, {ir.MinMax2019, s1, one, one, true}, {ir.MinMax2019, q1, q2, q1, false},
		{ir.MinMaxX86, q1, one, one, true}, {ir.MinMaxX86, one, s1, s1, true}, {ir.MinMaxX86, 0, 1 << 31, 1 << 31, false},
		{ir.MinMaxX86, 1 << 31, 0, 0, false},
	} {
		e := &Env{Policy: ir.NaNArm}
		got := e.Min(Single, single(k.a), single(k.b), k.rule).Lo
		if got != k.want || (e.Flags&^ir.FPCauses == ir.FPInvalid) != k.invalid {
			t.Errorf("rule %#x: min(%#x, %#x) = %#x flags %#x, want %#x invalid %v", k.rule, k.a, k.b, got, e.Flags, k.want,
				k.invalid)
		}
	}
}

func TestIntegersOfNaNsAndTooBigNumbers(t *testing.T) {
	const big = 0x60000000
	for _, k := range []struct {
		policy ir.NaNPolicy
		a      uint64
		signed bool
		want   uint64
	}{
		{ir.NaNCanonical, q1, true, 0x7fffffff}, {ir.NaNCanonical, q1, false, 0xffffffff},
		{ir.NaNCanonical, big | 1<<31, true, 0x80000000}, {ir.NaNCanonical, big | 1<<31, false, 0},
		{ir.NaNArm, q1, true, 0}, {ir.NaNArm, big, true, 0x7fffffff}, {ir.NaNArm, inf, false, 0xffffffff},
		{ir.NaNX86, q1, true, 0x80000000}, {ir.NaNX86, big, true, 0x80000000}, {ir.NaNX86, big, false, 0xffffffff},
		{ir.NaNPower, q1, true, 0x80000000}, {ir.NaNPower, big, true, 0x7fffffff}, {ir.NaNPower, q1, false, 0},
		{ir.NaNMipsLegacy, big | 1<<31, true, 0x7fffffff}, {ir.NaNS390, q1, true, 0x80000000},
	} {
		e := &Env{Policy: k.policy}
		if got := e.ToInt(Single, single(k.a), k.signed, 32, 0); got != k.want || e.Flags&^ir.FPCauses != ir.FPInvalid {
			t.Errorf("policy %d: %#x is %#x flags %#x, want %#x", k.policy, k.a, got, e.Flags, k.want)
		}
	}
}

func TestFlushToZero(t *testing.T) {
	e := &Env{Policy: ir.NaNArm, FlushInputs: true, FlushOutputs: true}
	if got := e.Add(Single, single(1), single(one)).Lo; got != one || e.Flags != Denormal {
		t.Errorf("a subnormal plus one is %#x, flags %#x", got, e.Flags)
	}
	e.Flags = 0
	if got := e.Mul(Single, single(0x00800000), single(0xbf000000)).Lo; got != 1<<31 || e.Flags != ir.FPUnderflow {
		t.Errorf("half of the least normal number is %#x, flags %#x", got, e.Flags)
	}
}

func TestTininess(t *testing.T) {
	// (1 + 2^-23) * (1 - 2^-23) * least normal rounds up to it: tiny before rounding, not after.
	for policy, want := range map[ir.NaNPolicy]uint64{ir.NaNArm: ir.FPInexact | ir.FPUnderflow, ir.NaNX86: ir.FPInexact} {
		e := &Env{Policy: policy}
		if got := e.Mul(Single, single(0x3f800001), single(0x007fffff)).Lo; got != 0x00800000 || e.Flags != want {
			t.Errorf("policy %d: %#x flags %#x, want flags %#x", policy, got, e.Flags, want)
		}
	}
}
