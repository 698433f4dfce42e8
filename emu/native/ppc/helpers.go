package ppc

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

// The helpers, by their numbers.
const (
	helpTimeBase = iota
	helpQuotient
	helpPermute
	helpCollect
	helpAssign
	helpElement
	helpShiftControl
	helpVectors // and more
)

var helpers = []ir.HelperFunc{
	helpTimeBase: readTimeBase, helpQuotient: quotient, helpPermute: permuteBits,
	helpCollect: collect, helpAssign: assign,
	helpElement: pickElement, helpShiftControl: shiftBytes,
}

// quotientSigned is joined to the size in the immediate of quotient.
const quotientSigned = 16

// quotient divides a number with as many zeros behind it. Out[1] is 1 if the result has no room.
func quotient(s *ir.State, imm int64) (ir.ExitKind, int64) {
	size := uint(imm &^ quotientSigned * 8)
	x, y := s.In[0].Lo<<(64-size), s.In[1].Lo<<(64-size)>>(64-size)
	negative := false
	if imm&quotientSigned != 0 {
		if int64(x) < 0 {
			x, negative = -x, !negative
		}
		if y>>(size-1)&1 != 0 {
			y, negative = -y<<(64-size)>>(64-size), !negative
		}
	}
	q, over := quotientOf(x>>(64-size), y, size)
	limit := uint64(1) << (size - 1)
	if imm&quotientSigned != 0 {
		over = over || q > limit || q == limit && !negative
	}
	if negative {
		q = -q
	}
	s.Out[0].Lo, s.Out[1].Lo = q<<(64-size)>>(64-size), 0
	if over {
		s.Out[0].Lo, s.Out[1].Lo = 0, 1
	}
	return ir.ExitLookup, 0
}

// quotientOf is x<<size / y, and whether it has no room in size bits.
func quotientOf(x, y uint64, size uint) (q uint64, over bool) {
	if y <= x {
		return 0, true
	}
	if size == 32 {
		return x << 32 / y, false
	}
	q, _ = bits.Div64(x, 0, y)
	return q, false
}

// permuteBits is bpermd: bits of the second operand picked by the bytes of the first.
func permuteBits(s *ir.State, _ int64) (ir.ExitKind, int64) {
	indexes, from, v := s.In[0].Lo, s.In[1].Lo, uint64(0)
	for i := range 8 {
		if n := byte(indexes >> (8 * i)); n < 64 {
			v |= from >> (63 - n) & 1 << i
		}
	}
	s.Out[0].Lo = v
	return ir.ExitLookup, 0
}
