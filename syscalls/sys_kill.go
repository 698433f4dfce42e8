package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// sentBy is what a signal tells of the task that sends it.
func sentBy(t *kernel.Task, sig args.Signal, code int32) *linux.Siginfo {
	return &linux.Siginfo{Signo: int32(sig), Code: code, Pid: int32(t.Group.PID), UID: t.Caller.Cred.UID}
}

// kill implements Linux system call kill(2).
func kill(t *kernel.Task, pid args.PID, sig args.Signal) (result, linux.Errno) {
	info := sentBy(t, sig, linux.SI_USER)
	switch {
	case pid > 0:
		return 0, signalProcess(t, int(pid), info)
	case pid == 0:
		return 0, signalJob(t, t.Group.PGID(), info)
	case pid == -1:
		return 0, signalOthers(t, info)
	case pid == -1<<31:
		return 0, linux.ESRCH
	}
	return 0, signalJob(t, int(-pid), info)
}

// initPID is process 1, which is the kernel's own: it takes no signal.
const initPID = 1

func signalProcess(t *kernel.Task, pid int, info *linux.Siginfo) linux.Errno {
	g := t.Kernel.Group(pid)
	switch {
	case g != nil:
		return signalGroup(t, g, info)
	case pid == initPID && t.Capable(linux.CAP_KILL):
		return 0
	case pid == initPID:
		return linux.EPERM
	}
	if other := t.Kernel.Task(pid); other != nil { // a thread's id names its process
		return signalGroup(t, other.Group, info)
	}
	return linux.ESRCH
}

// several is the outcome of signaling many processes: it fails only if no signal could be sent.
type several struct {
	sent bool
	last linux.Errno
}

func (s *several) add(errno linux.Errno) {
	s.sent = s.sent || errno == 0
	s.last = errno
}

func (s *several) errno() linux.Errno {
	if s.sent {
		return 0
	}
	return s.last
}

// signalJob signals the processes of a process group.
func signalJob(t *kernel.Task, pgid int, info *linux.Siginfo) linux.Errno {
	all := several{last: linux.ESRCH}
	t.Kernel.ForJob(pgid, func(g *kernel.ThreadGroup) { all.add(signalGroup(t, g, info)) })
	return all.errno()
}

// signalOthers signals every process but the caller's own.
func signalOthers(t *kernel.Task, info *linux.Siginfo) linux.Errno {
	all := several{last: linux.ESRCH}
	for _, g := range t.Kernel.Groups() {
		if g != t.Group {
			all.add(signalGroup(t, g, info))
		}
	}
	return all.errno()
}

func signalGroup(t *kernel.Task, g *kernel.ThreadGroup, info *linux.Siginfo) linux.Errno {
	if errno := maySend(t, g.Leader, info); errno != 0 || info.Signo == 0 {
		return errno
	}
	return g.Send(info)
}

// maySend checks number and permission; signal 0 asks for just that. SIGCONT is allowed within a session.
func maySend(t, target *kernel.Task, info *linux.Siginfo) linux.Errno {
	switch {
	case info.Signo < 0 || int(info.Signo) >= t.ABI.Consts.NSig:
		return linux.EINVAL
	case target.Group == t.Group, t.MaySignal(target):
		return 0
	case info.Signo == linux.SIGCONT && target.Group.SID() == t.Group.SID():
		return 0
	}
	return linux.EPERM
}

// tkill implements Linux system call tkill(2).
func tkill(t *kernel.Task, tid args.PID, sig args.Signal) (result, linux.Errno) {
	if tid <= 0 {
		return 0, linux.EINVAL
	}
	return 0, signalTask(t, 0, int(tid), sentBy(t, sig, linux.SI_TKILL))
}

// tgkill implements Linux system call tgkill(2).
func tgkill(t *kernel.Task, tgid, tid args.PID, sig args.Signal) (result, linux.Errno) {
	if tgid <= 0 || tid <= 0 {
		return 0, linux.EINVAL
	}
	return 0, signalTask(t, int(tgid), int(tid), sentBy(t, sig, linux.SI_TKILL))
}

// signalTask signals one thread, of the given process unless that is 0.
func signalTask(t *kernel.Task, tgid, tid int, info *linux.Siginfo) linux.Errno {
	target := t.Kernel.Task(tid)
	if target == nil || tgid != 0 && target.Group.PID != tgid {
		return linux.ESRCH
	}
	if errno := maySend(t, target, info); errno != 0 || info.Signo == 0 {
		return errno
	}
	return target.Send(info)
}

// queued reads the siginfo_t that a task makes up for another: it may not claim to come from the kernel or from kill(2)
// (rt_sigqueueinfo(2)).
func queued(t *kernel.Task, target int, sig args.Signal, in args.InSiginfo) (*linux.Siginfo, linux.Errno) {
	info := &linux.Siginfo{}
	if errno := in.Get(t, info); errno != 0 {
		return nil, errno
	}
	info.Signo = int32(sig)
	forged := info.Code >= 0 || info.Code == linux.SI_TKILL
	if forged && target != t.Group.PID && target != t.TID {
		return nil, linux.EPERM
	}
	return info, 0
}

// rtSigqueueinfo implements Linux system call rt_sigqueueinfo(2).
func rtSigqueueinfo(t *kernel.Task, pid args.PID, sig args.Signal, in args.InSiginfo) (result, linux.Errno) {
	info, errno := queued(t, int(pid), sig, in)
	if errno != 0 {
		return 0, errno
	}
	return 0, signalProcess(t, int(pid), info)
}

// rtTgsigqueueinfo implements Linux system call rt_tgsigqueueinfo(2).
func rtTgsigqueueinfo(t *kernel.Task, tgid, tid args.PID, sig args.Signal, in args.InSiginfo) (result, linux.Errno) {
	if tgid <= 0 || tid <= 0 {
		return 0, linux.EINVAL
	}
	info, errno := queued(t, int(tid), sig, in)
	if errno != 0 {
		return 0, errno
	}
	return 0, signalTask(t, int(tgid), int(tid), info)
}
