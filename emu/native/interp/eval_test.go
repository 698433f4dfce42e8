package interp

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/irtest"
)

func w(lo uint64) ir.Word { return ir.Word{Lo: lo} }

// results that can be found in manuals, or on paper.
func TestEvalKnownResults(t *testing.T) {
	const m32 = 1<<32 - 1
	least := uint64(1) << 63
	for _, k := range []struct {
		in      ir.Insn
		a, b, c ir.Word
		want    ir.Word
		flags   uint64
	}{
		{in: ir.Insn{Op: ir.Add, Size: 4}, a: w(m32), b: w(1), want: w(0), flags: ir.FlagZ | ir.FlagC},
		{in: ir.Insn{Op: ir.Add, Size: 8}, a: w(least - 1), b: w(1), want: w(least), flags: ir.FlagN | ir.FlagV},
		{in: ir.Insn{Op: ir.Sub, Size: 8}, a: w(1), b: w(2), want: w(^uint64(0)), flags: ir.FlagN | ir.FlagC},
		{in: ir.Insn{Op: ir.Sub, Size: 8, Aux: ir.NotBorrow}, a: w(2), b: w(2), want: w(0), flags: ir.FlagZ | ir.FlagC},
		{in: ir.Insn{Op: ir.Sbc, Size: 4, Aux: ir.NotBorrow}, a: w(5), b: w(3), want: w(1), flags: ir.FlagC},
		{in: ir.Insn{Op: ir.Sbc, Size: 4}, a: w(5), b: w(3), c: w(1), want: w(1)},
		{in: ir.Insn{Op: ir.Adc, Size: 8}, a: w(^uint64(0)), c: w(1), want: w(0), flags: ir.FlagZ | ir.FlagC},
		{in: ir.Insn{Op: ir.DivS, Size: 8}, a: w(least), b: w(^uint64(0)), want: w(least)},
		{in: ir.Insn{Op: ir.DivS, Size: 4}, a: w(1 << 31), b: w(m32), want: w(1 << 31)},
		{in: ir.Insn{Op: ir.RemS, Size: 8}, a: w(7), want: w(7)},
		{in: ir.Insn{Op: ir.RemU, Size: 4}, a: w(1<<32 | 7), want: w(7)},
		{in: ir.Insn{Op: ir.Shl, Size: 4}, a: w(1), b: w(33), want: w(2)},
		{in: ir.Insn{Op: ir.Sar, Size: 4}, a: w(1 << 31), b: w(4), want: w(0xf8000000)},
		{in: ir.Insn{Op: ir.Rotr, Size: 4}, a: w(1), b: w(1), want: w(1 << 31)},
		{in: ir.Insn{Op: ir.Clz, Size: 4}, want: w(32)}, {in: ir.Insn{Op: ir.Ctz, Size: 8}, want: w(64)},
		{in: ir.Insn{Op: ir.Bswap, Size: 4}, a: w(0x11223344), want: w(0x44332211)},
		{in: ir.Insn{Op: ir.Sext, Size: 4, Imm: 8}, a: w(0x80), want: w(0xffffff80)},
		{in: ir.Insn{Op: ir.ExtractS, Size: 8, Imm: 4 | 4<<8}, a: w(0x80), want: w(^uint64(7))},
		{in: ir.Insn{Op: ir.Insert, Size: 8, Imm: 4 | 8<<8}, a: w(0xffff), b: w(0x12), want: w(0xf12f)},
		{in: ir.Insn{Op: ir.Concat, Size: 4, Imm: 8}, a: w(0xaabbccdd), b: w(0x11223344), want: w(0xdd112233)},
		{in: ir.Insn{Op: ir.Select, Size: 4, Cond: ir.LTS}, a: w(m32), b: w(0), c: w(5), want: w(5)},
		// CRC-32C of the byte 'a', and CRC-32 of "abcd" in one step, without the inversions around (RFC 3720, ISO 3309).
		{in: ir.Insn{Op: ir.CRC32, Size: 1, Aux: 1}, a: w(m32), b: w('a'), want: w(0xc1d04330 ^ m32)},
		{in: ir.Insn{Op: ir.CRC32, Size: 4}, a: w(m32), b: w(0x64636261), want: w(0xed82cd11 ^ m32)},
		{in: ir.Insn{Op: ir.VAddSatS, Size: 1}, a: w(0x7f80), b: w(0x01ff), want: w(0x7f80)},
		{in: ir.Insn{Op: ir.VSubSatS, Size: 8}, a: w(least), b: w(1), want: w(least)},
		{in: ir.Insn{Op: ir.VAddSatU, Size: 2}, a: w(0xffff), b: w(2), want: w(0xffff)},
		{in: ir.Insn{Op: ir.VSubSatU, Size: 4}, a: w(1), b: w(2), want: w(0)},
		{in: ir.Insn{Op: ir.VAvgU, Size: 1}, a: w(0xff), b: w(0xfe), want: w(0xff)},
		{in: ir.Insn{Op: ir.VExt, Size: 1, Imm: 15}, a: ir.Word{Hi: 0xaa << 56}, b: w(0x1122), want: w(0x1122aa)},
		{in: ir.Insn{Op: ir.VRev, Size: 1, Imm: 4}, a: w(0x1122334455667788), want: w(0x4433221188776655)},
		{in: ir.Insn{Op: ir.VNarrow, Size: 4}, a: ir.Word{Lo: 1, Hi: 2}, b: ir.Word{Lo: 3, Hi: 4},
			want: ir.Word{Lo: 1 | 2<<32, Hi: 3 | 4<<32}},
		{in: ir.Insn{Op: ir.VWidenHiS, Size: 4}, a: ir.Word{Hi: 0xffffffff_00000002}, want: ir.Word{Lo: 2, Hi: ^uint64(0)}},
		{in: ir.Insn{Op: ir.VClMul, Size: 8}, a: w(least | 1), b: w(3), want: ir.Word{Lo: least | 3, Hi: 1}},
		// FIPS 197: the substitution of 0, and the first column of the example's first round (appendix B).
		{in: ir.Insn{Op: ir.VAESEnc}, a: w(0x19), b: w(0x19), want: ir.Word{Lo: 0x6363636363636363, Hi: 0x6363636363636363}},
		{in: ir.Insn{Op: ir.VAESEnc, Aux: 2}, a: w(0x305dbfd4), want: w(0xe5816604)},
		{in: ir.Insn{Op: ir.VAESEnc, Aux: 3}, a: w(0xe5816604), want: w(0x305dbfd4)},
		{in: ir.Insn{Op: ir.FCmp, Size: 8}, a: w(0), b: w(1 << 63), want: w(ir.FlagZ | ir.FlagC)},
		{in: ir.Insn{Op: ir.Unbox, Size: 4}, a: w(1), want: w(0x7fc00000)},
	} {
		args := [5]ir.Word{k.a, k.b, k.c, w(6)}
		var out [2]ir.Word
		Eval(&k.in, ir.NaNArm, new(ir.State), &args, &out)
		if out[0] != k.want || k.flags != 0 && out[1].Lo != k.flags {
			t.Errorf("%v.%d of %x %x %x: %x flags %#x, want %x flags %#x", k.in.Op, k.in.Size, k.a, k.b, k.c, out[0], out[1].Lo,
				k.want, k.flags)
		}
	}
}

// pairs of operations of which one undoes the other.
func TestAESInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	for range 1000 {
		start := ir.Word{Lo: r.Uint64(), Hi: r.Uint64()}
		key := ir.Word{Lo: r.Uint64(), Hi: r.Uint64()}
		args, out := [5]ir.Word{start, key}, [2]ir.Word{}
		Eval(&ir.Insn{Op: ir.VAESEnc}, 0, nil, &args, &out)
		args = [5]ir.Word{out[0]}
		Eval(&ir.Insn{Op: ir.VAESEnc, Aux: 1}, 0, nil, &args, &out)
		if got := (ir.Word{Lo: out[0].Lo ^ key.Lo, Hi: out[0].Hi ^ key.Hi}); got != start {
			t.Fatalf("%x becomes %x", start, got)
		}
	}
}

// products and their flags, by numbers of any size.
func TestProductsAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	number := func(v uint64, size uint8, isSigned bool) *big.Int {
		if isSigned {
			return big.NewInt(signed(v, size))
		}
		return new(big.Int).SetUint64(v & ones(size))
	}
	for range 20000 {
		size := []uint8{4, 8}[r.IntN(2)]
		x, y := irtest.Int(r), irtest.Int(r)
		for _, k := range []struct {
			op   ir.Op
			a, b bool // signed
		}{{ir.MulHiS, true, true}, {ir.MulHiU, false, false}, {ir.MulHiSU, true, false}} {
			product := new(big.Int).Mul(number(x, size, k.a), number(y, size, k.b))
			product.Rsh(product, 8*uint(size))
			want := new(big.Int).And(product, new(big.Int).SetUint64(ones(size))).Uint64()
			args, out := [5]ir.Word{w(x), w(y)}, [2]ir.Word{}
			Eval(&ir.Insn{Op: k.op, Size: size}, 0, nil, &args, &out)
			if out[0].Lo != want {
				t.Fatalf("%v.%d of %#x, %#x: %#x, want %#x", k.op, size, x, y, out[0].Lo, want)
			}
		}
	}
}
