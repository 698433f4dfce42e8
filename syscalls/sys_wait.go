package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

type rusageOut = args.Out[linux.Rusage, args.RusageLayout]

// wait4 implements Linux system call wait4(2).
func wait4(t *kernel.Task, pid args.PID, status args.Addr, options args.Int, usage rusageOut) (result, linux.Errno) {
	const known = linux.WNOHANG | linux.WUNTRACED | linux.WCONTINUED | linux.WNOTHREAD | linux.WCLONE | linux.WALL
	if int64(uint32(options))&^known != 0 {
		return 0, linux.EINVAL
	}
	match, errno := childrenOf(t, pid)
	if errno != 0 {
		return 0, errno
	}
	w := waitOptions(options)
	w.Match, w.Exited = match, true
	r, errno := t.Wait(w)
	if errno != 0 || r == nil {
		return 0, errno
	}
	if status != 0 {
		if errno := t.Space().SetWord(uint64(status), 4, uint64(guestStatus(t, r))); errno != 0 {
			return 0, errno
		}
	}
	return result(r.PID), usage.PutIf(t, &linux.Rusage{Utime: timeval(r.User), Stime: timeval(r.System)})
}

// waitpid implements Linux system call waitpid(2).
func waitpid(t *kernel.Task, pid args.PID, status args.Addr, options args.Int) (result, linux.Errno) {
	return wait4(t, pid, status, options, rusageOut{})
}

// childrenOf chooses children as wait4(2) does by pid.
func childrenOf(t *kernel.Task, pid args.PID) (func(*kernel.ThreadGroup) bool, linux.Errno) {
	switch {
	case pid == -1<<31:
		return nil, linux.ESRCH
	case pid < -1:
		return inGroup(int(-pid)), 0
	case pid == -1:
		return func(*kernel.ThreadGroup) bool { return true }, 0
	case pid == 0:
		return inGroup(t.Group.PGID()), 0
	}
	return func(g *kernel.ThreadGroup) bool { return g.PID == int(pid) }, 0
}

func inGroup(pgid int) func(*kernel.ThreadGroup) bool {
	return func(g *kernel.ThreadGroup) bool { return g.PGID() == pgid }
}

func waitOptions(options args.Int) *kernel.WaitSpec {
	bits := int64(uint32(options))
	return &kernel.WaitSpec{
		NoHang: bits&linux.WNOHANG != 0, Stopped: bits&linux.WSTOPPED != 0, Continued: bits&linux.WCONTINUED != 0,
		Keep: bits&linux.WNOWAIT != 0, OnlyCloned: bits&linux.WCLONE != 0, CloneOrNot: bits&linux.WALL != 0,
		Mine: bits&linux.WNOTHREAD != 0,
	}
}

// guestStatus is a wait status with the guest's signal number.
func guestStatus(t *kernel.Task, r *kernel.WaitResult) uint32 {
	number := uint32(t.ABI.Consts.Signals.ToGuest(uint64(r.Signal)))
	switch r.Code {
	case linux.CLD_STOPPED:
		return number<<8 | 0x7f
	case linux.CLD_KILLED:
		return number
	case linux.CLD_DUMPED:
		return number | 0x80
	}
	return r.WaitStatus()
}

// waitid implements Linux system call waitid(2).
func waitid(t *kernel.Task, which args.Int, id args.PID, info args.Addr, options args.Int, usage rusageOut) (
	result, linux.Errno) {
	const kinds = linux.WEXITED | linux.WSTOPPED | linux.WCONTINUED
	const known = kinds | linux.WNOHANG | linux.WNOWAIT | linux.WNOTHREAD | linux.WCLONE | linux.WALL
	bits := int64(uint32(options))
	if bits&^known != 0 || bits&kinds == 0 {
		return 0, linux.EINVAL
	}
	match, errno := childrenBy(t, which, id)
	if errno != 0 {
		return 0, errno
	}
	w := waitOptions(options)
	w.Match, w.Exited = match, bits&linux.WEXITED != 0
	r, errno := t.Wait(w)
	if errno != 0 {
		return 0, errno
	}
	si := linux.Siginfo{}
	if r != nil {
		si = linux.Siginfo{Signo: linux.SIGCHLD, Code: r.Code, Pid: int32(r.PID), UID: r.UID, Status: r.SigchldStatus()}
		if errno := usage.PutIf(t, &linux.Rusage{Utime: timeval(r.User), Stime: timeval(r.System)}); errno != 0 {
			return 0, errno
		}
	}
	if info == 0 {
		return 0, 0
	}
	return 0, putSiginfo(t, uint64(info), &si)
}

// childrenBy chooses children as waitid(2) does.
func childrenBy(t *kernel.Task, which args.Int, id args.PID) (func(*kernel.ThreadGroup) bool, linux.Errno) {
	switch which {
	case linux.P_ALL:
		return childrenOf(t, -1)
	case linux.P_PID:
		if id <= 0 {
			return nil, linux.EINVAL
		}
		return childrenOf(t, id)
	case linux.P_PGID:
		if id < 0 {
			return nil, linux.EINVAL
		}
		if id == 0 {
			return inGroup(t.Group.PGID()), 0
		}
		return inGroup(int(id)), 0
	case linux.P_PIDFD:
		if int32(id) < 0 {
			return nil, linux.EINVAL
		}
		g, errno := pidfdGroup(t, args.FD(id))
		return func(c *kernel.ThreadGroup) bool { return c == g }, errno
	}
	return nil, linux.EINVAL
}

// pidfdGroup is the process behind a pidfd.
func pidfdGroup(t *kernel.Task, fd args.FD) (g *kernel.ThreadGroup, errno linux.Errno) {
	_, errno = withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		g, errno = kernel.PidfdGroup(f)
		return 0, errno
	})
	return g, errno
}

// pidfdOpen implements Linux system call pidfd_open(2).
func pidfdOpen(t *kernel.Task, pid args.PID, flags args.UInt) (result, linux.Errno) {
	if flags&^linux.O_NONBLOCK != 0 || pid <= 0 {
		return 0, linux.EINVAL
	}
	g := t.Kernel.Group(int(pid))
	if g == nil {
		if t.Kernel.Task(int(pid)) != nil {
			return 0, linux.EINVAL // a thread that leads no process
		}
		return 0, linux.ESRCH
	}
	fd, errno := t.OpenPidfd(g, uint32(flags))
	return result(fd), errno
}
