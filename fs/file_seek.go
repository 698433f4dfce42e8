package fs

import (
	"math"

	"muslrun/arch/linux"
)

// Offset is the description's offset now.
func (f *File) Offset() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.offset
}

// Seek implements lseek(2).
func (f *File) Seek(c *Caller, off int64, whence int) (int64, linux.Errno) {
	if f.IsPath() {
		return 0, linux.EBADF
	}
	if whence < linux.SEEK_SET || whence > linux.SEEK_HOLE {
		return 0, linux.EINVAL
	}
	s, ok := f.Ops.(Seeker)
	if !ok && !f.Ops.Seekable() {
		return 0, linux.ESPIPE
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var to int64
	var errno linux.Errno
	if ok {
		to, errno = s.Seek(c, f.offset, off, whence)
	} else {
		to, errno = f.seekPlain(off, whence)
	}
	if errno == 0 {
		f.offset = to
	}
	return to, errno
}

// seekPlain is lseek of a file without holes.
func (f *File) seekPlain(off int64, whence int) (int64, linux.Errno) {
	if whence == linux.SEEK_SET || whence == linux.SEEK_CUR {
		return SeekOffset(f.offset, 0, off, whence)
	}
	st, errno := f.Stat()
	if errno != 0 {
		return 0, errno
	}
	return SeekOffset(f.offset, st.Size, off, whence)
}

// SeekOffset works out the offset that lseek asks for, of a file that is all data: SEEK_HOLE finds its end.
func SeekOffset(cur, size, off int64, whence int) (int64, linux.Errno) {
	var base int64
	switch whence {
	case linux.SEEK_SET:
	case linux.SEEK_CUR:
		base = cur
	case linux.SEEK_END:
		base = size
	case linux.SEEK_DATA, linux.SEEK_HOLE:
		if off < 0 || off >= size {
			return 0, linux.ENXIO
		}
		if whence == linux.SEEK_HOLE {
			return size, 0
		}
		return off, 0
	default:
		return 0, linux.EINVAL
	}
	if off > math.MaxInt64-base || base+off < 0 {
		return 0, linux.EINVAL
	}
	return base + off, 0
}

// ReadDir implements getdents(2): it emits entries from the description's offset on until emit has no room, and
// leaves the offset at the first entry that was not taken.
func (f *File) ReadDir(c *Caller, emit func(e DirEntry) bool) linux.Errno {
	if f.IsPath() {
		return linux.EBADF
	}
	d, ok := f.Ops.(DirReader)
	if !ok {
		return linux.ENOTDIR
	}
	if !f.Path.IsZero() && f.Path.Dentry.isDead() {
		return linux.ENOENT
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	errno := d.ReadDir(c, f.offset, func(e DirEntry) bool {
		if !emit(e) {
			return false
		}
		f.offset = e.Cookie
		return true
	})
	if errno == 0 && !f.Path.IsZero() {
		f.Path.happened(linux.IN_ACCESS)
	}
	return errno
}
