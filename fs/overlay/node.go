package overlay

import (
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// node is a file of the overlay.
type node struct {
	sb       *Superblock
	ino      uint64
	kind     uint32   // file type
	lower    fs.Inode // nil if the guest has made the file
	lowerIno uint64

	// Guarded by sb.mu.
	links    int64            // st_nlink
	holds    int              // open descriptions
	nameless bool             // made without a name, and may get one
	parent   *node            // of a directory; nil for the root
	changes  map[string]*node // of a directory: names that differ from lower; nil nodes are whiteouts
	changed  linux.Timespec   // ctime of a file that has lost or gained names without being copied up; 0 if none

	copying sync.Mutex
	upper   atomic.Pointer[fs.Inode] // the copy in the store
}

func (n *node) isDir() bool { return n.kind == linux.S_IFDIR }

// copied is the file in the store, or nil.
func (n *node) copied() fs.Inode {
	if up := n.upper.Load(); up != nil {
		return *up
	}
	return nil
}

// layer is the inode that has the file's contents and attributes now.
func (n *node) layer() fs.Inode {
	if up := n.copied(); up != nil {
		return up
	}
	return n.lower
}

// Stat takes everything but the identity from the layer.
func (n *node) Stat() (linux.Stat, linux.Errno) {
	layer := n.layer()
	st, errno := layer.Stat()
	if errno != 0 {
		return st, errno
	}
	st.Dev, st.Ino = n.sb.dev, n.ino
	n.sb.mu.RLock()
	defer n.sb.mu.RUnlock()
	st.Nlink = uint32(max(n.links, 0))
	if layer == n.lower && n.changed != (linux.Timespec{}) {
		st.Ctime = n.changed
	}
	return st, 0
}

// SetAttr copies the file up: of what is cut off, nothing.
func (n *node) SetAttr(c *fs.Caller, set *fs.SetAttr) linux.Errno {
	size := wholeFile
	if set.Mask&fs.AttrSize != 0 {
		size = set.Size
	}
	up, errno := n.copyUp(c, size)
	if errno != 0 {
		return errno
	}
	return up.SetAttr(c, set)
}

// Readlink asks the layer.
func (n *node) Readlink(c *fs.Caller) (string, linux.Errno) { return n.layer().Readlink(c) }

// Getxattr asks the layer.
func (n *node) Getxattr(c *fs.Caller, name string) ([]byte, linux.Errno) {
	return n.layer().Getxattr(c, name)
}

// Listxattr asks the layer.
func (n *node) Listxattr(c *fs.Caller) ([]string, linux.Errno) { return n.layer().Listxattr(c) }

// Setxattr copies the file up.
func (n *node) Setxattr(c *fs.Caller, name string, value []byte, flags uint32) linux.Errno {
	up, errno := n.copyUp(c, wholeFile)
	if errno != 0 {
		return errno
	}
	return up.Setxattr(c, name, value, flags)
}

// Removexattr copies the file up, if it has the attribute.
func (n *node) Removexattr(c *fs.Caller, name string) linux.Errno {
	if _, errno := n.Getxattr(c, name); errno != 0 {
		return errno
	}
	up, errno := n.copyUp(c, wholeFile)
	if errno != 0 {
		return errno
	}
	return up.Removexattr(c, name)
}

// Open opens the layer; regular files are copied up first if they are opened for writing.
func (n *node) Open(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	switch n.kind {
	case linux.S_IFDIR:
		if flags&linux.O_ACCMODE != linux.O_RDONLY {
			return nil, linux.EISDIR
		}
		return &dir{node: n}, 0
	case linux.S_IFREG:
		return n.openFile(c, flags)
	}
	return n.layer().Open(c, flags)
}

// renamed notes the time at which a file lost or gained a name. sb.mu is held.
func (n *node) renamed(c *fs.Caller) {
	in := inner(c)
	if up := n.copied(); up != nil {
		_ = up.SetAttr(in, &fs.SetAttr{Ctime: in.Now()})
		return
	}
	n.changed = in.Now()
	n.keep()
}

// keep has the superblock remember a lower file that is not as it was. sb.mu is held.
func (n *node) keep() {
	if n.lower != nil && n.links > 0 {
		n.sb.kept[n.lowerIno] = n
	}
}

// unlinked settles the loss of a name; what has no name left lives in open descriptions only. sb.mu is held.
func (n *node) unlinked(c *fs.Caller) {
	if n.links--; n.isDir() {
		n.links = 0
	}
	n.renamed(c)
	if n.links <= 0 {
		delete(n.sb.kept, n.lowerIno)
		n.discard()
	}
}

// Hold counts an open description.
func (n *node) Hold() {
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	n.holds++
}

// Drop lets go of an open description.
func (n *node) Drop() {
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	n.holds--
	n.discard()
}

// discard takes a copy out of the store that neither a name nor an open description leads to. sb.mu is held.
func (n *node) discard() {
	if n.links <= 0 && n.holds <= 0 && n.copied() != nil {
		_ = n.sb.store.Remove(inner(nil), storeName(n.ino), n.isDir())
	}
}

// Socket is what the name of a socket was made with.
func (n *node) Socket() any {
	if s, ok := n.layer().(fs.SocketName); ok {
		return s.Socket()
	}
	return nil
}
