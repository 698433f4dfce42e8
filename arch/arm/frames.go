package arm

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe is struct rt_sigframe of arch/arm/kernel/signal.c: a sigframe behind a siginfo_t.
type rtSigframe struct {
	arch.SiginfoShape
	sigframe
}

type sigframe struct {
	UC ucontext
	_  [4]layout.ULong // code that nobody runs
}

type ucontext struct {
	Flags layout.ULong
	Link  layout.Ptr
	Stack arch.StackShape
	sigcontext
	Mask arch.PaddedMask
	Area struct {
		_   layout.Aligned8
		VFP vfp
		_   [512 - 288]byte
	}
}

type sigcontext struct {
	Trap, Error, OldMask layout.ULong
	R                    [13]layout.ULong
	SP, LR, PC, CPSR     layout.ULong
	FaultAddr            layout.ULong
}

// vfp is struct vfp_sigframe of asm/ucontext.h.
type vfp struct {
	Magic, Size layout.ULong
	D           [32]uint64
	Fpscr       layout.ULong
	Exc         [3]layout.ULong // FPEXC, FPINST, FPINST2
	_           [2]uint32
}

const (
	vfpMagic = 0x56465001
	vfpSize  = 288
	fpexcEN  = 1 << 30
	// oldFlags is a value in uc_flags that marks a frame without siginfo.
	oldFlags = 0x5ac3c35a
)

// Bits of the CPSR.
const (
	psrMode   = 0x1f
	psrUser   = 0x10
	psrThumb  = 1 << 5
	psrMasks  = 1<<6 | 1<<7 | 1<<8 // F, I and A, which user mode cannot set
	psrBig    = 1 << 9
	psrIfThen = 0x0600fc00
)

func frames(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe{}), Old: arch.NewFrameShape(a, sigframe{}), Align: 8,
		Signal: reg("r0"), Info: reg("r1"), Context: reg("r2"), Return: reg("lr"),
		// mov r7, #__NR_rt_sigreturn; svc 0; mov r7, #__NR_sigreturn; svc 0
		Code: arch.CodeWords(a.ISA, 0xe3a070ad, 0xef000000, 0xe3a07077, 0xef000000), OldCode: 8,
		Save: saveFrame, Check: checkFrame, Enter: enterHandler, Load: alignPC, Fault: fault,
	}
}

func saveFrame(f *arch.Frame) linux.Errno {
	if !f.RT {
		f.Put("UC.Flags", oldFlags)
	}
	f.Put("UC.CPSR", f.Get("UC.CPSR")&^psrMasks)
	f.Put("UC.Area.VFP.Magic", vfpMagic)
	f.Put("UC.Area.VFP.Size", vfpSize)
	f.Put("UC.Area.VFP.Exc.0", fpexcEN)
	return 0
}

// enterHandler runs the handler in the state that bit 0 of its address asks for, with the program's own order of data.
func enterHandler(f *arch.Frame) {
	const flags = 0xff000000 // of arithmetic; PSR_f
	cpsr := f.Reg("cpsr") &^ (flags | psrBig | psrIfThen | psrThumb)
	if isa := f.Shape.ABI().ISA; isa.Order == layout.Big && isa.CodeOrder == layout.Little {
		cpsr |= psrBig
	}
	if f.D.Action.Handler&1 != 0 {
		cpsr |= psrThumb
	}
	f.SetReg("cpsr", cpsr)
	alignPC(f)
}

// alignPC drops the bits that a program counter does not have.
func alignPC(f *arch.Frame) {
	bits := uint64(3)
	if f.Reg("cpsr")&psrThumb != 0 {
		bits = 1
	}
	f.SetReg("pc", f.Reg("pc")&^bits)
}

// checkFrame wants user mode and the floating-point state.
func checkFrame(f *arch.Frame) linux.Errno {
	cpsr := f.Get("UC.CPSR")
	if f.Addr%8 != 0 || cpsr&psrMode != psrUser || cpsr&psrMasks != 0 ||
		f.Get("UC.Area.VFP.Magic") != vfpMagic || f.Get("UC.Area.VFP.Size") != vfpSize {
		return linux.EINVAL
	}
	return 0
}

// fault is the fault status register, of aborts (asm/fault.h).
func fault(f *arch.Fault) (trap, code uint64) {
	const abort, undefined, unmapped, denied, write, fetch = 14, 6, 0x7, 0xf, 1 << 11, 1 << 31
	if !f.IsMemory() {
		return undefined, 0
	}
	code = unmapped
	if f.Denied() {
		code = denied
	}
	if f.Write {
		code |= write
	}
	if f.Fetch {
		code |= fetch
	}
	return abort, code
}
