package netlink

import (
	"sync"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// Table gives out the port ids of a guest's sockets.
type Table struct {
	mu    sync.Mutex
	ports map[uint32]*Socket
}

// New makes a Table.
func New() *Table { return &Table{ports: map[uint32]*Socket{}} }

// Socket is a socket of NETLINK_ROUTE.
type Socket struct {
	sock.Base
	sock.Refused
	table *Table
	abi   *arch.ABI

	mu     sync.Mutex
	bound  bool
	id     uint32
	groups uint32
	flags  uint32 // the options of netlinkFlags that are on, by number
	peer   sock.Address
	queue  [][]byte // datagrams, to be received
	held   int      // bytes in it
}

// protocolRoute is NETLINK_ROUTE.
const protocolRoute = 0

// Socket makes a socket: ESOCKTNOSUPPORT, EPROTONOSUPPORT.
func (t *Table) Socket(abi *arch.ABI, kind, protocol int) (*Socket, linux.Errno) {
	switch {
	case kind != linux.SOCK_RAW && kind != linux.SOCK_DGRAM:
		return nil, linux.ESOCKTNOSUPPORT
	case protocol != protocolRoute:
		return nil, linux.EPROTONOSUPPORT
	}
	s := &Socket{table: t, abi: abi, peer: sock.Address{Family: linux.AF_NETLINK}}
	s.Init(linux.AF_NETLINK, kind, protocol)
	return s, 0
}

func (s *Socket) port() uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id
}

// Bind implements sock.Socket. Port id 0 asks for one: the process's, if it is free.
func (s *Socket) Bind(c *fs.Caller, _ *fs.Context, a sock.Address) linux.Errno {
	if a.Family != linux.AF_NETLINK {
		return linux.EINVAL
	}
	s.mu.Lock()
	bound, id := s.bound, s.id
	s.groups = a.Groups
	s.mu.Unlock()
	switch {
	case bound && a.ID != id:
		return linux.EINVAL
	case bound:
		return 0
	case a.ID == 0:
		return s.autobind(c)
	}
	return s.take(a.ID)
}

// take makes a port id the socket's.
func (s *Socket) take(id uint32) linux.Errno {
	t := s.table
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ports[id] != nil {
		return linux.EADDRINUSE
	}
	t.ports[id] = s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bound, s.id = true, id
	return 0
}

// autobind takes the process's id or, if that is taken, one from the top down (netlink_autobind).
func (s *Socket) autobind(c *fs.Caller) linux.Errno {
	const last = 4096
	id := uint32(c.PID)
	for n := uint32(0); n < 1<<20; n++ {
		if s.take(id) == 0 {
			return 0
		}
		id = -(last + n)
	}
	return linux.EADDRINUSE
}

// Connect implements sock.Socket: it sets where messages go.
func (s *Socket) Connect(c *fs.Caller, _ *fs.Context, a sock.Address) linux.Errno {
	switch a.Family {
	case linux.AF_UNSPEC:
		a = sock.Address{Family: linux.AF_NETLINK}
	case linux.AF_NETLINK:
	default:
		return linux.EINVAL
	}
	s.mu.Lock()
	s.peer = a
	bound := s.bound
	s.mu.Unlock()
	if bound || a.ID == 0 && a.Groups == 0 {
		return 0
	}
	return s.autobind(c)
}

// Name implements sock.Socket.
func (s *Socket) Name() (sock.Address, linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sock.Address{Family: linux.AF_NETLINK, ID: s.id, Groups: s.groups}, 0
}

// Peer implements sock.Socket: the kernel, unless connect(2) has said otherwise.
func (s *Socket) Peer() (sock.Address, linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peer, 0
}

// ReadAt implements fs.FileOps.
func (s *Socket) ReadAt(c *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	return sock.Read(s, c, dst)
}

// WriteAt implements fs.FileOps.
func (s *Socket) WriteAt(c *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	return sock.Write(s, c, src)
}

// Unsent implements fs.SocketIoctl: messages are answered at once.
func (s *Socket) Unsent() (int, linux.Errno) { return 0, linux.ENOTTY }

// AtMark implements fs.SocketIoctl.
func (s *Socket) AtMark() (bool, linux.Errno) { return false, linux.ENOTTY }

// Poll implements fs.FileOps.
func (s *Socket) Poll() fs.Events {
	s.mu.Lock()
	defer s.mu.Unlock()
	ev := fs.EventOut
	if len(s.queue) > 0 {
		ev |= fs.EventIn
	}
	return ev
}

// Release implements fs.FileOps.
func (s *Socket) Release(*fs.Caller) {
	t := s.table
	t.mu.Lock()
	defer t.mu.Unlock()
	if id := s.port(); t.ports[id] == s {
		delete(t.ports, id)
	}
}

// maxRequest is the most bytes that a guest may send at a time.
const maxRequest = 1 << 16

// Send implements sock.Socket: the kernel answers at once.
func (s *Socket) Send(c *fs.Caller, m *sock.Message, src [][]byte) (int, linux.Errno) {
	to, _ := s.Peer()
	if m.HasAddr {
		if to = m.Addr; to.Family != linux.AF_NETLINK {
			return 0, linux.EINVAL
		}
	}
	size := fs.Size(src)
	switch {
	case m.Has(linux.MSG_OOB):
		return 0, linux.EOPNOTSUPP
	case to.Groups != 0:
		return 0, linux.EPERM
	case to.ID != 0:
		return 0, linux.ECONNREFUSED
	case size > maxRequest:
		return 0, linux.EMSGSIZE
	}
	s.mu.Lock()
	bound := s.bound
	s.mu.Unlock()
	if !bound {
		if errno := s.autobind(c); errno != 0 {
			return 0, errno
		}
	}
	raw := make([]byte, size)
	fs.CopyIn(raw, src)
	s.answer(c, raw)
	return size, 0
}

// answer does the requests of a datagram.
func (s *Socket) answer(c *fs.Caller, raw []byte) {
	order := s.abi.Data.Order
	for r, rest, ok := parse(order, raw); ok; r, rest, ok = parse(order, rest) {
		if r.flags&flagRequest == 0 || r.kind < newLink {
			if r.flags&flagAck != 0 {
				s.report(&r, 0)
			}
			continue
		}
		w := &writer{order: order}
		errno := s.do(c, w, &r)
		if errno == 0 && len(w.buf) > 0 {
			s.put(w.buf)
		}
		if errno != 0 || r.flags&flagAck != 0 && r.flags&flagDump != flagDump {
			s.report(&r, errno)
		}
	}
}

// do answers one request. Types come in groups of four: new, delete, get and set (rtnetlink_rcv_msg).
func (s *Socket) do(c *fs.Caller, w *writer, r *request) linux.Errno {
	const get = 2
	switch {
	case r.kind > maxType:
		return linux.EOPNOTSUPP
	case r.kind&3 != get && !c.Cred.Has(linux.CAP_NET_ADMIN):
		return linux.EPERM
	case r.kind&3 != get:
		return linux.EOPNOTSUPP
	case r.flags&flagDump == flagDump:
		return s.dump(w, r)
	}
	return s.one(w, r)
}

// report sends an NLMSG_ERROR, which is an acknowledgement if there is no error.
func (s *Socket) report(r *request, errno linux.Errno) {
	w := &writer{order: s.abi.Data.Order}
	w.begin(header{kind: msgError, seq: r.seq, port: s.port()})
	w.u32(uint32(-int32(s.abi.Errno(errno))))
	if errno != 0 {
		w.buf = append(w.buf, r.raw...)
	} else {
		w.buf = append(w.buf, r.raw[:headerSize]...)
	}
	w.end()
	s.put(w.buf)
}

// put queues a datagram. One that has no room is lost, and the next receive says so.
func (s *Socket) put(datagram []byte) {
	s.mu.Lock()
	full := s.held+len(datagram) > s.RcvBuf()
	if !full {
		s.queue = append(s.queue, datagram)
		s.held += len(datagram)
	}
	s.mu.Unlock()
	if full {
		s.SetError(linux.ENOBUFS)
	}
	s.Queue().Notify(fs.EventIn)
}

// Receive implements sock.Socket.
func (s *Socket) Receive(_ *fs.Caller, m *sock.Message, dst [][]byte) (int, linux.Errno) {
	if m.Has(linux.MSG_OOB) {
		return 0, linux.EOPNOTSUPP
	}
	if errno := s.TakeError(); errno != 0 {
		return 0, errno
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return 0, linux.EAGAIN
	}
	first := s.queue[0]
	n := fs.CopyOut(dst, first)
	if n < len(first) {
		m.Out |= linux.MSG_TRUNC
	}
	if m.Has(linux.MSG_TRUNC) {
		n = len(first)
	}
	if !m.Has(linux.MSG_PEEK) {
		s.queue, s.held = s.queue[1:], s.held-len(first)
	}
	m.Addr = sock.Address{Family: linux.AF_NETLINK}
	if s.PassCred() {
		m.Cred = &linux.Ucred{}
	}
	return n, 0
}

// Option implements sock.Socket.
func (s *Socket) Option(c *fs.Caller, level, name, room int) ([]byte, linux.Errno) {
	switch {
	case level == linux.SOL_SOCKET && name == linux.SO_ACCEPTCONN:
		return sock.Int(0), 0
	case level == linux.SOL_SOCKET:
		return s.SocketOption(c, name, room)
	}
	return s.netlinkOption(level, name)
}

// netlinkOption reads an option of SOL_NETLINK; the groups are a list of words.
func (s *Socket) netlinkOption(level, name int) ([]byte, linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case level != linux.SOL_NETLINK:
		return nil, linux.ENOPROTOOPT
	case name == listMemberships:
		return sock.Int(int(int32(s.groups))), 0
	case !netlinkFlags[name]:
		return nil, linux.ENOPROTOOPT
	case s.flags&(1<<name) != 0:
		return sock.Int(1), 0
	}
	return sock.Int(0), 0
}

// Options of SOL_NETLINK about groups (linux/netlink.h). Groups past the 32 of the address are not there.
const (
	addMembership   = 1
	dropMembership  = 2
	listMemberships = 9
	maxGroup        = 32
)

// netlinkFlags are the options of SOL_NETLINK that only change what we never send: NETLINK_PKTINFO, BROADCAST_ERROR,
// NO_ENOBUFS, CAP_ACK, EXT_ACK and GET_STRICT_CHK.
var netlinkFlags = map[int]bool{3: true, 4: true, 5: true, 10: true, 11: true, 12: true}

// SetOption implements sock.Socket.
func (s *Socket) SetOption(c *fs.Caller, level, name int, value []byte) linux.Errno {
	switch {
	case level == linux.SOL_SOCKET:
		return s.SetSocketOption(c, name, value)
	case level != linux.SOL_NETLINK:
		return linux.ENOPROTOOPT
	}
	v, errno := sock.ParseInt(value)
	if errno != 0 {
		return errno
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	member := name == addMembership || name == dropMembership
	switch {
	case member && (v < 1 || v > maxGroup):
		return linux.EINVAL
	case name == addMembership:
		s.groups |= 1 << (v - 1)
	case name == dropMembership:
		s.groups &^= 1 << (v - 1)
	case !netlinkFlags[name]:
		return linux.ENOPROTOOPT
	case v != 0:
		s.flags |= 1 << name
	default:
		s.flags &^= 1 << name
	}
	return 0
}

// Describe implements sock.Socket.
func (s *Socket) Describe(info *fs.SocketInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info.Port, info.Groups, info.Unread = s.id, s.groups, s.held
}
