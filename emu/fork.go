package emu

import (
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Memory of a process that forks is shared with the child until one of them writes. A longer run of pages that the process
// has made its own is moved to a host file that nobody writes any more, and both windows map that file privately; so the
// host's own page tables do the copying, and no engine and no copy of the kernel's can go around them. Short runs are
// copied at once, which costs less than the faults. The next fork moves or copies only what was written since.

// freezeRun is how many pages a run must have to be shared, not copied.
const freezeRun = 16

// maxPieces bounds the host mappings that sharing makes of one window; beyond it, runs are copied.
const maxPieces = 128

// frozen is a host file with memory that nobody writes any more. It is closed when no window maps it.
type frozen struct {
	fd   int
	size int64
	refs atomic.Int32
}

func newFrozen() (*frozen, error) {
	fd, err := unix.MemfdCreate("guest", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	f := &frozen{fd: fd}
	f.refs.Store(1)
	return f, nil
}

func (f *frozen) unref() {
	if f.refs.Add(-1) == 0 {
		_ = unix.Close(f.fd)
	}
}

// append puts memory at the end of the file, and says where it is.
func (f *frozen) append(b []byte) (offset int64, err error) {
	offset = f.size
	for len(b) > 0 {
		n, err := unix.Pwrite(f.fd, b, f.size)
		if err != nil {
			return 0, err
		}
		f.size += int64(n)
		b = b[n:]
	}
	return offset, nil
}

// piece is a range of a window that maps a frozen file.
type piece struct {
	start, end uint64
	file       *frozen
	offset     int64
}

// cut is what of the piece lies in [start, end).
func (p piece) cut(start, end uint64) piece {
	start, end = max(start, p.start), min(end, p.end)
	return piece{start, end, p.file, p.offset + int64(start-p.start)}
}

// carve takes [start, end) out of the pieces, because something else is mapped there now.
func (w *Window) carve(start, end uint64) {
	if len(w.pieces) == 0 {
		return
	}
	kept := make([]piece, 0, len(w.pieces)+1)
	for _, p := range w.pieces {
		if p.end <= start || p.start >= end {
			kept = append(kept, p)
			continue
		}
		if p.start < start {
			p.file.refs.Add(1)
			kept = append(kept, p.cut(p.start, start))
		}
		if p.end > end {
			p.file.refs.Add(1)
			kept = append(kept, p.cut(end, p.end))
		}
		p.file.unref()
	}
	w.pieces = kept
}

// pieces that lie in [start, end), cut to it; each with a reference of its own.
func (w *Window) piecesIn(start, end uint64) (out []piece) {
	for _, p := range w.pieces {
		if p.start < end && p.end > start {
			p.file.refs.Add(1)
			out = append(out, p.cut(start, end))
		}
	}
	return out
}

// mapPiece maps a piece; its reference becomes the window's.
func (w *Window) mapPiece(p piece) error {
	w.carve(p.start, p.end)
	for at := p.start; at < p.end; {
		next := w.table.same(at>>PageShift, p.end>>PageShift) << PageShift
		_, err := unix.MmapPtr(p.file.fd, p.offset+int64(at-p.start), unsafe.Pointer(&w.reserve[guard+at]), uintptr(next-at),
			hostProt(w.Prot(at)), unix.MAP_PRIVATE|unix.MAP_NORESERVE|unix.MAP_FIXED)
		if err != nil {
			p.file.unref()
			return err
		}
		at = next
	}
	w.pieces = append(w.pieces, p)
	return nil
}

// Fork gives private memory of one window to another.
type Fork struct {
	from, to *Window
	still    bool
	file     *frozen // what this fork freezes; nil until there is something
}

// NewFork begins a fork. No guest code runs in either window until Close. still says that the kernel does not write to
// them either: a write between the copy to a file and its mapping would be lost. Otherwise nothing is shared.
func NewFork(from, to *Window, still bool) *Fork { return &Fork{from: from, to: to, still: still} }

// Close ends a fork.
func (f *Fork) Close() {
	if f.file != nil {
		f.file.unref()
	}
}

// Private gives the pages of [addr, addr+size) that are a window's own to the other, where the same range is mapped in the
// same way already. Pages that were never written are not touched.
func (f *Fork) Private(addr, size uint64) error {
	if err := first(f.from.check(addr, size), f.to.check(addr, size)); err != nil {
		return err
	}
	for _, p := range f.from.piecesIn(addr, addr+size) {
		if err := f.to.mapPiece(p); err != nil {
			return err
		}
	}
	return ownPages(f.from.host(addr), size, func(offset, size uint64) error {
		return f.run(addr+offset, size)
	})
}

// run gives a run of the window's own pages.
func (f *Fork) run(addr, size uint64) error {
	if !f.still || size < freezeRun<<PageShift || len(f.from.pieces) >= maxPieces {
		return f.from.copyPages(f.to, addr, size)
	}
	if f.file == nil {
		file, err := newFrozen()
		if err != nil { // no descriptor left
			return f.from.copyPages(f.to, addr, size)
		}
		f.file = file
	}
	return f.freeze(addr, size)
}

// freeze moves a run to the file, and maps that in both windows.
func (f *Fork) freeze(addr, size uint64) error {
	if err := f.from.open(addr, size, ProtRead); err != nil {
		return err
	}
	offset, err := f.file.append(f.from.Bytes(addr, size))
	if err != nil {
		return first(f.from.restore(addr, size), err)
	}
	p := piece{addr, addr + size, f.file, offset}
	f.file.refs.Add(2)
	return first(f.from.mapPiece(p), f.to.mapPiece(p))
}

// copyPages copies whole pages, whatever their protection.
func (w *Window) copyPages(dst *Window, addr, size uint64) error {
	if err := first(w.open(addr, size, ProtRead), dst.open(addr, size, ProtWrite)); err != nil {
		return err
	}
	copy(dst.Bytes(addr, size), w.Bytes(addr, size))
	return first(w.restore(addr, size), dst.restore(addr, size))
}

// open makes host pages accessible for the kernel if the guest's protection forbids it. restore undoes it.
func (w *Window) open(addr, size uint64, access Prot) error {
	if w.allows(addr, size, access) {
		return nil
	}
	return unix.Mprotect(w.Bytes(addr, size), unix.PROT_READ|unix.PROT_WRITE)
}

// allows reports whether the host's pages give an access.
func (w *Window) allows(addr, size uint64, access Prot) bool {
	return w.table.find(addr>>PageShift, (addr+size)>>PageShift, func(p Prot) bool {
		return p&ProtWrite == 0 && (access == ProtWrite || p&(ProtRead|ProtExec) == 0)
	}) == (addr+size)>>PageShift
}

// restore gives host pages the protection that the page table has.
func (w *Window) restore(addr, size uint64) error {
	if w.allows(addr, size, ProtWrite) {
		return nil // as open left it
	}
	for end := addr + size; addr < end; {
		next := w.table.same(addr>>PageShift, end>>PageShift) << PageShift
		if err := unix.Mprotect(w.Bytes(addr, next-addr), hostProt(w.Prot(addr))); err != nil {
			return err
		}
		addr = next
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
