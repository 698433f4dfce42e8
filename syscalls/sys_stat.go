package syscalls

import (
	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// statOf is any layout of struct stat.
type statOf = args.Codec[linux.Stat]

// fstatat implements Linux system calls newfstatat and fstatat64 (fstatat(2)).
func fstatat[L statOf](t *kernel.Task, dir args.DirFD, name args.Path, out args.Out[linux.Stat, L], flags args.AtFlags) (
	result, linux.Errno) {
	const known = linux.AT_SYMLINK_NOFOLLOW | linux.AT_NO_AUTOMOUNT | linux.AT_EMPTY_PATH
	if flags&^known != 0 {
		return 0, linux.EINVAL
	}
	st, errno := statAt(t, dir, string(name), uint32(flags))
	if errno != 0 {
		return 0, errno
	}
	return 0, out.Put(t, &st)
}

// statAt looks at a name, or with AT_EMPTY_PATH and no name at the descriptor itself.
func statAt(t *kernel.Task, dir args.DirFD, name string, flags uint32) (linux.Stat, linux.Errno) {
	if name == "" && flags&linux.AT_EMPTY_PATH != 0 && dir != linux.AT_FDCWD {
		return statFD(t, args.FD(dir))
	}
	at, errno := startOf(t, dir, name)
	if errno != 0 {
		return linux.Stat{}, errno
	}
	return t.FS.Stat(&t.Caller, at, name, fs.AtFlags(flags))
}

func statFD(t *kernel.Task, fd args.FD) (st linux.Stat, errno linux.Errno) {
	f := t.Files.Get(int32(fd))
	if f == nil {
		return linux.Stat{}, linux.EBADF
	}
	defer f.Unref(&t.Caller)
	return f.Stat()
}

// stat implements Linux system calls stat(2) and stat64.
func stat[L statOf](t *kernel.Task, name args.Path, out args.Out[linux.Stat, L]) (result, linux.Errno) {
	return fstatat(t, linux.AT_FDCWD, name, out, 0)
}

// lstat implements Linux system calls lstat(2) and lstat64.
func lstat[L statOf](t *kernel.Task, name args.Path, out args.Out[linux.Stat, L]) (result, linux.Errno) {
	return fstatat(t, linux.AT_FDCWD, name, out, linux.AT_SYMLINK_NOFOLLOW)
}

// fstat implements Linux system calls fstat(2) and fstat64.
func fstat[L statOf](t *kernel.Task, fd args.FD, out args.Out[linux.Stat, L]) (result, linux.Errno) {
	st, errno := statFD(t, fd)
	if errno != 0 {
		return 0, errno
	}
	return 0, out.Put(t, &st)
}

// statx implements Linux system call statx(2).
func statx(t *kernel.Task, dir args.DirFD, name args.PathOrNull, flags args.AtFlags, mask args.UInt,
	out args.Out[linux.Statx, args.StatxLayout]) (result, linux.Errno) {
	const known = linux.AT_SYMLINK_NOFOLLOW | linux.AT_NO_AUTOMOUNT | linux.AT_EMPTY_PATH | linux.AT_STATX_FORCE_SYNC |
		linux.AT_STATX_DONT_SYNC
	const syncBoth = linux.AT_STATX_FORCE_SYNC | linux.AT_STATX_DONT_SYNC
	switch {
	case mask>>31 != 0, flags&^known != 0, flags&syncBoth == syncBoth:
		return 0, linux.EINVAL
	case name.Null && flags&linux.AT_EMPTY_PATH == 0:
		return 0, linux.EFAULT
	}
	st, errno := statAt(t, dir, name.Name, uint32(flags))
	if errno != 0 {
		return 0, errno
	}
	x := statxOf(&st)
	return 0, out.Put(t, &x)
}

func statxOf(st *linux.Stat) linux.Statx {
	x := linux.Statx{
		Mask: linux.STATX_BASIC_STATS, Blksize: uint32(st.Blksize), Nlink: st.Nlink, UID: st.UID, GID: st.GID,
		Mode: uint16(st.Mode), Ino: st.Ino, Size: uint64(st.Size), Blocks: uint64(st.Blocks),
		Atime: statxTime(st.Atime), Btime: statxTime(st.Btime), Ctime: statxTime(st.Ctime), Mtime: statxTime(st.Mtime),
		RdevMajor: linux.Major(st.Rdev), RdevMinor: linux.Minor(st.Rdev),
		DevMajor: linux.Major(st.Dev), DevMinor: linux.Minor(st.Dev),
	}
	if st.Btime != (linux.Timespec{}) {
		x.Mask |= linux.STATX_BTIME
	}
	return x
}

func statxTime(ts linux.Timespec) linux.StatxTimestamp {
	return linux.StatxTimestamp{Sec: ts.Sec, Nsec: uint32(ts.Nsec)}
}

// statfsOf is any layout of struct statfs.
type statfsOf = args.Codec[linux.Statfs]

// statfs implements Linux system call statfs(2).
func statfs(t *kernel.Task, name args.Path, out args.Out[linux.Statfs, args.StatfsLayout]) (result, linux.Errno) {
	return statfsPath(t, name, out)
}

func statfsPath[L statfsOf](t *kernel.Task, name args.Path, out args.Out[linux.Statfs, L]) (result, linux.Errno) {
	return resolved(t, linux.AT_FDCWD, name, 0, func(p fs.Path) linux.Errno { return putStatfs(t, p, out) })
}

func putStatfs[L statfsOf](t *kernel.Task, p fs.Path, out args.Out[linux.Statfs, L]) linux.Errno {
	st, errno := p.Statfs()
	if errno != 0 {
		return errno
	}
	return out.Put(t, &st)
}

// fstatfs implements Linux system call fstatfs(2).
func fstatfs(t *kernel.Task, fd args.FD, out args.Out[linux.Statfs, args.StatfsLayout]) (result, linux.Errno) {
	return fstatfsFile(t, fd, out)
}

func fstatfsFile[L statfsOf](t *kernel.Task, fd args.FD, out args.Out[linux.Statfs, L]) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if f.Path.IsZero() {
			return 0, out.Put(t, &linux.Statfs{Type: linux.PIPEFS_MAGIC, Bsize: 4096, Frsize: 4096, Namelen: 255})
		}
		return 0, putStatfs(t, f.Path, out)
	})
}

// statfs64 implements Linux system call statfs64: the caller gives the size of its structure.
func statfs64(t *kernel.Task, name args.Path, size args.Size, out args.Out[linux.Statfs, args.Statfs64Layout]) (
	result, linux.Errno) {
	if !statfs64Fits(t, size) {
		return 0, linux.EINVAL
	}
	return statfsPath(t, name, out)
}

// fstatfs64 implements Linux system call fstatfs64.
func fstatfs64(t *kernel.Task, fd args.FD, size args.Size, out args.Out[linux.Statfs, args.Statfs64Layout]) (
	result, linux.Errno) {
	if !statfs64Fits(t, size) {
		return 0, linux.EINVAL
	}
	return fstatfsFile(t, fd, out)
}

// statfs64Fits checks the size; old programs for arm count padding at the end (sys_statfs64_wrapper in arch/arm).
func statfs64Fits(t *kernel.Task, size args.Size) bool {
	return int(size) == t.ABI.Structs.Statfs64.Size() || t.ABI.ISA.Family == arch.ARM && size == 88
}
