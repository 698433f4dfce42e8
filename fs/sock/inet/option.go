package inet

import (
	"encoding/binary"
	"maps"
	"math"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// key names an option by level and number.
type key struct{ level, name int }

// Options whose numbers are not in package linux (linux/in.h, linux/in6.h).
const (
	ipOptions         = 4
	ipMTU             = 14
	ipRecvTOS         = 13
	ipMulticastAll    = 49
	ipFreeBind        = 15
	ipTransparent     = 19
	ipRecvOrigDst     = 20
	ipMinTTL          = 21
	ipRecvOpts        = 6
	ipRetOpts         = 7
	ipRecvFragSize    = 25
	ipv6MTU           = 24
	ipv6AddMembership = 20
	ipv6Drop          = 21
	ipv6RecvErr       = 25
	ipv6MulticastAll  = 29
	ipv6RecvHopLimit  = 51
	ipv6HopLimit      = 52
	ipv6RecvTClass    = 66
	ipv6TClass        = 67

	ipv6RecvHopOpts    = 53
	ipv6RecvRoutingHdr = 56
	ipv6RecvDstOpts    = 58
	ipv6RecvPathMTU    = 60
	ipv6DontFrag       = 62
	ipv6AutoFlowLabel  = 70
	ipv6MinHopCount    = 73
	ipv6RecvOrigDst    = 74
	ipv6FreeBind       = 78

	tcpThinLinearTimeouts = 16
	tcpNotSentLowat       = 25
	udpNoCheck6Send       = 101
	udpNoCheck6Receive    = 102
)

// flag is an option that is on or off, and where netstack keeps it.
type flag struct {
	set func(*tcpip.SocketOptions, bool)
	get func(*tcpip.SocketOptions) bool
}

type options = tcpip.SocketOptions

var flags = map[key]flag{
	{linux.SOL_SOCKET, linux.SO_REUSEADDR}: {(*options).SetReuseAddress, (*options).GetReuseAddress},
	{linux.SOL_SOCKET, linux.SO_REUSEPORT}: {(*options).SetReusePort, (*options).GetReusePort},
	{linux.SOL_SOCKET, linux.SO_BROADCAST}: {(*options).SetBroadcast, (*options).GetBroadcast},
	{linux.SOL_SOCKET, linux.SO_KEEPALIVE}: {(*options).SetKeepAlive, (*options).GetKeepAlive},
	{linux.SOL_SOCKET, linux.SO_NO_CHECK}:  {(*options).SetNoChecksum, (*options).GetNoChecksum},

	{linux.SOL_IP, linux.IP_RECVTTL}:        {(*options).SetReceiveTTL, (*options).GetReceiveTTL},
	{linux.SOL_IP, ipRecvTOS}:               {(*options).SetReceiveTOS, (*options).GetReceiveTOS},
	{linux.SOL_IP, linux.IP_PKTINFO}:        {(*options).SetReceivePacketInfo, (*options).GetReceivePacketInfo},
	{linux.SOL_IP, linux.IP_MULTICAST_LOOP}: {(*options).SetMulticastLoop, (*options).GetMulticastLoop},
	{linux.SOL_IP, linux.IP_RECVERR}:        {(*options).SetIPv4RecvError, (*options).GetIPv4RecvError},

	{linux.SOL_IPV6, linux.IPV6_RECVPKTINFO}: {(*options).SetIPv6ReceivePacketInfo,
		(*options).GetIPv6ReceivePacketInfo},
	{linux.SOL_IPV6, ipv6RecvHopLimit}:          {(*options).SetReceiveHopLimit, (*options).GetReceiveHopLimit},
	{linux.SOL_IPV6, ipv6RecvTClass}:            {(*options).SetReceiveTClass, (*options).GetReceiveTClass},
	{linux.SOL_IPV6, linux.IPV6_MULTICAST_LOOP}: {(*options).SetMulticastLoop, (*options).GetMulticastLoop},
	{linux.SOL_IPV6, ipv6RecvErr}:               {(*options).SetIPv6RecvError, (*options).GetIPv6RecvError},
	{linux.SOL_TCP, linux.TCP_CORK}:             {(*options).SetCorkOption, (*options).GetCorkOption},
	{linux.SOL_TCP, linux.TCP_QUICKACK}:         {(*options).SetQuickAck, (*options).GetQuickAck},
	{linux.SOL_TCP, linux.TCP_NODELAY}:          {setNoDelay, getNoDelay},
}

func setNoDelay(o *tcpip.SocketOptions, on bool) { o.SetDelayOption(!on) }
func getNoDelay(o *tcpip.SocketOptions) bool     { return !o.GetDelayOption() }

// number is an option with a number that netstack keeps, between two bounds.
type number struct {
	option    tcpip.SockOptInt
	low, high int
}

var numbers = map[key]number{
	{linux.SOL_IP, linux.IP_TOS}:                {tcpip.IPv4TOSOption, 0, 255},
	{linux.SOL_IP, linux.IP_TTL}:                {tcpip.IPv4TTLOption, 1, 255},
	{linux.SOL_IP, linux.IP_MULTICAST_TTL}:      {tcpip.MulticastTTLOption, 0, 255},
	{linux.SOL_IPV6, linux.IPV6_UNICAST_HOPS}:   {tcpip.IPv6HopLimitOption, -1, 255},
	{linux.SOL_IPV6, linux.IPV6_MULTICAST_HOPS}: {tcpip.MulticastTTLOption, -1, 255},
	{linux.SOL_IPV6, ipv6TClass}:                {tcpip.IPv6TrafficClassOption, -1, 255},
	{linux.SOL_TCP, linux.TCP_MAXSEG}:           {tcpip.MaxSegOption, 88, 32767},
	{linux.SOL_TCP, linux.TCP_KEEPCNT}:          {tcpip.KeepaliveCountOption, 1, 127},
	{linux.SOL_TCP, linux.TCP_SYNCNT}:           {tcpip.TCPSynCountOption, 1, 127},
	{linux.SOL_TCP, linux.TCP_WINDOW_CLAMP}:     {tcpip.TCPWindowClampOption, 0, 1 << 30},
}

// kept are options that are given back as they were set, and change nothing in a network of one machine: their values at
// first, and their bounds.
var kept = map[key]struct{ first, low, high int }{
	{linux.SOL_IP, linux.IP_MTU_DISCOVER}:         {1, 0, 5},
	{linux.SOL_IP, linux.IP_BIND_ADDRESS_NO_PORT}: {0, 0, 1},
	{linux.SOL_IP, ipMulticastAll}:                {1, 0, 1},
	{linux.SOL_IP, ipMinTTL}:                      {0, 0, 255},
	{linux.SOL_IP, ipFreeBind}:                    {0, 0, 1},
	{linux.SOL_IPV6, linux.IPV6_MTU_DISCOVER}:     {1, 0, 5},
	{linux.SOL_IPV6, ipv6MulticastAll}:            {1, 0, 1},
	{linux.SOL_TCP, linux.TCP_FASTOPEN}:           {0, 0, 1 << 20},
	{linux.SOL_UDP, udpCork}:                      {0, 0, 1},
	{linux.SOL_IPV6, ipv6MinHopCount}:             {0, 0, 255},
	{linux.SOL_TCP, tcpNotSentLowat}:              {0, math.MinInt32, math.MaxInt32},
}

// switches are options that are kept likewise, on or off, and what they are at first. They are about headers that no packet
// has here, or about checks that loopback does not need.
var switches = map[key]int{
	{linux.SOL_IP, ipRecvOpts}:             0,
	{linux.SOL_IP, ipRetOpts}:              0,
	{linux.SOL_IP, ipRecvOrigDst}:          0,
	{linux.SOL_IP, ipRecvFragSize}:         0,
	{linux.SOL_IPV6, ipv6RecvHopOpts}:      0,
	{linux.SOL_IPV6, ipv6RecvRoutingHdr}:   0,
	{linux.SOL_IPV6, ipv6RecvDstOpts}:      0,
	{linux.SOL_IPV6, ipv6RecvPathMTU}:      0,
	{linux.SOL_IPV6, ipv6DontFrag}:         0,
	{linux.SOL_IPV6, ipv6AutoFlowLabel}:    1,
	{linux.SOL_IPV6, ipv6RecvOrigDst}:      0,
	{linux.SOL_IPV6, ipv6FreeBind}:         0,
	{linux.SOL_TCP, tcpThinLinearTimeouts}: 0,
	{linux.SOL_UDP, udpNoCheck6Send}:       0,
	{linux.SOL_UDP, udpNoCheck6Receive}:    0,
}

// inherited are the options that a connection takes over from its listener, beside those of SOL_SOCKET.
var inherited = []key{
	{linux.SOL_TCP, linux.TCP_NODELAY}, {linux.SOL_TCP, linux.TCP_KEEPIDLE}, {linux.SOL_TCP, linux.TCP_KEEPINTVL},
	{linux.SOL_TCP, linux.TCP_KEEPCNT}, {linux.SOL_TCP, linux.TCP_USER_TIMEOUT}, {linux.SOL_IP, linux.IP_TOS},
}

// inherit gives a connection the options of its listener.
func (s *Socket) inherit(from *Socket) {
	s.Inherit(&from.Base)
	for _, name := range []int{linux.SO_KEEPALIVE, linux.SO_LINGER} {
		s.forward(name)
	}
	for _, k := range inherited {
		if v, errno := from.number(k); errno == 0 {
			_ = s.setNumber(k, v)
		}
	}
	from.mu.Lock()
	defer from.mu.Unlock()
	s.opts = maps.Clone(from.opts)
}

const udpCork = 1 // linux/udp.h

// seconds and milliseconds are options of TCP that are times.
type duration struct {
	unit time.Duration
	low  int
	high int
	set  func(tcpip.Endpoint, time.Duration) tcpip.Error
	get  func(tcpip.Endpoint) (time.Duration, tcpip.Error)
}

// of makes the two accessors of an option that netstack keeps as a time.
func of[T ~int64, P interface {
	*T
	tcpip.SettableSocketOption
	tcpip.GettableSocketOption
}](unit time.Duration, low, high int) duration {
	return duration{unit, low, high,
		func(ep tcpip.Endpoint, d time.Duration) tcpip.Error {
			v := T(d)
			return ep.SetSockOpt(P(&v))
		},
		func(ep tcpip.Endpoint) (time.Duration, tcpip.Error) {
			var v T
			err := ep.GetSockOpt(P(&v))
			return time.Duration(v), err
		},
	}
}

var durations = map[key]duration{
	{linux.SOL_TCP, linux.TCP_KEEPIDLE}:     of[tcpip.KeepaliveIdleOption](time.Second, 1, 32767),
	{linux.SOL_TCP, linux.TCP_KEEPINTVL}:    of[tcpip.KeepaliveIntervalOption](time.Second, 1, 32767),
	{linux.SOL_TCP, linux.TCP_LINGER2}:      of[tcpip.TCPLingerTimeoutOption](time.Second, -1, 120),
	{linux.SOL_TCP, linux.TCP_DEFER_ACCEPT}: of[tcpip.TCPDeferAcceptOption](time.Second, 0, 1<<20),
	{linux.SOL_TCP, linux.TCP_USER_TIMEOUT}: of[tcpip.TCPUserTimeoutOption](time.Millisecond, 0, 1<<30),
}

// applies reports whether a level of options belongs to the socket: IPv6 sockets have those of IPv4 too.
func (s *Socket) applies(level int) bool {
	switch level {
	case linux.SOL_IP:
		return true
	case linux.SOL_IPV6:
		return s.Family == linux.AF_INET6
	case linux.SOL_TCP:
		return s.Protocol == linux.IPPROTO_TCP
	case linux.SOL_UDP:
		return s.Protocol == linux.IPPROTO_UDP
	case linux.SOL_RAW:
		return s.Type == linux.SOCK_RAW
	case linux.SOL_ICMPV6:
		return s.Type == linux.SOCK_RAW && s.Protocol == linux.IPPROTO_ICMPV6
	}
	return false
}

// SetOption implements sock.Socket.
func (s *Socket) SetOption(c *fs.Caller, level, name int, value []byte) linux.Errno {
	if level == linux.SOL_SOCKET {
		if errno := s.SetSocketOption(c, name, value); errno != 0 {
			return errno
		}
		s.forward(name)
		return 0
	}
	if !s.applies(level) {
		return linux.ENOPROTOOPT
	}
	k := key{level, name}
	if set, ok := structures[k]; ok {
		return set(s, value)
	}
	v, errno := parse(level, value)
	if errno != 0 {
		return errno
	}
	return s.setNumber(k, v)
}

// parse reads a number; at the IP level a single byte will do.
func parse(level int, value []byte) (int, linux.Errno) {
	if level == linux.SOL_IP && len(value) > 0 && len(value) < 4 {
		return int(value[0]), 0
	}
	return sock.ParseInt(value)
}

func (s *Socket) setNumber(k key, v int) linux.Errno {
	if f, ok := flags[k]; ok {
		f.set(s.ep.SocketOptions(), v != 0)
		return 0
	}
	if n, ok := numbers[k]; ok {
		if v < n.low || v > n.high {
			return linux.EINVAL
		}
		if v == -1 && n.option == tcpip.IPv6TrafficClassOption { // the class at first, where netstack would take 255
			v = 0
		}
		return errnoOf(s.ep.SetSockOptInt(n.option, v))
	}
	if d, ok := durations[k]; ok {
		if v < d.low || v > d.high {
			return linux.EINVAL
		}
		return errnoOf(d.set(s.ep, time.Duration(v)*d.unit))
	}
	if o, ok := kept[k]; ok {
		if v < o.low || v > o.high {
			return linux.EINVAL
		}
		s.keep(k, v)
		return 0
	}
	if _, ok := switches[k]; ok {
		s.keep(k, one(v != 0))
		return 0
	}
	if k == (key{linux.SOL_IPV6, linux.IPV6_V6ONLY}) {
		return s.setV6Only(v != 0)
	}
	return linux.ENOPROTOOPT
}

func (s *Socket) keep(k key, v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opts == nil {
		s.opts = map[key]int{}
	}
	s.opts[k] = v
}

// kept is what keep has stored, or the value at first.
func (s *Socket) kept(k key, first int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.opts[k]; ok {
		return v
	}
	return first
}

// setV6Only has to come before the socket has an address.
func (s *Socket) setV6Only(on bool) linux.Errno {
	if a, err := s.ep.GetLocalAddress(); err == nil && a.Port != 0 {
		return linux.EINVAL
	}
	s.ep.SocketOptions().SetV6Only(on)
	return 0
}

// forward tells netstack of an option that every socket has.
func (s *Socket) forward(name int) {
	o := s.ep.SocketOptions()
	switch name {
	case linux.SO_SNDBUF, linux.SO_SNDBUFFORCE:
		o.SetSendBufferSize(int64(s.SndBuf()), true)
	case linux.SO_RCVBUF, linux.SO_RCVBUFFORCE:
		o.SetReceiveBufferSize(int64(s.RcvBuf()), true)
	case linux.SO_LINGER:
		l := s.Linger()
		o.SetLinger(tcpip.LingerOption{Enabled: l.Onoff != 0, Timeout: time.Duration(l.Linger) * time.Second})
	default:
		if f, ok := flags[key{linux.SOL_SOCKET, name}]; ok {
			f.set(o, s.Flag(name))
		}
	}
}

// Option implements sock.Socket.
func (s *Socket) Option(c *fs.Caller, level, name, room int) ([]byte, linux.Errno) {
	if level == linux.SOL_SOCKET {
		return s.socketOption(c, name, room)
	}
	if !s.applies(level) && s.Family == linux.AF_INET6 {
		return nil, linux.ENOPROTOOPT
	} else if !s.applies(level) {
		return nil, linux.EOPNOTSUPP
	}
	k := key{level, name}
	if get, ok := reports[k]; ok {
		return get(s)
	}
	v, errno := s.number(k)
	if level == linux.SOL_IP && room > 0 && room < 4 && v >= 0 && v <= 255 {
		return []byte{byte(v)}, errno
	}
	return sock.Int(v), errno
}

func (s *Socket) socketOption(c *fs.Caller, name, room int) ([]byte, linux.Errno) {
	switch name {
	case linux.SO_ERROR:
		if !s.HasError() {
			s.noteError()
		}
	case linux.SO_ACCEPTCONN:
		return sock.Int(one(s.isListening())), 0
	}
	return s.SocketOption(c, name, room)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// number reads an option that is a number.
func (s *Socket) number(k key) (int, linux.Errno) {
	if f, ok := flags[k]; ok {
		return one(f.get(s.ep.SocketOptions())), 0
	}
	if n, ok := numbers[k]; ok {
		const hops = 64 // net.ipv4.ip_default_ttl
		v, err := s.ep.GetSockOptInt(n.option)
		if k.name == linux.IP_TTL && v == 0 || k.name == linux.IPV6_UNICAST_HOPS && v == -1 {
			v = hops
		}
		return v, errnoOf(err)
	}
	if d, ok := durations[k]; ok {
		v, err := d.get(s.ep)
		return int(v / d.unit), errnoOf(err)
	}
	if o, ok := kept[k]; ok {
		return s.kept(k, o.first), 0
	}
	if first, ok := switches[k]; ok {
		return s.kept(k, first), 0
	}
	switch k {
	case key{linux.SOL_IPV6, linux.IPV6_V6ONLY}:
		return one(s.ep.SocketOptions().GetV6Only()), 0
	case key{linux.SOL_IP, ipMTU}, key{linux.SOL_IPV6, ipv6MTU}:
		return s.mtu()
	}
	return 0, linux.ENOPROTOOPT
}

// mtu is that of the route, which a connected socket has.
func (s *Socket) mtu() (int, linux.Errno) {
	if _, err := s.ep.GetRemoteAddress(); err != nil {
		return 0, linux.ENOTCONN
	}
	return s.stack.Devices()[0].MTU, 0
}

// structures are the options whose value is more than a number.
var structures = map[key]func(*Socket, []byte) linux.Errno{
	{linux.SOL_IP, linux.IP_ADD_MEMBERSHIP}:  func(s *Socket, v []byte) linux.Errno { return s.member(v, true) },
	{linux.SOL_IP, linux.IP_DROP_MEMBERSHIP}: func(s *Socket, v []byte) linux.Errno { return s.member(v, false) },
	{linux.SOL_IPV6, ipv6AddMembership}:      func(s *Socket, v []byte) linux.Errno { return s.member6(v, true) },
	{linux.SOL_IPV6, ipv6Drop}:               func(s *Socket, v []byte) linux.Errno { return s.member6(v, false) },
	{linux.SOL_IP, linux.IP_MULTICAST_IF}:    (*Socket).setMulticastDevice,
	{linux.SOL_IPV6, linux.IPV6_MULTICAST_IF}: func(s *Socket, v []byte) linux.Errno {
		nic, errno := sock.ParseInt(v)
		if errno != 0 {
			return errno
		}
		return errnoOf(s.ep.SetSockOptInt(tcpip.IPv6MulticastInterfaceOption, nic))
	},
	{linux.SOL_IP, linux.IP_HDRINCL}: (*Socket).setHeaderIncluded,
	{linux.SOL_RAW, ipv6Checksum}:    (*Socket).setChecksum,
	{linux.SOL_IPV6, ipv6Checksum}:   (*Socket).setChecksum,
	{linux.SOL_ICMPV6, icmp6Filter}:  (*Socket).setFilter,
	{linux.SOL_TCP, linux.TCP_CONGESTION}: func(s *Socket, v []byte) linux.Errno {
		name := tcpip.CongestionControlOption(v[:min(len(v), 15)])
		if errno := errnoOf(s.ep.SetSockOpt(&name)); errno != 0 {
			return linux.ENOENT
		}
		return 0
	},
}

// member joins or leaves a group: a struct ip_mreq, or ip_mreqn with the index of a device.
func (s *Socket) member(v []byte, join bool) linux.Errno {
	if len(v) < 8 {
		return linux.EINVAL
	}
	m := tcpip.MembershipOption{MulticastAddr: tcpip.AddrFromSlice(v[:4]), InterfaceAddr: tcpip.AddrFromSlice(v[4:8])}
	if len(v) >= 12 {
		m.NIC = tcpip.NICID(binary.LittleEndian.Uint32(v[8:]))
	}
	if m.NIC == 0 && m.InterfaceAddr.Unspecified() {
		m.NIC = loopbackNIC
	}
	return s.setMember(m, join)
}

// member6 does the same with a struct ipv6_mreq.
func (s *Socket) member6(v []byte, join bool) linux.Errno {
	if len(v) < 20 {
		return linux.EINVAL
	}
	m := tcpip.MembershipOption{MulticastAddr: tcpip.AddrFromSlice(v[:16]), NIC: tcpip.NICID(binary.LittleEndian.Uint32(v[16:]))}
	if m.NIC == 0 {
		m.NIC = loopbackNIC
	}
	return s.setMember(m, join)
}

func (s *Socket) setMember(m tcpip.MembershipOption, join bool) linux.Errno {
	var err tcpip.Error
	if join {
		o := tcpip.AddMembershipOption(m)
		err = s.ep.SetSockOpt(&o)
	} else {
		o := tcpip.RemoveMembershipOption(m)
		err = s.ep.SetSockOpt(&o)
	}
	errno := errnoOf(err)
	if errno == linux.EADDRNOTAVAIL && join {
		errno = linux.ENODEV
	}
	return errno
}

// setMulticastDevice is IP_MULTICAST_IF: an address, or a struct ip_mreqn.
func (s *Socket) setMulticastDevice(v []byte) linux.Errno {
	if len(v) < 4 {
		return linux.EINVAL
	}
	o := tcpip.MulticastInterfaceOption{InterfaceAddr: tcpip.AddrFromSlice(v[:4])}
	if len(v) >= 8 {
		o.InterfaceAddr = tcpip.AddrFromSlice(v[4:8])
	}
	if len(v) >= 12 {
		o.NIC = tcpip.NICID(binary.LittleEndian.Uint32(v[8:]))
	}
	return errnoOf(s.ep.SetSockOpt(&o))
}

// reports are the options that are read as more than a number.
var reports = map[key]func(*Socket) ([]byte, linux.Errno){
	{linux.SOL_TCP, linux.TCP_INFO}: (*Socket).info,
	{linux.SOL_ICMPV6, icmp6Filter}: (*Socket).filter,
	{linux.SOL_IPV6, linux.IPV6_MULTICAST_IF}: func(s *Socket) ([]byte, linux.Errno) {
		nic, err := s.ep.GetSockOptInt(tcpip.IPv6MulticastInterfaceOption)
		return sock.Int(nic), errnoOf(err)
	},
	{linux.SOL_IP, ipOptions}: func(*Socket) ([]byte, linux.Errno) { return nil, 0 },
	{linux.SOL_IP, linux.IP_HDRINCL}: func(s *Socket) ([]byte, linux.Errno) {
		return sock.Int(one(s.ep.SocketOptions().GetHeaderIncluded())), 0
	},
	{linux.SOL_TCP, linux.TCP_CONGESTION}: func(s *Socket) ([]byte, linux.Errno) {
		var name tcpip.CongestionControlOption
		err := s.ep.GetSockOpt(&name)
		return append(make([]byte, 0, 16), append([]byte(name), make([]byte, max(16-len(name), 0))...)...), errnoOf(err)
	},
	{linux.SOL_IP, linux.IP_MULTICAST_IF}: func(s *Socket) ([]byte, linux.Errno) {
		var o tcpip.MulticastInterfaceOption
		err := s.ep.GetSockOpt(&o)
		ip := o.InterfaceAddr.AsSlice()
		return append(append([]byte(nil), ip...), make([]byte, 4-len(ip))...), errnoOf(err)
	},
}

// info is TCP_INFO: struct tcp_info of linux/tcp.h, as far as netstack knows it. Times are in microseconds.
func (s *Socket) info() ([]byte, linux.Errno) {
	var o tcpip.TCPInfoOption
	if err := s.ep.GetSockOpt(&o); err != nil {
		return nil, errnoOf(err)
	}
	const size, sndMSS, rcvMSS = 232, 65483, 536
	out := make([]byte, size)
	out[0] = byte(o.State)
	out[1] = byte(o.CcState)
	word := func(at int, v uint32) { binary.LittleEndian.PutUint32(out[at:], v) }
	word(8, uint32(o.RTO/time.Microsecond))
	word(16, sndMSS)
	word(20, rcvMSS)
	word(60, 65535) // tcpi_pmtu
	word(68, uint32(o.RTT/time.Microsecond))
	word(72, uint32(o.RTTVar/time.Microsecond))
	word(76, o.SndSsthresh)
	word(80, o.SndCwnd)
	return out, 0
}
