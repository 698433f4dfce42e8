package s390x

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// The frames of arch/s390/kernel/signal.c. A frame begins with the register save area that every function may use.
type saveArea struct {
	BackChain uint64
	_         [152]byte
}

type sigframe struct {
	saveArea
	SC struct {
		OldMask uint64
		Sregs   layout.Ptr
	}
	Regs sigregs
	Last int32
	_    [4]byte
}

type rtSigframe struct {
	saveArea
	_ uint16
	arch.SiginfoShape
	UC ucontext
}

type ucontext struct {
	Flags layout.ULong
	Link  layout.Ptr
	Stack arch.StackShape
	Regs  sigregs
	Mask  arch.PaddedMask
}

// The same with the vector registers, of processors that have them: _sigregs_ext.
type sigframeVX struct {
	sigframe
	Ext sigregsExt
	_   [8]byte // svc_insn
}

type rtSigframeVX struct {
	rtSigframe
	Ext sigregsExt
}

// sigregs is _sigregs of asm/sigcontext.h.
type sigregs struct {
	Pswm, Pswa uint64
	R          [16]uint64
	A          [16]uint32
	Fpc        uint32
	_          uint32
	F          [16]uint64
}

// sigregsExt is _sigregs_ext: the lower halves of v0 to v15, whose upper ones are f0 to f15, and the rest.
type sigregsExt struct {
	Low  [16]uint64
	High [16][16]byte `c:"V+16"`
	_    [128]byte
}

const (
	ucVXRS  = 2
	hwcapVX = 1 << 11
)

// Bits of the program status word's mask.
const (
	pswUser    = 0x0000ff0180000000 // what a program may change
	pswRI      = 0x0000008000000000 // runtime instrumentation
	pswSpace   = 0x0000c00000000000
	pswHome    = 0x0000c00000000000
	pswExtend  = 0x0000000100000000
	pswBasic   = 0x0000000080000000
	fpcInvalid = 0x07070088 // bits of the floating-point control word that must be zero
)

func frames(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	s := &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe{}), Old: arch.NewFrameShape(a, sigframe{}), Align: 8,
		Signal: reg("r2"), Info: reg("r3"), Context: reg("r4"), Return: reg("r14"),
		// svc __NR_rt_sigreturn; svc __NR_sigreturn
		Code: []byte{0x0a, 173, 0x0a, 119}, OldCode: 2,
		Save: saveFrame, Check: checkFrame, Enter: enterHandler, Fault: fault,
	}
	if a.HWCap&hwcapVX != 0 {
		s.RT, s.Old = arch.NewFrameShape(a, rtSigframeVX{}), arch.NewFrameShape(a, sigframeVX{})
		s.Save = func(f *arch.Frame) linux.Errno { return saveFrame(f) | saveVectors(f) }
		s.Load = loadVectors
	}
	return s
}

func prefix(f *arch.Frame) string {
	if f.RT {
		return "UC."
	}
	return ""
}

func saveFrame(f *arch.Frame) linux.Errno {
	f.Put("BackChain", f.Reg("r15"))
	if !f.RT {
		f.Put("SC.Sregs", f.At("Regs"))
		f.Put("Last", f.Reg("r2"))
	}
	return 0
}

// checkFrame lets a frame change what user mode may, and not leave the program's own address space.
func checkFrame(f *arch.Frame) linux.Errno {
	p := prefix(f) + "Regs."
	mask := f.Get(p + "Pswm")
	if mask&pswRI != 0 || f.Get(p+"Fpc")&fpcInvalid != 0 {
		return linux.EINVAL
	}
	mask = f.Reg("pswm")&^(pswUser|pswRI) | mask&pswUser
	if mask&pswSpace == pswHome {
		mask &^= pswSpace
	}
	if mask&pswExtend != 0 {
		mask |= pswBasic
	}
	f.Put(p+"Pswm", mask)
	return 0
}

// enterHandler runs the handler in 64-bit mode with the program's own address space.
func enterHandler(f *arch.Frame) {
	f.SetReg("pswm", f.Reg("pswm")&^pswSpace|pswExtend|pswBasic)
	if f.RT {
		f.SetReg("r5", 0) // where the last branch was
		return
	}
	f.SetReg("r3", f.At("SC"))
	switch f.D.Info.Signo {
	case linux.SIGSEGV, linux.SIGBUS, linux.SIGILL, linux.SIGTRAP, linux.SIGFPE:
		f.SetReg("r4", f.Trap)
		f.SetReg("r5", f.FaultAddr)
		f.SetReg("r6", 0)
	}
}

// fault is the program interruption code (Principles of Operation, "program-interruption conditions").
func fault(f *arch.Fault) (trap, code uint64) {
	switch {
	case f.IsMemory() && f.Denied():
		return 0x04, 0
	case f.IsMemory():
		return 0x11, 0
	case f.Signal == linux.SIGFPE && f.Code == linux.FPE_INTDIV:
		return 0x09, 0
	case f.Signal == linux.SIGFPE:
		return 0x07, 0
	}
	return 0x01, 0
}
