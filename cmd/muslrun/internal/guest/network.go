package guest

import (
	"context"
	"fmt"
	"net"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/procfs"
	"muslrun/fs/sock"
	"muslrun/fs/sock/inet"
	"muslrun/fs/sock/inet/dns"
	"muslrun/fs/sock/inet/gateway"
	"muslrun/fs/sock/netlink"
	"muslrun/fs/sock/unix"
	"muslrun/syscalls/kernel"
)

// Net is what network a guest has.
type Net string

// The kinds of network.
const (
	NetNone     Net = "none"     // nothing can be reached
	NetLoopback Net = "loopback" // the guest's own
	NetUser     Net = "user"     // out through the host, as an ordinary program
)

// Check says whether n is a kind of network.
func (n Net) Check() error {
	switch n {
	case NetNone, NetLoopback, NetUser:
		return nil
	}
	return fmt.Errorf("--net %s: there is no such network; write none, loopback or user", n)
}

// network makes a guest's sockets. It implements kernel.Network.
type network struct {
	files     *sock.FS
	local     *unix.Domain
	inet      *inet.Stack
	ports     *netlink.Table
	published *gateway.Published
}

// newNetwork makes what the configuration asks for.
func (m *machine) newNetwork() *network {
	names := &dns.Server{Hosts: m.hosts}
	o := inet.Options{Loopback: m.cfg.Net != NetNone, Resolve: names.Answer, Random: m.random}
	if m.turns != nil {
		o.Clock = netClock{m.turns}
	}
	if m.cfg.Net == NetUser {
		g := gateway.New()
		o.Link, names.Ask = g, g.Ask
	}
	n := &network{files: sock.NewFS(m.nextDev()), local: unix.New(), inet: inet.New(o), ports: netlink.New()}
	n.files.Devices = n.inet.Devices
	return n
}

// publish shows the guest's ports at the host's loopback.
func (n *network) publish(ports []gateway.Port) (err error) {
	if len(ports) == 0 {
		return nil
	}
	n.published, err = gateway.Publish(ports, func(ctx context.Context, port uint16) (net.Conn, error) {
		return n.inet.Dial(ctx, port)
	})
	return err
}

func (n *network) close() {
	if n.published != nil {
		n.published.Close()
	}
	n.inet.Close()
}

// hosts is the text of the guest's /etc/hosts, as far as it is of a reasonable size.
func (m *machine) hosts() string {
	const most = 1 << 16
	c := m.kernel.Caller()
	f, errno := m.ctx.Open(c, fs.Path{}, "/etc/hosts", linux.O_RDONLY|linux.O_NONBLOCK, 0)
	if errno != 0 {
		return ""
	}
	defer f.Unref(c)
	text := make([]byte, most)
	n, errno := f.Pread(c, [][]byte{text}, 0)
	if errno != 0 {
		return ""
	}
	return string(text[:n])
}

// Socket implements kernel.Network.
func (n *network) Socket(c *fs.Caller, abi *arch.ABI, family, kind, protocol int, nonblock bool) (*fs.File, linux.Errno) {
	s, errno := n.make(c, abi, family, kind, protocol)
	if errno != 0 {
		return nil, errno
	}
	return n.files.File(c, s, nonblock)
}

func (n *network) make(c *fs.Caller, abi *arch.ABI, family, kind, protocol int) (sock.Socket, linux.Errno) {
	switch family {
	case linux.AF_UNIX:
		if errno := unix.Check(kind, protocol); errno != 0 {
			return nil, errno
		}
		return n.local.Socket(kind, protocol), 0
	case linux.AF_INET, linux.AF_INET6:
		return n.inet.Socket(c, family, kind, protocol)
	case linux.AF_NETLINK:
		return n.ports.Socket(abi, kind, protocol)
	case linux.AF_PACKET: // frames of a device are nobody's to see
		return nil, linux.EPERM
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
	case linux.AF_PACKET:
		return linux.EPERM
	}
	return linux.EAFNOSUPPORT
}

// SocketFile implements kernel.Network.
func (n *network) SocketFile(c *fs.Caller, ops fs.FileOps, nonblock bool) (*fs.File, linux.Errno) {
	return n.files.File(c, ops.(sock.Socket), nonblock)
}

// describe is what /proc/net shows to the caller.
func (n *network) describe(c *fs.Caller) *procfs.Net {
	sockets := append(n.files.Sockets(), n.inet.Strays()...)
	t, ok := c.Task.(*kernel.Task)
	for i := range sockets {
		if ok && sockets[i].Family == linux.AF_UNIX {
			sockets[i].Type = int(t.ABI.Consts.Socket.ToGuest(uint64(sockets[i].Type)))
		}
	}
	return &procfs.Net{
		BigEndian:  ok && t.ABI.Data.Order == layout.Big,
		Sockets:    sockets,
		Devices:    n.inet.Traffic(),
		Statistics: n.inet.Statistics(),
	}
}
