package memfs

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Create implements fs.Inode.
func (d *dir) Create(c *fs.Caller, name string, spec *fs.CreateSpec) (fs.Inode, linux.Errno) {
	now := c.Now()
	d.fs.names.Lock()
	defer d.fs.names.Unlock()
	if errno := d.vacant(name); errno != 0 {
		return nil, errno
	}
	i, errno := d.fs.make(spec, now)
	if errno != 0 {
		return nil, errno
	}
	subdirs := 0
	if child, ok := i.(*dir); ok {
		child.parent, child.nlink, subdirs = d, 2, 1
	}
	d.put(name, i)
	d.touchDir(subdirs, now)
	return i, 0
}

// vacant checks that a name may be added: the directory is still there, the name is not yet.
func (d *dir) vacant(name string) linux.Errno {
	switch {
	case d.gone():
		return linux.ENOENT
	case d.entries[name] != nil:
		return linux.EEXIST
	}
	return 0
}

// gone reports a directory that was removed, with names held.
func (d *dir) gone() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.nlink == 0
}

// make makes a file of any kind, and counts it.
func (m *FS) make(spec *fs.CreateSpec, now linux.Timespec) (inode, linux.Errno) {
	if !m.chargeFile(1) {
		return nil, linux.ENOSPC
	}
	switch spec.Mode & linux.S_IFMT {
	case linux.S_IFDIR:
		return m.newDir(spec, now), 0
	case linux.S_IFREG:
		return &file{node: m.newNode(spec, now)}, 0
	case linux.S_IFLNK:
		if !m.charge(int64(len(spec.Target))) {
			m.chargeFile(-1)
			return nil, linux.ENOSPC
		}
		return &symlink{node: m.newNode(spec, now), target: spec.Target}, 0
	}
	return &special{node: m.newNode(spec, now), rdev: spec.Rdev, socket: spec.Socket}, 0
}

// Tmpfile implements fs.TmpfileMaker.
func (d *dir) Tmpfile(c *fs.Caller, spec *fs.CreateSpec, flags uint32) (fs.Inode, linux.Errno) {
	i, errno := d.fs.make(spec, c.Now())
	if errno != 0 {
		return nil, errno
	}
	i.base().nlink = 0
	i.base().tmpfile = flags&linux.O_EXCL == 0
	return i, 0
}

// Link implements fs.Inode. Each further name counts as a file, or names would be without limit.
func (d *dir) Link(c *fs.Caller, name string, target fs.Inode) linux.Errno {
	i, ok := target.(inode)
	if !ok || i.base().fs != d.fs {
		return linux.EXDEV
	}
	now := c.Now()
	d.fs.names.Lock()
	defer d.fs.names.Unlock()
	if errno := d.vacant(name); errno != 0 {
		return errno
	}
	if errno := i.base().link(now); errno != 0 {
		return errno
	}
	d.put(name, i)
	d.touchDir(0, now)
	return 0
}

// link adds a link to a file that has some, or that was made with O_TMPFILE.
func (n *node) link(now linux.Timespec) linux.Errno {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.nlink == 0 && !n.tmpfile || n.evicted:
		return linux.ENOENT
	case n.nlink > 0 && !n.fs.chargeFile(1):
		return linux.ENOSPC
	}
	n.nlink++
	n.ctime = now
	return 0
}

// unlink takes a link away.
func (n *node) unlink(now linux.Timespec) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.nlink--
	n.ctime = now
	if n.nlink > 0 {
		n.fs.chargeFile(-1)
	}
}

// Remove implements fs.Inode.
func (d *dir) Remove(c *fs.Caller, name string, _ bool) linux.Errno {
	now := c.Now()
	d.fs.names.Lock()
	defer d.fs.names.Unlock()
	e := d.entries[name]
	if e == nil {
		return linux.ENOENT
	}
	i := e.inode
	if child, ok := i.(*dir); ok && len(child.entries) > 0 {
		return linux.ENOTEMPTY
	}
	d.take(name)
	d.touchDir(-d.bury(i, now), now)
	return 0
}

// bury takes the name of i from its link count; it gives how many sub-directories the parent has lost.
func (d *dir) bury(i inode, now linux.Timespec) (subdirs int) {
	if child, ok := i.(*dir); ok {
		child.relinked(-2, now)
		subdirs = 1
	} else {
		i.base().unlink(now)
	}
	drop(i, 0)
	return subdirs
}

// Rename implements fs.Inode.
func (d *dir) Rename(c *fs.Caller, name string, to fs.Inode, toName string, flags uint32) linux.Errno {
	t, ok := to.(*dir)
	if !ok || t.fs != d.fs {
		return linux.EXDEV
	}
	now := c.Now()
	d.fs.names.Lock()
	defer d.fs.names.Unlock()
	from, over := d.entries[name], t.entries[toName]
	switch {
	case from == nil || t.gone():
		return linux.ENOENT
	case flags&linux.RENAME_EXCHANGE != 0:
		return d.exchange(from, t, over, now)
	case over != nil:
		if errno := t.replaceable(over, flags); errno != 0 {
			return errno
		}
	}
	if flags&linux.RENAME_WHITEOUT != 0 && !d.fs.chargeFile(1) {
		return linux.ENOSPC
	}
	lost := 0
	if over != nil {
		victim := over.inode
		t.take(toName)
		lost = t.bury(victim, now)
	}
	d.move(from, t, toName, lost, now)
	if flags&linux.RENAME_WHITEOUT != 0 {
		d.put(name, &special{node: d.fs.newNode(&fs.CreateSpec{Mode: linux.S_IFCHR}, now)})
	}
	return 0
}

// replaceable checks that a rename may take over's place.
func (d *dir) replaceable(over *entry, flags uint32) linux.Errno {
	if flags&linux.RENAME_NOREPLACE != 0 {
		return linux.EEXIST
	}
	if victim, ok := over.inode.(*dir); ok && len(victim.entries) > 0 {
		return linux.ENOTEMPTY
	}
	return 0
}

// move gives an entry of d another name, in t, which has lost a number of sub-directories meanwhile. In one
// directory the entry keeps its place, so that a loop of readdir and rename does not see it again.
func (d *dir) move(from *entry, t *dir, name string, lost int, now linux.Timespec) {
	i := from.inode
	i.base().relinked(0, now)
	if d == t {
		delete(d.entries, from.name)
		from.name = name
		d.entries[name] = from
		d.touchDir(-lost, now)
		return
	}
	d.take(from.name)
	t.put(name, i)
	moved := 0
	if child, ok := i.(*dir); ok {
		child.parent, moved = t, 1
	}
	d.touchDir(-moved, now)
	t.touchDir(moved-lost, now)
}

// exchange swaps what two entries stand for (RENAME_EXCHANGE).
func (d *dir) exchange(a *entry, t *dir, b *entry, now linux.Timespec) linux.Errno {
	if b == nil {
		return linux.ENOENT
	}
	a.inode, b.inode = b.inode, a.inode
	a.inode.base().relinked(0, now)
	b.inode.base().relinked(0, now)
	here, there := adopt(d, a.inode), adopt(t, b.inode)
	if d == t {
		here, there = 0, 0
	}
	d.touchDir(here-there, now)
	t.touchDir(there-here, now)
	return 0
}

// adopt makes d the parent of i, if it is a directory: 1, else 0.
func adopt(d *dir, i inode) int {
	child, ok := i.(*dir)
	if !ok {
		return 0
	}
	child.parent = d
	return 1
}
