package linux

// Clocks, from linux/time.h.
const (
	CLOCK_REALTIME           = 0
	CLOCK_MONOTONIC          = 1
	CLOCK_PROCESS_CPUTIME_ID = 2
	CLOCK_THREAD_CPUTIME_ID  = 3
	CLOCK_MONOTONIC_RAW      = 4
	CLOCK_REALTIME_COARSE    = 5
	CLOCK_MONOTONIC_COARSE   = 6
	CLOCK_BOOTTIME           = 7
	CLOCK_REALTIME_ALARM     = 8
	CLOCK_BOOTTIME_ALARM     = 9
	CLOCK_TAI                = 11
)

// Flags of the timer calls and kinds of interval timers, from linux/time.h and linux/timerfd.h.
const (
	TIMER_ABSTIME           = 0x1
	ITIMER_REAL             = 0x0
	ITIMER_VIRTUAL          = 0x1
	ITIMER_PROF             = 0x2
	TFD_TIMER_ABSTIME       = 1
	TFD_TIMER_CANCEL_ON_SET = 2
	TFD_CLOEXEC             = O_CLOEXEC
	TFD_NONBLOCK            = O_NONBLOCK
)

// Modes and states of adjtimex(2), from linux/timex.h.
const (
	ADJ_OFFSET            = 0x1
	ADJ_FREQUENCY         = 0x2
	ADJ_MAXERROR          = 0x4
	ADJ_ESTERROR          = 0x8
	ADJ_STATUS            = 0x10
	ADJ_TIMECONST         = 0x20
	ADJ_TAI               = 0x80
	ADJ_SETOFFSET         = 0x100
	ADJ_MICRO             = 0x1000
	ADJ_NANO              = 0x2000
	ADJ_TICK              = 0x4000
	ADJ_OFFSET_SINGLESHOT = 0x8001
	ADJ_OFFSET_SS_READ    = 0xa001
	TIME_OK               = 0x0
	TIME_INS              = 0x1
	TIME_DEL              = 0x2
	TIME_OOP              = 0x3
	TIME_WAIT             = 0x4
	TIME_ERROR            = 0x5
	STA_PLL               = 0x1
	STA_UNSYNC            = 0x40
	STA_NANO              = 0x2000
)

// Ticks in a second of times(2), AT_CLKTCK, from asm-generic/param.h.
const (
	USER_HZ = 100
)
