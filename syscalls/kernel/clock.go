package kernel

import (
	"time"

	"muslrun/arch/linux"
)

// Clock is the guest's time, in nanoseconds. A virtual one makes runs repeatable.
type Clock interface {
	Realtime() int64  // since 1970
	Monotonic() int64 // since the guest booted
	// At has fn called in another goroutine when Monotonic reaches the time. Stop cancels; fn may be running then.
	At(monotonic int64, fn func()) Timer
}

// Timer is a call that Clock.At has arranged.
type Timer interface{ Stop() bool }

// bootUptime is the guest's uptime when muslrun starts, so that no clock of a program starts at zero.
const bootUptime = 100 * time.Second

type hostClock struct{ start time.Time }

// NewHostClock is a Clock that follows the host's.
func NewHostClock() Clock { return &hostClock{start: time.Now().Add(-bootUptime)} }

func (c *hostClock) Realtime() int64  { return time.Now().UnixNano() }
func (c *hostClock) Monotonic() int64 { return int64(time.Since(c.start)) }

func (c *hostClock) At(monotonic int64, fn func()) Timer {
	return time.AfterFunc(time.Duration(monotonic-c.Monotonic()), fn)
}

// Timespec splits nanoseconds.
func Timespec(ns int64) linux.Timespec {
	sec, nsec := ns/1e9, ns%1e9
	if nsec < 0 {
		sec, nsec = sec-1, nsec+1e9
	}
	return linux.Timespec{Sec: sec, Nsec: nsec}
}

// Nanoseconds joins a timespec. It saturates, as ktime_set does.
func Nanoseconds(t linux.Timespec) int64 {
	const maxSec = (1<<63 - 1) / 1_000_000_000
	if t.Sec >= maxSec {
		return 1<<63 - 1
	}
	return max(t.Sec, -maxSec)*1e9 + t.Nsec
}
