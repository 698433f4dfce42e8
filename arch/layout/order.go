package layout

import "encoding/binary"

// ByteOrder is the encoding/binary value of o.
func (o Order) ByteOrder() binary.ByteOrder {
	if o == Big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// Uint decodes an unsigned integer of len(b) bytes: 1, 2, 4 or 8.
func (o Order) Uint(b []byte) uint64 {
	var v uint64
	for i := range b {
		v = v<<8 | uint64(b[o.index(i, len(b))])
	}
	return v
}

// PutUint encodes the low bytes of v into b.
func (o Order) PutUint(b []byte, v uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		b[o.index(i, len(b))] = byte(v)
		v >>= 8
	}
}

// index is where the i-th most significant of n bytes is.
func (o Order) index(i, n int) int {
	if o == Big {
		return i
	}
	return n - 1 - i
}
