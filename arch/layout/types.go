package layout

// The C types whose size depends on the ABI.
type (
	Long   int64  // long
	ULong  uint64 // unsigned long, size_t
	Ptr    uint64 // any pointer
	KLong  int64  // __kernel_long_t: long, but 64 bits on x32
	KULong uint64 // __kernel_ulong_t
)

// The C types with alignments of their own.
type (
	// Aligned64 is __aligned_u64: aligned to 8 wherever it is.
	Aligned64 uint64
	// Words is a 64-bit set of bits in an array of unsigned long, least significant word first.
	Words uint64
)

// Packed as the type of a field named _ makes its struct packed: no padding, alignment 1.
type Packed struct{}

// Aligned8 and Aligned16 as the type of a field named _ align their struct to 8 and 16 bytes.
type (
	Aligned8  struct{}
	Aligned16 struct{}
)

// Variant is a shape that ends in a union, in the form that one of the union's arms gives it. The union is aligned as a
// pointer, and the whole has Size bytes.
type Variant struct {
	Head, Arm any // shapes
	Size      int
}
