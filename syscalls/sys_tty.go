package syscalls

import (
	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
)

// ttyRequests are the requests of ioctl_tty(2).
var ttyRequests = map[args.IoctlCmd]func(*ioctlCall, fs.Terminal) (result, linux.Errno){
	linux.TCGETS:     getTermios[args.TermiosLayout],
	linux.TCSETS:     setTermios[args.TermiosLayout](fs.TermiosNow),
	linux.TCSETSW:    setTermios[args.TermiosLayout](fs.TermiosDrain),
	linux.TCSETSF:    setTermios[args.TermiosLayout](fs.TermiosFlush),
	linux.TCGETS2:    getTermios[args.Termios2Layout],
	linux.TCSETS2:    setTermios[args.Termios2Layout](fs.TermiosNow),
	linux.TCSETSW2:   setTermios[args.Termios2Layout](fs.TermiosDrain),
	linux.TCSETSF2:   setTermios[args.Termios2Layout](fs.TermiosFlush),
	linux.TIOCGWINSZ: getWinsize,
	linux.TIOCSWINSZ: setWinsize,
	linux.TCSBRK:     nothingToSend, // a break, or tcdrain(3)
	linux.TCSBRKP:    nothingToSend,
	linux.TCXONC:     flow,
	linux.TCFLSH:     flush,
	linux.TIOCOUTQ:   func(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) { return c.setInt32(0) },
	linux.TIOCGETD:   func(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) { return c.setInt32(0) }, // N_TTY
	linux.TIOCEXCL:   nothingToSend,
	linux.TIOCNXCL:   nothingToSend,
	linux.TIOCGPGRP:  foreground,
	linux.TIOCSPGRP:  setForeground,
	linux.TIOCGSID:   sessionOf,
	linux.TIOCSCTTY:  control,
	linux.TIOCNOTTY:  giveUpControl,
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

// The terminal and the session. Terminals are named by their device number; requests to a master concern the slave.

const ptySlaveMajor = 136

func (c *ioctlCall) device() uint64 {
	if m, ok := c.file.Ops.(fs.PTYMaster); ok {
		return linux.Makedev(ptySlaveMajor, uint32(m.Number()))
	}
	st, _ := c.file.Stat()
	return st.Rdev
}

// controls gives session and foreground group of the terminal; ENOTTY unless it controls the caller's session, which for
// the master of a pseudo terminal does not matter.
func (c *ioctlCall) controls() (session, foreground int, errno linux.Errno) {
	session, foreground, ok := c.t.Kernel.Control(c.device())
	_, master := c.file.Ops.(fs.PTYMaster)
	if !ok && master {
		return 0, 0, 0
	}
	if !ok || !master && session != c.t.Group.SID() {
		return 0, 0, linux.ENOTTY
	}
	return session, foreground, 0
}

func foreground(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	_, pgid, errno := c.controls()
	if errno != 0 {
		return 0, errno
	}
	return c.setInt32(pgid)
}

func sessionOf(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	sid, _, errno := c.controls()
	if errno != 0 || sid == 0 {
		return 0, linux.ENOTTY
	}
	return c.setInt32(sid)
}

// setForeground is TIOCSPGRP. From the background it is stopped by SIGTTOU, unless that is blocked or ignored.
func setForeground(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	_, now, errno := c.controls()
	if errno != 0 {
		return 0, errno
	}
	pgid, errno := c.int32()
	switch {
	case errno != 0:
		return 0, errno
	case pgid < 0:
		return 0, linux.EINVAL
	}
	if own := c.t.Group.PGID(); own != now && c.t.Group.SID() == sessionAt(c) && c.t.StopsOn(linux.SIGTTOU) {
		c.t.Kernel.SignalGroup(own, linux.SIGTTOU)
		return 0, linux.ERESTARTSYS
	}
	return 0, c.t.Kernel.SetForeground(c.device(), int(pgid))
}

func sessionAt(c *ioctlCall) int {
	session, _, _ := c.t.Kernel.Control(c.device())
	return session
}

// control is TIOCSCTTY; argument 1 steals the terminal from another session, if the caller may.
func control(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	steal := c.arg == 1 && c.t.Capable(linux.CAP_SYS_ADMIN)
	return 0, c.t.Group.ControlTerminal(c.device(), steal)
}

func giveUpControl(c *ioctlCall, _ fs.Terminal) (result, linux.Errno) {
	if tty, ok := c.t.Group.Terminal(); !ok || tty != c.device() {
		return 0, linux.ENOTTY
	}
	c.t.Group.GiveUpTerminal()
	return 0, 0
}
