package hostfs

import (
	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// sharedFD is a host descriptor that all open descriptions of a node of one kind share. That works because every transfer
// gives its offset: the host's file position is never used.
type sharedFD struct {
	fd   int
	kind int
	refs int // guarded by node.mu
}

// The kinds of shared descriptors are the access modes (O_RDONLY, O_WRONLY, O_RDWR), and reading without noting it.
const (
	noAtime     = 3
	sharedKinds = 4
)

// openFlags are those with which the host's file is opened for a kind.
var openFlags = [sharedKinds]int{unix.O_RDONLY, unix.O_WRONLY, unix.O_RDWR, unix.O_RDONLY | unix.O_NOATIME}

// Open makes an open file description of a regular file or a directory.
func (n *node) Open(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	acc := int(flags & linux.O_ACCMODE)
	switch n.mode {
	case linux.S_IFDIR:
		return n.openDir(acc)
	case linux.S_IFLNK:
		return nil, linux.ELOOP
	case linux.S_IFREG:
	default:
		return n.openSpecial(c, flags)
	}
	if acc == linux.O_ACCMODE {
		acc = linux.O_RDWR // the mode that open(2) calls "neither" opens devices for ioctl; here it checks both
	}
	if acc != linux.O_RDONLY {
		if errno := n.sb.writable(); errno != 0 {
			return nil, errno
		}
	}
	kind := acc
	if acc == linux.O_RDONLY && flags&linux.O_NOATIME != 0 {
		kind = noAtime
	}
	s, errno := n.share(kind)
	if errno == linux.EPERM && kind == noAtime {
		s, errno = n.share(acc) // the guest's owner need not be the host's
	}
	if errno != 0 {
		return nil, errno
	}
	return &file{node: n, host: s, dataSync: flags&linux.O_DSYNC != 0, fullSync: flags&linux.O_SYNC == linux.O_SYNC}, 0
}

// share finds or opens the descriptor of a kind.
func (n *node) share(kind int) (*sharedFD, linux.Errno) {
	if s := n.sharer(kind); s != nil {
		return s, 0
	}
	var fd int
	errno := n.attempt(func(path int) (err error) {
		if openFlags[kind]&unix.O_ACCMODE != unix.O_RDONLY {
			if err := n.disarm(path); err != nil {
				return err
			}
		}
		fd, err = n.sb.reopen(path, openFlags[kind])
		return err
	})
	if errno != 0 {
		return nil, errno
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if s := n.shared[kind]; s != nil {
		_ = unix.Close(fd)
		s.refs++
		return s, 0
	}
	s := &sharedFD{fd: fd, kind: kind, refs: 1}
	n.shared[kind] = s
	return s, 0
}

// sharer takes a reference of the descriptor of a kind, if it is open.
func (n *node) sharer(kind int) *sharedFD {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.shared[kind]
	if s != nil {
		s.refs++
	}
	return s
}

// writer takes a reference of a descriptor that is open for writing, if there is one.
func (n *node) writer() *sharedFD {
	if s := n.sharer(unix.O_RDWR); s != nil {
		return s
	}
	return n.sharer(unix.O_WRONLY)
}

// unshare drops a reference; with the last one, a file without names gives its space back to the host.
func (n *node) unshare(s *sharedFD) {
	n.mu.Lock()
	s.refs--
	last := s.refs == 0
	if last {
		n.shared[s.kind] = nil
		_ = unix.Close(s.fd)
	}
	n.mu.Unlock()
	if last && n.grave() != nil {
		n.sb.handles.drop(n.key)
	}
}

// reopen opens what an O_PATH descriptor refers to. Its type has been looked at: it is a regular file.
func (sb *Superblock) reopen(path, flags int) (int, error) {
	return sb.relieved(func() (int, error) {
		return unix.Open(procFD(path), flags|unix.O_CLOEXEC|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_LARGEFILE, 0)
	})
}

// file is an open file description of a regular file.
type file struct {
	fs.UnsupportedFile // regular files are always ready
	node               *node
	host               *sharedFD
	dataSync, fullSync bool // O_DSYNC, O_SYNC
}

// ReadAt reads straight into the guest's memory where that can be done.
func (f *file) ReadAt(_ *fs.Caller, dst [][]byte, off int64) (int, linux.Errno) {
	return transfer(dst, off, &readTo, f.host.fd)
}

// WriteAt writes; the file-size limit is checked by the VFS.
func (f *file) WriteAt(_ *fs.Caller, src [][]byte, off int64) (int, linux.Errno) {
	n, errno := transfer(src, off, &writeFrom, f.host.fd)
	if n > 0 {
		f.node.grown(off + int64(n))
	}
	return n, f.settle(n, errno)
}

// Append writes at the end of the file. Guests exclude each other; the host's own programs do not exclude us.
func (f *file) Append(_ *fs.Caller, src [][]byte) (n int, end int64, errno linux.Errno) {
	f.node.sizing.Lock()
	defer f.node.sizing.Unlock()
	var st unix.Stat_t
	if err := unix.Fstat(f.host.fd, &st); err != nil {
		return 0, 0, errnoOf(err)
	}
	n, errno = transfer(src, st.Size, &writeFrom, f.host.fd)
	if n > 0 {
		f.node.grown(st.Size + int64(n))
	}
	return n, st.Size + int64(n), f.settle(n, errno)
}

// settle makes what was written durable for O_SYNC and O_DSYNC.
func (f *file) settle(n int, errno linux.Errno) linux.Errno {
	if errno != 0 || n == 0 || !f.dataSync {
		return errno
	}
	return f.Sync(nil, !f.fullSync)
}

// Seekable is true: it is a regular file.
func (f *file) Seekable() bool { return true }

// Release closes the host's descriptor if no other description shares it.
func (f *file) Release(*fs.Caller) { f.node.unshare(f.host) }

// Map gives the memory object of the file.
func (f *file) Map() (*fs.MapObject, linux.Errno) { return f.node.mapObject() }

// Sync implements fsync(2) and fdatasync(2).
func (f *file) Sync(_ *fs.Caller, dataOnly bool) linux.Errno {
	if dataOnly {
		return errnoOf(unix.Fdatasync(f.host.fd))
	}
	return errnoOf(unix.Fsync(f.host.fd))
}

// Seek implements lseek(2). The host is asked where data and holes are.
func (f *file) Seek(_ *fs.Caller, cur, off int64, whence int) (int64, linux.Errno) {
	var st unix.Stat_t
	switch whence {
	case linux.SEEK_DATA, linux.SEEK_HOLE:
		if off < 0 {
			return 0, linux.ENXIO
		}
		at, err := unix.Seek(f.host.fd, off, whence)
		return at, errnoOf(err)
	case linux.SEEK_END:
		if err := unix.Fstat(f.host.fd, &st); err != nil {
			return 0, errnoOf(err)
		}
	}
	return fs.SeekOffset(cur, st.Size, off, whence)
}

// Allocate implements fallocate(2), without the modes that move data.
func (f *file) Allocate(_ *fs.Caller, mode uint32, off, length int64) linux.Errno {
	const known = linux.FALLOC_FL_KEEP_SIZE | linux.FALLOC_FL_PUNCH_HOLE | linux.FALLOC_FL_ZERO_RANGE
	if mode&^known != 0 {
		return linux.EOPNOTSUPP
	}
	f.node.sizing.Lock()
	defer f.node.sizing.Unlock()
	errno := errnoOf(unix.Fallocate(f.host.fd, mode, off, length))
	if errno == 0 {
		f.node.grown(0)
	}
	return errno
}
