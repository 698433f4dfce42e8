package hosttty

import (
	"fmt"
	"sync"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

const blockSize = 4096

// node is the guest's inode of a host file, pipe or socket.
type node struct {
	fs.Attributes
	name   string
	kind   uint32
	stream *stream // of a pipe or socket

	mu    sync.Mutex
	fds   [2]int // for reading and for writing, -1 if the host has given none
	given []int  // all descriptors that the host has given
	users int    // open descriptions of the guest
}

// node finds or makes the inode of a host file and lets it use fd. Only Attach calls it.
func (s *Stdio) node(c *fs.Caller, fd int, st *unix.Stat_t, flags uint32) *node {
	id := hostID{st.Dev, st.Ino}
	n := s.nodes[id]
	if n == nil {
		n = s.newNode(c, st)
		s.nodes[id] = n
	}
	n.use(fd, flags&linux.O_ACCMODE)
	return n
}

func (s *Stdio) newNode(c *fs.Caller, st *unix.Stat_t) *node {
	n := &node{kind: kindOf(st.Mode), fds: [2]int{-1, -1}}
	if n.kind != linux.S_IFREG {
		n.stream = &stream{source: s.poller.add(-1, -1), patient: s.poller.quit >= 0}
	}
	ino, now := uint64(len(s.nodes)+1), c.Now()
	n.name = fmt.Sprintf("%s:[%d]", names[n.kind], ino)
	n.SetStat(linux.Stat{
		Dev: s.dev, Ino: ino, Mode: n.kind | 0o600, Nlink: 1, UID: c.Cred.FSUID, GID: c.Cred.FSGID,
		Blksize: blockSize, Atime: now, Mtime: now, Ctime: now,
	})
	return n
}

// names begin the links in /proc/PID/fd.
var names = map[uint32]string{
	linux.S_IFREG: "hostfile", linux.S_IFIFO: "pipe", linux.S_IFSOCK: "socket", linux.S_IFCHR: "hostdev",
}

// kindOf is the type of file that the guest sees. Block devices and directories count as files: they have an offset.
func kindOf(mode uint32) uint32 {
	switch kind := mode & unix.S_IFMT; kind {
	case linux.S_IFIFO, linux.S_IFSOCK, linux.S_IFCHR:
		return kind
	}
	return linux.S_IFREG
}

// use adds a descriptor for the directions that have none yet.
func (n *node) use(fd int, access uint32) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.given = append(n.given, fd)
	if access != linux.O_WRONLY && n.fds[0] < 0 {
		n.fds[0] = fd
	}
	if access != linux.O_RDONLY && n.fds[1] < 0 {
		n.fds[1] = fd
	}
	if n.stream != nil {
		n.stream.poller.mu.Lock()
		defer n.stream.poller.mu.Unlock()
		n.stream.in, n.stream.out = n.fds[0], n.fds[1]
	}
}

// Stat implements fs.Inode. The size and the times of a file are the host's; nothing else is.
func (n *node) Stat() (linux.Stat, linux.Errno) {
	st, errno := n.Attributes.Stat()
	if errno != 0 || n.kind != linux.S_IFREG {
		return st, errno
	}
	var h unix.Stat_t
	if err := unix.Fstat(n.fd(), &h); err != nil {
		_, errno := result(0, err)
		return st, errno
	}
	st.Size, st.Blocks = h.Size, h.Blocks
	st.Atime, st.Mtime, st.Ctime = linux.Timespec(h.Atim), linux.Timespec(h.Mtim), linux.Timespec(h.Ctim)
	return st, 0
}

// SetAttr implements fs.Inode: the size changes on the host, if it may be written; the rest only in the guest.
func (n *node) SetAttr(c *fs.Caller, set *fs.SetAttr) linux.Errno {
	if n.kind == linux.S_IFREG && set.Mask&fs.AttrSize != 0 {
		if _, errno := result(0, unix.Ftruncate(n.fd(), set.Size)); errno != 0 {
			return errno
		}
	}
	return n.Attributes.SetAttr(c, set)
}

// fd is a descriptor for calls that need no certain access, one that writes if there is any.
func (n *node) fd() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.fds[1] >= 0 {
		return n.fds[1]
	}
	return n.fds[0]
}

// Open implements fs.Inode, also for /proc/PID/fd/N: the same host description again, as far as its access mode goes.
func (n *node) Open(_ *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	n.mu.Lock()
	defer n.mu.Unlock()
	access := flags & linux.O_ACCMODE
	if access != linux.O_WRONLY && n.fds[0] < 0 || access != linux.O_RDONLY && n.fds[1] < 0 {
		return nil, linux.EACCES
	}
	if n.stream != nil {
		n.users++
		return &openStream{n.stream, n}, 0
	}
	if access != linux.O_RDONLY {
		return &file{fd: n.fds[1]}, 0
	}
	return &file{fd: n.fds[0]}, 0
}

// openStream is an open file description of a pipe or socket.
type openStream struct {
	*stream
	node *node
}

// Release implements fs.FileOps. After the last one the host's other side has to see that nobody is left, so
// /dev/null takes the place of the descriptors; of standard error not, because muslrun reports there.
func (o *openStream) Release(*fs.Caller) {
	n := o.node
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.users--; n.users > 0 {
		return
	}
	null, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return // the other side waits until muslrun ends
	}
	defer unix.Close(null)
	n.fds = [2]int{-1, -1}
	for _, fd := range n.given {
		if fd != unix.Stderr {
			_ = unix.Dup3(null, fd, 0)
		}
	}
}
