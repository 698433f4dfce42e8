package kernel

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/hrtimer"
	"muslrun/syscalls/mm"
)

const unlimited = linux.RLIM_INFINITY

// Limits are the resource limits of a process, by RLIMIT_ number (getrlimit(2)).
type Limits [linux.RLIM_NLIMITS]linux.Rlimit

// DefaultLimits are those of an ordinary login.
func DefaultLimits() Limits {
	l := Limits{}
	for i := range l {
		l[i] = linux.Rlimit{Cur: unlimited, Max: unlimited}
	}
	l[linux.RLIMIT_STACK].Cur = 8 << 20
	l[linux.RLIMIT_CORE].Cur = 0
	l[linux.RLIMIT_NPROC] = linux.Rlimit{Cur: 4096, Max: 4096}
	l[linux.RLIMIT_NOFILE] = linux.Rlimit{Cur: 1024, Max: 1 << 20}
	l[linux.RLIMIT_MEMLOCK] = linux.Rlimit{Cur: 8 << 20, Max: 8 << 20}
	l[linux.RLIMIT_SIGPENDING] = linux.Rlimit{Cur: 4096, Max: 4096}
	l[linux.RLIMIT_MSGQUEUE] = linux.Rlimit{Cur: 819200, Max: 819200}
	l[linux.RLIMIT_NICE] = linux.Rlimit{}
	l[linux.RLIMIT_RTPRIO] = linux.Rlimit{}
	return l
}

// Limit is one resource limit of the task's process.
func (t *Task) Limit(resource int) linux.Rlimit {
	t.Group.mu.Lock()
	defer t.Group.mu.Unlock()
	return t.Group.limits[resource]
}

// SetLimit replaces a resource limit of g, after the checks of setrlimit(2) for t: EINVAL, EPERM.
func (t *Task) SetLimit(g *ThreadGroup, resource int, l linux.Rlimit) linux.Errno {
	if resource == linux.RLIMIT_CPU && l.Cur == 0 {
		l.Cur = 1 // a second: 0 would be none
	}
	if errno := g.replaceLimit(resource, l, t.Capable(linux.CAP_SYS_RESOURCE)); errno != 0 {
		return errno
	}
	switch resource {
	case linux.RLIMIT_CPU:
		g.watchCPU()
	case linux.RLIMIT_AS, linux.RLIMIT_DATA, linux.RLIMIT_STACK, linux.RLIMIT_FSIZE:
		g.applyLimits()
	}
	return 0
}

func (g *ThreadGroup) replaceLimit(resource int, l linux.Rlimit, mayRaise bool) linux.Errno {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case l.Cur > l.Max:
		return linux.EINVAL
	case resource == linux.RLIMIT_NOFILE && l.Max > 1<<20:
		return linux.EPERM
	case l.Max > g.limits[resource].Max && !mayRaise:
		return linux.EPERM
	}
	g.limits[resource] = l
	return 0
}

// applyLimits tells those who enforce limits.
func (g *ThreadGroup) applyLimits() {
	l := g.Limits()
	g.fileSize.Store(l[linux.RLIMIT_FSIZE].Cur)
	for _, t := range g.Tasks() {
		if m := t.memory(); m != nil {
			m.Space.SetLimits(l.memory())
			return // the tasks share it
		}
	}
}

// memory is what bounds mappings.
func (l *Limits) memory() mm.Limits {
	return mm.Limits{AS: l[linux.RLIMIT_AS].Cur, Data: l[linux.RLIMIT_DATA].Cur, Stack: l[linux.RLIMIT_STACK].Cur}
}

// memory is the task's memory as any goroutine may ask for it; nil if the task has ended.
func (t *Task) memory() *Memory {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	return t.Memory
}

// watchCPU sets the timer that enforces RLIMIT_CPU.
func (g *ThreadGroup) watchCPU() {
	const longest = 1 << 32 // seconds, more than a century
	limit := g.Limits()[linux.RLIMIT_CPU].Cur
	g.intervals.mu.Lock()
	defer g.intervals.mu.Unlock()
	if g.intervals.limit == nil {
		if limit > longest {
			return
		}
		g.intervals.limit = hrtimer.New(g.CPUClock(), g.cpuOver)
	}
	if limit > longest || g.Dead() {
		g.intervals.limit.Stop()
		return
	}
	g.intervals.limit.Set(hrtimer.Setting{Value: int64(limit) * 1e9}, true)
}

// cpuOver tells a process that it has used the processor time of RLIMIT_CPU: by SIGXCPU each second from the soft limit
// on, and by SIGKILL at the hard one (check_process_timers in Linux's kernel/time/posix-cpu-timers.c).
func (g *ThreadGroup) cpuOver() {
	user, system := g.CPUTime()
	used := uint64(user+system) / 1e9
	sig := linux.SIGXCPU
	g.mu.Lock()
	switch l := &g.limits[linux.RLIMIT_CPU]; {
	case used >= l.Max:
		sig = linux.SIGKILL
	case used >= l.Cur:
		l.Cur++
	default:
		sig = 0
	}
	g.mu.Unlock()
	if sig != 0 {
		g.Send(&linux.Siginfo{Signo: int32(sig), Code: linux.SI_KERNEL})
	}
	if sig != linux.SIGKILL {
		g.watchCPU()
	}
}

// Capable reports whether the task has a capability (capabilities(7)).
func (t *Task) Capable(c linux.Capability) bool { return t.Caller.Cred.Effective>>c&1 != 0 }

// RootCredentials are user 0's, with every capability.
func RootCredentials() *fs.Credentials { return UserCredentials(0, 0) }

// UserCredentials are an ordinary login's: no capability unless the user is root.
func UserCredentials(uid, gid uint32) *fs.Credentials {
	c := &fs.Credentials{
		UID: uid, EUID: uid, SUID: uid, FSUID: uid, GID: gid, EGID: gid, SGID: gid, FSGID: gid, Bounding: linux.CapsAll,
	}
	if uid == 0 {
		c.Permitted, c.Effective = linux.CapsAll, linux.CapsAll
	}
	return c
}
