package or1k

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe is struct rt_sigframe of arch/openrisc/kernel/signal.c; ucontext is asm-generic's.
type rtSigframe struct {
	arch.SiginfoShape
	UC struct {
		Flags layout.ULong
		Link  layout.Ptr
		Stack arch.StackShape
		Regs  sigcontext
		Mask  layout.Words
	}
	_ [16]byte // code that nobody runs
}

// sigcontext is struct user_regs_struct and the old mask, which the kernel does not fill.
type sigcontext struct {
	R   [32]uint32
	PC  uint32 `c:"npc"`
	SR  uint32
	Old uint32
}

// srUser are the bits of the supervision register that belong to programs: F CY OV (SPR_SR_USER_MASK).
const srUser = 0x0e00

func frames(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe{}), Align: 4, RedZone: 128,
		Signal: reg("r3"), Info: reg("r4"), Context: reg("r5"), Return: reg("r9"),
		// l.ori r11, r0, __NR_rt_sigreturn; l.sys 1; l.nop
		Code: arch.CodeWords(a.ISA, 0xa960008b, 0x20000001, 0x15000000), NeedsCode: true,
		Check: func(f *arch.Frame) linux.Errno {
			if f.Addr%4 != 0 {
				return linux.EINVAL
			}
			f.Put("UC.Regs.SR", f.Reg("sr")&^srUser|f.Get("UC.Regs.SR")&srUser)
			return 0
		},
	}
}
