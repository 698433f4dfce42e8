package emu

import (
	"fmt"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Prot is the protection of a guest page.
type Prot uint8

// The bits of a Prot. ProtMapped is set on every mapped page, even one without any access.
const (
	ProtRead   Prot = 1
	ProtWrite  Prot = 2
	ProtExec   Prot = 4
	ProtMapped Prot = 8
	// ProtCode marks a page that the guest may write but the host may not now, because an engine keeps translations of its
	// code (GuardCode). ProtWrite is not set then; whoever wants to write tells the engine first (Machine.CodeChanged).
	ProtCode Prot = 16
	// ProtFile marks a page of a file: other mappings, of this or of another process, may show what is written there.
	ProtFile Prot = 32

	ProtNone Prot = 0
	ProtAll  Prot = ProtRead | ProtWrite | ProtExec
)

// PageShift and PageSize are the granularity of a Window. Guests with larger pages use multiples of it.
const (
	PageShift = 12
	PageSize  = 1 << PageShift
)

// guard is left inaccessible on both sides of a window, so that an engine's displacement cannot leave it.
const guard = 1 << 31

// Window is the memory of one guest process: a reservation of host address space in which the host address is Base plus
// the guest address. Host page protection mirrors the guest's, with one difference: host pages are never executable.
//
// Its methods change host mappings and the page table together. They are not safe for concurrent use with each other;
// engines may read the page table at any time.
type Window struct {
	base    uintptr
	size    uint64
	reserve []byte // the host reservation, guards included
	table   *PageTable
	pieces  []piece // what it shares with other windows since a fork

	mu sync.Mutex // held by those who change protections
}

// NewWindow reserves a window of size bytes, a multiple of PageSize. It commits no memory.
func NewWindow(size uint64) (*Window, error) {
	if size == 0 || size%PageSize != 0 {
		return nil, fmt.Errorf("guest window of %#x bytes: not a multiple of the page size", size)
	}
	reserve, err := reserveHost(int(size) + 2*guard)
	if err != nil {
		return nil, fmt.Errorf("cannot reserve %d GiB of address space for the guest (is `ulimit -v` set?): %w", size>>30, err)
	}
	table, err := newPageTable(size)
	if err != nil {
		_ = unix.Munmap(reserve)
		return nil, err
	}
	base := uintptr(unsafe.Pointer(unsafe.SliceData(reserve))) + guard
	return &Window{base: base, size: size, reserve: reserve, table: table}, nil
}

func reserveHost(n int) ([]byte, error) {
	return unix.Mmap(-1, 0, n, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
}

// Close returns the window to the host. No engine may use it any more.
func (w *Window) Close() error {
	w.table.close()
	w.carve(0, w.size)
	err := unix.Munmap(w.reserve)
	w.table, w.reserve = nil, nil
	return err
}

// Reset unmaps everything, so that the window can serve another process.
func (w *Window) Reset() error {
	w.table.clear()
	w.carve(0, w.size)
	return w.unmapHost(0, w.size)
}

// host is the host address of a guest address in the window.
func (w *Window) host(addr uint64) uintptr { return w.base + uintptr(addr) }

// Base is the host address of guest address 0.
func (w *Window) Base() uintptr { return w.base }

// Size is the first guest address past the window.
func (w *Window) Size() uint64 { return w.size }

// PageTable is the protection of every page.
func (w *Window) PageTable() *PageTable { return w.table }

// Prot is the protection of the page that holds addr; ProtNone outside the window.
func (w *Window) Prot(addr uint64) Prot {
	if addr >= w.size {
		return ProtNone
	}
	return w.table.at(addr >> PageShift)
}

// Accessible returns how many of the n bytes at addr have all the bits of want, counted from the start.
func (w *Window) Accessible(addr, n uint64, want Prot) uint64 {
	if addr >= w.size || n == 0 {
		return 0
	}
	if addr>>PageShift == (addr+n-1)>>PageShift { // most are within a page
		if w.table.at(addr>>PageShift)&want != want {
			return 0
		}
		return n
	}
	end := addr + min(n, w.size-addr)
	page := w.table.run(addr>>PageShift, (end-1)>>PageShift+1, want)
	return max(min(page<<PageShift, end), addr) - addr
}

// Bytes is the host's view of guest memory. It checks only that the range lies in the window: touching a page that is not
// accessible faults like any bad pointer, so callers ask Accessible first.
func (w *Window) Bytes(addr, n uint64) []byte {
	if addr > w.size || n > w.size-addr {
		return nil
	}
	return w.reserve[guard+addr : guard+addr+n : guard+addr+n]
}

// MapAnonymous maps fresh zero pages that belong to this window alone.
func (w *Window) MapAnonymous(addr, size uint64, prot Prot) error {
	return w.mapFixed(addr, size, prot, -1, 0, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
}

// MapFile maps size bytes of a host file from offset on, shared or as a private copy.
func (w *Window) MapFile(addr, size uint64, prot Prot, fd int, offset int64, shared bool) error {
	flags := unix.MAP_PRIVATE | unix.MAP_NORESERVE
	if shared {
		flags = unix.MAP_SHARED
	}
	return w.mapFixed(addr, size, prot|ProtFile, fd, offset, flags)
}

func (w *Window) mapFixed(addr, size uint64, prot Prot, fd int, offset int64, flags int) error {
	if err := w.check(addr, size); err != nil {
		return err
	}
	w.carve(addr, addr+size)
	at := unsafe.Pointer(&w.reserve[guard+addr])
	if _, err := unix.MmapPtr(fd, offset, at, uintptr(size), hostProt(prot), flags|unix.MAP_FIXED); err != nil {
		return err
	}
	w.setPages(addr, size, prot|ProtMapped)
	return nil
}

// Protect changes the protection of mapped pages.
func (w *Window) Protect(addr, size uint64, prot Prot) error {
	if err := w.check(addr, size); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.protect(addr, size, prot|ProtMapped)
}

// protect changes host pages and table together. ProtFile stays.
func (w *Window) protect(addr, size uint64, prot Prot) error {
	if err := unix.Mprotect(w.Bytes(addr, size), hostProt(prot)); err != nil {
		return err
	}
	for page, last := addr>>PageShift, (addr+size)>>PageShift; page < last; {
		next := w.table.same(page, last)
		w.table.set(page, next, prot&^ProtFile|w.table.at(page)&ProtFile)
		page = next
	}
	return nil
}

// Find looks for the first page of a range that has one of the bits of any. The range may be any.
func (w *Window) Find(addr, size uint64, any Prot) (page uint64, found bool) {
	if addr >= w.size || size == 0 {
		return 0, false
	}
	first, last := addr>>PageShift, (addr+min(size, w.size-addr)-1)>>PageShift+1
	at := w.table.find(first, last, func(p Prot) bool { return p&any != 0 })
	return at << PageShift, at < last
}

// GuardCode keeps the page at addr from being written, by the guest as by the kernel, until UnguardCode. It reports whether
// the page could be written before. It is safe for concurrent use, as long as the page's mapping stays as it is.
func (w *Window) GuardCode(addr uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	prot := w.Prot(addr)
	return prot&ProtWrite != 0 && w.protect(addr&^(PageSize-1), PageSize, prot&^ProtWrite|ProtCode) == nil
}

// UnguardCode lets the page at addr be written again. It reports whether it was guarded.
func (w *Window) UnguardCode(addr uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	prot := w.Prot(addr)
	return prot&ProtCode != 0 && w.protect(addr&^(PageSize-1), PageSize, prot&^ProtCode|ProtWrite) == nil
}

// Unmap makes pages inaccessible and gives their memory back.
func (w *Window) Unmap(addr, size uint64) error {
	if err := w.check(addr, size); err != nil {
		return err
	}
	w.setPages(addr, size, ProtNone)
	w.carve(addr, addr+size)
	return w.unmapHost(addr, size)
}

func (w *Window) unmapHost(addr, size uint64) error {
	at := unsafe.Pointer(&w.reserve[guard+addr])
	_, err := unix.MmapPtr(-1, 0, at, uintptr(size), unix.PROT_NONE,
		unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE|unix.MAP_FIXED)
	return err
}

// Move moves the pages of one range to another place without copying them (mremap). The old range is unmapped.
func (w *Window) Move(from, to, size uint64) error {
	if err := w.check(from, size); err != nil {
		return err
	}
	if err := w.check(to, size); err != nil {
		return err
	}
	src, dst := unsafe.Pointer(&w.reserve[guard+from]), unsafe.Pointer(&w.reserve[guard+to])
	if _, err := unix.MremapPtr(src, uintptr(size), dst, uintptr(size), unix.MREMAP_MAYMOVE|unix.MREMAP_FIXED); err != nil {
		return err
	}
	w.carve(to, to+size)
	for _, p := range w.piecesIn(from, from+size) {
		p.start, p.end = p.start-from+to, p.end-from+to
		w.pieces = append(w.pieces, p)
	}
	w.table.copy(to>>PageShift, from>>PageShift, size>>PageShift)
	return w.Unmap(from, size)
}

// Advise passes advice about a range to the host (madvise).
func (w *Window) Advise(addr, size uint64, advice int) error {
	if err := w.check(addr, size); err != nil {
		return err
	}
	return unix.Madvise(w.Bytes(addr, size), advice)
}

func (w *Window) check(addr, size uint64) error {
	if size == 0 || (addr|size)%PageSize != 0 || addr >= w.size || size > w.size-addr {
		return unix.EINVAL
	}
	return nil
}

func (w *Window) setPages(addr, size uint64, prot Prot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.table.set(addr>>PageShift, (addr+size)>>PageShift, prot)
}

// hostProt mirrors a guest protection on the host: guest code is read by an engine, never executed in place.
func hostProt(p Prot) int {
	prot := unix.PROT_NONE
	if p&(ProtRead|ProtExec) != 0 {
		prot |= unix.PROT_READ
	}
	if p&ProtWrite != 0 {
		prot |= unix.PROT_READ | unix.PROT_WRITE
	}
	return prot
}
