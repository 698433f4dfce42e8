package riscv

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe is struct rt_sigframe of arch/riscv/kernel/signal.c; the rest are its parts from the headers for user space.
type rtSigframe struct {
	arch.SiginfoShape
	UC ucontext
}

type ucontext struct {
	Flags layout.ULong
	Link  layout.Ptr
	Stack arch.StackShape
	Mask  arch.PaddedMask
	Regs  sigcontext
}

// sigcontext has the program counter in the place of register 0. __riscv_fp_state is as large as the state of the Q
// extension, which is aligned to 16 bytes.
type sigcontext struct {
	_        layout.Aligned16
	PC       layout.ULong
	X1       [31]layout.ULong `c:"X+1"`
	F        [32]uint64
	Fcsr     uint32
	_        [256]byte
	Reserved [3]uint32
}

func frames(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe{}), Align: 16,
		Signal: reg("x10"), Info: reg("x11"), Context: reg("x12"), Return: reg("x1"),
		// li a7, __NR_rt_sigreturn; ecall
		Code: arch.CodeWords(a.ISA, 0x08b00893, 0x00000073), NeedsCode: true,
		Check: checkFrame,
	}
}

// checkFrame wants zeros where state of extensions would be that there are not.
func checkFrame(f *arch.Frame) linux.Errno {
	for _, name := range []string{"UC.Regs.Reserved.0", "UC.Regs.Reserved.1", "UC.Regs.Reserved.2"} {
		if f.Get(name) != 0 {
			return linux.EINVAL
		}
	}
	return 0
}
