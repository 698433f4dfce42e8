package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

func genericSignals(r layout.Rules) Signals {
	return Signals{
		Sigaction:       layout.New[linux.Sigaction](sigactionShape{}, r),
		SigaltStack:     layout.New[linux.SigaltStack](sigaltStackShape{}, r),
		Sigevent:        layout.New[linux.Sigevent](sigeventShape(), r),
		Siginfo:         NewSiginfo(r, siginfoHead{}),
		SignalfdSiginfo: layout.New[linux.SignalfdSiginfo](signalfdShape{}, r),
	}
}

// SigactionWithRestorer is struct sigaction on the architectures that have SA_RESTORER (include/linux/signal_types.h).
type SigactionWithRestorer struct {
	Handler  layout.Ptr
	Flags    layout.ULong
	Restorer layout.Ptr
	Mask     layout.Words `c:"Mask.0"`
}

// sigactionShape is the same without.
type sigactionShape struct {
	Handler layout.Ptr
	Flags   layout.ULong
	Mask    layout.Words `c:"Mask.0"`
}

// sigaltStackShape is stack_t of asm-generic/signal.h.
type sigaltStackShape struct {
	SP    layout.Ptr
	Flags int32
	Size  layout.ULong
}

// sigeventShape is struct sigevent of asm-generic/siginfo.h, 64 bytes with its padding.
func sigeventShape() layout.Variant {
	return layout.Variant{
		Head: struct {
			Value         layout.Ptr
			Signo, Notify int32
		}{},
		Arm:  struct{ Tid int32 }{},
		Size: 64,
	}
}

// signalfdShape is struct signalfd_siginfo of linux/signalfd.h.
type signalfdShape struct {
	Signo                      uint32
	Errno, Code                int32
	Pid, UID                   uint32
	FD                         int32
	Tid, Band, Overrun, Trapno uint32
	Status, Int                int32
	Ptr, Utime, Stime, Addr    uint64
	AddrLsb                    uint16
	_                          uint16
	Syscall                    int32
	CallAddr                   uint64
	Arch                       uint32
	_                          [28]byte
}
