package syscalls

import (
	"math"

	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// innerResource gives a resource in inner numbering, and whether it exists.
func innerResource(t *kernel.Task, r args.Resource) (int, bool) {
	n := t.ABI.Consts.RLimits.ToInner(uint64(r))
	return int(n), n < linux.RLIM_NLIMITS
}

// getrlimit implements Linux system calls getrlimit(2) and ugetrlimit.
func getrlimit(t *kernel.Task, r args.Resource, out args.Out[linux.Rlimit, args.RlimitLayout]) (result, linux.Errno) {
	n, ok := innerResource(t, r)
	if !ok {
		return 0, linux.EINVAL
	}
	l := t.Limit(n)
	infinity := t.ABI.Consts.RLimInfinity
	l.Cur, l.Max = min(l.Cur, infinity), min(l.Max, infinity)
	return 0, out.Put(t, &l)
}

// oldGetrlimit implements Linux system call getrlimit(2) of old: what does not fit a signed word is told as the largest
// that does.
func oldGetrlimit(t *kernel.Task, r args.Resource, out args.Out[linux.Rlimit, args.RlimitLayout]) (result, linux.Errno) {
	n, ok := innerResource(t, r)
	if !ok {
		return 0, linux.EINVAL
	}
	l := t.Limit(n)
	l.Cur, l.Max = min(l.Cur, math.MaxInt32), min(l.Max, math.MaxInt32)
	return 0, out.Put(t, &l)
}

// setrlimit implements Linux system call setrlimit(2).
func setrlimit(t *kernel.Task, r args.Resource, in args.In[linux.Rlimit, args.RlimitLayout]) (result, linux.Errno) {
	n, ok := innerResource(t, r)
	if !ok {
		return 0, linux.EINVAL
	}
	var l linux.Rlimit
	if errno := in.Get(t, &l); errno != 0 {
		return 0, errno
	}
	l.Cur, l.Max = limitToInner(t, l.Cur), limitToInner(t, l.Max)
	return 0, t.SetLimit(t.Group, n, l)
}

// limitToInner knows the ABI's word for no limit.
func limitToInner(t *kernel.Task, v uint64) uint64 {
	if v >= t.ABI.Consts.RLimInfinity {
		return linux.RLIM_INFINITY
	}
	return v
}

// prlimit64 implements Linux system call prlimit64(2).
func prlimit64(t *kernel.Task, pid args.PID, r args.Resource, in args.In[linux.Rlimit, args.Rlimit64Layout],
	out args.Out[linux.Rlimit, args.Rlimit64Layout]) (result, linux.Errno) {
	n, ok := innerResource(t, r)
	if !ok {
		return 0, linux.EINVAL
	}
	target := t
	if pid == initPID {
		return 0, linux.EPERM
	}
	if pid != 0 && int(pid) != t.TID {
		if target = t.Kernel.Task(int(pid)); target == nil {
			return 0, linux.ESRCH
		}
		if target.Group != t.Group && !mayLimit(t, target) {
			return 0, linux.EPERM
		}
	}
	old := target.Limit(n)
	if !in.Null() {
		var l linux.Rlimit
		if errno := in.Get(t, &l); errno != 0 {
			return 0, errno
		}
		if errno := t.SetLimit(target.Group, n, l); errno != 0 {
			return 0, errno
		}
	}
	return 0, out.PutIf(t, &old)
}

// mayLimit reports whether t may see and set the limits of another process (check_prlimit_permission in Linux's
// kernel/sys.c).
func mayLimit(t, target *kernel.Task) bool {
	c, o := t.Caller.Cred, target.Caller.Cred
	same := c.UID == o.UID && c.UID == o.EUID && c.UID == o.SUID && c.GID == o.GID && c.GID == o.EGID && c.GID == o.SGID
	return same || t.Capable(linux.CAP_SYS_RESOURCE)
}

// getrusage implements Linux system call getrusage(2).
func getrusage(t *kernel.Task, who args.Int, out args.Out[linux.Rusage, args.RusageLayout]) (result, linux.Errno) {
	var user, system int64
	switch who {
	case linux.RUSAGE_SELF:
		user, system = t.Group.CPUTime()
	case linux.RUSAGE_CHILDREN:
		user, system = t.Group.ChildrenTime()
	case linux.RUSAGE_THREAD:
		user, system = t.CPUTime()
	default:
		return 0, linux.EINVAL
	}
	return 0, out.Put(t, &linux.Rusage{Utime: timeval(user), Stime: timeval(system), Maxrss: t.Kernel.ResidentKiB(t)})
}

func timeval(ns int64) linux.Timeval { return linux.Timeval{Sec: ns / 1e9, Usec: ns % 1e9 / 1000} }

// priorityTargets are the processes that getpriority(2) and setpriority(2) name.
func priorityTargets(t *kernel.Task, which, who args.Int) ([]*kernel.ThreadGroup, linux.Errno) {
	var match func(*kernel.ThreadGroup) bool
	switch which {
	case linux.PRIO_PROCESS:
		pid := int(who)
		if pid == 0 {
			pid = t.Group.PID
		}
		match = func(g *kernel.ThreadGroup) bool { return g.PID == pid }
	case linux.PRIO_PGRP:
		pgid := int(who)
		if pgid == 0 {
			pgid = t.Group.PGID()
		}
		match = func(g *kernel.ThreadGroup) bool { return g.PGID() == pgid }
	case linux.PRIO_USER:
		uid := uint32(who)
		if uid == 0 {
			uid = t.Caller.Cred.UID
		}
		match = func(g *kernel.ThreadGroup) bool { return g.UID() == uid }
	default:
		return nil, linux.EINVAL
	}
	var out []*kernel.ThreadGroup
	for _, g := range t.Kernel.Groups() {
		if match(g) {
			out = append(out, g)
		}
	}
	if len(out) == 0 {
		return nil, linux.ESRCH
	}
	return out, 0
}

// namesInit reports whether a priority is that of process 1, the kernel's own: it is 0, and nobody's to change.
func namesInit(which, who args.Int) bool { return which == linux.PRIO_PROCESS && who == initPID }

// getpriority implements Linux system call getpriority(2): the result is 20 minus the nice value, of the most favoured.
func getpriority(t *kernel.Task, which, who args.Int) (result, linux.Errno) {
	if namesInit(which, who) {
		return 20, 0
	}
	groups, errno := priorityTargets(t, which, who)
	best := 0
	for _, g := range groups {
		best = max(best, 20-g.Nice())
	}
	return result(best), errno
}

// setpriority implements Linux system call setpriority(2).
func setpriority(t *kernel.Task, which, who, nice args.Int) (result, linux.Errno) {
	if namesInit(which, who) {
		return 0, linux.EPERM
	}
	groups, errno := priorityTargets(t, which, who)
	if errno != 0 {
		return 0, errno
	}
	for _, g := range groups {
		switch {
		case g.UID() != t.Caller.Cred.EUID && !t.Capable(linux.CAP_SYS_NICE):
			return 0, linux.EPERM
		case !mayNice(t, g, int(nice)):
			return 0, linux.EACCES
		}
		g.SetNice(int(nice))
	}
	return 0, 0
}

// nice implements Linux system call nice(2).
func nice(t *kernel.Task, inc args.Int) (result, linux.Errno) {
	want := t.Group.Nice() + int(min(max(inc, -40), 40))
	if inc < 0 && !mayNice(t, t.Group, want) {
		return 0, linux.EPERM
	}
	t.Group.SetNice(want)
	return 0, 0
}

// mayNice reports whether t may set a process's nice value: lower than it is only as RLIMIT_NICE allows.
func mayNice(t *kernel.Task, g *kernel.ThreadGroup, nice int) bool {
	nice = min(max(nice, -20), 19)
	limit := g.Limits()[linux.RLIMIT_NICE].Cur
	return nice >= g.Nice() || uint64(20-nice) <= limit || t.Capable(linux.CAP_SYS_NICE)
}
