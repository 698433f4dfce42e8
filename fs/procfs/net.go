package procfs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Net is a snapshot of the network.
type Net struct {
	BigEndian  bool // the reader's byte order: IPv4 addresses are shown as integers
	Sockets    []fs.SocketInfo
	Devices    []fs.NetDevice
	Statistics []fs.NetStatistic
}

// netEntry is /proc/PID/net.
func netEntry() *entry {
	return dir("net", 0o555,
		static("arp", "IP address       HW type     Flags       HW address            Mask     Device\n"),
		netFile("dev", (*Net).dev),
		netFile("icmp", sockets(linux.AF_INET, linux.IPPROTO_ICMP, (*Net).datagrams)),
		netFile("icmp6", sockets(linux.AF_INET6, linux.IPPROTO_ICMPV6, (*Net).datagrams)),
		netFile("if_inet6", (*Net).ifInet6),
		netFile("ipv6_route", (*Net).routes6),
		netFile("netlink", (*Net).netlink),
		static("packet", "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"),
		netFile("raw", sockets(linux.AF_INET, rawSockets, (*Net).raw)),
		netFile("raw6", sockets(linux.AF_INET6, rawSockets, (*Net).raw)),
		netFile("route", (*Net).routes),
		netFile("snmp", (*Net).snmp),
		netFile("sockstat", (*Net).sockstat),
		netFile("sockstat6", (*Net).sockstat6),
		netFile("tcp", sockets(linux.AF_INET, linux.IPPROTO_TCP, (*Net).tcp)),
		netFile("tcp6", sockets(linux.AF_INET6, linux.IPPROTO_TCP, (*Net).tcp)),
		netFile("udp", sockets(linux.AF_INET, linux.IPPROTO_UDP, (*Net).datagrams)),
		netFile("udp6", sockets(linux.AF_INET6, linux.IPPROTO_UDP, (*Net).datagrams)),
		netFile("unix", (*Net).unix),
	)
}

func netFile(name string, show func(*Net, *bytes.Buffer)) *entry {
	return file(name, 0o444, func(v *view, b *bytes.Buffer) linux.Errno {
		show(v.fs.kernel.Net(v.c), b)
		return 0
	})
}

// padded ends a line with blanks up to a width, and a line feed (seq_pad).
func padded(b *bytes.Buffer, line string, width int) {
	b.WriteString(line + strings.Repeat(" ", max(width-len(line), 0)) + "\n")
}

// ip4 shows an IPv4 address as the reader's processor would load it.
func (n *Net) ip4(a netip.Addr) string {
	b := a.As4()
	if n.BigEndian {
		return fmt.Sprintf("%08X", binary.BigEndian.Uint32(b[:]))
	}
	return fmt.Sprintf("%08X", binary.LittleEndian.Uint32(b[:]))
}

// dev has a line of counters for each device; what nothing is known of is 0.
func (n *Net) dev(b *bytes.Buffer) {
	b.WriteString("Inter-|   Receive                                                |  Transmit\n" +
		" face |bytes    packets errs drop fifo frame compressed multicast|" +
		"bytes    packets errs drop fifo colls carrier compressed\n")
	for _, d := range n.Devices {
		fmt.Fprintf(b, "%6s: %7d %7d    0    0    0     0          0         0", d.Name, d.Received.Bytes, d.Received.Packets)
		fmt.Fprintf(b, " %8d %7d    0    0    0     0       0          0\n", d.Sent.Bytes, d.Sent.Packets)
	}
}

// addresses calls fn for the addresses of one family on all devices.
func (n *Net) addresses(is4 bool, fn func(*fs.NetDevice, netip.Prefix)) {
	for i := range n.Devices {
		for _, p := range n.Devices[i].Addresses {
			if p.Addr().Is4() == is4 {
				fn(&n.Devices[i], p)
			}
		}
	}
}

func (n *Net) ifInet6(b *bytes.Buffer) {
	const permanent = 0x80 // IFA_F_PERMANENT
	n.addresses(false, func(d *fs.NetDevice, p netip.Prefix) {
		scope := 0
		switch {
		case p.Addr().IsLoopback():
			scope = 0x10 // IPV6_ADDR_LOOPBACK
		case p.Addr().IsLinkLocalUnicast():
			scope = 0x20 // IPV6_ADDR_LINKLOCAL
		}
		fmt.Fprintf(b, "%x %02x %02x %02x %02x %8s\n", p.Addr().As16(), d.Index, p.Bits(), scope, permanent, d.Name)
	})
}

// Flags of routes (linux/route.h, linux/ipv6_route.h).
const (
	routeUp      = 0x1
	routeGateway = 0x2
	routeLocal   = 0x80200000 // RTF_LOCAL, RTF_NONEXTHOP
)

// routes are those of IPv4 but for loopback's, which are in another table.
func (n *Net) routes(b *bytes.Buffer) {
	const width = 127
	padded(b, "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT", width)
	none := netip.IPv4Unspecified()
	line := func(d *fs.NetDevice, to, by, mask netip.Addr, flags int) {
		const form = "%s\t%s\t%s\t%04X\t0\t0\t0\t%s\t0\t0\t0"
		padded(b, fmt.Sprintf(form, d.Name, n.ip4(to), n.ip4(by), flags, n.ip4(mask)), width)
	}
	for i, d := range n.Devices {
		if d.Gateway.Is4() {
			line(&n.Devices[i], none, d.Gateway, none, routeUp|routeGateway)
		}
	}
	n.addresses(true, func(d *fs.NetDevice, p netip.Prefix) {
		if !p.Addr().IsLoopback() {
			var mask [4]byte
			binary.BigEndian.PutUint32(mask[:], ^uint32(uint64(1)<<(32-p.Bits())-1))
			line(d, p.Masked().Addr(), none, netip.AddrFrom4(mask), routeUp)
		}
	})
}

func (n *Net) routes6(b *bytes.Buffer) {
	n.addresses(false, func(d *fs.NetDevice, p netip.Prefix) {
		fmt.Fprintf(b, "%x %02x %032x %02x %032x %08x %08x %08x %08x %8s\n",
			p.Addr().As16(), p.Addr().BitLen(), 0, 0, 0, 0, 2, 0, routeUp|routeLocal, d.Name)
	})
}

func (n *Net) snmp(b *bytes.Buffer) {
	for _, line := range n.Statistics {
		fmt.Fprintf(b, "%s:", line.Protocol)
		for _, c := range line.Counters {
			b.WriteString(" " + c.Name)
		}
		fmt.Fprintf(b, "\n%s:", line.Protocol)
		for _, c := range line.Counters {
			fmt.Fprintf(b, " %d", c.Value)
		}
		b.WriteString("\n")
	}
}
