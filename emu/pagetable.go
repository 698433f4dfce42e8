package emu

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// PageTable is the protection of every page of a Window. A chunk of ChunkPages pages that are alike is one byte, so that
// what it costs to change a range depends on the range's ends, hardly on its length. Engines only read it: the byte of a
// page's chunk is its Prot, unless it is Mixed; then the page's own byte is.
type PageTable struct {
	Pages  []byte // one Prot for each page, where its chunk is Mixed
	Chunks []byte // one Prot for each chunk, or Mixed

	memory []byte
	mixed  int // how often a chunk became Mixed since Clear
}

// ChunkShift is log2 of ChunkPages.
const (
	ChunkShift = 12
	ChunkPages = 1 << ChunkShift
)

// Mixed is the byte of a chunk whose pages differ.
const Mixed = 0x80

// keepMixed is how many chunks' pages stay allocated over Clear.
const keepMixed = 128

// newPageTable makes the table of a window without mappings. It is sparse.
func newPageTable(size uint64) (*PageTable, error) {
	pages := size >> PageShift
	chunks := (pages + ChunkPages - 1) >> ChunkShift
	memory, err := unix.Mmap(-1, 0, int(pages+chunks), unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("cannot allocate the guest's page table: %w", err)
	}
	return &PageTable{Pages: memory[:pages], Chunks: memory[pages:], memory: memory}, nil
}

func (t *PageTable) close() { _ = unix.Munmap(t.memory) }

// clear makes every page ProtNone.
func (t *PageTable) clear() {
	clear(t.Chunks)
	if t.mixed > keepMixed {
		_ = unix.Madvise(t.memory, unix.MADV_DONTNEED)
	}
	t.mixed = 0
}

// at is the protection of a page.
func (t *PageTable) at(page uint64) Prot {
	if c := t.Chunks[page>>ChunkShift]; c != Mixed {
		return Prot(c)
	}
	return Prot(t.Pages[page])
}

// run is the end of the pages from first on, up to last, that have all bits of want.
func (t *PageTable) run(first, last uint64, want Prot) uint64 {
	return t.find(first, last, func(p Prot) bool { return p&want != want })
}

// same is the end of the pages from first on, up to last, that have first's protection.
func (t *PageTable) same(first, last uint64) uint64 {
	prot := t.at(first)
	return t.find(first, last, func(p Prot) bool { return p != prot })
}

// find is the first page from first on for which stop is true; last if there is none before.
func (t *PageTable) find(first, last uint64, stop func(Prot) bool) uint64 {
	for page := first; page < last; {
		c, next := t.Chunks[page>>ChunkShift], min(last, (page>>ChunkShift+1)<<ChunkShift)
		if c != Mixed {
			if stop(Prot(c)) {
				return page
			}
			page = next
		}
		for ; page < next; page++ {
			if stop(Prot(t.Pages[page])) {
				return page
			}
		}
	}
	return last
}

// set changes the pages from first to before last.
func (t *PageTable) set(first, last uint64, prot Prot) {
	for first < last {
		chunk := first >> ChunkShift
		next := min(last, (chunk+1)<<ChunkShift)
		if next-first == ChunkPages {
			t.Chunks[chunk] = byte(prot)
		} else if t.Chunks[chunk] != byte(prot) {
			fill(t.mix(chunk)[first&(ChunkPages-1):][:next-first], byte(prot))
		}
		first = next
	}
}

// mix gives the pages of a chunk their own bytes.
func (t *PageTable) mix(chunk uint64) []byte {
	pages := t.Pages[chunk<<ChunkShift : min(uint64(len(t.Pages)), (chunk+1)<<ChunkShift)]
	if c := t.Chunks[chunk]; c != Mixed {
		fill(pages, c)
		t.Chunks[chunk] = Mixed
		t.mixed++
	}
	return pages
}

// copy gives the pages from to on the protections of n pages from from on.
func (t *PageTable) copy(to, from, n uint64) {
	for n > 0 {
		prot := t.at(from)
		same := t.same(from, from+n) - from
		t.set(to, to+same, prot)
		to, from, n = to+same, from+same, n-same
	}
}

func fill(b []byte, v byte) {
	if v == 0 {
		clear(b)
		return
	}
	for i := range b {
		b[i] = v
	}
}
