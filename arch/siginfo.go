package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// Siginfo holds a codec for each arm of siginfo_t's union; For chooses among them. Each fills the whole 128 bytes.
type Siginfo struct {
	Kill   *layout.Codec[linux.Siginfo] // kill, tkill: who
	Timer  *layout.Codec[linux.Siginfo] // POSIX timers: id, overrun, value
	Queue  *layout.Codec[linux.Siginfo] // sigqueue, mq_notify: who and a value
	Child  *layout.Codec[linux.Siginfo] // SIGCHLD
	Fault  *layout.Codec[linux.Siginfo] // SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP: the address
	Memory *layout.Codec[linux.Siginfo] // BUS_MCEERR_*: the address and how many of its bits say nothing
	Bounds *layout.Codec[linux.Siginfo] // SEGV_BNDERR
	Pkey   *layout.Codec[linux.Siginfo] // SEGV_PKUERR
	Poll   *layout.Codec[linux.Siginfo] // SIGIO
	Sys    *layout.Codec[linux.Siginfo] // SIGSYS
}

// For is the codec for a signal that was sent for the reason code, both in inner numbering (siginfo_layout in
// kernel/signal.c).
func (s *Siginfo) For(signo linux.Signal, code int32) *layout.Codec[linux.Siginfo] {
	switch {
	case code > linux.SI_USER && code < linux.SI_KERNEL:
		return s.forReason(signo, code)
	case code == linux.SI_TIMER:
		return s.Timer
	case code == linux.SI_SIGIO:
		return s.Poll
	case code < 0:
		return s.Queue
	}
	return s.Kill
}

// forReason is For where the kernel itself sent the signal and says why.
func (s *Siginfo) forReason(signo linux.Signal, code int32) *layout.Codec[linux.Siginfo] {
	switch signo {
	case linux.SIGBUS:
		if code == linux.BUS_MCEERR_AR || code == linux.BUS_MCEERR_AO {
			return s.Memory
		}
		return s.Fault
	case linux.SIGSEGV:
		return s.forSegv(code)
	case linux.SIGILL, linux.SIGFPE, linux.SIGTRAP:
		return s.Fault
	case linux.SIGCHLD:
		return s.Child
	case linux.SIGPOLL:
		return s.Poll
	case linux.SIGSYS:
		return s.Sys
	}
	if code <= linux.POLL_HUP { // the signal of F_SETSIG
		return s.Poll
	}
	return s.Kill
}

func (s *Siginfo) forSegv(code int32) *layout.Codec[linux.Siginfo] {
	switch code {
	case linux.SEGV_BNDERR:
		return s.Bounds
	case linux.SEGV_PKUERR:
		return s.Pkey
	}
	return s.Fault
}

// SiginfoSize is SI_MAX_SIZE, the size of siginfo_t.
const SiginfoSize = 128

type siginfoHead struct{ Signo, Errno, Code int32 }

// The arms of the union, from asm-generic/siginfo.h.
type (
	siginfoKill struct {
		Pid int32
		UID uint32
	}
	siginfoTimer struct {
		TimerID, Overrun int32
		Value            layout.Ptr
	}
	siginfoQueue struct {
		Pid   int32
		UID   uint32
		Value layout.Ptr
	}
	siginfoChild struct {
		Pid          int32
		UID          uint32
		Status       int32
		Utime, Stime layout.Long
	}
	// siginfoChildX32 has 64-bit times that are aligned as 32-bit ones.
	siginfoChildX32 struct {
		_            layout.Packed
		Pid          int32
		UID          uint32
		Status       int32
		Utime, Stime int64
	}
	siginfoFault  struct{ Addr layout.Ptr }
	siginfoMemory struct {
		Addr    layout.Ptr
		AddrLsb int16
	}
	siginfoBounds struct {
		Addr         layout.Ptr
		_            layout.Ptr // aligned as a pointer; 2 bytes on m68k
		Lower, Upper layout.Ptr
	}
	siginfoPkey struct {
		Addr layout.Ptr
		_    layout.Ptr
		Pkey uint32
	}
	siginfoBounds68k struct {
		Addr         layout.Ptr
		_            int16
		Lower, Upper layout.Ptr
	}
	siginfoPkey68k struct {
		Addr layout.Ptr
		_    int16
		Pkey uint32
	}
	siginfoPoll struct {
		Band layout.Long
		FD   int32
	}
	siginfoSys struct {
		CallAddr layout.Ptr
		Syscall  int32
		Arch     uint32
	}
)

// NewSiginfo builds the codecs of siginfo_t with a head of its own: mips has code before errno.
func NewSiginfo(r layout.Rules, head any) Siginfo {
	arm := func(arm any) *layout.Codec[linux.Siginfo] {
		return layout.New[linux.Siginfo](layout.Variant{Head: head, Arm: arm, Size: SiginfoSize}, r)
	}
	s := Siginfo{
		Kill: arm(siginfoKill{}), Timer: arm(siginfoTimer{}), Queue: arm(siginfoQueue{}), Child: arm(siginfoChild{}),
		Fault: arm(siginfoFault{}), Memory: arm(siginfoMemory{}), Bounds: arm(siginfoBounds{}), Pkey: arm(siginfoPkey{}),
		Poll: arm(siginfoPoll{}), Sys: arm(siginfoSys{}),
	}
	if r.KernelLong == 8 {
		s.Child = arm(siginfoChildX32{})
	}
	if r.MaxAlign == 2 {
		s.Bounds, s.Pkey = arm(siginfoBounds68k{}), arm(siginfoPkey68k{})
	}
	return s
}
