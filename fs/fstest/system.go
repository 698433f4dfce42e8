package fstest

import "muslrun/arch/linux"

// System is a tree of files that operations run on. Paths are relative to its top. Descriptors are small numbers of
// the system's own.
type System interface {
	// As changes the caller's file-system ids; the capabilities that concern files go with uid 0.
	As(uid, gid uint32, groups []uint32)
	Umask(mask uint32)

	Open(path string, flags, mode uint32) (int, linux.Errno)
	Close(fd int) linux.Errno
	Read(fd int, b []byte) (int, linux.Errno)
	Write(fd int, b []byte) (int, linux.Errno)
	Pread(fd int, b []byte, off int64) (int, linux.Errno)
	Pwrite(fd int, b []byte, off int64) (int, linux.Errno)
	Seek(fd int, off int64, whence int) (int64, linux.Errno)
	Ftruncate(fd int, size int64) linux.Errno
	Fallocate(fd int, mode uint32, off, length int64) linux.Errno
	Fstat(fd int) (linux.Stat, linux.Errno)
	Fchmod(fd int, mode uint32) linux.Errno
	// ReadDir gives the names from the description's offset on.
	ReadDir(fd int) ([]string, linux.Errno)

	Stat(path string, follow bool) (linux.Stat, linux.Errno)
	Access(path string, mode uint32) linux.Errno
	Mkdir(path string, mode uint32) linux.Errno
	Mknod(path string, mode uint32, dev uint64) linux.Errno
	Symlink(target, path string) linux.Errno
	Link(path, to string, follow bool) linux.Errno
	Unlink(path string) linux.Errno
	Rmdir(path string) linux.Errno
	Rename(path, to string, flags uint32) linux.Errno
	Readlink(path string) (string, linux.Errno)
	Chmod(path string, mode uint32) linux.Errno
	Chown(path string, uid, gid uint32, follow bool) linux.Errno
	Utimes(path string, times *[2]linux.Timespec) linux.Errno
	Truncate(path string, size int64) linux.Errno
	Getxattr(path, name string) ([]byte, linux.Errno)
	Setxattr(path, name string, value []byte, flags uint32) linux.Errno
	Listxattr(path string) ([]string, linux.Errno)
	Removexattr(path, name string) linux.Errno
	// Tick lets enough time pass for timestamps to differ.
	Tick()
}
