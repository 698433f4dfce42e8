package timerfd

import (
	"testing"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// fake is a timer that a test lets expire.
type fake struct {
	due             uint64
	value, interval int64
	absolute        bool
	stopped         bool
	expired         func()
}

func (f *fake) Set(value, interval int64, absolute bool) {
	f.value, f.interval, f.absolute, f.due = value, interval, absolute, 0
}
func (f *fake) Left() (value, interval int64) { return f.value, f.interval }
func (f *fake) Take() uint64                  { n := f.due; f.due = 0; return n }
func (f *fake) Expired() bool                 { return f.due > 0 }
func (f *fake) Stop()                         { f.stopped = true }

func TestReads(t *testing.T) {
	for _, order := range []layout.Order{layout.Little, layout.Big} {
		timer := &fake{}
		f := New(linux.CLOCK_MONOTONIC, order, func(expired func()) Timer { timer.expired = expired; return timer })
		told := 0
		w := fs.Waiter{Interest: fs.EventIn, Notify: func(fs.Events) { told++ }}
		f.Queue().Add(&w)
		read := func(size int, wantErrno linux.Errno, want uint64) {
			t.Helper()
			b := make([]byte, size)
			n, errno := f.ReadAt(nil, [][]byte{b[:size/2], b[size/2:]}, 0)
			if errno != wantErrno || errno == 0 && (n != 8 || order.ByteOrder().Uint64(b) != want) {
				t.Errorf("%v: read %d, %v, % x", order, n, errno, b)
			}
		}
		read(7, linux.EINVAL, 0)
		read(8, linux.EAGAIN, 0)
		f.Set(5, 7, linux.TFD_TIMER_ABSTIME)
		if timer.value != 5 || !timer.absolute || f.Poll() != 0 {
			t.Errorf("set %+v, poll %v", timer, f.Poll())
		}
		timer.due = 3
		timer.expired()
		if told != 1 || f.Poll() != fs.EventIn {
			t.Errorf("told %d times, poll %v", told, f.Poll())
		}
		if v, i := f.Get(); v != 5 || i != 7 || f.Poll() != fs.EventIn { // taken, but not read
			t.Errorf("left %d, %d, poll %v", v, i, f.Poll())
		}
		timer.due = 2
		read(16, 0, 5)
		read(8, linux.EAGAIN, 0)
		timer.due = 9
		f.Set(1, 0, 0) // forgets what was not read
		read(8, linux.EAGAIN, 0)
		if f.Release(nil); !timer.stopped {
			t.Error("the timer goes on after close")
		}
	}
}
