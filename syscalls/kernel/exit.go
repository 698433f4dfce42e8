package kernel

import (
	"slices"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Exit ends one task (exit(2)); the last one ends the process with its code.
func (t *Task) Exit(code int) {
	t.Group.mu.Lock()
	if len(t.Group.tasks) == 1 && !t.Group.exiting {
		t.Group.status = ExitStatus{Code: code & 0xff}
	}
	t.Group.mu.Unlock()
	t.killed.Store(true)
}

// ExitGroup ends the process (exit_group(2)).
func (t *Task) ExitGroup(code int) { t.Group.exit(ExitStatus{Code: code & 0xff}) }

// exit ends all tasks of the process. It reports false if the process was ending already.
func (g *ThreadGroup) exit(status ExitStatus) bool {
	g.mu.Lock()
	if g.exiting {
		g.mu.Unlock()
		return false
	}
	g.exiting, g.status = true, status
	tasks := append([]*Task(nil), g.tasks...)
	g.mu.Unlock()
	for _, t := range tasks {
		t.kill()
	}
	return true
}

// kill makes a task leave its loop.
func (t *Task) kill() {
	t.killed.Store(true)
	t.Wake()
	t.interrupt()
}

// Kill ends every process with a signal, for limits and for muslrun's own end.
func (k *Kernel) Kill(sig linux.Signal) {
	for _, g := range k.Groups() {
		g.exit(ExitStatus{Signal: sig})
	}
}

// finish gives back what an ended task has (do_exit).
func (t *Task) finish() {
	defer t.Kernel.running.Done()
	t.releaseRobustList()
	t.ReleaseSemUndo()
	t.releaseFiles()
	t.clearChildTID()
	t.releaseVfork()
	t.retarget(linux.AllSignals())
	t.closeCPU().unref()
	k := t.Kernel
	now := t.charge(&t.cpu.system)
	k.mu.Lock()
	k.goneSeeming += t.cpu.seeming(now)
	delete(k.tasks, t.TID)
	k.mu.Unlock()
	t.leaveChildren()
	t.Group.leave(t)
}

// leaveChildren gives the children that an ending task has made to another task of the process, and sends the signals that
// they have asked for (PR_SET_PDEATHSIG of prctl(2)).
func (t *Task) leaveChildren() {
	t.Group.mu.Lock()
	children := slices.Clone(t.Group.children)
	i := slices.IndexFunc(t.Group.tasks, func(o *Task) bool { return o != t && !o.killed.Load() })
	var heir *Task
	if i >= 0 {
		heir = t.Group.tasks[i]
	}
	t.Group.mu.Unlock()
	for _, c := range children {
		c.creatorGone(t, heir)
	}
}

func (g *ThreadGroup) creatorGone(creator, heir *Task) {
	g.mu.Lock()
	mine := g.creator == creator
	if mine {
		g.creator = heir
	}
	tasks := slices.Clone(g.tasks)
	g.mu.Unlock()
	for _, t := range tasks {
		if sig := t.DeathSignal.Load(); mine && sig != 0 {
			g.Send(&linux.Siginfo{Signo: sig, Code: linux.SI_USER, Pid: int32(creator.Group.PID), UID: creator.Caller.Cred.UID})
		}
	}
}

// closeCPU frees the CPU, so that nobody can interrupt it any more, and gives back the memory that it ran in.
func (t *Task) closeCPU() *Memory {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	memory := t.Memory
	t.CPU.Close()
	t.CPU, t.Memory = nil, nil
	return memory
}

// releaseFiles closes the task's descriptors if it is the last user of the table.
func (t *Task) releaseFiles() {
	if t.Files.unref() {
		for _, f := range t.Files.takeAll() {
			t.CloseFile(f)
		}
	}
}

// CloseFile drops a descriptor's reference to a file, and the POSIX locks of the process on it (close(2)).
func (t *Task) CloseFile(f *fs.File) {
	f.UnlockAll(t.Files)
	if flusher, ok := f.Ops.(fs.Flusher); ok {
		flusher.Flush(&t.Caller)
	}
	f.Unref(&t.Caller)
}

// leave takes an ended task out of its process; the last one makes the process a zombie.
func (g *ThreadGroup) leave(t *Task) {
	g.mu.Lock()
	g.tasks = slices.DeleteFunc(g.tasks, func(o *Task) bool { return o == t })
	user, system := t.CPUTime()
	g.deadUser, g.deadSys = g.deadUser+user, g.deadSys+system
	g.uid = t.Caller.Cred.UID
	left := slices.Clone(g.tasks)
	g.mu.Unlock()
	if len(left) > 0 {
		g.checkStopped()
		left[0].Wake() // it may wait to be the only one
		return
	}
	g.deleteTimers()
	g.stopIntervals()
	g.endSession()
	g.strandJobs(g.orphan())
	g.mu.Lock()
	g.dead, g.exiting = true, true
	parent := g.parent
	g.mu.Unlock()
	close(g.done)
	g.exited.Notify(fs.EventIn)
	if parent == nil {
		g.reap()
		return
	}
	g.tellParent(parent)
}

// reap forgets a zombie.
func (g *ThreadGroup) reap() {
	g.leaveJob()
	g.Kernel.mu.Lock()
	defer g.Kernel.mu.Unlock()
	g.mu.Lock()
	g.Kernel.goneUser, g.Kernel.goneSystem = g.Kernel.goneUser+g.deadUser, g.Kernel.goneSystem+g.deadSys
	g.mu.Unlock()
	delete(g.Kernel.groups, g.PID)
}
