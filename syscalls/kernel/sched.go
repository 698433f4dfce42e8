package kernel

import "muslrun/arch/linux"

// MaxCPUs is the most processors that guests can be told of.
const MaxCPUs = 64

// Scheduling is how a task asks to be scheduled (sched(7)). It is kept and told; the host schedules.
type Scheduling struct {
	Policy      int32 // linux.SCHED_NORMAL ...
	Priority    int32 // of the real-time policies: 1 to 99
	ResetOnFork bool
	affinity    uint64 // the processors it may run on, one bit each; 0 means all
}

// AllCPUs is the set of all processors, one bit each.
func (k *Kernel) AllCPUs() uint64 {
	if n := min(max(k.CPUs, 1), MaxCPUs); n < MaxCPUs {
		return 1<<n - 1
	}
	return ^uint64(0)
}

// Scheduling is the task's policy. Any goroutine may ask.
func (t *Task) Scheduling() Scheduling {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	return t.sched
}

// SetScheduling replaces the policy, not the affinity.
func (t *Task) SetScheduling(s Scheduling) {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	s.affinity = t.sched.affinity
	t.sched = s
}

// Affinity is the set of processors that the task may run on.
func (t *Task) Affinity() uint64 {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	if t.sched.affinity == 0 {
		return t.Kernel.AllCPUs()
	}
	return t.sched.affinity
}

// SetAffinity replaces that set, of which only processors that exist count: EINVAL if there is none.
func (t *Task) SetAffinity(set uint64) linux.Errno {
	set &= t.Kernel.AllCPUs()
	if set == 0 {
		return linux.EINVAL
	}
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	t.sched.affinity = set
	return 0
}

// inheritScheduling gives a new task what its parent has (sched_fork).
func (t *Task) inheritScheduling(parent *Task) {
	s := parent.Scheduling()
	if s.ResetOnFork {
		s = Scheduling{affinity: s.affinity}
	}
	t.sched = s
}
