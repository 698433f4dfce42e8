package fs

import (
	"time"

	"muslrun/arch/linux"
)

// JobControl is a terminal's part in sessions: which one it controls, and which process group of it is in the
// foreground. The kernel implements it and gives one to each terminal, so that terminals know nothing of processes.
// Any goroutine may call it, without locks of the terminal held.
type JobControl interface {
	// Background reports whether the caller is in the background of the session that the terminal controls.
	Background(c *Caller) bool
	// Check is asked before a caller does what sig keeps those in the background from: SIGTTIN before it reads, SIGTTOU
	// before it changes the terminal, and before it writes where TOSTOP is set. It is 0 if the caller may;
	// ERESTARTSYS after the caller's process group was sent the signal; EIO if that would not stop it, but for SIGTTOU
	// that is blocked or ignored, which lets the caller through.
	Check(c *Caller, sig linux.Signal) linux.Errno
	// Signal sends a signal to the foreground process group: what was typed, and SIGWINCH.
	Signal(sig linux.Signal)
	// Hangup tells the session that the terminal is gone: it controls nothing any more.
	Hangup()
}

// Controlled is an ability of FileOps: a terminal that can control a session. That of a master is its slave's.
type Controlled interface {
	JobControl() JobControl // nil does none
}

// HangUpper is a Terminal that vhangup(2) can cut off from all who have it open.
type HangUpper interface {
	HangUp()
}

// ReadTimeout is how long a read of a terminal waits for its first byte: VTIME in raw mode if VMIN is 0, otherwise
// for ever (0).
func ReadTimeout(t *linux.Termios) time.Duration {
	if t.Lflag&linux.ICANON != 0 || t.Cc[linux.VMIN] != 0 {
		return 0
	}
	return time.Duration(t.Cc[linux.VTIME]) * (time.Second / 10)
}
