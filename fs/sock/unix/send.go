package unix

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// Send implements sock.Socket.
func (s *Socket) Send(c *fs.Caller, m *sock.Message, src [][]byte) (int, linux.Errno) {
	switch s.Type {
	case linux.SOCK_STREAM:
		return s.sendStream(c, m, src)
	case linux.SOCK_SEQPACKET:
		s.mu.Lock()
		state := s.state
		s.mu.Unlock()
		if state != established {
			return 0, linux.ENOTCONN
		}
		m.HasAddr = false
	}
	return s.sendDatagram(c, m, src)
}

// sendStream sends as much as there is room for (unix_stream_sendmsg).
func (s *Socket) sendStream(c *fs.Caller, m *sock.Message, src [][]byte) (sent int, errno linux.Errno) {
	total := fs.Size(src)
	peer, errno := s.streamPeer(m, total)
	if errno != 0 {
		return 0, errno
	}
	normal := total
	if m.Has(linux.MSG_OOB) {
		normal--
	}
	cursor := fs.NewCursor(src)
	for sent < total && errno == 0 {
		size := min(normal-sent, s.SndBuf()/2-64, maxSegment)
		urgent := sent == normal
		if urgent {
			size = 1
		}
		if errno = s.sendPart(c, m, peer, &cursor, size, urgent); errno == 0 {
			sent += size
		}
	}
	if sent > 0 {
		errno = 0
	}
	return sent, errno
}

// streamPeer is where a stream's bytes go, or why they cannot.
func (s *Socket) streamPeer(m *sock.Message, total int) (*Socket, linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case m.Has(linux.MSG_OOB) && total == 0:
		return nil, linux.EOPNOTSUPP
	case m.HasAddr && s.state == established:
		return nil, linux.EISCONN
	case m.HasAddr:
		return nil, linux.EOPNOTSUPP
	case s.peer == nil:
		return nil, linux.ENOTCONN
	case s.shut&shutSend != 0:
		return nil, linux.EPIPE
	}
	return s.peer, 0
}

// sendPart sends size bytes as one packet, with the message's files and credentials if it is the first.
func (s *Socket) sendPart(c *fs.Caller, m *sock.Message, peer *Socket, src *fs.Cursor, size int, urgent bool) linux.Errno {
	p, errno := s.pack(c, m, peer, src, size)
	if errno != 0 {
		return errno
	}
	p.urgent = urgent
	if errno := peer.deliver(s, p); errno != 0 {
		s.unpack(m, p)
		return errno
	}
	m.Files = nil
	ev := fs.EventIn
	if urgent {
		ev |= fs.EventPri
	}
	peer.Queue().Notify(ev)
	if urgent {
		peer.SignalUrgent()
	}
	return 0
}

// pack makes a packet and charges for it: EAGAIN if the buffer is full. The message's files are in it and counted.
func (s *Socket) pack(c *fs.Caller, m *sock.Message, to *Socket, src *fs.Cursor, size int) (*packet, linux.Errno) {
	if errno := s.mayAllocate(); errno != 0 {
		return nil, errno
	}
	cost := trueSize(size, s.head())
	if s.domain.buffered.Load()+cost > maxBuffered {
		return nil, linux.ENOBUFS
	}
	p := newPacket(size)
	src.Take(p.data) // may fault: nothing is charged yet
	if errno := s.domain.takeOff(c, m.Files, m.FileLimit); errno != 0 {
		return nil, errno
	}
	s.domain.buffered.Add(cost)
	s.used.Add(cost)
	p.from, p.cost, p.files = s, cost, m.Files
	switch {
	case m.Cred != nil:
		p.cred, p.known = *m.Cred, true
	case s.PassCred() || to != nil && to.PassCred():
		p.cred, p.known = real(c), true
	}
	if to != nil && to.Stamps() != 0 {
		p.stamp = c.Now()
	}
	return p, 0
}

// head is how much of a packet goes into its head.
func (s *Socket) head() int {
	if s.Type == linux.SOCK_STREAM {
		return headSize
	}
	return datagramHead
}

// mayAllocate says whether there is room for one more packet (sock_alloc_send_pskb).
func (s *Socket) mayAllocate() linux.Errno {
	if errno := s.TakeError(); errno != 0 {
		return errno
	}
	s.mu.Lock()
	shut := s.shut
	s.mu.Unlock()
	switch {
	case shut&shutSend != 0:
		return linux.EPIPE
	case s.used.Load() >= int64(s.SndBuf()):
		return linux.EAGAIN
	}
	return 0
}

// unpack takes back a packet that could not be delivered; its files are the message's again.
func (s *Socket) unpack(m *sock.Message, p *packet) {
	s.domain.land(p.files)
	p.files = nil
	s.refund(p)
}

// refund gives back what a packet has cost its sender, and tells it of the room.
func (s *Socket) refund(p *packet) {
	from, cost := p.from, p.cost
	p.recycle()
	from.domain.buffered.Add(-cost)
	was := from.writable()
	from.used.Add(-cost)
	if !was && from.writable() {
		from.Queue().Notify(fs.EventOut)
	}
}

// deliver puts a packet into the socket's queue.
func (s *Socket) deliver(from *Socket, p *packet) linux.Errno {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead || s.shut&shutReceive != 0 {
		return linux.EPIPE
	}
	s.queue.push(p)
	if p.urgent {
		s.urgent = p
	}
	return 0
}

// sendDatagram sends one message, or nothing (unix_dgram_sendmsg).
func (s *Socket) sendDatagram(c *fs.Caller, m *sock.Message, src [][]byte) (int, linux.Errno) {
	size := fs.Size(src)
	to, errno := s.datagramPeer(m, size)
	if errno == 0 && s.PassCred() {
		errno = s.autobind()
	}
	if errno == 0 {
		errno = s.mayAllocate()
	}
	if errno == 0 && m.HasAddr {
		to, errno = s.domain.find(c, m.Names, &m.Addr, s.Type)
	}
	if errno == 0 {
		errno = to.mayTake(s)
	}
	if errno != 0 {
		return 0, s.refused(c, to, m, errno)
	}
	if to.sink != nil {
		data := make([]byte, size)
		fs.CopyIn(data, src)
		to.sink(data)
		return size, 0
	}
	cursor := fs.NewCursor(src)
	p, errno := s.pack(c, m, to, &cursor, size)
	if errno != 0 {
		return 0, errno
	}
	if errno := to.deliver(s, p); errno != 0 {
		s.unpack(m, p)
		return 0, errno
	}
	m.Files = nil
	to.Queue().Notify(fs.EventIn)
	return size, 0
}

// datagramPeer checks a datagram and gives the peer that it goes to if it names no other.
func (s *Socket) datagramPeer(m *sock.Message, size int) (*Socket, linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case m.Has(linux.MSG_OOB):
		return nil, linux.EOPNOTSUPP
	case m.HasAddr && m.Addr.Family != linux.AF_UNIX:
		return nil, linux.EINVAL
	case !m.HasAddr && s.peer == nil:
		return nil, linux.ENOTCONN
	case size > s.SndBuf()-32:
		return nil, linux.EMSGSIZE
	}
	return s.peer, 0
}

// mayTake says whether the socket takes a datagram of another one now: EAGAIN if it has to wait for room.
func (s *Socket) mayTake(from *Socket) linux.Errno {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.dead:
		return linux.ECONNREFUSED
	case s.peer != nil && s.peer != from && !s.connected():
		return linux.EPERM
	case s.shut&shutReceive != 0:
		return linux.EPIPE
	case s != from && s.peer != from && s.full():
		s.waitForRoom(from)
		return linux.EAGAIN
	}
	return 0
}

// refused dissolves the association with a peer that has gone.
func (s *Socket) refused(c *fs.Caller, to *Socket, m *sock.Message, errno linux.Errno) linux.Errno {
	if errno == linux.ECONNREFUSED && to != nil && !m.HasAddr && !s.connected() {
		s.setPeer(c, nil)
	}
	return errno
}
