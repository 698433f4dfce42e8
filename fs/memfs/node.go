package memfs

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// node is what all kinds of files have.
type node struct {
	fs.Unsupported
	fs  *FS
	ino uint64

	mu                         sync.Mutex // guards the rest
	mode, nlink, uid, gid      uint32
	atime, mtime, ctime, btime linux.Timespec
	xattrs                     map[string][]byte
	holds                      int  // open files
	tmpfile                    bool // Link may give it a first name
	evicted                    bool
}

// inode is any kind of file of this file system.
type inode interface {
	fs.Inode
	base() *node
	// free gives the storage back when neither a name nor an open file is left.
	free()
}

func (m *FS) newNode(spec *fs.CreateSpec, now linux.Timespec) node {
	return node{
		fs: m, ino: m.lastIno.Add(1), mode: spec.Mode, uid: spec.UID, gid: spec.GID, nlink: 1,
		atime: now, mtime: now, ctime: now, btime: now,
	}
}

func (n *node) base() *node { return n }

// stat gives what all kinds have in common.
func (n *node) stat() linux.Stat {
	n.mu.Lock()
	defer n.mu.Unlock()
	return linux.Stat{
		Dev: n.fs.opts.Dev, Ino: n.ino, Mode: n.mode, Nlink: n.nlink, UID: n.uid, GID: n.gid, Blksize: pageSize,
		Atime: n.atime, Mtime: n.mtime, Ctime: n.ctime, Btime: n.btime,
	}
}

// SetAttr implements fs.Inode but for the size.
func (n *node) SetAttr(_ *fs.Caller, set *fs.SetAttr) linux.Errno {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.setLocked(set)
	return 0
}

func (n *node) setLocked(set *fs.SetAttr) {
	if set.Mask&fs.AttrMode != 0 {
		n.mode = n.mode&linux.S_IFMT | set.Mode
	}
	if set.Mask&fs.AttrUID != 0 {
		n.uid = set.UID
	}
	if set.Mask&fs.AttrGID != 0 {
		n.gid = set.GID
	}
	if set.Mask&fs.AttrAtime != 0 {
		n.atime = set.Atime
	}
	if set.Mask&fs.AttrMtime != 0 {
		n.mtime = set.Mtime
	}
	n.ctime = set.Ctime
}

// changed notes a change of contents: mtime and ctime, and a write takes privileges off the mode.
func (n *node) changed(c *fs.Caller) {
	now := c.Now()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.mtime, n.ctime = now, now
	n.mode = c.StripPrivileges(n.mode, n.gid)
}

// relinked notes a change of the links.
func (n *node) relinked(by int, now linux.Timespec) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.nlink = uint32(int(n.nlink) + by)
	n.ctime = now
}

// touchDir notes a change of a directory's entries, and of its number of sub-directories.
func (n *node) touchDir(subdirs int, now linux.Timespec) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.nlink = uint32(int(n.nlink) + subdirs)
	n.mtime, n.ctime = now, now
}

// relatime is how old atime may get though nothing was written since, in seconds.
const relatime = 24 * 60 * 60

// accessed notes a read as mount(8)'s relatime does: if atime is not younger than the last change, or a day old.
func (n *node) accessed(c *fs.Caller) {
	now := c.Now()
	n.mu.Lock()
	defer n.mu.Unlock()
	if !before(n.mtime, n.atime) || !before(n.ctime, n.atime) || now.Sec-n.atime.Sec >= relatime {
		n.atime = now
	}
}

func before(a, b linux.Timespec) bool {
	return a.Sec < b.Sec || a.Sec == b.Sec && a.Nsec < b.Nsec
}

// Hold implements fs.Held.
func (n *node) Hold() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.holds++
}

// drop lets go of an open file, or of nothing to look whether the last name has gone; it gives storage back.
func drop(i inode, holds int) {
	n := i.base()
	n.mu.Lock()
	n.holds -= holds
	last := n.holds == 0 && n.nlink == 0 && !n.evicted
	if last {
		n.evicted = true
	}
	n.mu.Unlock()
	if !last {
		return
	}
	i.free()
	n.fs.chargeFile(-1)
	n.fs.charge(-n.xattrBytes())
}

// stale reports a file whose storage has gone.
func (n *node) stale() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.evicted
}

func (n *node) xattrBytes() (sum int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, value := range n.xattrs {
		sum += int64(len(name) + len(value))
	}
	return sum
}

// xattrSpace reports the name spaces that tmpfs keeps.
func xattrSpace(name string) bool {
	space, _, _ := strings.Cut(name, ".")
	return space == "user" || space == "trusted" || space == "security"
}

// Getxattr implements fs.Inode.
func (n *node) Getxattr(_ *fs.Caller, name string) ([]byte, linux.Errno) {
	if !xattrSpace(name) {
		return nil, linux.EOPNOTSUPP
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	value, ok := n.xattrs[name]
	if !ok {
		return nil, linux.ENODATA
	}
	return value, 0
}

// Setxattr implements fs.Inode.
func (n *node) Setxattr(c *fs.Caller, name string, value []byte, flags uint32) linux.Errno {
	if !xattrSpace(name) {
		return linux.EOPNOTSUPP
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	old, exists := n.xattrs[name]
	switch {
	case exists && flags&linux.XATTR_CREATE != 0:
		return linux.EEXIST
	case !exists && flags&linux.XATTR_REPLACE != 0:
		return linux.ENODATA
	}
	grown := int64(len(value) - len(old))
	if !exists {
		grown += int64(len(name))
	}
	if !n.fs.charge(grown) {
		return linux.ENOSPC
	}
	if n.xattrs == nil {
		n.xattrs = map[string][]byte{}
	}
	n.xattrs[name] = slices.Clone(value)
	n.ctime = c.Now()
	return 0
}

// Listxattr implements fs.Inode. The names are sorted.
func (n *node) Listxattr(*fs.Caller) ([]string, linux.Errno) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Sorted(maps.Keys(n.xattrs)), 0
}

// Removexattr implements fs.Inode.
func (n *node) Removexattr(c *fs.Caller, name string) linux.Errno {
	if !xattrSpace(name) {
		return linux.EOPNOTSUPP
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	old, ok := n.xattrs[name]
	if !ok {
		return linux.ENODATA
	}
	n.fs.charge(-int64(len(name) + len(old)))
	delete(n.xattrs, name)
	n.ctime = c.Now()
	return 0
}
