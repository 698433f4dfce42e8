package fs

import (
	"slices"
	"sync"

	"muslrun/arch/linux"
)

// Namespace is a tree of mounts (mount_namespaces(7)).
type Namespace struct {
	mu     sync.RWMutex
	root   *Mount
	mounts []*Mount // in the order of mounting
	over   map[Path]*Mount
	trees  map[Superblock]*tree
	lastID int
}

// NewNamespace makes a tree with one mount, root, whose source is its type.
func NewNamespace(root Superblock) *Namespace {
	n := &Namespace{over: map[Path]*Mount{}, trees: map[Superblock]*tree{}}
	t := n.treeOf(root)
	n.root = n.newMount(t, t.root, 0, root.Type())
	return n
}

// Root is the top of the tree.
func (n *Namespace) Root() Path {
	return n.cross(Path{n.root, n.root.root})
}

// treeOf gives the names of a file system. It is asked for its root without a lock.
func (n *Namespace) treeOf(sb Superblock) *tree {
	n.mu.RLock()
	t := n.trees[sb]
	n.mu.RUnlock()
	if t == nil {
		t = newTree(sb)
	}
	return t
}

func (n *Namespace) newMount(t *tree, root *Dentry, flags MountFlags, source string) *Mount {
	n.lastID++
	m := &Mount{ns: n, tree: t, root: root, id: n.lastID, source: source}
	n.trees[t.sb] = t
	m.flags.Store(uint32(flags))
	n.mounts = append(n.mounts, m)
	return m
}

// Mount puts a file system over the directory at, or over a file if its root is not a directory.
func (n *Namespace) Mount(at Path, sb Superblock, flags MountFlags, source string) (*Mount, linux.Errno) {
	t := n.treeOf(sb)
	if t.root == nil {
		return nil, linux.EINVAL
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if known := n.trees[sb]; known != nil {
		t = known
	}
	return n.attach(at, t, t.root, flags, source)
}

// Bind shows what is at from, a directory with what is below it or a single file, at another place too.
func (n *Namespace) Bind(at, from Path, flags MountFlags) (*Mount, linux.Errno) {
	if from.Mount.ns != n || from.Dentry.isDead() {
		return nil, linux.EINVAL
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.attach(at, from.Mount.tree, from.Dentry, flags, from.Mount.source)
}

// maxMounts bounds a namespace, as the sysctl fs.mount-max does.
const maxMounts = 4096

func (n *Namespace) attach(at Path, t *tree, top *Dentry, flags MountFlags, source string) (*Mount, linux.Errno) {
	switch {
	case at.Mount.ns != n || at.Mount.detached:
		return nil, linux.EINVAL
	case at.IsDir() != (top.kind == linux.S_IFDIR):
		return nil, linux.ENOTDIR
	case at.Dentry.isDead():
		return nil, linux.ENOENT
	case len(n.mounts) >= maxMounts:
		return nil, linux.ENOSPC
	}
	for n.over[at] != nil { // somebody was faster, or at was not looked up: the newest mount is on top
		m := n.over[at]
		at = Path{m, m.root}
	}
	m := n.newMount(t, top, flags, source)
	m.at = at
	n.over[at] = m
	at.Dentry.mounted.Add(1)
	return m, 0
}

// Remount changes the options of the mount whose top is p (MS_REMOUNT).
func (n *Namespace) Remount(p Path, flags MountFlags) linux.Errno {
	if p.Mount.ns != n || p.Dentry != p.Mount.root {
		return linux.EINVAL
	}
	p.Mount.flags.Store(uint32(flags))
	return 0
}

// Unmount takes away the mount whose top is p (umount2(2)). It is EBUSY while other mounts or open files are on it,
// unless detach (MNT_DETACH), which takes the mounts below along and lets open files live on.
func (n *Namespace) Unmount(p Path, detach bool) linux.Errno {
	n.mu.Lock()
	defer n.mu.Unlock()
	m := p.Mount
	if m.ns != n || p.Dentry != m.root || m.detached || m == n.root {
		return linux.EINVAL
	}
	if !detach && (m.files.Load() > 0 || n.hasChildren(m)) {
		return linux.EBUSY
	}
	n.detach(m)
	return 0
}

func (n *Namespace) hasChildren(m *Mount) bool {
	return slices.ContainsFunc(n.mounts, func(o *Mount) bool { return o.at.Mount == m })
}

// detach takes m out, and before it the mounts on it.
func (n *Namespace) detach(m *Mount) {
	for _, o := range slices.Clone(n.mounts) {
		if o.at.Mount == m {
			n.detach(o)
		}
	}
	delete(n.over, m.at)
	m.at.Dentry.mounted.Add(-1)
	m.at = Path{}
	m.detached = true
	n.mounts = slices.DeleteFunc(n.mounts, func(o *Mount) bool { return o == m })
	if !slices.ContainsFunc(n.mounts, func(o *Mount) bool { return o.tree == m.tree }) {
		delete(n.trees, m.tree.sb)
		m.tree.unmounted()
	}
}

// cross gives what is mounted at p, or p.
func (n *Namespace) cross(p Path) Path {
	for p.Dentry.mounted.Load() > 0 {
		n.mu.RLock()
		m := n.over[p]
		n.mu.RUnlock()
		if m == nil {
			break
		}
		p = Path{m, m.root}
	}
	return p
}

// covered reports whether anything is mounted on the dentry, in this view of it or another.
func (d *Dentry) covered() bool { return d.mounted.Load() > 0 }

// MountInfo describes a mount as /proc/PID/mountinfo and /proc/PID/mounts do (proc(5)).
type MountInfo struct {
	ID, Parent int
	Dev        uint64
	Root       string // what the mount shows, from the top of its file system
	Point      string // where, seen from the root that was asked for
	Flags      MountFlags
	Type       string
	Source     string
}

// List describes the mounts that can be reached from root, in the order of mounting.
func (n *Namespace) List(root Path) []MountInfo {
	n.mu.RLock()
	mounts := slices.Clone(n.mounts)
	n.mu.RUnlock()
	var list []MountInfo
	for _, m := range mounts {
		point, reached, _ := Path{m, m.root}.trace(root)
		if reached {
			list = append(list, m.info(point))
		}
	}
	return list
}

func (m *Mount) info(point string) MountInfo {
	top := Path{&Mount{tree: m.tree, root: m.tree.root}, m.root}
	st, _ := m.root.inode.Stat()
	info := MountInfo{
		ID: m.id, Parent: m.id, Dev: st.Dev, Root: top.Name(Path{}), Point: point,
		Flags: m.Flags(), Type: m.tree.sb.Type(), Source: m.source,
	}
	if at := m.attachedAt(); !at.IsZero() {
		info.Parent = at.Mount.id
	}
	return info
}
