package kernel

import (
	"slices"
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Sighand is the table of signal actions (sighand_struct), shared by tasks that were cloned with CLONE_SIGHAND.
type Sighand struct {
	mu      sync.Mutex
	actions [linux.NSIG]linux.Sigaction
	shared  atomic.Bool // by several processes: it may be
}

// pendingSignals is a queue of signals (sigpending). Standard signals are in it once, real-time ones as often as sent.
type pendingSignals struct {
	set   linux.SigSet
	queue []linux.Siginfo
}

// maxQueued bounds the real-time signals of one queue, whatever RLIMIT_SIGPENDING says.
const maxQueued = 4096

// add queues a signal. limit is RLIMIT_SIGPENDING of who gets it, which bounds what processes send with data: real-time
// signals, and those that sigqueue(3) and timers send (__send_signal_locked in Linux's kernel/signal.c). Linux counts all
// signals of a user; here each queue counts for itself.
func (p *pendingSignals) add(info *linux.Siginfo, limit uint64) bool {
	sig := linux.Signal(info.Signo)
	preallocated := info.Private != 0 // a timer has one signal of its own
	if sig < linux.SIGRTMIN && p.set.Has(sig) && !preallocated {
		return true
	}
	if sig < linux.SIGRTMIN && info.Code >= 0 || info.Code == linux.SI_USER {
		limit = maxQueued
	}
	if uint64(len(p.queue)) >= min(limit, maxQueued) && !preallocated {
		return false
	}
	p.set = p.set.With(sig)
	p.queue = append(p.queue, *info)
	return true
}

// take removes the next signal outside the mask: synchronous ones first, then the lowest number (next_signal).
func (p *pendingSignals) take(mask linux.SigSet) (linux.Siginfo, bool) {
	ready := p.set.Minus(mask)
	if ready.Empty() {
		return linux.Siginfo{}, false
	}
	if sync := ready.And(synchronous); !sync.Empty() {
		ready = sync
	}
	sig := ready.First()
	i := slices.IndexFunc(p.queue, func(in linux.Siginfo) bool { return in.Signo == int32(sig) })
	info := p.queue[i]
	p.queue = slices.Delete(p.queue, i, i+1)
	if !slices.ContainsFunc(p.queue, func(in linux.Siginfo) bool { return in.Signo == int32(sig) }) {
		p.set = p.set.Without(sig)
	}
	return info, true
}

// drop removes the signals of a set.
func (p *pendingSignals) drop(set linux.SigSet) {
	p.set = p.set.Minus(set)
	p.queue = slices.DeleteFunc(p.queue, func(in linux.Siginfo) bool { return set.Has(linux.Signal(in.Signo)) })
}

// The groups of signals that Linux treats alike (linux/signal.h).
var (
	synchronous      = linux.SigSetOf(linux.SIGSEGV, linux.SIGBUS, linux.SIGILL, linux.SIGTRAP, linux.SIGFPE, linux.SIGSYS)
	ignoredByDefault = linux.SigSetOf(linux.SIGCONT, linux.SIGCHLD, linux.SIGWINCH, linux.SIGURG)
	stops            = linux.SigSetOf(linux.SIGSTOP, linux.SIGTSTP, linux.SIGTTIN, linux.SIGTTOU)
	unblockable      = linux.SigSetOf(linux.SIGKILL, linux.SIGSTOP)
)

// Action is what the task's process does on a signal.
func (t *Task) Action(sig linux.Signal) linux.Sigaction {
	t.sig.mu.Lock()
	defer t.sig.mu.Unlock()
	return t.sig.actions[sig]
}

// SetAction replaces an action and returns the old one (rt_sigaction(2)). The caller has excluded SIGKILL and SIGSTOP.
func (t *Task) SetAction(sig linux.Signal, act linux.Sigaction) linux.Sigaction {
	t.sig.mu.Lock()
	old := t.sig.actions[sig]
	act.Mask = act.Mask.Minus(unblockable)
	t.sig.actions[sig] = act
	t.sig.mu.Unlock()
	if t.ignores(sig) {
		t.Group.mu.Lock()
		t.Group.pending.drop(linux.SigSetOf(sig))
		t.Group.mu.Unlock()
		t.sigmu.Lock()
		t.pending.drop(linux.SigSetOf(sig))
		t.sigmu.Unlock()
		t.Group.resumeTimers()
	}
	return old
}

// SameSighand reports whether two tasks share their signal actions.
func (t *Task) SameSighand(o *Task) bool { return t.sig == o.sig }

// ignores reports whether the process does nothing on a signal.
func (t *Task) ignores(sig linux.Signal) bool {
	a := t.Action(sig)
	return a.Handler == linux.SIG_IGN || a.Handler == linux.SIG_DFL && ignoredByDefault.Has(sig)
}

// Mask is the set of blocked signals.
func (t *Task) Mask() linux.SigSet {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	return t.mask
}

// SetMask replaces the set of blocked signals.
func (t *Task) SetMask(set linux.SigSet) {
	t.sigmu.Lock()
	set = set.Minus(unblockable)
	blocked := set.Minus(t.mask)
	t.mask = set
	t.sigmu.Unlock()
	t.deliver.Store(true)
	if !blocked.Empty() {
		t.retarget(blocked)
	}
}

// Pending is the set of signals that wait for the task, blocked or not (rt_sigpending(2)).
func (t *Task) Pending() linux.SigSet {
	t.Group.mu.Lock()
	defer t.Group.mu.Unlock()
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	return t.pending.set.Or(t.Group.pending.set)
}

// Send sends a signal to one task (tkill(2)). EAGAIN if its queue is full. Any goroutine may call it.
func (t *Task) Send(info *linux.Siginfo) linux.Errno {
	if t.discards(linux.Signal(info.Signo)) {
		return 0
	}
	limit := t.Limit(linux.RLIMIT_SIGPENDING).Cur
	t.sigmu.Lock()
	ok := t.pending.add(info, limit)
	t.sigmu.Unlock()
	if !ok {
		return linux.EAGAIN
	}
	t.notify()
	t.Group.signalled.Notify(fs.EventIn)
	return 0
}

// Send sends a signal to a process (kill(2)); some task that does not block it takes it.
func (g *ThreadGroup) Send(info *linux.Siginfo) linux.Errno {
	tasks := g.Tasks()
	if len(tasks) == 0 || tasks[0].discards(linux.Signal(info.Signo)) {
		return 0
	}
	g.mu.Lock()
	ok := g.pending.add(info, g.limits[linux.RLIMIT_SIGPENDING].Cur)
	g.mu.Unlock()
	if !ok {
		return linux.EAGAIN
	}
	offer(tasks, linux.SigSetOf(linux.Signal(info.Signo)))
	g.signalled.Notify(fs.EventIn)
	return 0
}

// offer has one of the tasks, the first of those that do not block it, see to a signal of the process (complete_signal).
// The others look again at what they wait for, which may be the signal itself (sigtimedwait, signalfd).
func offer(tasks []*Task, set linux.SigSet) {
	taken := false
	for _, t := range tasks {
		if !taken && !t.killed.Load() && !set.Minus(t.Mask()).Empty() {
			taken = true
			t.notify()
			continue
		}
		t.Wake()
	}
}

// retarget has another task see to the signals of the process that t, to which they may have been offered, will not take
// any more (retarget_shared_pending).
func (t *Task) retarget(set linux.SigSet) {
	t.Group.mu.Lock()
	set = set.And(t.Group.pending.set)
	t.Group.mu.Unlock()
	if set.Empty() {
		return
	}
	others := slices.DeleteFunc(t.Group.Tasks(), func(o *Task) bool { return o == t })
	for ; !set.Empty(); set = set.Without(set.First()) {
		offer(others, linux.SigSetOf(set.First()))
	}
}

// SendSelf sends a signal to the task that its own call is due (SIGPIPE, SIGXFSZ).
func (t *Task) SendSelf(sig linux.Signal) {
	t.Send(&linux.Siginfo{Signo: int32(sig), Code: linux.SI_USER, Pid: int32(t.Group.PID), UID: t.Caller.Cred.UID})
}

// discards does what a signal does the moment it is sent: SIGKILL ends the process, SIGCONT resumes, ignored signals vanish unless blocked.
func (t *Task) discards(sig linux.Signal) bool {
	switch {
	case sig == linux.SIGCONT:
		t.Group.dropPending(stops)
		t.Group.resume(sig)
	case sig == linux.SIGKILL: // at once, or a stopped task would run on for a moment
		t.Group.exit(ExitStatus{Signal: sig})
		t.Group.resume(sig)
	case stops.Has(sig):
		t.Group.dropPending(linux.SigSetOf(linux.SIGCONT))
	}
	return t.ignores(sig) && !t.Mask().Has(sig)
}

// notify makes the task look for signals soon.
func (t *Task) notify() {
	t.deliver.Store(true)
	t.Wake()
	t.interrupt()
}

// interrupt makes the engine come back. Any goroutine may call it.
func (t *Task) interrupt() {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	if t.CPU != nil {
		t.CPU.Interrupt()
	}
}

// Force sends a signal that the task's own instruction caused: it cannot be blocked or ignored (force_sig).
func (t *Task) Force(info *linux.Siginfo) {
	sig := linux.Signal(info.Signo)
	t.sig.mu.Lock()
	t.sigmu.Lock()
	if a := &t.sig.actions[sig]; t.mask.Has(sig) || a.Handler == linux.SIG_IGN {
		*a = linux.Sigaction{}
		t.mask = t.mask.Without(sig)
	}
	t.pending.add(info, maxQueued)
	t.sigmu.Unlock()
	t.sig.mu.Unlock()
	t.deliver.Store(true)
}

// Interrupted reports whether a blocked call has to end: a signal is to be delivered, or the process is exiting.
func (t *Task) Interrupted() bool {
	if t.killed.Load() {
		return true
	}
	if !t.deliver.Load() {
		return false
	}
	t.Group.mu.Lock()
	defer t.Group.mu.Unlock()
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	return !t.pending.set.Or(t.Group.pending.set).Minus(t.mask).Empty() || t.Group.stop.by != 0
}

// takeSignal removes the next signal to deliver.
func (t *Task) takeSignal(info *linux.Siginfo) (ok bool) {
	t.Group.mu.Lock()
	defer t.Group.mu.Unlock()
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	if *info, ok = t.pending.take(t.mask); !ok {
		*info, ok = t.Group.pending.take(t.mask)
	}
	if !ok {
		t.deliver.Store(t.Group.stop.by != 0)
		return false
	}
	t.Group.stop.due = t.Group.stop.due || stops.Has(linux.Signal(info.Signo))
	return true
}

// MaySignal reports whether the task may signal another (kill(2), "permission").
func (t *Task) MaySignal(other *Task) bool {
	a, b := t.Caller.Cred, other.Caller.Cred
	return t.Capable(linux.CAP_KILL) || a.EUID == b.UID || a.EUID == b.SUID || a.UID == b.UID || a.UID == b.SUID
}
