package hostfs

import (
	"fmt"
	"runtime"
	"sync"
	"weak"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// magic is HOSTFS_SUPER_MAGIC, the f_type of User-Mode Linux's file system of the same name.
const magic = 0x00c0ffee

const (
	defaultHandles = 512
	maxNumbers     = 1 << 22 // inode numbers that are remembered without a live node
	nobody         = 65534
)

// Options say how a host directory is shown.
type Options struct {
	ReadOnly bool
	// Dev is the guest's st_dev, as linux.Makedev encodes it.
	Dev uint64
	// UID and GID are whom the files of the user who runs muslrun belong to in the guest.
	UID, GID uint32
	// KeepIDs shows and stores owners as they are on the host. Changing them takes a muslrun that runs as root.
	KeepIDs bool
	// Special opens the FIFOs that the guest makes, which are pipes of its own: only their names are the host's. Without it,
	// neither FIFOs nor sockets can be made.
	Special fs.SpecialOpener
	// Handles bounds the host descriptors that are kept for files that are not open; 0 means 512.
	Handles int
}

// Superblock is one shared host directory or file.
type Superblock struct {
	opts    Options
	root    *node
	handles *handleCache
	hostUID uint32
	hostGID uint32

	mu      sync.Mutex // guards what follows, and the places of every node
	nodes   map[hostID]weak.Pointer[node]
	numbers map[hostID]uint64
	last    uint64 // the inode number given out last
	lastKey serial
	made    map[hostID]any  // the FIFOs and sockets that the guest has made, with CreateSpec.Socket
	devs    map[uint64]bool // host devices by whether their files may be shown
}

// New shares a host directory or a regular file. Symbolic links on the way to it are followed, now and only now.
func New(path string, opts Options) (*Superblock, error) {
	fd, err := retry(func() (int, error) { return unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, fmt.Errorf("cannot share %s with the guest: %w", path, err)
	}
	if opts.Handles <= 0 {
		opts.Handles = defaultHandles
	}
	sb := &Superblock{
		opts:    opts,
		handles: newHandleCache(opts.Handles),
		hostUID: uint32(unix.Geteuid()),
		hostGID: uint32(unix.Getegid()),
		nodes:   map[hostID]weak.Pointer[node]{},
		numbers: map[hostID]uint64{},
		made:    map[hostID]any{},
		devs:    map[uint64]bool{},
	}
	if err := sb.adoptRoot(fd); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("cannot share %s with the guest: %w", path, err)
	}
	return sb, nil
}

// adoptRoot makes the root node; its handle keeps the reference that adopt gives and is never closed.
func (sb *Superblock) adoptRoot(fd int) error {
	var st unix.Statx_t
	if err := statAt(fd, "", &st); err != nil {
		return err
	}
	switch uint32(st.Mode) & linux.S_IFMT {
	case linux.S_IFDIR, linux.S_IFREG:
	default:
		return fmt.Errorf("it is neither a directory nor a regular file")
	}
	if err := statAt(unix.AT_FDCWD, procFD(fd), &st); err != nil {
		return fmt.Errorf("muslrun needs /proc on the host to share files safely: %w", err)
	}
	if err := statAt(fd, "", &st); err != nil {
		return err
	}
	if !sb.admits(fd, devOf(&st)) {
		return fmt.Errorf("it lies on a file system that belongs to the host's kernel (proc, sysfs ...)")
	}
	sb.root = sb.nodeOf(&st, nil, "")
	sb.handles.add(sb.root.key, fd)
	runtime.AddCleanup(sb, (*handleCache).close, sb.handles)
	return nil
}

// Root is the shared directory or file.
func (sb *Superblock) Root() fs.Inode { return sb.root }

// Type is the name in /proc/mounts.
func (sb *Superblock) Type() string { return "hostfs" }

// Statfs tells how full the host's file system is, in pages, and nothing that identifies it.
func (sb *Superblock) Statfs() (linux.Statfs, linux.Errno) {
	var host unix.Statfs_t
	errno := sb.root.use(func(fd int) error { return unix.Fstatfs(fd, &host) })
	if errno != 0 {
		return linux.Statfs{}, errno
	}
	const page = 4096
	unit := uint64(max(host.Frsize, host.Bsize, 1))
	if host.Frsize > 0 {
		unit = uint64(host.Frsize)
	}
	pages := func(blocks uint64) uint64 { return blocks/page*unit + blocks%page*unit/page }
	st := linux.Statfs{
		Type: magic, Bsize: page, Frsize: page, Namelen: linux.NAME_MAX,
		Blocks: pages(host.Blocks), Bfree: pages(host.Bfree), Bavail: pages(host.Bavail),
		Files: host.Files, Ffree: host.Ffree,
		Flags: linux.ST_NOSUID | linux.ST_NODEV,
	}
	if sb.opts.ReadOnly {
		st.Flags |= linux.ST_RDONLY
	}
	return st, 0
}

// kernelFileSystems are those whose files are doors into the host's kernel, or into muslrun itself.
var kernelFileSystems = map[int64]bool{
	unix.PROC_SUPER_MAGIC: true, unix.SYSFS_MAGIC: true, unix.DEBUGFS_MAGIC: true, unix.TRACEFS_MAGIC: true,
	unix.CGROUP_SUPER_MAGIC: true, unix.CGROUP2_SUPER_MAGIC: true, unix.SECURITYFS_MAGIC: true, unix.NSFS_MAGIC: true,
	unix.BPF_FS_MAGIC: true, unix.EFIVARFS_MAGIC: true, unix.PSTOREFS_MAGIC: true, unix.BINFMTFS_MAGIC: true,
	unix.DEVPTS_SUPER_MAGIC: true, unix.SELINUX_MAGIC: true, unix.SMACK_MAGIC: true, unix.AUTOFS_SUPER_MAGIC: true,
	0x62656570: true, // CONFIGFS_MAGIC
	0x65735543: true, // FUSE_CTL_SUPER_MAGIC
}

// admits reports whether files of the host device that fd lies on may be shown.
func (sb *Superblock) admits(fd int, dev uint64) bool {
	sb.mu.Lock()
	ok, known := sb.devs[dev]
	sb.mu.Unlock()
	if known {
		return ok
	}
	var st unix.Statfs_t
	ok = unix.Fstatfs(fd, &st) == nil && !kernelFileSystems[int64(st.Type)]
	sb.mu.Lock()
	sb.devs[dev] = ok
	sb.mu.Unlock()
	return ok
}

// number is the guest's inode number of a host inode, given out in the order of first sight.
func (sb *Superblock) number(id hostID) uint64 {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	return sb.numberLocked(id)
}

func (sb *Superblock) numberLocked(id hostID) uint64 {
	n, ok := sb.numbers[id]
	if !ok {
		if len(sb.numbers) >= maxNumbers {
			sb.pruneNumbers()
		}
		sb.last++
		n = sb.last
		sb.numbers[id] = n
	}
	return n
}

// pruneNumbers forgets the numbers of files that nobody holds.
func (sb *Superblock) pruneNumbers() {
	for id := range sb.numbers {
		if sb.nodes[id].Value() == nil {
			delete(sb.numbers, id)
		}
	}
}

// writable answers EROFS for a file system that is not to be changed.
func (sb *Superblock) writable() linux.Errno {
	if sb.opts.ReadOnly {
		return linux.EROFS
	}
	return 0
}
