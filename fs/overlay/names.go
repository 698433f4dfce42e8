package overlay

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Lookup finds a name: among the changes first, then in the lower directory.
func (n *node) Lookup(c *fs.Caller, name string) (fs.Inode, linux.Errno) {
	child, errno := n.lookup(c, name)
	if errno != 0 {
		return nil, errno
	}
	return child, 0
}

func (n *node) lookup(c *fs.Caller, name string) (*node, linux.Errno) {
	if !n.isDir() {
		return nil, linux.ENOTDIR
	}
	n.sb.mu.RLock()
	child, changed := n.changes[name]
	n.sb.mu.RUnlock()
	switch {
	case child != nil:
		return child, 0
	case changed || n.lower == nil:
		return nil, linux.ENOENT
	}
	lower, errno := n.lower.Lookup(inner(c), name)
	if errno != 0 {
		return nil, errno
	}
	return n.sb.nodeOf(lower, n)
}

// inLower reports whether the lower directory has the name, which must then be covered by a whiteout.
func (n *node) inLower(c *fs.Caller, name string) bool {
	if n.lower == nil {
		return false
	}
	_, errno := n.lower.Lookup(inner(c), name)
	return errno != linux.ENOENT
}

// put has name lead to child. sb.mu is held.
func (n *node) put(name string, child *node) {
	if n.changes == nil {
		n.changes = map[string]*node{}
	}
	n.changes[name] = child
	if child != nil && child.isDir() {
		child.parent = n
	}
	n.keep()
}

// take has name lead nowhere; covered says that the lower directory has it. sb.mu is held.
func (n *node) take(name string, covered bool) {
	if covered {
		n.put(name, nil)
	} else {
		delete(n.changes, name)
	}
}

// touch notes the time of a change of the directory's names; it has been copied up.
func (n *node) touch(c *fs.Caller) {
	in := inner(c)
	now := in.Now()
	if up := n.copied(); up != nil {
		_ = up.SetAttr(in, &fs.SetAttr{Mask: fs.AttrMtime, Mtime: now, Ctime: now})
	}
}

// change prepares a directory for a change of its names: it is copied up, for its times.
func (n *node) change(c *fs.Caller) linux.Errno {
	if !n.isDir() {
		return linux.ENOTDIR
	}
	_, errno := n.copyUp(c, 0)
	return errno
}

// Create makes a file in the store and a name for it here.
func (n *node) Create(c *fs.Caller, name string, spec *fs.CreateSpec) (fs.Inode, linux.Errno) {
	if errno := n.change(c); errno != 0 {
		return nil, errno
	}
	if errno := n.free(c, name); errno != 0 {
		return nil, errno
	}
	ino := n.sb.number()
	up, errno := n.sb.store.Create(c, storeName(ino), spec)
	if errno != 0 {
		return nil, errno
	}
	kind := spec.Mode & linux.S_IFMT
	if kind == 0 {
		kind = linux.S_IFREG
	}
	child := n.sb.newNode(ino, kind, up, nil)
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	if n.links <= 0 {
		child.links = 0
		child.discard()
		return nil, linux.ENOENT
	}
	n.put(name, child)
	if child.isDir() {
		n.links++
	}
	n.touch(c)
	return child, 0
}

// free answers EEXIST for a name that is taken.
func (n *node) free(c *fs.Caller, name string) linux.Errno {
	switch _, errno := n.lookup(c, name); errno {
	case 0:
		return linux.EEXIST
	case linux.ENOENT:
		return 0
	default:
		return errno
	}
}

// Tmpfile makes a file without a name (O_TMPFILE). It has its place in the store like any other.
func (n *node) Tmpfile(c *fs.Caller, spec *fs.CreateSpec, flags uint32) (fs.Inode, linux.Errno) {
	ino := n.sb.number()
	up, errno := n.sb.store.Create(c, storeName(ino), spec)
	if errno != 0 {
		return nil, errno
	}
	child := n.sb.newNode(ino, linux.S_IFREG, up, nil)
	child.links, child.nameless = 0, flags&linux.O_EXCL == 0
	return child, 0
}

// Link gives a file another name, or one made by Tmpfile its first.
func (n *node) Link(c *fs.Caller, name string, target fs.Inode) linux.Errno {
	t, ok := target.(*node)
	if !ok || t.sb != n.sb {
		return linux.EXDEV
	}
	if t.isDir() {
		return linux.EPERM
	}
	if errno := n.change(c); errno != 0 {
		return errno
	}
	if errno := n.free(c, name); errno != 0 {
		return errno
	}
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	if n.links <= 0 || t.links <= 0 && !t.nameless {
		return linux.ENOENT
	}
	t.links, t.nameless = t.links+1, false
	n.put(name, t)
	t.renamed(c)
	n.touch(c)
	return 0
}

// Remove takes a name away.
func (n *node) Remove(c *fs.Caller, name string, directory bool) linux.Errno {
	child, errno := n.lookup(c, name)
	if errno != 0 {
		return errno
	}
	switch {
	case directory && !child.isDir():
		return linux.ENOTDIR
	case !directory && child.isDir():
		return linux.EISDIR
	}
	if errno := n.change(c); errno != 0 {
		return errno
	}
	if errno := child.vacant(c); errno != 0 {
		return errno
	}
	covered := n.inLower(c, name)
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	n.take(name, covered)
	if child.isDir() {
		n.links--
	}
	child.unlinked(c)
	n.touch(c)
	return 0
}

// vacant answers ENOTEMPTY for a directory with names in it.
func (n *node) vacant(c *fs.Caller) linux.Errno {
	if !n.isDir() {
		return 0
	}
	entries, errno := n.entries(c)
	if errno == 0 && len(entries) > 0 {
		return linux.ENOTEMPTY
	}
	return errno
}
