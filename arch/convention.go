package arch

// Convention is how a system call travels: where its number, arguments and results are.
type Convention struct {
	Number Reg    // holds the call number at the trap
	Args   [7]Arg // where the arguments are, in the order of the C prototype
	Result Reg
	// Result2 receives the second value of the calls that return two (pipe on mips and sh); NoReg elsewhere.
	Result2 Reg
	Error   ErrorStyle
	Pairs   PairRule
	// TwoWordCalls is true where a register holds a 64-bit argument, so that no pairs are needed (64-bit ABIs, n32, x32).
	Wide bool
	// TrapSize is the length of the usual trap instruction in bytes; a Stop carries the length of the one that ran.
	TrapSize uint8
	// ReadNumber overrides Number where the call number can be elsewhere (s390x: in the svc instruction). code is the
	// trap instruction's immediate operand as the engine reports it, -1 if it has none.
	ReadNumber func(regs Registers, code int64) uint64
	// SetResult and SetError override Error for styles that only code can say. Nil otherwise.
	SetFlag func(regs Registers, failed bool)
}

// Arg is the place of one argument: a register, or a word of the caller's stack when Reg is NoReg.
type Arg struct {
	Reg   Reg
	Stack uint16 // byte offset from the stack pointer
}

// ErrorStyle is how a failed call tells its error.
type ErrorStyle uint8

// The error styles of Linux ports.
const (
	NegativeErrno ErrorStyle = iota // the result is in [-4095, -1]
	FlagErrno                       // the result is +errno and SetFlag tells success from failure (mips $7, powerpc CR0.SO)
)

// PairRule is how a 64-bit argument travels in two 32-bit registers. The words are in memory order of the ABI's byte order.
type PairRule uint8

// The pair rules.
const (
	PairsUnaligned PairRule = iota
	PairsEven               // the pair starts at an even argument index; a skipped word precedes it if need be
	// PairsPread is SuperH's: unaligned, but pread64 and pwrite64 skip one word.
	PairsPread
)

// CallNumbers maps system call names to numbers and back for one ABI.
type CallNumbers struct {
	// Base is subtracted from the number in the register before it indexes Names (mips 4000/5000/6000, x32 0x40000000).
	Base  uint64
	Names []string // by number-Base; "" for a hole
	// ByName gives the number, Base included.
	ByName map[string]uint64
}

// Name is the name of the call that the guest asked for; "" for an unknown number.
func (c *CallNumbers) Name(number uint64) string {
	if i := number - c.Base; i < uint64(len(c.Names)) {
		return c.Names[i]
	}
	return ""
}

// Consts holds the values that an ABI has other than asm-generic. A nil Table means "as generic".
type Consts struct {
	Errno   *Table // error numbers
	Signals *Table // signal numbers
	Open    *Flags // O_*
	Mmap    *Flags // MAP_*
	Fcntl   *Table // F_*
	Ioctl   *Table // ioctl request numbers
	Socket  *Table // SOCK_* types
	SockOpt *Table // SOL_SOCKET's options
	// NSig is the highest signal number plus one: 65, or 129 on mips. SigSetSize is sizeof(sigset_t) to the kernel.
	NSig       int
	SigSetSize int
	// MmapUnit is the unit of mmap2's offset in bytes.
	MmapUnit uint64
	// RLimInfinity is RLIM_INFINITY as getrlimit and setrlimit (not prlimit64) see it.
	RLimInfinity uint64
}

// Table renumbers values between guest and inner Linux, exceptions only. The zero Table and nil change nothing.
type Table struct {
	toInner, toGuest map[uint64]uint64
}

// NewTable builds a Table from inner-to-guest exceptions.
func NewTable(guestByInner map[uint64]uint64) *Table {
	t := &Table{toInner: map[uint64]uint64{}, toGuest: guestByInner}
	for inner, guest := range guestByInner {
		t.toInner[guest] = inner
	}
	return t
}

// ToGuest gives the guest's value of an inner one.
func (t *Table) ToGuest(v uint64) uint64 {
	if t != nil {
		if g, ok := t.toGuest[v]; ok {
			return g
		}
	}
	return v
}

// ToInner gives the inner value of a guest's one.
func (t *Table) ToInner(v uint64) uint64 {
	if t != nil {
		if i, ok := t.toInner[v]; ok {
			return i
		}
	}
	return v
}

// Flags renumbers single bits of a flag word, exceptions only. Nil changes nothing.
type Flags struct {
	pairs []flagPair
	// bits that have a meaning on one side only and must not pass through unchanged
	guestMask, innerMask uint64
}

type flagPair struct{ inner, guest uint64 }

// NewFlags builds Flags from inner-to-guest exceptions (each a mask of one or more bits that travel together).
func NewFlags(guestByInner map[uint64]uint64) *Flags {
	f := &Flags{}
	for inner, guest := range guestByInner {
		f.pairs = append(f.pairs, flagPair{inner, guest})
		f.guestMask |= guest
		f.innerMask |= inner
	}
	return f
}

// ToInner gives the inner flags of a guest's flag word.
func (f *Flags) ToInner(v uint64) uint64 {
	if f == nil {
		return v
	}
	out := v &^ f.guestMask
	for _, p := range f.pairs {
		if v&p.guest == p.guest {
			out |= p.inner
		}
	}
	return out
}

// ToGuest gives the guest's flags of an inner flag word.
func (f *Flags) ToGuest(v uint64) uint64 {
	if f == nil {
		return v
	}
	out := v &^ f.innerMask
	for _, p := range f.pairs {
		if v&p.inner == p.inner {
			out |= p.guest
		}
	}
	return out
}
