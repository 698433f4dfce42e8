package pipe

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Peek implements fs.Peeker: it copies what is in the pipe, from the front, and takes nothing. 0 without an error is end of
// file.
func (e *End) Peek(dst [][]byte) (int, linux.Errno) {
	p := e.pipe
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case e.mode&Read == 0:
		return 0, linux.EBADF
	case p.ring.empty() && p.writers > 0:
		return 0, linux.EAGAIN
	}
	return p.ring.peek(fs.NewCursor(dst)), 0
}

// peek copies bytes from the front, across packets.
func (r *ring) peek(dst fs.Cursor) (n int) {
	for i := r.tail; i != r.head && !dst.Done(); i++ {
		s := r.at(i)
		n += dst.Put(s.page[s.off : s.off+s.n])
	}
	return n
}
