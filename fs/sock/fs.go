package sock

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// FS is the file system of sockets (sockfs): it gives each an inode and a description.
type FS struct {
	// Devices tells what network devices there are; every socket can be asked. Nil for none.
	Devices func() []fs.NetDevice

	dev   uint64
	mount *fs.Mount
	ino   atomic.Uint64

	mu      sync.Mutex
	sockets map[uint64]Socket // those that have a description, by inode number
}

// NewFS makes the file system; dev is the st_dev of its sockets.
func NewFS(dev uint64) *FS {
	f := &FS{dev: dev, sockets: map[uint64]Socket{}}
	f.mount = fs.NewInternalMount(f)
	return f
}

// Type implements fs.Superblock.
func (*FS) Type() string { return "sockfs" }

// Root implements fs.Superblock: there is no directory.
func (*FS) Root() fs.Inode { return nil }

// Statfs implements fs.Superblock.
func (*FS) Statfs() (linux.Statfs, linux.Errno) {
	return linux.Statfs{Type: linux.SOCKFS_MAGIC, Bsize: 4096, Frsize: 4096, Namelen: linux.NAME_MAX}, 0
}

// node is the inode of a socket. /proc/PID/fd/N of a socket cannot be opened.
type node struct{ fs.Attributes }

// File makes the description of a new socket. nonblock is O_NONBLOCK.
func (f *FS) File(c *fs.Caller, s Socket, nonblock bool) (*fs.File, linux.Errno) {
	n, now, ino := &node{}, c.Now(), f.ino.Add(1)
	n.SetStat(linux.Stat{
		Dev: f.dev, Ino: ino, Mode: linux.S_IFSOCK | 0o777, Nlink: 1, UID: c.Cred.FSUID, GID: c.Cred.FSGID, Blksize: 4096,
		Atime: now, Mtime: now, Ctime: now,
	})
	path, errno := f.mount.Anonymous(fmt.Sprintf("socket:[%d]", ino), n)
	if errno != 0 {
		return nil, errno
	}
	flags := uint32(linux.O_RDWR)
	if nonblock {
		flags |= linux.O_NONBLOCK
	}
	b := s.Common()
	b.Ino, b.inode, b.devices = ino, n, f.Devices
	b.SetFlags(flags)
	file := fs.NewFile(path, s, flags)
	b.file.Store(file)
	f.list(file, s, ino)
	if b.Opened != nil {
		b.Opened(file)
	}
	return file, 0
}

// list has the socket among those that Sockets tells of for as long as its description lives.
func (f *FS) list(file *fs.File, s Socket, ino uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sockets[ino] = s
	file.OnRelease(f, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.sockets, ino)
	})
}

// Sockets tells of all sockets in ascending order of inode number.
func (f *FS) Sockets() []fs.SocketInfo {
	f.mu.Lock()
	list := slices.Collect(maps.Values(f.sockets))
	f.mu.Unlock()
	out := make([]fs.SocketInfo, len(list))
	for i, s := range list {
		out[i] = s.Common().describe()
		s.Describe(&out[i])
	}
	slices.SortFunc(out, func(a, b fs.SocketInfo) int { return cmp.Compare(a.Inode, b.Inode) })
	return out
}
