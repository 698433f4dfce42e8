package overlay

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"sync"
	"weak"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Superblock is one overlay.
type Superblock struct {
	upper fs.Superblock
	store fs.Inode // the root of upper
	dev   uint64
	root  *node

	mu    sync.RWMutex // guards what follows, and the names and links of every node
	nodes map[uint64]weak.Pointer[node]
	// kept holds the nodes that differ from their lower file: those must not be forgotten.
	kept map[uint64]*node
	last uint64
}

// New lays an empty upper file system over a lower one. dev is the guest's st_dev.
func New(lower, upper fs.Superblock, dev uint64) (*Superblock, error) {
	sb := &Superblock{
		upper: upper, store: upper.Root(), dev: dev,
		nodes: map[uint64]weak.Pointer[node]{}, kept: map[uint64]*node{},
	}
	root, errno := sb.nodeOf(lower.Root(), nil)
	if errno != 0 {
		return nil, fmt.Errorf("cannot read the file system below the overlay: %w", errno)
	}
	sb.root = root
	return sb, nil
}

// Root is the lower file system's root, with what has changed.
func (sb *Superblock) Root() fs.Inode { return sb.root }

// Type is the name in /proc/mounts.
func (sb *Superblock) Type() string { return "overlay" }

// Exclusive is true: all changes of names are made here.
func (sb *Superblock) Exclusive() bool { return true }

// Statfs tells how much room there is for changes.
func (sb *Superblock) Statfs() (linux.Statfs, linux.Errno) {
	st, errno := sb.upper.Statfs()
	st.Type = linux.OVERLAYFS_SUPER_MAGIC
	return st, errno
}

// nodeOf finds or makes the node of a lower file that was found in the directory parent.
func (sb *Superblock) nodeOf(lower fs.Inode, parent *node) (*node, linux.Errno) {
	st, errno := lower.Stat()
	if errno != 0 {
		return nil, errno
	}
	sb.mu.Lock()
	defer sb.mu.Unlock()
	return sb.nodeLocked(lower, &st, parent), 0
}

func (sb *Superblock) nodeLocked(lower fs.Inode, st *linux.Stat, parent *node) *node {
	if n := sb.kept[st.Ino]; n != nil {
		return n
	}
	if n := sb.nodes[st.Ino].Value(); n != nil {
		return n
	}
	n := &node{
		sb: sb, lower: lower, lowerIno: st.Ino, ino: st.Ino * 2, kind: st.Mode & linux.S_IFMT, links: int64(st.Nlink),
		parent: parent,
	}
	w := weak.Make(n)
	sb.nodes[st.Ino] = w
	if parent != nil { // the root stays as long as the superblock
		runtime.AddCleanup(n, sb.forget, grave{st.Ino, w})
	}
	return n
}

// grave is what is left of a node that was collected.
type grave struct {
	ino  uint64
	node weak.Pointer[node]
}

func (sb *Superblock) forget(g grave) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	if sb.nodes[g.ino] == g.node {
		delete(sb.nodes, g.ino)
	}
}

// newNode makes the node of a file that the guest has made; upper holds what is in it.
func (sb *Superblock) newNode(ino uint64, kind uint32, upper fs.Inode, parent *node) *node {
	n := &node{sb: sb, ino: ino, kind: kind, parent: parent, links: 1}
	if n.isDir() {
		n.links = 2
	}
	n.upper.Store(&upper)
	return n
}

// number gives out the inode number of a new file.
func (sb *Superblock) number() uint64 {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	sb.last++
	return sb.last*2 + 1
}

// storeName is the name of a file in the store.
func storeName(ino uint64) string { return strconv.FormatUint(ino, 16) }

// keeper is the credentials with which the overlay works on its layers: the VFS has checked the guest's.
var keeper = &fs.Credentials{
	Effective: math.MaxUint64, Permitted: math.MaxUint64, Inheritable: math.MaxUint64, Bounding: math.MaxUint64,
}

// inner is the caller on whose behalf the overlay works on its layers.
func inner(c *fs.Caller) *fs.Caller {
	in := &fs.Caller{Cred: keeper, FileSizeLimit: math.MaxUint64, Now: func() linux.Timespec { return linux.Timespec{} }}
	if c != nil {
		in.Now, in.Task, in.PID, in.TID = c.Now, c.Task, c.PID, c.TID
	}
	return in
}
