package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// from runs an operation on a name with the place where it starts.
func from(t *kernel.Task, dir args.DirFD, name args.Path, op func(at fs.Path) linux.Errno) (result, linux.Errno) {
	at, errno := startOf(t, dir, string(name))
	if errno != 0 {
		return 0, errno
	}
	return 0, op(at)
}

// resolved runs an operation on the place that a name leads to.
func resolved(t *kernel.Task, dir args.DirFD, name args.Path, flags fs.WalkFlags, op func(p fs.Path) linux.Errno) (
	result, linux.Errno) {
	return from(t, dir, name, func(at fs.Path) linux.Errno {
		p, errno := t.FS.Resolve(&t.Caller, at, string(name), flags)
		if errno != 0 {
			return errno
		}
		return op(p)
	})
}

// opened runs an operation on the place of an open file. EBADF for one that has none is what path-only calls answer.
func opened(t *kernel.Task, fd args.FD, op func(p fs.Path) linux.Errno) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if f.IsPath() {
			return 0, linux.EBADF
		}
		if f.Path.IsZero() {
			return 0, linux.EINVAL
		}
		return 0, op(f.Path)
	})
}

// faccessat2 implements Linux system call faccessat2(2).
func faccessat2(t *kernel.Task, dir args.DirFD, name args.Path, mode args.UInt, flags args.AtFlags) (result, linux.Errno) {
	if flags&^(linux.AT_EACCESS|linux.AT_SYMLINK_NOFOLLOW|linux.AT_EMPTY_PATH) != 0 {
		return 0, linux.EINVAL
	}
	return from(t, dir, name, func(at fs.Path) linux.Errno {
		return t.FS.Access(&t.Caller, at, string(name), uint32(mode), uint32(flags))
	})
}

// faccessat implements Linux system call faccessat(2), which has no flags.
func faccessat(t *kernel.Task, dir args.DirFD, name args.Path, mode args.UInt) (result, linux.Errno) {
	return faccessat2(t, dir, name, mode, 0)
}

// access implements Linux system call access(2).
func access(t *kernel.Task, name args.Path, mode args.UInt) (result, linux.Errno) {
	return faccessat2(t, linux.AT_FDCWD, name, mode, 0)
}

// mkdirat implements Linux system call mkdirat(2).
func mkdirat(t *kernel.Task, dir args.DirFD, name args.Path, mode args.Mode) (result, linux.Errno) {
	return from(t, dir, name, func(at fs.Path) linux.Errno {
		return t.FS.Mkdir(&t.Caller, at, string(name), uint32(mode))
	})
}

// mkdir implements Linux system call mkdir(2).
func mkdir(t *kernel.Task, name args.Path, mode args.Mode) (result, linux.Errno) {
	return mkdirat(t, linux.AT_FDCWD, name, mode)
}

// mknodat implements Linux system call mknodat(2).
func mknodat(t *kernel.Task, dir args.DirFD, name args.Path, mode args.Mode, dev args.UInt) (result, linux.Errno) {
	return from(t, dir, name, func(at fs.Path) linux.Errno {
		return t.FS.Mknod(&t.Caller, at, string(name), uint32(mode), uint64(dev))
	})
}

// mknod implements Linux system call mknod(2).
func mknod(t *kernel.Task, name args.Path, mode args.Mode, dev args.UInt) (result, linux.Errno) {
	return mknodat(t, linux.AT_FDCWD, name, mode, dev)
}

// unlinkat implements Linux system call unlinkat(2).
func unlinkat(t *kernel.Task, dir args.DirFD, name args.Path, flags args.AtFlags) (result, linux.Errno) {
	if flags&^linux.AT_REMOVEDIR != 0 {
		return 0, linux.EINVAL
	}
	return from(t, dir, name, func(at fs.Path) linux.Errno {
		if flags != 0 {
			return t.FS.Rmdir(&t.Caller, at, string(name))
		}
		return t.FS.Unlink(&t.Caller, at, string(name))
	})
}

// unlink implements Linux system call unlink(2).
func unlink(t *kernel.Task, name args.Path) (result, linux.Errno) {
	return unlinkat(t, linux.AT_FDCWD, name, 0)
}

// rmdir implements Linux system call rmdir(2).
func rmdir(t *kernel.Task, name args.Path) (result, linux.Errno) {
	return unlinkat(t, linux.AT_FDCWD, name, linux.AT_REMOVEDIR)
}

// renameat2 implements Linux system call renameat2(2).
func renameat2(t *kernel.Task, dir args.DirFD, name args.Path, newDir args.DirFD, newName args.Path, flags args.UInt) (
	result, linux.Errno) {
	return from(t, dir, name, func(at fs.Path) linux.Errno {
		newAt, errno := startOf(t, newDir, string(newName))
		if errno != 0 {
			return errno
		}
		return t.FS.Rename(&t.Caller, at, string(name), newAt, string(newName), uint32(flags))
	})
}

// renameat implements Linux system call renameat(2).
func renameat(t *kernel.Task, dir args.DirFD, name args.Path, newDir args.DirFD, newName args.Path) (result, linux.Errno) {
	return renameat2(t, dir, name, newDir, newName, 0)
}

// rename implements Linux system call rename(2).
func rename(t *kernel.Task, name, newName args.Path) (result, linux.Errno) {
	return renameat2(t, linux.AT_FDCWD, name, linux.AT_FDCWD, newName, 0)
}

// linkat implements Linux system call linkat(2).
func linkat(t *kernel.Task, dir args.DirFD, name args.Path, newDir args.DirFD, newName args.Path, flags args.AtFlags) (
	result, linux.Errno) {
	if flags&^(linux.AT_SYMLINK_FOLLOW|linux.AT_EMPTY_PATH) != 0 {
		return 0, linux.EINVAL
	}
	walk := fs.AtFlags(uint32(flags))
	if flags&linux.AT_SYMLINK_FOLLOW == 0 {
		walk |= fs.WalkNoFollow
	}
	if flags&linux.AT_EMPTY_PATH != 0 && !t.Capable(linux.CAP_DAC_READ_SEARCH) {
		return 0, linux.ENOENT
	}
	return from(t, dir, name, func(at fs.Path) linux.Errno {
		newAt, errno := startOf(t, newDir, string(newName))
		if errno != 0 {
			return errno
		}
		return t.FS.Link(&t.Caller, at, string(name), walk, newAt, string(newName))
	})
}

// link implements Linux system call link(2).
func link(t *kernel.Task, name, newName args.Path) (result, linux.Errno) {
	return linkat(t, linux.AT_FDCWD, name, linux.AT_FDCWD, newName, 0)
}

// symlinkat implements Linux system call symlinkat(2).
func symlinkat(t *kernel.Task, target args.Path, dir args.DirFD, name args.Path) (result, linux.Errno) {
	return from(t, dir, name, func(at fs.Path) linux.Errno {
		return t.FS.Symlink(&t.Caller, string(target), at, string(name))
	})
}

// symlink implements Linux system call symlink(2).
func symlink(t *kernel.Task, target, name args.Path) (result, linux.Errno) {
	return symlinkat(t, target, linux.AT_FDCWD, name)
}

// readlinkat implements Linux system call readlinkat(2): what does not fit is cut off.
func readlinkat(t *kernel.Task, dir args.DirFD, name args.Path, buf args.OutBuf) (result, linux.Errno) {
	if int32(buf.Len) <= 0 {
		return 0, linux.EINVAL
	}
	at, errno := startOf(t, dir, string(name))
	if errno != 0 {
		return 0, errno
	}
	target, errno := t.FS.Readlink(&t.Caller, at, string(name))
	if errno != 0 {
		return 0, errno
	}
	target = target[:min(uint64(len(target)), buf.Len)]
	return result(len(target)), buf.Store(t, []byte(target))
}

// readlink implements Linux system call readlink(2).
func readlink(t *kernel.Task, name args.Path, buf args.OutBuf) (result, linux.Errno) {
	if name == "" {
		return 0, linux.ENOENT
	}
	return readlinkat(t, linux.AT_FDCWD, name, buf)
}

// chdir implements Linux system call chdir(2).
func chdir(t *kernel.Task, name args.Path) (result, linux.Errno) {
	return 0, t.FS.Chdir(&t.Caller, string(name))
}

// fchdir implements Linux system call fchdir(2).
func fchdir(t *kernel.Task, fd args.FD) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) { return 0, t.FS.Fchdir(&t.Caller, f) })
}

// chroot implements Linux system call chroot(2).
func chroot(t *kernel.Task, name args.Path) (result, linux.Errno) {
	return 0, t.FS.Chroot(&t.Caller, string(name))
}

// getcwd implements Linux system call getcwd(2): the result counts the NUL.
func getcwd(t *kernel.Task, buf args.OutBuf) (result, linux.Errno) {
	name, errno := t.FS.Getcwd()
	if errno != 0 {
		return 0, errno
	}
	if uint64(len(name))+1 > buf.Len {
		return 0, linux.ERANGE
	}
	return result(len(name) + 1), buf.Store(t, append([]byte(name), 0))
}

// fchmodat2 implements Linux system call fchmodat2(2).
func fchmodat2(t *kernel.Task, dir args.DirFD, name args.Path, mode args.Mode, flags args.AtFlags) (result, linux.Errno) {
	if flags&^(linux.AT_SYMLINK_NOFOLLOW|linux.AT_EMPTY_PATH) != 0 {
		return 0, linux.EINVAL
	}
	return resolved(t, dir, name, fs.AtFlags(uint32(flags)), func(p fs.Path) linux.Errno {
		return p.Chmod(&t.Caller, uint32(mode))
	})
}

// fchmodat implements Linux system call fchmodat(2), which has no flags.
func fchmodat(t *kernel.Task, dir args.DirFD, name args.Path, mode args.Mode) (result, linux.Errno) {
	return fchmodat2(t, dir, name, mode, 0)
}

// chmod implements Linux system call chmod(2).
func chmod(t *kernel.Task, name args.Path, mode args.Mode) (result, linux.Errno) {
	return fchmodat2(t, linux.AT_FDCWD, name, mode, 0)
}

// fchmod implements Linux system call fchmod(2).
func fchmod(t *kernel.Task, fd args.FD, mode args.Mode) (result, linux.Errno) {
	return opened(t, fd, func(p fs.Path) linux.Errno { return p.Chmod(&t.Caller, uint32(mode)) })
}

// idArg is an argument that is a user or group id: args.OldID of the calls that have a twin with 32 in its name.
type idArg interface {
	args.UInt | args.OldID
	ID() uint32
}

// fchownat implements Linux system call fchownat(2).
func fchownat(t *kernel.Task, dir args.DirFD, name args.Path, uid, gid args.UInt, flags args.AtFlags) (result, linux.Errno) {
	if flags&^(linux.AT_SYMLINK_NOFOLLOW|linux.AT_EMPTY_PATH) != 0 {
		return 0, linux.EINVAL
	}
	return chownPath(t, dir, name, uid.ID(), gid.ID(), fs.AtFlags(uint32(flags)))
}

func chownPath(t *kernel.Task, dir args.DirFD, name args.Path, uid, gid uint32, flags fs.WalkFlags) (result, linux.Errno) {
	return resolved(t, dir, name, flags, func(p fs.Path) linux.Errno { return p.Chown(&t.Caller, uid, gid) })
}

// chown implements Linux system calls chown(2) and chown32.
func chown[I idArg](t *kernel.Task, name args.Path, uid, gid I) (result, linux.Errno) {
	return chownPath(t, linux.AT_FDCWD, name, uid.ID(), gid.ID(), 0)
}

// lchown implements Linux system calls lchown(2) and lchown32.
func lchown[I idArg](t *kernel.Task, name args.Path, uid, gid I) (result, linux.Errno) {
	return chownPath(t, linux.AT_FDCWD, name, uid.ID(), gid.ID(), fs.WalkNoFollow)
}

// fchown implements Linux system calls fchown(2) and fchown32.
func fchown[I idArg](t *kernel.Task, fd args.FD, uid, gid I) (result, linux.Errno) {
	return opened(t, fd, func(p fs.Path) linux.Errno { return p.Chown(&t.Caller, uid.ID(), gid.ID()) })
}

// truncate implements Linux system calls truncate(2) and truncate64.
func truncate[O offset](t *kernel.Task, name args.Path, size O) (result, linux.Errno) {
	if size < 0 {
		return 0, linux.EINVAL
	}
	n, errno := resolved(t, linux.AT_FDCWD, name, 0, func(p fs.Path) linux.Errno { return p.Truncate(&t.Caller, int64(size)) })
	tooLarge(t, errno)
	return n, errno
}

// offset is an argument that is a file offset, in one word or two.
type offset interface{ args.Off | args.Off64 }

// ftruncate implements Linux system calls ftruncate(2) and ftruncate64.
func ftruncate[O offset](t *kernel.Task, fd args.FD, size O) (result, linux.Errno) {
	n, errno := withFile(t, fd, func(f *fs.File) (result, linux.Errno) { return 0, f.Truncate(&t.Caller, int64(size)) })
	tooLarge(t, errno)
	return n, errno
}

// utimensat implements Linux system call utimensat(2). Without a name, dir is the file itself.
func utimensat[L timespecOf](t *kernel.Task, dir args.DirFD, name args.PathOrNull, in args.In[linux.Timespec, L],
	flags args.AtFlags) (result, linux.Errno) {
	if flags&^(linux.AT_SYMLINK_NOFOLLOW|linux.AT_EMPTY_PATH) != 0 {
		return 0, linux.EINVAL
	}
	times, errno := fileTimes(t, in)
	if errno != 0 {
		return 0, errno
	}
	if name.Null {
		if dir == linux.AT_FDCWD {
			return 0, linux.EFAULT
		}
		return opened(t, args.FD(dir), func(p fs.Path) linux.Errno { return p.Utimes(&t.Caller, times) })
	}
	return resolved(t, dir, args.Path(name.Name), fs.AtFlags(uint32(flags)), func(p fs.Path) linux.Errno {
		return p.Utimes(&t.Caller, times)
	})
}

// fileTimes reads access and modification time; nil means now.
func fileTimes[L timespecOf](t *kernel.Task, in args.In[linux.Timespec, L]) (*[2]linux.Timespec, linux.Errno) {
	if in.Null() {
		return nil, 0
	}
	var times [2]linux.Timespec
	for i := range times {
		if errno := in.At(t, i, &times[i]); errno != 0 {
			return nil, errno
		}
	}
	return &times, 0
}

// futimesat implements Linux system call futimesat(2).
func futimesat(t *kernel.Task, dir args.DirFD, name args.PathOrNull, in args.In[linux.Timeval, args.TimevalLayout]) (
	result, linux.Errno) {
	times, errno := timevals(t, in)
	if errno != 0 {
		return 0, errno
	}
	if name.Null {
		return opened(t, args.FD(dir), func(p fs.Path) linux.Errno { return p.Utimes(&t.Caller, times) })
	}
	return resolved(t, dir, args.Path(name.Name), 0, func(p fs.Path) linux.Errno { return p.Utimes(&t.Caller, times) })
}

// utimes implements Linux system call utimes(2).
func utimes(t *kernel.Task, name args.Path, in args.In[linux.Timeval, args.TimevalLayout]) (result, linux.Errno) {
	return futimesat(t, linux.AT_FDCWD, args.PathOrNull{Name: string(name)}, in)
}

func timevals(t *kernel.Task, in args.In[linux.Timeval, args.TimevalLayout]) (*[2]linux.Timespec, linux.Errno) {
	if in.Null() {
		return nil, 0
	}
	var times [2]linux.Timespec
	for i := range times {
		var tv linux.Timeval
		if errno := in.At(t, i, &tv); errno != 0 {
			return nil, errno
		}
		if tv.Usec < 0 || tv.Usec >= 1e6 {
			return nil, linux.EINVAL
		}
		times[i] = linux.Timespec{Sec: tv.Sec, Nsec: tv.Usec * 1000}
	}
	return &times, 0
}

// utime implements Linux system call utime(2): two longs.
func utime(t *kernel.Task, name args.Path, at args.Addr) (result, linux.Errno) {
	var times *[2]linux.Timespec
	if at != 0 {
		times = new([2]linux.Timespec)
		size := t.ABI.Data.LongSize
		for i := range times {
			v, errno := t.Space().Word(uint64(at)+uint64(i*size), size)
			if errno != 0 {
				return 0, errno
			}
			times[i].Sec = signedLong(t, v)
		}
	}
	return resolved(t, linux.AT_FDCWD, name, 0, func(p fs.Path) linux.Errno { return p.Utimes(&t.Caller, times) })
}

// signedLong is a long that was read from memory.
func signedLong(t *kernel.Task, v uint64) int64 {
	if t.ABI.Data.LongSize == 4 {
		return int64(int32(v))
	}
	return int64(v)
}
