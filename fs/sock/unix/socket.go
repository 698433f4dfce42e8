package unix

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// Socket is one AF_UNIX socket.
type Socket struct {
	sock.Base
	domain *Domain
	name   atomic.Pointer[sock.Address]
	file   atomic.Pointer[fs.File] // its description; nil while it waits in a backlog
	used   atomic.Int64            // bytes that its unread messages take of SO_SNDBUF
	sink   func(message []byte)    // takes what is sent to the socket, if set

	mu         sync.Mutex
	state      state
	shut       shut
	dead       bool
	peer       *Socket // stays after a stream's peer has closed
	queue      packets
	urgent     *packet   // the out-of-band byte in the queue that was not read
	pending    []*Socket // a listener's connections that nobody has accepted
	backlog    int       // the queue is full past so many
	cred       linux.Ucred
	credGroups []uint32
	peerCred   linux.Ucred // SO_PEERCRED
	peerGroups []uint32
	// blocked are sockets that wait for room in the queue or the backlog.
	blocked map[*Socket]struct{}
}

type state uint8

const (
	closed state = iota
	listening
	established
)

// shut says which directions are shut down.
type shut uint8

const (
	shutReceive shut = 1 << iota
	shutSend
	shutBoth = shutReceive | shutSend
)

// maxDatagrams is the sysctl net.unix.max_dgram_qlen: a datagram socket's queue is full past so many messages of others
// than its peer.
const maxDatagrams = 10

// connected reports whether the socket is of a kind that has connections.
func (s *Socket) connected() bool { return s.Type != linux.SOCK_DGRAM }

func (s *Socket) isDead() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead
}

// full reports whether others than the peer have to wait. The socket is locked.
func (s *Socket) full() bool {
	if s.state == listening {
		return len(s.pending) > s.backlog
	}
	return s.queue.len() > s.backlog
}

// waitForRoom notes a socket that is to be told when this one is no longer full. The socket is locked.
func (s *Socket) waitForRoom(who *Socket) {
	if s.blocked == nil {
		s.blocked = map[*Socket]struct{}{}
	}
	s.blocked[who] = struct{}{}
}

// takeBlocked empties the set of those who wait, if there is room for them now. The socket is locked.
func (s *Socket) takeBlocked() map[*Socket]struct{} {
	if s.full() && !s.dead {
		return nil
	}
	b := s.blocked
	s.blocked = nil
	return b
}

func wake(blocked map[*Socket]struct{}) {
	for s := range blocked {
		s.Queue().Notify(fs.EventOut)
	}
}

// Name implements sock.Socket.
func (s *Socket) Name() (sock.Address, linux.Errno) {
	if a := s.name.Load(); a != nil {
		return *a, 0
	}
	return sock.Address{Family: linux.AF_UNIX}, 0
}

// Peer implements sock.Socket.
func (s *Socket) Peer() (sock.Address, linux.Errno) {
	s.mu.Lock()
	peer := s.peer
	s.mu.Unlock()
	if peer == nil {
		return sock.Address{}, linux.ENOTCONN
	}
	return peer.Name()
}

// ReadAt implements fs.FileOps.
func (s *Socket) ReadAt(c *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	return sock.Read(s, c, dst)
}

// WriteAt implements fs.FileOps.
func (s *Socket) WriteAt(c *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	return sock.Write(s, c, src)
}

// Poll implements fs.FileOps (unix_poll, unix_dgram_poll).
func (s *Socket) Poll() fs.Events {
	s.mu.Lock()
	ev := s.conditions()
	peer, state := s.peer, s.state
	s.mu.Unlock()
	if s.HasError() {
		ev |= fs.EventErr
	}
	if state != listening && s.writable() && !s.peerFull(peer) {
		ev |= fs.EventOut
	}
	return ev
}

// conditions is the events but for errors and EventOut. The socket is locked.
func (s *Socket) conditions() (ev fs.Events) {
	switch {
	case s.shut == shutBoth:
		ev |= fs.EventHup | fs.EventRdHup | fs.EventIn
	case s.shut&shutReceive != 0:
		ev |= fs.EventRdHup | fs.EventIn
	}
	if s.connected() && s.state == closed {
		ev |= fs.EventHup
	}
	if len(s.pending) > 0 || s.queue.len() > 0 {
		ev |= fs.EventIn
	}
	if s.urgent != nil {
		ev |= fs.EventPri
	}
	return ev
}

// writable reports whether poll shows room: three quarters of the buffer are free.
func (s *Socket) writable() bool { return s.used.Load()*4 <= int64(s.SndBuf()) }

// peerFull reports whether a datagram socket's peer, which is not connected to it, has a full queue.
func (s *Socket) peerFull(peer *Socket) bool {
	if peer == nil || s.connected() {
		return false
	}
	peer.mu.Lock()
	defer peer.mu.Unlock()
	if peer.dead || peer.peer == s || !peer.full() {
		return false
	}
	peer.waitForRoom(s)
	return true
}

// Readable implements fs.BytesReadable (SIOCINQ): all unread bytes of a stream, the first datagram's otherwise.
func (s *Socket) Readable() (n int, errno linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == listening {
		return 0, linux.EINVAL
	}
	for _, p := range s.queue.all() {
		if n += len(p.data); !s.connected() {
			break
		}
	}
	return n, 0
}

// Unsent implements fs.SocketIoctl (SIOCOUTQ): what the unread messages take of the buffer.
func (s *Socket) Unsent() (int, linux.Errno) { return int(s.used.Load()), 0 }

// AtMark implements fs.SocketIoctl (SIOCATMARK).
func (s *Socket) AtMark() (bool, linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Type != linux.SOCK_STREAM || s.queue.len() == 0 {
		return false, 0
	}
	first := s.queue.at(0)
	return first == s.urgent || first.mark && s.urgent == nil, 0
}

// Shutdown implements sock.Socket. A stream's peer sees the other half.
func (s *Socket) Shutdown(how int) linux.Errno {
	bits := shut(how + 1) // SHUT_RD, SHUT_WR and SHUT_RDWR
	s.mu.Lock()
	s.shut |= bits
	peer := s.peer
	blocked := s.blocked
	s.blocked = nil
	s.mu.Unlock()
	if peer != nil && s.connected() {
		peer.mu.Lock()
		if bits&shutReceive != 0 {
			peer.shut |= shutSend
		}
		if bits&shutSend != 0 {
			peer.shut |= shutReceive
		}
		peer.mu.Unlock()
		peer.announce()
	}
	s.announce()
	wake(blocked)
	return 0
}

// announce tells that the state has changed.
func (s *Socket) announce() {
	s.Queue().Notify(fs.EventIn | fs.EventOut | fs.EventRdHup | fs.EventHup | fs.EventErr)
}

// Option implements sock.Socket.
func (s *Socket) Option(c *fs.Caller, level, name, room int) ([]byte, linux.Errno) {
	if level != linux.SOL_SOCKET {
		return nil, linux.EOPNOTSUPP
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch name {
	case linux.SO_ACCEPTCONN:
		return sock.Int(when(1, s.state == listening)), 0
	case linux.SO_PEERCRED:
		p := s.peerCred
		return words(uint32(p.Pid), p.UID, p.GID), 0
	case linux.SO_PEERGROUPS:
		if s.peerCred == nobody {
			return nil, linux.ENODATA
		}
		return words(s.peerGroups...), 0
	}
	return s.SocketOption(c, name, room)
}

func when[T ~int | ~uint32](v T, cond bool) T {
	if cond {
		return v
	}
	return 0
}

func words(values ...uint32) (out []byte) {
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

// SetOption implements sock.Socket.
func (s *Socket) SetOption(c *fs.Caller, level, name int, value []byte) linux.Errno {
	if level != linux.SOL_SOCKET {
		return linux.EOPNOTSUPP
	}
	return s.SetSocketOption(c, name, value)
}

// Connected implements sock.Socket: nothing is ever in progress.
func (s *Socket) Connected() linux.Errno { return 0 }

// Describe implements sock.Socket.
func (s *Socket) Describe(info *fs.SocketInfo) {
	const unconnected, connected = 1, 3 // linux/net.h: SS_UNCONNECTED, SS_CONNECTED
	if a := s.name.Load(); a != nil {
		info.Path = a.Path
	}
	info.Unsent = int(s.used.Load())
	s.mu.Lock()
	defer s.mu.Unlock()
	info.Listening = s.state == listening
	if info.State = unconnected; s.state == established {
		info.State = connected
	}
}
