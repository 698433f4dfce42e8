package syscalls

import (
	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

type ttyRequest func(*ioctlCall, fs.Terminal) (result, linux.Errno)

// ttyRequests are the requests of ioctl_tty(2).
var ttyRequests = map[args.IoctlCmd]ttyRequest{
	linux.TCGETS:     getTermios[args.TermiosLayout],
	linux.TCSETS:     changing(setTermios[args.TermiosLayout](fs.TermiosNow)),
	linux.TCSETSW:    changing(setTermios[args.TermiosLayout](fs.TermiosDrain)),
	linux.TCSETSF:    changing(setTermios[args.TermiosLayout](fs.TermiosFlush)),
	linux.TCGETS2:    getTermios[args.Termios2Layout],
	linux.TCSETS2:    changing(setTermios[args.Termios2Layout](fs.TermiosNow)),
	linux.TCSETSW2:   changing(setTermios[args.Termios2Layout](fs.TermiosDrain)),
	linux.TCSETSF2:   changing(setTermios[args.Termios2Layout](fs.TermiosFlush)),
	linux.TIOCGWINSZ: getWinsize,
	linux.TIOCSWINSZ: setWinsize,
	linux.TCSBRK:     changing(nothingToSend), // a break, or tcdrain(3)
	linux.TCSBRKP:    changing(nothingToSend),
	linux.TCXONC:     changing(flow),
	linux.TCFLSH:     changing(flush),
	linux.TIOCOUTQ:   func(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) { return c.setInt32(0) },
	linux.TIOCGETD:   func(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) { return c.setInt32(0) }, // N_TTY
	linux.TIOCEXCL:   nothingToSend,
	linux.TIOCNXCL:   nothingToSend,
	linux.TIOCGPGRP:  foreground,
	linux.TIOCSPGRP:  setForeground,
	linux.TIOCGSID:   sessionOf,
	linux.TIOCSCTTY:  control,
	linux.TIOCNOTTY:  giveUpControl,
	linux.TIOCGDEV:   deviceNumber,
	// dev.tty.legacy_tiocsti is 0.
	linux.TIOCSTI: func(*ioctlCall, fs.Terminal) (result, linux.Errno) { return 0, linux.EIO },
}

// ptyRequests are those of the master of a pseudo terminal.
var ptyRequests = map[args.IoctlCmd]func(*ioctlCall, fs.PTYMaster) (result, linux.Errno){
	linux.TIOCGPTN: func(c *ioctlCall, m fs.PTYMaster) (result, linux.Errno) { return c.setInt32(m.Number()) },
	linux.TIOCGPTLCK: func(c *ioctlCall, m fs.PTYMaster) (result, linux.Errno) {
		return c.setInt32(int(boolean(m.Locked())))
	},
	linux.TIOCSPTLCK: func(c *ioctlCall, m fs.PTYMaster) (result, linux.Errno) {
		locked, errno := c.int32()
		if errno == 0 {
			m.SetLocked(locked != 0)
		}
		return 0, errno
	},
	linux.TIOCGPKT: func(c *ioctlCall, m fs.PTYMaster) (result, linux.Errno) {
		return c.setInt32(int(boolean(m.Packet())))
	},
	linux.TIOCPKT: func(c *ioctlCall, m fs.PTYMaster) (result, linux.Errno) {
		on, errno := c.int32()
		if errno == 0 {
			m.SetPacket(on != 0)
		}
		return 0, errno
	},
	linux.TIOCGPTPEER: openPeer,
	linux.TIOCSIG:     signalForeground,
}

// signalForeground is TIOCSIG: a signal for the foreground process group, as if its key were typed.
func signalForeground(c *ioctlCall, _ fs.PTYMaster) (result, linux.Errno) {
	switch sig := linux.Signal(c.t.ABI.Consts.Signals.ToInner(c.arg)); sig {
	case linux.SIGINT, linux.SIGQUIT, linux.SIGTSTP:
		if y := kernel.TTYOf(c.file); y != nil {
			y.Signal(sig)
		}
		return 0, 0
	}
	return 0, linux.EINVAL
}

// openPeer is TIOCGPTPEER: the slave, opened with the flags that the argument holds.
func openPeer(c *ioctlCall, m fs.PTYMaster) (result, linux.Errno) {
	flags := args.OpenFlags(c.t.ABI.Consts.Open.ToInner(c.arg))
	f, errno := c.t.Kernel.OpenTerminal(m.Number(), uint32(flags))
	if errno != 0 {
		return 0, errno
	}
	c.t.OpenedTerminal(f, uint32(flags))
	return install(c.t, f, flags&linux.O_CLOEXEC != 0)
}

type termiosOf = args.Codec[linux.Termios]

func getTermios[L termiosOf](c *ioctlCall, tty fs.Terminal) (result, linux.Errno) {
	modes, errno := tty.Termios()
	if errno != 0 {
		return 0, errno
	}
	k := c.t.ABI.Consts
	renumberModes(&modes, func(f *arch.Flags, word *uint32) { *word = uint32(f.ToGuest(uint64(*word))) }, k)
	return 0, args.Out[linux.Termios, L]{Addr: c.arg}.Put(c.t, &modes)
}

// renumberModes applies fn to the four words of flags.
func renumberModes(m *linux.Termios, fn func(*arch.Flags, *uint32), k *arch.Consts) {
	fn(k.Iflag, &m.Iflag)
	fn(k.Oflag, &m.Oflag)
	fn(k.Cflag, &m.Cflag)
	fn(k.Lflag, &m.Lflag)
}

// setTermios is TCSETS and its kin. What the layout does not have, such as speeds, stays as it is.
func setTermios[L termiosOf](action fs.TermiosAction) func(*ioctlCall, fs.Terminal) (result, linux.Errno) {
	return func(c *ioctlCall, tty fs.Terminal) (result, linux.Errno) {
		modes, errno := tty.Termios()
		if errno != 0 {
			return 0, errno
		}
		if errno := (args.In[linux.Termios, L]{Addr: c.arg}).Get(c.t, &modes); errno != 0 {
			return 0, errno
		}
		k := c.t.ABI.Consts
		renumberModes(&modes, func(f *arch.Flags, word *uint32) { *word = uint32(f.ToInner(uint64(*word))) }, k)
		return 0, tty.SetTermios(&modes, action)
	}
}

func getWinsize(c *ioctlCall, tty fs.Terminal) (result, linux.Errno) {
	size, errno := tty.Winsize()
	if errno != 0 {
		return 0, errno
	}
	return 0, args.Out[linux.Winsize, args.WinsizeLayout]{Addr: c.arg}.Put(c.t, &size)
}

func setWinsize(c *ioctlCall, tty fs.Terminal) (result, linux.Errno) {
	var size linux.Winsize
	if errno := (args.In[linux.Winsize, args.WinsizeLayout]{Addr: c.arg}).Get(c.t, &size); errno != 0 {
		return 0, errno
	}
	return 0, tty.SetWinsize(size)
}

// nothingToSend is for requests that a terminal without a line of wire has nothing to do for: no output waits, and there
// is nobody to be excluded.
func nothingToSend(*ioctlCall, fs.Terminal) (result, linux.Errno) { return 0, 0 }

func flow(c *ioctlCall, tty fs.Terminal) (result, linux.Errno) {
	f, ok := tty.(fs.TerminalFlow)
	if !ok || c.arg > linux.TCION {
		return 0, linux.EINVAL
	}
	return 0, f.Flow(uint32(c.arg))
}

func flush(c *ioctlCall, tty fs.Terminal) (result, linux.Errno) {
	f, ok := tty.(fs.TerminalFlow)
	if !ok || c.arg > linux.TCIOFLUSH {
		return 0, linux.EINVAL
	}
	return 0, f.Flush(uint32(c.arg))
}

// The terminal and the session.

// terminalOf is the kernel's side of the terminal; ENOTTY if it has none. Requests to a master concern the slave.
func (c *ioctlCall) terminalOf() (y *kernel.TTY, master bool, errno linux.Errno) {
	_, master = c.file.Ops.(fs.PTYMaster)
	if y = kernel.TTYOf(c.file); y == nil {
		return nil, master, linux.ENOTTY
	}
	return y, master, 0
}

// mayChange keeps those in the background from changing the terminal (tty_check_change).
func (c *ioctlCall) mayChange() linux.Errno {
	if y := kernel.TTYOf(c.file); y != nil {
		return y.Check(&c.t.Caller, linux.SIGTTOU)
	}
	return 0
}

// changing is a request that those in the background may not make.
func changing(op ttyRequest) ttyRequest {
	return func(c *ioctlCall, tty fs.Terminal) (result, linux.Errno) {
		if errno := c.mayChange(); errno != 0 {
			return 0, errno
		}
		return op(c, tty)
	}
}

func foreground(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	y, master, errno := c.terminalOf()
	if errno != 0 {
		return 0, errno
	}
	_, pgid, errno := y.Controls(c.t, master)
	if errno != 0 {
		return 0, errno
	}
	return c.setInt32(pgid)
}

func sessionOf(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	y, master, errno := c.terminalOf()
	if errno != 0 {
		return 0, errno
	}
	sid, _, errno := y.Controls(c.t, master)
	if errno != 0 || sid == 0 {
		return 0, linux.ENOTTY
	}
	return c.setInt32(sid)
}

// setForeground is TIOCSPGRP. From the background it is stopped by SIGTTOU, unless that is blocked or ignored.
func setForeground(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	y, _, errno := c.terminalOf()
	if errno != 0 {
		return 0, errno
	}
	switch errno := y.Check(&c.t.Caller, linux.SIGTTOU); errno {
	case 0:
	case linux.EIO:
		return 0, linux.ENOTTY
	default:
		return 0, errno
	}
	pgid, errno := c.int32()
	switch {
	case errno != 0:
		return 0, errno
	case pgid < 0:
		return 0, linux.EINVAL
	}
	return 0, y.SetForeground(c.t, int(pgid))
}

// control is TIOCSCTTY; argument 1 steals the terminal from another session, if the caller may.
func control(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	y, _, errno := c.terminalOf()
	if errno != 0 {
		return 0, errno
	}
	return 0, c.t.TakeTerminal(y, c.file, c.arg == 1)
}

func giveUpControl(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	y, master, errno := c.terminalOf()
	if errno != 0 || master {
		return 0, linux.ENOTTY
	}
	return 0, c.t.Group.LeaveTerminal(y)
}

// deviceNumber is TIOCGDEV.
func deviceNumber(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	y, _, errno := c.terminalOf()
	if errno != 0 {
		return 0, errno
	}
	return c.setInt32(int(y.Device))
}

// vhangup implements Linux system call vhangup(2).
func vhangup(t *kernel.Task) (result, linux.Errno) {
	if !t.Capable(linux.CAP_SYS_TTY_CONFIG) {
		return 0, linux.EPERM
	}
	if y, _ := t.Group.Terminal(); y != nil {
		if h, ok := y.Opener.(fs.HangUpper); ok {
			h.HangUp()
		}
	}
	return 0, 0
}
