package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// Consts holds the values that an ABI has other than asm-generic. A nil Table or Flags means "as generic".
type Consts struct {
	Errno    *Table // error numbers
	Open     *Flags // O_*, also as SOCK_, EFD_, TFD_, SFD_, IN_ and EPOLL_CLOEXEC and _NONBLOCK
	Fcntl    *Table // F_*
	Fadvise  *Table // POSIX_FADV_*
	Poll     *Flags // POLL*
	Mmap     *Flags // MAP_*
	Mlockall *Flags // MCL_*
	RLimits  *Table // RLIMIT_*
	Ioctl    *Table // ioctl request numbers

	Signals  *Table // signal numbers
	SigHow   *Table // SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK
	SigFlags *Flags // SA_*
	SigCode  *Table // si_code; negative ones as 64-bit two's complement

	Socket    *Table // SOCK_* types
	SockLevel *Table // SOL_SOCKET among the levels
	SockOpt   *Table // options of SOL_SOCKET

	// The words of a struct termios. Which c_cc is where is a matter of its layout.
	Iflag, Oflag, Cflag, Lflag *Flags

	// NSig is the highest signal number plus one: 65, or 129 on mips. SigSetSize is sizeof(sigset_t) to the kernel.
	NSig       int
	SigSetSize int
	// MinSigStack is MINSIGSTKSZ: sigaltstack refuses less.
	MinSigStack uint64
	// MmapUnit is the unit of mmap2's offset in bytes.
	MmapUnit uint64
	// RLimInfinity is RLIM_INFINITY as getrlimit and setrlimit (not prlimit64) see it.
	RLimInfinity uint64
}

// GenericConsts are asm-generic's. A family's package changes what differs.
func GenericConsts(r layout.Rules) *Consts {
	c := &Consts{NSig: 65, SigSetSize: 8, MinSigStack: linux.MINSIGSTKSZ, MmapUnit: 4096, RLimInfinity: 1<<64 - 1}
	if r.LongSize == 4 {
		c.Ioctl = NewTable(Ioctls32)
		if r.KernelLong != 8 {
			c.RLimInfinity = 1<<32 - 1
		}
	}
	return c
}

// Ioctls32 are requests whose number holds the size of a long, where that is 4.
var Ioctls32 = map[uint64]uint64{
	linux.FS_IOC_GETFLAGS:   0x80046601,
	linux.FS_IOC_SETFLAGS:   0x40046602,
	linux.FS_IOC_GETVERSION: 0x80047601,
	linux.BLKGETSIZE64:      0x80041272,
}

// Unknown is what Table.ToInner gives for a guest's value that means nothing there, although the same value has a meaning
// inside: no constant has it.
const Unknown = 1<<64 - 1

// Table renumbers values between guest and inner Linux, exceptions only. Nil changes nothing.
type Table struct {
	toInner, toGuest map[uint64]uint64
	// The same for small numbers, where no exception is a large one.
	smallInner, smallGuest []uint64
}

// smallNumbers is how many numbers a Table looks up without a map: signals and most errors.
const smallNumbers = 160

// NewTable builds a Table from inner-to-guest exceptions.
func NewTable(guestByInner map[uint64]uint64) *Table {
	t := &Table{toInner: make(map[uint64]uint64, len(guestByInner)), toGuest: guestByInner}
	for inner, guest := range guestByInner {
		t.toInner[guest] = inner
	}
	t.indexSmall()
	return t
}

func (t *Table) indexSmall() {
	for inner, guest := range t.toGuest {
		if inner >= smallNumbers || guest >= smallNumbers {
			return
		}
	}
	guest, inner := make([]uint64, smallNumbers), make([]uint64, smallNumbers)
	for v := range uint64(smallNumbers) {
		guest[v], inner[v] = t.ToGuest(v), t.ToInner(v)
	}
	t.smallGuest, t.smallInner = guest, inner
}

// ToGuest gives the guest's value of an inner one.
func (t *Table) ToGuest(v uint64) uint64 {
	if t == nil {
		return v
	}
	if v < uint64(len(t.smallGuest)) {
		return t.smallGuest[v]
	}
	if g, ok := t.toGuest[v]; ok {
		return g
	}
	return v
}

// ToInner gives the inner value of a guest's one; Unknown if the guest numbers the inner constant of that value otherwise.
func (t *Table) ToInner(v uint64) uint64 {
	if t == nil {
		return v
	}
	if v < uint64(len(t.smallInner)) {
		return t.smallInner[v]
	}
	if i, ok := t.toInner[v]; ok {
		return i
	}
	if _, moved := t.toGuest[v]; moved {
		return Unknown
	}
	return v
}

// Flags renumbers single bits of a flag word, exceptions only. Nil changes nothing.
type Flags struct {
	pairs  []flagPair
	fields []flagField
	mask   uint64 // bits that mean something else, or nothing, on one of the sides and must not pass unchanged
}

type flagPair struct{ inner, guest uint64 }

// flagField is a number within the word.
type flagField struct {
	inner, guest uint64 // masks
	values       *Table
}

// NewFlags builds Flags from inner-to-guest exceptions, each a mask of one or more bits that travel together.
func NewFlags(guestByInner map[uint64]uint64) *Flags {
	f := &Flags{}
	for inner, guest := range guestByInner {
		f.pairs = append(f.pairs, flagPair{inner, guest})
		f.mask |= inner | guest
	}
	return f
}

// WithField adds a number that takes several bits of the word: its masks, and the exceptions among its values.
func (f *Flags) WithField(inner, guest uint64, guestByInner map[uint64]uint64) *Flags {
	f.fields = append(f.fields, flagField{inner, guest, NewTable(guestByInner)})
	f.mask |= inner | guest
	return f
}

// ToInner gives the inner flags of a guest's flag word.
func (f *Flags) ToInner(v uint64) uint64 {
	if f == nil {
		return v
	}
	out := v &^ f.mask
	for _, p := range f.pairs {
		if v&p.guest == p.guest {
			out |= p.inner
		}
	}
	for _, p := range f.fields {
		out |= p.values.ToInner(v&p.guest) & p.inner
	}
	return out
}

// ToGuest gives the guest's flags of an inner flag word.
func (f *Flags) ToGuest(v uint64) uint64 {
	if f == nil {
		return v
	}
	out := v &^ f.mask
	for _, p := range f.pairs {
		if v&p.inner == p.inner {
			out |= p.guest
		}
	}
	for _, p := range f.fields {
		out |= p.values.ToGuest(v&p.inner) & p.guest
	}
	return out
}
