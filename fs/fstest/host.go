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

// host is a System of the real Linux: a temporary directory. All calls run on one thread, which has a working
// directory, root, umask and file-system ids of its own.
type host struct{}

// NewHost makes a temporary directory on the host's tmpfs if it has one. The test keeps its thread, which ends with
// it; so it must be a test of its own or one run by t.Run. As root, the directory is the thread's root.
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
	t.Cleanup(func() {
		done := make(chan error)
		go func() { done <- os.RemoveAll(name) }() // from a thread that has the old root
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	runtime.LockOSThread()
	h := host{}
	for _, err := range []error{unix.Chmod(name, 0o777), unix.Unshare(unix.CLONE_FS), unix.Chdir(name)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if Privileged() {
		if err := unix.Chroot("."); err != nil {
			t.Fatal(err)
		}
	}
	h.Umask(0o022)
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
func (host) As(uid, gid uint32, groups []uint32) {
	if !Privileged() {
		return
	}
	_, _, _ = unix.RawSyscall(unix.SYS_SETFSUID, 0, 0, 0)
	groups = append(slices.Clone(groups), gid)
	_, _, _ = unix.RawSyscall(unix.SYS_SETGROUPS, uintptr(len(groups)), uintptr(unsafe.Pointer(&groups[0])), 0)
	_, _, _ = unix.RawSyscall(unix.SYS_SETFSGID, uintptr(gid), 0, 0)
	_, _, _ = unix.RawSyscall(unix.SYS_SETFSUID, uintptr(uid), 0, 0)
}

func (host) Umask(mask uint32) { unix.Umask(int(mask)) }

func (host) Tick() { time.Sleep(8 * time.Millisecond) }

func (host) Open(path string, flags, mode uint32) (int, linux.Errno) {
	fd, err := unix.Openat(unix.AT_FDCWD, path, int(flags|unix.O_CLOEXEC), mode)
	return fd, errnoOf(err)
}

func (host) Close(fd int) linux.Errno { return errnoOf(unix.Close(fd)) }

func (host) Read(fd int, b []byte) (int, linux.Errno) {
	n, err := unix.Read(fd, b)
	return max(n, 0), errnoOf(err)
}

func (host) Write(fd int, b []byte) (int, linux.Errno) {
	n, err := unix.Write(fd, b)
	return max(n, 0), errnoOf(err)
}

func (host) Pread(fd int, b []byte, off int64) (int, linux.Errno) {
	n, err := unix.Pread(fd, b, off)
	return max(n, 0), errnoOf(err)
}

func (host) Pwrite(fd int, b []byte, off int64) (int, linux.Errno) {
	n, err := unix.Pwrite(fd, b, off)
	return max(n, 0), errnoOf(err)
}

func (host) Seek(fd int, off int64, whence int) (int64, linux.Errno) {
	at, err := unix.Seek(fd, off, whence)
	return max(at, 0), errnoOf(err)
}

func (host) Ftruncate(fd int, size int64) linux.Errno { return errnoOf(unix.Ftruncate(fd, size)) }

func (host) Fallocate(fd int, mode uint32, off, length int64) linux.Errno {
	return errnoOf(unix.Fallocate(fd, mode, off, length))
}

func (host) Fstat(fd int) (linux.Stat, linux.Errno) {
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

func (host) Fchmod(fd int, mode uint32) linux.Errno { return errnoOf(unix.Fchmod(fd, mode)) }

func (host) ReadDir(fd int) ([]string, linux.Errno) {
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

func (host) Stat(path string, follow bool) (linux.Stat, linux.Errno) {
	var st unix.Stat_t
	err := unix.Fstatat(unix.AT_FDCWD, path, &st, noFollow(follow))
	return statOf(&st), errnoOf(err)
}

func noFollow(follow bool) int {
	if follow {
		return 0
	}
	return unix.AT_SYMLINK_NOFOLLOW
}

// atCwd is AT_FDCWD as a word.
const atCwd = ^uintptr(99)

func (host) Access(path string, mode uint32) linux.Errno {
	p, err := unix.BytePtrFromString(path)
	if err != nil {
		return linux.EINVAL
	}
	_, _, e := unix.Syscall6(unix.SYS_FACCESSAT2, atCwd, uintptr(unsafe.Pointer(p)), uintptr(mode),
		unix.AT_EACCESS, 0, 0)
	return linux.Errno(e)
}

func (host) Mkdir(path string, mode uint32) linux.Errno {
	return errnoOf(unix.Mkdirat(unix.AT_FDCWD, path, mode))
}

func (host) Mknod(path string, mode uint32, dev uint64) linux.Errno {
	return errnoOf(unix.Mknodat(unix.AT_FDCWD, path, mode, int(dev)))
}

func (host) Symlink(target, path string) linux.Errno {
	return errnoOf(unix.Symlinkat(target, unix.AT_FDCWD, path))
}

func (host) Link(path, to string, follow bool) linux.Errno {
	flags := 0
	if follow {
		flags = unix.AT_SYMLINK_FOLLOW
	}
	return errnoOf(unix.Linkat(unix.AT_FDCWD, path, unix.AT_FDCWD, to, flags))
}

func (host) Unlink(path string) linux.Errno { return errnoOf(unix.Unlinkat(unix.AT_FDCWD, path, 0)) }

func (host) Rmdir(path string) linux.Errno {
	return errnoOf(unix.Unlinkat(unix.AT_FDCWD, path, unix.AT_REMOVEDIR))
}

func (host) Rename(path, to string, flags uint32) linux.Errno {
	return errnoOf(unix.Renameat2(unix.AT_FDCWD, path, unix.AT_FDCWD, to, uint(flags)))
}

func (host) Readlink(path string) (string, linux.Errno) {
	b := make([]byte, 4096)
	n, err := unix.Readlinkat(unix.AT_FDCWD, path, b)
	return string(b[:max(n, 0)]), errnoOf(err)
}

func (host) Chmod(path string, mode uint32) linux.Errno {
	return errnoOf(unix.Fchmodat(unix.AT_FDCWD, path, mode, 0))
}

func (host) Chown(path string, uid, gid uint32, follow bool) linux.Errno {
	return errnoOf(unix.Fchownat(unix.AT_FDCWD, path, int(int32(uid)), int(int32(gid)), noFollow(follow)))
}

func (host) Utimes(path string, times *[2]linux.Timespec) linux.Errno {
	if times == nil {
		return errnoOf(unix.UtimesNanoAt(unix.AT_FDCWD, path, nil, 0))
	}
	var ts []unix.Timespec
	for _, t := range times {
		ts = append(ts, unix.Timespec{Sec: t.Sec, Nsec: t.Nsec})
	}
	return errnoOf(unix.UtimesNanoAt(unix.AT_FDCWD, path, ts, 0))
}

func (host) Truncate(path string, size int64) linux.Errno {
	return errnoOf(unix.Truncate(path, size))
}

func (host) Getxattr(path, name string) (value []byte, errno linux.Errno) {
	value = make([]byte, linux.XATTR_SIZE_MAX)
	n, err := unix.Getxattr(path, name, value)
	value = value[:max(n, 0)]
	return value, errnoOf(err)
}

func (host) Setxattr(path, name string, value []byte, flags uint32) linux.Errno {
	return errnoOf(unix.Setxattr(path, name, value, int(flags)))
}

func (host) Listxattr(path string) (names []string, errno linux.Errno) {
	b := make([]byte, linux.XATTR_LIST_MAX)
	n, err := unix.Listxattr(path, b)
	b = b[:max(n, 0)]
	for len(b) > 0 {
		name := unix.ByteSliceToString(b)
		names = append(names, name)
		b = b[len(name)+1:]
	}
	slices.Sort(names)
	return names, errnoOf(err)
}

func (host) Removexattr(path, name string) linux.Errno {
	return errnoOf(unix.Removexattr(path, name))
}
