// Package eventfd is eventfd(2): a 64-bit counter with a wait queue, as the operations of one file description.
package eventfd

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// wordSize is what every read gives and every write takes.
const wordSize = 8

// EventFD is the counter. A read or write that would have to wait answers EAGAIN; the kernel waits on Queue.
type EventFD struct {
	semaphore bool
	order     binary.ByteOrder
	id        uint64
	queue     fs.Queue

	mu    sync.Mutex
	count uint64
	word  [wordSize]byte // scratch, under mu: a read or write allocates nothing
}

// New makes a counter. semaphore is EFD_SEMAPHORE: reads take 1. order is the byte order of the guest that asked, in
// which reads and writes carry the value. id is the number that fdinfo shows.
func New(initial uint32, semaphore bool, order layout.Order, id uint64) *EventFD {
	e := &EventFD{count: uint64(initial), semaphore: semaphore, order: binary.LittleEndian, id: id}
	if order == layout.Big {
		e.order = binary.BigEndian
	}
	return e
}

// ReadAt implements fs.FileOps: the counter, which becomes 0, or 1 of a semaphore. EINVAL for less than 8 bytes of
// room.
func (e *EventFD) ReadAt(_ *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	n, errno := e.read(dst)
	if errno == 0 {
		e.queue.Notify(fs.EventOut)
	}
	return n, errno
}

func (e *EventFD) read(dst [][]byte) (int, linux.Errno) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if fs.Size(dst) < wordSize {
		return 0, linux.EINVAL
	}
	if e.count == 0 {
		return 0, linux.EAGAIN
	}
	take := e.count
	if e.semaphore {
		take = 1
	}
	e.order.PutUint64(e.word[:], take)
	fs.CopyOut(dst, e.word[:]) // may fault: the count is not taken yet
	e.count -= take
	return wordSize, 0
}

// WriteAt implements fs.FileOps: it adds to the counter. EINVAL for 2^64-1 or another size than 8 bytes; EAGAIN where
// the sum would pass 2^64-2.
func (e *EventFD) WriteAt(_ *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	n, errno := e.write(src)
	if errno == 0 {
		e.queue.Notify(fs.EventIn)
	}
	return n, errno
}

func (e *EventFD) write(src [][]byte) (int, linux.Errno) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if fs.Size(src) != wordSize {
		return 0, linux.EINVAL
	}
	fs.CopyIn(e.word[:], src)
	add := e.order.Uint64(e.word[:])
	switch {
	case add == math.MaxUint64:
		return 0, linux.EINVAL
	case add >= math.MaxUint64-e.count:
		return 0, linux.EAGAIN
	}
	e.count += add
	return wordSize, 0
}

// Seekable implements fs.FileOps.
func (e *EventFD) Seekable() bool { return false }

// Poll implements fs.FileOps.
func (e *EventFD) Poll() (ev fs.Events) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.count > 0 {
		ev |= fs.EventIn
	}
	if e.count < math.MaxUint64-1 {
		ev |= fs.EventOut
	}
	return ev
}

// Queue implements fs.FileOps.
func (e *EventFD) Queue() *fs.Queue { return &e.queue }

// Release implements fs.FileOps.
func (e *EventFD) Release(*fs.Caller) {}

// FDInfo gives the lines of /proc/PID/fdinfo/FD that are an eventfd's own (proc(5)).
func (e *EventFD) FDInfo() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	semaphore := 0
	if e.semaphore {
		semaphore = 1
	}
	return fmt.Sprintf("eventfd-count: %16x\neventfd-id: %d\neventfd-semaphore: %d\n", e.count, e.id, semaphore)
}
