package fs

// Cursor is a place in the list of buffers of a read or write. It leaves the list as it is.
type Cursor struct {
	bufs [][]byte
	off  int // in bufs[0]
}

// NewCursor begins at the first byte.
func NewCursor(bufs [][]byte) Cursor { return Cursor{bufs: bufs} }

// Size is the number of bytes in a list of buffers.
func Size(bufs [][]byte) (n int) {
	for _, b := range bufs {
		n += len(b)
	}
	return n
}

// Done reports whether no byte is left.
func (c *Cursor) Done() bool {
	for len(c.bufs) > 0 && c.off == len(c.bufs[0]) {
		c.bufs, c.off = c.bufs[1:], 0
	}
	return len(c.bufs) == 0
}

// Next gives the rest of the present buffer, which is not empty, and goes to the next one; nil at the end.
func (c *Cursor) Next() []byte {
	if c.Done() {
		return nil
	}
	b := c.bufs[0][c.off:]
	c.off = len(c.bufs[0])
	return b
}

// Put copies b into the buffers and says how much of it had room.
func (c *Cursor) Put(b []byte) (n int) {
	for n < len(b) && !c.Done() {
		k := copy(c.bufs[0][c.off:], b[n:])
		n, c.off = n+k, c.off+k
	}
	return n
}

// Take fills b from the buffers and says how much there was.
func (c *Cursor) Take(b []byte) (n int) {
	for n < len(b) && !c.Done() {
		k := copy(b[n:], c.bufs[0][c.off:])
		n, c.off = n+k, c.off+k
	}
	return n
}

// CopyOut copies b into the buffers of a read and says how much of it had room.
func CopyOut(dst [][]byte, b []byte) int {
	c := Cursor{bufs: dst}
	return c.Put(b)
}

// CopyIn fills b from the buffers of a write and says how much there was.
func CopyIn(b []byte, src [][]byte) int {
	c := Cursor{bufs: src}
	return c.Take(b)
}

// Tail gives a list of buffers without its first n bytes.
func Tail(bufs [][]byte, n int) [][]byte {
	for len(bufs) > 0 && n >= len(bufs[0]) {
		n -= len(bufs[0])
		bufs = bufs[1:]
	}
	if n == 0 {
		return bufs
	}
	out := append([][]byte(nil), bufs...)
	out[0] = out[0][n:]
	return out
}
