package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// dirAt is where a relative path starts: the working directory, or an open directory. EBADF if the descriptor is not open.
func dirAt(t *kernel.Task, fd args.DirFD) (fs.Path, linux.Errno) {
	if fd == linux.AT_FDCWD {
		return fs.Path{}, 0
	}
	f := t.Files.Get(int32(fd))
	if f == nil {
		return fs.Path{}, linux.EBADF
	}
	defer f.Unref(&t.Caller)
	if f.Path.IsZero() {
		return fs.Path{}, linux.ENOTDIR
	}
	return f.Path, 0
}

// startOf is dirAt for a name: an absolute one does not look at the descriptor.
func startOf(t *kernel.Task, fd args.DirFD, name string) (fs.Path, linux.Errno) {
	if name != "" && name[0] == '/' {
		return fs.Path{}, 0
	}
	return dirAt(t, fd)
}

// openAt opens a name and gives it a descriptor.
func openAt(t *kernel.Task, dir args.DirFD, name string, flags args.OpenFlags, mode args.Mode, how fs.WalkFlags) (
	result, linux.Errno) {
	at, errno := startOf(t, dir, name)
	if errno != 0 {
		return 0, errno
	}
	if t.ABI.Convention.Wide {
		flags |= linux.O_LARGEFILE
	}
	f, errno := t.FS.OpenHow(&t.Caller, at, name, uint32(flags), uint32(mode), how)
	if errno != 0 {
		return 0, errno
	}
	if errno := rendezvous(t, f); errno != 0 {
		f.Unref(&t.Caller)
		return 0, errno
	}
	t.OpenedTerminal(f, uint32(flags))
	return install(t, f, flags&linux.O_CLOEXEC != 0)
}

// rendezvous waits until a FIFO's other end has come.
func rendezvous(t *kernel.Task, f *fs.File) linux.Errno {
	r, ok := f.Ops.(fs.Rendezvous)
	if !ok || f.IsPath() {
		return 0
	}
	errno := r.Opened()
	if errno != linux.EAGAIN || f.Flags()&linux.O_NONBLOCK != 0 {
		return errno
	}
	blocked := t.BlockOn(f.Ops.Queue(), ^fs.Events(0), kernel.NoDeadline, func() bool {
		errno = r.Opened()
		return errno != linux.EAGAIN
	})
	if blocked != 0 {
		return blocked
	}
	return errno
}

// open implements Linux system call open(2).
func open(t *kernel.Task, name args.Path, flags args.OpenFlags, mode args.Mode) (result, linux.Errno) {
	return openAt(t, linux.AT_FDCWD, string(name), flags, mode, 0)
}

// openat implements Linux system call openat(2).
func openat(t *kernel.Task, dir args.DirFD, name args.Path, flags args.OpenFlags, mode args.Mode) (result, linux.Errno) {
	return openAt(t, dir, string(name), flags, mode, 0)
}

// creat implements Linux system call creat(2).
func creat(t *kernel.Task, name args.Path, mode args.Mode) (result, linux.Errno) {
	return openAt(t, linux.AT_FDCWD, string(name), linux.O_CREAT|linux.O_WRONLY|linux.O_TRUNC, mode, 0)
}

// resolveFlags are openat2's ways to resolve a path (linux/openat2.h).
var resolveFlags = []struct {
	bit  uint64
	flag fs.WalkFlags
}{
	{linux.RESOLVE_NO_XDEV, fs.WalkNoXdev},
	{linux.RESOLVE_NO_MAGICLINKS, fs.WalkNoMagicLinks},
	{linux.RESOLVE_NO_SYMLINKS, fs.WalkNoSymlinks},
	{linux.RESOLVE_BENEATH, fs.WalkBeneath},
	{linux.RESOLVE_IN_ROOT, fs.WalkInRoot},
}

// openat2 implements Linux system call openat2(2).
func openat2(t *kernel.Task, dir args.DirFD, name args.Path, in args.In[linux.OpenHow, args.OpenHowLayout], size args.Size) (
	result, linux.Errno) {
	var how linux.OpenHow
	if errno := checkSized(t, in.Addr, uint64(size), uint64(t.ABI.Structs.OpenHow.Size())); errno != 0 {
		return 0, errno
	}
	if errno := in.Get(t, &how); errno != 0 {
		return 0, errno
	}
	flags := t.ABI.Consts.Open.ToInner(how.Flags)
	creating := flags&(linux.O_CREAT|linux.O_TMPFILE&^linux.O_DIRECTORY) != 0
	if flags>>32 != 0 || how.Mode != 0 && !creating || how.Mode&^0o7777 != 0 {
		return 0, linux.EINVAL
	}
	var walk fs.WalkFlags
	for _, r := range resolveFlags {
		if how.Resolve&r.bit != 0 {
			walk |= r.flag
			how.Resolve &^= r.bit
		}
	}
	const inRootAndBeneath = fs.WalkBeneath | fs.WalkInRoot
	if how.Resolve != 0 || walk&inRootAndBeneath == inRootAndBeneath {
		return 0, linux.EINVAL
	}
	return openAt(t, dir, string(name), args.OpenFlags(flags), args.Mode(how.Mode), walk)
}

// checkSized applies the rules of structures that carry their size (copy_struct_from_user): EINVAL if it is too small,
// E2BIG if what we do not know of it is not zero.
func checkSized(t *kernel.Task, addr, size, known uint64) linux.Errno {
	switch {
	case size < known:
		return linux.EINVAL
	case size > 4096:
		return linux.E2BIG
	}
	rest := make([]byte, size-known)
	if errno := t.Space().Read(addr+known, rest); errno != 0 {
		return errno
	}
	for _, b := range rest {
		if b != 0 {
			return linux.E2BIG
		}
	}
	return 0
}

// closeFD implements Linux system call close(2).
func closeFD(t *kernel.Task, fd args.FD) (result, linux.Errno) {
	f := t.Files.Remove(int32(fd))
	if f == nil {
		return 0, linux.EBADF
	}
	t.CloseFile(f)
	return 0, 0
}

// closeRange implements Linux system call close_range(2).
func closeRange(t *kernel.Task, first, last, flags args.UInt) (result, linux.Errno) {
	const unshare, cloexec = 2, 4
	if flags&^(unshare|cloexec) != 0 || first > last {
		return 0, linux.EINVAL
	}
	if flags&unshare != 0 {
		t.UnshareFiles()
	}
	if flags&cloexec != 0 {
		t.Files.CloexecRange(uint32(first), uint32(last))
		return 0, 0
	}
	for _, f := range t.Files.TakeRange(uint32(first), uint32(last)) {
		t.CloseFile(f)
	}
	return 0, 0
}

// dup implements Linux system call dup(2).
func dup(t *kernel.Task, fd args.FD) (result, linux.Errno) { return dupFrom(t, fd, 0, false) }

// dupFrom gives a file one more descriptor, the lowest free one at or above from.
func dupFrom(t *kernel.Task, fd args.FD, from int32, cloexec bool) (result, linux.Errno) {
	f := t.Files.Get(int32(fd))
	if f == nil {
		return 0, linux.EBADF
	}
	limit := t.Limit(linux.RLIMIT_NOFILE).Cur
	if from < 0 || uint64(from) >= limit {
		f.Unref(&t.Caller)
		return 0, linux.EINVAL
	}
	got, errno := t.Files.Add(f, from, limit, cloexec)
	if errno != 0 {
		f.Unref(&t.Caller)
		return 0, errno
	}
	return result(got), 0
}

// dup2 implements Linux system call dup2(2).
func dup2(t *kernel.Task, old, to args.FD) (result, linux.Errno) {
	if old == to {
		if _, isOpen := t.Files.Cloexec(int32(old)); !isOpen {
			return 0, linux.EBADF
		}
		return result(to), 0
	}
	return dupTo(t, old, to, false)
}

// dup3 implements Linux system call dup3(2).
func dup3(t *kernel.Task, old, to args.FD, flags args.OpenFlags) (result, linux.Errno) {
	if flags&^linux.O_CLOEXEC != 0 || old == to {
		return 0, linux.EINVAL
	}
	return dupTo(t, old, to, flags&linux.O_CLOEXEC != 0)
}

func dupTo(t *kernel.Task, old, to args.FD, cloexec bool) (result, linux.Errno) {
	f := t.Files.Get(int32(old))
	if f == nil {
		return 0, linux.EBADF
	}
	if to < 0 || uint64(to) >= t.Limit(linux.RLIMIT_NOFILE).Cur {
		f.Unref(&t.Caller)
		return 0, linux.EBADF
	}
	if replaced := t.Files.Set(int32(to), f, cloexec); replaced != nil {
		t.CloseFile(replaced)
	}
	return result(to), 0
}

// umask implements Linux system call umask(2).
func umask(t *kernel.Task, mask args.Mode) (result, linux.Errno) {
	return result(t.FS.SetUmask(uint32(mask) & 0o777)), 0
}
