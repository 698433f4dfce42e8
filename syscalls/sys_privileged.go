package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// Calls that change the machine rather than the guest. The guest's root has no more say there than root in a container
// that was given no capability for it.

func denied1[A any](*kernel.Task, A) (result, linux.Errno)       { return 0, linux.EPERM }
func denied2[A, B any](*kernel.Task, A, B) (result, linux.Errno) { return 0, linux.EPERM }

func denied3[A, B, C any](*kernel.Task, A, B, C) (result, linux.Errno) { return 0, linux.EPERM }

func denied4[A, B, C, D any](*kernel.Task, A, B, C, D) (result, linux.Errno) { return 0, linux.EPERM }

func denied5[A, B, C, D, E any](*kernel.Task, A, B, C, D, E) (result, linux.Errno) {
	return 0, linux.EPERM
}

// umount2 implements Linux system call umount2(2): EINVAL for flags that do not exist.
func umount2(_ *kernel.Task, _ args.Path, flags args.UInt) (result, linux.Errno) {
	const force, detach, expire, noFollow = 1, 2, 4, 8
	if flags&^(force|detach|expire|noFollow) != 0 {
		return 0, linux.EINVAL
	}
	return 0, linux.EPERM
}

// iopl implements Linux system call iopl(2) of x86: nobody gets a level above 0.
func iopl(_ *kernel.Task, level args.UInt) (result, linux.Errno) {
	switch {
	case level > 3:
		return 0, linux.EINVAL
	case level > 0:
		return 0, linux.EPERM
	}
	return 0, 0
}

// ioperm implements Linux system call ioperm(2) of x86: nobody gets a port.
func ioperm(_ *kernel.Task, from, count args.ULong, on args.Int) (result, linux.Errno) {
	const ports = 65536
	switch {
	case from+count <= from || from+count > ports:
		return 0, linux.EINVAL
	case on != 0:
		return 0, linux.EPERM
	}
	return 0, 0
}

// Classes of ioprio_set(2); a priority is a class, shifted, and a level from 0 to 7.
const (
	ioClassShift = 13
	ioRealtime   = 1
	ioBestEffort = 2
	ioIdle       = 3
	ioLevels     = 8
)

// Whom ioprio_set and ioprio_get mean (linux/ioprio.h).
const (
	ioWhoProcess = 1 + iota
	ioWhoGroup
	ioWhoUser
)

// ioprioSet implements Linux system call ioprio_set(2). Priorities are kept and told; nothing depends on them.
func ioprioSet(t *kernel.Task, which args.Int, who args.PID, priority args.UInt) (result, linux.Errno) {
	class, level := priority>>ioClassShift, priority&(1<<ioClassShift-1)
	switch {
	case class > ioIdle, (class == ioRealtime || class == ioBestEffort) && level >= ioLevels, class == 0 && level != 0:
		return 0, linux.EINVAL
	case class == ioRealtime && !t.Capable(linux.CAP_SYS_NICE) && !t.Capable(linux.CAP_SYS_ADMIN):
		return 0, linux.EPERM
	}
	tasks, errno := ioprioTasks(t, which, who)
	if errno != 0 {
		return 0, errno
	}
	for _, other := range tasks {
		cred := other.Caller.Cred
		if cred.UID != t.Caller.Cred.EUID && cred.UID != t.Caller.Cred.UID && !t.Capable(linux.CAP_SYS_NICE) {
			return 0, linux.EPERM
		}
		other.IOPriority.Store(uint32(priority))
	}
	return 0, 0
}

// ioprioGet implements Linux system call ioprio_get(2): what was set for one task, or the highest priority, which is the
// lowest number, of many. One that was not set follows from the nice value then.
func ioprioGet(t *kernel.Task, which args.Int, who args.PID) (result, linux.Errno) {
	tasks, errno := ioprioTasks(t, which, who)
	if errno != 0 {
		return 0, errno
	}
	best := ^uint32(0)
	for _, other := range tasks {
		p := other.IOPriority.Load()
		if which != ioWhoProcess && p>>ioClassShift == 0 {
			p = ioBestEffort<<ioClassShift | uint32(other.Group.Nice()+20)/5
		}
		best = min(best, p)
	}
	return result(best), 0
}

// ioprioTasks is the tasks that ioprio_get and ioprio_set mean: EINVAL, ESRCH.
func ioprioTasks(t *kernel.Task, which args.Int, who args.PID) (tasks []*kernel.Task, errno linux.Errno) {
	match := func(g *kernel.ThreadGroup) bool { return g.Leader.Caller.Cred.UID == uint32(who) }
	switch which {
	case ioWhoProcess:
		if who == 0 {
			return []*kernel.Task{t}, 0
		}
		if other := t.Kernel.Task(int(who)); other != nil {
			return []*kernel.Task{other}, 0
		}
		return nil, linux.ESRCH
	case ioWhoGroup:
		pgid := int(who)
		if pgid == 0 {
			pgid = t.Group.PGID()
		}
		match = func(g *kernel.ThreadGroup) bool { return g.PGID() == pgid }
	case ioWhoUser:
	default:
		return nil, linux.EINVAL
	}
	for _, g := range t.Kernel.Groups() {
		if match(g) {
			tasks = append(tasks, g.Tasks()...)
		}
	}
	if len(tasks) == 0 {
		return nil, linux.ESRCH
	}
	return tasks, 0
}
