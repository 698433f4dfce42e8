package loader

import (
	"muslrun/arch/linux"
	"muslrun/emu"
)

// plan is how segments become pages of a guest: what to map, and then what to write into the pages. Addresses
// are the file's, without displacement. Regions ascend, do not overlap and are whole pages.
type plan struct {
	page    uint64 // page size in bytes
	regions []region
	fills   []fill // in the order in which they have to be written
}

// region is a page range backed by the file from offset on, or by zeros.
type region struct {
	addr, size uint64
	prot       emu.Prot
	file       bool
	offset     uint64
	mixed      bool // a page that several segments share
}

// fill is bytes to write: a part of the file, or zeros. It never crosses a page border.
type fill struct {
	addr, size uint64
	zero       bool
	offset     uint64
}

func (p *plan) down(addr uint64) uint64 { return addr &^ (p.page - 1) }
func (p *plan) up(addr uint64) uint64   { return p.down(addr + p.page - 1) }

func (r *region) end() uint64 { return r.addr + r.size }

// start and end are the page range that the plan spans, holes included.
func (p *plan) start() uint64 { return p.regions[0].addr }
func (p *plan) end() uint64   { return p.regions[len(p.regions)-1].end() }

// plan lays the segments out on pages of the given size, a power of two.
func (img *Image) plan(page uint64) (*plan, *Error) {
	p := &plan{page: page}
	for i := range img.Segments {
		s := &img.Segments[i]
		if s.FileSize > 0 && (s.Offset^s.Addr)&(page-1) != 0 {
			return nil, fail(linux.EINVAL, "the segment at %#x lies at %#x in the file, which does not suit pages of %d bytes",
				s.Addr, s.Offset, page)
		}
		p.add(img.Segments[:i], s)
	}
	return p, nil
}

// add plans one segment; before are those below it.
//
//	page:   |        |        |        |        |
//	           [ file bytes ....][ zeros .........]
//	maps:   [ file           (fill)][ zero pages   ]
func (p *plan) add(before []Segment, s *Segment) {
	start, end := p.down(s.Addr), p.up(s.end())
	if len(before) > 0 && start < p.end() {
		p.share(&before[len(before)-1], s)
		start += p.page
	}
	fileEnd := start
	if s.FileSize > 0 {
		fileEnd = p.up(s.fileEnd())
	}
	if fileEnd > start {
		offset := s.Offset - (s.Addr - p.down(s.Addr)) + (start - p.down(s.Addr))
		p.region(region{addr: start, size: fileEnd - start, prot: s.Prot, file: true, offset: offset})
		if s.MemSize > s.FileSize && s.fileEnd() < fileEnd {
			p.fills = append(p.fills, fill{addr: s.fileEnd(), size: fileEnd - s.fileEnd(), zero: true})
		}
	}
	if end > fileEnd {
		p.region(region{addr: fileEnd, size: end - fileEnd, prot: zeroProt(s.Prot)})
	}
}

func (p *plan) region(r region) { p.regions = append(p.regions, r) }

// zeroProt is the protection of pages past a segment's file bytes: as for the heap, whatever the segment
// says, except that Linux lets it ask for execution.
func zeroProt(p emu.Prot) emu.Prot { return emu.ProtRead | emu.ProtWrite | p&emu.ProtExec }

// share makes the last page of the plan one that belongs to the segment before and to s as well: a page of
// zeros with the protections of both, into which the bytes of each are copied.
func (p *plan) share(before, s *Segment) {
	last := &p.regions[len(p.regions)-1]
	if !last.mixed {
		addr, prot := last.end()-p.page, last.prot
		if last.size -= p.page; last.size == 0 {
			p.regions = p.regions[:len(p.regions)-1]
		}
		p.region(region{addr: addr, size: p.page, prot: prot, mixed: true})
		p.copyInto(addr, before)
		last = &p.regions[len(p.regions)-1]
	}
	last.prot |= s.Prot
	p.copyInto(last.addr, s)
}

// copyInto plans to copy the bytes that a segment has on a page.
func (p *plan) copyInto(page uint64, s *Segment) {
	lo, hi := max(s.Addr, page), min(s.fileEnd(), page+p.page)
	if lo < hi {
		p.fills = append(p.fills, fill{addr: lo, size: hi - lo, offset: s.Offset + lo - s.Addr})
	}
}
