package interp

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

// The substitution of AES (FIPS 197, 5.1.1) and its inverse.
var substitute, restore = substitutions()

// substitutions walks through the field: p takes all its values as powers of 3, q their inverses.
func substitutions() (box, inverse [256]byte) {
	p, q := byte(1), byte(1)
	for {
		p ^= p<<1 ^ byte(int8(p)>>7)&0x1b
		q ^= q << 1
		q ^= q << 2
		q ^= q << 4
		q ^= byte(int8(q)>>7) & 0x09
		v := q ^ bits.RotateLeft8(q, 1) ^ bits.RotateLeft8(q, 2) ^ bits.RotateLeft8(q, 3) ^ bits.RotateLeft8(q, 4) ^ 0x63
		box[p], inverse[v] = v, p
		if p == 1 {
			break
		}
	}
	box[0], inverse[0x63] = 0x63, 0
	return box, inverse
}

func aes(c call, a *[5]ir.Word, out *[2]ir.Word) {
	switch c.aux {
	case 0:
		out[0] = shiftRows(ir.Word{Lo: a[0].Lo ^ a[1].Lo, Hi: a[0].Hi ^ a[1].Hi}, 5, &substitute)
	case 1:
		out[0] = shiftRows(ir.Word{Lo: a[0].Lo ^ a[1].Lo, Hi: a[0].Hi ^ a[1].Hi}, 13, &restore)
	case 2:
		out[0] = mixColumns(a[0], [4]byte{2, 3, 1, 1})
	default:
		out[0] = mixColumns(a[0], [4]byte{14, 11, 13, 9})
	}
}

// shiftRows takes byte i from byte i*step: 5 shifts the rows of the state, which is stored by columns, to the left, 13 to the
// right. Each byte is then replaced by box.
func shiftRows(w ir.Word, step int, box *[256]byte) (result ir.Word) {
	for i := range 16 {
		setLane(&result, 1, i, uint64(box[lane(w, 1, i*step&15)]))
	}
	return result
}

// mixColumns multiplies each column by the polynomial whose first row of the matrix is factors.
func mixColumns(w ir.Word, factors [4]byte) (result ir.Word) {
	for i := range 16 {
		var sum byte
		for k := range 4 {
			sum ^= fieldMul(byte(lane(w, 1, i&^3|(i+k)&3)), factors[k])
		}
		setLane(&result, 1, i, uint64(sum))
	}
	return result
}

// fieldMul multiplies in GF(2^8) modulo x^8+x^4+x^3+x+1.
func fieldMul(x, y byte) (product byte) {
	for ; y != 0; y >>= 1 {
		product ^= -(y & 1) & x
		x = x<<1 ^ byte(int8(x)>>7)&0x1b
	}
	return product
}
