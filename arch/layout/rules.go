package layout

// Rules are the rules by which an ABI's C compiler lays out a structure.
type Rules struct {
	Order    Order
	LongSize int // sizeof(long): 4 or 8
	PtrSize  int // sizeof(void *): 4 or 8
	Align64  int // alignment of 64-bit integers: 4 (i386, m68k uses MaxAlign) or 8
	MaxAlign int // no type is aligned to more; 0 means no limit (m68k: 2)
	// KernelLong is the size of what the kernel's headers call __kernel_long_t where it is not long: 8 on x32. 0 elsewhere.
	KernelLong int
}

// kernelLong is the size of __kernel_long_t.
func (r Rules) kernelLong() int {
	if r.KernelLong != 0 {
		return r.KernelLong
	}
	return r.LongSize
}

// Align is the alignment of an integer of the given size.
func (r Rules) Align(size int) int {
	if size == 8 {
		size = r.Align64
	}
	return r.limit(size)
}

func (r Rules) limit(align int) int {
	if r.MaxAlign != 0 {
		return min(align, r.MaxAlign)
	}
	return align
}
