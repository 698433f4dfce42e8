package arch

// CallNumbers maps system call names to numbers and back for one ABI.
//
// The names are the kernel's, as in its syscall.tbl. Where a name means another contract on some ABIs, those have an alias
// instead, so that a name says everything but the widths of the arguments:
//
//	clone             (flags, stack, parent_tid, child_tid, tls)
//	clone_backwards   (flags, stack, parent_tid, tls, child_tid)               i386 arm aarch64 mips powerpc riscv
//	clone_backwards2  (stack, flags, parent_tid, child_tid, tls)               s390x
//	clone_backwards3  (flags, stack, stack_size, parent_tid, child_tid, tls)   microblaze
//	old_mmap          one pointer to six longs                                 i386 m68k s390x
//	old_select        one pointer to five longs                                i386 m68k powerpc
//	old_getrlimit     values above 2^31-1 are told as that                     i386 m68k powerpc sh
//	pipe_pair         both descriptors are results, in Result and Result2      mips sh
//	arm_fadvise64_64  (fd, advice, offset, length)                             arm powerpc
//	fadvise64_64      for what mips o32 calls fadvise64: both are 64-bit
//	sendfile64        for what x32 calls sendfile: the offset is 64-bit
//	sync_file_range2  (fd, flags, offset, length)                              arm powerpc
//	arm_cacheflush    (start, end, flags)                                      arm
//	s390_ipc          ipc with five arguments; semtimedop's timeout is the third
//	_llseek           for what the generic table calls llseek                  or1k riscv32
//
// cacheflush of mips and sh is (address, size, cache), that of m68k (address, scope, cache, size). set_thread_area takes a
// struct user_desc on i386, the thread pointer itself on mips and m68k; ABI.ThreadArea and ABI.SetTLS say which.
//
// Names with a pair of numbers differ by the ABI's types only and need no alias: clock_gettime takes Structs.Timespec, which
// has 32 bits on 32-bit ABIs, clock_gettime64 takes Structs.Timespec64. On x32 rt_sigtimedwait and recvmmsg take 64-bit
// times, as Structs.Timespec is there. preadv and its kin take the position in two words except where long, or x32's
// kernel long, has 64 bits.
type CallNumbers struct {
	// Base is subtracted from the number in the register before it indexes Names (mips 4000/5000/6000, x32 0x40000000).
	Base  uint64
	Names []string // by number-Base; "" for a hole
	// ByName gives the number, Base included.
	ByName map[string]uint64
	extra  map[uint64]string
}

// NewCalls makes the numbers of an ABI from its table. extra has calls with numbers far from the others (arm's private ones).
func NewCalls(base uint64, names []string, extra map[uint64]string) *CallNumbers {
	c := &CallNumbers{Base: base, Names: names, ByName: make(map[string]uint64, len(names)), extra: extra}
	for i, name := range names {
		if name != "" {
			c.ByName[name] = base + uint64(i)
		}
	}
	for number, name := range extra {
		c.ByName[name] = number
	}
	return c
}

// Name is the name of the call that the guest asked for; "" for an unknown number.
func (c *CallNumbers) Name(number uint64) string {
	if i := number - c.Base; i < uint64(len(c.Names)) {
		return c.Names[i]
	}
	return c.extra[number]
}
