package syscalls

import (
	"math"
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
	tid, errno := chosenID(t, a)
	if errno != 0 {
		return 0, errno
	}
	if errno := checkCloneArgs(t, a, uint64(size)); errno != 0 {
		return 0, errno
	}
	a.ExitSignal = guestSignal(t, a.ExitSignal)
	a.SetTid = uint64(tid)
	tid, errno = t.Clone(a)
	return result(tid), errno
}

// checkCloneArgs refuses what only clone3 can ask for (clone3_args_valid in kernel/fork.c).
func checkCloneArgs(t *kernel.Task, a *linux.CloneArgs, size uint64) linux.Errno {
	const known = 1<<32 - 1 | linux.CLONE_CLEAR_SIGHAND | linux.CLONE_INTO_CGROUP
	has := func(flag uint64) bool { return a.Flags&flag != 0 }
	switch {
	case has(linux.CLONE_INTO_CGROUP) && (a.Cgroup > math.MaxInt32 || size < linux.CLONE_ARGS_SIZE_VER2),
		a.Flags&^known != 0, has(linux.CLONE_DETACHED), has(linux.CSIGNAL &^ linux.CLONE_NEWTIME),
		a.ExitSignal >= uint64(t.ABI.Consts.NSig), (a.Stack == 0) != (a.StackSize == 0),
		has(linux.CLONE_THREAD|linux.CLONE_PARENT) && a.ExitSignal != 0:
		return linux.EINVAL
	case has(linux.CLONE_INTO_CGROUP):
		return linux.EBADF // there is no directory of a cgroup that could be open
	}
	return 0
}

// chosenID is the id that set_tid asks for, 0 without one. There is one pid namespace, so it names one id at most.
func chosenID(t *kernel.Task, a *linux.CloneArgs) (int, linux.Errno) {
	const maxLevel = 32 // MAX_PID_NS_LEVEL
	switch {
	case a.SetTidSize > maxLevel, (a.SetTid == 0) != (a.SetTidSize == 0):
		return 0, linux.EINVAL
	case a.SetTid == 0:
		return 0, 0
	}
	tid, errno := t.Space().Word(a.SetTid, 4)
	switch {
	case errno != 0:
		return 0, errno
	case a.SetTidSize > 1, int32(tid) < 1, int(tid) >= t.Kernel.MaxPIDs:
		return 0, linux.EINVAL
	case !t.Capable(linux.CAP_CHECKPOINT_RESTORE) && !t.Capable(linux.CAP_SYS_ADMIN):
		return 0, linux.EPERM
	}
	return int(tid), 0
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
		return exec(t, &kernel.ExecSpec{Path: string(name)}, argv, envp)
	}
	spec, errno := execFile(t, dir, name, flags)
	if errno != 0 {
		return 0, errno
	}
	defer spec.File.Unref(&t.Caller)
	return exec(t, spec, argv, envp)
}

// execFile opens what execveat names, and gives the name by which the program will be called.
func execFile(t *kernel.Task, dir args.DirFD, name args.Path, flags args.AtFlags) (*kernel.ExecSpec, linux.Errno) {
	at, errno := startOf(t, dir, string(name))
	if errno != 0 {
		return nil, errno
	}
	p, errno := t.FS.Resolve(&t.Caller, at, string(name), fs.AtFlags(uint32(flags)))
	switch {
	case errno != 0:
		return nil, errno
	case p.Kind() == linux.S_IFLNK:
		return nil, linux.ELOOP
	}
	s := &kernel.ExecSpec{Path: string(name)}
	if dir != linux.AT_FDCWD && (name == "" || name[0] != '/') {
		s.Path = strings.TrimSuffix("/dev/fd/"+strconv.Itoa(int(dir))+"/"+string(name), "/")
		s.Vanishes, _ = t.Files.Cloexec(int32(dir))
	}
	s.File, errno = t.FS.OpenPath(&t.Caller, p, linux.O_PATH)
	return s, errno
}
