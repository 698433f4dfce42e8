package ppc

import (
	"strconv"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe64 is struct rt_sigframe of arch/powerpc/kernel/signal_64.c, behind the stack frame of a caller that the
// handler seems to have. All handlers get one.
type rtSigframe64 struct {
	_         layout.Aligned16
	BackChain uint64
	_         [gap64 - 8]byte
	UC        struct {
		Flags layout.ULong
		Link  layout.Ptr
		Stack arch.StackShape
		Mask  arch.PaddedMask
		SC    sigcontext64
	}
	_          [2]uint64
	_          [7]uint32
	InfoPtr    layout.Ptr
	ContextPtr layout.Ptr
	arch.SiginfoShape
}

// redZone64 is the bytes below a stack pointer that code may use. The kernel has them in struct rt_sigframe.
const redZone64 = 512

// sigcontext64 is struct sigcontext. The vector registers are aligned to 16 bytes in room that is not.
type sigcontext64 struct {
	_       [4]layout.ULong
	Signal  int32
	_       int32
	Handler layout.ULong
	OldMask layout.ULong
	Regs    layout.Ptr
	Context struct{ gregs }
	F       [32]uint64
	Fpscr   uint64
	Vectors layout.Ptr
	_       [8]byte
	VR      [32][16]byte
	Vscr    [4]uint32 `c:"VectorStatus"`
	Vrsave  uint32
	_       [3]uint32
	Halves  [32]uint64 // of the VSX registers, the other halves of F
}

// vectorArea is the size of what a frame's Vectors points to, from VR to Halves.
const vectorArea = 34*16 + 32*8

func frames64(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe64{}), RedZone: redZone64, Align: 16, Fault: fault,
		Signal: reg("r3"), Info: reg("r4"), Context: reg("r5"), Return: reg("lr"), NeedsCode: true,
		// li r0, __NR_rt_sigreturn; sc
		Code: arch.CodeWords(a.ISA, 0x380000ac, 0x44000002),
		Save: saveFrame64, Check: checkFrame64, Load: loadFrame64,
		// A function of ELFv2 wants its own address in r12.
		Enter: func(f *arch.Frame) {
			f.SetReg("fpscr", 0)
			f.SetReg("r6", f.Addr+gap64)
			f.SetReg("r12", f.Handler)
			f.SetReg("ctr", f.Handler)
			if f.D.Action.Flags&linux.SA_SIGINFO == 0 {
				f.SetReg("r4", f.At("UC.SC"))
			}
		},
	}
}

func saveFrame64(f *arch.Frame) linux.Errno {
	f.Put("BackChain", f.Reg("r1"))
	f.Put("UC.SC.Handler", f.Handler)
	f.Put("UC.SC.Regs", f.At("UC.SC.Context"))
	f.Put("UC.SC.Vectors", f.At("UC.SC.VR"))
	f.Put("UC.SC.Context.Softe", 1)
	f.Put("UC.SC.Context.Msr", f.Reg("msr")|msrVEC|msrVSX)
	f.Put(statusField(f), f.Reg("vscr"))
	for i := range 32 {
		f.Put("UC.SC.Halves."+strconv.Itoa(i), f.Reg("vs"+strconv.Itoa(i)+"h"))
	}
	return 0
}

// statusField is the word of a vector that holds the vector status: the least significant one.
func statusField(f *arch.Frame) string {
	if f.Shape.ABI().Data.Order == layout.Little {
		return "UC.SC.Vscr.0"
	}
	return "UC.SC.Vscr.3"
}

// checkFrame64 fetches the vector registers from where the frame says they are, and zeroes those that it says it has not.
func checkFrame64(f *arch.Frame) linux.Errno {
	msr := f.Get("UC.SC.Context.Msr")
	switch {
	case f.Get("UC.SC.Vectors") == 0:
		f.Clear("UC.SC.VR", vectorArea)
	case f.Follow("UC.SC.Vectors", "UC.SC.VR", vectorArea) != 0:
		return linux.EFAULT
	}
	if msr&msrVEC == 0 {
		f.Clear("UC.SC.VR", vectorsSize+16)
	}
	if msr&msrVSX == 0 {
		f.Clear("UC.SC.Halves", 32*8)
	}
	return 0
}

func loadFrame64(f *arch.Frame) {
	f.SetReg("vscr", f.Get(statusField(f)))
	for i := range 32 {
		f.SetReg("vs"+strconv.Itoa(i)+"h", f.Get("UC.SC.Halves."+strconv.Itoa(i)))
	}
}
