package inet

import (
	"cmp"
	"net/netip"
	"slices"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// States of TCP, which /proc/net has for the other protocols too (linux/tcp_states.h).
const (
	stateEstablished = 1
	stateSynSent     = 2
	stateClose       = 7
)

// Describe implements sock.Socket.
func (s *Socket) Describe(info *fs.SocketInfo) {
	if a, errno := s.Name(); errno == 0 {
		info.Local = netip.AddrPortFrom(a.IP, a.Port)
	}
	if a, errno := s.Peer(); errno == 0 {
		info.Remote, info.State = netip.AddrPortFrom(a.IP, a.Port), stateEstablished
	} else {
		info.Remote, info.State = netip.AddrPortFrom(unspecified(s.Family), 0), stateClose
	}
	info.Listening = s.isListening()
	if s.Type == linux.SOCK_STREAM {
		info.State = linuxState(s.ep.State())
	}
	if info.Listening {
		return
	}
	info.Unread, _ = s.Readable()
	info.Unsent, _ = s.Unsent()
}

func unspecified(family int) netip.Addr {
	if family == linux.AF_INET {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// linuxState is a state of a TCP endpoint as Linux numbers it. Netstack has a few of its own.
func linuxState(state uint32) uint8 {
	switch s := tcp.EndpointState(state); s {
	case tcp.StateInitial, tcp.StateBound, tcp.StateError:
		return stateClose
	case tcp.StateConnecting:
		return stateSynSent
	default:
		return uint8(s)
	}
}

// Strays tells of what netstack has that is no socket of a program: connections that nobody has accepted or that are not
// over though their sockets are closed, and the resolver. They are in ascending order of addresses.
func (s *Stack) Strays() (out []fs.SocketInfo) {
	s.mu.Lock()
	n := s.net
	s.mu.Unlock()
	if n == nil {
		return nil
	}
	seen := s.owned()
	for _, ep := range append(n.RegisteredEndpoints(), n.CleanupEndpoints()...) {
		end, ok := ep.(tcpip.Endpoint)
		if !ok || seen[end] {
			continue
		}
		seen[end] = true
		if info, ok := stray(end); ok {
			out = append(out, info)
		}
	}
	slices.SortFunc(out, func(a, b fs.SocketInfo) int {
		return cmp.Or(a.Local.Compare(b.Local), a.Remote.Compare(b.Remote))
	})
	return out
}

// stray describes an endpoint that has no socket.
func stray(ep tcpip.Endpoint) (fs.SocketInfo, bool) {
	end, ok := ep.Info().(*stack.TransportEndpointInfo)
	if !ok {
		return fs.SocketInfo{}, false
	}
	info := fs.SocketInfo{Family: linux.AF_INET, State: stateClose}
	if end.ID.LocalAddress.Len() == 16 || end.ID.LocalAddress.Len() == 0 && end.NetProto != ipv4.ProtocolNumber {
		info.Family = linux.AF_INET6
	}
	switch end.TransProto {
	case tcp.ProtocolNumber:
		info.Type, info.Protocol, info.State = linux.SOCK_STREAM, linux.IPPROTO_TCP, linuxState(ep.State())
	case udp.ProtocolNumber:
		info.Type, info.Protocol = linux.SOCK_DGRAM, linux.IPPROTO_UDP
	default:
		return info, false
	}
	info.Local = addrPort(info.Family, end.ID.LocalAddress, end.ID.LocalPort)
	info.Remote = addrPort(info.Family, end.ID.RemoteAddress, end.ID.RemotePort)
	return info, true
}

func addrPort(family int, a tcpip.Address, port uint16) netip.AddrPort {
	ip := addrOf(a)
	if !ip.IsValid() {
		ip = unspecified(family)
	}
	return netip.AddrPortFrom(ip, port)
}
