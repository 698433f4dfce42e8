package kernel

import (
	"math"
	"slices"
	"sync"

	"muslrun/arch/linux"
	"muslrun/syscalls/hrtimer"
)

// timerTable is the POSIX timers of a process (timer_create(2)).
type timerTable struct {
	mu     sync.Mutex
	nextID int32
	list   []*posixTimer
}

// posixTimer is one timer. While its signal is pending it does not run: taking the signal counts the intervals that
// have passed, and sets it again (posixtimer_rearm).
type posixTimer struct {
	*hrtimer.Timer
	group  *ThreadGroup
	id     int32
	clock  int32 // as timer_create(2) was given it
	serial int32 // in the private part of its signals
	event  linux.Sigevent
	target *Task // SIGEV_THREAD_ID

	mu      sync.Mutex
	lost    int64 // expirations that no signal has told of
	overrun int64 // that the last signal has told of
}

// NewTimer makes a POSIX timer of the process and returns its id: EAGAIN if there are too many. event is valid; its
// Tid names a thread of the process if Notify says so. A nil event is that of timer_create(2): SIGALRM with the
// timer's id, for which value gives the union sigval.
func (g *ThreadGroup) NewTimer(clock hrtimer.Clock, clockID int32, event *linux.Sigevent, value func(id int32) uint64) (
	int32, linux.Errno) {
	g.mu.Lock()
	limit, queued := g.limits[linux.RLIMIT_SIGPENDING].Cur, len(g.pending.queue)
	g.mu.Unlock()
	g.timers.mu.Lock()
	defer g.timers.mu.Unlock()
	if uint64(queued+len(g.timers.list)) >= min(limit, maxQueued) {
		return 0, linux.EAGAIN
	}
	t := &posixTimer{group: g, id: g.timers.nextID, clock: clockID, serial: g.timers.nextID + 1}
	if event == nil {
		event = &linux.Sigevent{Notify: linux.SIGEV_SIGNAL, Signo: linux.SIGALRM, Value: value(t.id)}
	}
	t.event = *event
	expire := t.expire
	switch event.Notify {
	case linux.SIGEV_NONE:
		expire = nil
	case linux.SIGEV_THREAD_ID:
		if t.target = g.Kernel.Task(int(event.Tid)); t.target == nil {
			return 0, linux.EINVAL
		}
	}
	t.Timer = hrtimer.New(clock, expire)
	if g.timers.nextID++; g.timers.nextID == math.MaxInt32 {
		g.timers.nextID = 0
	}
	g.timers.list = append(g.timers.list, t)
	return t.id, 0
}

// TimerInfo tells of a POSIX timer.
type TimerInfo struct {
	ID, Clock int32
	Event     linux.Sigevent
}

// Timers are the POSIX timers in the order in which they were made.
func (g *ThreadGroup) Timers() []TimerInfo {
	g.timers.mu.Lock()
	defer g.timers.mu.Unlock()
	var out []TimerInfo
	for _, t := range g.timers.list {
		out = append(out, TimerInfo{ID: t.id, Clock: t.clock, Event: t.event})
	}
	return out
}

func (g *ThreadGroup) timer(match func(*posixTimer) bool) *posixTimer {
	g.timers.mu.Lock()
	defer g.timers.mu.Unlock()
	if i := slices.IndexFunc(g.timers.list, match); i >= 0 {
		return g.timers.list[i]
	}
	return nil
}

func (g *ThreadGroup) timerByID(id int32) *posixTimer {
	return g.timer(func(t *posixTimer) bool { return t.id == id })
}

// SetTimer implements timer_settime(2); it gives the old setting. EINVAL if there is no such timer.
func (g *ThreadGroup) SetTimer(id int32, s hrtimer.Setting, absolute bool) (hrtimer.Setting, linux.Errno) {
	t := g.timerByID(id)
	if t == nil {
		return hrtimer.Setting{}, linux.EINVAL
	}
	old := t.left()
	t.mu.Lock()
	t.lost, t.overrun = 0, 0
	t.mu.Unlock()
	if s.Value == 0 {
		s.Interval = 0
	}
	t.Set(s, absolute)
	return old, 0
}

// TimerLeft implements timer_gettime(2): EINVAL if there is no such timer.
func (g *ThreadGroup) TimerLeft(id int32) (hrtimer.Setting, linux.Errno) {
	t := g.timerByID(id)
	if t == nil {
		return hrtimer.Setting{}, linux.EINVAL
	}
	return t.left(), 0
}

// left is what is left of a timer. One that goes on while its signal is pending counts what it has missed; one whose
// signal is under way is never told as unset.
func (t *posixTimer) left() hrtimer.Setting {
	s := t.Get()
	if s.Value != 0 || !t.Fired() && (s.Interval == 0 || t.event.Notify != linux.SIGEV_NONE) {
		return s
	}
	switch {
	case t.event.Notify == linux.SIGEV_NONE:
		t.Forward()
		return t.Get()
	case s.Interval == 0 && !t.pending():
		return s
	}
	s.Value = 1
	return s
}

// TimerOverrun implements timer_getoverrun(2).
func (g *ThreadGroup) TimerOverrun(id int32) (int32, linux.Errno) {
	t := g.timerByID(id)
	if t == nil {
		return 0, linux.EINVAL
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return clampOverrun(t.overrun), 0
}

// clampOverrun cuts a count at DELAYTIMER_MAX.
func clampOverrun(n int64) int32 { return int32(min(n, math.MaxInt32)) }

// DeleteTimer implements timer_delete(2).
func (g *ThreadGroup) DeleteTimer(id int32) linux.Errno {
	t := g.timerByID(id)
	if t == nil {
		return linux.EINVAL
	}
	g.timers.mu.Lock()
	g.timers.list = slices.DeleteFunc(g.timers.list, func(o *posixTimer) bool { return o == t })
	g.timers.mu.Unlock()
	t.Stop()
	return 0
}

// deleteTimers deletes all timers, when the process ends or calls execve (exit_itimers).
func (g *ThreadGroup) deleteTimers() {
	g.timers.mu.Lock()
	list := g.timers.list
	g.timers.list, g.timers.nextID = nil, 0
	g.timers.mu.Unlock()
	for _, t := range list {
		t.Stop()
	}
}

// expire sends the timer's signal.
func (t *posixTimer) expire() {
	info := &linux.Siginfo{Signo: t.event.Signo, Code: linux.SI_TIMER, TimerID: t.id, Value: t.event.Value,
		Private: t.serial}
	var errno linux.Errno
	switch {
	case t.pending():
		return // it was set anew before its last signal was taken
	case t.target != nil:
		errno = t.target.Send(info)
	default:
		errno = t.group.Send(info)
	}
	if errno == 0 && !t.pending() {
		t.unheard()
	}
}

// pending reports whether the timer's signal waits to be taken.
func (t *posixTimer) pending() bool {
	if t.target != nil {
		return t.target.hasPrivate(t.serial)
	}
	t.group.mu.Lock()
	defer t.group.mu.Unlock()
	return t.group.pending.hasPrivate(t.serial)
}

func (t *Task) hasPrivate(serial int32) bool {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	return t.pending.hasPrivate(serial)
}

func (p *pendingSignals) hasPrivate(serial int32) bool {
	return slices.ContainsFunc(p.queue, func(in linux.Siginfo) bool { return in.Private == serial })
}

// unheard goes on with a timer whose signal nobody has got: it was ignored, or just taken. A short interval is
// stretched to a few ticks meanwhile, lest ignoring a signal keep the kernel busy.
func (t *posixTimer) unheard() {
	if s := t.Get(); s.Interval == 0 {
		return
	}
	t.group.Kernel.Clock.At(t.group.Kernel.Clock.Monotonic()+4*cpuTick, func() {
		if t.Fired() && !t.pending() {
			n, _ := t.Forward()
			t.mu.Lock()
			t.lost += n
			t.mu.Unlock()
		}
	})
}

// resumeTimers goes on with the timers whose signals were dropped.
func (g *ThreadGroup) resumeTimers() {
	g.timers.mu.Lock()
	list := slices.Clone(g.timers.list)
	g.timers.mu.Unlock()
	for _, t := range list {
		if t.Fired() && !t.pending() {
			t.unheard()
		}
	}
}

// timerSignal completes a timer's signal that has been taken off its queue, and lets the timer go on.
func (g *ThreadGroup) timerSignal(info *linux.Siginfo) {
	if info.Private == 0 {
		return
	}
	t := g.timer(func(t *posixTimer) bool { return t.serial == info.Private })
	if t == nil {
		return
	}
	n, expired := t.Forward()
	if !expired {
		return
	}
	t.mu.Lock()
	t.overrun, t.lost = t.lost+n-1, 0
	info.Overrun = clampOverrun(t.overrun)
	t.mu.Unlock()
}
