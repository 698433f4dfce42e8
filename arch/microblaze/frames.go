package microblaze

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe is struct rt_sigframe of arch/microblaze/kernel/signal.c; ucontext is asm-generic's.
type rtSigframe struct {
	arch.SiginfoShape
	UC struct {
		Flags layout.ULong
		Link  layout.Ptr
		Stack arch.StackShape
		Regs  sigcontext
		Mask  layout.Words
	}
	_ [2]layout.ULong // code that nobody runs
}

// sigcontext is struct pt_regs and the old mask. msr is there to be seen only.
type sigcontext struct {
	R             [32]uint32
	PC            uint32
	Flags         uint32
	Ear, Esr, Fsr uint32
	Mode          int32
	OldMask       layout.ULong
}

func frames(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	msr := reg("msr")
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe{}), Align: 8,
		Signal: reg("r5"), Info: reg("r6"), Context: reg("r7"), Return: arch.NoReg,
		// addik r12, r0, __NR_rt_sigreturn; brki r14, 8
		Code: arch.CodeWords(a.ISA, 0x318000ad, 0xb9cc0008), NeedsCode: true,
		Save: func(f *arch.Frame) linux.Errno { f.Put("UC.Regs.Flags", f.Regs.Reg(msr)); return 0 },
		// A function returns to 8 bytes after what r15 says.
		Enter: func(f *arch.Frame) { f.SetReg("r15", f.Return-8) },
	}
}
