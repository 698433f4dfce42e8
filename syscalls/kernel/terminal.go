package kernel

import (
	"fmt"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// TTY is what the kernel knows of a terminal: the session that it controls, and the process group of that which is in
// the foreground (the ctrl part of Linux's tty_struct). It is the terminal's fs.JobControl.
type TTY struct {
	Device uint64 // st_rdev
	Opener        // what /dev/tty leads to

	kernel *Kernel
	// Guarded by the lock of Kernel.jobs.
	session    *session
	foreground int // 0 for none
}

// Opener is something that can be opened any number of times.
type Opener interface {
	Open(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno)
}

// NewTTY makes the job control of a terminal.
func (k *Kernel) NewTTY(device uint64, opener Opener) *TTY {
	return &TTY{Device: device, Opener: opener, kernel: k}
}

var _ fs.JobControl = (*TTY)(nil)

// controlling gives the caller's process if the terminal is its controlling one. The table is locked.
func (y *TTY) controlling(c *fs.Caller) *Task {
	if t, ok := c.Task.(*Task); ok && t.Group.tty == y {
		return t
	}
	return nil
}

// Background implements fs.JobControl.
func (y *TTY) Background(c *fs.Caller) bool {
	y.kernel.jobs.mu.Lock()
	defer y.kernel.jobs.mu.Unlock()
	return y.background(y.controlling(c))
}

func (y *TTY) background(t *Task) bool {
	return t != nil && y.foreground != 0 && t.Group.PGID() != y.foreground
}

// Check implements fs.JobControl (__tty_check_change).
func (y *TTY) Check(c *fs.Caller, sig linux.Signal) linux.Errno {
	k := y.kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	t := y.controlling(c)
	if !y.background(t) {
		return 0
	}
	job := t.Group.job.Load()
	switch {
	case t.Mask().Has(sig) || t.Action(sig).Handler == linux.SIG_IGN:
		if sig == linux.SIGTTIN {
			return linux.EIO
		}
		return 0
	case job.orphaned(nil):
		return linux.EIO
	}
	k.send(job, sig)
	return linux.ERESTARTSYS
}

// Signal implements fs.JobControl.
func (y *TTY) Signal(sig linux.Signal) {
	k := y.kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	k.send(k.jobs.groups[y.foreground], sig)
}

// Foreground is the process group in the foreground, 0 for none.
func (y *TTY) Foreground() int {
	y.kernel.jobs.mu.Lock()
	defer y.kernel.jobs.mu.Unlock()
	return y.foreground
}

// Hangup implements fs.JobControl: the leader gets SIGHUP and SIGCONT, and the foreground process group when the leader
// ends (tty_signal_session_leader).
func (y *TTY) Hangup() {
	k := y.kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	if y.session == nil {
		return
	}
	foreground := y.foreground
	for _, m := range k.release(y) {
		if m.leadsSession() {
			m.hungUp = foreground
			m.Send(&linux.Siginfo{Signo: linux.SIGHUP, Code: linux.SI_KERNEL})
			m.Send(&linux.Siginfo{Signo: linux.SIGCONT, Code: linux.SI_KERNEL})
		}
	}
}

// release ends a terminal's control of its session, and gives the processes of that. The table is locked.
func (k *Kernel) release(y *TTY) (members []*ThreadGroup) {
	for _, id := range sortedKeys(k.jobs.groups) {
		p := k.jobs.groups[id]
		if p.session != y.session {
			continue
		}
		for _, m := range p.members {
			m.tty = nil
		}
		members = append(members, p.members...)
	}
	y.session, y.foreground = nil, 0
	return members
}

// take makes a terminal the controlling one of a session's leader. The table is locked.
func (y *TTY) take(leader *ThreadGroup) {
	job := leader.job.Load()
	leader.tty = y
	y.session, y.foreground = job.session, job.id
}

// TTYOf is the kernel's side of an open terminal, of a master that of its slave; nil if the file is none.
func TTYOf(f *fs.File) *TTY {
	if c, ok := f.Ops.(fs.Controlled); ok {
		y, _ := c.JobControl().(*TTY)
		return y
	}
	return nil
}

// OpenTerminal opens pseudo terminal number n, whoever its node belongs to (TIOCGPTPEER).
func (k *Kernel) OpenTerminal(n int, flags uint32) (*fs.File, linux.Errno) {
	const allowed = linux.O_ACCMODE | linux.O_NONBLOCK | linux.O_LARGEFILE | linux.O_NOCTTY
	return fs.NewContext(k.Namespace).Open(&k.caller, fs.Path{}, fmt.Sprintf("/dev/pts/%d", n), flags&allowed, 0)
}

// OpenedTerminal makes a terminal that was just opened the controlling one of the process, if it leads a session without
// one, and the terminal controls none (tty_open_proc_set_tty).
func (t *Task) OpenedTerminal(f *fs.File, flags uint32) {
	y := TTYOf(f)
	_, master := f.Ops.(fs.PTYMaster)
	if y == nil || master || flags&linux.O_NOCTTY != 0 || !f.Readable() {
		return
	}
	g := t.Group
	g.Kernel.jobs.mu.Lock()
	defer g.Kernel.jobs.mu.Unlock()
	if g.leadsSession() && g.tty == nil && y.session == nil {
		y.take(g)
	}
}

// TakeTerminal makes a terminal the controlling one of the process's session (TIOCSCTTY). EPERM if the process leads no
// session, if it has a terminal already, or if the terminal controls another session, from which the privileged may
// steal it.
func (t *Task) TakeTerminal(y *TTY, f *fs.File, steal bool) linux.Errno {
	g, k := t.Group, t.Kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	privileged := t.Capable(linux.CAP_SYS_ADMIN)
	switch {
	case g.leadsSession() && g.job.Load().session == y.session:
		return 0
	case !g.leadsSession() || g.tty != nil,
		y.session != nil && !(steal && privileged),
		!f.Readable() && !privileged:
		return linux.EPERM
	}
	if y.session != nil {
		k.release(y)
	}
	y.take(g)
	return 0
}

// LeaveTerminal gives up the controlling terminal (TIOCNOTTY): a session's leader for all its session, others for
// themselves. ENOTTY if y is not the controlling one.
func (g *ThreadGroup) LeaveTerminal(y *TTY) linux.Errno {
	k := g.Kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	if g.tty != y {
		return linux.ENOTTY
	}
	if g.leadsSession() {
		foreground := k.jobs.groups[y.foreground]
		k.send(foreground, linux.SIGHUP)
		k.send(foreground, linux.SIGCONT)
		k.release(y)
	}
	g.tty = nil
	return 0
}

// endSession does what the end of a session's leader does to the session: the foreground process group gets SIGHUP, and
// the terminal is free for others (disassociate_ctty).
func (g *ThreadGroup) endSession() {
	k := g.Kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	switch y := g.tty; {
	case !g.leadsSession():
	case y != nil:
		k.send(k.jobs.groups[y.foreground], linux.SIGHUP)
		k.release(y)
	case g.hungUp != 0:
		k.send(k.jobs.groups[g.hungUp], linux.SIGHUP)
		k.send(k.jobs.groups[g.hungUp], linux.SIGCONT)
	}
	g.tty = nil
}

// Terminal is the process's controlling terminal and the process group in its foreground; nil and -1 without.
func (g *ThreadGroup) Terminal() (y *TTY, foreground int) {
	g.Kernel.jobs.mu.Lock()
	defer g.Kernel.jobs.mu.Unlock()
	if g.tty == nil {
		return nil, -1
	}
	return g.tty, g.tty.foreground
}

// TerminalOf is the controlling terminal of a file operation's caller; nil without.
func TerminalOf(c *fs.Caller) *TTY {
	t, ok := c.Task.(*Task)
	if !ok {
		return nil
	}
	y, _ := t.Group.Terminal()
	return y
}

// Controls gives the session that the terminal controls and its foreground process group, 0 without. ENOTTY unless it is
// the caller's controlling terminal, which does not matter to whoever has the master.
func (y *TTY) Controls(t *Task, master bool) (sid, foreground int, errno linux.Errno) {
	y.kernel.jobs.mu.Lock()
	defer y.kernel.jobs.mu.Unlock()
	if !master && t.Group.tty != y {
		return 0, 0, linux.ENOTTY
	}
	if y.session != nil {
		sid = y.session.id
	}
	return sid, y.foreground, 0
}

// SetForeground makes a process group of the session the one in the foreground (TIOCSPGRP). From the background it is
// SIGTTOU. ESRCH if there is no such process group, EPERM if it is in another session.
func (y *TTY) SetForeground(t *Task, pgid int) linux.Errno {
	k := y.kernel
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	own := t.Group.job.Load().session
	if t.Group.tty != y || y.session != own {
		return linux.ENOTTY
	}
	p := k.jobs.groups[pgid]
	if p == nil { // a process without a group of that name stands for where it is
		g := k.Group(pgid)
		if g == nil {
			return linux.ESRCH
		}
		p = g.job.Load()
	}
	if p.session != own {
		return linux.EPERM
	}
	y.foreground = pgid
	return 0
}
