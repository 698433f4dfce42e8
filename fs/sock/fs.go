package sock

import (
	"fmt"
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
}

// NewFS makes the file system; dev is the st_dev of its sockets.
func NewFS(dev uint64) *FS {
	f := &FS{dev: dev}
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
	if b.Opened != nil {
		b.Opened(file)
	}
	return file, 0
}
