package inet

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"sync"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/loopback"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/raw"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"

	"muslrun/fs"
)

// Link leads out of the guest: a device beside loopback, and what is at the other end of it.
type Link interface {
	// Open gives netstack the near end of the link. It is called once, when netstack starts.
	Open() stack.LinkEndpoint
	// Device describes it.
	Device() fs.NetDevice
	// Close ends the far end, if it was opened.
	Close()
}

// Options say what network a guest has.
type Options struct {
	// Loopback gives it the device lo; without, nothing can be reached.
	Loopback bool
	// Link leads out; nil for nowhere.
	Link Link
	// Resolve answers a DNS query for the server at 127.0.0.1; nil for no server.
	Resolve func(query []byte) []byte
	// Clock is the guest's time; nil for the host's.
	Clock tcpip.Clock
	// Random is where ephemeral ports and sequence numbers come from; nil for the host's.
	Random io.Reader
}

// Stack is a guest's network.
type Stack struct {
	options  Options
	start    sync.Once
	mu       sync.Mutex
	net      *stack.Stack // nil before the first socket
	closed   bool
	resolver *resolver
	pressure pressure
	settled  uint64 // packets that there had been when Settle ended

	owners sync.Mutex
	ours   map[tcpip.Endpoint]*Socket
	early  map[pair]mark // of connections that nobody has accepted
}

// New describes a network. It costs nothing before the first socket.
func New(o Options) *Stack {
	return &Stack{options: o, ours: map[tcpip.Endpoint]*Socket{}, early: map[pair]mark{}, pressure: pressure{limit: queuesLimit}}
}

const (
	loopbackNIC tcpip.NICID = 1
	linkNIC     tcpip.NICID = 2
)

// Ports that are given to sockets that do not ask for one (the sysctl net.ipv4.ip_local_port_range).
const (
	firstEphemeral = 32768
	lastEphemeral  = 60999
)

// Devices are what network devices there are, lo first.
func (s *Stack) Devices() []fs.NetDevice {
	lo := fs.NetDevice{Index: int(loopbackNIC), Name: "lo", Flags: fs.DeviceLoopback, Hardware: fs.HardwareLoopback,
		MTU: 65536, QueueLen: 1000}
	if !s.options.Loopback {
		return []fs.NetDevice{lo}
	}
	lo.Flags |= fs.DeviceUp | fs.DeviceRunning
	lo.Addresses = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/8"), netip.MustParsePrefix("::1/128")}
	out := []fs.NetDevice{lo}
	if s.options.Link != nil {
		out = append(out, s.options.Link.Device())
	}
	return out
}

// netstack is the running network; nil after Close.
func (s *Stack) netstack() *stack.Stack {
	s.start.Do(s.run)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.net
}

// run starts netstack with the devices.
func (s *Stack) run() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	n := stack.New(stack.Options{
		NetworkProtocols: []stack.NetworkProtocolFactory{ipv4.NewProtocol, ipv6.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol, udp.NewProtocol, icmp.NewProtocol4,
			icmp.NewProtocol6},
		HandleLocal: true,
		Clock:       s.options.Clock,
		SecureRNG:   s.options.Random,
		RawFactory:  raw.EndpointFactory{},
	})
	limitBuffers(n)
	_ = n.SetPortRange(firstEphemeral, lastEphemeral)
	devices := s.Devices()
	must(n.CreateNIC(loopbackNIC, loopback.New()))
	if s.options.Link != nil {
		must(n.CreateNIC(linkNIC, s.options.Link.Open()))
	}
	for i := range devices {
		addAddresses(n, &devices[i])
	}
	n.SetRouteTable(routes(devices))
	s.net = n
	if s.options.Resolve != nil && s.options.Loopback {
		s.resolver = startResolver(n, s.options.Resolve)
	}
}

// must is for what only a mistake of ours can refuse.
func must(err tcpip.Error) {
	if err != nil {
		panic("netstack refuses its set-up: " + err.String())
	}
}

// Buffers of TCP in bytes.
const (
	minBuffer = 4096
	maxBuffer = 4 << 20
)

func limitBuffers(n *stack.Stack) {
	send := tcpip.TCPSendBufferSizeRangeOption{Min: minBuffer, Default: 256 << 10, Max: maxBuffer}
	receive := tcpip.TCPReceiveBufferSizeRangeOption{Min: minBuffer, Default: 256 << 10, Max: maxBuffer}
	sack, nagle := tcpip.TCPSACKEnabled(true), tcpip.TCPDelayEnabled(true)
	must(n.SetTransportProtocolOption(tcp.ProtocolNumber, &send))
	must(n.SetTransportProtocolOption(tcp.ProtocolNumber, &receive))
	must(n.SetTransportProtocolOption(tcp.ProtocolNumber, &sack))
	must(n.SetTransportProtocolOption(tcp.ProtocolNumber, &nagle))
}

func addAddresses(n *stack.Stack, d *fs.NetDevice) {
	for _, p := range d.Addresses {
		protocol := tcpip.NetworkProtocolNumber(ipv4.ProtocolNumber)
		if p.Addr().Is6() {
			protocol = ipv6.ProtocolNumber
		}
		must(n.AddProtocolAddress(tcpip.NICID(d.Index), tcpip.ProtocolAddress{
			Protocol:          protocol,
			AddressWithPrefix: tcpip.AddressWithPrefix{Address: address(p.Addr()), PrefixLen: p.Bits()},
		}, stack.AddressProperties{}))
	}
}

// routes lead to the devices' networks, and by their gateways to everywhere else.
func routes(devices []fs.NetDevice) (table []tcpip.Route) {
	for i := range devices {
		for _, p := range devices[i].Addresses {
			table = append(table, tcpip.Route{Destination: subnet(p.Masked()), NIC: tcpip.NICID(devices[i].Index)})
		}
	}
	for i := range devices {
		if gw := devices[i].Gateway; gw.IsValid() {
			table = append(table, tcpip.Route{
				Destination: header.IPv4EmptySubnet, Gateway: address(gw), NIC: tcpip.NICID(devices[i].Index),
			})
		}
	}
	return table
}

func subnet(p netip.Prefix) tcpip.Subnet {
	return tcpip.AddressWithPrefix{Address: address(p.Addr()), PrefixLen: p.Bits()}.Subnet()
}

// Close ends the network. Nothing of it is left when it returns.
func (s *Stack) Close() {
	s.mu.Lock()
	n, r := s.net, s.resolver
	s.net, s.resolver, s.closed = nil, nil, true
	s.mu.Unlock()
	if n == nil {
		return
	}
	if s.options.Link != nil {
		s.options.Link.Close()
	}
	if r != nil {
		r.close()
	}
	n.Destroy()
}

// Dial connects to a port of the guest, from its own loopback address.
func (s *Stack) Dial(ctx context.Context, port uint16) (*gonet.TCPConn, error) {
	n := s.netstack()
	if n == nil {
		return nil, errors.New("the guest's network has ended")
	}
	addr := tcpip.FullAddress{Addr: tcpip.AddrFrom4([4]byte{127, 0, 0, 1}), Port: port}
	return gonet.DialContextTCP(ctx, n, addr, ipv4.ProtocolNumber)
}

// own notes that an endpoint is a socket's, or of none any more.
func (s *Stack) own(ep tcpip.Endpoint, owner *Socket) {
	s.owners.Lock()
	defer s.owners.Unlock()
	if owner != nil {
		s.ours[ep] = owner
	} else {
		delete(s.ours, ep)
	}
}

// maxSockets is how many sockets a network has: each takes some kilobytes, of TCP up to 32.
const maxSockets = 1 << 16

// count is the number of sockets.
func (s *Stack) count() int {
	s.owners.Lock()
	defer s.owners.Unlock()
	return len(s.ours)
}

// owned are the endpoints of sockets.
func (s *Stack) owned() map[tcpip.Endpoint]bool {
	s.owners.Lock()
	defer s.owners.Unlock()
	out := make(map[tcpip.Endpoint]bool, len(s.ours))
	for ep := range s.ours {
		out[ep] = true
	}
	return out
}
