package procfs

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// network has an Ethernet device with a router behind it, and sockets of a listener with one connection waiting.
func network(bigEndian bool) *Net {
	local, remote := netip.MustParseAddrPort("127.0.0.1:80"), netip.MustParseAddrPort("127.0.0.2:4660")
	tcp := fs.SocketInfo{Family: linux.AF_INET, Type: linux.SOCK_STREAM, Protocol: linux.IPPROTO_TCP, Local: local}
	waiting, listener, unbound := tcp, tcp, tcp
	waiting.State, waiting.Remote = 1, remote
	listener.State, listener.Listening, listener.Inode, listener.UID = 10, true, 7, 1000
	listener.Remote = netip.MustParseAddrPort("0.0.0.0:0")
	unbound.State, unbound.Inode = 7, 8
	return &Net{
		BigEndian: bigEndian,
		Sockets:   []fs.SocketInfo{waiting, unbound, listener},
		Devices: []fs.NetDevice{{
			Index: 2, Name: "eth0", Gateway: netip.MustParseAddr("10.0.2.2"),
			Addresses: []netip.Prefix{netip.MustParsePrefix("10.0.2.15/24")},
			Received:  fs.NetTraffic{Bytes: 5, Packets: 1},
		}},
		Statistics: []fs.NetStatistic{
			{Protocol: "Udp", Counters: []fs.NetCounter{{Name: "InDatagrams", Value: 3}, {Name: "NoPorts"}}},
		},
	}
}

func TestNetTables(t *testing.T) {
	tcp := sockets(linux.AF_INET, linux.IPPROTO_TCP, (*Net).tcp)
	for name, tc := range map[string]struct {
		big  bool
		show func(*Net, *bytes.Buffer)
		want string // without the heading, blanks as one
	}{
		"routes": {false, (*Net).routes, "eth0\t00000000\t0202000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n" +
			"eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"},
		"routes, big": {true, (*Net).routes, "eth0\t00000000\t0A000202\t0003\t0\t0\t0\t00000000\t0\t0\t0\n" +
			"eth0\t0A000200\t00000000\t0001\t0\t0\t0\tFFFFFF00\t0\t0\t0\n"},
		"tcp": {false, tcp, " 0: 0100007F:0050 00000000:0000 0A 00000000:00000001 00:00000000 00000000 1000 0 7 1 " +
			pointer + " 100 0 0 10 0\n 1: 0100007F:0050 0200007F:1234 01 00000000:00000000 00:00000000 00000000 0 0 0 1 " +
			pointer + " 20 4 0 10 -1\n"},
		"snmp": {false, (*Net).snmp, "Udp: 3 0\n"},
	} {
		var b bytes.Buffer
		tc.show(network(tc.big), &b)
		_, rows, _ := strings.Cut(b.String(), "\n")
		lines := strings.Split(rows, "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(single(lines[i]), " ")
		}
		if got := strings.Join(lines, "\n"); got != tc.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, tc.want)
		}
	}
}

// single has one blank for each run of them.
func single(line string) string {
	for strings.Contains(line, "  ") {
		line = strings.ReplaceAll(line, "  ", " ")
	}
	return line
}
