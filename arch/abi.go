// Package arch describes the Linux ABIs that muslrun's guests are built for. An ABI is a value: nearly all of it is data,
// with few hooks for what data cannot say. Everything inside muslrun is the one Linux of package linux; an ABI says how
// that Linux looks from its own programs:
//
//	numbers  Calls        system call numbers, by name
//	words    Convention   where arguments and results travel
//	bytes    Structs      layouts of the structures that calls exchange
//	values   Consts       flags, error numbers, signals and ioctls that differ from asm-generic
//
// The values live in arch/<family>, the list of all of them in arch/all.
package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// ABI is one guest Linux ABI. Values are immutable after they are built.
type ABI struct {
	Name     string // musl's name with its subarch, as in ld-musl-NAME.so.1
	ISA      *ISA
	ELF      ELF
	Data     layout.Rules
	PageSize uint64 // as the guest sees it (AT_PAGESZ)
	// TaskSize is the first address past user space (TASK_SIZE). 64-bit ABIs give what the psABI allows;
	// the address space may be made smaller.
	TaskSize uint64
	Machine  string // uname -m
	Platform string // AT_PLATFORM, "" where the kernel gives none
	HWCap    uint64 // AT_HWCAP
	HWCap2   uint64 // AT_HWCAP2
	// UID16 says that the calls which have a twin with 32 in its name (getuid, getuid32) take 16-bit ids (HAVE_UID16).
	UID16 bool

	Calls      *CallNumbers
	Convention Convention
	Structs    *Structs
	Consts     *Consts

	// Entry sets what the psABI wants in registers when a program starts, besides PC and SP, which the caller sets.
	Entry func(Registers, *EntryState)
	// SetTLS gives a new thread its thread pointer, from the tls argument of clone(2) or of set_thread_area(2). Nil where
	// user code has no register for it and the kernel keeps the value (m68k's get_thread_area), and on i386.
	SetTLS func(Registers, uint64)
	// ThreadArea does set_thread_area(2) and clone's tls on i386, where both mean a segment descriptor. It fills in the
	// entry number if that is -1. Nil elsewhere.
	ThreadArea func(Registers, *linux.UserDesc) linux.Errno
	// Traps says which signal a trap is, by the code that engines give it (emu.Trap): x86's vectors. One that is not
	// there is SIGILL.
	Traps map[int64]TrapSignal
	// Emulate does an instruction that is illegal in user mode although programs may use it, and leaves PC behind it; false
	// if insn is none. ns is the monotonic clock. Nil where there are no such instructions.
	Emulate func(regs Registers, insn uint32, ns int64) bool
	// KernelPage is a page that every program finds at a fixed address past TaskSize; nil for none.
	KernelPage *KernelPage
	// Frames enters signal handlers. Nil where it is not built: a guest that catches a signal ends with a report.
	Frames Frames
	// ThreadAreaOf does get_thread_area(2) on i386: it describes the entry whose number is given. Nil elsewhere.
	ThreadAreaOf func(Registers, *linux.UserDesc) linux.Errno
	// Rewind takes a task that stopped within a sequence which must not be interrupted back to where it begins (gUSA on sh).
	// Nil where there are none.
	Rewind func(Registers)
}

// TrapSignal is what a trap sends to the task that ran into it.
type TrapSignal struct {
	Signal linux.Signal
	Code   int32
}

// KernelPage is read-only code that the kernel maps into every process.
type KernelPage struct {
	Addr  uint64
	Bytes []byte // whole pages
}

// EntryState is what Entry may look at.
type EntryState struct {
	Entry      uint64 // where the program starts (the interpreter's entry when there is one)
	ProgEntry  uint64 // the program's own e_entry, relocated
	SP         uint64
	Interp     bool
	LoadMap    uint64    // FDPIC: the program's loadmap, 0 if none
	InterpMap  uint64    // FDPIC: the interpreter's loadmap
	DynamicPtr uint64    // FDPIC: the dynamic section
	File       *ELFFacts // the program's file; nil when it is not known
}

// Pointers reports the size of a guest pointer in bytes.
func (a *ABI) Pointers() int { return a.Data.PtrSize }

// Is64 reports whether the ABI's long has 64 bits.
func (a *ABI) Is64() bool { return a.Data.LongSize == 8 }

func (a *ABI) String() string { return a.Name }

// Errno gives e as the guest numbers it.
func (a *ABI) Errno(e linux.Errno) uint64 { return a.Consts.Errno.ToGuest(uint64(e)) }
