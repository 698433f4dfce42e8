// Package gateway leads a guest's network out, as an ordinary program of the host would go (--net user): the guest has a
// device eth0 with the address 10.0.2.15, and a second netstack at the other end of it is the router 10.0.2.2. It accepts
// every connection that the guest makes, makes one of the host's own to the same place, and moves bytes between the two.
// UDP goes the same way. There is IPv4 only.
//
// What is the host's alone stays so: its loopback, link-local and multicast addresses and the gateway's own network are
// refused, and nobody can reach the guest unless a port is published (Publish).
package gateway

import (
	"context"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/pipe"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
	"gvisor.dev/gvisor/pkg/waiter"

	"muslrun/fs"
)

// Gateway is the far end of a guest's eth0. It implements inet.Link.
type Gateway struct {
	dial func(ctx context.Context, network, addr string) (net.Conn, error)
	net  *stack.Stack
	relays
}

// New makes a gateway that dials the host's network.
func New() *Gateway {
	d := net.Dialer{Timeout: 30 * time.Second}
	return &Gateway{dial: d.DialContext, relays: newRelays()}
}

// Addresses of the private network, which are those that QEMU's users know.
var (
	guestNet  = netip.MustParsePrefix("10.0.2.15/24")
	router    = netip.MustParseAddr("10.0.2.2")
	guestMAC  = [6]byte{0x52, 0x54, 0, 0x12, 0x34, 0x56}
	routerMAC = [6]byte{0x52, 0x54, 0, 0x12, 0x34, 0x02}
)

const (
	mtu    = 1500
	farNIC = 1
	index  = 2 // of eth0
)

// Device implements inet.Link.
func (*Gateway) Device() fs.NetDevice {
	return fs.NetDevice{
		Index: index, Name: "eth0", Hardware: fs.HardwareEthernet, MTU: mtu, QueueLen: 1000, Address: guestMAC,
		Flags:     fs.DeviceUp | fs.DeviceRunning | fs.DeviceBroadcast | fs.DeviceMulticast,
		Addresses: []netip.Prefix{guestNet}, Gateway: router,
	}
}

// Open implements inet.Link.
func (g *Gateway) Open() stack.LinkEndpoint {
	near, far := pipe.New(tcpip.LinkAddress(guestMAC[:]), tcpip.LinkAddress(routerMAC[:]), mtu)
	g.net = stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol, udp.NewProtocol, icmp.NewProtocol4},
	})
	must(g.net.CreateNIC(farNIC, far))
	must(g.net.SetPromiscuousMode(farNIC, true)) // takes packets for anybody
	must(g.net.SetSpoofing(farNIC, true))        // and answers in their name
	g.net.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: farNIC}})
	const window, inFlight = 0, 256
	f := tcp.NewForwarder(g.net, window, inFlight, g.stream)
	g.net.SetTransportProtocolHandler(tcp.ProtocolNumber, f.HandlePacket)
	g.net.SetTransportProtocolHandler(udp.ProtocolNumber, udp.NewForwarder(g.net, g.datagrams).HandlePacket)
	return near
}

// must is for what only a mistake of ours can refuse.
func must(err tcpip.Error) {
	if err != nil {
		panic("netstack refuses the gateway: " + err.String())
	}
}

// Close implements inet.Link: it ends all connections.
func (g *Gateway) Close() {
	g.end()
	if g.net != nil {
		g.net.Destroy()
	}
}

// target is where a guest's packet goes, if it may go there.
func target(id stack.TransportEndpointID) (addr string, ok bool) {
	ip, _ := netip.AddrFromSlice(id.LocalAddress.AsSlice())
	switch {
	case !ip.Is4(), ip.IsLoopback(), ip.IsUnspecified(), ip.IsLinkLocalUnicast(), ip.IsMulticast():
		return "", false
	case guestNet.Contains(ip), ip == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "", false
	}
	return netip.AddrPortFrom(ip, id.LocalPort).String(), true
}

// stream carries one TCP connection out. The guest sees it established when the host's is, and a reset if it fails.
func (g *Gateway) stream(r *tcp.ForwarderRequest) {
	addr, ok := target(r.ID())
	if !ok || !g.begin() {
		r.Complete(true)
		return
	}
	defer g.done()
	out, err := g.dial(g.ctx, "tcp", addr)
	if err != nil {
		r.Complete(true)
		return
	}
	var wq waiter.Queue
	ep, terr := r.CreateEndpoint(&wq)
	if terr != nil {
		r.Complete(true)
		_ = out.Close()
		return
	}
	r.Complete(false)
	g.splice(gonet.NewTCPConn(&wq, ep), out)
}

// idle is how long a UDP exchange may be silent.
const idle = 60 * time.Second

// datagrams carries the datagrams between two ports.
func (g *Gateway) datagrams(r *udp.ForwarderRequest) bool {
	addr, ok := target(r.ID())
	if !ok || !g.begin() {
		return true
	}
	var wq waiter.Queue
	ep, err := r.CreateEndpoint(&wq)
	if err != nil {
		g.done()
		return true
	}
	in := gonet.NewUDPConn(&wq, ep)
	go func() {
		defer g.done()
		out, err := g.dial(g.ctx, "udp", addr)
		if err != nil {
			_ = in.Close()
			return
		}
		g.splice(&silent{in}, &silent{out})
	}()
	return true
}

// silent ends a connection that carries nothing for too long.
type silent struct{ net.Conn }

func (s *silent) Read(b []byte) (int, error) {
	_ = s.SetReadDeadline(time.Now().Add(idle))
	return s.Conn.Read(b)
}

// relays are the pairs of connections under way.
type relays struct {
	ctx    context.Context
	cancel context.CancelFunc
	busy   chan struct{} // holds one for each relay
	wg     sync.WaitGroup

	mu   sync.Mutex
	open map[io.Closer]struct{}
	over bool
}

// maxRelays bounds the connections that a guest has through the gateway.
const maxRelays = 1024

func newRelays() relays {
	ctx, cancel := context.WithCancel(context.Background())
	return relays{ctx: ctx, cancel: cancel, busy: make(chan struct{}, maxRelays), open: map[io.Closer]struct{}{}}
}

// begin counts one more; false if there are too many, or all is over.
func (r *relays) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return false
	}
	select {
	case r.busy <- struct{}{}:
		r.wg.Add(1)
		return true
	default:
		return false
	}
}

func (r *relays) done() {
	<-r.busy
	r.wg.Done()
}

// keep notes a connection that the end closes; false if it has come.
func (r *relays) keep(c io.Closer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over {
		r.open[c] = struct{}{}
	}
	return !r.over
}

func (r *relays) drop(c io.Closer) {
	r.mu.Lock()
	delete(r.open, c)
	r.mu.Unlock()
	_ = c.Close()
}

// end closes everything and waits for it.
func (r *relays) end() {
	r.cancel()
	r.mu.Lock()
	r.over = true
	for c := range r.open {
		_ = c.Close()
	}
	r.mu.Unlock()
	r.wg.Wait()
}

// splice moves bytes both ways until both have ended, or one has failed, and closes the connections.
func (r *relays) splice(a, b net.Conn) {
	defer r.drop(a)
	defer r.drop(b)
	if !r.keep(a) || !r.keep(b) {
		return
	}
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{a, b}, {b, a}} {
		both.Go(func() { carry(way[0], way[1]) })
	}
	both.Wait()
}

// carry moves bytes one way; the end of one stream becomes the other's.
func carry(to, from net.Conn) {
	_, err := io.Copy(to, from)
	half, ok := to.(interface{ CloseWrite() error })
	if err != nil || !ok || half.CloseWrite() != nil {
		_ = to.Close()
		_ = from.Close()
	}
}
