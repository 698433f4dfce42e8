package procfs

import (
	"fmt"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// namespaces are what every task is in, with the numbers of Linux's first ones (include/linux/proc_ns.h).
var namespaces = []struct {
	name, kind string
	ino        uint64
}{
	{"cgroup", "cgroup", 4026531835}, {"ipc", "ipc", 4026531839}, {"mnt", "mnt", 4026531841}, {"net", "net", 4026531840},
	{"pid", "pid", 4026531836}, {"pid_for_children", "pid", 4026531836}, {"time", "time", 4026531834},
	{"time_for_children", "time", 4026531834}, {"user", "user", 4026531837}, {"uts", "uts", 4026531838},
}

// nsFS is the file system of what the links in /proc/PID/ns lead to (nsfs).
type nsFS struct{ mount *fs.Mount }

// nsInode is one namespace: it can be opened, but nothing can be done with it (setns(2) is for who may change it).
type nsInode struct {
	fs.Attributes
}

// Open implements fs.Inode.
func (*nsInode) Open(_ *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	if flags&linux.O_ACCMODE != linux.O_RDONLY {
		return nil, linux.EPERM
	}
	return fs.UnsupportedFile{}, 0
}

// SetAttr implements fs.Inode.
func (*nsInode) SetAttr(*fs.Caller, *fs.SetAttr) linux.Errno { return linux.EPERM }

func newNSFS() *nsFS {
	f := &nsFS{}
	f.mount = fs.NewInternalMount(f)
	return f
}

// Root implements fs.Superblock: there is no directory.
func (*nsFS) Root() fs.Inode { return nil }

// Type implements fs.Superblock.
func (*nsFS) Type() string { return "nsfs" }

// Statfs implements fs.Superblock.
func (*nsFS) Statfs() (linux.Statfs, linux.Errno) {
	return linux.Statfs{Type: linux.NSFS_MAGIC, Bsize: 4096, Frsize: 4096, Namelen: linux.NAME_MAX}, 0
}

// nsEntry is /proc/PID/ns.
func (f *FS) nsEntry() *entry {
	links := newNSFS()
	inodes := map[string]*nsInode{}
	d := dir("ns", 0o511)
	for _, n := range namespaces {
		if inodes[n.kind] == nil {
			inodes[n.kind] = &nsInode{}
			inodes[n.kind].SetStat(linux.Stat{Dev: f.dev + 1<<20, Ino: n.ino, Mode: linux.S_IFREG | 0o444, Nlink: 1,
				Blksize: 4096, Atime: f.boot, Mtime: f.boot, Ctime: f.boot})
		}
		name, inode := fmt.Sprintf("%s:[%d]", n.kind, n.ino), inodes[n.kind]
		e := link(n.name, func(*view) (string, linux.Errno) { return name, 0 }).secret()
		e.place = func(*view) (fs.Path, linux.Errno) { return links.mount.Anonymous(name, inode) }
		d.dir = append(d.dir, e)
	}
	return d
}
