package linux

// Timespec is a time in seconds and nanoseconds (struct __kernel_timespec, linux/time_types.h).
type Timespec struct {
	Sec  int64
	Nsec int64
}

// Timeval is a time in seconds and microseconds (struct timeval, linux/time.h).
type Timeval struct {
	Sec  int64
	Usec int64
}

// Itimerspec is struct __kernel_itimerspec (linux/time_types.h).
type Itimerspec struct {
	Interval, Value Timespec
}

// Itimerval is struct itimerval (linux/time.h).
type Itimerval struct {
	Interval, Value Timeval
}

// Timezone is struct timezone (linux/time.h).
type Timezone struct {
	Minuteswest, Dsttime int32
}

// Tms is struct tms, in units of USER_HZ (linux/times.h).
type Tms struct {
	Utime, Stime, Cutime, Cstime int64
}

// Timex is struct __kernel_timex (linux/timex.h).
type Timex struct {
	Modes                                  uint32
	Offset, Freq, Maxerror, Esterror       int64
	Status                                 int32
	Constant, Precision, Tolerance         int64
	Time                                   Timeval
	Tick, Ppsfreq, Jitter                  int64
	Shift                                  int32
	Stabil, Jitcnt, Calcnt, Errcnt, Stbcnt int64
	Tai                                    int32
}
