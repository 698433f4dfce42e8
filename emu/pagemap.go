package emu

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What /proc/self/pagemap says of a page (Documentation/admin-guide/mm/pagemap.rst).
const (
	pagemapPresent = 1 << 63
	pagemapSwapped = 1 << 62
	pagemapShared  = 1 << 61 // it belongs to a file or to shared memory
)

// The categories of pages that PAGEMAP_SCAN knows (linux/fs.h).
const (
	pageIsFile    = 1 << 2
	pageIsPresent = 1 << 3
	pageIsSwapped = 1 << 4
	pageIsZero    = 1 << 5
)

// pagemapScan is PAGEMAP_SCAN, _IOWR('f', 16, struct pm_scan_arg); it is there from Linux 6.7 on.
const pagemapScan = 3<<30 | unsafe.Sizeof(scanArgs{})<<16 | 'f'<<8 | 16

// scanArgs is struct pm_scan_arg.
type scanArgs struct {
	size, flags, start, end, walkEnd          uint64
	regions                                   *pageRegion
	count, maxPages, inverted, all, any, want uint64
}

// pageRegion is struct page_region: host addresses.
type pageRegion struct{ start, end, categories uint64 }

// pagemap is open as long as muslrun runs: every fork reads it.
var pagemap = sync.OnceValues(func() (*os.File, error) { return os.Open("/proc/self/pagemap") })

// ownPages calls do for each run of pages from addr on that belong to this process alone because they were written, with the
// run's offset and size in bytes.
func ownPages(addr uintptr, size uint64, do func(offset, size uint64) error) error {
	f, err := pagemap()
	if err != nil {
		return fmt.Errorf("cannot tell which guest pages a fork must copy: %w", err)
	}
	err = scanPagemap(f, addr, size, do)
	if err == unix.ENOTTY || err == unix.EINVAL {
		err = readPagemap(f, addr, size, do)
	}
	return err
}

// scanPagemap asks the host for the runs; ENOTTY or EINVAL from a host that cannot tell.
func scanPagemap(f *os.File, addr uintptr, size uint64, do func(offset, size uint64) error) error {
	base, end := uint64(addr), uint64(addr)+size
	var regions [32]pageRegion
	for at := base; at < end; {
		args := scanArgs{
			start: at, end: end, regions: &regions[0], count: uint64(len(regions)), want: pageIsPresent,
			inverted: pageIsFile | pageIsZero, all: pageIsFile | pageIsZero, any: pageIsPresent | pageIsSwapped,
		}
		args.size = uint64(unsafe.Sizeof(args))
		n, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), pagemapScan, uintptr(unsafe.Pointer(&args)))
		if errno != 0 {
			return errno
		}
		for _, r := range regions[:n] {
			if err := do(r.start-base, r.end-r.start); err != nil {
				return err
			}
		}
		at = args.walkEnd
	}
	return nil
}

// readPagemap reads a word for every page.
func readPagemap(f *os.File, addr uintptr, size uint64, do func(offset, size uint64) error) error {
	var raw [16 << 10]byte
	const pages = uint64(len(raw) / 8)
	var run uint64 // pages of a run that ends at page
	for page, end := uint64(0), size>>PageShift; page < end; {
		n := min(pages, end-page)
		if _, err := f.ReadAt(raw[:n*8], int64(addr>>PageShift)*8+int64(page)*8); err != nil {
			return err
		}
		for i := range n {
			if owned(binary.LittleEndian.Uint64(raw[i*8:])) {
				run++
			} else if run > 0 {
				if err := do((page+i-run)<<PageShift, run<<PageShift); err != nil {
					return err
				}
				run = 0
			}
		}
		page += n
	}
	if run == 0 {
		return nil
	}
	return do(size-run<<PageShift, run<<PageShift)
}

func owned(entry uint64) bool {
	return entry&(pagemapPresent|pagemapSwapped) != 0 && entry&pagemapShared == 0
}
