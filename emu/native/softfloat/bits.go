package softfloat

import "math/bits"

// WidenBits makes a double of a single, of NaNs too (Power ISA, "Floating-Point Load Instructions", DOUBLE).
func WidenBits(v uint32) uint64 {
	sign, exp, frac := uint64(v)>>31<<63, uint64(v)>>23&0xff, uint64(v)&(1<<23-1)
	switch {
	case exp == 0xff:
		exp = 0x7ff
	case exp != 0:
		exp += 1023 - 127
	case frac != 0:
		n := uint64(bits.LeadingZeros64(frac)) - 40 // to bit 23, which is left out
		exp, frac = 1023-126-n, frac<<n&(1<<23-1)
	}
	return sign | exp<<52 | frac<<29
}

// NarrowBits makes a single of a double, and cuts off what it has no room for (Power ISA, "Floating-Point Store
// Instructions", SINGLE).
func NarrowBits(v uint64) uint32 {
	if exp := v >> 52 & 0x7ff; exp <= 896 && v<<1 != 0 {
		frac := (v&(1<<52-1) | 1<<52) >> 29
		return uint32(v>>63)<<31 | uint32(frac>>(897-exp))
	}
	return uint32(v>>32)&0xc0000000 | uint32(v>>29)&0x3fffffff
}
