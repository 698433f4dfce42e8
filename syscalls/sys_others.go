package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// Calls by which a process looks at another one: at its memory, its descriptors, what it shares.

// mayTrace reports whether a task may look into another (ptrace_may_access): within the process, for the same user,
// or with CAP_SYS_PTRACE.
func mayTrace(t, other *kernel.Task) bool {
	if t.Group == other.Group || t.Capable(linux.CAP_SYS_PTRACE) {
		return true
	}
	a, b := t.Caller.Cred, other.Caller.Cred
	return a.UID == b.EUID && a.UID == b.SUID && a.UID == b.UID && a.GID == b.EGID && a.GID == b.SGID && a.GID == b.GID &&
		other.Group.Dumpable() == 1
}

// traced finds a task that the caller may look into: ESRCH, EPERM.
func traced(t *kernel.Task, tid args.PID) (*kernel.Task, linux.Errno) {
	other := t.Kernel.Task(int(tid))
	switch {
	case other == nil:
		return nil, linux.ESRCH
	case !mayTrace(t, other):
		return nil, linux.EPERM
	}
	return other, 0
}

// processVMReadv implements Linux system call process_vm_readv(2).
func processVMReadv(t *kernel.Task, pid args.PID, local, remote args.InVec, flags args.ULong) (result, linux.Errno) {
	return processVM(t, pid, local, remote, flags, false)
}

// processVMWritev implements Linux system call process_vm_writev(2).
func processVMWritev(t *kernel.Task, pid args.PID, local, remote args.InVec, flags args.ULong) (result, linux.Errno) {
	return processVM(t, pid, local, remote, flags, true)
}

// processVM copies between the caller's memory and another's, up to the first byte that cannot be.
func processVM(t *kernel.Task, pid args.PID, local, remote args.InVec, flags args.ULong, write bool) (
	result, linux.Errno) {
	if flags != 0 {
		return 0, linux.EINVAL
	}
	mine, errno := args.Iovecs(t, local.Addr, local.Count)
	if errno != 0 {
		return 0, errno
	}
	theirs, errno := args.Iovecs(t, remote.Addr, remote.Count)
	if errno != 0 {
		return 0, errno
	}
	if vecSize(mine) == 0 || vecSize(theirs) == 0 {
		return 0, 0
	}
	other, errno := traced(t, pid)
	if errno != 0 {
		return 0, errno
	}
	memory := other.BorrowMemory()
	if memory == nil {
		return 0, linux.ESRCH
	}
	defer memory.Return()
	n := vmCopy{t: t, memory: memory, write: write}.run(mine, theirs)
	if n == 0 {
		return 0, linux.EFAULT
	}
	return result(n), 0
}

func vecSize(vec []linux.Iovec) (n uint64) {
	for _, v := range vec {
		n += v.Len
	}
	return n
}

// vmCopy is one process_vm_readv or process_vm_writev.
type vmCopy struct {
	t      *kernel.Task
	memory *kernel.Memory
	write  bool
}

// run copies piece by piece and returns the number of bytes.
func (x vmCopy) run(mine, theirs []linux.Iovec) (total uint64) {
	for len(mine) > 0 && len(theirs) > 0 {
		n := min(mine[0].Len, theirs[0].Len)
		done, errno := x.piece(mine[0].Base, theirs[0].Base, n)
		if total += done; done < n || errno != 0 {
			break
		}
		mine, theirs = skip(mine, n), skip(theirs, n)
	}
	return total
}

// skip drops n bytes, which the first buffer has, and buffers that are empty.
func skip(vec []linux.Iovec, n uint64) []linux.Iovec {
	if vec[0].Base, vec[0].Len = vec[0].Base+n, vec[0].Len-n; vec[0].Len == 0 {
		return vec[1:]
	}
	return vec
}

// piece copies as much of n bytes as both sides allow; nothing if memory goes away meanwhile.
func (x vmCopy) piece(mine, theirs, n uint64) (done uint64, errno linux.Errno) {
	here, there := emu.Write, emu.Read
	if x.write {
		here, there = emu.Read, emu.Write
	}
	a, b := x.t.Space().View(mine, n, here), x.memory.Space.View(theirs, n, there)
	defer kernel.CatchFault(&errno)
	if x.write {
		done = uint64(copy(b, a))
		x.memory.Space.CodeWritten(theirs, done)
		return done, 0
	}
	return uint64(copy(a, b)), 0
}

// pidfdSendSignal implements Linux system call pidfd_send_signal(2).
func pidfdSendSignal(t *kernel.Task, fd args.FD, sig args.Signal, in args.InSiginfo, flags args.UInt) (
	result, linux.Errno) {
	if flags != 0 {
		return 0, linux.EINVAL
	}
	g, errno := signalledGroup(t, fd)
	if errno != 0 {
		return 0, errno
	}
	info := sentBy(t, sig, linux.SI_USER)
	if in.Addr != 0 {
		if errno := in.Get(t, info); errno != 0 {
			return 0, errno
		}
		if info.Signo != int32(sig) {
			return 0, linux.EINVAL
		}
		if g != t.Group && (info.Code >= 0 || info.Code == linux.SI_TKILL) {
			return 0, linux.EPERM
		}
	}
	if t.Kernel.Group(g.PID) != g {
		return 0, linux.ESRCH
	}
	return 0, signalGroup(t, g, info)
}

// signalledGroup is the process behind a pidfd, or behind a descriptor of its directory in /proc.
func signalledGroup(t *kernel.Task, fd args.FD) (g *kernel.ThreadGroup, errno linux.Errno) {
	_, errno = withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if g, errno = kernel.PidfdGroup(f); errno == 0 || f.Path.IsZero() {
			return 0, errno
		}
		d, ok := f.Path.Inode().(fs.ProcessDirectory)
		if !ok || d.ProcessID() == 0 {
			return 0, errno
		}
		if g = t.Kernel.Group(d.ProcessID()); g == nil {
			return 0, linux.ESRCH
		}
		return 0, 0
	})
	return g, errno
}

// pidfdGetfd implements Linux system call pidfd_getfd(2).
func pidfdGetfd(t *kernel.Task, pidfd, target args.FD, flags args.UInt) (result, linux.Errno) {
	if flags != 0 {
		return 0, linux.EINVAL
	}
	g, errno := pidfdGroup(t, pidfd)
	switch {
	case errno != 0:
		return 0, errno
	case g.Dead():
		return 0, linux.ESRCH
	case !mayTrace(t, g.Leader):
		return 0, linux.EPERM
	}
	f := g.Leader.Files.Get(int32(target))
	if f == nil {
		return 0, linux.EBADF
	}
	return install(t, f, true)
}

// kcmp implements Linux system call kcmp(2): 0 for the same, 3 for what is not; there is no order here.
func kcmp(t *kernel.Task, pid1, pid2 args.PID, what args.Int, first, second args.ULong) (result, linux.Errno) {
	a, errno := traced(t, pid1)
	if errno != 0 {
		return 0, errno
	}
	b, errno := traced(t, pid2)
	if errno != 0 {
		return 0, errno
	}
	const file, vm, files, fsContext, sighand, ioContext, sysvsem = 0, 1, 2, 3, 4, 5, 6
	switch what {
	case file:
		return compareFiles(t, a.Files.Get(int32(first)), b.Files.Get(int32(second)))
	case vm:
		return compared(a.Group == b.Group || a.Memory == b.Memory), 0
	case files:
		return compared(a.Files == b.Files), 0
	case fsContext:
		return compared(a.FS == b.FS), 0
	case sighand:
		return compared(a.SameSighand(b)), 0
	case ioContext, sysvsem:
		return compared(a == b), 0
	}
	return 0, linux.EINVAL
}

// compared is the result of kcmp.
func compared(same bool) result {
	if same {
		return 0
	}
	return 3
}

func compareFiles(t *kernel.Task, a, b *fs.File) (result, linux.Errno) {
	for _, f := range []*fs.File{a, b} {
		if f != nil {
			defer f.Unref(&t.Caller)
		}
	}
	if a == nil || b == nil {
		return 0, linux.EBADF
	}
	return compared(a == b), 0
}
