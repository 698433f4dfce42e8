package amd64

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"muslrun/emu/native/isa"
)

// Arena is memory for code of one front-end. It is mapped twice, once to be written and once to be executed, at different
// addresses: no address is ever both. Its methods are safe for concurrent use.
type Arena struct {
	mu     sync.Mutex
	write  []byte
	base   uintptr // where it is executed
	used   int
	thunks thunks
	mask   uint64 // of guest addresses
}

// codeSpace is the addresses that arenas are executed at. The fault handler knows code by it: faultLow and faultHigh.
const codeSpace = 8 << 30

var space struct {
	once sync.Once
	err  error
	mu   sync.Mutex
	free []span // of the space, by address
}

type span struct{ at, size uintptr }

// openSpace reserves the code space and installs the fault handler, once.
func openSpace() error {
	space.once.Do(func() {
		p, err := unix.MmapPtr(-1, 0, nil, codeSpace, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
		if err != nil {
			space.err = fmt.Errorf("cannot reserve address space for code: %w", err)
			return
		}
		atomic.StoreUintptr(&faultLow, uintptr(p))
		atomic.StoreUintptr(&faultHigh, uintptr(p)+codeSpace)
		space.free = []span{{uintptr(p), codeSpace}}
		space.err = installFaultHandler()
	})
	return space.err
}

// takeSpan finds room in the code space.
func takeSpan(size uintptr) (uintptr, error) {
	space.mu.Lock()
	defer space.mu.Unlock()
	for i := range space.free {
		if s := &space.free[i]; s.size >= size {
			at := s.at
			s.at, s.size = s.at+size, s.size-size
			return at, nil
		}
	}
	return 0, ErrFull
}

// giveSpan returns room, joining it with what is free beside it.
func giveSpan(s span) {
	space.mu.Lock()
	defer space.mu.Unlock()
	i, _ := slices.BinarySearchFunc(space.free, s.at, func(have span, at uintptr) int {
		if have.at < at {
			return -1
		}
		return 1
	})
	space.free = slices.Insert(space.free, i, s)
	for i = max(i-1, 0); i+1 < len(space.free); {
		a, b := space.free[i], space.free[i+1]
		if a.at+a.size != b.at {
			i++
			continue
		}
		space.free[i].size += b.size
		space.free = slices.Delete(space.free, i+1, i+2)
	}
}

// pageSize is the host's.
const pageSize = 4096

// NewArena makes an arena of at least size bytes. Memory is used as code comes in.
func NewArena(front *isa.Frontend, size int) (*Arena, error) {
	if err := openSpace(); err != nil {
		return nil, err
	}
	size = (size + pageSize - 1) &^ (pageSize - 1)
	at, err := takeSpan(uintptr(size))
	if err != nil {
		return nil, err
	}
	a := &Arena{base: at, thunks: makeThunks(front), mask: ^uint64(0)}
	if front.Address32 {
		a.mask = 1<<32 - 1
	}
	if a.write, err = mapTwice(at, size); err != nil {
		giveSpan(span{at, uintptr(size)})
		return nil, fmt.Errorf("cannot make executable memory: %w", err)
	}
	a.Reset()
	return a, nil
}

// mapTwice maps fresh memory for execution at a fixed place, and for writing anywhere.
func mapTwice(at uintptr, size int) ([]byte, error) {
	fd, err := unix.MemfdCreate("code", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	if err := unix.Ftruncate(fd, int64(size)); err != nil {
		return nil, err
	}
	_, _, errno := unix.Syscall6(unix.SYS_MMAP, at, uintptr(size), unix.PROT_READ|unix.PROT_EXEC,
		unix.MAP_SHARED|unix.MAP_FIXED, uintptr(fd), 0)
	if errno != 0 {
		return nil, errno
	}
	write, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		_ = forbid(at, uintptr(size))
	}
	return write, err
}

// forbid makes a part of the code space inaccessible again.
func forbid(at, size uintptr) error {
	_, _, errno := unix.Syscall6(unix.SYS_MMAP, at, size, unix.PROT_NONE,
		unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE|unix.MAP_FIXED, ^uintptr(0), 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// Close frees the arena. None of its code may be in use.
func (a *Arena) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	size := uintptr(len(a.write))
	if size == 0 {
		return nil
	}
	if err := forbid(a.base, size); err != nil {
		return err
	}
	err := unix.Munmap(a.write)
	a.write = nil
	giveSpan(span{a.base, size})
	return err
}

// Reset drops all code. None of it may be in use.
func (a *Arena) Reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.used = copy(a.write, a.thunks.text)
	serialize()
}

// Base is the address at which the arena is executed: State.CodeBase. A link to offset 0 leaves with ExitLookup.
func (a *Arena) Base() uintptr { return a.base }

// Used is the number of bytes that are in use.
func (a *Arena) Used() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.used
}

// Install places code. Its exit number i uses the link number link+i. The result is the offset of its text.
func (a *Arena) Install(code *Code, link uint32) (uint32, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	start := (a.used + 15) &^ 15
	if len(code.Text) > len(a.write)-start {
		return 0, ErrFull
	}
	text := a.write[start : start+len(code.Text)]
	copy(text, code.Text)
	for _, at := range code.fixes {
		binary.LittleEndian.PutUint32(text[at:], link+binary.LittleEndian.Uint32(text[at:]))
	}
	a.used = start + len(code.Text)
	serialize()
	return uint32(start), nil
}

// Original is the text of code, size bytes, as it was before Install placed it at offset with link numbers from link on.
func (a *Arena) Original(code *Code, offset, size, link uint32) []byte {
	text := a.Text(offset, size)
	for _, at := range code.fixes {
		binary.LittleEndian.PutUint32(text[at:], binary.LittleEndian.Uint32(text[at:])-link)
	}
	return text
}

// Text is the code at an offset, as written, for tests and reports.
func (a *Arena) Text(offset, size uint32) []byte {
	return slices.Clone(a.write[offset : offset+size])
}

// Lookup is the host address that State.Jumps[].Code must have where PC is ir.NoPC, for the guest may well jump to NoPC.
// It leaves with ExitLookup.
func (a *Arena) Lookup() uintptr { return a.base + uintptr(a.thunks.lookup) }

// enterAddress and exitAddress are the thunks' host addresses.
func (a *Arena) enterAddress() uintptr { return a.base + uintptr(a.thunks.enter) }
func (a *Arena) exitAddress() uintptr  { return a.base + uintptr(a.thunks.exit) }
