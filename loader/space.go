package loader

import (
	"muslrun/arch/linux"
	"muslrun/emu"
)

// Space is the address space that a program is loaded into. It is new, but for the stack, and is thrown away
// if loading fails. Addresses and sizes are multiples of the guest's page size.
type Space interface {
	// Size is the first address past user space.
	Size() uint64
	// Top is the end of the stack, which leaves room for programs below.
	Top() uint64
	// FindFree gives an address at which size bytes could be mapped, where mmap(2) would put them, aligned to
	// a power of two.
	FindFree(size, align uint64) (uint64, linux.Errno)
	// MapFile maps a private copy of a part of f, which may reach past its end. It replaces nothing: EEXIST.
	MapFile(addr, size uint64, prot emu.Prot, f File, offset int64) linux.Errno
	// MapAnonymous maps zero pages. It replaces nothing: EEXIST.
	MapAnonymous(addr, size uint64, prot emu.Prot) linux.Errno
	// Poke writes to mapped memory whatever its protection.
	Poke(addr uint64, p []byte) linux.Errno
}
