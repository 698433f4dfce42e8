package unix

import (
	"math/bits"
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// packet is a datagram, or a part of a stream that one write has made.
type packet struct {
	buf   []byte // storage, to be used again
	data  []byte // what is unread
	from  *Socket
	cost  int64 // what the sender's buffer is charged, in bytes
	cred  linux.Ucred
	known bool // cred is set
	urgent,
	mark bool // an out-of-band byte; the place of one that was read
	files []*fs.File
	stamp linux.Timespec
	next  *packet // in a list of packets that are done with
}

// Packets are kept for use again by the size of their storage.
const (
	smallPacket = 4096
	maxSegment  = headSize + 32768 // of a stream
)

var smallPackets = sync.Pool{New: func() any { return &packet{buf: make([]byte, smallPacket)} }}
var segments = sync.Pool{New: func() any { return &packet{buf: make([]byte, maxSegment)} }}

func newPacket(size int) *packet {
	var p *packet
	switch {
	case size <= smallPacket:
		p = smallPackets.Get().(*packet)
	case size <= maxSegment:
		p = segments.Get().(*packet)
	default:
		p = &packet{buf: make([]byte, size)}
	}
	p.data = p.buf[:size]
	return p
}

// recycle gives a packet that nobody looks at any more back.
func (p *packet) recycle() {
	buf := p.buf
	*p = packet{buf: buf}
	switch len(buf) {
	case smallPacket:
		smallPackets.Put(p)
	case maxSegment:
		segments.Put(p)
	}
}

// The most that a packet's head holds in bytes; what is more goes into pages.
const (
	headSize     = 4096 - sharedInfo  // of a part of a stream
	datagramHead = 16384 - sharedInfo // of a datagram
)

// What Linux adds to a packet's data: struct skb_shared_info in its head, and struct sk_buff.
const (
	sharedInfo = 320
	skBuff     = 256
)

// trueSize is what a packet of size bytes, of which head go into its head, costs the sender's buffer in Linux: programs
// see it as the number of messages that fit. The head is rounded to a power of two of at least 512 bytes, the rest to
// pages (sock_alloc_send_pskb).
func trueSize(size, head int) int64 {
	const page = 4096
	paged := 0
	if size > head {
		paged = min(size, (size-head+page-1)/page*page, 17*page)
	}
	linear := (size-paged+63)&^63 + sharedInfo
	return int64(max(1<<bits.Len(uint(linear-1)), 512) + skBuff + paged)
}

// packets is a queue.
type packets struct {
	list []*packet
	head int
}

func (q *packets) len() int         { return len(q.list) - q.head }
func (q *packets) at(i int) *packet { return q.list[q.head+i] }

func (q *packets) push(p *packet) {
	if q.head > 64 && q.head*2 > len(q.list) {
		q.list = q.list[:copy(q.list, q.list[q.head:])]
		q.head = 0
	}
	q.list = append(q.list, p)
}

func (q *packets) pop() *packet {
	p := q.list[q.head]
	q.list[q.head] = nil
	if q.head++; q.head == len(q.list) {
		q.list, q.head = q.list[:0], 0
	}
	return p
}

// remove takes out the packet at a place.
func (q *packets) remove(i int) {
	at := q.head + i
	copy(q.list[at:], q.list[at+1:])
	q.list[len(q.list)-1] = nil
	q.list = q.list[:len(q.list)-1]
}

// all is the queue's contents, in order; it is valid until the queue changes.
func (q *packets) all() []*packet { return q.list[q.head:] }
