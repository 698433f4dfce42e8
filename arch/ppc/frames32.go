package ppc

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe32 is struct rt_sigframe of arch/powerpc/kernel/signal_32.c, and sigframe32 struct sigframe, behind the stack
// frame of a caller that the handler seems to have.
type rtSigframe32 struct {
	BackChain uint32
	_         [76]byte
	arch.SiginfoShape
	UC struct {
		_        layout.Aligned16
		Flags    layout.ULong
		Link     layout.Ptr
		Stack    arch.StackShape
		_        [7]int32
		Regs     layout.Ptr
		Mask     layout.Words
		_        [33]int32
		Mcontext mcontext
	}
	_ [56]int32
}

type sigframe32 struct {
	BackChain uint32
	_         [60]byte
	SC        struct {
		_         [3]layout.ULong
		ExtraMask layout.ULong
		Signal    int32
		Handler   layout.ULong
		OldMask   layout.ULong
		Regs      layout.Ptr
	}
	Mcontext mcontext
	_        [56]int32
}

// gregs is elf_gregset_t.
type gregs struct {
	R                [32]layout.ULong
	PC               layout.ULong
	Msr              layout.ULong `c:"MachineState"`
	OrigR3           layout.ULong
	Ctr, Lr, Xer, Cr layout.ULong
	Softe            layout.ULong
	Trap             layout.ULong
	Dar              layout.ULong `c:"FaultAddr"`
	Dsisr            layout.ULong `c:"Error"`
	_                [5]layout.ULong
}

type mcontext struct {
	_ layout.Aligned16
	gregs
	F     [32]uint64
	Fpscr uint64
	_     [2]layout.ULong // code that nobody runs
	VR    [32][16]byte
	// The vector status and the mask of vector registers in use share one element.
	Vrsave uint32
	_      [2]uint32
	Vscr   uint32
}

// mcontextSize is sizeof mcontext; vectorsSize is that of its vector registers.
const (
	mcontextSize = 992
	vectorsSize  = 512
)

// Bits of the machine state in a frame: which registers it holds.
const (
	msrVEC = 1 << 25
	msrVSX = 1 << 23
)

// The gaps below frames, and where in the stack a handler begins.
const (
	gapRT32 = 80
	gap64   = 128
)

func frames32(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	altivec := a.HWCap&featureAltivec != 0
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe32{}), Old: arch.NewFrameShape(a, sigframe32{}), Align: 16, Fault: fault,
		Signal: reg("r3"), Info: reg("r4"), Context: reg("r5"), Return: reg("lr"), NeedsCode: true,
		// li r0, __NR_rt_sigreturn; sc; li r0, __NR_sigreturn; sc
		Code: arch.CodeWords(a.ISA, 0x380000ac, 0x44000002, 0x38000077, 0x44000002), OldCode: 8,
		Save: func(f *arch.Frame) linux.Errno {
			f.Put("BackChain", f.Reg("r1"))
			if f.RT {
				f.Put("UC.Regs", f.At("UC.Mcontext"))
			} else {
				f.Put("SC.Regs", f.At("Mcontext"))
				f.Put("SC.Handler", f.D.Action.Handler)
			}
			msr := f.Reg("msr") &^ (msrVEC | msrVSX)
			if altivec {
				msr |= msrVEC
			}
			f.Put(prefix32(f)+"Msr", msr)
			return 0
		},
		Enter: func(f *arch.Frame) {
			f.SetReg("fpscr", 0)
			if f.RT {
				f.SetReg("r6", f.Addr+gapRT32)
				return
			}
			f.SetReg("r4", f.At("SC"))
		},
		Check: func(f *arch.Frame) linux.Errno {
			pointer, p := "SC.Regs", prefix32(f)
			if f.RT {
				pointer = "UC.Regs"
			}
			if errno := f.Follow(pointer, p[:len(p)-1], mcontextSize); errno != 0 {
				return errno
			}
			if altivec && f.Get(p+"Msr")&msrVEC == 0 {
				f.Clear(p+"VR", vectorsSize)
			}
			return 0
		},
	}
}

// prefix32 is how names of the context begin.
func prefix32(f *arch.Frame) string {
	if f.RT {
		return "UC.Mcontext."
	}
	return "Mcontext."
}

// fault is the interrupt's vector and the DSISR register.
func fault(f *arch.Fault) (trap, code uint64) {
	const data, fetch, program, unmapped, denied, store = 0x300, 0x400, 0x700, 1 << 30, 1 << 27, 1 << 25
	if !f.IsMemory() {
		return program, 0
	}
	trap, code = data, unmapped
	if f.Fetch {
		trap = fetch
	}
	if f.Denied() {
		code = denied
	}
	if f.Write {
		code |= store
	}
	return trap, code
}
