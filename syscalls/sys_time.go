package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// Calls that have a twin for 64-bit times are generic over the layout: the table names it.

// timespecOf is any layout of struct timespec.
type timespecOf = args.Codec[linux.Timespec]

// readClock is the time of a clock in nanoseconds; EINVAL for one that does not exist. Negative ids are the CPU clocks of
// processes and threads (clock_getcpuclockid(3)).
func readClock(t *kernel.Task, id args.Clock) (int64, linux.Errno) {
	clock := t.Kernel.Clock
	switch id {
	case linux.CLOCK_REALTIME, linux.CLOCK_REALTIME_COARSE, linux.CLOCK_TAI, linux.CLOCK_REALTIME_ALARM:
		return clock.Realtime(), 0
	case linux.CLOCK_MONOTONIC, linux.CLOCK_MONOTONIC_RAW, linux.CLOCK_MONOTONIC_COARSE, linux.CLOCK_BOOTTIME,
		linux.CLOCK_BOOTTIME_ALARM:
		return clock.Monotonic(), 0
	case linux.CLOCK_PROCESS_CPUTIME_ID:
		return sum(t.Group.CPUTime()), 0
	case linux.CLOCK_THREAD_CPUTIME_ID:
		return sum(t.CPUTime()), 0
	}
	if id < 0 {
		return cpuClock(t, id)
	}
	return 0, linux.EINVAL
}

func sum(a, b int64) int64 { return a + b }

// cpuClock decodes the id of another's CPU clock: the complement of the id, shifted left by 3; bit 2 says thread
// (linux/posix-timers.h).
func cpuClock(t *kernel.Task, id args.Clock) (int64, linux.Errno) {
	pid, thread := int(^(int32(id) >> 3)), id&4 != 0
	if id&3 == 3 { // a dynamic clock (CLOCKFD)
		return 0, linux.EINVAL
	}
	if thread {
		if other := t.Kernel.Task(pid); pid == 0 {
			return sum(t.CPUTime()), 0
		} else if other != nil && other.Group == t.Group {
			return sum(other.CPUTime()), 0
		}
		return 0, linux.EINVAL
	}
	if pid == 0 {
		return sum(t.Group.CPUTime()), 0
	}
	if g := t.Kernel.Group(pid); g != nil {
		return sum(g.CPUTime()), 0
	}
	if pid == initPID {
		return 0, 0 // the kernel's own work is nobody's time
	}
	return 0, linux.EINVAL
}

// clockGettime implements Linux system call clock_gettime(2).
func clockGettime[L timespecOf](t *kernel.Task, id args.Clock, out args.Out[linux.Timespec, L]) (result, linux.Errno) {
	ns, errno := readClock(t, id)
	if errno != 0 {
		return 0, errno
	}
	ts := kernel.Timespec(ns)
	return 0, out.Put(t, &ts)
}

// clockGetres implements Linux system call clock_getres(2): every clock ticks in nanoseconds, the coarse ones at 250 Hz.
func clockGetres[L timespecOf](t *kernel.Task, id args.Clock, out args.Out[linux.Timespec, L]) (result, linux.Errno) {
	if _, errno := readClock(t, id); errno != 0 {
		return 0, errno
	}
	res := linux.Timespec{Nsec: 1}
	if id == linux.CLOCK_REALTIME_COARSE || id == linux.CLOCK_MONOTONIC_COARSE {
		res.Nsec = 4_000_000
	}
	return 0, out.PutIf(t, &res)
}

// clockSettime implements Linux system call clock_settime(2): the guest's clock is not settable, whoever asks.
func clockSettime[L timespecOf](t *kernel.Task, id args.Clock, in args.In[linux.Timespec, L]) (result, linux.Errno) {
	var ts linux.Timespec
	if errno := in.Get(t, &ts); errno != 0 {
		return 0, errno
	}
	if id != linux.CLOCK_REALTIME || !validTime(&ts) {
		return 0, linux.EINVAL
	}
	return 0, linux.EPERM
}

func validTime(ts *linux.Timespec) bool { return ts.Sec >= 0 && ts.Nsec >= 0 && ts.Nsec < 1e9 }

// nanosleep implements Linux system call nanosleep(2).
func nanosleep[L timespecOf](t *kernel.Task, in args.In[linux.Timespec, L], rest args.Out[linux.Timespec, L]) (
	result, linux.Errno) {
	return clockNanosleep(t, linux.CLOCK_MONOTONIC, 0, in, rest)
}

// timerAbstime is TIMER_ABSTIME.
const timerAbstime = 1

// clockNanosleep implements Linux system call clock_nanosleep(2).
func clockNanosleep[L timespecOf](t *kernel.Task, id args.Clock, flags args.Int, in args.In[linux.Timespec, L],
	rest args.Out[linux.Timespec, L]) (result, linux.Errno) {
	now, errno := readClock(t, id)
	if errno != 0 || id == linux.CLOCK_THREAD_CPUTIME_ID {
		return 0, linux.EINVAL
	}
	if id == linux.CLOCK_REALTIME_COARSE || id == linux.CLOCK_MONOTONIC_COARSE || id == linux.CLOCK_MONOTONIC_RAW {
		return 0, linux.EOPNOTSUPP
	}
	var ts linux.Timespec
	if errno := in.Get(t, &ts); errno != 0 {
		return 0, errno
	}
	if !validTime(&ts) {
		return 0, linux.EINVAL
	}
	span := kernel.Nanoseconds(ts)
	if flags&timerAbstime != 0 {
		return 0, sleepUntil(t, max(span-now, 0))
	}
	return 0, sleepFor(t, span, rest)
}

// sleepUntil waits for an absolute time: interrupted, it starts again with the same arguments.
func sleepUntil(t *kernel.Task, span int64) linux.Errno {
	errno := t.Sleep(deadline(t, span))
	if errno == linux.ERESTARTSYS {
		return linux.ERESTARTNOHAND
	}
	return errno
}

// sleepFor waits for a span; interrupted, it tells what is left, and restarts with the same end.
func sleepFor[L timespecOf](t *kernel.Task, span int64, rest args.Out[linux.Timespec, L]) linux.Errno {
	end := deadline(t, span)
	errno := t.Sleep(end)
	if errno != linux.ERESTARTSYS {
		return errno
	}
	left := kernel.Timespec(max(end-t.Kernel.Clock.Monotonic(), 0))
	if errno := rest.PutIf(t, &left); errno != 0 {
		return errno
	}
	t.Restart = func() (uint64, linux.Errno) {
		return 0, sleepFor(t, max(end-t.Kernel.Clock.Monotonic(), 0), rest)
	}
	return linux.ERESTART_RESTARTBLOCK
}

// deadline is the monotonic time a span from now; it saturates.
func deadline(t *kernel.Task, span int64) int64 {
	now := t.Kernel.Clock.Monotonic()
	if end := now + span; end >= now {
		return end
	}
	return 1<<63 - 1
}

// restartSyscall implements Linux system call restart_syscall(2).
func restartSyscall(t *kernel.Task) (result, linux.Errno) {
	restart := t.Restart
	if t.Restart = nil; restart == nil {
		return 0, linux.EINTR
	}
	return restart()
}

// gettimeofday implements Linux system call gettimeofday(2).
func gettimeofday(t *kernel.Task, tv args.Out[linux.Timeval, args.TimevalLayout],
	tz args.Out[linux.Timezone, args.TimezoneLayout]) (result, linux.Errno) {
	now := t.Kernel.Now()
	if errno := tv.PutIf(t, &linux.Timeval{Sec: now.Sec, Usec: now.Nsec / 1000}); errno != 0 {
		return 0, errno
	}
	return 0, tz.PutIf(t, &linux.Timezone{})
}

// settimeofday implements Linux system call settimeofday(2): see clockSettime.
func settimeofday(*kernel.Task, args.Addr, args.Addr) (result, linux.Errno) { return 0, linux.EPERM }

// timeCall implements Linux system call time(2).
func timeCall(t *kernel.Task, out args.Addr) (result, linux.Errno) {
	now := t.Kernel.Now().Sec
	if out != 0 {
		if errno := t.Space().SetWord(uint64(out), t.ABI.Data.LongSize, uint64(now)); errno != 0 {
			return 0, errno
		}
	}
	return result(now), 0
}

// ticks converts nanoseconds to clock ticks of 1/100 s (USER_HZ).
func ticks(ns int64) int64 { return ns / (1e9 / 100) }

// times implements Linux system call times(2).
func times(t *kernel.Task, out args.Out[linux.Tms, args.TmsLayout]) (result, linux.Errno) {
	user, system := t.Group.CPUTime()
	childUser, childSystem := t.Group.ChildrenTime()
	tms := linux.Tms{Utime: ticks(user), Stime: ticks(system), Cutime: ticks(childUser), Cstime: ticks(childSystem)}
	if errno := out.PutIf(t, &tms); errno != 0 {
		return 0, errno
	}
	return result(ticks(t.Kernel.Clock.Monotonic())), 0
}

// adjtimex implements Linux system calls adjtimex(2) and clock_adjtime(2): the clock can be asked, not adjusted.
func adjtimex[L args.Codec[linux.Timex]](t *kernel.Task, x args.InOut[linux.Timex, L]) (result, linux.Errno) {
	return clockAdjtime(t, linux.CLOCK_REALTIME, x)
}

func clockAdjtime[L args.Codec[linux.Timex]](t *kernel.Task, id args.Clock, x args.InOut[linux.Timex, L]) (
	result, linux.Errno) {
	var tx linux.Timex
	if errno := x.In().Get(t, &tx); errno != 0 {
		return 0, errno
	}
	switch {
	case id != linux.CLOCK_REALTIME:
		return 0, linux.EOPNOTSUPP
	case tx.Modes != 0:
		return 0, linux.EPERM
	}
	now := t.Kernel.Now()
	tx = linux.Timex{Tick: 10000, Tolerance: 32768000, Status: linux.STA_UNSYNC, Maxerror: 16000000, Esterror: 16000000,
		Precision: 1, Constant: 2, Time: linux.Timeval{Sec: now.Sec, Usec: now.Nsec / 1000}}
	const timeError = 5 // the clock is not synchronized (TIME_ERROR)
	return timeError, x.Out().Put(t, &tx)
}
