package syscalls

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/timerfd"
	"muslrun/syscalls/args"
	"muslrun/syscalls/hrtimer"
	"muslrun/syscalls/kernel"
)

// itimerspecOf is any layout of struct itimerspec.
type itimerspecOf = args.Codec[linux.Itimerspec]

// Layouts of the timer calls, by the names of native and time64.
type (
	nativeTimer = args.ItimerspecLayout
	timer64     = args.Itimerspec64Layout
)

// timerClock is the clock of a timer: EINVAL for one that does not exist, EOPNOTSUPP for one that has no timers.
func timerClock(t *kernel.Task, id args.Clock) (hrtimer.Clock, linux.Errno) {
	switch id {
	case linux.CLOCK_REALTIME, linux.CLOCK_TAI:
		return t.Kernel.RealtimeClock(), 0
	case linux.CLOCK_MONOTONIC, linux.CLOCK_BOOTTIME:
		return t.Kernel.MonotonicClock(), 0
	case linux.CLOCK_PROCESS_CPUTIME_ID:
		return t.Group.CPUClock(), 0
	case linux.CLOCK_THREAD_CPUTIME_ID:
		return t.CPUClock(), 0
	}
	if id < 0 {
		return cpuTimerClock(t, id)
	}
	if _, errno := readClock(t, id); errno != 0 {
		return nil, errno
	}
	return nil, linux.EOPNOTSUPP // a coarse clock, or one that would wake a machine that sleeps
}

// cpuTimerClock is the clock of clock_getcpuclockid(3); see cpuClock.
func cpuTimerClock(t *kernel.Task, id args.Clock) (hrtimer.Clock, linux.Errno) {
	if _, errno := cpuClock(t, id); errno != 0 {
		return nil, errno
	}
	pid, thread := int(^(int32(id) >> 3)), id&4 != 0
	switch {
	case pid == 0 && thread:
		return t.CPUClock(), 0
	case pid == 0:
		return t.Group.CPUClock(), 0
	case thread:
		if other := t.Kernel.Task(pid); other != nil {
			return other.CPUClock(), 0
		}
	default:
		if g := t.Kernel.Group(pid); g != nil {
			return g.CPUClock(), 0
		}
	}
	return nil, linux.EINVAL
}

// timerCreate implements Linux system call timer_create(2).
func timerCreate(t *kernel.Task, clock args.Clock, event args.In[linux.Sigevent, args.SigeventLayout],
	out args.Addr) (
	result, linux.Errno) {
	c, errno := timerClock(t, clock)
	if errno != 0 {
		return 0, errno
	}
	var ev *linux.Sigevent
	if !event.Null() {
		ev = &linux.Sigevent{}
		if errno := event.Get(t, ev); errno != 0 {
			return 0, errno
		}
		if errno := checkTimerEvent(t, ev); errno != 0 {
			return 0, errno
		}
	}
	id, errno := t.Group.NewTimer(c, int32(clock), ev, func(id int32) uint64 { return sigvalInt(t, id) })
	if errno != 0 {
		return 0, errno
	}
	if errno := t.Space().SetWord(uint64(out), 4, uint64(uint32(id))); errno != 0 {
		t.Group.DeleteTimer(id)
		return 0, errno
	}
	return 0, 0
}

// checkTimerEvent refuses what good_sigevent does, and renumbers the signal.
func checkTimerEvent(t *kernel.Task, ev *linux.Sigevent) linux.Errno {
	ev.Signo = int32(t.ABI.Consts.Signals.ToInner(uint64(uint32(ev.Signo))))
	switch ev.Notify {
	case linux.SIGEV_NONE:
		return 0
	case linux.SIGEV_THREAD_ID:
		if target := t.Kernel.Task(int(ev.Tid)); target == nil || target.Group != t.Group {
			return linux.EINVAL
		}
	case linux.SIGEV_SIGNAL, linux.SIGEV_THREAD:
	default:
		return linux.EINVAL
	}
	if ev.Signo <= 0 || int(ev.Signo) >= t.ABI.Consts.NSig {
		return linux.EINVAL
	}
	return 0
}

// sigvalInt is a union sigval that holds an int, which is its first four bytes.
func sigvalInt(t *kernel.Task, n int32) uint64 {
	if t.ABI.Pointers() == 8 && t.ABI.Data.Order == layout.Big {
		return uint64(uint32(n)) << 32
	}
	return uint64(uint32(n))
}

// timerSetting reads a struct itimerspec: EINVAL if it is not valid.
func timerSetting[L itimerspecOf](t *kernel.Task, in args.In[linux.Itimerspec, L]) (hrtimer.Setting, linux.Errno) {
	var its linux.Itimerspec
	if errno := in.Get(t, &its); errno != 0 {
		return hrtimer.Setting{}, errno
	}
	if !validTime(&its.Value) || !validTime(&its.Interval) {
		return hrtimer.Setting{}, linux.EINVAL
	}
	return hrtimer.Setting{Value: kernel.Nanoseconds(its.Value), Interval: kernel.Nanoseconds(its.Interval)}, 0
}

func itimerspec(value, interval int64) *linux.Itimerspec {
	return &linux.Itimerspec{Value: kernel.Timespec(value), Interval: kernel.Timespec(interval)}
}

// timerSettime implements Linux system call timer_settime(2).
func timerSettime[L itimerspecOf](t *kernel.Task, id args.Int, flags args.Int, in args.In[linux.Itimerspec, L],
	out args.Out[linux.Itimerspec, L]) (result, linux.Errno) {
	if in.Null() {
		return 0, linux.EINVAL
	}
	setting, errno := timerSetting(t, in)
	if errno != 0 {
		return 0, errno
	}
	old, errno := t.Group.SetTimer(int32(id), setting, flags&linux.TIMER_ABSTIME != 0)
	if errno != 0 {
		return 0, errno
	}
	return 0, out.PutIf(t, itimerspec(old.Value, old.Interval))
}

// timerGettime implements Linux system call timer_gettime(2).
func timerGettime[L itimerspecOf](t *kernel.Task, id args.Int, out args.Out[linux.Itimerspec, L]) (
	result, linux.Errno) {
	s, errno := t.Group.TimerLeft(int32(id))
	if errno != 0 {
		return 0, errno
	}
	return 0, out.Put(t, itimerspec(s.Value, s.Interval))
}

// timerGetoverrun implements Linux system call timer_getoverrun(2).
func timerGetoverrun(t *kernel.Task, id args.Int) (result, linux.Errno) {
	n, errno := t.Group.TimerOverrun(int32(id))
	return result(n), errno
}

// timerDelete implements Linux system call timer_delete(2).
func timerDelete(t *kernel.Task, id args.Int) (result, linux.Errno) {
	return 0, t.Group.DeleteTimer(int32(id))
}

// timerfdCreate implements Linux system call timerfd_create(2).
func timerfdCreate(t *kernel.Task, clock args.Clock, flags args.OpenFlags) (result, linux.Errno) {
	if flags&^(linux.TFD_CLOEXEC|linux.TFD_NONBLOCK) != 0 {
		return 0, linux.EINVAL
	}
	c, errno := timerfdClock(t, clock)
	if errno != 0 {
		return 0, errno
	}
	ops := timerfd.New(int32(clock), t.ABI.Data.Order, func(expired func()) timerfd.Timer {
		return kernel.FDTimer{Timer: hrtimer.New(c, expired)}
	})
	f, errno := t.Kernel.AnonFS.File("[timerfd]", ops, linux.O_RDWR|uint32(flags)&linux.O_NONBLOCK)
	if errno != 0 {
		return 0, errno
	}
	return install(t, f, flags&linux.TFD_CLOEXEC != 0)
}

func timerfdClock(t *kernel.Task, clock args.Clock) (hrtimer.Clock, linux.Errno) {
	switch clock {
	case linux.CLOCK_REALTIME, linux.CLOCK_MONOTONIC, linux.CLOCK_BOOTTIME:
		return timerClock(t, clock)
	case linux.CLOCK_REALTIME_ALARM, linux.CLOCK_BOOTTIME_ALARM:
		if !t.Capable(linux.CAP_WAKE_ALARM) {
			return nil, linux.EPERM
		}
		if clock == linux.CLOCK_REALTIME_ALARM {
			return t.Kernel.RealtimeClock(), 0
		}
		return t.Kernel.MonotonicClock(), 0
	}
	return nil, linux.EINVAL
}

// withTimerfd runs fn on the timer behind a descriptor: EBADF if that is not open, EINVAL if it is no timer.
func withTimerfd(t *kernel.Task, fd args.FD, fn func(*timerfd.File) linux.Errno) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if f.IsPath() {
			return 0, linux.EBADF
		}
		timer, ok := f.Ops.(*timerfd.File)
		if !ok {
			return 0, linux.EINVAL
		}
		return 0, fn(timer)
	})
}

// timerfdSettime implements Linux system call timerfd_settime(2). TFD_TIMER_CANCEL_ON_SET never cancels: nobody can
// set the guest's clock.
func timerfdSettime[L itimerspecOf](t *kernel.Task, fd args.FD, flags args.Int, in args.In[linux.Itimerspec, L],
	out args.Out[linux.Itimerspec, L]) (result, linux.Errno) {
	setting, errno := timerSetting(t, in)
	switch {
	case errno != 0:
		return 0, errno
	case flags&^(linux.TFD_TIMER_ABSTIME|linux.TFD_TIMER_CANCEL_ON_SET) != 0:
		return 0, linux.EINVAL
	}
	return withTimerfd(t, fd, func(f *timerfd.File) linux.Errno {
		value, interval := f.Set(setting.Value, setting.Interval, uint32(flags))
		return out.PutIf(t, itimerspec(value, interval))
	})
}

// timerfdGettime implements Linux system call timerfd_gettime(2).
func timerfdGettime[L itimerspecOf](t *kernel.Task, fd args.FD, out args.Out[linux.Itimerspec, L]) (
	result, linux.Errno) {
	return withTimerfd(t, fd, func(f *timerfd.File) linux.Errno {
		value, interval := f.Get()
		return out.Put(t, itimerspec(value, interval))
	})
}

// signalfd4 implements Linux system call signalfd4 (signalfd(2)).
func signalfd4(t *kernel.Task, fd args.FD, in args.InSigSet, size args.Size, flags args.OpenFlags) (
	result, linux.Errno) {
	if flags&^(linux.SFD_CLOEXEC|linux.SFD_NONBLOCK) != 0 || !validSigSetSize(t, size) {
		return 0, linux.EINVAL
	}
	set, errno := in.Get(t)
	if errno != 0 {
		return 0, errno
	}
	if fd != -1 {
		return withFile(t, fd, func(f *fs.File) (result, linux.Errno) { return result(fd), kernel.SetSignalfd(f, set) })
	}
	f, errno := t.OpenSignalfd(set, uint32(flags)&linux.O_NONBLOCK)
	if errno != 0 {
		return 0, errno
	}
	return install(t, f, flags&linux.SFD_CLOEXEC != 0)
}

// signalfd implements Linux system call signalfd(2) without flags.
func signalfd(t *kernel.Task, fd args.FD, in args.InSigSet, size args.Size) (result, linux.Errno) {
	return signalfd4(t, fd, in, size, 0)
}
