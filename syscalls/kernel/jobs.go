package kernel

import (
	"slices"
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
)

// jobTable knows the process groups, and through them the sessions (credentials(7)).
//
// Its lock comes before every other lock of the kernel. Signals to a process group are sent with it held, so that a
// child being made meanwhile is either among those who get them, or not made at all (see Task.join).
type jobTable struct {
	mu     sync.Mutex
	groups map[int]*processGroup
	// signals counts the signals to process groups so far.
	signals atomic.Uint64
}

// session is processes that share a controlling terminal (setsid(2)).
type session struct {
	id     int
	groups int // process groups in it
}

// processGroup is a job: processes that a shell handles as one (setpgid(2)). Zombies belong to it until they are waited
// for.
type processGroup struct {
	id      int
	session *session
	members []*ThreadGroup
}

// PGID is the process group.
func (g *ThreadGroup) PGID() int { return g.job.Load().id }

// SID is the session.
func (g *ThreadGroup) SID() int { return g.job.Load().session.id }

// leadsSession reports whether the process has made its session.
func (g *ThreadGroup) leadsSession() bool { return g.SID() == g.PID }

// beginSession registers the task of a first process, which leads a session of its own.
func (k *Kernel) beginSession(t *Task, tty *TTY) linux.Errno {
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	if errno := k.register(t); errno != 0 {
		return errno
	}
	g := t.Group
	k.enter(g, &processGroup{id: g.PID, session: &session{id: g.PID}})
	g.first = true
	if tty != nil {
		tty.take(g)
	}
	return 0
}

// joinJob registers the task of a new process, which belongs to its maker's process group. If that was signaled while
// the child was being made, the parent sees to the signal first.
func (k *Kernel) joinJob(t, parent *Task, seen uint64) linux.Errno {
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	if k.jobs.signals.Load() != seen && parent.Interrupted() {
		return linux.ERESTARTNOINTR
	}
	p := parent.Group
	t.Group.job.Store(p.job.Load())
	if errno := k.register(t); errno != 0 {
		return errno
	}
	k.enter(t.Group, p.job.Load())
	t.Group.tty = p.tty
	return 0
}

// leaveJob ends the membership of a process that is forgotten.
func (g *ThreadGroup) leaveJob() {
	g.Kernel.jobs.mu.Lock()
	defer g.Kernel.jobs.mu.Unlock()
	g.Kernel.withdraw(g)
}

// enter makes a process a member of a process group, which may be new. The table is locked.
func (k *Kernel) enter(g *ThreadGroup, to *processGroup) {
	if len(to.members) == 0 {
		k.jobs.groups[to.id] = to
		if to.session.groups++; to.session.groups == 1 {
			k.reserve(to.session.id, 1)
		}
		k.reserve(to.id, 1)
	}
	to.members = append(to.members, g)
	g.job.Store(to)
}

// withdraw takes a process out of its process group; the last one ends it. The table is locked.
func (k *Kernel) withdraw(g *ThreadGroup) {
	from := g.job.Load()
	at := slices.Index(from.members, g)
	if at < 0 {
		return
	}
	if from.members = slices.Delete(from.members, at, at+1); len(from.members) > 0 {
		return
	}
	delete(k.jobs.groups, from.id)
	k.reserve(from.id, -1)
	if from.session.groups--; from.session.groups == 0 {
		k.reserve(from.session.id, -1)
	}
}

// reserve keeps an id that names a process group or a session from being given to a new process.
func (k *Kernel) reserve(id, by int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.reserved[id] += by; k.reserved[id] == 0 {
		delete(k.reserved, id)
	}
}

// SetPGID moves a process, the caller or one of its children, into a process group of the session (setpgid(2)); 0 means
// one of its own.
func (g *ThreadGroup) SetPGID(target *ThreadGroup, pgid int) linux.Errno {
	k := g.Kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	own := g.job.Load().session
	if errno := g.mayMove(target, own); errno != 0 {
		return errno
	}
	to := &processGroup{id: target.PID, session: own}
	if pgid == 0 {
		pgid = target.PID
	}
	if existing := k.jobs.groups[pgid]; existing != nil {
		to = existing
	}
	if to.id != pgid || to.session != own || target.leadsSession() {
		return linux.EPERM
	}
	if target.job.Load() != to {
		k.withdraw(target)
		k.enter(target, to)
	}
	return 0
}

// mayMove reports why the process group of target is not g's to set, as far as target is another process.
func (g *ThreadGroup) mayMove(target *ThreadGroup, own *session) linux.Errno {
	if target == g {
		return 0
	}
	target.mu.Lock()
	defer target.mu.Unlock()
	switch {
	case target.parent != g:
		return linux.ESRCH
	case target.job.Load().session != own:
		return linux.EPERM
	case target.execed:
		return linux.EACCES
	}
	return 0
}

// NewSession makes the process the leader of a new session (setsid(2)); EPERM if there is a process group with its id.
func (g *ThreadGroup) NewSession() (int, linux.Errno) {
	k := g.Kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	if k.jobs.groups[g.PID] != nil {
		return 0, linux.EPERM
	}
	k.withdraw(g)
	k.enter(g, &processGroup{id: g.PID, session: &session{id: g.PID}})
	g.tty = nil
	return g.PID, 0
}

// send sends a signal of the kernel to all members. The table is locked.
func (k *Kernel) send(to *processGroup, sig linux.Signal) {
	if to == nil {
		return
	}
	k.jobs.signals.Add(1)
	for _, m := range to.members {
		m.Send(&linux.Siginfo{Signo: int32(sig), Code: linux.SI_KERNEL})
	}
}

// ForJob calls fn for every member of a process group, with the group kept from growing. fn may send signals, and take
// no part in jobs otherwise.
func (k *Kernel) ForJob(pgid int, fn func(g *ThreadGroup)) {
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	p := k.jobs.groups[pgid]
	if p == nil {
		return
	}
	k.jobs.signals.Add(1)
	for _, m := range p.members {
		fn(m)
	}
}

// SignalGroup sends a signal of the kernel to every process of a process group.
func (k *Kernel) SignalGroup(pgid int, sig linux.Signal) {
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	k.send(k.jobs.groups[pgid], sig)
}

// orphaned reports whether nobody is left who could continue the members when they are stopped: none but the one to be
// ignored has a parent in another process group of the session (will_become_orphaned_pgrp). The table is locked.
func (p *processGroup) orphaned(ignored *ThreadGroup) bool {
	for _, m := range p.members {
		if m == ignored || m.Dead() {
			continue
		}
		parent := m.Parent()
		if parent == nil {
			if m.first && m.Kernel.Stopped != nil {
				return false
			}
			continue
		}
		if at := parent.job.Load(); at != p && at.session == p.session {
			return false
		}
	}
	return true
}

func (p *processGroup) hasStopped() bool {
	return slices.ContainsFunc(p.members, (*ThreadGroup).isStopped)
}

// inOrphanedJob reports whether job control signals do not stop the process, since nobody would continue it.
func (g *ThreadGroup) inOrphanedJob() bool {
	g.Kernel.jobs.mu.Lock()
	defer g.Kernel.jobs.mu.Unlock()
	return g.job.Load().orphaned(nil)
}

// strandJobs ends the stops of process groups that nobody is left to continue, with SIGHUP and SIGCONT: those of the
// children that g leaves behind, and its own (kill_orphaned_pgrp).
func (g *ThreadGroup) strandJobs(children []*ThreadGroup) {
	k := g.Kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	own := g.job.Load()
	for _, c := range children {
		k.strand(c.job.Load(), own, nil)
	}
	if parent := g.Parent(); parent != nil {
		k.strand(own, parent.job.Load(), g)
	}
}

// strand is strandJobs for one process group that was tied to another.
func (k *Kernel) strand(p, tie *processGroup, ignored *ThreadGroup) {
	if tie != p && tie.session == p.session && p.hasStopped() && p.orphaned(ignored) {
		k.send(p, linux.SIGHUP)
		k.send(p, linux.SIGCONT)
	}
}
