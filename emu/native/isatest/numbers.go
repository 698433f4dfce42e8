package isatest

import "math/rand/v2"

// The patterns that random bits rarely are: borders of integers, and floating-point numbers of each size.
var (
	halves  = []uint64{0, 0x8000, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e00, 0x7d01, 0xfe12, 1, 0x8001, 0x3ff, 0x400, 0x7bff, 0x7fff, 0xffff}
	singles = []uint64{
		0, 0x80000000, 0x3f800000, 0xbf800000, 0x3f000000, 0x40200000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7fa00001, 0xffc01234,
		1, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0x4f000000, 0xcf000000, 0x4effffff, 0x5f000000, 0x7fffffff, 0xffffffff,
	}
	doubles = []uint64{
		0, 1 << 63, 0x3ff0000000000000, 0xbff0000000000000, 0x3fe0000000000000, 0x4004000000000000, 0x7ff0000000000000,
		0xfff0000000000000, 0x7ff8000000000000, 0x7ff4000000000001, 0xfff8000000001234, 1, 1<<63 | 1, 0x000fffffffffffff,
		0x0010000000000000, 0x7fefffffffffffff, 0x41dfffffffc00000, 0xc1e0000000000000, 0x43e0000000000000, 0xc3e0000000000000,
		0x7fffffffffffffff, 0xffffffffffffffff, 0x36a0000000000000, 0x47efffffe0000000, 0x3810000000000000,
	}
)

// Number is 64 random bits of which some are made to be interesting.
func Number(r *rand.Rand) uint64 {
	switch r.IntN(8) {
	case 0:
		return uint64(int64(r.IntN(512) - 256))
	case 1:
		return lanes(r, 16, halves)
	case 2, 3:
		return lanes(r, 32, singles)
	case 4, 5:
		return lanes(r, 64, doubles)
	case 6:
		return r.Uint64() >> r.IntN(64)
	}
	return r.Uint64()
}

// lanes fills 64 bits with numbers of a size, chosen from a list or near them, or random.
func lanes(r *rand.Rand, bits int, list []uint64) uint64 {
	var v uint64
	for at := 0; at < 64; at += bits {
		v |= lane(r, bits, list) << at
	}
	return v
}

func lane(r *rand.Rand, bits int, list []uint64) uint64 {
	n := list[r.IntN(len(list))]
	switch r.IntN(4) {
	case 0:
		n += uint64(r.IntN(5)) - 2
	case 1:
		n ^= r.Uint64() >> (64 - bits) >> r.IntN(bits)
	}
	return n & (^uint64(0) >> (64 - bits))
}
