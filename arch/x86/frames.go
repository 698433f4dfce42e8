package x86

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe64 is struct rt_sigframe of asm/sigframe.h.
type rtSigframe64 struct {
	Return layout.Ptr
	UC     struct {
		Flags layout.ULong
		Link  layout.Ptr
		Stack arch.StackShape
		sigcontext64
		Mask uint64
	}
	arch.SiginfoShape
}

// rtSigframeX32 is struct rt_sigframe_x32: it keeps the 64-bit registers.
type rtSigframeX32 struct {
	Return uint64
	UC     struct {
		Flags layout.ULong
		Link  layout.Ptr
		Stack arch.StackShape
		_     uint32
		sigcontext64
		Mask uint64
	}
	arch.SiginfoShape
}

// sigcontext64 is struct sigcontext_64. Programs cannot change cs and ss here.
type sigcontext64 struct {
	R8, R9, R10, R11, R12, R13, R14, R15 uint64
	Rdi, Rsi, Rbp, Rbx, Rdx, Rax, Rcx    uint64
	Rsp, Rip                             uint64
	Eflags                               uint64
	CS                                   uint16
	_                                    [2]uint16
	SS                                   uint16
	Error, Trap, OldMask                 uint64
	FaultAddr                            uint64
	State                                uint64
	_                                    [8]uint64
}

// sigframe32 is struct sigframe_ia32, and rtSigframe32 struct rt_sigframe_ia32. The code in them is for debuggers.
type sigframe32 struct {
	Return layout.Ptr
	Signal int32
	sigcontext32
	_         [624]byte // the floating-point state was here
	ExtraMask uint32
	Code      uint64
}

type rtSigframe32 struct {
	Return     layout.Ptr
	Signal     int32
	InfoPtr    layout.Ptr
	ContextPtr layout.Ptr
	arch.SiginfoShape
	UC struct {
		Flags layout.ULong
		Link  layout.Ptr
		Stack arch.StackShape
		sigcontext32
		Mask uint64
	}
	Code uint64
}

// sigcontext32 is struct sigcontext_32.
type sigcontext32 struct {
	GS, _, FS, _, ES, _, DS, _             uint16
	Edi, Esi, Ebp, Esp, Ebx, Edx, Ecx, Eax uint32
	Trap, Error, Eip                       uint32
	CS, _                                  uint16
	Eflags                                 uint32
	SPAtSignal                             uint32
	SS, _                                  uint16
	State                                  uint32
	OldMask                                uint32
	FaultAddr                              uint32
}

// fxsave is what the FXSAVE instruction writes in 64-bit mode: struct _fpstate_64. Without XSAVE there is no more.
type fxsave struct {
	Fctrl, Fstat uint16
	Tags         uint16
	Fop          uint16
	IP, DP       uint64 `c:"Pointer"`
	Mxcsr        uint32
	MxcsrMask    uint32
	St           [8]fpreg
	Xmm          [16][16]byte
	_            [96]byte
}

type fpreg struct {
	Bytes [10]byte
	_     [6]byte
}

// fpstate32 is struct _fpstate_32: what FSAVE would write, and behind it FXSAVE's area. Of the first the x87 unit is
// restored, of the second SSE's registers.
type fpstate32 struct {
	Fctrl, Fstat, Ftag         uint32
	Fioff, Fiseg, Fooff, Foseg uint32
	St                         [8][10]byte
	Status, Magic              uint16
	FX                         struct {
		Control, Status, Tags, Opcode uint16
		Pointers                      [16]byte
		Mxcsr                         uint32
		MxcsrMask                     uint32
		FPRegs                        [8]fpreg `c:"Copy"`
		Xmm                           [8][16]byte
		_                             [224]byte
	}
}

// fsaveSize is the size of the first part of fpstate32.
const fsaveSize = 112

// stateSize is the size of FXSAVE's area, which is aligned to 64 bytes.
const (
	stateSize  = 512
	stateAlign = 64
)

// Selectors that Linux gives to user space.
const (
	userCS32 = 0x73
	userDS32 = 0x7b
)

// The control words of a floating-point unit that has been reset, and the bits that MXCSR has.
const (
	resetControl = 0x37f
	resetMxcsr   = 0x1f80
	emptyTags    = 0xffff
	mxcsrMask    = 0xffff
)

// Flags of eflags: those that a frame may change (FIX_EFLAGS), and those that a handler starts without: DF RF TF.
const (
	flagsRestored = 0x50dd5
	flagsCleared  = 0x10500
)

// Bits of uc_flags.
const (
	ucSigcontextSS    = 2
	ucStrictRestoreSS = 4
)

func frames64(a *arch.ABI, rt any) arch.Frames {
	s := newState(a, fxsave{}, 0)
	reg := a.ISA.Regs.Reg
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rt), RedZone: 128, Popped: 8,
		Place:  func(top, size uint64) uint64 { return (s.at(top)-size)&^15 - 8 },
		Signal: reg("rdi"), Info: reg("rsi"), Context: reg("rdx"), Return: arch.NoReg,
		Save: func(f *arch.Frame) linux.Errno {
			if f.D.Action.Flags&linux.SA_RESTORER == 0 {
				return linux.EFAULT
			}
			f.Put("UC.Flags", ucSigcontextSS|ucStrictRestoreSS)
			return s.save(f, "UC.")
		},
		Enter: func(f *arch.Frame) {
			f.SetReg("rax", 0)
			enterHandler(f)
		},
		Check: func(f *arch.Frame) linux.Errno {
			f.Put("UC.CS", f.Reg("cs"))
			f.Put("UC.SS", f.Reg("ss"))
			return s.check(f, "UC.")
		},
		Load: s.load, Fault: fault,
	}
}

func frames32(a *arch.ABI) arch.Frames {
	s := newState(a, fpstate32{}, fsaveSize)
	reg := a.ISA.Regs.Reg
	prefix := func(f *arch.Frame) string {
		if f.RT {
			return "UC."
		}
		return ""
	}
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe32{}), Old: arch.NewFrameShape(a, sigframe32{}), Popped: 4, OldPopped: 8,
		Place:  func(top, size uint64) uint64 { return (s.at(top)-size+4)&^15 - 4 },
		Signal: reg("eax"), Info: reg("edx"), Context: reg("ecx"), Return: arch.NoReg,
		// movl $__NR_rt_sigreturn, %eax; int $0x80, and popl %eax; movl $__NR_sigreturn, %eax; int $0x80
		Code:    []byte{0xb8, 173, 0, 0, 0, 0xcd, 0x80, 0x90, 0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80},
		OldCode: 8,
		Save: func(f *arch.Frame) linux.Errno {
			f.Put(prefix(f)+"SPAtSignal", f.Reg("esp"))
			f.Put("Code", oldCode)
			if f.RT {
				f.Put("Code", rtCode)
			}
			return s.save(f, prefix(f))
		},
		Enter: func(f *arch.Frame) {
			if !f.RT {
				f.SetReg("edx", 0)
				f.SetReg("ecx", 0)
			}
			for _, name := range []string{"ds", "es", "ss"} {
				f.SetReg(name, userDS32)
			}
			enterHandler(f)
		},
		Check: func(f *arch.Frame) linux.Errno {
			checkSelectors(f, prefix(f))
			return s.check(f, prefix(f))
		},
		Load: s.load, Fault: fault,
	}
}

// The code of FrameSet.Code as a frame holds it: debuggers know frames by it.
const (
	rtCode  = 0x0080_cd00_0000_adb8
	oldCode = 0x80cd_0000_0077_b858
)

// checkSelectors lets a frame change a segment register to what the program could have loaded: nothing, the flat segment,
// or a thread's. What the processor would refuse becomes nothing, as in the kernel.
func checkSelectors(f *arch.Frame, prefix string) {
	f.Put(prefix+"CS", userCS32)
	f.Put(prefix+"SS", userDS32)
	for _, name := range []string{"DS", "ES", "FS", "GS"} {
		selector := f.Get(prefix+name) | 3
		if selector != userDS32 && !isThreadSegment(f, selector) {
			f.Put(prefix+name, 0)
		}
	}
}

func isThreadSegment(f *arch.Frame, selector uint64) bool {
	const local = 4 // in the table of local descriptors
	slot := selector>>3 - firstTLS
	return selector&local == 0 && slot < tlsEntries && f.Reg([]string{"tls0", "tls1", "tls2"}[slot]) != 0
}

// enterHandler gives the handler fresh flags and a floating-point unit that has been reset.
func enterHandler(f *arch.Frame) {
	f.SetReg("eflags", f.Reg("eflags")&^flagsCleared)
	reset(f)
}

// fault is the exception's vector and, of a page fault, its error code (Intel SDM, volume 3, 4.7).
func fault(f *arch.Fault) (trap, code uint64) {
	const divide, breakpoint, invalid, page, float, align = 0, 3, 6, 14, 16, 17
	switch {
	case f.Signal == linux.SIGTRAP:
		return breakpoint, 0
	case f.Signal == linux.SIGILL:
		return invalid, 0
	case f.Signal == linux.SIGBUS && f.Code == linux.BUS_ADRALN:
		return align, 0
	case f.Signal == linux.SIGFPE && f.Code == linux.FPE_INTDIV:
		return divide, 0
	case f.Signal == linux.SIGFPE:
		return float, 0
	}
	const present, write, user, fetch = 1, 2, 4, 16
	code = user
	for _, b := range []struct {
		on  bool
		bit uint64
	}{{f.Denied(), present}, {f.Write, write}, {f.Fetch, fetch}} {
		if b.on {
			code |= b.bit
		}
	}
	return page, code
}
