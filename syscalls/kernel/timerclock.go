package kernel

import (
	"muslrun/syscalls/hrtimer"
)

// The clocks that timers run on. See hrtimer.Clock.

// monotonic is CLOCK_MONOTONIC and CLOCK_BOOTTIME: the guest is never suspended.
type monotonic struct{ Clock }

// Now implements hrtimer.Clock.
func (c monotonic) Now() int64 { return c.Monotonic() }

// At implements hrtimer.Clock.
func (c monotonic) At(when int64, fn func()) func() bool { return c.Clock.At(when, fn).Stop }

// realtime is CLOCK_REALTIME.
type realtime struct{ Clock }

// Now implements hrtimer.Clock.
func (c realtime) Now() int64 { return c.Realtime() }

// At implements hrtimer.Clock.
func (c realtime) At(when int64, fn func()) func() bool {
	wait := when - c.Realtime()
	at := c.Monotonic() + wait
	if at < wait {
		at = 1<<63 - 1
	}
	return c.Clock.At(at, fn).Stop
}

// MonotonicClock and RealtimeClock are the guest's clocks for timers.
func (k *Kernel) MonotonicClock() hrtimer.Clock { return monotonic{k.Clock} }

// RealtimeClock is the guest's wall clock for timers.
func (k *Kernel) RealtimeClock() hrtimer.Clock { return realtime{k.Clock} }

// processorTime is the CPU clock of some tasks. How fast it goes is not known in advance, so a timer looks again as
// soon as the time can have come.
type processorTime struct {
	clock Clock
	tasks func() []*Task
	used  func() int64
}

// Now implements hrtimer.Clock.
func (c processorTime) Now() int64 { return c.used() }

// cpuTick is how often processor time is looked at, at the most, and how long tasks that run take to account for
// theirs.
const cpuTick = 1_000_000

// At implements hrtimer.Clock.
func (c processorTime) At(when int64, fn func()) func() bool {
	parallel := int64(max(len(c.tasks()), 1))
	soonest := c.clock.Monotonic() + max((when-c.used())/parallel, 4*cpuTick)
	return c.clock.At(soonest, func() {
		for _, t := range c.tasks() {
			t.interrupt() // the engine comes back, and the loop counts the time
		}
		c.clock.At(c.clock.Monotonic()+cpuTick, fn)
	}).Stop
}

// CPUClock is a process's processor time, as a clock for timers.
func (g *ThreadGroup) CPUClock() hrtimer.Clock {
	return processorTime{g.Kernel.Clock, g.Tasks, func() int64 { user, system := g.CPUTime(); return user + system }}
}

// CPUClock is a task's processor time, as a clock for timers.
func (t *Task) CPUClock() hrtimer.Clock {
	tasks := func() []*Task { return []*Task{t} }
	return processorTime{t.Kernel.Clock, tasks, func() int64 { user, system := t.CPUTime(); return user + system }}
}

// FDTimer is a timer as fs/timerfd wants it.
type FDTimer struct{ *hrtimer.Timer }

// Set starts or stops the timer; see hrtimer.Timer.Set.
func (t FDTimer) Set(value, interval int64, absolute bool) {
	t.Timer.Set(hrtimer.Setting{Value: value, Interval: interval}, absolute)
}

// Left is what is left until the next expiration, and the interval.
func (t FDTimer) Left() (value, interval int64) {
	s := t.Get()
	return s.Value, s.Interval
}

// Take gives the number of expirations that were not taken before.
func (t FDTimer) Take() uint64 {
	n, _ := t.Forward()
	return uint64(n)
}

// Expired reports whether Take would give some.
func (t FDTimer) Expired() bool { return t.Fired() }
