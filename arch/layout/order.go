package layout

import "encoding/binary"

// Order is a byte order.
type Order uint8

// The byte orders.
const (
	Little Order = iota
	Big
)

func (o Order) String() string {
	if o == Big {
		return "big-endian"
	}
	return "little-endian"
}

// ByteOrder is the encoding/binary value of o.
func (o Order) ByteOrder() binary.ByteOrder {
	if o == Big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// Uint reads an unsigned integer that fills b: 1, 2, 4 or 8 bytes.
func (o Order) Uint(b []byte) uint64 {
	switch {
	case len(b) == 1:
		return uint64(b[0])
	case o == Little:
		return littleUint(b)
	}
	return bigUint(b)
}

// PutUint writes the low bits of v so that they fill b: 1, 2, 4 or 8 bytes.
func (o Order) PutUint(b []byte, v uint64) {
	switch {
	case len(b) == 1:
		b[0] = byte(v)
	case o == Little:
		putLittle(b, v)
	default:
		putBig(b, v)
	}
}

func littleUint(b []byte) uint64 {
	switch len(b) {
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

func bigUint(b []byte) uint64 {
	switch len(b) {
	case 2:
		return uint64(binary.BigEndian.Uint16(b))
	case 4:
		return uint64(binary.BigEndian.Uint32(b))
	}
	return binary.BigEndian.Uint64(b)
}

func putLittle(b []byte, v uint64) {
	switch len(b) {
	case 2:
		binary.LittleEndian.PutUint16(b, uint16(v))
	case 4:
		binary.LittleEndian.PutUint32(b, uint32(v))
	default:
		binary.LittleEndian.PutUint64(b, v)
	}
}

func putBig(b []byte, v uint64) {
	switch len(b) {
	case 2:
		binary.BigEndian.PutUint16(b, uint16(v))
	case 4:
		binary.BigEndian.PutUint32(b, uint32(v))
	default:
		binary.BigEndian.PutUint64(b, v)
	}
}
