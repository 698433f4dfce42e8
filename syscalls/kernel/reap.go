package kernel

import (
	"slices"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// WaitSpec is what wait4(2) and waitid(2) wait for.
type WaitSpec struct {
	Match                        func(g *ThreadGroup) bool
	Exited, Stopped, Continued   bool
	Keep                         bool // WNOWAIT: leave the child as it is
	NoHang                       bool
	OnlyCloned, CloneOrNot, Mine bool // __WCLONE, __WALL, __WNOTHREAD
}

// WaitResult is the child that was waited for.
type WaitResult struct {
	Group        *ThreadGroup
	PID          int
	UID          uint32
	Status       ExitStatus
	Code         int32 // CLD_*
	Signal       linux.Signal
	User, System int64 // processor time in nanoseconds
}

// Wait waits for a child to change state. A nil result without an error: there are such children, but none has yet, and
// NoHang was asked for. ECHILD if there is no such child.
func (t *Task) Wait(w *WaitSpec) (*WaitResult, linux.Errno) {
	var found *WaitResult
	var errno linux.Errno
	ready := func() bool {
		found, errno = t.Group.look(w)
		return found != nil || errno != 0 || w.NoHang
	}
	if blocked := t.BlockOn(&t.Group.ChildEvents, ^fs.Events(0), NoDeadline, ready); blocked != 0 {
		return nil, blocked
	}
	return found, errno
}

// look finds a child that has changed state. A zombie is only one waiter's: who comes second looks again, and may find
// that it was the last child.
func (g *ThreadGroup) look(w *WaitSpec) (*WaitResult, linux.Errno) {
	for {
		r, errno := g.find(w)
		if r == nil || r.Code > linux.CLD_DUMPED || w.Keep || g.bury(r.Group, r) {
			return r, errno
		}
	}
}

// find is look without the burial.
func (g *ThreadGroup) find(w *WaitSpec) (*WaitResult, linux.Errno) {
	g.mu.Lock()
	children := slices.Clone(g.children)
	g.mu.Unlock()
	any := false
	for _, c := range children {
		if !w.eligible(c) {
			continue
		}
		any = any || w.Exited || !c.Dead() // what is dead never stops or continues
		if r := c.event(w); r != nil {
			return r, 0
		}
	}
	if !any {
		return nil, linux.ECHILD
	}
	return nil, 0
}

// eligible reports whether a child is one that is waited for.
func (w *WaitSpec) eligible(c *ThreadGroup) bool {
	if !w.CloneOrNot && (c.exitSignal != linux.SIGCHLD) != w.OnlyCloned {
		return false
	}
	return w.Match(c)
}

// event takes a change of state that is waited for; nil if there is none.
func (g *ThreadGroup) event(w *WaitSpec) *WaitResult {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := &WaitResult{Group: g, PID: g.PID, UID: g.uid}
	switch {
	case g.dead && w.Exited:
		r.Status, r.Code, r.Signal = g.status, exitCode(g.status), g.status.Signal
		r.User, r.System = g.deadUser+g.childUser, g.deadSys+g.childSys
	case g.stop.news != 0 && w.Stopped && !g.dead:
		r.Code, r.Signal = linux.CLD_STOPPED, g.stop.news
		if !w.Keep {
			g.stop.news = 0
		}
	case g.stop.continued && w.Continued && !g.dead:
		r.Code, r.Signal = linux.CLD_CONTINUED, linux.SIGCONT
		g.stop.continued = w.Keep
	default:
		return nil
	}
	return r
}

func exitCode(s ExitStatus) int32 {
	if s.Signal == 0 {
		return linux.CLD_EXITED
	}
	return linux.CLD_KILLED
}

// bury removes a zombie that was waited for, and adds its processor time to the parent's. False: somebody else did.
func (g *ThreadGroup) bury(c *ThreadGroup, r *WaitResult) bool {
	g.mu.Lock()
	i := slices.Index(g.children, c)
	if i >= 0 {
		g.children = slices.Delete(g.children, i, i+1)
		g.childUser, g.childSys = g.childUser+r.User, g.childSys+r.System
	}
	g.mu.Unlock()
	if i >= 0 {
		c.reap()
	}
	return i >= 0
}

// WaitStatus encodes a result as wait4(2) reports it.
func (r *WaitResult) WaitStatus() uint32 {
	switch r.Code {
	case linux.CLD_STOPPED:
		return uint32(r.Signal)<<8 | 0x7f
	case linux.CLD_CONTINUED:
		return 0xffff
	}
	return r.Status.Wait()
}

// SigchldStatus is si_status of waitid(2) and SIGCHLD.
func (r *WaitResult) SigchldStatus() int32 {
	if r.Code == linux.CLD_EXITED {
		return int32(r.Status.Code)
	}
	return int32(r.Signal)
}

// orphan gives the children of a process that ends to the next subreaper, or to init, which buries at once.
func (g *ThreadGroup) orphan() (children []*ThreadGroup) {
	g.mu.Lock()
	children = g.children
	g.children = nil
	g.mu.Unlock()
	heir := g.reaper()
	for _, c := range children {
		c.adoptedBy(heir)
	}
	return children
}

// reaper is the closest ancestor that has called prctl PR_SET_CHILD_SUBREAPER; nil stands for init.
func (g *ThreadGroup) reaper() *ThreadGroup {
	for p := g.Parent(); p != nil; p = p.Parent() {
		p.mu.Lock()
		reaps := p.subreap && !p.exiting
		p.mu.Unlock()
		if reaps {
			return p
		}
	}
	return nil
}

// Parent is the parent process; nil is init.
func (g *ThreadGroup) Parent() *ThreadGroup {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.parent
}

func (g *ThreadGroup) adoptedBy(heir *ThreadGroup) {
	g.mu.Lock()
	g.parent, g.exitSignal, g.creator = heir, linux.SIGCHLD, nil
	if heir != nil {
		g.creator = heir.Leader
	}
	dead := g.dead
	g.mu.Unlock()
	if heir != nil {
		heir.mu.Lock()
		heir.children = append(heir.children, g)
		heir.mu.Unlock()
		if dead {
			g.tellParent(heir)
		}
		return
	}
	if dead {
		g.reap()
	}
}

// tellParent sends the signal of a process that has ended, and wakes who waits for it. A parent that ignores SIGCHLD, or
// has SA_NOCLDWAIT, never sees the zombie.
func (g *ThreadGroup) tellParent(parent *ThreadGroup) {
	g.mu.Lock()
	sig := g.exitSignal
	st := g.status
	info := linux.Siginfo{
		Signo: int32(sig), Code: exitCode(st), Pid: int32(g.PID), UID: g.uid, Utime: g.deadUser / 1e7, Stime: g.deadSys / 1e7,
	}
	g.mu.Unlock()
	r := WaitResult{Code: info.Code, Status: st, Signal: st.Signal}
	info.Status = r.SigchldStatus()
	if sig == linux.SIGCHLD && parent.ignoresChildren() {
		parent.bury(g, &WaitResult{})
	}
	if sig != 0 {
		parent.Send(&info)
	}
	parent.ChildEvents.Notify(fs.EventIn)
}

// ignoresChildren reports whether zombies of the process vanish by themselves.
func (g *ThreadGroup) ignoresChildren() bool {
	tasks := g.Tasks()
	if len(tasks) == 0 {
		return false
	}
	a := tasks[0].Action(linux.SIGCHLD)
	return a.Handler == linux.SIG_IGN || a.Flags&linux.SA_NOCLDWAIT != 0
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
