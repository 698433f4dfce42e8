package pipe

// cursor is a place in a list of buffers. It leaves the list as it is.
type cursor struct {
	bufs [][]byte
	off  int // in bufs[0]
}

// size is the number of bytes in a list of buffers.
func size(bufs [][]byte) (n int) {
	for _, b := range bufs {
		n += len(b)
	}
	return n
}

// done reports whether no byte is left, and skips buffers that are used up.
func (c *cursor) done() bool {
	for len(c.bufs) > 0 && c.off == len(c.bufs[0]) {
		c.bufs, c.off = c.bufs[1:], 0
	}
	return len(c.bufs) == 0
}

// put copies b into the buffers and says how much of it had room.
func (c *cursor) put(b []byte) (n int) {
	for n < len(b) && !c.done() {
		k := copy(c.bufs[0][c.off:], b[n:])
		n, c.off = n+k, c.off+k
	}
	return n
}

// take fills b from the buffers and says how much there was.
func (c *cursor) take(b []byte) (n int) {
	for n < len(b) && !c.done() {
		k := copy(b[n:], c.bufs[0][c.off:])
		n, c.off = n+k, c.off+k
	}
	return n
}
