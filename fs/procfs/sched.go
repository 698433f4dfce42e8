package procfs

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"muslrun/arch/linux"
)

// Timer is a POSIX timer of a process (timer_create(2)).
type Timer struct {
	ID     int32
	Signal int32
	Value  uint64
	Notify int32 // linux.SIGEV_SIGNAL ...
	Target int   // process or thread
	Clock  int32
}

// timers is /proc/PID/timers.
func timers(v *view, b *bytes.Buffer) linux.Errno {
	for _, t := range v.task.Timers() {
		kind, whose := "signal", "pid"
		if t.Notify&^linux.SIGEV_THREAD_ID == linux.SIGEV_NONE {
			kind = "none"
		}
		if t.Notify&linux.SIGEV_THREAD_ID != 0 {
			whose = "tid"
		}
		fmt.Fprintf(b, "ID: %d\nsignal: %d/%016x\nnotify: %s/%s.%d\nClockID: %d\n", t.ID, t.Signal, t.Value, kind, whose,
			t.Target, t.Clock)
	}
	return 0
}

// priority is the kernel's own measure, which stat and sched show: 20 and the nice value for ordinary tasks, below 0 for
// real-time ones.
func (s *Status) priority() int {
	switch s.Policy {
	case linux.SCHED_FIFO, linux.SCHED_RR:
		return -1 - s.RTPriority
	}
	return 20 + s.Nice
}

// schedstat is /proc/PID/schedstat: time on a processor, time waited for one (which the host knows), turns.
func schedstat(v *view, b *bytes.Buffer) linux.Errno {
	s := v.task.Status()
	fmt.Fprintf(b, "%d 0 %d\n", s.ThreadUser+s.ThreadKernel, s.Voluntary+s.Involuntary)
	return 0
}

// sched is /proc/PID/sched, as far as the numbers mean something here.
func sched(v *view, b *bytes.Buffer) linux.Errno {
	s := v.task.Status()
	fmt.Fprintf(b, "%s (%d, #threads: %d)\n%s\n", s.Comm, v.task.TID(), s.Threads, strings.Repeat("-", 67))
	millis := func(name string, d time.Duration) {
		fmt.Fprintf(b, "%-45s:%21d.%06d\n", name, d/time.Millisecond, d%time.Millisecond)
	}
	number := func(name string, n uint64) { fmt.Fprintf(b, "%-45s:%21d\n", name, n) }
	millis("se.exec_start", s.Start)
	millis("se.sum_exec_runtime", s.ThreadUser+s.ThreadKernel)
	number("nr_switches", s.Voluntary+s.Involuntary)
	number("nr_voluntary_switches", s.Voluntary)
	number("nr_involuntary_switches", s.Involuntary)
	number("policy", uint64(s.Policy))
	number("prio", uint64(s.priority()+100))
	return 0
}
