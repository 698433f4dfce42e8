package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/hrtimer"
	"muslrun/syscalls/kernel"
)

type (
	itimerIn  = args.In[linux.Itimerval, args.ItimervalLayout]
	itimerOut = args.Out[linux.Itimerval, args.ItimervalLayout]
)

// itimerval is a setting as the guest sees it: what is set and nearly over, or just about to begin again, is not told as 0,
// which would mean that it is not set.
func itimerval(s hrtimer.Setting) *linux.Itimerval {
	if s.Value > 0 || s.Interval > 0 {
		s.Value = max(s.Value, 1000)
	}
	return &linux.Itimerval{Interval: timeval(s.Interval), Value: timeval(s.Value)}
}

// getitimer implements Linux system call getitimer(2).
func getitimer(t *kernel.Task, which args.Int, out itimerOut) (result, linux.Errno) {
	if which < linux.ITIMER_REAL || which > linux.ITIMER_PROF {
		return 0, linux.EINVAL
	}
	return 0, out.Put(t, itimerval(t.Group.Interval(int(which))))
}

// setitimer implements Linux system call setitimer(2). No new setting is one of zeros.
func setitimer(t *kernel.Task, which args.Int, in itimerIn, out itimerOut) (result, linux.Errno) {
	var v linux.Itimerval
	if !in.Null() {
		if errno := in.Get(t, &v); errno != 0 {
			return 0, errno
		}
	}
	if which < linux.ITIMER_REAL || which > linux.ITIMER_PROF || !validTimeval(v.Value) || !validTimeval(v.Interval) {
		return 0, linux.EINVAL
	}
	old := t.Group.SetInterval(int(which), hrtimer.Setting{Value: nanoseconds(v.Value), Interval: nanoseconds(v.Interval)})
	return 0, out.PutIf(t, itimerval(old))
}

func validTimeval(tv linux.Timeval) bool { return tv.Sec >= 0 && tv.Usec >= 0 && tv.Usec < 1e6 }

func nanoseconds(tv linux.Timeval) int64 {
	return kernel.Nanoseconds(linux.Timespec{Sec: tv.Sec, Nsec: tv.Usec * 1000})
}

// alarm implements Linux system call alarm(2): the result is the rest of the last alarm, rounded to seconds, but never to 0.
func alarm(t *kernel.Task, seconds args.UInt) (result, linux.Errno) {
	old := t.Group.SetInterval(linux.ITIMER_REAL, hrtimer.Setting{Value: int64(seconds) * 1e9})
	left := old.Value / 1e9
	if rest := old.Value % 1e9; rest >= 5e8 || left == 0 && rest > 0 {
		left++
	}
	return result(left), 0
}
