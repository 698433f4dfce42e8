package linux

// SigSet is a set of signals in inner numbering; signal n is bit n-1 of the 128.
type SigSet [2]uint64

// Sigaction is what a process does on a signal (struct sigaction, asm-generic/signal.h). Restorer is 0 on ABIs without it.
type Sigaction struct {
	Handler  uint64
	Flags    uint64
	Restorer uint64
	Mask     SigSet
}

// SigaltStack is stack_t (asm-generic/signal.h).
type SigaltStack struct {
	SP    uint64
	Flags int32
	Size  uint64
}

// Siginfo is siginfo_t with its unions flattened (asm-generic/siginfo.h). Which fields a guest sees follows from Signo and
// Code, as siginfo_layout in kernel/signal.c decides.
type Siginfo struct {
	Signo, Errno, Code int32

	Pid int32  // kill, queue, SIGCHLD
	UID uint32 // kill, queue, SIGCHLD

	TimerID, Overrun int32 // timers

	Value uint64 // sigval of timers and sigqueue: a pointer or an int

	Status       int32 // SIGCHLD
	Utime, Stime int64 // SIGCHLD, in USER_HZ

	Addr         uint64 // faults
	Trapno       int32  // faults, on few architectures
	AddrLsb      int16  // BUS_MCEERR_*
	Lower, Upper uint64 // SEGV_BNDERR
	Pkey         uint32 // SEGV_PKUERR

	Band int64 // SIGPOLL
	FD   int32 // SIGPOLL

	CallAddr uint64 // SIGSYS
	Syscall  int32  // SIGSYS
	Arch     uint32 // SIGSYS

	Private int32 // the kernel's own, never the guest's: which timer has sent it (si_sys_private)
}

// Sigevent is struct sigevent (asm-generic/siginfo.h). Tid is the thread of SIGEV_THREAD_ID.
type Sigevent struct {
	Value  uint64
	Signo  int32
	Notify int32
	Tid    int32
}

// SignalfdSiginfo is struct signalfd_siginfo (linux/signalfd.h).
type SignalfdSiginfo struct {
	Signo                      uint32
	Errno, Code                int32
	Pid, UID                   uint32
	FD                         int32
	Tid, Band, Overrun, Trapno uint32
	Status, Int                int32
	Ptr, Utime, Stime, Addr    uint64
	AddrLsb                    uint16
	Syscall                    int32
	CallAddr                   uint64
	Arch                       uint32
}
