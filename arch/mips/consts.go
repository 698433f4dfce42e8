package mips

import "muslrun/arch/linux"

// openFlags are mips' O_* (asm/fcntl.h).
func openFlags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.O_CREAT:     0o400,
		linux.O_EXCL:      0o2000,
		linux.O_NOCTTY:    0o4000,
		linux.O_APPEND:    0o10,
		linux.O_NONBLOCK:  0o200,
		linux.O_DSYNC:     0o20,
		linux.FASYNC:      0o10000,
		linux.O_DIRECT:    0o100000,
		linux.O_LARGEFILE: 0o20000,
		linux.O_SYNC_BIT:  0o40000,
	}
}

// fcntls are mips' F_* (asm/fcntl.h); those with 64 are o32's and n32's.
func fcntls() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.F_GETLK:  14,
		linux.F_SETOWN: 24,
		linux.F_GETOWN: 23,
	}
}

// pollEvents are mips' POLL* (asm/poll.h).
func pollEvents() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.POLLWRNORM: 0x4,
		linux.POLLWRBAND: 0x100,
	}
}

// mmapFlags are mips' MAP_* (asm/mman.h).
func mmapFlags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.MAP_ANONYMOUS:  0x800,
		linux.MAP_GROWSDOWN:  0x1000,
		linux.MAP_DENYWRITE:  0x2000,
		linux.MAP_EXECUTABLE: 0x4000,
		linux.MAP_LOCKED:     0x8000,
		linux.MAP_NORESERVE:  0x400,
		linux.MAP_POPULATE:   0x10000,
		linux.MAP_NONBLOCK:   0x20000,
		linux.MAP_STACK:      0x40000,
		linux.MAP_HUGETLB:    0x80000,
	}
}

// rlimits are mips' RLIMIT_* (asm/resource.h).
func rlimits() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.RLIMIT_RSS:     7,
		linux.RLIMIT_NPROC:   8,
		linux.RLIMIT_NOFILE:  5,
		linux.RLIMIT_MEMLOCK: 9,
		linux.RLIMIT_AS:      6,
	}
}

// signals are mips' signals (asm/signal.h).
func signals() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.SIGBUS:    10,
		linux.SIGUSR1:   16,
		linux.SIGUSR2:   17,
		linux.SIGCHLD:   18,
		linux.SIGCONT:   25,
		linux.SIGSTOP:   23,
		linux.SIGTSTP:   24,
		linux.SIGTTIN:   26,
		linux.SIGTTOU:   27,
		linux.SIGURG:    21,
		linux.SIGXCPU:   30,
		linux.SIGXFSZ:   31,
		linux.SIGVTALRM: 28,
		linux.SIGPROF:   29,
		linux.SIGWINCH:  20,
		linux.SIGIO:     22,
		linux.SIGPWR:    19,
		linux.SIGSYS:    12,
	}
}

// sigHows are mips' SIG_BLOCK and so on (asm/signal.h).
func sigHows() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.SIG_BLOCK:   1,
		linux.SIG_UNBLOCK: 2,
		linux.SIG_SETMASK: 3,
	}
}

// sigFlags are mips' SA_* (asm/signal.h).
func sigFlags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.SA_NOCLDWAIT: 0x10000,
		linux.SA_SIGINFO:   0x8,
	}
}

// sigCodes are mips' SI_* (asm/siginfo.h).
func sigCodes() map[uint64]uint64 {
	return map[uint64]uint64{
		1<<64 + linux.SI_TIMER:   1<<64 - 3,
		1<<64 + linux.SI_MESGQ:   1<<64 - 4,
		1<<64 + linux.SI_ASYNCIO: 1<<64 - 2,
	}
}

// sockOpts are mips' SO_* (asm/socket.h).
func sockOpts() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.SO_REUSEADDR:    0x4,
		linux.SO_TYPE:         0x1008,
		linux.SO_ERROR:        0x1007,
		linux.SO_DONTROUTE:    0x10,
		linux.SO_BROADCAST:    0x20,
		linux.SO_SNDBUF:       0x1001,
		linux.SO_RCVBUF:       0x1002,
		linux.SO_KEEPALIVE:    0x8,
		linux.SO_OOBINLINE:    0x100,
		linux.SO_LINGER:       0x80,
		linux.SO_REUSEPORT:    0x200,
		linux.SO_PASSCRED:     0x11,
		linux.SO_PEERCRED:     0x12,
		linux.SO_RCVLOWAT:     0x1004,
		linux.SO_SNDLOWAT:     0x1003,
		linux.SO_RCVTIMEO_OLD: 0x1006,
		linux.SO_SNDTIMEO_OLD: 0x1005,
		linux.SO_ACCEPTCONN:   0x1009,
		linux.SO_PEERSEC:      0x1e,
		linux.SO_SNDBUFFORCE:  0x1f,
		linux.SO_PROTOCOL:     0x1028,
		linux.SO_DOMAIN:       0x1029,
	}
}

// lflags are mips' bits of c_lflag (asm/termbits.h).
func lflags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.TOSTOP: 0x8000,
		linux.FLUSHO: 0x2000,
		linux.IEXTEN: 0x100,
	}
}
