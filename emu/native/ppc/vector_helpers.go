package ppc

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func average(x, y int64) int64 { return (x + y + 1) >> 1 }

// elementLittle is joined to the size in the immediate of pickElement.
const elementLittle = 16

// pickElement is the element of In[0] that an address, In[1], chooses.
func pickElement(s *ir.State, imm int64) (ir.ExitKind, int64) {
	size := int(imm &^ elementLittle)
	i := int(s.In[1].Lo&15) / size
	if imm&elementLittle != 0 {
		i = 16/size - 1 - i
	}
	s.Out[0].Lo = element(s.In[0], size, i)
	return ir.ExitLookup, 0
}

// shiftBytes is lvsl (first 0) and lvsr (first 16): 16 numbers that follow each other.
func shiftBytes(s *ir.State, first int64) (ir.ExitKind, int64) {
	n := s.In[0].Lo & 15
	if first != 0 {
		n = uint64(first) - n
	}
	var out ir.Word
	for i := range 16 {
		setElement(&out, 1, i, n+uint64(i))
	}
	s.Out[0] = out
	return ir.ExitLookup, 0
}

// quadSum adds or subtracts numbers of 128 bits, with the carry of the third operand if extended. It is the result or its
// carry.
func quadSum(subtract, extended, carry bool) vecHelper {
	return func(_ *ir.State, a, b, c ir.Word) ir.Word {
		in := truth(subtract)
		if extended {
			in = c.Hi & 1
		}
		if subtract {
			b = ir.Word{Lo: ^b.Lo, Hi: ^b.Hi}
		}
		low, over := bits.Add64(a.Hi, b.Hi, in)
		high, over := bits.Add64(a.Lo, b.Lo, over)
		if carry {
			return ir.Word{Hi: over}
		}
		return ir.Word{Lo: high, Hi: low}
	}
}

// shiftQuad shifts 128 bits by the bits of a mask in the last byte of b; of vsl and vsr all bytes of b must agree.
func shiftQuad(right bool, bitMask, byteMask uint64) vecHelper {
	return func(_ *ir.State, a, b, _ ir.Word) ir.Word {
		n := uint(b.Hi & (bitMask | byteMask))
		high, low := a.Lo, a.Hi
		if right {
			return ir.Word{Lo: high >> n, Hi: low>>n | high<<(64-n) | high>>(n-64)}
		}
		return ir.Word{Lo: high<<n | low>>(64-n) | low<<(n-64), Hi: low << n}
	}
}

// multiplyLanes multiplies the even (0) or odd elements.
func multiplyLanes(size, odd int, signed bool) vecHelper {
	return func(_ *ir.State, a, b, _ ir.Word) (out ir.Word) {
		for i := range 8 / size {
			k := 2*i + odd
			v := element(a, size, k) * element(b, size, k)
			if signed {
				v = uint64(signedElement(a, size, k) * signedElement(b, size, k))
			}
			setElement(&out, 2*size, i, v)
		}
		return out
	}
}

func multiplyAddHigh(round int64) vecHelper {
	return func(s *ir.State, a, b, c ir.Word) (out ir.Word) {
		for i := range 8 {
			product := signedElement(a, 2, i)*signedElement(b, 2, i) + round
			setElement(&out, 2, i, saturate(s, product>>15+signedElement(c, 2, i), 2, true))
		}
		return out
	}
}

// multiplySum adds the products within each word to the words of c.
func multiplySum(size int, signedA, signedB, saturated bool) vecHelper {
	get := func(w ir.Word, i int, signed bool) int64 {
		if signed {
			return signedElement(w, size, i)
		}
		return int64(element(w, size, i))
	}
	return func(s *ir.State, a, b, c ir.Word) (out ir.Word) {
		for i := range 4 {
			sum := int64(element(c, 4, i))
			if signedB {
				sum = signedElement(c, 4, i)
			}
			for k := i * 4 / size; k < (i+1)*4/size; k++ {
				sum += get(a, k, signedA) * get(b, k, signedB)
			}
			v := uint64(sum)
			if saturated {
				v = saturate(s, sum, 4, signedB)
			}
			setElement(&out, 4, i, v)
		}
		return out
	}
}

// sumAcross adds n elements of a to each word of b.
func sumAcross(size, n int, signed bool) vecHelper {
	return func(s *ir.State, a, b, _ ir.Word) (out ir.Word) {
		for i := range 4 {
			sum := int64(element(b, 4, i))
			if signed {
				sum = signedElement(b, 4, i)
			}
			for k := range n {
				if signed {
					sum += signedElement(a, size, n*i+k)
				} else {
					sum += int64(element(a, size, n*i+k))
				}
			}
			setElement(&out, 4, i, saturate(s, sum, 4, signed))
		}
		return out
	}
}

// sumWords adds n words of a to the last of the n words of b.
func sumWords(n int) vecHelper {
	return func(s *ir.State, a, b, _ ir.Word) (out ir.Word) {
		for i := n - 1; i < 4; i += n {
			sum := signedElement(b, 4, i)
			for k := i - n + 1; k <= i; k++ {
				sum += signedElement(a, 4, k)
			}
			setElement(&out, 4, i, saturate(s, sum, 4, true))
		}
		return out
	}
}

func countZeros(size int) vecHelper {
	return func(_ *ir.State, _, b, _ ir.Word) (out ir.Word) {
		for i := range 16 / size {
			setElement(&out, size, i, uint64(bits.LeadingZeros64(element(b, size, i))-64+8*size))
		}
		return out
	}
}

func countOnes(size int) vecHelper {
	return func(_ *ir.State, _, b, _ ir.Word) (out ir.Word) {
		for i := range 16 / size {
			setElement(&out, size, i, uint64(bits.OnesCount64(element(b, size, i))))
		}
		return out
	}
}

// gatherBits transposes the bits of each doubleword.
func gatherBits(_ *ir.State, _, b, _ ir.Word) ir.Word {
	return ir.Word{Lo: transposed(b.Lo), Hi: transposed(b.Hi)}
}

func transposed(v uint64) (out uint64) {
	for i := range 8 {
		for k := range 8 {
			out |= v >> (8*i + k) & 1 << (8*k + i)
		}
	}
	return out
}

// permuteQuad is vbpermq: 16 bits of a picked by the bytes of b.
func permuteQuad(_ *ir.State, a, b, _ ir.Word) (out ir.Word) {
	for i := range 16 {
		switch n := element(b, 1, i); {
		case n < 64:
			out.Lo |= a.Lo >> (63 - n) & 1 << (15 - i)
		case n < 128:
			out.Lo |= a.Hi >> (127 - n) & 1 << (15 - i)
		}
	}
	return out
}

// permuteXor joins bytes of a and b, chosen by the nibbles of c.
func permuteXor(_ *ir.State, a, b, c ir.Word) (out ir.Word) {
	for i := range 16 {
		n := element(c, 1, i)
		setElement(&out, 1, i, element(a, 1, int(n>>4))^element(b, 1, int(n&15)))
	}
	return out
}

// Pixels of 16 bits have fields of 1, 5, 5 and 5 bits.

func packPixels(_ *ir.State, a, b, _ ir.Word) (out ir.Word) {
	for i := range 8 {
		w := a
		if i >= 4 {
			w = b
		}
		v := element(w, 4, i&3)
		setElement(&out, 2, i, v>>24&1<<15|v>>19&31<<10|v>>11&31<<5|v>>3&31)
	}
	return out
}

func unpackPixels(first int) vecHelper {
	return func(_ *ir.State, _, b, _ ir.Word) (out ir.Word) {
		for i := range 4 {
			v := element(b, 2, first+i)
			setElement(&out, 4, i, -(v>>15)&0xff<<24|v>>10&31<<16|v>>5&31<<8|v&31)
		}
		return out
	}
}

// polynomialSum multiplies without carries, and adds the products of neighbours.
func polynomialSum(size int) vecHelper {
	return func(_ *ir.State, a, b, _ ir.Word) (out ir.Word) {
		for i := range 8 / size {
			v := carryless(element(a, size, 2*i), element(b, size, 2*i)) ^ carryless(element(a, size, 2*i+1), element(b, size, 2*i+1))
			setElement(&out, 2*size, i, v)
		}
		return out
	}
}

// carryless is the product of numbers of up to 32 bits.
func carryless(x, y uint64) (v uint64) {
	for i := range 32 {
		v ^= x << i & -(y >> i & 1)
	}
	return v
}

// The functions of SHA-256 and SHA-512: sigma 0 and 1 of the message (ST 0), and of the state. Each element chooses by a bit
// of SIX.

var sigmas32 = [4]func(x uint32) uint32{
	func(x uint32) uint32 { return bits.RotateLeft32(x, -7) ^ bits.RotateLeft32(x, -18) ^ x>>3 },
	func(x uint32) uint32 { return bits.RotateLeft32(x, -17) ^ bits.RotateLeft32(x, -19) ^ x>>10 },
	func(x uint32) uint32 {
		return bits.RotateLeft32(x, -2) ^ bits.RotateLeft32(x, -13) ^ bits.RotateLeft32(x, -22)
	},
	func(x uint32) uint32 {
		return bits.RotateLeft32(x, -6) ^ bits.RotateLeft32(x, -11) ^ bits.RotateLeft32(x, -25)
	},
}

var sigmas64 = [4]func(x uint64) uint64{
	func(x uint64) uint64 { return bits.RotateLeft64(x, -1) ^ bits.RotateLeft64(x, -8) ^ x>>7 },
	func(x uint64) uint64 { return bits.RotateLeft64(x, -19) ^ bits.RotateLeft64(x, -61) ^ x>>6 },
	func(x uint64) uint64 {
		return bits.RotateLeft64(x, -28) ^ bits.RotateLeft64(x, -34) ^ bits.RotateLeft64(x, -39)
	},
	func(x uint64) uint64 {
		return bits.RotateLeft64(x, -14) ^ bits.RotateLeft64(x, -18) ^ bits.RotateLeft64(x, -41)
	},
}

// sigma32 and sigma64 have ST and SIX, 5 bits, in b.
func sigma32(_ *ir.State, a, b, _ ir.Word) (out ir.Word) {
	for i := range 4 {
		f := sigmas32[b.Lo>>4<<1|b.Lo>>(3-i)&1]
		setElement(&out, 4, i, uint64(f(uint32(element(a, 4, i)))))
	}
	return out
}

func sigma64(_ *ir.State, a, b, _ ir.Word) (out ir.Word) {
	for i := range 2 {
		f := sigmas64[b.Lo>>4<<1|b.Lo>>(3-2*i)&1]
		setElement(&out, 8, i, f(element(a, 8, i)))
	}
	return out
}
