package fstest

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
)

// host is a System of the real Linux: a temporary directory. Its calls run on one thread, whose file-system ids it changes.
type host struct {
	dir int
}

// NewHost makes a temporary directory on the host's tmpfs if it has one. The test keeps its thread until the end.
func NewHost(t testing.TB) System {
	t.Helper()
	top := "/dev/shm"
	var st unix.Statfs_t
	if unix.Statfs(top, &st) != nil || st.Type != unix.TMPFS_MAGIC || unix.Access(top, unix.W_OK) != nil {
		top = t.TempDir()
	}
	name, err := os.MkdirTemp(top, "muslrun-fstest-")
	if err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread()
	dir, err := unix.Open(name, unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	h := &host{dir}
	h.Umask(0o022)
	_ = unix.Chmod(name, 0o777)
	t.Cleanup(func() {
		h.As(0, 0, nil)
		_ = unix.Close(dir)
		_ = os.RemoveAll(name)
		runtime.UnlockOSThread()
	})
	return h
}

// Privileged reports whether the host lets the tests act as other users.
func Privileged() bool { return unix.Geteuid() == 0 }

// errnoOf gives the error number of a host call.
func errnoOf(err error) linux.Errno {
	var e unix.Errno
	if errors.As(err, &e) {
		return linux.Errno(e)
	}
	return 0
}

// As implements System. The calls are made raw because they must concern this thread only.
func (h *host) As(uid, gid uint32, groups []uint32) {
	if !Privileged() {
		return
	}
	_, _, _ = unix.RawSyscall(unix.SYS_SETFSUID, 0, 0, 0)
	groups = append(slices.Clone(groups), gid)
	_, _, _ = unix.RawSyscall(unix.SYS_SETGROUPS, uintptr(len(groups)), uintptr(unsafe.Pointer(&groups[0])), 0)
	_, _, _ = unix.RawSyscall(unix.SYS_SETFSGID, uintptr(gid), 0, 0)
	_, _, _ = unix.RawSyscall(unix.SYS_SETFSUID, uintptr(uid), 0, 0)
}

func (h *host) Umask(mask uint32) { unix.Umask(int(mask)) }

func (h *host) Tick() { time.Sleep(8 * time.Millisecond) }

func (h *host) Open(path string, flags, mode uint32) (int, linux.Errno) {
	fd, err := unix.Openat(h.dir, path, int(flags|unix.O_CLOEXEC), mode)
	return fd, errnoOf(err)
}

func (h *host) Close(fd int) linux.Errno { return errnoOf(unix.Close(fd)) }

func (h *host) Read(fd int, b []byte) (int, linux.Errno) {
	n, err := unix.Read(fd, b)
	return max(n, 0), errnoOf(err)
}

func (h *host) Write(fd int, b []byte) (int, linux.Errno) {
	n, err := unix.Write(fd, b)
	return max(n, 0), errnoOf(err)
}

func (h *host) Pread(fd int, b []byte, off int64) (int, linux.Errno) {
	n, err := unix.Pread(fd, b, off)
	return max(n, 0), errnoOf(err)
}

func (h *host) Pwrite(fd int, b []byte, off int64) (int, linux.Errno) {
	n, err := unix.Pwrite(fd, b, off)
	return max(n, 0), errnoOf(err)
}

func (h *host) Seek(fd int, off int64, whence int) (int64, linux.Errno) {
	at, err := unix.Seek(fd, off, whence)
	return max(at, 0), errnoOf(err)
}

func (h *host) Ftruncate(fd int, size int64) linux.Errno { return errnoOf(unix.Ftruncate(fd, size)) }

func (h *host) Fallocate(fd int, mode uint32, off, length int64) linux.Errno {
	return errnoOf(unix.Fallocate(fd, mode, off, length))
}

func (h *host) Fstat(fd int) (linux.Stat, linux.Errno) {
	var st unix.Stat_t
	err := unix.Fstat(fd, &st)
	return statOf(&st), errnoOf(err)
}

func statOf(st *unix.Stat_t) linux.Stat {
	return linux.Stat{
		Dev: st.Dev, Ino: st.Ino, Mode: st.Mode, Nlink: uint32(st.Nlink), UID: st.Uid, GID: st.Gid, Rdev: st.Rdev,
		Size: st.Size, Blocks: st.Blocks,
		Atime: linux.Timespec{Sec: st.Atim.Sec, Nsec: st.Atim.Nsec},
		Mtime: linux.Timespec{Sec: st.Mtim.Sec, Nsec: st.Mtim.Nsec},
		Ctime: linux.Timespec{Sec: st.Ctim.Sec, Nsec: st.Ctim.Nsec},
	}
}

func (h *host) Fchmod(fd int, mode uint32) linux.Errno { return errnoOf(unix.Fchmod(fd, mode)) }

func (h *host) ReadDir(fd int) ([]string, linux.Errno) {
	var names []string
	buf := make([]byte, 8192)
	for {
		n, err := unix.Getdents(fd, buf)
		if err != nil || n == 0 {
			return names, errnoOf(err)
		}
		names = appendNames(names, buf[:n])
	}
}

// appendNames takes the names out of what getdents64(2) gives: struct linux_dirent64.
func appendNames(names []string, b []byte) []string {
	for len(b) > 0 {
		size := int(b[16]) | int(b[17])<<8
		names = append(names, unix.ByteSliceToString(b[19:size]))
		b = b[size:]
	}
	return names
}

func (h *host) Stat(path string, follow bool) (linux.Stat, linux.Errno) {
	var st unix.Stat_t
	err := unix.Fstatat(h.dir, path, &st, noFollow(follow))
	return statOf(&st), errnoOf(err)
}

func noFollow(follow bool) int {
	if follow {
		return 0
	}
	return unix.AT_SYMLINK_NOFOLLOW
}

func (h *host) Access(path string, mode uint32) linux.Errno {
	p, err := unix.BytePtrFromString(path)
	if err != nil {
		return linux.EINVAL
	}
	_, _, e := unix.Syscall6(unix.SYS_FACCESSAT2, uintptr(h.dir), uintptr(unsafe.Pointer(p)), uintptr(mode),
		unix.AT_EACCESS, 0, 0)
	return linux.Errno(e)
}

func (h *host) Mkdir(path string, mode uint32) linux.Errno {
	return errnoOf(unix.Mkdirat(h.dir, path, mode))
}

func (h *host) Mknod(path string, mode uint32, dev uint64) linux.Errno {
	return errnoOf(unix.Mknodat(h.dir, path, mode, int(dev)))
}

func (h *host) Symlink(target, path string) linux.Errno {
	return errnoOf(unix.Symlinkat(target, h.dir, path))
}

func (h *host) Link(path, to string, follow bool) linux.Errno {
	flags := 0
	if follow {
		flags = unix.AT_SYMLINK_FOLLOW
	}
	return errnoOf(unix.Linkat(h.dir, path, h.dir, to, flags))
}

func (h *host) Unlink(path string) linux.Errno { return errnoOf(unix.Unlinkat(h.dir, path, 0)) }

func (h *host) Rmdir(path string) linux.Errno {
	return errnoOf(unix.Unlinkat(h.dir, path, unix.AT_REMOVEDIR))
}

func (h *host) Rename(path, to string, flags uint32) linux.Errno {
	return errnoOf(unix.Renameat2(h.dir, path, h.dir, to, uint(flags)))
}

func (h *host) Readlink(path string) (string, linux.Errno) {
	b := make([]byte, 4096)
	n, err := unix.Readlinkat(h.dir, path, b)
	return string(b[:max(n, 0)]), errnoOf(err)
}

func (h *host) Chmod(path string, mode uint32) linux.Errno {
	return errnoOf(unix.Fchmodat(h.dir, path, mode, 0))
}

func (h *host) Chown(path string, uid, gid uint32, follow bool) linux.Errno {
	return errnoOf(unix.Fchownat(h.dir, path, int(int32(uid)), int(int32(gid)), noFollow(follow)))
}

func (h *host) Utimes(path string, times *[2]linux.Timespec) linux.Errno {
	if times == nil {
		return errnoOf(unix.UtimesNanoAt(h.dir, path, nil, 0))
	}
	var ts []unix.Timespec
	for _, t := range times {
		ts = append(ts, unix.Timespec{Sec: t.Sec, Nsec: t.Nsec})
	}
	return errnoOf(unix.UtimesNanoAt(h.dir, path, ts, 0))
}

// through runs a call that takes a path without a directory, by way of /proc.
func (h *host) through(path string, call func(path string) error) linux.Errno {
	fd, err := unix.Openat(h.dir, path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return errnoOf(err)
	}
	defer func() { _ = unix.Close(fd) }()
	return errnoOf(call("/proc/thread-self/fd/" + itoa(fd)))
}

func (h *host) Truncate(path string, size int64) linux.Errno {
	return h.through(path, func(p string) error { return unix.Truncate(p, size) })
}

func (h *host) Getxattr(path, name string) (value []byte, errno linux.Errno) {
	value = make([]byte, linux.XATTR_SIZE_MAX)
	errno = h.through(path, func(p string) error {
		n, err := unix.Getxattr(p, name, value)
		value = value[:max(n, 0)]
		return err
	})
	return value, errno
}

func (h *host) Setxattr(path, name string, value []byte, flags uint32) linux.Errno {
	return h.through(path, func(p string) error { return unix.Setxattr(p, name, value, int(flags)) })
}

func (h *host) Listxattr(path string) (names []string, errno linux.Errno) {
	b := make([]byte, linux.XATTR_LIST_MAX)
	errno = h.through(path, func(p string) error {
		n, err := unix.Listxattr(p, b)
		b = b[:max(n, 0)]
		return err
	})
	for len(b) > 0 {
		name := unix.ByteSliceToString(b)
		names = append(names, name)
		b = b[len(name)+1:]
	}
	slices.Sort(names)
	return names, errno
}

func (h *host) Removexattr(path, name string) linux.Errno {
	return h.through(path, func(p string) error { return unix.Removexattr(p, name) })
}
