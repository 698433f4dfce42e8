package syscalls

import (
	"strconv"
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// cloneWith makes a task. The exit signal is in the low byte of the flags, as clone(2) has it.
func cloneWith(t *kernel.Task, flags, stack, parentTid, childTid, tls uint64) (result, linux.Errno) {
	a := linux.CloneArgs{
		Flags: uint64(uint32(flags)) &^ linux.CSIGNAL, ExitSignal: guestSignal(t, flags&linux.CSIGNAL), Stack: stack,
		ParentTid: parentTid, ChildTid: childTid, TLS: tls,
		Pidfd: parentTid, // clone(2) has no place of its own for it
	}
	if a.Flags&linux.CLONE_PIDFD != 0 && a.Flags&linux.CLONE_PARENT_SETTID != 0 {
		return 0, linux.EINVAL
	}
	tid, errno := t.Clone(&a)
	return result(tid), errno
}

// guestSignal gives a signal number of the guest in inner numbering.
func guestSignal(t *kernel.Task, sig uint64) uint64 { return t.ABI.Consts.Signals.ToInner(sig) }

// clone implements Linux system call clone(2) in its first order of arguments.
func clone(t *kernel.Task, flags args.Hex, stack, parentTid, childTid, tls args.Addr) (result, linux.Errno) {
	return cloneWith(t, uint64(flags), uint64(stack), uint64(parentTid), uint64(childTid), uint64(tls))
}

// cloneBackwards is clone(2) with the thread pointer before the child's id (CONFIG_CLONE_BACKWARDS).
func cloneBackwards(t *kernel.Task, flags args.Hex, stack, parentTid, tls, childTid args.Addr) (result, linux.Errno) {
	return cloneWith(t, uint64(flags), uint64(stack), uint64(parentTid), uint64(childTid), uint64(tls))
}

// cloneBackwards2 is clone(2) with the stack first (CONFIG_CLONE_BACKWARDS2).
func cloneBackwards2(t *kernel.Task, stack args.Addr, flags args.Hex, parentTid, childTid, tls args.Addr) (
	result, linux.Errno) {
	return cloneWith(t, uint64(flags), uint64(stack), uint64(parentTid), uint64(childTid), uint64(tls))
}

// cloneBackwards3 is clone(2) with a size of the stack that nothing uses (CONFIG_CLONE_BACKWARDS3).
func cloneBackwards3(t *kernel.Task, flags args.Hex, stack args.Addr, _ args.Ignored, parentTid, childTid, tls args.Addr) (
	result, linux.Errno) {
	return cloneWith(t, uint64(flags), uint64(stack), uint64(parentTid), uint64(childTid), uint64(tls))
}

// fork implements Linux system call fork(2).
func fork(t *kernel.Task) (result, linux.Errno) { return cloneWith(t, guestChld(t), 0, 0, 0, 0) }

// vfork implements Linux system call vfork(2): the child borrows the memory until it calls execve or ends.
func vfork(t *kernel.Task) (result, linux.Errno) {
	return cloneWith(t, linux.CLONE_VFORK|linux.CLONE_VM|guestChld(t), 0, 0, 0, 0)
}

// guestChld is SIGCHLD as the guest numbers it.
func guestChld(t *kernel.Task) uint64 { return t.ABI.Consts.Signals.ToGuest(linux.SIGCHLD) }

// clone3 implements Linux system call clone3(2).
func clone3(t *kernel.Task, in args.In[linux.CloneArgs, args.CloneArgsLayout], size args.Size) (result, linux.Errno) {
	a, errno := cloneArgs(t, in.Addr, uint64(size))
	if errno != 0 {
		return 0, errno
	}
	switch {
	case a.Flags&linux.CLONE_DETACHED != 0, a.Flags&linux.CSIGNAL&^linux.CLONE_NEWTIME != 0,
		a.ExitSignal > 127, (a.Stack == 0) != (a.StackSize == 0):
		return 0, linux.EINVAL
	case a.Flags&(linux.CLONE_THREAD|linux.CLONE_PARENT) != 0 && a.ExitSignal != 0:
		return 0, linux.EINVAL
	case a.SetTidSize != 0:
		return 0, linux.EPERM // choosing ids takes CAP_CHECKPOINT_RESTORE over the pid namespace
	case a.Flags&linux.CLONE_INTO_CGROUP != 0:
		return 0, linux.EOPNOTSUPP
	}
	a.ExitSignal = guestSignal(t, a.ExitSignal)
	tid, errno := t.Clone(a)
	return result(tid), errno
}

// cloneArgs reads struct clone_args, whose size tells how much of it the caller knows.
func cloneArgs(t *kernel.Task, addr, size uint64) (*linux.CloneArgs, linux.Errno) {
	codec := t.ABI.Structs.CloneArgs
	known := uint64(codec.Size())
	if size < linux.CLONE_ARGS_SIZE_VER0 {
		return nil, linux.EINVAL
	}
	if size > known {
		if errno := checkSized(t, addr, size, known); errno != 0 {
			return nil, errno
		}
	}
	buf := make([]byte, known)
	if errno := t.Space().Read(addr, buf[:min(size, known)]); errno != 0 {
		return nil, errno
	}
	a := &linux.CloneArgs{}
	codec.Decode(buf, a)
	return a, 0
}

// unshare implements Linux system call unshare(2): files and directories; namespaces are not for guests.
func unshare(t *kernel.Task, flags args.Hex) (result, linux.Errno) {
	const known = linux.CLONE_FS | linux.CLONE_FILES | linux.CLONE_SYSVSEM | linux.CLONE_THREAD | linux.CLONE_VM |
		linux.CLONE_SIGHAND
	switch {
	case flags&^known != 0:
		return 0, linux.EPERM
	case flags&(linux.CLONE_THREAD|linux.CLONE_VM|linux.CLONE_SIGHAND) != 0 && len(t.Group.Tasks()) > 1:
		return 0, linux.EINVAL
	}
	if flags&linux.CLONE_FILES != 0 {
		t.UnshareFiles()
	}
	if flags&linux.CLONE_FS != 0 {
		t.FS = t.FS.Clone()
	}
	if flags&linux.CLONE_SYSVSEM != 0 {
		t.ReleaseSemUndo()
	}
	return 0, 0
}

// setns implements Linux system call setns(2): there are no namespaces to enter.
func setns(t *kernel.Task, fd args.FD, _ args.Int) (result, linux.Errno) {
	if _, isOpen := t.Files.Cloexec(int32(fd)); !isOpen {
		return 0, linux.EBADF
	}
	return 0, linux.EINVAL
}

// execveat implements Linux system call execveat(2).
func execveat(t *kernel.Task, dir args.DirFD, name args.Path, argv, envp args.Addr, flags args.AtFlags) (
	result, linux.Errno) {
	if flags&^(linux.AT_EMPTY_PATH|linux.AT_SYMLINK_NOFOLLOW) != 0 {
		return 0, linux.EINVAL
	}
	if name != "" && (name[0] == '/' || dir == linux.AT_FDCWD) && flags&linux.AT_SYMLINK_NOFOLLOW == 0 {
		return exec(t, string(name), nil, argv, envp)
	}
	f, path, errno := execFile(t, dir, name, flags)
	if errno != 0 {
		return 0, errno
	}
	defer f.Unref(&t.Caller)
	return exec(t, path, f, argv, envp)
}

// execFile opens what execveat names, and gives the name by which the program will be called.
func execFile(t *kernel.Task, dir args.DirFD, name args.Path, flags args.AtFlags) (*fs.File, string, linux.Errno) {
	at, errno := startOf(t, dir, string(name))
	if errno != 0 {
		return nil, "", errno
	}
	p, errno := t.FS.Resolve(&t.Caller, at, string(name), fs.AtFlags(uint32(flags)))
	switch {
	case errno != 0:
		return nil, "", errno
	case p.Kind() == linux.S_IFLNK:
		return nil, "", linux.ELOOP
	}
	called := string(name)
	if called == "" || called[0] != '/' {
		called = strings.TrimSuffix("/dev/fd/"+strconv.Itoa(int(dir))+"/"+called, "/")
		if dir == linux.AT_FDCWD {
			called = string(name)
		}
	}
	f, errno := t.FS.OpenPath(&t.Caller, p, linux.O_PATH)
	return f, called, errno
}
