// Package mm is a guest process's memory: the list of its mappings over an emu.Window, and copies in and out of it.
//
// The VMA list is the truth about what is mapped; the Window's host mappings and page table mirror it, so that engines and
// hardware find the faults. A Space changes both together under its lock, then tells the engine. Copies look only at the
// page table and take no lock: a mapping that vanishes meanwhile faults, and the fault unwinds as a panic that the kernel
// turns into EFAULT (see Guard).
//
// Pages of a file mapping that lie past the end of the file stay unmapped on the host, although their VMA exists: a touch
// comes back as a fault, and Space.Fault decides whether it is a SIGBUS or the file has grown since.
package mm

import (
	"errors"
	"sync"

	"muslrun/arch"
	"muslrun/emu"
	"muslrun/fs"
)

// MaxVMAs is how many mappings one process may have. The host allows 65,530 for everything in muslrun.
const MaxVMAs = 16384

// MinAddr is the lowest address that can be mapped (vm.mmap_min_addr).
const MinAddr = 0x10000

// Window64 is the size of a 64-bit guest's address space unless Config says otherwise.
const Window64 = 1 << 39

// Layout64 is how much of it a program is laid out in: what does not insist on an address lies below, as long as there is
// room. A window of that size can serve it too, when there are too many for large ones.
const Layout64 = 1 << 35

// Accountant counts the memory that guests could fill, over all processes.
type Accountant interface {
	// Charge takes n bytes, or reports false and takes nothing when the limit would be passed.
	Charge(n uint64) bool
	Refund(n uint64)
}

// Config is what a Space is made from.
type Config struct {
	ABI        *arch.ABI
	Accountant Accountant
	Size       uint64      // of the address space in bytes; 0 means as the ABI has it, at most Window64
	Window     *emu.Window // empty, of WindowSize bytes, and its owner's to close; nil lets New make one
	StackLimit uint64      // RLIMIT_STACK: how much room the top of the address space leaves for the stack
	// Caller is on whose behalf files are released when their last mapping goes.
	Caller *fs.Caller
}

// Limits are the resource limits that bound mappings, in bytes.
type Limits struct{ AS, Data, Stack uint64 }

// Space is an address space (mm_struct). Its methods are safe for concurrent use.
type Space struct {
	abi     *arch.ABI
	window  *emu.Window
	account Accountant
	size    uint64 // first address past user space
	top     uint64 // of the stack
	// ownsWindow says that the window is closed with the Space.
	ownsWindow bool

	mu       sync.RWMutex
	machine  emu.Machine
	vmas     list
	mapBase  uint64 // new mappings grow down from here
	mapTop   uint64 // and when there is no room left, from here: what is above, up to top, is kept for the stack
	brkStart uint64
	brkEnd   uint64
	total    uint64 // bytes mapped
	limits   Limits

	lockFuture bool   // what is mapped from now on is locked (MCL_FUTURE)
	lockLimit  uint64 // RLIMIT_MEMLOCK as it was then
}

// New reserves an empty address space.
func New(cfg Config) (*Space, error) {
	w, err := cfg.window()
	if err != nil {
		return nil, err
	}
	size := min(cfg.size(), w.Size())
	top := min(size, Layout64)
	const unlimited = ^uint64(0)
	return &Space{
		abi: cfg.ABI, window: w, ownsWindow: cfg.Window == nil, account: cfg.Accountant, size: size, top: top, vmas: list{caller: cfg.Caller},
		mapBase: top - stackRoom(cfg.StackLimit, top, cfg.ABI.PageSize), mapTop: top,
		limits: Limits{AS: unlimited, Data: unlimited, Stack: cfg.StackLimit},
	}, nil
}

// size is the first address past user space.
func (cfg *Config) size() uint64 {
	size := min(cfg.ABI.TaskSize, Window64)
	if cfg.Size != 0 {
		size = min(size, cfg.Size)
	}
	return size &^ (cfg.ABI.PageSize - 1)
}

// WindowSize is how large the window of an address space has to be: some kernels put a page above it.
func (cfg *Config) WindowSize() uint64 {
	size := cfg.size()
	if page := cfg.ABI.KernelPage; page != nil {
		size = max(size, page.Addr+uint64(len(page.Bytes)))
	}
	return size
}

// LeastWindow is the size of the smallest window that serves an ordinary program.
func (cfg *Config) LeastWindow() uint64 { return min(cfg.WindowSize(), Layout64) }

// window is the memory for a new address space, with the kernel's page.
func (cfg *Config) window() (*emu.Window, error) {
	if cfg.Window != nil {
		return cfg.Window, mapKernelPage(cfg.Window, cfg.ABI.KernelPage)
	}
	w, err := emu.NewWindow(cfg.WindowSize())
	if err != nil {
		return nil, err
	}
	if err := mapKernelPage(w, cfg.ABI.KernelPage); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func mapKernelPage(w *emu.Window, page *arch.KernelPage) error {
	if page == nil {
		return nil
	}
	n := uint64(len(page.Bytes))
	if err := w.MapAnonymous(page.Addr, n, emu.ProtRead|emu.ProtWrite); err != nil {
		return err
	}
	copy(w.Bytes(page.Addr, n), page.Bytes)
	return w.Protect(page.Addr, n, emu.ProtRead|emu.ProtExec)
}

// stackRoom is the distance from the top to the first mapping (mmap_base in Linux's mm/util.c): the stack limit and a
// gap, but never less than 128 MiB on a large space, nor more than a sixth of it.
func stackRoom(limit, size, page uint64) uint64 {
	const gap = 1 << 20
	room := min(max(limit+gap, 128<<20), size/6)
	if room < limit+gap && limit < size/2 {
		room = limit + gap
	}
	return room &^ (page - 1)
}

// Close gives all memory back, with the window if New made it. No engine may use the Space's window any more.
func (s *Space) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.vmas.all
	s.vmas.all = nil // drop asks what is still mapped
	for _, v := range all {
		s.drop(v, v.Start, v.End)
	}
	if !s.ownsWindow {
		return nil
	}
	return s.window.Close()
}

// Window is the memory that an engine runs in.
func (s *Space) Window() *emu.Window { return s.window }

// ABI is the layout that the guest's words and structures have.
func (s *Space) ABI() *arch.ABI { return s.abi }

// Size is the first address past user space.
func (s *Space) Size() uint64 { return s.size }

// Top is the end of the stack: a program is laid out below.
func (s *Space) Top() uint64 { return s.top }

// LeastWindow is the size of the smallest window that holds a copy of all that is mapped.
func (s *Space) LeastWindow() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if n := len(s.vmas.all); s.size == s.top || n > 0 && s.vmas.all[n-1].End > s.top {
		return s.window.Size()
	}
	return s.top
}

// SetMachine names the engine that is told of changes from now on.
func (s *Space) SetMachine(m emu.Machine) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.machine = m
}

// SetLimits replaces the resource limits; what is mapped already stays.
func (s *Space) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l
}

// Total is the number of bytes mapped (the first field of /proc/PID/statm).
func (s *Space) Total() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.total
}

// lockPaused locks the Space while no guest code runs in it: for changes that take memory away.
func (s *Space) lockPaused() {
	s.mu.Lock()
	if s.machine != nil {
		s.machine.Pause()
	}
}

func (s *Space) unlockResumed() {
	if s.machine != nil {
		s.machine.Resume()
	}
	s.mu.Unlock()
}

// changed tells the engine that a range has other mappings or protections than before.
func (s *Space) changed(addr, size uint64) {
	if s.machine != nil {
		s.machine.MappingChanged(addr, size)
	}
}

// CodeWritten tells the engine that the kernel wrote to guest memory that may hold code.
func (s *Space) CodeWritten(addr, size uint64) {
	s.mu.RLock()
	m := s.machine
	s.mu.RUnlock()
	if m != nil {
		m.CodeChanged(addr, size)
	}
}

func (s *Space) pageUp(n uint64) uint64 {
	return (n + s.abi.PageSize - 1) &^ (s.abi.PageSize - 1)
}

func (s *Space) aligned(addr uint64) bool { return addr&(s.abi.PageSize-1) == 0 }

// inside reports whether a non-empty page range lies in user space.
func (s *Space) inside(addr, size uint64) bool {
	return size != 0 && addr < s.size && size <= s.size-addr
}

// VMA is one mapping (vm_area_struct): a range of pages with the same properties.
type VMA struct {
	Start, End uint64
	Prot       emu.Prot // as the guest asked; see effective
	MaxProt    emu.Prot // what mprotect may give
	Shared     bool
	Name       string // "[heap]", "[stack]" or ""
	File       *fs.File
	Object     *fs.MapObject // nil for private anonymous memory
	Offset     int64         // of Start in the object
	charged    bool
	owned      bool // it may have pages of its own: it is or was writable, or Poke wrote to it
	noFork     bool
	wipeFork   bool
	locked     bool
	grows      bool // downwards, when what is below is touched (see grow.go)
}

// same reports whether two neighbours can be one VMA.
func (v *VMA) same(n *VMA) bool {
	return v.End == n.Start && v.Prot == n.Prot && v.MaxProt == n.MaxProt && v.Shared == n.Shared && v.Name == n.Name &&
		v.File == n.File && v.Object == n.Object && v.charged == n.charged && v.owned == n.owned && v.noFork == n.noFork &&
		v.wipeFork == n.wipeFork && v.locked == n.locked && v.grows == n.grows &&
		(v.Object == nil || v.Offset+int64(v.End-v.Start) == n.Offset)
}

// size is the VMA's length in bytes.
func (v *VMA) size() uint64 { return v.End - v.Start }

// at is the object's offset for an address of the VMA.
func (v *VMA) at(addr uint64) int64 { return v.Offset + int64(addr-v.Start) }

// accountable reports whether the VMA's own pages can be filled by the guest at muslrun's cost, or were. Shared memory is its
// object's cost.
func (v *VMA) accountable() bool { return !v.Shared && (v.owned || v.Prot&emu.ProtWrite != 0) }

// effective is what the hardware gives for a protection: on nearly every ISA of Linux, writable and executable pages can
// be read too (protection_map).
func effective(p emu.Prot) emu.Prot {
	if p&(emu.ProtWrite|emu.ProtExec) != 0 {
		p |= emu.ProtRead
	}
	return p
}
