package fs

import "muslrun/arch/linux"

// FileOps is what a file system does for one open file description. The VFS keeps flags, offset and reference count in
// File. No method blocks: what would have to wait answers EAGAIN, and the kernel waits on Queue and tries again. That is
// the only place where a task waits for a file, so every wait can be interrupted by a signal.
//
// Buffers are a list because readv(2) and writev(2) must be one operation. They may be guest memory and may fault while
// being copied: the fault unwinds as a panic that the kernel turns into EFAULT, so locks are released by defer.
type FileOps interface {
	// ReadAt reads at an offset; streams ignore it. 0 means end of file.
	ReadAt(c *Caller, dst [][]byte, off int64) (int, linux.Errno)
	WriteAt(c *Caller, src [][]byte, off int64) (int, linux.Errno)
	// Seekable is false for streams: lseek and pread answer ESPIPE.
	Seekable() bool
	// Poll gives the events that are pending now.
	Poll() Events
	// Queue is where changes of Poll are announced; nil if they never change (regular files).
	Queue() *Queue
	// Release is called once, when the last reference to the description is gone.
	Release(c *Caller)
}

// Optional abilities of FileOps; the system call answers what the manual says (ENOTTY, ENODEV, EINVAL ...) without them.
type (
	// DirReader lists a directory. Cookies are opaque, 0 starts; the emitted cookie is where the next entry begins.
	// "." and ".." are emitted by the file system too. emit returns false when it has no room.
	DirReader interface {
		ReadDir(c *Caller, cookie int64, emit func(e DirEntry) bool) linux.Errno
	}
	// Seeker replaces the VFS's own lseek (SEEK_DATA and SEEK_HOLE, directories, devices).
	Seeker interface {
		Seek(c *Caller, cur, off int64, whence int) (int64, linux.Errno)
	}
	// Syncer makes data durable (fsync, fdatasync).
	Syncer interface {
		Sync(c *Caller, dataOnly bool) linux.Errno
	}
	// Allocator implements fallocate(2).
	Allocator interface {
		Allocate(c *Caller, mode uint32, off, length int64) linux.Errno
	}
	// Mapper gives the memory object behind a file for mmap(2). nil without an error is anonymous memory (/dev/zero).
	Mapper interface {
		Map() (*MapObject, linux.Errno)
	}
	// Appender writes at the end of file atomically (O_APPEND), and gives the offset after what it wrote.
	Appender interface {
		Append(c *Caller, src [][]byte) (n int, end int64, errno linux.Errno)
	}
	// BytesReadable answers FIONREAD.
	BytesReadable interface {
		Readable() (int, linux.Errno)
	}
	// Terminal is a tty (ioctl_tty(2)).
	Terminal interface {
		Termios() (linux.Termios, linux.Errno)
		SetTermios(t *linux.Termios, action TermiosAction) linux.Errno
		Winsize() (linux.Winsize, linux.Errno)
		SetWinsize(w linux.Winsize) linux.Errno
	}
)

// TermiosAction is when SetTermios takes effect.
type TermiosAction uint8

// The actions of tcsetattr(3).
const (
	TermiosNow TermiosAction = iota
	TermiosDrain
	TermiosFlush
)

// DirEntry is one entry of a directory.
type DirEntry struct {
	Name   string
	Ino    uint64
	Type   uint8 // DT_*: the file type bits of the mode, shifted right by 12
	Cookie int64 // of the entry after this one
}
