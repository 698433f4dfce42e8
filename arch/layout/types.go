package layout

// The C types whose size depends on the ABI.
type (
	Long  int64  // long
	ULong uint64 // unsigned long, size_t
	Ptr   uint64 // any pointer
)

// The C types with alignments of their own.
type (
	// LongLong is a 64-bit integer; int64 means the same.
	LongLong int64
	// Aligned64 is __aligned_u64: aligned to 8 wherever it is.
	Aligned64 uint64
	// Words is a 64-bit set of bits in an array of unsigned long, least significant word first.
	Words uint64
)

// Packed as the type of a field named _ makes its struct packed: no padding, alignment 1.
type Packed struct{}

// Aligned8 as the type of a field named _ aligns its struct to 8 bytes.
type Aligned8 struct{}
