package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

func genericTimes(r layout.Rules) Times {
	t := Times{
		Timespec:   layout.New[linux.Timespec](timespecShape{}, r),
		Timeval:    layout.New[linux.Timeval](timevalShape{}, r),
		Timeval64:  layout.New[linux.Timeval](linux.Timeval{}, r),
		Itimerspec: layout.New[linux.Itimerspec](itimerspecShape{}, r),
		Itimerval:  layout.New[linux.Itimerval](itimervalShape{}, r),
		Timezone:   layout.New[linux.Timezone](linux.Timezone{}, r),
		Tms:        layout.New[linux.Tms](tmsShape{}, r),
		Timex:      layout.New[linux.Timex](timexShape{}, r),
		Timex64:    layout.New[linux.Timex](timex64Shape{}, r),
	}
	t.Timespec64, t.Itimerspec64 = timespec64(r)
	return t
}

// timespec64 picks the layout of struct __kernel_timespec. Its nanoseconds have 64 bits, but on 32-bit ABIs, x32 among
// them, the C library may leave the upper half unset and the kernel looks at the lower one only (get_timespec64 in kernel/time/time.c).
func timespec64(r layout.Rules) (*layout.Codec[linux.Timespec], *layout.Codec[linux.Itimerspec]) {
	switch {
	case r.LongSize == 8:
		return layout.New[linux.Timespec](linux.Timespec{}, r), layout.New[linux.Itimerspec](linux.Itimerspec{}, r)
	case r.Order == layout.Little:
		return layout.New[linux.Timespec](timespec64Little{}, r),
			layout.New[linux.Itimerspec](struct{ Interval, Value timespec64Little }{}, r)
	}
	return layout.New[linux.Timespec](timespec64Big{}, r),
		layout.New[linux.Itimerspec](struct{ Interval, Value timespec64Big }{}, r)
}

type timespec64Little struct {
	Sec  int64
	Nsec int32
	_    int32
}

type timespec64Big struct {
	Sec  int64
	_    int32
	Nsec int32
}

// timespecShape is struct timespec of linux/time.h.
type timespecShape struct {
	Sec  layout.KLong
	Nsec layout.KLong
}

// timevalShape is struct timeval of linux/time.h.
type timevalShape struct {
	Sec  layout.KLong
	Usec layout.KLong
}

type itimerspecShape struct{ Interval, Value timespecShape }

type itimervalShape struct{ Interval, Value timevalShape }

// tmsShape is struct tms of linux/times.h.
type tmsShape struct {
	Utime, Stime, Cutime, Cstime layout.KLong
}

// timexShape is struct timex of linux/timex.h.
type timexShape struct {
	Modes                                  uint32
	Offset, Freq, Maxerror, Esterror       layout.KLong
	Status                                 int32
	Constant, Precision, Tolerance         layout.KLong
	Time                                   timevalShape
	Tick, Ppsfreq, Jitter                  layout.KLong
	Shift                                  int32
	Stabil, Jitcnt, Calcnt, Errcnt, Stbcnt layout.KLong
	Tai                                    int32
	_                                      [11]int32
}

// timex64Shape is struct __kernel_timex of linux/timex.h.
type timex64Shape struct {
	Modes                                  uint32
	_                                      int32
	Offset, Freq, Maxerror, Esterror       int64
	Status                                 int32
	_                                      int32
	Constant, Precision, Tolerance         int64
	Time                                   linux.Timeval
	Tick, Ppsfreq, Jitter                  int64
	Shift                                  int32
	_                                      int32
	Stabil, Jitcnt, Calcnt, Errcnt, Stbcnt int64
	Tai                                    int32
	_                                      [11]int32
}
