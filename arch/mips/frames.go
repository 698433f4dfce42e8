package mips

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe is struct rt_sigframe of arch/mips/kernel/signal.c, with the context of an ABI.
type rtSigframe[C any] struct {
	_ [6]uint32 // room for arguments, and for code in the past
	arch.SiginfoShape
	UC struct {
		Flags layout.ULong
		Link  layout.Ptr
		Stack sigaltStack
		SC    C
		Mask  signalMask
	}
}

// sigframe is o32's struct sigframe.
type sigframe struct {
	_    [6]uint32
	SC   sigcontext32
	Mask signalMask
}

// signalMask has 128 signals.
type signalMask struct{ Mask, MaskHigh layout.Words }

// sigcontext32 is o32's struct sigcontext: registers have 64 bits in it.
type sigcontext32 struct {
	RegMask, StatusWord uint32
	PC                  uint64
	Zero                uint64
	R1                  [31]uint64 `c:"R+1"`
	F                   [32]uint64
	Acx                 uint32
	Fcsr                uint32
	Eir                 uint32
	UsedMath            uint32
	Dsp                 uint32
	Hi, Lo              uint64
	_                   [6]layout.ULong // accumulators of the DSP extension
}

// sigcontext64 is that of n64 and n32.
type sigcontext64 struct {
	Zero     uint64
	R1       [31]uint64 `c:"R+1"`
	F        [32]uint64
	Hi       uint64
	_        [3]uint64
	Lo       uint64
	_        [3]uint64
	PC       uint64
	Fcsr     uint32
	UsedMath uint32
	Dsp      uint32
	_        uint32
}

// Bits of sc_used_math.
const (
	usedFP  = 1
	usedFR1 = 2
)

const statusFR = 1 << 26

func (v variant) frames(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	s := &arch.FrameSet{
		ABI: a, Align: 16, RedZone: 32, NeedsCode: true,
		Signal: reg("r4"), Info: reg("r5"), Context: reg("r6"), Return: reg("r31"),
		Save: saveFrame, Enter: enterHandler, Load: loadFrame,
		Check: func(f *arch.Frame) linux.Errno {
			f.Put(prefix(f)+"Fcsr", quietFcsr(f.Get(prefix(f)+"Fcsr")))
			return 0
		},
	}
	if v.bits == 32 {
		s.RT, s.Old = arch.NewFrameShape(a, rtSigframe[sigcontext32]{}), arch.NewFrameShape(a, sigframe{})
	} else {
		s.RT = arch.NewFrameShape(a, rtSigframe[sigcontext64]{})
	}
	const syscall = 0xc
	for _, name := range []string{"rt_sigreturn", "sigreturn"} {
		if nr, ok := a.Calls.ByName[name]; ok && (name == "rt_sigreturn" || s.Old != nil) {
			s.OldCode = len(s.Code)
			s.Code = append(s.Code, arch.CodeWords(a.ISA, 0x24020000|uint32(nr), syscall)...) // li $2, nr
		}
	}
	return s
}

// prefix is how names of the context begin.
func prefix(f *arch.Frame) string {
	if f.RT {
		return "UC.SC."
	}
	return "SC."
}

// saveFrame says how the floating-point registers are saved: whole where there are 32 of 64 bits, or as 16 pairs.
func saveFrame(f *arch.Frame) linux.Errno {
	p := prefix(f)
	if f.Reg("status")&statusFR != 0 {
		f.Put(p+"UsedMath", usedFP|usedFR1)
		return 0
	}
	f.Put(p+"UsedMath", usedFP)
	order, floats := f.Shape.ABI().Data.Order, f.Part(p+"F", 32*8)
	for i := 0; i < len(floats); i += 16 {
		even, odd := floats[i:i+8], floats[i+8:i+16]
		order.PutUint(even, order.Uint(even)&0xffffffff|order.Uint(odd)<<32)
		clear(odd)
	}
	return 0
}

// loadFrame takes pairs apart, for the registers that have been set as if they were whole.
func loadFrame(f *arch.Frame) {
	if f.Reg("status")&statusFR != 0 {
		return
	}
	order, floats, f0 := f.Shape.ABI().Data.Order, f.Part(prefix(f)+"F", 32*8), f.Bank("f")
	for i := 0; i < 32; i += 2 {
		pair := order.Uint(floats[8*i : 8*i+8])
		f.Regs.SetReg(f0+arch.Reg(i), pair&0xffffffff)
		f.Regs.SetReg(f0+arch.Reg(i+1), pair>>32)
	}
}

// quietFcsr drops the causes of exceptions that are enabled: loading them would trap.
func quietFcsr(fcsr uint64) uint64 {
	const enables, toCause = 0xf80, 5
	return fcsr &^ (fcsr & enables << toCause) &^ (1 << 17)
}

func enterHandler(f *arch.Frame) {
	if !f.RT {
		f.SetReg("r5", 0)
		f.SetReg("r6", f.At("SC"))
	}
	f.SetReg("r25", f.D.Action.Handler)
}
