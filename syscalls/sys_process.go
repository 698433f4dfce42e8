package syscalls

import (
	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// exit implements Linux system call _exit(2) of one task.
func exit(t *kernel.Task, code args.Int) (result, linux.Errno) {
	t.Exit(int(code))
	return 0, kernel.NoResult
}

// exitGroup implements Linux system call exit_group(2).
func exitGroup(t *kernel.Task, code args.Int) (result, linux.Errno) {
	t.ExitGroup(int(code))
	return 0, kernel.NoResult
}

// strings reads an array of pointers to strings that ends with a null pointer (argv, envp). All together may be limit
// bytes: E2BIG.
func stringArray(t *kernel.Task, at args.Addr) ([]string, linux.Errno) {
	const maxTotal, maxOne = 8 << 20, 128 << 10
	var out []string
	if at == 0 {
		return nil, 0
	}
	size := uint64(t.ABI.Pointers())
	for total := uint64(0); ; {
		p, errno := t.Space().Pointer(uint64(at) + uint64(len(out))*size)
		if errno != 0 || p == 0 {
			return out, errno
		}
		s, errno := t.Space().CString(p, maxOne-1, linux.E2BIG)
		if errno != 0 {
			return nil, errno
		}
		if total += uint64(len(s)) + 1 + size; total > maxTotal {
			return nil, linux.E2BIG
		}
		out = append(out, s)
	}
}

// execve implements Linux system call execve(2).
func execve(t *kernel.Task, path args.Path, argv, envp args.Addr) (result, linux.Errno) {
	return exec(t, &kernel.ExecSpec{Path: string(path)}, argv, envp)
}

func exec(t *kernel.Task, s *kernel.ExecSpec, argv, envp args.Addr) (_ result, errno linux.Errno) {
	if s.Args, errno = stringArray(t, argv); errno != 0 {
		return 0, errno
	}
	if s.Env, errno = stringArray(t, envp); errno != 0 {
		return 0, errno
	}
	return 0, t.Exec(s)
}

// setTidAddress implements Linux system call set_tid_address(2).
func setTidAddress(t *kernel.Task, addr args.Addr) (result, linux.Errno) {
	t.ClearChildTID = uint64(addr)
	return result(t.TID), 0
}

// setRobustList implements Linux system call set_robust_list(2).
func setRobustList(t *kernel.Task, head args.Addr, length args.Size) (result, linux.Errno) {
	if int(length) != t.ABI.Structs.RobustList.Size() {
		return 0, linux.EINVAL
	}
	t.RobustList, t.RobustListLen = uint64(head), uint64(length)
	return 0, 0
}

// getRobustList implements Linux system call get_robust_list(2).
func getRobustList(t *kernel.Task, pid args.PID, head, length args.Addr) (result, linux.Errno) {
	target := t
	if pid != 0 {
		if target = t.Kernel.Task(int(pid)); target == nil {
			return 0, linux.ESRCH
		}
	}
	if target.Group != t.Group && !t.MaySignal(target) {
		return 0, linux.EPERM
	}
	size := t.ABI.Pointers()
	if errno := t.Space().SetWord(uint64(length), size, uint64(t.ABI.Structs.RobustList.Size())); errno != 0 {
		return 0, errno
	}
	return 0, t.Space().SetWord(uint64(head), size, target.RobustList)
}

// archPrctl implements Linux system call arch_prctl(2) of x86_64.
func archPrctl(t *kernel.Task, code args.Int, addr args.Addr) (result, linux.Errno) {
	const setGS, setFS, getFS, getGS = 0x1001, 0x1002, 0x1003, 0x1004
	regs := t.ABI.ISA.Regs
	fsBase, gsBase := regs.Lookup("fs_base"), regs.Lookup("gs_base")
	if (code == setFS || code == setGS) && uint64(addr) >= t.ABI.TaskSize {
		return 0, linux.EPERM
	}
	switch code {
	case setFS:
		t.CPU.SetReg(fsBase, uint64(addr))
	case setGS:
		t.CPU.SetReg(gsBase, uint64(addr))
	case getFS:
		return 0, t.Space().SetWord(uint64(addr), 8, t.CPU.Reg(fsBase))
	case getGS:
		return 0, t.Space().SetWord(uint64(addr), 8, t.CPU.Reg(gsBase))
	default:
		return 0, linux.EINVAL
	}
	return 0, 0
}

// setTLS implements Linux system call set_tls of arm.
func setTLS(t *kernel.Task, tls args.Addr) (result, linux.Errno) {
	t.ABI.SetTLS(t.CPU, uint64(tls))
	return 0, 0
}

// getTLS implements Linux system call get_tls of arm.
func getTLS(t *kernel.Task) (result, linux.Errno) {
	return t.CPU.Reg(t.ABI.ISA.Regs.Reg("tpidruro")), 0
}

// setThreadArea implements Linux system call set_thread_area(2): of i386, which puts a segment into the descriptor table,
// entry -1 asking for a free one; of mips, whose argument is the thread pointer; and of m68k, where the kernel keeps it.
func setThreadArea(t *kernel.Task, arg args.InOut[linux.UserDesc, args.UserDescLayout]) (result, linux.Errno) {
	switch {
	case t.ABI.ThreadArea != nil:
		return 0, setSegment(t, arg)
	case t.ABI.ISA.Family == arch.MIPS:
		t.ABI.SetTLS(t.CPU, arg.Addr)
		return 0, 0
	case t.ABI.ISA.Family == arch.M68K:
		t.TLS = arg.Addr
		return 0, 0
	}
	return 0, linux.ENOSYS
}

func setSegment(t *kernel.Task, desc args.InOut[linux.UserDesc, args.UserDescLayout]) linux.Errno {
	var d linux.UserDesc
	if errno := desc.In().Get(t, &d); errno != 0 {
		return errno
	}
	chosen := d.EntryNumber == ^uint32(0)
	if errno := t.ABI.ThreadArea(t.CPU, &d); errno != 0 || !chosen {
		return errno
	}
	return desc.Out().Put(t, &d)
}

// getThreadArea implements Linux system call get_thread_area(2) of i386; on m68k, where it has no argument, it gives the
// thread pointer.
func getThreadArea(t *kernel.Task, desc args.InOut[linux.UserDesc, args.UserDescLayout]) (result, linux.Errno) {
	switch {
	case t.ABI.ISA.Family == arch.M68K:
		return t.TLS, 0
	case t.ABI.ThreadAreaOf == nil:
		return 0, linux.ENOSYS
	}
	var d linux.UserDesc
	if errno := desc.In().Get(t, &d); errno != 0 {
		return 0, errno
	}
	if errno := t.ABI.ThreadAreaOf(t.CPU, &d); errno != 0 {
		return 0, errno
	}
	return 0, desc.Out().Put(t, &d)
}

// cacheflush implements the cache flushing calls: the engine sees by itself what the guest writes to the mapping that it
// executes, but not what it writes by another way.
func cacheflush(t *kernel.Task, start, size args.Addr, _ args.Ignored) (result, linux.Errno) {
	t.Space().CodeWritten(uint64(start), uint64(size))
	return 0, 0
}

// flushRange implements cacheflush of arm and riscv_flush_icache(2): start and end.
func flushRange(t *kernel.Task, start, end args.Addr, _ args.Ignored) (result, linux.Errno) {
	if end < start {
		return 0, linux.EINVAL
	}
	t.Space().CodeWritten(uint64(start), uint64(end-start))
	return 0, 0
}

func boolean(b bool) result {
	if b {
		return 1
	}
	return 0
}
