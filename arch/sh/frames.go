package sh

import (
	"strings"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe is struct rt_sigframe of arch/sh/kernel/signal_32.c; ucontext is asm-generic's.
type rtSigframe struct {
	arch.SiginfoShape
	UC struct {
		Flags layout.ULong
		Link  layout.Ptr
		Stack arch.StackShape
		SC    sigcontext
		Mask  layout.Words
	}
	_ [16]byte // code that nobody runs
}

// sigframe is struct sigframe.
type sigframe struct {
	SC        sigcontext
	ExtraMask layout.ULong
	_         [16]byte
}

type sigcontext struct {
	OldMask                     layout.ULong
	R                           [16]uint32
	PC, PR, SR, Gbr, Mach, Macl uint32
	Fr, Xf                      [16]uint32
	Fpscr, Fpul, Owned          uint32
}

const (
	guard     = 64 // bytes between a frame and the stack that was interrupted, for unwinders
	srUser    = 0x303
	fpscrInit = 0x00080000
)

func frames(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	trap := []uint16{0xc310, 0x200b, 0x200b, 0x200b, 0x200b, 0x200b} // trapa #0x10; or r0, r0 ...
	code := func(nr uint16) []byte {
		// mov.w nr, r3; trapa ...; nr: .word
		return arch.CodeHalves(a.ISA, append(append([]uint16{0x9305}, trap...), nr)...)
	}
	s := &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe{}), Old: arch.NewFrameShape(a, sigframe{}),
		Place:  func(sp, size uint64) uint64 { return (sp - size - guard) &^ 7 },
		Signal: reg("r4"), Info: reg("r5"), Context: reg("r6"), Return: reg("pr"),
		Code: append(code(173), code(119)...), OldCode: 16,
		Save:  func(f *arch.Frame) linux.Errno { f.Put(prefix(f)+"Owned", 1); return 0 },
		Check: checkFrame, Enter: enterHandler,
	}
	if strings.HasSuffix(a.Name, "-fdpic") {
		s.Save = saveFDPIC
		s.Enter = func(f *arch.Frame) {
			enterHandler(f)
			f.SetReg("r12", f.Global)
		}
	}
	return s
}

func prefix(f *arch.Frame) string {
	if f.RT {
		return "UC.SC."
	}
	return "SC."
}

// saveFDPIC looks up the function descriptor that the handler's address is.
func saveFDPIC(f *arch.Frame) linux.Errno {
	var b [8]byte
	if errno := f.Mem.Read(f.Handler, b[:]); errno != 0 {
		return errno
	}
	order := f.Shape.ABI().Data.Order
	f.Handler, f.Global = order.Uint(b[:4]), order.Uint(b[4:])
	f.Put(prefix(f)+"Owned", 1)
	return 0
}

func checkFrame(f *arch.Frame) linux.Errno {
	p := prefix(f)
	f.Put(p+"SR", f.Reg("sr")&^srUser|f.Get(p+"SR")&srUser)
	if f.Get(p+"Owned") == 0 {
		f.Clear(p+"Fr", 2*16*4)
		f.Put(p+"Fpscr", fpscrInit)
		f.Put(p+"Fpul", 0)
	}
	return 0
}

func enterHandler(f *arch.Frame) {
	if !f.RT {
		f.SetReg("r5", 0)
		f.SetReg("r6", f.At("SC"))
	}
	f.SetReg("fpscr", fpscrInit)
}

// rewind undoes an atomic sequence that was interrupted (gUSA). In one, the stack pointer is less the sequence's length,
// r0 is where it ends and r1 the stack pointer proper.
func rewind(file *arch.RegisterFile) func(arch.Registers) {
	r0, r1 := file.Reg("r0"), file.Reg("r1")
	return func(regs arch.Registers) {
		const lengths = 0xc0000000
		length := regs.Reg(file.SP)
		if length < lengths {
			return
		}
		if end := regs.Reg(r0); regs.Reg(file.PC) < end {
			regs.SetReg(file.PC, (end+length)&0xffffffff)
		}
		regs.SetReg(file.SP, regs.Reg(r1))
	}
}
