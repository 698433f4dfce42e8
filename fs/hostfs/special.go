package hostfs

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// isMeeting reports a name at which processes meet: a FIFO or a socket.
func (n *node) isMeeting() bool { return n.mode == linux.S_IFIFO || n.mode == linux.S_IFSOCK }

// meeting tells whether the guest has made this FIFO or socket, and what it gave with it. Those of the host's programs, and
// of earlier guests, are names only.
func (n *node) meeting() (socket any, made bool) {
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	socket, made = n.sb.made[n.id]
	return socket, made && n.gone == nil
}

// openSpecial opens the guest's own FIFOs. The host's file is not touched.
func (n *node) openSpecial(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	if _, made := n.meeting(); !made || n.mode != linux.S_IFIFO {
		return nil, linux.ENXIO
	}
	st, errno := n.Stat()
	if errno != 0 {
		return nil, errno
	}
	return n.sb.opts.Special.OpenSpecial(c, n, &st, flags)
}

// Socket is what the name of a socket was made with.
func (n *node) Socket() any {
	socket, _ := n.meeting()
	return socket
}
