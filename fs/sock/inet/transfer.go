package inet

import (
	"bytes"
	"encoding/binary"
	"sync"

	"gvisor.dev/gvisor/pkg/tcpip"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// chunk is how many bytes pass between guest memory and netstack at a time; a datagram is no larger.
const chunk = 1 << 16

var chunks = sync.Pool{New: func() any { return new([chunk]byte) }}

// Send implements sock.Socket.
func (s *Socket) Send(_ *fs.Caller, m *sock.Message, src [][]byte) (int, linux.Errno) {
	size := fs.Size(src)
	switch {
	case m.Has(linux.MSG_OOB) && s.Type != linux.SOCK_STREAM:
		return 0, linux.EOPNOTSUPP
	case s.Type != linux.SOCK_STREAM && size > chunk-1:
		return 0, linux.EMSGSIZE
	}
	o := tcpip.WriteOptions{
		More: m.Has(linux.MSG_MORE), EndOfRecord: m.Has(linux.MSG_EOR), Atomic: s.Type != linux.SOCK_STREAM,
	}
	if errno := s.sendOptions(&o, m); errno != 0 {
		return 0, errno
	}
	buf := chunks.Get().(*[chunk]byte)
	defer chunks.Put(buf)
	n := fs.CopyIn(buf[:], src)
	s.sending.Lock()
	defer s.sending.Unlock()
	if m.Has(linux.MSG_OOB) && n == size && n > 0 {
		return s.sendUrgent(buf[:n], o)
	}
	return s.write(buf[:n], o)
}

// write gives bytes to netstack. sending is locked.
func (s *Socket) write(data []byte, o tcpip.WriteOptions) (int, linux.Errno) {
	if errno := s.stack.admit(len(data)); errno != 0 {
		return 0, errno
	}
	written, err := s.ep.Write(bytes.NewReader(data), o)
	if written == 0 && err != nil {
		return 0, s.sendErrno(err)
	}
	s.sent += written
	return int(written), 0
}

// sendErrno is the error of a send: why the connection has ended if nobody was told yet, and EPIPE then. Linux says EPIPE
// of a stream that was never connected too.
func (s *Socket) sendErrno(err tcpip.Error) linux.Errno {
	if errno := s.TakeError(); errno != 0 {
		return errno
	}
	errno := errnoOf(err)
	if s.Type == linux.SOCK_STREAM && errno == linux.ENOTCONN {
		return linux.EPIPE
	}
	return errno
}

// sendOptions reads address and control messages of a send.
func (s *Socket) sendOptions(o *tcpip.WriteOptions, m *sock.Message) linux.Errno {
	if m.HasAddr && s.Type != linux.SOCK_STREAM {
		a := m.Addr
		if a.Family == linux.AF_UNSPEC && s.Family == linux.AF_INET {
			a.Family = linux.AF_INET
		}
		to, errno := s.toNetstack(&a)
		switch {
		case errno != 0:
			return errno
		case to.Port == 0 && s.Protocol == linux.IPPROTO_UDP:
			return linux.EINVAL
		case to.Addr.Len() == 0:
			to.Addr = loopbackOf(a.IP)
		}
		o.To = &to
	}
	for _, c := range m.Control {
		if errno := sendControl(&o.ControlMessages, c); errno != 0 {
			return errno
		}
	}
	return 0
}

// sendControl reads one control message. Those that netstack cannot do are refused.
func sendControl(out *tcpip.SendableControlMessages, c sock.Control) linux.Errno {
	v, _ := sock.ParseInt(c.Data)
	switch (key{c.Level, c.Type}) {
	case key{linux.SOL_IP, linux.IP_TTL}:
		if v < 1 || v > 255 {
			return linux.EINVAL
		}
		out.HasTTL, out.TTL = true, uint8(v)
	case key{linux.SOL_IPV6, ipv6HopLimit}:
		if v < -1 || v > 255 {
			return linux.EINVAL
		}
		out.HasHopLimit, out.HopLimit = v >= 0, uint8(v)
	case key{linux.SOL_IPV6, linux.IPV6_PKTINFO}:
		if len(c.Data) < 20 {
			return linux.EINVAL
		}
		out.HasIPv6PacketInfo = true
		out.IPv6PacketInfo = tcpip.IPv6PacketInfo{
			Addr: tcpip.AddrFromSlice(c.Data[:16]), NIC: tcpip.NICID(binary.LittleEndian.Uint32(c.Data[16:])),
		}
	case key{linux.SOL_IP, linux.IP_PKTINFO}: // the route decides here
		if len(c.Data) < 12 {
			return linux.EINVAL
		}
	default:
		return linux.EINVAL
	}
	return 0
}

// Receive implements sock.Socket.
func (s *Socket) Receive(c *fs.Caller, m *sock.Message, dst [][]byte) (int, linux.Errno) {
	switch {
	case m.Has(linux.MSG_ERRQUEUE):
		return 0, linux.EAGAIN
	case m.Has(linux.MSG_OOB) && s.Type == linux.SOCK_STREAM:
		return s.receiveUrgent(m, dst)
	case m.Has(linux.MSG_OOB) && s.Protocol != linux.IPPROTO_UDP: // which takes no notice
		return 0, linux.EOPNOTSUPP
	}
	if s.Type == linux.SOCK_STREAM {
		return s.receiveStream(m, dst)
	}
	return s.receiveDatagram(c, m, dst)
}

func (s *Socket) receiveStream(m *sock.Message, dst [][]byte) (int, linux.Errno) {
	buf := chunks.Get().(*[chunk]byte)
	defer chunks.Put(buf)
	room := min(fs.Size(dst), chunk)
	if room == 0 {
		return 0, s.emptyRead()
	}
	n, errno := s.read(buf[:room], m.Has(linux.MSG_PEEK))
	if !m.Has(linux.MSG_TRUNC) { // which throws the bytes away (tcp(7))
		fs.CopyOut(dst, buf[:n])
	}
	return n, errno
}

// read takes bytes of a stream, up to an out-of-band mark.
func (s *Socket) read(buf []byte, peek bool) (int, linux.Errno) {
	u := &s.urgent
	u.mu.Lock()
	defer u.mu.Unlock()
	into, skip, errno := u.limit(s, buf, peek)
	if errno != 0 {
		return 0, errno
	}
	w := tcpip.SliceWriter(into)
	res, err := s.ep.Read(&w, tcpip.ReadOptions{Peek: peek})
	switch {
	case err != nil && res.Count == 0:
		return 0, s.receiveErrno(err)
	case res.Count <= skip:
		return 0, linux.EAGAIN
	case skip > 0:
		copy(buf, into[skip:res.Count])
	}
	if !peek {
		u.passed(res.Count)
		s.ep.ModerateRecvBuf(res.Count)
	}
	return res.Count - skip, 0
}

// emptyRead is the answer to a read of no bytes: it does not wait, but tells of an error.
func (s *Socket) emptyRead() linux.Errno {
	if s.isListening() {
		return linux.ENOTCONN
	}
	return 0
}

// receiveErrno is the error of a receive; the end of a stream is none.
func (s *Socket) receiveErrno(err tcpip.Error) linux.Errno {
	if errno := s.TakeError(); errno != 0 {
		return errno
	}
	switch err.(type) {
	case *tcpip.ErrClosedForReceive:
		if s.Type == linux.SOCK_STREAM || !s.Nonblock() {
			return 0
		}
		return linux.EAGAIN
	case *tcpip.ErrInvalidEndpointState:
		return linux.ENOTCONN
	}
	return errnoOf(err)
}

func (s *Socket) receiveDatagram(_ *fs.Caller, m *sock.Message, dst [][]byte) (int, linux.Errno) {
	buf := chunks.Get().(*[chunk]byte)
	defer chunks.Put(buf)
	room := min(fs.Size(dst), chunk)
	w := tcpip.SliceWriter(buf[:max(room, 1)]) // netstack takes it ill if there is no room at all
	res, err := s.ep.Read(&w, tcpip.ReadOptions{Peek: m.Has(linux.MSG_PEEK), NeedRemoteAddr: true})
	if err != nil {
		return 0, s.receiveErrno(err)
	}
	n := fs.CopyOut(dst, buf[:min(res.Count, room)])
	m.Addr = s.fromNetstack(res.RemoteAddr)
	if s.Protocol != linux.IPPROTO_UDP {
		m.Addr.Port = 0
	}
	if m.Stamp = (linux.Timespec{}); s.Stamps() != 0 {
		m.Stamp = stampOf(res.ControlMessages.Timestamp)
	}
	m.Control = s.received(&res.ControlMessages)
	if n < res.Total {
		m.Out |= linux.MSG_TRUNC
		if m.Has(linux.MSG_TRUNC) {
			n = res.Total
		}
	}
	return n, 0
}

// received are the control messages that the socket has asked for, in Linux's order.
func (s *Socket) received(c *tcpip.ReceivableControlMessages) (out []sock.Control) {
	add := func(level, kind int, data []byte) {
		out = append(out, sock.Control{Level: level, Type: kind, Data: data})
	}
	if c.HasIPPacketInfo {
		info := sock.Int(int(c.PacketInfo.NIC))
		info = append(append(info, c.PacketInfo.LocalAddr.AsSlice()...), c.PacketInfo.DestinationAddr.AsSlice()...)
		add(linux.SOL_IP, linux.IP_PKTINFO, info)
	}
	if c.HasTTL {
		add(linux.SOL_IP, linux.IP_TTL, sock.Int(int(c.TTL)))
	}
	if c.HasTOS {
		add(linux.SOL_IP, linux.IP_TOS, []byte{c.TOS})
	}
	if c.HasIPv6PacketInfo {
		ip := c.IPv6PacketInfo.Addr.As16()
		add(linux.SOL_IPV6, linux.IPV6_PKTINFO, append(ip[:], sock.Int(int(c.IPv6PacketInfo.NIC))...))
	}
	if c.HasHopLimit {
		add(linux.SOL_IPV6, ipv6HopLimit, sock.Int(int(c.HopLimit)))
	}
	if c.HasTClass {
		add(linux.SOL_IPV6, ipv6TClass, sock.Int(int(c.TClass)))
	}
	return out
}
