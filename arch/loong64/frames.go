package loong64

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe is struct rt_sigframe of arch/loongarch/kernel/signal.c with the records that follow it: each has a head with
// a magic number and a size, and an empty one ends them.
type rtSigframe struct {
	arch.SiginfoShape
	UC  ucontext
	FPU struct {
		Head head
		fpuContext
	}
	End head
}

type ucontext struct {
	Flags layout.ULong
	Link  layout.Ptr
	Stack arch.StackShape
	Mask  arch.PaddedMask
	sigcontext
}

type sigcontext struct {
	_    layout.Aligned16
	PC   uint64
	Zero uint64
	R1   [31]uint64 `c:"R+1"`
	Used uint32
}

// head is struct sctx_info.
type head struct {
	Magic, Size uint32
	_           uint64
}

// fpuContext is struct fpu_context. The eight condition flags are the bytes of one word there.
type fpuContext struct {
	F                                              [32]uint64
	Fcc0, Fcc1, Fcc2, Fcc3, Fcc4, Fcc5, Fcc6, Fcc7 uint8
	Fcsr                                           uint32
	_                                              uint32
}

const (
	fpuMagic = 0x46505501
	fpuSize  = 288
	usedFP   = 1
	// of sc_flags, what an access to memory was
	readError  = 1 << 30
	writeError = 1 << 31
)

// fcsrBits are those that exist: enables, rounding mode, flags, causes.
const fcsrBits = 0x1f1f031f

func frames(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe{}), Align: 16,
		Signal: reg("r4"), Info: reg("r5"), Context: reg("r6"), Return: reg("r1"),
		// ori $a7, $zero, __NR_rt_sigreturn; syscall 0
		Code: arch.CodeWords(a.ISA, 0x03822c0b, 0x002b0000), NeedsCode: true,
		Save: saveFrame, Check: checkFrame,
	}
}

func saveFrame(f *arch.Frame) linux.Errno {
	used := uint64(usedFP)
	if fault := f.D.Fault; fault.IsMemory() {
		used |= readError
		if fault.Write {
			used ^= readError | writeError
		}
	}
	f.Put("UC.Used", used)
	f.Put("FPU.Head.Magic", fpuMagic)
	f.Put("FPU.Head.Size", fpuSize)
	return 0
}

// checkFrame wants the record of the floating-point registers to be where it was, and drops causes that are enabled.
func checkFrame(f *arch.Frame) linux.Errno {
	if f.Get("FPU.Head.Magic") != fpuMagic || f.Get("FPU.Head.Size") != fpuSize || f.Get("End.Magic") != 0 {
		return linux.EINVAL
	}
	fcsr := f.Get("FPU.Fcsr") & fcsrBits
	f.Put("FPU.Fcsr", fcsr&^(fcsr&0x1f<<24))
	return 0
}
