package hosttty

import (
	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// file is a regular file or block device of the host, with the host's offset.
type file struct {
	fd int
}

// Read implements fs.OwnOffset.
func (f *file) Read(_ *fs.Caller, dst [][]byte) (int, linux.Errno) {
	return result(again(func() (int, error) { return unix.Readv(f.fd, dst) }))
}

// Write implements fs.OwnOffset; the host knows about O_APPEND.
func (f *file) Write(_ *fs.Caller, src [][]byte) (int, linux.Errno) {
	return result(again(func() (int, error) { return unix.Writev(f.fd, src) }))
}

// Seek implements fs.Seeker.
func (f *file) Seek(_ *fs.Caller, _, off int64, whence int) (int64, linux.Errno) {
	to, err := unix.Seek(f.fd, off, whence)
	_, errno := result(0, err)
	return max(to, 0), errno
}

// ReadAt implements fs.FileOps.
func (f *file) ReadAt(_ *fs.Caller, dst [][]byte, off int64) (int, linux.Errno) {
	return result(again(func() (int, error) { return unix.Preadv(f.fd, dst, off) }))
}

// WriteAt implements fs.FileOps.
func (f *file) WriteAt(_ *fs.Caller, src [][]byte, off int64) (int, linux.Errno) {
	return result(again(func() (int, error) { return unix.Pwritev(f.fd, src, off) }))
}

// SetFlags implements fs.FlagSetter: O_APPEND belongs to the host's description, as the offset does.
func (f *file) SetFlags(flags uint32) linux.Errno {
	was, err := unix.FcntlInt(uintptr(f.fd), unix.F_GETFL, 0)
	if err == nil {
		_, err = unix.FcntlInt(uintptr(f.fd), unix.F_SETFL, was&^unix.O_APPEND|int(flags)&unix.O_APPEND)
	}
	_, errno := result(0, err)
	return errno
}

// Readable implements fs.BytesReadable.
func (f *file) Readable() (int, linux.Errno) { return result(unix.IoctlGetInt(f.fd, unix.TIOCINQ)) }

// Sync implements fs.Syncer.
func (f *file) Sync(_ *fs.Caller, dataOnly bool) linux.Errno {
	sync := unix.Fsync
	if dataOnly {
		sync = unix.Fdatasync
	}
	_, errno := result(0, sync(f.fd))
	return errno
}

// Seekable implements fs.FileOps.
func (f *file) Seekable() bool { return true }

// Poll implements fs.FileOps.
func (f *file) Poll() fs.Events { return fs.EventIn | fs.EventOut }

// Queue implements fs.FileOps.
func (f *file) Queue() *fs.Queue { return nil }

// Release implements fs.FileOps.
func (f *file) Release(*fs.Caller) {}
