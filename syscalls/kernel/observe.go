package kernel

import (
	"muslrun/arch/linux"
)

// What others may ask of a task while it runs or after it has ended: for /proc, from any goroutine.

// BorrowMemory is the task's memory, which stays until Return; nil if the task has ended.
func (t *Task) BorrowMemory() *Memory {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	if t.Memory == nil {
		return nil
	}
	return t.Memory.ref()
}

// Return ends a BorrowMemory.
func (m *Memory) Return() { m.unref() }

// SignalState is a snapshot of what a task and its process do about signals.
type SignalState struct {
	Pending, GroupPending, Blocked, Ignored, Caught linux.SigSet
	Queued                                          int
}

// SignalState looks at the task's signals.
func (t *Task) SignalState() SignalState {
	var s SignalState
	t.Group.mu.Lock()
	s.GroupPending, s.Queued = t.Group.pending.set, len(t.Group.pending.queue)
	t.Group.mu.Unlock()
	t.sigmu.Lock()
	s.Pending, s.Blocked = t.pending.set, t.mask
	s.Queued += len(t.pending.queue)
	t.sigmu.Unlock()
	t.sig.mu.Lock()
	defer t.sig.mu.Unlock()
	for n := linux.Signal(1); n < linux.NSIG; n++ {
		switch t.sig.actions[n].Handler {
		case linux.SIG_DFL:
		case linux.SIG_IGN:
			s.Ignored = s.Ignored.With(n)
		default:
			s.Caught = s.Caught.With(n)
		}
	}
	return s
}

// State is the task's state as /proc tells it: R running, S sleeping, T stopped, Z a zombie's leader.
func (t *Task) State() byte {
	switch {
	case t.Group.Dead():
		return 'Z'
	case t.Group.isStopped():
		return 'T'
	case t.blocked.Load():
		return 'S'
	}
	return 'R'
}

// Alive is false once the task has ended.
func (t *Task) Alive() bool {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	return t.CPU != nil
}

// Sleeps is how often the task has given up the processor.
func (t *Task) Sleeps() uint64 { return t.sleeps.Load() }

// Children are the ids of the child processes in the order in which they were made.
func (g *ThreadGroup) Children() []int {
	g.mu.Lock()
	defer g.mu.Unlock()
	var pids []int
	for _, c := range g.children {
		pids = append(pids, c.PID)
	}
	return pids
}
