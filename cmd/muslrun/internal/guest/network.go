package guest

import (
	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
	"muslrun/fs/sock/inet"
	"muslrun/fs/sock/netlink"
	"muslrun/fs/sock/unix"
)

// network makes a guest's sockets. It implements kernel.Network.
type network struct {
	files *sock.FS
	local *unix.Domain
	inet  *inet.Stack
	ports *netlink.Table
}

func newNetwork(dev uint64, o inet.Options) *network {
	n := &network{files: sock.NewFS(dev), local: unix.New(), inet: inet.New(o), ports: netlink.New()}
	n.files.Devices = n.inet.Devices
	return n
}

func (n *network) close() { n.inet.Close() }

// Socket implements kernel.Network.
func (n *network) Socket(c *fs.Caller, abi *arch.ABI, family, kind, protocol int, nonblock bool) (*fs.File, linux.Errno) {
	s, errno := n.make(abi, family, kind, protocol)
	if errno != 0 {
		return nil, errno
	}
	return n.files.File(c, s, nonblock)
}

func (n *network) make(abi *arch.ABI, family, kind, protocol int) (sock.Socket, linux.Errno) {
	switch family {
	case linux.AF_UNIX:
		if errno := unix.Check(kind, protocol); errno != 0 {
			return nil, errno
		}
		return n.local.Socket(kind, protocol), 0
	case linux.AF_INET, linux.AF_INET6:
		return n.inet.Socket(family, kind, protocol)
	case linux.AF_NETLINK:
		return n.ports.Socket(abi, kind, protocol)
	}
	return nil, linux.EAFNOSUPPORT
}

// SocketPair implements kernel.Network.
func (n *network) SocketPair(c *fs.Caller, family, kind, protocol int, nonblock bool) (a, b *fs.File, errno linux.Errno) {
	if family != linux.AF_UNIX {
		return nil, nil, noPair(family)
	}
	if errno := unix.Check(kind, protocol); errno != 0 {
		return nil, nil, errno
	}
	x, y := n.local.Pair(c, kind, protocol)
	if a, errno = n.files.File(c, x, nonblock); errno != 0 {
		return nil, nil, errno
	}
	if b, errno = n.files.File(c, y, nonblock); errno != 0 {
		a.Unref(c)
	}
	return a, b, errno
}

// noPair is why a family has no pairs.
func noPair(family int) linux.Errno {
	switch family {
	case linux.AF_INET, linux.AF_INET6, linux.AF_NETLINK:
		return linux.EOPNOTSUPP
	}
	return linux.EAFNOSUPPORT
}

// SocketFile implements kernel.Network.
func (n *network) SocketFile(c *fs.Caller, ops fs.FileOps, nonblock bool) (*fs.File, linux.Errno) {
	return n.files.File(c, ops.(sock.Socket), nonblock)
}
