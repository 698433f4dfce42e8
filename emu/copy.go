package emu

import (
	"encoding/binary"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What /proc/self/pagemap says of a page (Documentation/admin-guide/mm/pagemap.rst).
const (
	pagemapPresent = 1 << 63
	pagemapSwapped = 1 << 62
	pagemapShared  = 1 << 61 // it belongs to a file or to shared memory
)

// CopyPrivate copies the pages of [addr, addr+size) that w has made its own into dst, where the same range is mapped in the
// same way already: fork's copy of private memory. Pages that were never written are not touched. No guest code runs in
// either window.
func (w *Window) CopyPrivate(dst *Window, addr, size uint64) error {
	if err := first(w.check(addr, size), dst.check(addr, size)); err != nil {
		return err
	}
	from := uintptr(unsafe.Pointer(&w.reserve[guard+addr]))
	entries, err := readPagemap(from, size)
	if err != nil {
		return err
	}
	for start := 0; start < len(entries); {
		end := start
		for end < len(entries) && owned(entries[end]) {
			end++
		}
		if end > start {
			if err := w.copyPages(dst, addr+uint64(start)<<PageShift, uint64(end-start)<<PageShift); err != nil {
				return err
			}
		}
		start = max(end, start) + 1
	}
	return nil
}

func owned(entry uint64) bool {
	return entry&(pagemapPresent|pagemapSwapped) != 0 && entry&pagemapShared == 0
}

// copyPages copies whole pages, whatever their protection.
func (w *Window) copyPages(dst *Window, addr, size uint64) error {
	src, to := w.Bytes(addr, size), dst.Bytes(addr, size)
	if err := first(unix.Mprotect(src, unix.PROT_READ|unix.PROT_WRITE), unix.Mprotect(to, unix.PROT_READ|unix.PROT_WRITE)); err != nil {
		return err
	}
	copy(to, src)
	return first(w.restore(addr, size), dst.restore(addr, size))
}

// restore gives host pages the protection that the page table has.
func (w *Window) restore(addr, size uint64) error {
	for end := addr + size; addr < end; {
		prot, next := w.Prot(addr), addr+PageSize
		for next < end && w.Prot(next) == prot {
			next += PageSize
		}
		if err := unix.Mprotect(w.Bytes(addr, next-addr), hostProt(prot)); err != nil {
			return err
		}
		addr = next
	}
	return nil
}

// readPagemap gives one entry for each page.
func readPagemap(addr uintptr, size uint64) ([]uint64, error) {
	f, err := os.Open("/proc/self/pagemap")
	if err != nil {
		return nil, fmt.Errorf("cannot tell which guest pages to copy for fork: %w", err)
	}
	defer f.Close()
	raw := make([]byte, size>>PageShift*8)
	if _, err := f.ReadAt(raw, int64(addr>>PageShift)*8); err != nil {
		return nil, fmt.Errorf("cannot tell which guest pages to copy for fork: %w", err)
	}
	entries := make([]uint64, size>>PageShift)
	for i := range entries {
		entries[i] = binary.LittleEndian.Uint64(raw[i*8:])
	}
	return entries, nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
