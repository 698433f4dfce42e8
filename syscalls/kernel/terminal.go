package kernel

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// control is what a session has in its controlling terminal (credentials(7), tty_struct). Terminals are named by their
// device number.
type control struct {
	session    int
	foreground int // the process group that may read
}

// ControlTerminal makes a terminal the controlling one of the process's session (TIOCSCTTY). EPERM if the process leads no
// session, if that has a terminal already, or if the terminal controls another one, unless it may be and is stolen.
func (g *ThreadGroup) ControlTerminal(tty uint64, steal bool) linux.Errno {
	sid, pgid := g.SID(), g.PGID()
	k := g.Kernel
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.ttys[tty]
	if c != nil && c.session == sid {
		return 0
	}
	if sid != g.PID || k.hasTerminal(sid) || c != nil && !steal {
		return linux.EPERM
	}
	if k.ttys == nil {
		k.ttys = map[uint64]*control{}
	}
	k.ttys[tty] = &control{session: sid, foreground: pgid}
	return 0
}

// adoptTerminal gives a first process the terminal among its files as the controlling one.
func (g *ThreadGroup) adoptTerminal(files []*fs.File) {
	for _, f := range files {
		if f == nil {
			continue
		}
		if _, ok := f.Ops.(fs.Terminal); !ok {
			continue
		}
		if st, errno := f.Stat(); errno == 0 && g.ControlTerminal(st.Rdev, false) == 0 {
			return
		}
	}
}

// hasTerminal reports whether a session has a controlling terminal. The kernel is locked.
func (k *Kernel) hasTerminal(sid int) bool {
	for _, c := range k.ttys {
		if c.session == sid {
			return true
		}
	}
	return false
}

// Terminal is the device number of the session's controlling terminal, and whether there is one.
func (g *ThreadGroup) Terminal() (tty uint64, ok bool) {
	sid := g.SID()
	g.Kernel.mu.Lock()
	defer g.Kernel.mu.Unlock()
	for tty, c := range g.Kernel.ttys {
		if c.session == sid {
			return tty, true
		}
	}
	return 0, false
}

// Control is the session that a terminal controls and its foreground process group; ok is false if it controls none.
func (k *Kernel) Control(tty uint64) (session, foreground int, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c := k.ttys[tty]; c != nil {
		return c.session, c.foreground, true
	}
	return 0, 0, false
}

// SetForeground makes a process group of the session the one in the foreground (TIOCSPGRP). ESRCH if there is no such
// group, EPERM if it belongs to another session.
func (k *Kernel) SetForeground(tty uint64, pgid int) linux.Errno {
	session, _, ok := k.Control(tty)
	switch {
	case !ok:
		return linux.ENOTTY
	case !k.groupExists(pgid):
		return linux.ESRCH
	case !k.groupInSession(pgid, session):
		return linux.EPERM
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if c := k.ttys[tty]; c != nil {
		c.foreground = pgid
	}
	return 0
}

func (k *Kernel) groupExists(pgid int) bool {
	for _, g := range k.Groups() {
		if g.PGID() == pgid {
			return true
		}
	}
	return false
}

// GiveUpTerminal ends the control of the session's terminal when its leader asks for it (TIOCNOTTY) or ends: the foreground
// group is told by SIGHUP and SIGCONT (disassociate_ctty). Another process of the session cannot leave it alone: it keeps
// the terminal.
func (g *ThreadGroup) GiveUpTerminal() {
	tty, ok := g.Terminal()
	if !ok || g.SID() != g.PID {
		return
	}
	k := g.Kernel
	_, foreground, _ := k.Control(tty)
	k.mu.Lock()
	delete(k.ttys, tty)
	k.mu.Unlock()
	k.SignalGroup(foreground, linux.SIGHUP)
	k.SignalGroup(foreground, linux.SIGCONT)
}

// SignalForeground sends a signal of the kernel to a terminal's foreground process group: what is typed (SIGINT ...), and
// SIGWINCH. Any goroutine may call it.
func (k *Kernel) SignalForeground(tty uint64, sig linux.Signal) {
	if _, foreground, ok := k.Control(tty); ok {
		k.SignalGroup(foreground, sig)
	}
}

// SignalGroup sends a signal of the kernel to every process of a process group.
func (k *Kernel) SignalGroup(pgid int, sig linux.Signal) {
	for _, g := range k.Groups() {
		if g.PGID() == pgid {
			g.Send(&linux.Siginfo{Signo: int32(sig), Code: linux.SI_KERNEL})
		}
	}
}

// Hangup tells a session that its terminal has gone: its leader gets SIGHUP and SIGCONT.
func (k *Kernel) Hangup(tty uint64) {
	session, foreground, ok := k.Control(tty)
	if !ok {
		return
	}
	k.mu.Lock()
	delete(k.ttys, tty)
	k.mu.Unlock()
	if leader := k.Group(session); leader != nil {
		leader.Send(&linux.Siginfo{Signo: linux.SIGHUP, Code: linux.SI_KERNEL})
		leader.Send(&linux.Siginfo{Signo: linux.SIGCONT, Code: linux.SI_KERNEL})
	}
	if foreground != session {
		k.SignalGroup(foreground, linux.SIGHUP)
	}
}
