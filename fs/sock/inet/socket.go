package inet

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
	"gvisor.dev/gvisor/pkg/waiter"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// Socket is one socket of AF_INET or AF_INET6.
type Socket struct {
	sock.Base
	stack *Stack
	ep    tcpip.Endpoint
	wq    *waiter.Queue
	entry waiter.Entry

	mu         sync.Mutex
	connecting bool // a connect is in progress
	connected  bool // a connect has succeeded, and the guest knows
	listening  bool
	shutRead   bool
	opts       map[key]int // options that are only kept

	sending sync.Mutex
	sent    int64       // bytes of the stream, under sending
	ended   atomic.Bool // the program was told, or is to be, why the connection has ended
	told    pair        // the end of the connection that was told of a mark
	urgent  urgent
}

// transports are the kinds of sockets by type and protocol.
var transports = []struct {
	family, kind, protocol int
	isDefault              bool
	number                 tcpip.TransportProtocolNumber
}{
	{0, linux.SOCK_STREAM, linux.IPPROTO_TCP, true, tcp.ProtocolNumber},
	{0, linux.SOCK_DGRAM, linux.IPPROTO_UDP, true, udp.ProtocolNumber},
	{linux.AF_INET, linux.SOCK_DGRAM, linux.IPPROTO_ICMP, false, icmp.ProtocolNumber4},
	{linux.AF_INET6, linux.SOCK_DGRAM, linux.IPPROTO_ICMPV6, false, icmp.ProtocolNumber6},
}

// transport finds the protocol of a socket: ESOCKTNOSUPPORT, EPROTONOSUPPORT. Raw sockets are of any protocol but 0.
func transport(family, kind, protocol int) (number tcpip.TransportProtocolNumber, proto int, errno linux.Errno) {
	if kind == linux.SOCK_RAW && protocol != 0 {
		return tcpip.TransportProtocolNumber(protocol), protocol, 0
	}
	errno = linux.ESOCKTNOSUPPORT
	for _, t := range transports {
		if t.kind != kind || t.family != 0 && t.family != family {
			continue
		}
		if protocol == t.protocol || protocol == 0 && t.isDefault {
			return t.number, t.protocol, 0
		}
		errno = linux.EPROTONOSUPPORT
	}
	if kind == linux.SOCK_RAW {
		errno = linux.EPROTONOSUPPORT
	}
	return 0, 0, errno
}

// Socket makes a socket. EPERM: only the privileged may have raw sockets.
func (st *Stack) Socket(c *fs.Caller, family, kind, protocol int) (*Socket, linux.Errno) {
	if protocol < 0 || protocol > 255 {
		return nil, linux.EINVAL
	}
	number, protocol, errno := transport(family, kind, protocol)
	if errno != 0 {
		return nil, errno
	}
	if kind == linux.SOCK_RAW && !c.Cred.Has(linux.CAP_NET_RAW) {
		return nil, linux.EPERM
	}
	n := st.netstack()
	switch {
	case n == nil:
		return nil, linux.ENETDOWN
	case st.count() >= maxSockets:
		return nil, linux.ENFILE
	}
	wq := &waiter.Queue{}
	ep, err := newEndpoint(n, family, kind, number, wq)
	if err != nil {
		return nil, errnoOf(err)
	}
	s := st.adopt(ep, wq)
	s.Init(family, kind, protocol)
	if kind == linux.SOCK_STREAM { // net.ipv4.tcp_wmem and tcp_rmem
		s.SetBuffers(16384, 131072)
	}
	return s, 0
}

// newEndpoint makes netstack's part of a socket. The protocol IPPROTO_RAW stands for all, and can only send (raw(7)).
func newEndpoint(n *stack.Stack, family, kind int, number tcpip.TransportProtocolNumber, wq *waiter.Queue) (
	tcpip.Endpoint, tcpip.Error) {
	network := tcpip.NetworkProtocolNumber(ipv4.ProtocolNumber)
	if family == linux.AF_INET6 {
		network = ipv6.ProtocolNumber
	}
	if kind == linux.SOCK_RAW {
		return n.NewRawEndpoint(number, network, wq, number != linux.IPPROTO_RAW)
	}
	return n.NewEndpoint(number, network, wq)
}

// adopt makes a socket of an endpoint; its kind is to be set.
func (st *Stack) adopt(ep tcpip.Endpoint, wq *waiter.Queue) *Socket {
	s := &Socket{stack: st, ep: ep, wq: wq}
	s.entry = waiter.NewFunctionEntry(waiter.AllEvents, func(m waiter.EventMask) {
		ev := events(m)
		if ev&fs.EventIn != 0 && s.urgent.known.Load() {
			ev |= fs.EventPri
		}
		s.Queue().Notify(ev)
	})
	wq.EventRegister(&s.entry)
	st.own(ep, s)
	return s
}

// events are netstack's events in ours: both have Linux's numbers.
func events(m waiter.EventMask) fs.Events {
	const known = fs.EventIn | fs.EventPri | fs.EventOut | fs.EventErr | fs.EventHup | fs.EventRdHup
	return fs.Events(m) & known
}

// Poll implements fs.FileOps. Linux takes a connection that is at its end for writable, and shows an error until somebody
// has taken it (tcp_poll).
func (s *Socket) Poll() fs.Events {
	ev := events(s.ep.Readiness(waiter.AllEvents))
	if ev&fs.EventErr != 0 {
		s.noteError()
	}
	if ev &^= fs.EventErr; s.HasError() {
		ev |= fs.EventErr
	}
	if ev&fs.EventHup != 0 {
		ev |= fs.EventOut
	}
	return s.urgent.poll(s, s.holdBack(ev))
}

// noteError makes an error that netstack has kept the socket's. Why a connection has ended netstack tells every time.
func (s *Socket) noteError() {
	errno := errnoOf(s.ep.LastError())
	if errno == 0 {
		return
	}
	if s.Type == linux.SOCK_STREAM && tcp.EndpointState(s.ep.State()) == tcp.StateError && s.ended.Swap(true) {
		return
	}
	s.SetError(errno)
}

// holdBack takes EventIn away while a stream has less than SO_RCVLOWAT and more may come.
func (s *Socket) holdBack(ev fs.Events) fs.Events {
	if ev&(fs.EventIn|fs.EventRdHup|fs.EventHup|fs.EventErr) != fs.EventIn || s.Type != linux.SOCK_STREAM {
		return ev
	}
	if low := s.RcvLowat(); low > 1 && !s.isListening() {
		if n, err := s.ep.GetSockOptInt(tcpip.ReceiveQueueSizeOption); err == nil && n < min(low, s.RcvBuf()/2) {
			ev &^= fs.EventIn
		}
	}
	return ev
}

// ReadAt implements fs.FileOps.
func (s *Socket) ReadAt(c *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	return sock.Read(s, c, dst)
}

// WriteAt implements fs.FileOps.
func (s *Socket) WriteAt(c *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	return sock.Write(s, c, src)
}

// Release implements fs.FileOps.
func (s *Socket) Release(*fs.Caller) {
	s.wq.EventUnregister(&s.entry)
	s.stack.own(s.ep, nil)
	s.forgetEarly()
	s.ep.Close()
}

// Bind implements sock.Socket. The first 1024 ports are for the privileged.
func (s *Socket) Bind(c *fs.Caller, _ *fs.Context, a sock.Address) linux.Errno {
	if a.Family == linux.AF_UNSPEC && a.IP.IsUnspecified() {
		a.Family = linux.AF_INET
	}
	if s.Type == linux.SOCK_RAW {
		a.Port = 0
	}
	full, errno := s.toNetstack(&a)
	switch {
	case errno != 0:
		return errno
	case s.Family == linux.AF_INET6 && a.Family == linux.AF_INET:
		return linux.EAFNOSUPPORT
	case a.Port > 0 && a.Port < 1024 && s.Protocol != linux.IPPROTO_ICMP && !c.Cred.Has(linux.CAP_NET_BIND_SERVICE):
		return linux.EACCES
	}
	return errnoOf(s.ep.Bind(full))
}

// Connect implements sock.Socket.
func (s *Socket) Connect(_ *fs.Caller, _ *fs.Context, a sock.Address) linux.Errno {
	if a.Family == linux.AF_UNSPEC {
		return s.dissolve()
	}
	full, errno := s.toNetstack(&a)
	if errno != 0 {
		return errno
	}
	if full.Addr.Len() == 0 { // Linux takes it for the loopback address
		full.Addr = loopbackOf(a.IP)
	}
	s.mu.Lock()
	inProgress, connected := s.connecting, s.connected
	s.mu.Unlock()
	if connected && s.Type == linux.SOCK_STREAM {
		return linux.EISCONN
	}
	if inProgress {
		if errno := s.Connected(); errno != linux.EAGAIN {
			return errno
		}
		return linux.EALREADY
	}
	errno = errnoOf(s.ep.Connect(full))
	if errno == linux.EINPROGRESS {
		s.mu.Lock()
		s.connecting = true
		s.mu.Unlock()
	}
	if errno == linux.EINVAL && s.isListening() {
		errno = linux.EISCONN
	}
	return errno
}

func loopbackOf(ip netip.Addr) tcpip.Address {
	if ip.Is4() {
		return tcpip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return header.IPv6Loopback
}

func (s *Socket) isListening() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listening
}

// dissolve is a connect to AF_UNSPEC.
func (s *Socket) dissolve() linux.Errno {
	if s.Type == linux.SOCK_STREAM && s.isListening() {
		return linux.EINVAL
	}
	errno := errnoOf(s.ep.Disconnect())
	if errno == linux.EOPNOTSUPP {
		errno = linux.EINVAL
	}
	return errno
}

// Connected implements sock.Socket.
func (s *Socket) Connected() linux.Errno {
	if s.ep.Readiness(waiter.WritableEvents|waiter.EventErr|waiter.EventHUp) == 0 {
		return linux.EAGAIN
	}
	s.noteError()
	errno := s.TakeError()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connecting, s.connected = false, errno == 0
	return errno
}

// Listen implements sock.Socket.
func (s *Socket) Listen(_ *fs.Caller, backlog int) linux.Errno {
	const most = 4096 // net.core.somaxconn
	if s.Type != linux.SOCK_STREAM {
		return linux.EOPNOTSUPP
	}
	n := int(min(uint32(backlog), most))
	if errno := errnoOf(s.ep.Listen(n)); errno != 0 {
		return errno
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listening = true
	return 0
}

// Accept implements sock.Socket.
func (s *Socket) Accept(*fs.Caller) (sock.Socket, linux.Errno) {
	if s.Type != linux.SOCK_STREAM {
		return nil, linux.EOPNOTSUPP
	}
	ep, wq, err := s.ep.Accept(nil)
	if err != nil {
		return nil, errnoOf(err)
	}
	conn := s.stack.adopt(ep, wq)
	conn.inherit(s)
	conn.takeEarly()
	return conn, 0
}

// Name implements sock.Socket.
func (s *Socket) Name() (sock.Address, linux.Errno) {
	full, err := s.ep.GetLocalAddress()
	if s.Type == linux.SOCK_RAW {
		full.Port = uint16(s.Protocol)
	}
	return s.fromNetstack(full), errnoOf(err)
}

// Peer implements sock.Socket.
func (s *Socket) Peer() (sock.Address, linux.Errno) {
	full, err := s.ep.GetRemoteAddress()
	return s.fromNetstack(full), errnoOf(err)
}

// Shutdown implements sock.Socket.
func (s *Socket) Shutdown(how int) linux.Errno {
	flags := [...]tcpip.ShutdownFlags{tcpip.ShutdownRead, tcpip.ShutdownWrite, tcpip.ShutdownRead | tcpip.ShutdownWrite}
	errno := errnoOf(s.ep.Shutdown(flags[how]))
	if errno == 0 {
		s.mu.Lock()
		s.shutRead = s.shutRead || how != linux.SHUT_WR
		s.mu.Unlock()
		s.Queue().Notify(fs.EventIn | fs.EventOut | fs.EventHup)
	}
	return errno
}

// Readable implements fs.BytesReadable (SIOCINQ). A listener has none.
func (s *Socket) Readable() (int, linux.Errno) {
	if s.isListening() {
		return 0, linux.EINVAL
	}
	n, err := s.ep.GetSockOptInt(tcpip.ReceiveQueueSizeOption)
	return s.urgent.before(s, n), errnoOf(err)
}

// Unsent implements fs.SocketIoctl (SIOCOUTQ).
func (s *Socket) Unsent() (int, linux.Errno) {
	if s.isListening() {
		return 0, linux.EINVAL
	}
	n, err := s.ep.GetSockOptInt(tcpip.SendQueueSizeOption)
	if err != nil {
		return 0, 0
	}
	return n, 0
}

// stampOf is a time that netstack has stamped a packet with.
func stampOf(t time.Time) linux.Timespec {
	return linux.Timespec{Sec: t.Unix(), Nsec: int64(t.Nanosecond())}
}
