package netlink

import (
	"muslrun/arch/layout"
)

// Types and flags of messages (linux/netlink.h, linux/rtnetlink.h).
const (
	msgNoop  = 1
	msgError = 2
	msgDone  = 3

	flagRequest = 1
	flagMulti   = 2
	flagAck     = 4
	flagDump    = 0x300

	newLink  = 16
	getLink  = 18
	newAddr  = 20
	getAddr  = 22
	newRoute = 24
	getRoute = 26
	getNeigh = 30
	getRule  = 34
	maxType  = 123
)

// Sizes in bytes: struct nlmsghdr, struct rtattr.
const (
	headerSize = 16
	attrSize   = 4
)

// header is struct nlmsghdr without its length.
type header struct {
	kind, flags uint16
	seq, port   uint32
}

// writer builds a datagram of messages.
type writer struct {
	order layout.Order
	buf   []byte
	start int // of the present message
}

func (w *writer) u8(v ...byte) { w.buf = append(w.buf, v...) }

func (w *writer) uint(size int, v uint64) {
	w.buf = append(w.buf, make([]byte, size)...)
	w.order.PutUint(w.buf[len(w.buf)-size:], v)
}

func (w *writer) u16(v uint16) { w.uint(2, uint64(v)) }
func (w *writer) u32(v uint32) { w.uint(4, uint64(v)) }

// begin starts a message; end sets its length.
func (w *writer) begin(h header) {
	w.start = len(w.buf)
	w.u32(0)
	w.u16(h.kind)
	w.u16(h.flags)
	w.u32(h.seq)
	w.u32(h.port)
}

func (w *writer) end() {
	w.order.PutUint(w.buf[w.start:w.start+4], uint64(len(w.buf)-w.start))
	w.align()
}

func (w *writer) align() {
	for len(w.buf)%4 != 0 {
		w.buf = append(w.buf, 0)
	}
}

// attr adds an attribute (rtnetlink(7)).
func (w *writer) attr(kind uint16, data []byte) {
	w.u16(uint16(attrSize + len(data)))
	w.u16(kind)
	w.buf = append(w.buf, data...)
	w.align()
}

func (w *writer) attr32(kind uint16, v uint32) {
	var data [4]byte
	w.order.PutUint(data[:], uint64(v))
	w.attr(kind, data[:])
}

func (w *writer) attrString(kind uint16, s string) { w.attr(kind, append([]byte(s), 0)) }

// request is a message of a guest.
type request struct {
	header
	raw  []byte // with its header
	body []byte
}

// parse takes the first message off a datagram. ok is false at the end, and where a length makes no sense.
func parse(order layout.Order, raw []byte) (r request, rest []byte, ok bool) {
	if len(raw) < headerSize {
		return r, nil, false
	}
	size := int(order.Uint(raw[:4]))
	if size < headerSize || size > len(raw) {
		return r, nil, false
	}
	r.kind, r.flags = uint16(order.Uint(raw[4:6])), uint16(order.Uint(raw[6:8]))
	r.seq, r.port = uint32(order.Uint(raw[8:12])), uint32(order.Uint(raw[12:16]))
	r.raw, r.body = raw[:size], raw[headerSize:size]
	return r, raw[min((size+3)&^3, len(raw)):], true
}
