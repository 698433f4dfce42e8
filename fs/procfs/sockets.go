package procfs

import (
	"bytes"
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// rawSockets stands for all protocols of raw sockets.
const rawSockets = -1

// sockets makes the function that shows those of one family and protocol.
func sockets(family, protocol int, show func(*Net, *bytes.Buffer, int, []fs.SocketInfo)) func(*Net, *bytes.Buffer) {
	return func(n *Net, b *bytes.Buffer) { show(n, b, family, n.of(family, protocol)) }
}

// of picks the sockets of a family and protocol.
func (n *Net) of(family, protocol int) (out []fs.SocketInfo) {
	for _, s := range n.Sockets {
		raw := s.Type == linux.SOCK_RAW
		if s.Family == family && (raw && protocol == rawSockets || !raw && s.Protocol == protocol) {
			out = append(out, s)
		}
	}
	return out
}

const (
	inetHeading = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt" +
		"   uid  timeout inode"
	inet6Heading = "  sl  local_address                         remote_address                        st" +
		" tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
	datagramHeading = " ref pointer drops"
	pointer         = "0000000000000000" // addresses in the kernel are not shown
)

// heading begins a table of one family.
func heading(family int) string {
	if family == linux.AF_INET {
		return inetHeading
	}
	return inet6Heading
}

// endpoint shows an address and a port; IPv6 addresses are four words.
func (n *Net) endpoint(family int, a netip.AddrPort) string {
	var text strings.Builder
	if family == linux.AF_INET {
		text.WriteString(n.ip4(a.Addr()))
	} else {
		ip := a.Addr().As16()
		for i := 0; i < len(ip); i += 4 {
			text.WriteString(n.ip4(netip.AddrFrom4([4]byte(ip[i : i+4]))))
		}
	}
	return fmt.Sprintf("%s:%04X", text.String(), a.Port())
}

// line is what the tables of all protocols have in common: up to the inode and the references.
func (n *Net) line(b *strings.Builder, family int, s *fs.SocketInfo) {
	fmt.Fprintf(b, ": %s %s %02X %08X:%08X 00:00000000 00000000 %5d        0 %d 1 %s", n.endpoint(family, s.Local),
		n.endpoint(family, s.Remote), s.State, s.Unsent, s.Unread, s.UID, s.Inode, pointer)
}

// tcp has listeners before connections; a socket that is neither is not there.
func (n *Net) tcp(b *bytes.Buffer, family int, list []fs.SocketInfo) {
	const closed, width = 7, 149
	end := func(line string) {
		if family == linux.AF_INET {
			padded(b, line, width)
		} else {
			b.WriteString(line + "\n")
		}
	}
	end(heading(family))
	slices.SortStableFunc(list, func(x, y fs.SocketInfo) int { return cmp.Compare(toInt(y.Listening), toInt(x.Listening)) })
	number := 0
	for i := range list {
		s := &list[i]
		switch {
		case s.State == closed:
			continue
		case s.Listening:
			s.Unread = backlog(s, list)
		}
		var line strings.Builder
		fmt.Fprintf(&line, "%4d", number)
		n.line(&line, family, s)
		if s.Listening {
			line.WriteString(" 100 0 0 10 0")
		} else {
			line.WriteString(" 20 4 0 10 -1")
		}
		end(line.String())
		number++
	}
}

// backlog is how many connections of a listener nobody has accepted: no program has them, and they are not over.
func backlog(l *fs.SocketInfo, list []fs.SocketInfo) int {
	const established, closeWait = 1, 8
	return count(list, func(s *fs.SocketInfo) bool {
		return s.Inode == 0 && s.Local.Port() == l.Local.Port() && (s.State == established || s.State == closeWait)
	})
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// datagrams are the tables of UDP and of echo sockets: those that have a port, by the hash of which they are numbered.
func (n *Net) datagrams(b *bytes.Buffer, family int, list []fs.SocketInfo) {
	const width, buckets = 127, 256
	v4 := family == linux.AF_INET
	if title := heading(family) + datagramHeading; v4 {
		padded(b, " "+title, width)
	} else {
		b.WriteString(title + "\n")
	}
	slices.SortStableFunc(list, func(x, y fs.SocketInfo) int {
		return cmp.Compare(x.Local.Port()%buckets, y.Local.Port()%buckets)
	})
	for i := range list {
		s := &list[i]
		if s.Local.Port() == 0 {
			continue
		}
		var line strings.Builder
		fmt.Fprintf(&line, "%5d", s.Local.Port()%buckets)
		n.line(&line, family, s)
		if line.WriteString(" 0"); v4 {
			padded(b, line.String(), width)
		} else {
			b.WriteString(line.String() + "\n")
		}
	}
}

// raw numbers sockets by their protocol, which stands for a port too.
func (n *Net) raw(b *bytes.Buffer, family int, list []fs.SocketInfo) {
	b.WriteString(heading(family) + datagramHeading + "\n")
	for i := range list {
		s := &list[i]
		s.Local = netip.AddrPortFrom(s.Local.Addr(), uint16(s.Protocol))
		var line strings.Builder
		fmt.Fprintf(&line, "%4d", s.Protocol)
		n.line(&line, family, s)
		b.WriteString(line.String() + " 0\n")
	}
}

// unix shows the zeros of abstract names as @.
func (n *Net) unix(b *bytes.Buffer) {
	const acceptsConnections = 0x10000 // __SO_ACCEPTCON
	b.WriteString("Num       RefCount Protocol Flags    Type St Inode Path\n")
	for _, s := range n.Sockets {
		if s.Family != linux.AF_UNIX {
			continue
		}
		refs, flags := 2, 0
		if s.State > 1 {
			refs++ // the peer
		}
		if s.Listening {
			flags = acceptsConnections
		}
		fmt.Fprintf(b, "%s: %08X 00000000 %08X %04X %02X %5d", pointer, refs, flags, s.Type, s.State, s.Inode)
		if s.Path != "" {
			b.WriteString(" " + strings.ReplaceAll(s.Path, "\x00", "@"))
		}
		b.WriteString("\n")
	}
}

// netlink begins with the kernel's own end of each protocol.
func (n *Net) netlink(b *bytes.Buffer) {
	b.WriteString("sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n")
	line := func(protocol int, port, groups uint32, unread int, inode uint64) {
		fmt.Fprintf(b, "%s %-3d %-10d %08x %-8d %-8d %-5d %-8d %-8d %-8d\n",
			pointer, protocol, port, groups, unread, 0, 0, 2, 0, inode)
	}
	line(0, 0, 0, 0, 0)
	for _, s := range n.Sockets {
		if s.Family == linux.AF_NETLINK {
			line(s.Protocol, s.Port, s.Groups, s.Unread, s.Inode)
		}
	}
}

// count is how many sockets of a protocol fulfil a condition.
func count(list []fs.SocketInfo, is func(*fs.SocketInfo) bool) (n int) {
	for i := range list {
		n += toInt(is(&list[i]))
	}
	return n
}

// inUse reports whether a socket is in its protocol's tables.
func inUse(s *fs.SocketInfo) bool {
	const timeWait, closed = 6, 7
	if s.Protocol == linux.IPPROTO_TCP {
		return s.State != closed && s.State != timeWait
	}
	return s.Local.Port() != 0
}

func (n *Net) sockstat(b *bytes.Buffer) {
	const timeWait = 6
	owned := func(s *fs.SocketInfo) bool { return s.Inode != 0 }
	tcp := slices.Concat(n.of(linux.AF_INET, linux.IPPROTO_TCP), n.of(linux.AF_INET6, linux.IPPROTO_TCP))
	fmt.Fprintf(b, "sockets: used %d\n", count(n.Sockets, owned))
	fmt.Fprintf(b, "TCP: inuse %d orphan %d tw %d alloc %d mem 0\n", count(n.of(linux.AF_INET, linux.IPPROTO_TCP), inUse),
		count(tcp, func(s *fs.SocketInfo) bool { return inUse(s) && !owned(s) }),
		count(tcp, func(s *fs.SocketInfo) bool { return s.State == timeWait }), count(tcp, owned))
	fmt.Fprintf(b, "UDP: inuse %d mem 0\nUDPLITE: inuse 0\n", count(n.of(linux.AF_INET, linux.IPPROTO_UDP), inUse))
	fmt.Fprintf(b, "RAW: inuse %d\nFRAG: inuse 0 memory 0\n", len(n.of(linux.AF_INET, rawSockets)))
}

func (n *Net) sockstat6(b *bytes.Buffer) {
	fmt.Fprintf(b, "TCP6: inuse %d\n", count(n.of(linux.AF_INET6, linux.IPPROTO_TCP), inUse))
	fmt.Fprintf(b, "UDP6: inuse %d\nUDPLITE6: inuse 0\n", count(n.of(linux.AF_INET6, linux.IPPROTO_UDP), inUse))
	fmt.Fprintf(b, "RAW6: inuse %d\nFRAG6: inuse 0 memory 0\n", len(n.of(linux.AF_INET6, rawSockets)))
}
