package fs

import (
	"sync"
	"sync/atomic"
	"weak"

	"muslrun/arch/linux"
)

// Dentry is a name that was looked up: one component, its parent, and the inode it leads to. There are no negative
// dentries. A parent knows its children by weak pointers: a dentry lives as long as something stands on it (an open
// file, a working directory, a mount, a child), and while it lives the name has only this one.
type Dentry struct {
	tree      *tree
	inode     Inode
	kind      uint32       // linux.S_IF*
	anonymous bool         // name is shown as it is, and leads nowhere
	serial    uint64       // orders the locks of unrelated directories
	mounted   atomic.Int32 // how many mounts are on it
	opens     atomic.Int32 // how many descriptions stand on it

	// dir orders the changes to a directory (i_rwsem): shared by lookups, exclusive to whoever adds or takes names.
	dir sync.RWMutex

	// Guarded by tree.mu.
	name     string
	parent   *Dentry
	dead     bool // the name has been removed
	children map[string]weak.Pointer[Dentry]
	sweepAt  int // the number of children at which dead pointers are swept out
}

// tree is what the VFS keeps of one file system: the names in use. All mounts of the file system share it.
type tree struct {
	sb        Superblock
	exclusive bool
	root      *Dentry
	// moving is held by renames across directories (s_vfs_rename_mutex): ancestry does not change meanwhile.
	moving  sync.Mutex
	mu      sync.RWMutex
	watches watches
}

// Exclusive is an ability of a Superblock: its names change only through the VFS, so that a name that was found once
// stays until the VFS removes it. Other file systems are asked again at each step of a walk.
type Exclusive interface {
	Exclusive() bool
}

var dentrySerial atomic.Uint64

func newTree(sb Superblock) *tree {
	t := &tree{sb: sb}
	if e, ok := sb.(Exclusive); ok {
		t.exclusive = e.Exclusive()
	}
	if root := sb.Root(); root != nil {
		t.root, _ = t.newDentry(nil, "/", root)
	}
	return t
}

// newDentry makes a dentry; the caller puts it among its parent's children.
func (t *tree) newDentry(parent *Dentry, name string, inode Inode) (*Dentry, linux.Errno) {
	st, errno := inode.Stat()
	if errno != 0 {
		return nil, errno
	}
	return &Dentry{
		tree: t, inode: inode, kind: st.Mode & linux.S_IFMT, serial: dentrySerial.Add(1), name: name, parent: parent,
	}, 0
}

// place gives the parent and the name of d now.
func (d *Dentry) place() (*Dentry, string) {
	d.tree.mu.RLock()
	defer d.tree.mu.RUnlock()
	return d.parent, d.name
}

func (d *Dentry) isDead() bool {
	d.tree.mu.RLock()
	defer d.tree.mu.RUnlock()
	return d.dead
}

// cached gives the living child of that name, or nil.
func (d *Dentry) cached(name string) *Dentry {
	d.tree.mu.RLock()
	defer d.tree.mu.RUnlock()
	return d.children[name].Value()
}

// lookup finds a child, among those it knows if it may trust them. The caller has checked that d is a directory and
// may be searched.
func (d *Dentry) lookup(c *Caller, name string, trust bool) (*Dentry, linux.Errno) {
	if len(name) > linux.NAME_MAX {
		return nil, linux.ENAMETOOLONG
	}
	if d.tree.exclusive && trust {
		if child := d.cached(name); child != nil {
			return child, 0
		}
	}
	d.dir.RLock()
	defer d.dir.RUnlock()
	return d.lookupLocked(c, name)
}

// lookupLocked asks the file system for a name, with d.dir held.
func (d *Dentry) lookupLocked(c *Caller, name string) (*Dentry, linux.Errno) {
	if len(name) > linux.NAME_MAX {
		return nil, linux.ENAMETOOLONG
	}
	inode, errno := d.inode.Lookup(c, name)
	if errno == linux.ENOENT {
		d.drop(name)
	}
	if errno != 0 {
		return nil, errno
	}
	return d.attach(name, inode)
}

// attach gives the child's dentry for an inode that the file system has found or made, with d.dir held.
func (d *Dentry) attach(name string, inode Inode) (*Dentry, linux.Errno) {
	old := d.cached(name)
	if old != nil && (old.inode == inode || old.mounted.Load() > 0) {
		return old, 0
	}
	fresh, errno := d.tree.newDentry(d, name, inode)
	if errno != 0 {
		return nil, errno
	}
	replaced := old != nil && !sameFile(old.inode, inode)
	d.tree.mu.Lock()
	defer d.tree.mu.Unlock()
	if now := d.children[name].Value(); now != nil && now != old {
		return now, 0 // another lookup was faster
	}
	if replaced {
		old.dead = true
	}
	d.adopt(fresh)
	return fresh, 0
}

// sameFile reports whether two inode objects stand for one file: some file systems make a new object at each lookup.
func sameFile(a, b Inode) bool {
	x, errno := a.Stat()
	if errno != 0 {
		return false
	}
	y, errno := b.Stat()
	return errno == 0 && x.Ino == y.Ino && x.Dev == y.Dev && x.Mode&linux.S_IFMT == y.Mode&linux.S_IFMT
}

// adopt puts child among the children, with tree.mu held, and now and then sweeps out names that nobody stands on.
func (d *Dentry) adopt(child *Dentry) {
	if len(d.children) >= d.sweepAt {
		d.sweep()
	}
	d.children[child.name] = weak.Make(child)
}

func (d *Dentry) sweep() {
	for name, w := range d.children {
		if w.Value() == nil {
			delete(d.children, name)
		}
	}
	if d.children == nil {
		d.children = map[string]weak.Pointer[Dentry]{}
	}
	d.sweepAt = 2*len(d.children) + 16
}

// drop forgets a name that is gone, with d.dir held.
func (d *Dentry) drop(name string) {
	d.tree.mu.Lock()
	defer d.tree.mu.Unlock()
	if child := d.children[name].Value(); child != nil {
		child.dead = true
	}
	delete(d.children, name)
}

// isAncestor reports whether d is a or above it.
func (d *Dentry) isAncestor(a *Dentry) bool {
	d.tree.mu.RLock()
	defer d.tree.mu.RUnlock()
	for ; a != nil; a = a.parent {
		if a == d {
			return true
		}
	}
	return false
}
