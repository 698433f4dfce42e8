package hostfs

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// maxListing bounds the memory of one open directory.
const maxListing = 1 << 20 // entries

// openDir makes an open file description of a directory. It holds no host descriptor.
func (n *node) openDir(acc int) (fs.FileOps, linux.Errno) {
	if acc != linux.O_RDONLY {
		return nil, linux.EISDIR
	}
	// The host may refuse what the guest's permissions allow; it says so now and not at the first getdents.
	errno := n.list(func(int) error { return nil })
	if errno != 0 {
		return nil, errno
	}
	return &dir{node: n}, 0
}

// list runs an operation on a descriptor of the directory that can be read.
func (n *node) list(op func(fd int) error) linux.Errno {
	return n.attempt(func(path int) error {
		fd, err := n.sb.relieved(func() (int, error) {
			return unix.Openat(path, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		})
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		return op(fd)
	})
}

// dir is an open directory: a sorted snapshot that is taken at the first read and again after a rewind.
type dir struct {
	fs.DirFile // answers all but ReadDir and Sync
	node       *node

	mu       sync.Mutex
	snapshot *fs.DirFile
}

// ReadDir emits the entries from a cookie on.
func (d *dir) ReadDir(c *fs.Caller, cookie int64, emit func(fs.DirEntry) bool) linux.Errno {
	s, errno := d.listing(cookie == 0)
	if errno != 0 {
		return errno
	}
	return s.ReadDir(c, cookie, emit)
}

// listing gives the snapshot, which is never changed once it is taken, so emit may take its time.
func (d *dir) listing(fresh bool) (*fs.DirFile, linux.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.snapshot != nil && !fresh {
		return d.snapshot, 0
	}
	entries, errno := d.node.entries()
	if errno != 0 {
		return nil, errno
	}
	d.snapshot = fs.NewDirFile(d.node.ino, d.node.parentIno(), entries)
	return d.snapshot, 0
}

// Sync makes the names in the directory durable.
func (d *dir) Sync(*fs.Caller, bool) linux.Errno { return d.node.list(unix.Fsync) }

// entries lists the directory, sorted, with the guest's inode numbers.
func (n *node) entries() (found []fs.DirEntry, errno linux.Errno) {
	errno = n.list(func(fd int) (err error) {
		found, err = readAll(fd)
		return err
	})
	if n.grave() != nil {
		return nil, linux.ENOENT
	}
	slices.SortFunc(found, func(a, b fs.DirEntry) int { return strings.Compare(a.Name, b.Name) })
	for i := range found {
		found[i].Ino = n.sb.number(hostID{n.id.dev, found[i].Ino})
	}
	return found, errno
}

// parentIno is the inode number of "..", which is the directory itself at the root.
func (n *node) parentIno() uint64 {
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	if len(n.places) == 0 {
		return n.ino
	}
	return n.places[0].dir.ino
}

// readAll reads a host directory, without "." and "..".
func readAll(fd int) ([]fs.DirEntry, error) {
	var all []fs.DirEntry
	buf := make([]byte, 32<<10)
	for {
		n, err := retry(func() (int, error) { return unix.Getdents(fd, buf) })
		if err != nil || n <= 0 {
			return all, err
		}
		for rest := buf[:n]; len(rest) > 0; {
			e, size := parseDirent(rest)
			rest = rest[size:]
			if e.Name == "." || e.Name == ".." {
				continue
			}
			if e.Type == linux.DT_UNKNOWN {
				e.Type = typeAt(fd, e.Name)
			}
			all = append(all, e)
		}
		if len(all) > maxListing {
			return nil, unix.ENOMEM
		}
	}
}

// parseDirent decodes the first struct linux_dirent64 (getdents64(2)): ino, offset, size, type, name. The caller's buffer
// comes from the host's kernel and is well formed.
func parseDirent(b []byte) (fs.DirEntry, int) {
	size := int(binary.NativeEndian.Uint16(b[16:]))
	name, _, _ := strings.Cut(string(b[19:size]), "\x00")
	return fs.DirEntry{Name: name, Ino: binary.NativeEndian.Uint64(b), Type: b[18]}, size
}

// typeAt asks for the type that some host file systems leave out of their listings.
func typeAt(dir int, name string) uint8 {
	var st unix.Statx_t
	if statAt(dir, name, &st) != nil {
		return linux.DT_UNKNOWN
	}
	return uint8(st.Mode & linux.S_IFMT >> 12)
}
