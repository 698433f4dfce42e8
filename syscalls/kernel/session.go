package kernel

import "muslrun/arch/linux"

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

// Subreaper is prctl's PR_GET_CHILD_SUBREAPER.
func (g *ThreadGroup) Subreaper() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.subreap
}

// SetSubreaper is prctl's PR_SET_CHILD_SUBREAPER.
func (g *ThreadGroup) SetSubreaper(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.subreap = on
}
