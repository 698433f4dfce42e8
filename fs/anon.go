package fs

import "muslrun/arch/linux"

// AnonFS is the file system of files that are nothing but their operations: eventfd, epoll, timerfd and the like
// (fs/anon_inodes.c of Linux). They share one inode, which has no file type.
type AnonFS struct {
	inode anonInode
	mount *Mount
}

type anonInode struct{ Attributes }

// Open refuses, as for /proc/PID/fd/N of such a file.
func (*anonInode) Open(*Caller, uint32) (FileOps, linux.Errno) { return nil, linux.ENXIO }

// SetAttr refuses.
func (*anonInode) SetAttr(*Caller, *SetAttr) linux.Errno { return linux.EOPNOTSUPP }

// NewAnonFS makes the file system; dev is its st_dev.
func NewAnonFS(dev uint64, now linux.Timespec) *AnonFS {
	a := &AnonFS{}
	a.inode.SetStat(linux.Stat{Dev: dev, Ino: 1, Mode: 0o600, Nlink: 1, Blksize: 4096, Atime: now, Mtime: now, Ctime: now})
	a.mount = NewInternalMount(a)
	return a
}

// File makes a description with the operations ops. name is what /proc/PID/fd shows after "anon_inode:", such as
// "[eventfd]"; flags are the access mode and status flags.
func (a *AnonFS) File(name string, ops FileOps, flags uint32) (*File, linux.Errno) {
	p, errno := a.mount.Anonymous("anon_inode:"+name, &a.inode)
	if errno != 0 {
		return nil, errno
	}
	return NewFile(p, ops, flags), 0
}

// Root implements Superblock: there is no directory.
func (*AnonFS) Root() Inode { return nil }

// Type implements Superblock.
func (*AnonFS) Type() string { return "anon_inodefs" }

// Statfs implements Superblock.
func (*AnonFS) Statfs() (linux.Statfs, linux.Errno) {
	return linux.Statfs{Type: linux.ANON_INODE_FS_MAGIC, Bsize: 4096, Frsize: 4096, Namelen: linux.NAME_MAX}, 0
}
