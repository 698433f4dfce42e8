package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// schedAttrSize is the size of the first struct sched_attr, without the limits of utilization, of which a kernel without
// CONFIG_UCLAMP_TASK knows nothing.
const schedAttrSize = 48

// Flags of struct sched_attr (linux/sched.h).
const (
	schedFlagResetOnFork = 1
	schedFlagKeepPolicy  = 8
	schedFlagKeepParams  = 16
)

// schedGetattr implements Linux system call sched_getattr(2).
func schedGetattr(t *kernel.Task, pid args.PID, out args.Addr, size, flags args.UInt) (result, linux.Errno) {
	if out == 0 || pid < 0 || size < schedAttrSize || size > 4096 || flags != 0 {
		return 0, linux.EINVAL
	}
	other, errno := scheduled(t, pid)
	if errno != 0 {
		return 0, errno
	}
	s := other.Scheduling()
	a := linux.SchedAttr{Size: min(uint32(size), 56), Policy: uint32(s.Policy)}
	switch s.Policy {
	case linux.SCHED_FIFO, linux.SCHED_RR:
		a.Priority = uint32(s.Priority)
	default:
		a.Nice = int32(other.Group.Nice())
	}
	if s.ResetOnFork {
		a.Flags = schedFlagResetOnFork
	}
	var b [56]byte
	t.ABI.Structs.SchedAttr.Encode(b[:], &a)
	return 0, t.Space().Write(uint64(out), b[:a.Size])
}

// schedSetattr implements Linux system call sched_setattr(2).
func schedSetattr(t *kernel.Task, pid args.PID, in args.Addr, flags args.UInt) (result, linux.Errno) {
	if in == 0 || pid < 0 || flags != 0 {
		return 0, linux.EINVAL
	}
	a, errno := loadSchedAttr(t, uint64(in))
	if errno != 0 {
		return 0, errno
	}
	other, errno := scheduled(t, pid)
	if errno != 0 {
		return 0, errno
	}
	old, nice := other.Scheduling(), int(min(max(a.Nice, -20), 19))
	s := old
	if a.Flags&schedFlagKeepPolicy == 0 {
		s.Policy = int32(a.Policy)
	}
	if a.Flags&schedFlagKeepParams != 0 {
		nice = other.Group.Nice()
	} else {
		s.Priority = int32(a.Priority)
	}
	s.ResetOnFork = a.Flags&schedFlagResetOnFork != 0
	if errno := mayBeScheduled(t, other, &old, &s); errno != 0 {
		return 0, errno
	}
	if !mayNice(t, other.Group, nice) {
		return 0, linux.EPERM
	}
	other.SetScheduling(s)
	if s.Policy == linux.SCHED_NORMAL || s.Policy == linux.SCHED_BATCH {
		other.Group.SetNice(nice)
	}
	return 0, 0
}

// loadSchedAttr reads a struct sched_attr of a size that its first field tells: E2BIG, and the size that is understood in
// that field, if what is behind is not zero (sched_copy_attr).
func loadSchedAttr(t *kernel.Task, at uint64) (a linux.SchedAttr, errno linux.Errno) {
	size, errno := t.Space().Word(at, 4)
	if errno != 0 {
		return a, errno
	}
	if size == 0 {
		size = schedAttrSize
	}
	var b [4096]byte
	known := t.ABI.Structs.SchedAttr.Size()
	if size >= schedAttrSize && size <= uint64(len(b)) {
		if errno := t.Space().Read(at, b[:size]); errno != 0 {
			return a, errno
		}
	}
	if size < schedAttrSize || size > uint64(len(b)) || !allZero(b[known:]) {
		t.Space().SetWord(at, 4, uint64(known))
		return a, linux.E2BIG
	}
	t.ABI.Structs.SchedAttr.Decode(b[:known], &a)
	const flags = schedFlagResetOnFork | schedFlagKeepPolicy | schedFlagKeepParams
	switch {
	case a.Flags&^flags != 0, int32(a.Policy) < 0, a.Policy == linux.SCHED_DEADLINE:
		return a, linux.EINVAL
	}
	return a, 0
}

func allZero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}
