package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// fsync implements Linux system call fsync(2).
func fsync(t *kernel.Task, fd args.FD) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) { return 0, f.Sync(&t.Caller, false) })
}

// fdatasync implements Linux system call fdatasync(2).
func fdatasync(t *kernel.Task, fd args.FD) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) { return 0, f.Sync(&t.Caller, true) })
}

// syncAll implements Linux system call sync(2): muslrun holds nothing back that the host does not know of.
func syncAll(*kernel.Task) (result, linux.Errno) { return 0, 0 }

// syncfs implements Linux system call syncfs(2); see syncAll.
func syncfs(t *kernel.Task, fd args.FD) (result, linux.Errno) {
	return onFile(t, fd, func(*fs.File) linux.Errno { return 0 })
}

// onFile runs fn on an open file that is not one of O_PATH.
func onFile(t *kernel.Task, fd args.FD, fn func(*fs.File) linux.Errno) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if f.IsPath() {
			return 0, linux.EBADF
		}
		return 0, fn(f)
	})
}

// syncFileRange implements Linux system call sync_file_range(2).
func syncFileRange(t *kernel.Task, fd args.FD, off, length args.Off64, flags args.UInt) (result, linux.Errno) {
	const known = linux.SYNC_FILE_RANGE_WAIT_BEFORE | linux.SYNC_FILE_RANGE_WRITE | linux.SYNC_FILE_RANGE_WAIT_AFTER
	return onFile(t, fd, func(f *fs.File) linux.Errno {
		switch {
		case flags&^known != 0, off < 0, length < 0, off+length < off:
			return linux.EINVAL
		case !f.Ops.Seekable():
			return linux.ESPIPE
		case flags == 0:
			return 0
		}
		return f.Sync(&t.Caller, true)
	})
}

// syncFileRange2 implements Linux system call sync_file_range2: its flags come second.
func syncFileRange2(t *kernel.Task, fd args.FD, flags args.UInt, off, length args.Off64) (result, linux.Errno) {
	return syncFileRange(t, fd, off, length, flags)
}

// fallocate implements Linux system call fallocate(2).
func fallocate(t *kernel.Task, fd args.FD, mode args.Hex, off, length args.Off64) (result, linux.Errno) {
	n, errno := withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		return 0, f.Allocate(&t.Caller, uint32(mode), int64(off), int64(length))
	})
	tooLarge(t, errno)
	return n, errno
}

// fadvise is posix_fadvise(2): the advice is checked, and followed by nobody, as all data are in memory.
func fadvise(t *kernel.Task, fd args.FD, length int64, advice args.FileAdvice) (result, linux.Errno) {
	return onFile(t, fd, func(f *fs.File) linux.Errno {
		switch {
		case isPipe(f):
			return linux.ESPIPE
		case length < 0 || advice > linux.POSIX_FADV_NOREUSE:
			return linux.EINVAL
		}
		return 0
	})
}

// fadvise64 implements Linux system call fadvise64 (posix_fadvise(2)): the length is a size_t.
func fadvise64(t *kernel.Task, fd args.FD, _ args.Off64, length args.Size, advice args.FileAdvice) (result, linux.Errno) {
	return fadvise(t, fd, int64(length), advice)
}

// fadvise6464 implements Linux system call fadvise64_64 (posix_fadvise(2)).
func fadvise6464(t *kernel.Task, fd args.FD, _, length args.Off64, advice args.FileAdvice) (result, linux.Errno) {
	return fadvise(t, fd, int64(length), advice)
}

// armFadvise implements fadvise64_64 of arm and powerpc: the advice comes second.
func armFadvise(t *kernel.Task, fd args.FD, advice args.FileAdvice, _, length args.Off64) (result, linux.Errno) {
	return fadvise(t, fd, int64(length), advice)
}

// readahead implements Linux system call readahead(2); see fadvise.
func readahead(t *kernel.Task, fd args.FD, _ args.Off64, _ args.Size) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if !f.Readable() {
			return 0, linux.EBADF
		}
		if f.Path.IsZero() || f.Path.Kind() != linux.S_IFREG {
			return 0, linux.EINVAL
		}
		return 0, 0
	})
}
