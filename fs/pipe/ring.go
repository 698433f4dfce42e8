package pipe

import (
	"sync"

	"muslrun/fs"
)

// PageSize is the size of a slot, and PIPE_BUF: a write of at most as many bytes is atomic.
const PageSize = 4096

type page [PageSize]byte

// pages keeps drained pages, so that a pipe in use allocates nothing.
var pages = sync.Pool{New: func() any { return new(page) }}

// slot is a part of the buffer that one write has filled, or several small ones (struct pipe_buffer).
type slot struct {
	page   *page
	off, n int
	packet bool
}

// ring is a queue of slots. head and tail count slots ever filled and ever drained; the slot of a count is at that
// count modulo the number of slots, which is a power of two.
type ring struct {
	slots      []slot
	head, tail uint
}

func (r *ring) at(i uint) *slot { return &r.slots[i&uint(len(r.slots)-1)] }
func (r *ring) used() int       { return int(r.head - r.tail) }
func (r *ring) empty() bool     { return r.head == r.tail }
func (r *ring) full() bool      { return r.used() >= len(r.slots) }

// readable is what FIONREAD says: the bytes in all slots.
func (r *ring) readable() (n int) {
	for i := r.tail; i != r.head; i++ {
		n += r.at(i).n
	}
	return n
}

// read takes bytes from the front, at most one packet. Nothing is taken if dst faults.
func (r *ring) read(dst fs.Cursor) (n int) {
	i, rest := r.tail, 0 // the first slot to keep, and what was taken of it
	for i != r.head && !dst.Done() {
		s := r.at(i)
		rest = dst.Put(s.page[s.off : s.off+s.n])
		n += rest
		if s.packet || rest == s.n {
			i, rest = i+1, 0
		}
		if s.packet {
			break
		}
	}
	r.drop(i)
	if rest > 0 {
		s := r.at(i)
		s.off, s.n = s.off+rest, s.n-rest
	}
	return n
}

// drop drains the slots before count i.
func (r *ring) drop(i uint) {
	for ; r.tail != i; r.tail++ {
		s := r.at(r.tail)
		pages.Put(s.page)
		*s = slot{}
	}
}

// write appends what fits, and nothing if src faults. A write of less than a page is taken wholly or not at all.
func (r *ring) write(src fs.Cursor, total int, packet bool) (n int) {
	merged := r.merge(&src, total)
	head, n := r.head, merged
	for !src.Done() && int(head-r.tail) < len(r.slots) {
		p := pages.Get().(*page)
		got := src.Take(p[:])
		*r.at(head) = slot{page: p, n: got, packet: packet}
		head, n = head+1, n+got
	}
	if merged > 0 {
		r.at(r.head - 1).n += merged
	}
	r.head = head
	return n
}

// merge copies the odd bytes of a write behind those of the last slot, if they all fit there. The caller publishes
// them.
func (r *ring) merge(src *fs.Cursor, total int) int {
	odd := total % PageSize
	if odd == 0 || r.empty() {
		return 0
	}
	last := r.at(r.head - 1)
	end := last.off + last.n
	if last.packet || end+odd > PageSize {
		return 0
	}
	return src.Take(last.page[end : end+odd])
}

// resize changes the number of slots, a power of two and at least used().
func (r *ring) resize(slots int) {
	next := ring{slots: make([]slot, slots)}
	for i := r.tail; i != r.head; i++ {
		*next.at(next.head) = *r.at(i)
		next.head++
	}
	*r = next
}
