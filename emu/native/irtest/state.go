package irtest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"muslrun/emu/native/ir"
)

// Int is a random integer, often one at which something happens.
func Int(r *rand.Rand) uint64 {
	switch r.IntN(6) {
	case 0:
		return uint64(r.IntN(64))
	case 1:
		return -uint64(r.IntN(64))
	case 2:
		return 1<<r.IntN(64) - uint64(r.IntN(3)) + 1
	case 3:
		return uint64(r.Uint32())
	case 4:
		return uint64(int64(int32(r.Uint32())))
	}
	return r.Uint64()
}

// Vec is a random vector: of doubles, of singles, or of anything; often of numbers at which something happens.
func Vec(r *rand.Rand) ir.Word {
	switch r.IntN(8) {
	case 0:
		return ir.Word{Lo: Int(r), Hi: Int(r)}
	case 1, 2, 3:
		return ir.Word{Lo: Double(r), Hi: Double(r)}
	case 4:
		return ir.Word{Lo: uint64(Single(r)) | 0xffffffff<<32, Hi: ^uint64(0)} // boxed
	}
	return ir.Word{Lo: uint64(Single(r)) | uint64(Single(r))<<32, Hi: uint64(Single(r)) | uint64(Single(r))<<32}
}

// Double is the bits of a random double.
func Double(r *rand.Rand) uint64 {
	sign := r.Uint64() & (1 << 63)
	switch r.IntN(8) {
	case 0:
		return sign | pick[uint64](r, 0, 1, 0x7ff<<52, 0x7ff8<<48, 0x7ff<<52|1, 1<<52, 1<<52-1, 0x7ff<<52-1)
	case 1:
		return sign | r.Uint64()>>12 // subnormal
	case 2:
		return sign | 0x7ff<<52 | r.Uint64()>>12 // NaN
	case 3:
		return math.Float64bits(float64(int64(r.Uint64()) >> r.IntN(64)))
	case 4:
		return r.Uint64()
	}
	return sign | (1023+uint64(r.IntN(80))-40)<<52 | r.Uint64()>>12&^(1<<r.IntN(53)-1)
}

// Single is the bits of a random single.
func Single(r *rand.Rand) uint32 {
	sign := r.Uint32() & (1 << 31)
	switch r.IntN(8) {
	case 0:
		return sign | pick[uint32](r, 0, 1, 0xff<<23, 0x1ff<<22, 0xff<<23|1, 1<<23, 1<<23-1, 0xff<<23-1)
	case 1:
		return sign | r.Uint32()>>9 // subnormal
	case 2:
		return sign | 0xff<<23 | r.Uint32()>>9 // NaN
	case 3:
		return math.Float32bits(float32(int64(r.Uint64()) >> r.IntN(64)))
	case 4:
		return r.Uint32()
	}
	return sign | (127+uint32(r.IntN(80))-40)<<23 | r.Uint32()>>9&^(1<<r.IntN(24)-1)
}

// Randomize gives the globals of s random values, and its floating-point environment.
func Randomize(r *rand.Rand, s *ir.State) {
	for i := range Ints - pointers {
		s.Int[i] = Int(r)
	}
	for i := Ints - pointers; i < Ints; i++ {
		s.Int[i] = DataBase + 1024 + uint64(r.IntN(DataSize-4096))&^15
	}
	if r.IntN(8) == 0 {
		s.Int[Ints-1] = DataBase + DataSize - uint64(r.IntN(512))
	}
	for i := range Vecs {
		s.Vec[i] = Vec(r)
	}
	*s.GlobalWord(Counter) = uint64(r.IntN(6))
	*s.GlobalWord(Flags) = pick(r, 0, ir.FlagV) | pick(r, 0, ir.FlagC) | pick(r, 0, ir.FlagZ) | pick(r, 0, ir.FlagN)
	s.Rounding = uint64(ir.RoundNearest) + uint64(r.IntN(4))
	s.FPFlags, s.Poll, s.Budget = uint64(r.IntN(32)), 0, 0
}

// Difference finds where two states are not the same after a region was left: "" if nowhere. Flags may differ where Lazy
// globals may: at a fault, and at an exit from the middle.
func Difference(a, b *ir.State) string {
	switch {
	case a.Exit != b.Exit || a.PC != b.PC || a.Code != b.Code && ir.ExitKind(a.Exit) != ir.ExitLookup:
		return fmt.Sprintf("exit %d code %d pc %#x, and exit %d code %d pc %#x", a.Exit, a.Code, a.PC, b.Exit, b.Code, b.PC)
	case ir.ExitKind(a.Exit) == ir.ExitFault && (a.FaultAddr != b.FaultAddr || a.FaultAccess != b.FaultAccess):
		return fmt.Sprintf("fault at %#x access %d, and at %#x access %d", a.FaultAddr, a.FaultAccess, b.FaultAddr, b.FaultAccess)
	case a.Rounding != b.Rounding || a.FPFlags != b.FPFlags:
		return fmt.Sprintf("rounding %d flags %#x, and rounding %d flags %#x", a.Rounding, a.FPFlags, b.Rounding, b.FPFlags)
	}
	atEnd := ir.ExitKind(a.Exit) == ir.ExitLookup
	for _, g := range Globals {
		x, y := word(a, g.Value), word(b, g.Value)
		if x != y && (!g.Lazy || atEnd) {
			return fmt.Sprintf("%s is %#x:%#x, and %#x:%#x", g.Name, x.Hi, x.Lo, y.Hi, y.Lo)
		}
	}
	return ""
}

func word(s *ir.State, v ir.Value) ir.Word {
	class, i := v.Global()
	if class == ir.Vec {
		return s.Vec[i]
	}
	return ir.Word{Lo: s.Int[i]}
}
