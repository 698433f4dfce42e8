package fs

import (
	"math"
	"sync"

	"muslrun/arch/linux"
)

// UnsupportedFile is the base of FileOps: a stream that can neither be read nor written, is always ready and never
// changes.
type UnsupportedFile struct{}

// ReadAt refuses.
func (UnsupportedFile) ReadAt(*Caller, [][]byte, int64) (int, linux.Errno) { return 0, linux.EINVAL }

// WriteAt refuses.
func (UnsupportedFile) WriteAt(*Caller, [][]byte, int64) (int, linux.Errno) { return 0, linux.EINVAL }

// Seekable says no.
func (UnsupportedFile) Seekable() bool { return false }

// Poll is always ready.
func (UnsupportedFile) Poll() Events { return EventIn | EventOut }

// Queue is not needed.
func (UnsupportedFile) Queue() *Queue { return nil }

// Release has nothing to do.
func (UnsupportedFile) Release(*Caller) {}

// BytesFile is a read-only file of given bytes, such as a generated one.
type BytesFile struct {
	UnsupportedFile
	Data []byte
}

// Seekable says yes.
func (*BytesFile) Seekable() bool { return true }

// ReadAt copies from Data.
func (f *BytesFile) ReadAt(_ *Caller, dst [][]byte, off int64) (int, linux.Errno) {
	n := 0
	for _, b := range dst {
		if off+int64(n) >= int64(len(f.Data)) {
			break
		}
		n += copy(b, f.Data[off+int64(n):])
	}
	return n, 0
}

// Seek has an end, which Stat of a generated file does not tell.
func (f *BytesFile) Seek(_ *Caller, cur, off int64, whence int) (int64, linux.Errno) {
	return SeekOffset(cur, int64(len(f.Data)), off, whence)
}

// DirFile lists a snapshot of a directory. Entries are "." and ".." first; their cookies are set by NewDirFile.
type DirFile struct {
	UnsupportedFile
	entries []DirEntry
}

// NewDirFile makes the listing of a directory with inode number self, whose parent has the number parent.
func NewDirFile(self, parent uint64, entries []DirEntry) *DirFile {
	const dir = linux.S_IFDIR >> 12
	all := append([]DirEntry{{Name: ".", Ino: self, Type: dir}, {Name: "..", Ino: parent, Type: dir}}, entries...)
	for i := range all {
		all[i].Cookie = int64(i) + 1
	}
	return &DirFile{entries: all}
}

// Seekable says yes: the offset is a cookie.
func (*DirFile) Seekable() bool { return true }

// ReadAt says that this is a directory.
func (*DirFile) ReadAt(*Caller, [][]byte, int64) (int, linux.Errno) { return 0, linux.EISDIR }

// WriteAt says that this is a directory.
func (*DirFile) WriteAt(*Caller, [][]byte, int64) (int, linux.Errno) { return 0, linux.EBADF }

// ReadDir lists the entries from a cookie on.
func (d *DirFile) ReadDir(_ *Caller, cookie int64, emit func(e DirEntry) bool) linux.Errno {
	for i := max(cookie, 0); i < int64(len(d.entries)); i++ {
		if !emit(d.entries[i]) {
			break
		}
	}
	return 0
}

// Seek accepts any cookie; the end is not known as an offset.
func (d *DirFile) Seek(_ *Caller, cur, off int64, whence int) (int64, linux.Errno) {
	if whence != linux.SEEK_SET && whence != linux.SEEK_CUR {
		return 0, linux.EINVAL
	}
	return SeekOffset(cur, math.MaxInt64, off, whence)
}

// A SnapshotDir is an open directory whose entries are listed at the first read and again after a rewind, as getdents(2)
// sees changes that opendir(3) came too early for.
type SnapshotDir struct {
	DirFile // answers all but ReadDir
	// List gives the listing of the moment.
	List func(*Caller) (*DirFile, linux.Errno)

	mu       sync.Mutex
	snapshot *DirFile // never changed once it is taken
}

// ReadDir emits the entries from a cookie on.
func (d *SnapshotDir) ReadDir(c *Caller, cookie int64, emit func(e DirEntry) bool) linux.Errno {
	s, errno := d.listing(c, cookie == 0)
	if errno != 0 {
		return errno
	}
	return s.ReadDir(c, cookie, emit)
}

func (d *SnapshotDir) listing(c *Caller, fresh bool) (*DirFile, linux.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.snapshot != nil && !fresh {
		return d.snapshot, 0
	}
	s, errno := d.List(c)
	if errno == 0 {
		d.snapshot = s
	}
	return s, errno
}
