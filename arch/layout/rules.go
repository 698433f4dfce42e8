// Package layout turns structures written in C types into byte layouts for a guest ABI, and copies between guest bytes
// and Go structs. It knows no Linux.
package layout

// Order is a byte order.
type Order uint8

// The byte orders.
const (
	Little Order = iota
	Big
)

// Rules are the rules by which an ABI's C compiler lays out a structure.
type Rules struct {
	Order    Order
	LongSize int // sizeof(long): 4 or 8
	PtrSize  int // sizeof(void *): 4 or 8
	Align64  int // alignment of 64-bit integers: 4 (i386, m68k uses MaxAlign) or 8
	MaxAlign int // no type is aligned to more; 0 means no limit (m68k: 2)
}
