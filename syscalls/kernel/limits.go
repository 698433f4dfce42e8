package kernel

import (
	"muslrun/arch/linux"
	"muslrun/fs"
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

// SetLimit replaces a resource limit, after the checks of setrlimit(2): EINVAL, EPERM.
func (t *Task) SetLimit(resource int, l linux.Rlimit) linux.Errno {
	g := t.Group
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case l.Cur > l.Max:
		return linux.EINVAL
	case l.Max > g.limits[resource].Max && !t.Capable(linux.CAP_SYS_RESOURCE):
		return linux.EPERM
	case resource == linux.RLIMIT_NOFILE && l.Max > 1<<20:
		return linux.EPERM
	}
	g.limits[resource] = l
	t.applyLimits()
	return 0
}

// applyLimits tells those who enforce limits. The group is locked.
func (t *Task) applyLimits() {
	l := &t.Group.limits
	t.Memory.Space.SetLimits(mm.Limits{
		AS: l[linux.RLIMIT_AS].Cur, Data: l[linux.RLIMIT_DATA].Cur, Stack: l[linux.RLIMIT_STACK].Cur,
	})
	t.Caller.FileSizeLimit = l[linux.RLIMIT_FSIZE].Cur
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
