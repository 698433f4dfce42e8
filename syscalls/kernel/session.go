package kernel

import "muslrun/arch/linux"

// SetPGID moves a process, the caller or one of its children, into a process group of the session (setpgid(2)); 0 means
// one of its own.
func (g *ThreadGroup) SetPGID(target *ThreadGroup, pgid int) linux.Errno {
	if pgid == 0 {
		pgid = target.PID
	}
	sid := g.SID()
	if target != g {
		target.mu.Lock()
		child, execed := target.parent == g, target.execed
		target.mu.Unlock()
		switch {
		case !child:
			return linux.ESRCH
		case execed:
			return linux.EACCES
		case target.SID() != sid:
			return linux.EPERM
		}
	}
	if target.SID() == target.PID || pgid != target.PID && !g.Kernel.groupInSession(pgid, sid) {
		return linux.EPERM
	}
	target.mu.Lock()
	defer target.mu.Unlock()
	target.pgid = pgid
	return 0
}

// groupInSession reports whether a process group exists in a session.
func (k *Kernel) groupInSession(pgid, sid int) bool {
	for _, g := range k.Groups() {
		if g.PGID() == pgid && g.SID() == sid {
			return true
		}
	}
	return false
}

// NewSession makes the process the leader of a new session (setsid(2)); EPERM if it leads a process group.
func (g *ThreadGroup) NewSession() (int, linux.Errno) {
	for _, other := range g.Kernel.Groups() {
		if other.PGID() == g.PID {
			return 0, linux.EPERM
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pgid, g.sid = g.PID, g.PID
	return g.PID, 0
}

// UID is the real user id of the process's first task; 0 once it is a zombie.
func (g *ThreadGroup) UID() uint32 {
	tasks := g.Tasks()
	if len(tasks) == 0 {
		return 0
	}
	return tasks[0].Caller.Cred.UID
}

// MaySignal reports whether the task may signal another (kill(2), "permission").
func (t *Task) MaySignal(other *Task) bool {
	a, b := t.Caller.Cred, other.Caller.Cred
	return t.Capable(linux.CAP_KILL) || a.EUID == b.UID || a.EUID == b.SUID || a.UID == b.UID || a.UID == b.SUID
}

// ChildrenTime is the processor time of waited-for children, in nanoseconds.
func (g *ThreadGroup) ChildrenTime() (user, system int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.childUser, g.childSys
}

// SetSubreaper is prctl's PR_SET_CHILD_SUBREAPER.
func (g *ThreadGroup) SetSubreaper(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.subreap = on
}
