package unix

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// maxBacklog is the sysctl net.core.somaxconn.
const maxBacklog = 4096

// Listen implements sock.Socket.
func (s *Socket) Listen(c *fs.Caller, backlog int) linux.Errno {
	switch {
	case !s.connected():
		return linux.EOPNOTSUPP
	case s.name.Load() == nil:
		return linux.EINVAL
	}
	s.mu.Lock()
	if s.state == established {
		s.mu.Unlock()
		return linux.EINVAL
	}
	s.state, s.backlog = listening, int(min(uint32(backlog), maxBacklog))
	s.cred, s.credGroups = effective(c), c.Cred.Groups
	blocked := s.takeBlocked()
	s.mu.Unlock()
	wake(blocked)
	return 0
}

// Accept implements sock.Socket. A listener that was shut down answers EINVAL.
func (s *Socket) Accept(*fs.Caller) (sock.Socket, linux.Errno) {
	if !s.connected() {
		return nil, linux.EOPNOTSUPP
	}
	s.mu.Lock()
	switch {
	case s.state != listening:
		s.mu.Unlock()
		return nil, linux.EINVAL
	case len(s.pending) == 0 && s.shut&shutReceive != 0 && !s.Nonblock():
		s.mu.Unlock()
		return nil, linux.EINVAL
	case len(s.pending) == 0:
		s.mu.Unlock()
		return nil, linux.EAGAIN
	}
	conn := s.pending[0]
	s.pending = append(s.pending[:0:0], s.pending[1:]...)
	blocked := s.takeBlocked()
	s.mu.Unlock()
	wake(blocked)
	return conn, 0
}

// Connect implements sock.Socket.
func (s *Socket) Connect(c *fs.Caller, names *fs.Context, a sock.Address) linux.Errno {
	if !s.connected() {
		return s.connectDatagram(c, names, a)
	}
	if a.Family != linux.AF_UNIX {
		return linux.EINVAL
	}
	if s.PassCred() {
		if errno := s.autobind(); errno != 0 {
			return errno
		}
	}
	listener, errno := s.domain.find(c, names, &a, s.Type)
	if errno != 0 {
		return errno
	}
	s.domain.topology.Lock()
	defer s.domain.topology.Unlock()
	return s.connectStream(c, listener)
}

// connectStream puts a new socket, which is connected to s, into a listener's backlog. The topology is locked, so s stays
// as it is meanwhile.
func (s *Socket) connectStream(c *fs.Caller, listener *Socket) linux.Errno {
	s.mu.Lock()
	mine := s.state
	s.mu.Unlock()
	conn := s.domain.Socket(s.Type, s.Protocol)
	conn.state, conn.peer, conn.peerCred, conn.peerGroups = established, s, effective(c), c.Cred.Groups
	if errno := listener.offer(s, conn, mine); errno != 0 {
		return errno
	}
	s.mu.Lock()
	s.state, s.peer, s.peerCred, s.peerGroups = established, conn, listener.cred, listener.credGroups
	s.mu.Unlock()
	listener.Queue().Notify(fs.EventIn)
	return 0
}

// offer puts a connection into the backlog; client is in state mine.
func (l *Socket) offer(client, conn *Socket, mine state) linux.Errno {
	if client == l {
		return linux.EINVAL
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.dead || l.state != listening || l.shut&shutReceive != 0:
		return linux.ECONNREFUSED
	case l.full():
		l.waitForRoom(client)
		return linux.EAGAIN
	case mine == established:
		return linux.EISCONN
	case mine == listening:
		return linux.EINVAL
	}
	conn.name.Store(l.name.Load())
	if l.PassCred() { // accepted sockets inherit it
		_ = conn.SetSocketOption(nil, linux.SO_PASSCRED, sock.Int(1))
	}
	l.pending = append(l.pending, conn)
	return 0
}

// connectDatagram sets or, with AF_UNSPEC, clears the peer of a datagram socket.
func (s *Socket) connectDatagram(c *fs.Caller, names *fs.Context, a sock.Address) linux.Errno {
	var peer *Socket
	switch a.Family {
	case linux.AF_UNSPEC:
	case linux.AF_UNIX:
		if s.PassCred() {
			if errno := s.autobind(); errno != 0 {
				return errno
			}
		}
		var errno linux.Errno
		if peer, errno = s.domain.find(c, names, &a, s.Type); errno != 0 {
			return errno
		}
		if !peer.accepts(s) {
			return linux.EPERM
		}
	default:
		return linux.EINVAL
	}
	s.setPeer(c, peer)
	return 0
}

// accepts reports whether a datagram socket takes messages of another: one that is connected takes its peer's only.
func (s *Socket) accepts(from *Socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peer == nil || s.peer == from
}

// setPeer changes a datagram socket's peer. What an old one has sent is lost, and it is told.
func (s *Socket) setPeer(c *fs.Caller, peer *Socket) {
	old, lost := s.replacePeer(peer)
	if len(lost) > 0 {
		s.disconnected(old)
		s.domain.discard(c, lost)
	}
	s.announce()
}

func (s *Socket) replacePeer(peer *Socket) (old *Socket, lost []*packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old = s.peer
	s.peer = peer
	if s.state = established; peer == nil {
		s.state = closed
	}
	if old != nil && old != peer {
		lost = s.takeQueue()
	}
	return old, lost
}

// disconnected tells an old peer that was connected to s as well that its messages are lost.
func (s *Socket) disconnected(old *Socket) {
	old.mu.Lock()
	both := !old.dead && old.peer == s
	old.mu.Unlock()
	if both {
		old.SetError(linux.ECONNRESET)
		old.announce()
	}
}

// takeQueue empties the queue. The socket is locked.
func (s *Socket) takeQueue() []*packet {
	list := append([]*packet(nil), s.queue.all()...)
	s.queue, s.urgent = packets{}, nil
	return list
}

// Release implements fs.FileOps.
func (s *Socket) Release(c *fs.Caller) {
	s.close(c, false)
	if s.domain.due() {
		s.domain.collect(c)
	}
}

// close ends the socket. unborn says that nobody has accepted it.
func (s *Socket) close(c *fs.Caller, unborn bool) {
	s.forgetName()
	s.mu.Lock()
	if s.dead {
		s.mu.Unlock()
		return
	}
	peer, pending, blocked := s.peer, s.pending, s.blocked
	s.dead, s.shut, s.state = true, shutBoth, closed
	s.pending, s.blocked = nil, nil
	if s.peer = nil; s.connected() {
		s.peer = peer
	}
	lost := s.takeQueue()
	s.mu.Unlock()
	if peer != nil && s.connected() {
		peer.peerClosed(len(lost) > 0 || unborn)
	}
	wake(blocked)
	for _, conn := range pending {
		conn.close(c, true)
	}
	s.domain.discard(c, lost)
}

func (s *Socket) forgetName() {
	a := s.name.Load()
	if a == nil || !a.Abstract() {
		return
	}
	d := s.domain
	d.topology.Lock()
	defer d.topology.Unlock()
	if d.abstract[a.Path] == s {
		delete(d.abstract, a.Path)
	}
}

// peerClosed is told when a connection's other end has closed; reset says that data were lost.
func (s *Socket) peerClosed(reset bool) {
	s.mu.Lock()
	s.shut = shutBoth
	s.mu.Unlock()
	if reset {
		s.SetError(linux.ECONNRESET)
	}
	s.announce()
}
