package overlay

import (
	"slices"
	"strings"
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// dir is an open directory: a merged snapshot that is taken at the first read and again after a rewind.
type dir struct {
	fs.DirFile // answers all but ReadDir
	node       *node

	mu       sync.Mutex
	snapshot *fs.DirFile
}

// ReadDir emits the entries from a cookie on.
func (d *dir) ReadDir(c *fs.Caller, cookie int64, emit func(fs.DirEntry) bool) linux.Errno {
	s, errno := d.listing(c, cookie == 0)
	if errno != 0 {
		return errno
	}
	return s.ReadDir(c, cookie, emit)
}

func (d *dir) listing(c *fs.Caller, fresh bool) (*fs.DirFile, linux.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.snapshot != nil && !fresh {
		return d.snapshot, 0
	}
	entries, errno := d.node.entries(c)
	if errno != 0 {
		return nil, errno
	}
	d.snapshot = fs.NewDirFile(d.node.ino, d.node.parentIno(), entries)
	return d.snapshot, 0
}

// parentIno is the inode number of "..", which is the directory itself at the root.
func (n *node) parentIno() uint64 {
	n.sb.mu.RLock()
	defer n.sb.mu.RUnlock()
	if n.parent == nil {
		return n.ino
	}
	return n.parent.ino
}

// entries merges the names of both layers, sorted, without "." and "..".
func (n *node) entries(c *fs.Caller) ([]fs.DirEntry, linux.Errno) {
	all, errno := n.lowerEntries(c)
	if errno != 0 {
		return nil, errno
	}
	n.sb.mu.RLock()
	defer n.sb.mu.RUnlock()
	all = slices.DeleteFunc(all, func(e fs.DirEntry) bool {
		_, changed := n.changes[e.Name]
		return changed
	})
	for name, child := range n.changes {
		if child != nil {
			all = append(all, fs.DirEntry{Name: name, Ino: child.ino, Type: uint8(child.kind >> 12)})
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name, b.Name) })
	return all, 0
}

// lowerEntries lists the lower directory, with the overlay's inode numbers.
func (n *node) lowerEntries(c *fs.Caller) (all []fs.DirEntry, errno linux.Errno) {
	if n.lower == nil {
		return nil, 0
	}
	in := inner(c)
	ops, errno := n.lower.Open(in, linux.O_RDONLY|linux.O_DIRECTORY)
	if errno != 0 {
		return nil, errno
	}
	defer ops.Release(in)
	reader, ok := ops.(fs.DirReader)
	if !ok {
		return nil, linux.ENOTDIR
	}
	errno = reader.ReadDir(in, 0, func(e fs.DirEntry) bool {
		if e.Name != "." && e.Name != ".." {
			e.Ino *= 2
			all = append(all, e)
		}
		return true
	})
	return all, errno
}
