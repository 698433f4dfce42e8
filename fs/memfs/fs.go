package memfs

import (
	"math"
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// pageSize is the unit in which storage is counted and handed out.
const pageSize = 4096

// Options are the mount options of tmpfs(5) and what the file system needs from its user.
type Options struct {
	Dev      uint64 // st_dev, as linux.Makedev encodes it
	MaxBytes int64  // of contents and attributes; 0 means no limit
	MaxFiles int64  // names of files, directories and the rest; 0 means no limit
	Mode     uint32 // of the root directory; 0 means 01777
	UID, GID uint32 // of the root directory
	Time     linux.Timespec
	// Special opens FIFOs and devices; without it they are ENXIO.
	Special fs.SpecialOpener
}

// FS is a file system in memory. It is an fs.Superblock.
type FS struct {
	opts Options
	root *dir

	lastIno atomic.Uint64
	bytes   atomic.Int64
	files   atomic.Int64

	names  sync.RWMutex // guards the entries of every directory, and link counts together with node.mu
	mapped memfds
}

// New makes an empty file system.
func New(opts Options) *FS {
	if opts.Mode == 0 {
		opts.Mode = 0o1777
	}
	m := &FS{opts: opts}
	m.files.Store(1)
	spec := fs.CreateSpec{Mode: linux.S_IFDIR | opts.Mode&0o7777, UID: opts.UID, GID: opts.GID}
	m.root = m.newDir(&spec, opts.Time)
	m.root.nlink, m.root.parent = 2, m.root
	return m
}

// Root implements fs.Superblock.
func (m *FS) Root() fs.Inode { return m.root }

// Type implements fs.Superblock.
func (*FS) Type() string { return "tmpfs" }

// Exclusive implements fs.Exclusive: names change through the VFS only.
func (*FS) Exclusive() bool { return true }

// Statfs implements fs.Superblock.
func (m *FS) Statfs() (linux.Statfs, linux.Errno) {
	blocks, bfree := quota(m.opts.MaxBytes/pageSize, (m.bytes.Load()+pageSize-1)/pageSize)
	files, ffree := quota(m.opts.MaxFiles, m.files.Load())
	return linux.Statfs{
		Type: linux.TMPFS_MAGIC, Bsize: pageSize, Frsize: pageSize, Namelen: linux.NAME_MAX,
		Blocks: blocks, Bfree: bfree, Bavail: bfree, Files: files, Ffree: ffree,
		Fsid: [2]int32{int32(m.opts.Dev), int32(m.opts.Dev >> 32)},
	}, 0
}

// quota gives a limit and what is left of it; all 0 if there is none, as tmpfs reports it.
func quota(limit, used int64) (all, free uint64) {
	return uint64(limit), uint64(max(limit-used, 0))
}

// charge counts bytes of storage, or gives them back; false if the file system is full.
func (m *FS) charge(n int64) bool { return count(&m.bytes, n, m.opts.MaxBytes) }

// chargeFile counts a name, or gives it back.
func (m *FS) chargeFile(n int64) bool { return count(&m.files, n, m.opts.MaxFiles) }

func count(used *atomic.Int64, n, limit int64) bool {
	if limit == 0 {
		limit = math.MaxInt64
	}
	if used.Add(n) > limit && n > 0 {
		used.Add(-n)
		return false
	}
	return true
}
