package pipe

import (
	"math/bits"
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Pipe is a buffer with the ends that are open. It holds memory only while there are any: a FIFO's data are gone when
// the last end closes.
type Pipe struct {
	limits *Limits
	queue  fs.Queue
	closed func() // called when the last end has closed; may be nil

	mu               sync.Mutex
	ring             ring
	readers, writers int
	// everReaders and everWriters count opens, so that an open that waits for a partner, and poll, can tell whether
	// there has been one since (r_counter and w_counter).
	everReaders, everWriters uint64
}

// Mode is how an End uses its pipe.
type Mode uint8

// The bits of a Mode.
const (
	Read Mode = 1 << iota
	Write
)

// NewFIFO makes the pipe behind a FIFO, without ends.
func NewFIFO(l *Limits) *Pipe { return &Pipe{limits: l} }

// New makes an anonymous pipe with its two ends. flags may have O_DIRECT. It answers ENFILE at the limit.
func New(l *Limits, flags uint32) (r, w *End, errno linux.Errno) {
	p := NewFIFO(l)
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, errno = p.attach(Read); errno != 0 {
		return nil, nil, errno
	}
	if w, errno = p.attach(Write); errno != 0 {
		panic("pipe: the second end allocates nothing")
	}
	r.SetFlags(flags)
	w.SetFlags(flags)
	return r, w, 0
}

// Open opens a FIFO. Without nonblock the caller waits until End.Opened is 0. Writing only, with nonblock, needs a
// reader: ENXIO.
func (p *Pipe) Open(mode Mode, nonblock bool) (*End, linux.Errno) {
	defer p.queue.Notify(fs.EventIn | fs.EventOut) // wakes those that wait for a partner
	p.mu.Lock()
	defer p.mu.Unlock()
	if mode == Write && nonblock && p.readers == 0 {
		return nil, linux.ENXIO
	}
	e, errno := p.attach(mode)
	if errno == 0 {
		e.awaitPartner(nonblock)
	}
	return e, errno
}

// attach adds an end. The caller holds mu.
func (p *Pipe) attach(mode Mode) (*End, linux.Errno) {
	if p.ring.slots == nil {
		slots := p.limits.start()
		if slots == 0 {
			return nil, linux.ENFILE
		}
		p.ring.resize(slots)
	}
	if mode&Read != 0 {
		p.readers++
		p.everReaders++
	}
	if mode&Write != 0 {
		p.writers++
		p.everWriters++
	}
	return &End{pipe: p, mode: mode}, 0
}

// detach removes an end; the other side sees end of file or a broken pipe.
func (p *Pipe) detach(mode Mode) {
	last := p.leave(mode)
	p.queue.Notify(fs.EventIn | fs.EventOut | fs.EventErr | fs.EventHup)
	if last && p.closed != nil {
		p.closed()
	}
}

func (p *Pipe) leave(mode Mode) (last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if mode&Read != 0 {
		p.readers--
	}
	if mode&Write != 0 {
		p.writers--
	}
	if p.readers+p.writers > 0 {
		return false
	}
	p.ring.drop(p.ring.head)
	p.limits.used.Add(-int64(len(p.ring.slots)))
	p.ring = ring{}
	return true
}

// inUse reports whether any end is open.
func (p *Pipe) inUse() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.readers+p.writers > 0
}

// Size is the capacity in bytes (F_GETPIPE_SZ).
func (p *Pipe) Size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.ring.slots) * PageSize
}

// SetSize changes the capacity to at least size bytes and gives the new one (F_SETPIPE_SZ). privileged is
// CAP_SYS_RESOURCE. EINVAL for a size past 2 GiB, EPERM past the limits, EBUSY if the data would not fit.
func (p *Pipe) SetSize(size uint32, privileged bool) (int, linux.Errno) {
	slots, ok := slotsFor(size)
	if !ok {
		return 0, linux.EINVAL
	}
	defer p.queue.Notify(fs.EventOut)
	p.mu.Lock()
	defer p.mu.Unlock()
	if slots > len(p.ring.slots) && !privileged && slots > p.limits.MaxSlots {
		return 0, linux.EPERM
	}
	if slots < p.ring.used() {
		return 0, linux.EBUSY
	}
	if !p.limits.resize(len(p.ring.slots), slots, privileged) {
		return 0, linux.EPERM
	}
	p.ring.resize(slots)
	return slots * PageSize, 0
}

// slotsFor rounds a size in bytes up to a power of two of slots.
func slotsFor(size uint32) (int, bool) {
	if size > 1<<31 {
		return 0, false
	}
	if size <= PageSize {
		return 1, true
	}
	return 1 << bits.Len32((size-1)/PageSize), true
}
