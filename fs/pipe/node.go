package pipe

import (
	"fmt"
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// FS is the file system of pipes without a name (pipefs), and knows the pipes behind FIFOs of others.
type FS struct {
	Limits *Limits

	dev   uint64
	mount *fs.Mount
	ino   atomic.Uint64

	mu    sync.Mutex
	fifos map[fifoKey]*Pipe // open ones
}

// fifoKey is a FIFO's st_dev and st_ino: some file systems make a new fs.Inode at each lookup.
type fifoKey struct{ dev, ino uint64 }

// NewFS makes the file system; dev is the st_dev of its pipes.
func NewFS(dev uint64) *FS {
	f := &FS{Limits: NewLimits(), dev: dev, fifos: map[fifoKey]*Pipe{}}
	f.mount = fs.NewInternalMount(f)
	return f
}

// Type implements fs.Superblock.
func (*FS) Type() string { return "pipefs" }

// Root implements fs.Superblock: there is no directory.
func (*FS) Root() fs.Inode { return nil }

// Statfs implements fs.Superblock.
func (*FS) Statfs() (linux.Statfs, linux.Errno) {
	return linux.Statfs{Type: linux.PIPEFS_MAGIC, Bsize: PageSize, Frsize: PageSize, Namelen: linux.NAME_MAX}, 0
}

// node is the inode of an anonymous pipe.
type node struct {
	fs.Attributes
	pipe *Pipe
}

// Pipe implements pipe2(2). flags are O_NONBLOCK and O_DIRECT.
func (f *FS) Pipe(c *fs.Caller, flags uint32) (r, w *fs.File, errno linux.Errno) {
	in, out, errno := New(f.Limits, flags)
	if errno != 0 {
		return nil, nil, errno
	}
	n, now := &node{pipe: in.pipe}, c.Now()
	ino := f.ino.Add(1)
	n.SetStat(linux.Stat{
		Dev: f.dev, Ino: ino, Mode: linux.S_IFIFO | 0o600, Nlink: 1, UID: c.Cred.FSUID, GID: c.Cred.FSGID,
		Blksize: PageSize, Atime: now, Mtime: now, Ctime: now,
	})
	path, errno := f.mount.Anonymous(fmt.Sprintf("pipe:[%d]", ino), n)
	if errno != 0 {
		return nil, nil, errno
	}
	return fs.NewFile(path, in, flags|linux.O_RDONLY), fs.NewFile(path, out, flags|linux.O_WRONLY), 0
}

// Open implements fs.Inode, for /proc/PID/fd/N: another end, which waits for nobody.
func (n *node) Open(_ *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	mode, errno := modeOf(flags)
	if errno != 0 {
		return nil, errno
	}
	n.pipe.mu.Lock()
	defer n.pipe.mu.Unlock()
	e, errno := n.pipe.attach(mode)
	if errno != 0 {
		return nil, errno
	}
	e.SetFlags(flags)
	return e, 0
}

// OpenFIFO opens a FIFO of any file system, as fs.SpecialOpener has to. The End is a fs.Rendezvous.
func (f *FS) OpenFIFO(st *linux.Stat, flags uint32) (fs.FileOps, linux.Errno) {
	mode, errno := modeOf(flags)
	if errno != 0 {
		return nil, errno
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	key := fifoKey{st.Dev, st.Ino}
	p := f.fifos[key]
	if p == nil {
		p = NewFIFO(f.Limits)
		p.closed = func() { f.forget(key, p) }
	}
	e, errno := p.Open(mode, flags&linux.O_NONBLOCK != 0)
	if errno != 0 {
		return nil, errno
	}
	f.fifos[key] = p
	e.SetFlags(flags)
	return e, 0
}

// forget drops a FIFO's pipe when its last end has closed, unless it was opened again meanwhile.
func (f *FS) forget(key fifoKey, p *Pipe) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fifos[key] == p && !p.inUse() {
		delete(f.fifos, key)
	}
}

// modeOf translates the access mode; Linux refuses the mode 3.
func modeOf(flags uint32) (Mode, linux.Errno) {
	switch flags & linux.O_ACCMODE {
	case linux.O_RDONLY:
		return Read, 0
	case linux.O_WRONLY:
		return Write, 0
	case linux.O_RDWR:
		return Read | Write, 0
	}
	return 0, linux.EINVAL
}
