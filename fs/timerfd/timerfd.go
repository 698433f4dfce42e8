// Package timerfd is timerfd_create(2): a timer as the operations of one file description. The kernel's timer keeps
// the time; the file is readable when it has expired, and a read takes the number of expirations.
package timerfd

import (
	"fmt"
	"sync"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// wordSize is what every read gives.
const wordSize = 8

// Timer is the kernel's timer. Times are in nanoseconds.
type Timer interface {
	// Set has the timer expire at a time of its clock or after a span, and every interval from then on; 0 stops it.
	Set(value, interval int64, absolute bool)
	// Left is what is left until the next expiration, and the interval.
	Left() (value, interval int64)
	// Take gives the number of expirations since Set or the last Take, and has the timer go on.
	Take() uint64
	// Expired reports whether Take would give some.
	Expired() bool
	Stop()
}

// File is the timer's operations.
type File struct {
	order layout.Order
	clock int32 // for fdinfo
	timer Timer
	queue fs.Queue

	mu    sync.Mutex
	flags uint32 // TFD_TIMER_*
	ticks uint64 // taken, not yet read
	word  [wordSize]byte
}

// New makes the operations; newTimer is given what the timer calls, from any goroutine, when it has expired. order
// is the byte order of the guest.
func New(clock int32, order layout.Order, newTimer func(expired func()) Timer) *File {
	f := &File{order: order, clock: clock}
	f.timer = newTimer(func() { f.queue.Notify(fs.EventIn) })
	return f
}

// Set implements timerfd_settime(2) with flags TFD_TIMER_*; it gives the old setting.
func (f *File) Set(value, interval int64, flags uint32) (oldValue, oldInterval int64) {
	f.mu.Lock()
	f.take()
	oldValue, oldInterval = f.timer.Left()
	f.ticks, f.flags = 0, flags
	f.mu.Unlock()
	f.timer.Set(value, interval, flags&linux.TFD_TIMER_ABSTIME != 0)
	return oldValue, oldInterval
}

// Get implements timerfd_gettime(2).
func (f *File) Get() (value, interval int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.take()
	return f.timer.Left()
}

// take moves the timer's expirations to the count.
func (f *File) take() { f.ticks += f.timer.Take() }

// ReadAt implements fs.FileOps: the number of expirations since the last read. EINVAL for less than 8 bytes of room.
func (f *File) ReadAt(_ *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	if fs.Size(dst) < wordSize {
		return 0, linux.EINVAL
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.take(); f.ticks == 0 {
		return 0, linux.EAGAIN
	}
	f.order.PutUint(f.word[:], f.ticks)
	fs.CopyOut(dst, f.word[:]) // may fault: nothing is taken then
	f.ticks = 0
	return wordSize, 0
}

// WriteAt implements fs.FileOps.
func (*File) WriteAt(*fs.Caller, [][]byte, int64) (int, linux.Errno) { return 0, linux.EINVAL }

// Seekable implements fs.FileOps.
func (*File) Seekable() bool { return false }

// Poll implements fs.FileOps.
func (f *File) Poll() fs.Events {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ticks > 0 || f.timer.Expired() {
		return fs.EventIn
	}
	return 0
}

// Queue implements fs.FileOps.
func (f *File) Queue() *fs.Queue { return &f.queue }

// Release implements fs.FileOps.
func (f *File) Release(*fs.Caller) { f.timer.Stop() }

// FDInfo gives the lines of /proc/PID/fdinfo/FD that are a timerfd's own (proc(5)).
func (f *File) FDInfo() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	value, interval := f.timer.Left()
	return fmt.Sprintf("clockid: %d\nticks: %d\nsettime flags: 0%o\nit_value: (%d, %d)\nit_interval: (%d, %d)\n",
		f.clock, f.ticks, f.flags, value/1e9, value%1e9, interval/1e9, interval%1e9)
}
