package hostfs

import (
	"errors"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
)

// noOpenat2 is set once the host has turned out to lack openat2(2), or to forbid it.
var noOpenat2 atomic.Bool

// openBeneath opens one name in a directory, never following a symbolic link. It is the only way from a directory to what
// is in it. perm is used with O_CREAT only.
func openBeneath(dir int, name string, flags int, perm uint32) (int, error) {
	if err := checkName(name); err != nil {
		return -1, err
	}
	flags |= unix.O_NOFOLLOW | unix.O_CLOEXEC
	if !noOpenat2.Load() {
		fd, err := openat2(dir, name, flags, perm)
		if err != unix.ENOSYS && err != unix.EPERM {
			return fd, err
		}
		if err == unix.ENOSYS {
			noOpenat2.Store(true)
		}
	}
	return retry(func() (int, error) { return unix.Openat(dir, name, flags, perm) })
}

func openat2(dir int, name string, flags int, perm uint32) (int, error) {
	how := unix.OpenHow{
		Flags:   uint64(flags),
		Mode:    uint64(perm),
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS | unix.RESOLVE_NO_SYMLINKS,
	}
	// EAGAIN: something was renamed on the host meanwhile, and the kernel cannot vouch for "beneath".
	for range 64 {
		fd, err := unix.Openat2(dir, name, &how)
		if err != unix.EINTR && err != unix.EAGAIN {
			return fd, err
		}
	}
	return -1, unix.EAGAIN
}

// checkName refuses what is not a plain component. The VFS hands down nothing else; this is the second lock on the door.
func checkName(name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return unix.EINVAL
	case strings.ContainsAny(name, "/\x00"):
		return unix.EINVAL
	case len(name) > linux.NAME_MAX:
		return unix.ENAMETOOLONG
	}
	return nil
}

// retry repeats a host call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}

// statAt is statx(2) without following links; name may be "" for the descriptor itself.
func statAt(dir int, name string, st *unix.Statx_t) error {
	const flags = unix.AT_SYMLINK_NOFOLLOW | unix.AT_NO_AUTOMOUNT | unix.AT_EMPTY_PATH
	return unix.Statx(dir, name, flags, unix.STATX_BASIC_STATS|unix.STATX_BTIME, st)
}

// procFD is a path that leads to exactly the file that a descriptor refers to, whatever its names have become.
func procFD(fd int) string {
	var buf [32]byte
	b := append(buf[:0], "/proc/self/fd/"...)
	return string(appendInt(b, fd))
}

func appendInt(b []byte, n int) []byte {
	if n >= 10 {
		b = appendInt(b, n/10)
	}
	return append(b, byte('0'+n%10))
}

// errnoOf is the guest's view of a host error. A host that is out of descriptors is a full system file table to the guest.
func errnoOf(err error) linux.Errno {
	var e unix.Errno
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &e):
		return linux.EIO
	case e == unix.EMFILE:
		return linux.ENFILE
	}
	return linux.Errno(e)
}
