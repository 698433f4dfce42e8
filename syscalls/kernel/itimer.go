package kernel

import (
	"sync"

	"muslrun/arch/linux"
	"muslrun/syscalls/hrtimer"
)

// intervalTimers are the three timers that every process has (setitimer(2)), by ITIMER_ number. They are made when they are
// first set.
type intervalTimers struct {
	mu   sync.Mutex
	each [3]*hrtimer.Timer
	// limit is set for the time of RLIMIT_CPU; nil if there never was one.
	limit *hrtimer.Timer
}

var intervalSignals = [3]linux.Signal{
	linux.ITIMER_REAL: linux.SIGALRM, linux.ITIMER_VIRTUAL: linux.SIGVTALRM, linux.ITIMER_PROF: linux.SIGPROF,
}

// SetInterval implements setitimer(2) for one of the three timers and returns the old setting.
func (g *ThreadGroup) SetInterval(which int, s hrtimer.Setting) hrtimer.Setting {
	if s.Value == 0 {
		s.Interval = 0
	}
	g.intervals.mu.Lock()
	t := g.intervals.each[which]
	if t == nil {
		t = g.newInterval(which)
		g.intervals.each[which] = t
	}
	g.intervals.mu.Unlock()
	return t.Set(s, false)
}

// Interval implements getitimer(2).
func (g *ThreadGroup) Interval(which int) hrtimer.Setting {
	g.intervals.mu.Lock()
	defer g.intervals.mu.Unlock()
	if t := g.intervals.each[which]; t != nil {
		return t.Get()
	}
	return hrtimer.Setting{}
}

func (g *ThreadGroup) newInterval(which int) *hrtimer.Timer {
	var t *hrtimer.Timer
	t = hrtimer.New(g.intervalClock(which), func() { g.intervalOver(t, intervalSignals[which]) })
	return t
}

// intervalClock is what a timer counts: time, user time, or all processor time.
func (g *ThreadGroup) intervalClock(which int) hrtimer.Clock {
	switch which {
	case linux.ITIMER_VIRTUAL:
		return processorTime{g.Kernel.Clock, g.Tasks, func() int64 { user, _ := g.CPUTime(); return user }}
	case linux.ITIMER_PROF:
		return g.CPUClock()
	}
	return g.Kernel.MonotonicClock()
}

// shortestInterval is how often an interval timer sends its signal at most: what is shorter, no task could keep up with.
const shortestInterval = 100_000

// intervalOver sends the timer's signal and sets it for the next interval.
func (g *ThreadGroup) intervalOver(t *hrtimer.Timer, sig linux.Signal) {
	g.Send(&linux.Siginfo{Signo: int32(sig), Code: linux.SI_KERNEL})
	switch interval := t.Get().Interval; {
	case g.Dead():
		t.Stop()
	case interval != 0 && interval < shortestInterval:
		g.Kernel.Clock.At(g.Kernel.Clock.Monotonic()+shortestInterval, func() { t.Forward() })
	default:
		t.Forward()
	}
}

// stopIntervals ends the timers of a process that has ended.
func (g *ThreadGroup) stopIntervals() {
	g.intervals.mu.Lock()
	defer g.intervals.mu.Unlock()
	for _, t := range append(g.intervals.each[:], g.intervals.limit) {
		if t != nil {
			t.Stop()
		}
	}
}
