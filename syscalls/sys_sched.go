package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// scheduled is the task that a call of sched(7) is about: 0 is the caller.
func scheduled(t *kernel.Task, pid args.PID) (*kernel.Task, linux.Errno) {
	switch {
	case pid < 0:
		return nil, linux.EINVAL
	case pid == 0:
		return t, 0
	}
	if other := t.Kernel.Task(int(pid)); other != nil {
		return other, 0
	}
	return nil, linux.ESRCH
}

// maySchedule reports whether the caller may change how another task is scheduled.
func maySchedule(t, other *kernel.Task) bool {
	a, b := t.Caller.Cred, other.Caller.Cred
	return other.Group == t.Group || a.EUID == b.UID || a.EUID == b.EUID || t.Capable(linux.CAP_SYS_NICE)
}

// schedYield implements Linux system call sched_yield(2).
func schedYield(t *kernel.Task) (result, linux.Errno) {
	t.Yield()
	return 0, 0
}

// schedGetaffinity implements Linux system call sched_getaffinity(2): it gives as many bytes as Linux has for a set of
// kernel.MaxCPUs processors.
func schedGetaffinity(t *kernel.Task, pid args.PID, size args.UInt, at args.Addr) (result, linux.Errno) {
	long := t.ABI.Data.LongSize
	if pid < 0 {
		return 0, linux.ESRCH
	}
	if int(size)%long != 0 || uint64(size)*8 < uint64(min(t.Kernel.CPUs, kernel.MaxCPUs)) {
		return 0, linux.EINVAL
	}
	other, errno := scheduled(t, pid)
	if errno != 0 {
		return 0, errno
	}
	set, n := other.Affinity(), min(int(size), kernel.MaxCPUs/8)
	for i := 0; i < n; i += long {
		if errno := t.Space().SetWord(uint64(at)+uint64(i), long, set>>(i*8)); errno != 0 {
			return 0, errno
		}
	}
	return result(n), 0
}

// schedSetaffinity implements Linux system call sched_setaffinity(2). What lies past the processors there are is ignored.
func schedSetaffinity(t *kernel.Task, pid args.PID, size args.UInt, at args.Addr) (result, linux.Errno) {
	long := t.ABI.Data.LongSize
	var set uint64
	for i := 0; i+long <= min(int(size), kernel.MaxCPUs/8); i += long {
		v, errno := t.Space().Word(uint64(at)+uint64(i), long)
		if errno != 0 {
			return 0, errno
		}
		set |= v << (i * 8)
	}
	other, errno := scheduled(t, pid)
	switch {
	case errno != 0:
		return 0, errno
	case !maySchedule(t, other):
		return 0, linux.EPERM
	}
	return 0, other.SetAffinity(set)
}

// priorities is the range of priorities of a policy.
func priorities(policy args.Int) (lowest, highest int32, ok bool) {
	switch policy {
	case linux.SCHED_FIFO, linux.SCHED_RR:
		return 1, 99, true
	case linux.SCHED_NORMAL, linux.SCHED_BATCH, linux.SCHED_IDLE, linux.SCHED_DEADLINE:
		return 0, 0, true
	}
	return 0, 0, false
}

// schedGetPriorityMax implements Linux system call sched_get_priority_max(2).
func schedGetPriorityMax(_ *kernel.Task, policy args.Int) (result, linux.Errno) {
	_, highest, ok := priorities(policy)
	if !ok {
		return 0, linux.EINVAL
	}
	return result(highest), 0
}

// schedGetPriorityMin implements Linux system call sched_get_priority_min(2).
func schedGetPriorityMin(_ *kernel.Task, policy args.Int) (result, linux.Errno) {
	lowest, _, ok := priorities(policy)
	if !ok {
		return 0, linux.EINVAL
	}
	return result(lowest), 0
}

type schedParamIn = args.In[linux.SchedParam, args.SchedParamLayout]

// schedGetscheduler implements Linux system call sched_getscheduler(2).
func schedGetscheduler(t *kernel.Task, pid args.PID) (result, linux.Errno) {
	other, errno := scheduled(t, pid)
	if errno != 0 {
		return 0, errno
	}
	s := other.Scheduling()
	if s.ResetOnFork {
		return result(s.Policy) | linux.SCHED_RESET_ON_FORK, 0
	}
	return result(s.Policy), 0
}

// schedGetparam implements Linux system call sched_getparam(2).
func schedGetparam(t *kernel.Task, pid args.PID, out args.Out[linux.SchedParam, args.SchedParamLayout]) (result, linux.Errno) {
	other, errno := scheduled(t, pid)
	switch {
	case out.Null():
		return 0, linux.EINVAL
	case errno != 0:
		return 0, errno
	}
	return 0, out.Put(t, &linux.SchedParam{Priority: other.Scheduling().Priority})
}

// schedSetscheduler implements Linux system call sched_setscheduler(2).
func schedSetscheduler(t *kernel.Task, pid args.PID, policy args.Int, in schedParamIn) (result, linux.Errno) {
	if policy < 0 {
		return 0, linux.EINVAL
	}
	return schedule(t, pid, in, func(s *kernel.Scheduling) {
		s.Policy = int32(policy &^ linux.SCHED_RESET_ON_FORK)
		s.ResetOnFork = policy&linux.SCHED_RESET_ON_FORK != 0
	})
}

// schedSetparam implements Linux system call sched_setparam(2): the policy stays.
func schedSetparam(t *kernel.Task, pid args.PID, in schedParamIn) (result, linux.Errno) {
	return schedule(t, pid, in, func(*kernel.Scheduling) {})
}

func schedule(t *kernel.Task, pid args.PID, in schedParamIn, change func(*kernel.Scheduling)) (result, linux.Errno) {
	if in.Null() {
		return 0, linux.EINVAL
	}
	other, errno := scheduled(t, pid)
	if errno != 0 {
		return 0, errno
	}
	var p linux.SchedParam
	if errno := in.Get(t, &p); errno != 0 {
		return 0, errno
	}
	old := other.Scheduling()
	s := old
	change(&s)
	s.Priority = p.Priority
	if errno := mayBeScheduled(t, other, &old, &s); errno != 0 {
		return 0, errno
	}
	other.SetScheduling(s)
	return 0, 0
}

// mayBeScheduled checks a policy: EINVAL if it is none or has no such priority, EPERM for real-time priorities above
// RLIMIT_RTPRIO without CAP_SYS_NICE. SCHED_DEADLINE has more parameters than these calls can give.
func mayBeScheduled(t, other *kernel.Task, old, s *kernel.Scheduling) linux.Errno {
	lowest, highest, ok := priorities(args.Int(s.Policy))
	switch {
	case !ok, s.Policy == linux.SCHED_DEADLINE, s.Priority < lowest, s.Priority > highest:
		return linux.EINVAL
	case t.Capable(linux.CAP_SYS_NICE):
		return 0
	case !maySchedule(t, other), old.ResetOnFork && !s.ResetOnFork:
		return linux.EPERM
	case s.Priority > old.Priority && uint64(s.Priority) > other.Limit(linux.RLIMIT_RTPRIO).Cur:
		return linux.EPERM
	}
	return 0
}

// schedRRGetInterval implements Linux system calls sched_rr_get_interval(2) and its time64 twin: the time slice, of
// SCHED_RR; other policies have none to tell of.
func schedRRGetInterval[L timespecOf](t *kernel.Task, pid args.PID, out args.Out[linux.Timespec, L]) (result, linux.Errno) {
	other, errno := scheduled(t, pid)
	if errno != 0 {
		return 0, errno
	}
	var ts linux.Timespec
	if other.Scheduling().Policy == linux.SCHED_RR {
		ts.Nsec = 100_000_000
	}
	return 0, out.Put(t, &ts)
}
