package guest

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/devfs"
	"muslrun/fs/hosttty"
	"muslrun/fs/tty"
	"muslrun/syscalls/kernel"
)

// slaveMajor is the major number of /dev/pts/N.
const slaveMajor = 136

// registerTerminals makes /dev/tty, /dev/console and /dev/ptmx.
func (m *machine) registerTerminals() {
	controlling := func(c *fs.Caller) devfs.Terminal {
		if y := kernel.TerminalOf(c); y != nil {
			return y
		}
		return nil
	}
	console := func(*fs.Caller) devfs.Terminal {
		if m.tty != nil {
			return m.tty
		}
		return nil
	}
	m.devices.RegisterTerminals(controlling, console, m.openPTMX)
}

// openPTMX is the driver of /dev/ptmx: it makes a pseudo terminal, whose slave appears in /dev/pts.
func (m *machine) openPTMX(c *fs.Caller, _ uint32) (fs.FileOps, linux.Errno) {
	pair, master := tty.NewPair()
	n, errno := m.pts.Add(c, pair)
	if errno != 0 {
		return nil, errno
	}
	pair.Number, pair.Jobs = n, m.kernel.NewTTY(linux.Makedev(slaveMajor, uint32(n)), pair)
	pair.MasterClosed = func() { m.pts.Remove(n) }
	pair.Closed = func() { m.pts.Free(n) }
	return master, 0
}

// showTerminal makes a terminal of the host the guest's /dev/pts/N. The first one controls the session of the first
// program, and is the console.
func (m *machine) showTerminal(c *fs.Caller, t *hosttty.Terminal) (int, linux.Errno) {
	n, errno := m.pts.Add(c, t)
	if errno != 0 {
		return 0, errno
	}
	y := m.kernel.NewTTY(linux.Makedev(slaveMajor, uint32(n)), t)
	t.Jobs = y
	if m.tty == nil {
		m.tty, m.hostTerminal = y, t
	}
	return n, 0
}
