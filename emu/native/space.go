package native

import (
	"fmt"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/emu"
)

// maxLinks bounds the numbers of links of an epoch.
const maxLinks = 8 << 20

// space is what a machine has installed of an epoch: what may be executed without another look at guest memory.
type space struct {
	epoch  *epoch
	here   map[entry]*translation
	pages  map[uint64][]*translation // by guest page
	linked map[*translation][]uint32 // the links that lead to a translation
	table  []byte                    // of links, 4 bytes each: installed.offset of where it leads, 0 if that is not known
	users  int                       // CPUs
}

func newSpace(e *epoch) (*space, error) {
	table, err := unix.Mmap(-1, 0, maxLinks*4, unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("cannot allocate the table of links: %w", err)
	}
	return &space{epoch: e, here: map[entry]*translation{}, pages: map[uint64][]*translation{},
		linked: map[*translation][]uint32{}, table: table}, nil
}

func (s *space) close() { _ = unix.Munmap(s.table) }

// link is a link's entry.
func (s *space) link(n uint32) *uint32 { return (*uint32)(unsafe.Pointer(&s.table[4*n])) }

// add installs a translation.
func (s *space) add(t *translation) {
	s.here[t.entry] = t
	t.eachPage(func(page uint64) { s.pages[page] = append(s.pages[page], t) })
}

// connect makes link n lead to t.
func (s *space) connect(n uint32, t *translation) {
	if atomic.SwapUint32(s.link(n), t.offset) == 0 {
		s.linked[t] = append(s.linked[t], n)
	}
}

// drop takes the translations of size bytes at addr away, whole pages. It reports whether there were any.
func (s *space) drop(addr, size uint64) bool {
	dropped := false
	s.eachPage(addr, size, func(page uint64) { dropped = s.dropPage(page) || dropped })
	return dropped
}

// eachPage calls f for every page of size bytes at addr that has translations.
func (s *space) eachPage(addr, size uint64, f func(page uint64)) {
	if size == 0 {
		return
	}
	first, last := addr>>emu.PageShift, (addr+size-1)>>emu.PageShift
	if last-first >= uint64(len(s.pages)) {
		for page := range s.pages {
			if page >= first && page <= last {
				f(page)
			}
		}
		return
	}
	for page := first; page <= last; page++ {
		if len(s.pages[page]) > 0 {
			f(page)
		}
	}
}

func (s *space) dropPage(page uint64) bool {
	list := s.pages[page]
	delete(s.pages, page)
	for _, t := range list {
		s.remove(t)
	}
	return len(list) > 0
}

// remove takes one translation away, wherever it is known.
func (s *space) remove(t *translation) {
	if s.here[t.entry] != t {
		return
	}
	delete(s.here, t.entry)
	for _, n := range s.linked[t] {
		atomic.StoreUint32(s.link(n), 0)
	}
	delete(s.linked, t)
}

// eachPage calls f for every guest page that t was made from.
func (t *translation) eachPage(f func(page uint64)) {
	last := ^uint64(0)
	for _, c := range t.code {
		for page := c.Addr >> emu.PageShift; page <= (c.Addr+uint64(len(c.Bytes))-1)>>emu.PageShift; page++ {
			if page != last {
				f(page)
			}
			last = page
		}
	}
}
