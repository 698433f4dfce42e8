package fs

import (
	"math"

	"muslrun/arch/linux"
)

// Read implements read(2) and readv(2) at the description's offset. EAGAIN means that the caller may wait on Queue.
func (f *File) Read(c *Caller, dst [][]byte) (int, linux.Errno) {
	n, errno := f.read(c, dst)
	f.transferred(n, linux.IN_ACCESS)
	return n, errno
}

func (f *File) read(c *Caller, dst [][]byte) (int, linux.Errno) {
	if errno := f.readCheck(); errno != 0 {
		return 0, errno
	}
	if !f.Ops.Seekable() {
		return f.Ops.ReadAt(c, dst, 0)
	}
	if own, ok := f.Ops.(OwnOffset); ok {
		return own.Read(c, dst)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n, errno := f.readAt(c, dst, f.offset)
	f.offset += int64(n)
	return n, errno
}

// Pread implements pread(2) and preadv(2).
func (f *File) Pread(c *Caller, dst [][]byte, off int64) (int, linux.Errno) {
	n, errno := f.pread(c, dst, off)
	f.transferred(n, linux.IN_ACCESS)
	return n, errno
}

func (f *File) pread(c *Caller, dst [][]byte, off int64) (int, linux.Errno) {
	if off < 0 {
		return 0, linux.EINVAL
	}
	if f.IsPath() {
		return 0, linux.EBADF
	}
	if !f.Ops.Seekable() {
		return 0, linux.ESPIPE
	}
	if errno := f.readCheck(); errno != 0 {
		return 0, errno
	}
	return f.readAt(c, dst, off)
}

func (f *File) readAt(c *Caller, dst [][]byte, off int64) (int, linux.Errno) {
	if int64(Size(dst)) > math.MaxInt64-off {
		return 0, linux.EINVAL
	}
	return f.Ops.ReadAt(c, dst, off)
}

func (f *File) readCheck() linux.Errno {
	if !f.Readable() {
		return linux.EBADF
	}
	if f.Path.Dentry != nil && f.Path.IsDir() {
		return linux.EISDIR
	}
	return 0
}

// Write implements write(2) and writev(2) at the description's offset, or at the end with O_APPEND. EFBIG means that
// RLIMIT_FSIZE or the largest size of a file is reached; in the first case SIGXFSZ is due (FileSizeLimit).
func (f *File) Write(c *Caller, src [][]byte) (int, linux.Errno) {
	n, errno := f.write(c, src)
	f.transferred(n, linux.IN_MODIFY)
	return n, errno
}

func (f *File) write(c *Caller, src [][]byte) (int, linux.Errno) {
	if !f.Writable() {
		return 0, linux.EBADF
	}
	if !f.Ops.Seekable() {
		return f.Ops.WriteAt(c, src, 0)
	}
	if own, ok := f.Ops.(OwnOffset); ok {
		return own.Write(c, src)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Flags()&linux.O_APPEND != 0 {
		n, end, errno := f.appendAll(c, src)
		if n > 0 {
			f.offset = end
		}
		return n, errno
	}
	n, errno := f.writeAt(c, src, f.offset)
	f.offset += int64(n)
	return n, errno
}

// Pwrite implements pwrite(2) and pwritev(2). With O_APPEND it appends, as Linux does (pwrite(2), BUGS).
func (f *File) Pwrite(c *Caller, src [][]byte, off int64) (int, linux.Errno) {
	return f.PwriteAs(c, src, off, f.Flags()&linux.O_APPEND != 0)
}

// PwriteAs is Pwrite with the say whether to append: RWF_APPEND and RWF_NOAPPEND of pwritev2(2).
func (f *File) PwriteAs(c *Caller, src [][]byte, off int64, appending bool) (int, linux.Errno) {
	n, errno := f.pwriteAs(c, src, off, appending)
	f.transferred(n, linux.IN_MODIFY)
	return n, errno
}

func (f *File) pwriteAs(c *Caller, src [][]byte, off int64, appending bool) (int, linux.Errno) {
	switch {
	case off < 0:
		return 0, linux.EINVAL
	case f.IsPath():
		return 0, linux.EBADF
	case !f.Ops.Seekable():
		return 0, linux.ESPIPE
	case !f.Writable():
		return 0, linux.EBADF
	}
	if appending {
		n, _, errno := f.appendAll(c, src)
		return n, errno
	}
	return f.writeAt(c, src, off)
}

// writeAt writes as much as the file size limit allows.
func (f *File) writeAt(c *Caller, src [][]byte, off int64) (int, linux.Errno) {
	room := int64(math.MaxInt64) - off
	if f.isRegular() {
		room = min(room, int64(min(c.FileSizeLimit, math.MaxInt64))-off)
	}
	want := int64(Size(src))
	switch {
	case want > math.MaxInt64-off:
		return 0, linux.EINVAL
	case want == 0:
		return 0, 0
	case room <= 0:
		return 0, linux.EFBIG
	case want > room:
		src = head(src, room)
	}
	return f.Ops.WriteAt(c, src, off)
}

// appendAll writes at the end of the file, and gives the offset after it.
func (f *File) appendAll(c *Caller, src [][]byte) (n int, end int64, errno linux.Errno) {
	a, ok := f.Ops.(Appender)
	if ok && (!f.isRegular() || c.FileSizeLimit >= math.MaxInt64) {
		return a.Append(c, src)
	}
	st, errno := f.Stat()
	if errno != 0 {
		return 0, 0, errno
	}
	if ok && uint64(st.Size)+uint64(Size(src)) <= c.FileSizeLimit {
		return a.Append(c, src)
	}
	n, errno = f.writeAt(c, src, st.Size)
	return n, st.Size + int64(n), errno
}

// head gives the first n bytes of a list of buffers, which has more.
func head(bufs [][]byte, n int64) [][]byte {
	var out [][]byte
	for _, b := range bufs {
		if int64(len(b)) >= n {
			return append(out, b[:n])
		}
		out = append(out, b)
		n -= int64(len(b))
	}
	return out
}

// Truncate implements ftruncate(2).
func (f *File) Truncate(c *Caller, size int64) linux.Errno {
	switch {
	case size < 0:
		return linux.EINVAL
	case f.IsPath():
		return linux.EBADF
	case !f.isRegular() || !f.Writable():
		return linux.EINVAL
	}
	return f.Path.truncate(c, size)
}

// Allocate implements fallocate(2).
func (f *File) Allocate(c *Caller, mode uint32, off, length int64) linux.Errno {
	if f.IsPath() {
		return linux.EBADF
	}
	if errno := checkAllocate(mode, off, length); errno != 0 {
		return errno
	}
	if !f.Writable() {
		return linux.EBADF
	}
	a, ok := f.Ops.(Allocator)
	switch {
	case f.isRegular() && !ok:
		return linux.EOPNOTSUPP
	case f.isRegular():
	case !f.Ops.Seekable() && (f.Path.IsZero() || f.Path.Kind() == linux.S_IFIFO):
		return linux.ESPIPE
	default:
		return linux.ENODEV
	}
	if off > math.MaxInt64-length {
		return linux.EFBIG
	}
	if mode&linux.FALLOC_FL_KEEP_SIZE == 0 && uint64(off+length) > c.FileSizeLimit {
		st, errno := f.Stat()
		if errno != 0 || off+length > st.Size {
			return linux.EFBIG
		}
	}
	errno := a.Allocate(c, mode, off, length)
	if errno == 0 {
		f.Path.happened(linux.IN_MODIFY)
	}
	return errno
}

// checkAllocate refuses combinations of modes that mean nothing (vfs_fallocate).
func checkAllocate(mode uint32, off, length int64) linux.Errno {
	const known = linux.FALLOC_FL_KEEP_SIZE | linux.FALLOC_FL_PUNCH_HOLE | linux.FALLOC_FL_COLLAPSE_RANGE |
		linux.FALLOC_FL_ZERO_RANGE | linux.FALLOC_FL_INSERT_RANGE | linux.FALLOC_FL_UNSHARE_RANGE
	keep := mode & linux.FALLOC_FL_KEEP_SIZE
	if off < 0 || length <= 0 {
		return linux.EINVAL
	}
	if mode&^known != 0 {
		return linux.EOPNOTSUPP
	}
	switch mode &^ keep {
	case linux.FALLOC_FL_PUNCH_HOLE:
		if keep == 0 {
			return linux.EOPNOTSUPP
		}
	case linux.FALLOC_FL_COLLAPSE_RANGE, linux.FALLOC_FL_INSERT_RANGE:
		if keep != 0 {
			return linux.EINVAL
		}
	case 0, linux.FALLOC_FL_ZERO_RANGE, linux.FALLOC_FL_UNSHARE_RANGE:
	default:
		return linux.EINVAL
	}
	return 0
}

// Sync implements fsync(2) and fdatasync(2). Files without anything to make durable, such as pipes, are EINVAL.
func (f *File) Sync(c *Caller, dataOnly bool) linux.Errno {
	if f.IsPath() {
		return linux.EBADF
	}
	if s, ok := f.Ops.(Syncer); ok {
		return s.Sync(c, dataOnly)
	}
	if f.Path.IsZero() || isSpecial(f.Path.Kind()) {
		return linux.EINVAL
	}
	return 0
}
