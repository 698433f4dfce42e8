package devfs

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Inode numbers of devpts, as Linux has them: terminal N is N + firstIno.
const (
	rootIno  = 1
	ptmxIno  = 2
	firstIno = 3
)

// ttyGroup owns terminals (the group tty of /etc/group).
const ttyGroup = 5

// maxTerminals bounds the pseudo terminals at one time (/proc/sys/kernel/pty/max).
const maxTerminals = 4096

// PTS is devpts: the terminals that are there now, by number.
type PTS struct {
	dev     uint64
	devices *Devices
	root    *ptsDir
	ptmx    *ptsNode

	mu    sync.Mutex
	nodes map[int]*ptsNode
	kept  map[int]bool // numbers that have no node any more, and are not free yet
}

// NewPTS makes the file system; dev is its st_dev. Terminals are put behind their device numbers too.
func NewPTS(dev uint64, devices *Devices, now linux.Timespec) *PTS {
	p := &PTS{dev: dev, devices: devices, nodes: map[int]*ptsNode{}, kept: map[int]bool{}}
	p.root = &ptsDir{pts: p}
	p.root.SetStat(p.stat(rootIno, linux.S_IFDIR|0o755, 2, now))
	p.ptmx = p.newNode(ptmxIno, linux.Makedev(ttyMajor, 2), 0, 0, now)
	return p
}

func (p *PTS) stat(ino uint64, mode, nlink uint32, now linux.Timespec) linux.Stat {
	return linux.Stat{
		Dev: p.dev, Ino: ino, Mode: mode, Nlink: nlink, Blksize: 1024, Atime: now, Mtime: now, Ctime: now,
	}
}

func (p *PTS) newNode(ino, rdev uint64, perm, uid uint32, now linux.Timespec) *ptsNode {
	n, st := &ptsNode{devices: p.devices}, p.stat(ino, linux.S_IFCHR|perm, 1, now)
	st.Rdev, st.UID = rdev, uid
	if ino != ptmxIno {
		st.GID = ttyGroup
	}
	n.SetStat(st)
	return n
}

// Add shows a terminal under the lowest free number, owned by the caller. ENOSPC if there are too many.
func (p *PTS) Add(c *fs.Caller, t Terminal) (int, linux.Errno) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for p.nodes[n] != nil || p.kept[n] {
		n++
	}
	if n >= maxTerminals {
		return 0, linux.ENOSPC
	}
	rdev := linux.Makedev(slaveMajor, uint32(n))
	p.nodes[n] = p.newNode(uint64(n)+firstIno, rdev, 0o620, c.Cred.FSUID, c.Now())
	p.devices.Register(slaveMajor, uint32(n), t.Open)
	return n, 0
}

// Remove takes a terminal's name away; open descriptions live on, and keep the number until Free.
func (p *PTS) Remove(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.nodes, n)
	p.kept[n] = true
	p.devices.Register(slaveMajor, uint32(n), nil)
}

// Free lets the number of a removed terminal be used again.
func (p *PTS) Free(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.kept, n)
}

// Root implements fs.Superblock.
func (p *PTS) Root() fs.Inode { return p.root }

// Type implements fs.Superblock.
func (*PTS) Type() string { return "devpts" }

// Statfs implements fs.Superblock.
func (*PTS) Statfs() (linux.Statfs, linux.Errno) {
	return linux.Statfs{Type: linux.DEVPTS_SUPER_MAGIC, Bsize: 4096, Frsize: 4096, Namelen: linux.NAME_MAX}, 0
}

// ptsNode is the node of a terminal or of ptmx.
type ptsNode struct {
	fs.Attributes
	devices *Devices
}

// Open implements fs.Inode.
func (n *ptsNode) Open(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	st, _ := n.Stat()
	return n.devices.Open(c, &st, flags)
}

// ptsDir is the directory. Only Add and Remove change it.
type ptsDir struct {
	fs.Attributes
	pts *PTS
}

// Lookup implements fs.Inode.
func (d *ptsDir) Lookup(_ *fs.Caller, name string) (fs.Inode, linux.Errno) {
	if name == "ptmx" {
		return d.pts.ptmx, 0
	}
	d.pts.mu.Lock()
	defer d.pts.mu.Unlock()
	n, err := strconv.Atoi(name)
	if node := d.pts.nodes[n]; err == nil && node != nil && name == strconv.Itoa(n) {
		return node, 0
	}
	return nil, linux.ENOENT
}

// Create implements fs.Inode.
func (d *ptsDir) Create(*fs.Caller, string, *fs.CreateSpec) (fs.Inode, linux.Errno) {
	return nil, linux.EACCES
}

// Open implements fs.Inode.
func (d *ptsDir) Open(*fs.Caller, uint32) (fs.FileOps, linux.Errno) {
	d.pts.mu.Lock()
	defer d.pts.mu.Unlock()
	const chr = linux.S_IFCHR >> 12
	entries := []fs.DirEntry{{Name: "ptmx", Ino: ptmxIno, Type: chr}}
	for _, n := range slices.Sorted(maps.Keys(d.pts.nodes)) {
		entries = append(entries, fs.DirEntry{Name: fmt.Sprint(n), Ino: uint64(n) + firstIno, Type: chr})
	}
	return fs.NewDirFile(rootIno, rootIno, entries), 0
}
