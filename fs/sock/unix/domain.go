package unix

import (
	"fmt"
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// Domain is all AF_UNIX sockets of a guest.
type Domain struct {
	buffered atomic.Int64 // bytes that packets take

	topology sync.Mutex
	abstract map[string]*Socket
	nextAuto uint32

	flight sync.Mutex
	flying map[*Socket]int // sockets in messages, and in how many
	aloft  atomic.Int64    // files in messages, of any kind
	spared int             // sockets that have closed since garbage was last looked for

	trash    sync.Mutex
	pile     []*fs.File
	sweeping bool
}

// maxBuffered bounds what all sockets together hold in bytes.
const maxBuffered = 256 << 20

// New makes a Domain without sockets.
func New() *Domain { return &Domain{abstract: map[string]*Socket{}, flying: map[*Socket]int{}} }

// Check says whether there are sockets of a kind: ESOCKTNOSUPPORT, EPROTONOSUPPORT.
func Check(kind, protocol int) linux.Errno {
	switch {
	case protocol != 0 && protocol != linux.AF_UNIX:
		return linux.EPROTONOSUPPORT
	case kind != linux.SOCK_STREAM && kind != linux.SOCK_DGRAM && kind != linux.SOCK_RAW && kind != linux.SOCK_SEQPACKET:
		return linux.ESOCKTNOSUPPORT
	}
	return 0
}

// Socket makes a socket of a kind that Check has accepted. SOCK_RAW is another name for SOCK_DGRAM.
func (d *Domain) Socket(kind, protocol int) *Socket {
	if kind == linux.SOCK_RAW {
		kind = linux.SOCK_DGRAM
	}
	s := &Socket{domain: d, backlog: maxDatagrams, peerCred: nobody}
	s.Init(linux.AF_UNIX, kind, protocol)
	s.Opened = func(f *fs.File) { s.file.Store(f) }
	return s
}

// Pair makes two sockets that are connected to each other (socketpair(2)).
func (d *Domain) Pair(c *fs.Caller, kind, protocol int) (a, b *Socket) {
	a, b = d.Socket(kind, protocol), d.Socket(kind, protocol)
	for _, s := range []*Socket{a, b} {
		s.state, s.peerCred, s.peerGroups = established, effective(c), c.Cred.Groups
	}
	a.peer, b.peer = b, a
	return a, b
}

// Sink makes a datagram socket of the kernel's own: take gets every message at once, in the sender's system call. Files
// that come along are not received.
func (d *Domain) Sink(take func(message []byte)) *Socket {
	s := d.Socket(linux.SOCK_DGRAM, 0)
	s.sink = take
	return s
}

// effective is who a peer is told to be (SO_PEERCRED).
func effective(c *fs.Caller) linux.Ucred {
	return linux.Ucred{Pid: int32(c.PID), UID: c.Cred.EUID, GID: c.Cred.EGID}
}

// real is who sends a message (SCM_CREDENTIALS).
func real(c *fs.Caller) linux.Ucred {
	return linux.Ucred{Pid: int32(c.PID), UID: c.Cred.UID, GID: c.Cred.GID}
}

var (
	nobody    = linux.Ucred{UID: 1<<32 - 1, GID: 1<<32 - 1}
	anonymous = linux.Ucred{UID: 65534, GID: 65534} // what SO_PASSCRED shows of a message without credentials
)

// Bind implements sock.Socket. An empty name asks for one in the abstract name space.
func (s *Socket) Bind(c *fs.Caller, names *fs.Context, a sock.Address) linux.Errno {
	switch {
	case a.Family != linux.AF_UNIX:
		return linux.EINVAL
	case a.Path == "":
		return s.autobind()
	case a.Abstract():
		return s.bindAbstract(a)
	}
	return s.bindPath(c, names, a)
}

func (s *Socket) bindPath(c *fs.Caller, names *fs.Context, a sock.Address) linux.Errno {
	d := s.domain
	d.topology.Lock()
	defer d.topology.Unlock()
	if s.name.Load() != nil { // Linux makes the name first and takes it back then
		if _, errno := names.Resolve(c, fs.Path{}, a.Path, fs.WalkNoFollow); errno == 0 {
			return linux.EADDRINUSE
		}
		return linux.EINVAL
	}
	spec := fs.CreateSpec{Mode: linux.S_IFSOCK | s.Mode(), Socket: s}
	if errno := names.MknodSpec(c, fs.Path{}, a.Path, spec); errno != 0 {
		if errno == linux.EEXIST {
			return linux.EADDRINUSE
		}
		return errno
	}
	s.name.Store(&a)
	return 0
}

func (s *Socket) bindAbstract(a sock.Address) linux.Errno {
	d := s.domain
	d.topology.Lock()
	defer d.topology.Unlock()
	switch {
	case s.name.Load() != nil:
		return linux.EINVAL
	case d.abstract[a.Path] != nil:
		return linux.EADDRINUSE
	}
	d.abstract[a.Path] = s
	s.name.Store(&a)
	return 0
}

// autobind gives a socket without a name the next free one of five hexadecimal digits.
func (s *Socket) autobind() linux.Errno {
	d := s.domain
	d.topology.Lock()
	defer d.topology.Unlock()
	if s.name.Load() != nil {
		return 0
	}
	const names = 1 << 20
	for range names {
		d.nextAuto = (d.nextAuto + 1) % names
		path := fmt.Sprintf("\x00%05x", d.nextAuto)
		if d.abstract[path] == nil {
			d.abstract[path] = s
			s.name.Store(&sock.Address{Family: linux.AF_UNIX, Path: path})
			return 0
		}
	}
	return linux.ENOSPC
}

// find is the socket with an address that a socket of a kind can talk to.
func (d *Domain) find(c *fs.Caller, names *fs.Context, a *sock.Address, kind int) (*Socket, linux.Errno) {
	var s *Socket
	var errno linux.Errno
	if a.Path == "" {
		return nil, linux.ECONNREFUSED
	}
	if a.Abstract() {
		d.topology.Lock()
		s = d.abstract[a.Path]
		d.topology.Unlock()
	} else if s, errno = d.resolve(c, names, a.Path); errno != 0 {
		return nil, errno
	}
	switch {
	case s == nil || s.domain != d || s.isDead():
		return nil, linux.ECONNREFUSED
	case s.Type != kind:
		return nil, linux.EPROTOTYPE
	}
	return s, 0
}

// resolve is the socket behind a path name, nil if it is not bound any more.
func (d *Domain) resolve(c *fs.Caller, names *fs.Context, name string) (*Socket, linux.Errno) {
	p, errno := names.Resolve(c, fs.Path{}, name, 0)
	if errno != 0 {
		return nil, errno
	}
	if errno := p.Access(c, linux.W_OK); errno != 0 {
		return nil, errno
	}
	if n, ok := p.Inode().(fs.SocketName); ok && p.Kind() == linux.S_IFSOCK {
		s, _ := n.Socket().(*Socket)
		return s, 0
	}
	return nil, linux.ECONNREFUSED
}
