package hosttty

import (
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Terminal is a terminal of the host. Its line discipline and its modes are the host's; whose foreground process group
// reads it is the guest's business.
type Terminal struct {
	stream
	// Jobs is who in the guest may use it. It may be nil.
	Jobs fs.JobControl

	device uint64 // the host's st_rdev: which terminal it is
	number int    // the guest's

	mu       sync.Mutex
	original unix.Termios // before the guest changed anything
	wanted   unix.Termios // what the guest has set
	changed  bool         // the guest has set something
	size     unix.Winsize // that the guest has been told of
}

// JobControl implements fs.Controlled.
func (t *Terminal) JobControl() fs.JobControl { return t.Jobs }

// ReadAt implements fs.FileOps, for the guest's foreground process group.
func (t *Terminal) ReadAt(c *fs.Caller, dst [][]byte, off int64) (int, linux.Errno) {
	if t.Jobs != nil {
		if errno := t.Jobs.Check(c, linux.SIGTTIN); errno != 0 {
			return 0, errno
		}
	}
	return t.stream.ReadAt(c, dst, off)
}

// WriteAt implements fs.FileOps. The modes are the host's to tell, which costs a call; so that of TOSTOP is asked about
// only where it matters.
func (t *Terminal) WriteAt(c *fs.Caller, src [][]byte, off int64) (int, linux.Errno) {
	if t.Jobs != nil && t.Jobs.Background(c) {
		if modes, _ := t.Termios(); modes.Lflag&linux.TOSTOP != 0 {
			if errno := t.Jobs.Check(c, linux.SIGTTOU); errno != 0 {
				return 0, errno
			}
		}
	}
	return t.stream.WriteAt(c, src, off)
}

// Open gives operations for one more open file description of it. EACCES for an access that the host has not given.
func (t *Terminal) Open(_ *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	access := flags & linux.O_ACCMODE
	if access != linux.O_WRONLY && t.in < 0 || access != linux.O_RDONLY && t.out < 0 {
		return nil, linux.EACCES
	}
	return t, 0
}

// Release implements fs.FileOps: the host's terminal stays open.
func (t *Terminal) Release(*fs.Caller) {}

// fd is a descriptor for requests that need no access.
func (t *Terminal) fd() int { return max(t.in, t.out) }

// Termios implements fs.Terminal.
func (t *Terminal) Termios() (linux.Termios, linux.Errno) {
	h, err := unix.IoctlGetTermios(t.fd(), unix.TCGETS2)
	if err != nil {
		_, errno := result(0, err)
		return linux.Termios{}, errno
	}
	return linux.Termios{
		Iflag: h.Iflag, Oflag: h.Oflag, Cflag: h.Cflag, Lflag: h.Lflag,
		Line: h.Line, Cc: h.Cc, Ispeed: h.Ispeed, Ospeed: h.Ospeed,
	}, 0
}

// ReadTimeout implements fs.ReadTimer.
func (t *Terminal) ReadTimeout() time.Duration {
	modes, _ := t.Termios()
	return fs.ReadTimeout(&modes)
}

// SetTermios implements fs.Terminal. TermiosDrain does not wait: what was written is the host's to deliver.
func (t *Terminal) SetTermios(g *linux.Termios, action fs.TermiosAction) linux.Errno {
	h := unix.Termios{
		Iflag: g.Iflag, Oflag: g.Oflag, Cflag: g.Cflag, Lflag: g.Lflag,
		Line: g.Line, Cc: g.Cc, Ispeed: g.Ispeed, Ospeed: g.Ospeed,
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.changed {
		was, err := unix.IoctlGetTermios(t.fd(), unix.TCGETS2)
		if err != nil {
			_, errno := result(0, err)
			return errno
		}
		t.original, t.changed = *was, true
	}
	if action == fs.TermiosFlush {
		_ = unix.IoctlSetInt(t.fd(), unix.TCFLSH, linux.TCIFLUSH)
	}
	_, errno := result(0, unix.IoctlSetTermios(t.fd(), unix.TCSETS2, &h))
	if errno == 0 {
		t.wanted = h
	}
	return errno
}

// restore gives the terminal back the modes it had before the guest changed them.
func (t *Terminal) restore() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.changed || !t.ours() {
		return nil
	}
	return unix.IoctlSetTermios(t.fd(), unix.TCSETS2, &t.original)
}

// apply sets the guest's modes again after restore, and remembers those of the meantime as the original ones.
func (t *Terminal) apply() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.changed || !t.ours() {
		return nil
	}
	if now, err := unix.IoctlGetTermios(t.fd(), unix.TCGETS2); err == nil && *now != t.wanted {
		t.original = *now
	}
	return unix.IoctlSetTermios(t.fd(), unix.TCSETS2, &t.wanted)
}

// ours reports whether muslrun may change the terminal: the host would stop it if it were in the background.
func (t *Terminal) ours() bool {
	foreground, err := unix.IoctlGetInt(t.fd(), unix.TIOCGPGRP)
	return err != nil || foreground == unix.Getpgrp()
}

// HungUp reports whether the host's terminal is gone.
func (t *Terminal) HungUp() bool { return t.now(0)&fs.EventHup != 0 }

// Winsize implements fs.Terminal. Whoever sees a new size has been sent SIGWINCH, however long the host's takes to arrive.
func (t *Terminal) Winsize() (linux.Winsize, linux.Errno) {
	h, err := unix.IoctlGetWinsize(t.fd(), unix.TIOCGWINSZ)
	if err != nil {
		_, errno := result(0, err)
		return linux.Winsize{}, errno
	}
	t.mu.Lock()
	resized := t.size != *h
	t.size = *h
	t.mu.Unlock()
	if resized && t.Jobs != nil {
		t.Jobs.Signal(linux.SIGWINCH)
	}
	return linux.Winsize(*h), 0
}

// Resized tells the guest's foreground process group of a new size, if it does not know it.
func (t *Terminal) Resized() { _, _ = t.Winsize() }

// SetWinsize implements fs.Terminal.
func (t *Terminal) SetWinsize(w linux.Winsize) linux.Errno {
	h := unix.Winsize(w)
	_, errno := result(0, unix.IoctlSetWinsize(t.fd(), unix.TIOCSWINSZ, &h))
	t.Resized()
	return errno
}

// Flush implements fs.TerminalFlow.
func (t *Terminal) Flush(which uint32) linux.Errno {
	_, errno := result(0, unix.IoctlSetInt(t.fd(), unix.TCFLSH, int(which)))
	return errno
}

// Flow implements fs.TerminalFlow.
func (t *Terminal) Flow(action uint32) linux.Errno {
	_, errno := result(0, unix.IoctlSetInt(t.fd(), unix.TCXONC, int(action)))
	return errno
}
