package kernel

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// stopState is how far a process is stopped by a signal (group stop). It is complete when every task has parked, and
// only then the parent is told.
type stopState struct {
	by     linux.Signal // the signal that stops the process, 0 if it runs
	due    bool         // a task has taken a signal that stops, and no SIGCONT has come since (JOBCTL_STOP_DEQUEUED)
	parked int          // tasks that have stopped
	told   bool         // the parent was
	// News for wait4: the signal that stopped the process, and that it goes on.
	news      linux.Signal
	continued bool
}

// stopBy has all tasks of the process stop until SIGCONT.
func (g *ThreadGroup) stopBy(sig linux.Signal) {
	g.mu.Lock()
	if g.stop.by == 0 && g.stop.due {
		g.stop.by, g.stop.told = sig, false
	}
	tasks := append([]*Task(nil), g.tasks...)
	g.mu.Unlock()
	for _, t := range tasks {
		t.notify()
	}
	g.checkStopped()
}

// resume ends a stop: by SIGCONT, of which the parent is told, or by SIGKILL.
func (g *ThreadGroup) resume(by linux.Signal) {
	g.mu.Lock()
	was := g.stop.by != 0
	g.stop.by, g.stop.news, g.stop.told, g.stop.due = 0, 0, false, false
	g.stop.continued = g.stop.continued || was && by == linux.SIGCONT
	tasks := append([]*Task(nil), g.tasks...)
	g.mu.Unlock()
	if !was {
		return
	}
	for _, t := range tasks {
		t.Wake()
	}
	if by == linux.SIGCONT {
		g.tellChange(linux.CLD_CONTINUED, linux.SIGCONT)
	}
}

// dropPending removes the pending signals of a set from the process and all its tasks: SIGCONT undoes stops that have not
// happened, and the other way round.
func (g *ThreadGroup) dropPending(set linux.SigSet) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pending.drop(set)
	for _, t := range g.tasks {
		t.sigmu.Lock()
		t.pending.drop(set)
		t.sigmu.Unlock()
	}
}

// waitWhileStopped parks the task until the process goes on.
func (t *Task) waitWhileStopped() {
	if !t.Group.isStopped() {
		return
	}
	t.Group.park(1)
	for t.Group.isStopped() && !t.killed.Load() {
		t.sleep()
	}
	t.Group.park(-1)
}

// park counts the tasks that have stopped. Whoever makes the count complete tells the parent.
func (g *ThreadGroup) park(by int) {
	g.mu.Lock()
	g.stop.parked += by
	g.mu.Unlock()
	g.checkStopped()
}

// checkStopped tells the parent once all tasks have stopped. It is called when a task has, and when one has ended.
func (g *ThreadGroup) checkStopped() {
	g.mu.Lock()
	s := &g.stop
	complete := s.by != 0 && !s.told && s.parked == len(g.tasks) && len(g.tasks) > 0
	if complete {
		s.told, s.news, s.continued = true, s.by, false
	}
	sig := s.by
	g.mu.Unlock()
	if complete {
		g.tellChange(linux.CLD_STOPPED, sig)
	}
}

func (g *ThreadGroup) isStopped() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.stop.by != 0
}

// tellChange tells the parent that the process has stopped or goes on: by SIGCHLD unless it has SA_NOCLDSTOP, and by
// waking who waits for it (do_notify_parent_cldstop). The parent of the first program is whoever runs muslrun.
func (g *ThreadGroup) tellChange(code int32, sig linux.Signal) {
	parent := g.Parent()
	if parent == nil {
		if g.first && g.Kernel.Stopped != nil && code == linux.CLD_STOPPED {
			g.Kernel.Stopped(sig)
		}
		return
	}
	if parent.wantsStops() {
		user, system := g.CPUTime()
		parent.Send(&linux.Siginfo{Signo: linux.SIGCHLD, Code: code, Pid: int32(g.PID), UID: g.UID(), Status: int32(sig),
			Utime: user / 1e7, Stime: system / 1e7})
	}
	parent.ChildEvents.Notify(fs.EventIn)
}

// wantsStops reports whether the process gets SIGCHLD when a child stops or goes on.
func (g *ThreadGroup) wantsStops() bool {
	tasks := g.Tasks()
	if len(tasks) == 0 {
		return false
	}
	a := tasks[0].Action(linux.SIGCHLD)
	return a.Handler != linux.SIG_IGN && a.Flags&linux.SA_NOCLDSTOP == 0
}
