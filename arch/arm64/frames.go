package arm64

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe is struct rt_sigframe of arch/arm64/kernel/signal.c with the frame record that follows it.
type rtSigframe struct {
	arch.SiginfoShape
	UC     ucontext
	Record record
}

type ucontext struct {
	Flags layout.ULong
	Link  layout.Ptr
	Stack arch.StackShape
	Mask  arch.PaddedMask
	sigcontext
}

// sigcontext ends in room for records that each start with a magic number and a size; an empty one ends them.
type sigcontext struct {
	_         layout.Aligned16
	FaultAddr uint64
	X         [31]uint64
	SP        uint64
	PC        uint64
	Pstate    uint64
	_         uint64
	Fpsimd    fpsimd
	// Of faults only: otherwise Esr.Head.Magic stays zero and ends the records.
	Esr struct {
		Head  head
		Error uint64 `c:"Syndrome"`
	}
	_ [4096 - 528 - 16]byte
}

type head struct{ Magic, Size uint32 }

// fpsimd is struct fpsimd_context. A vector is an integer of 128 bits.
type fpsimd struct {
	Head       head
	Fpsr, Fpcr uint32
	V          [32][16]byte
}

// record is how a debugger finds the frame that was interrupted.
type record struct{ FP, LR uint64 }

// The magic numbers and sizes of records.
const (
	fpsimdMagic = 0x46508001
	fpsimdSize  = 528
	esrMagic    = 0x45535201
	esrSize     = 16
)

func frames(a *arch.ABI) arch.Frames {
	reg := a.ISA.Regs.Reg
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe{}), Align: 16,
		Signal: reg("x0"), Info: reg("x1"), Context: reg("x2"), Return: reg("x30"),
		// mov x8, #__NR_rt_sigreturn; svc #0
		Code: arch.CodeWords(a.ISA, 0xd2801168, 0xd4000001),
		Save: saveFrame, Check: checkFrame, Fault: fault,
		Enter: func(f *arch.Frame) { f.SetReg("x29", f.At("Record")) },
	}
}

func saveFrame(f *arch.Frame) linux.Errno {
	f.Put("UC.Fpsimd.Head.Magic", fpsimdMagic)
	f.Put("UC.Fpsimd.Head.Size", fpsimdSize)
	if f.Code != 0 {
		f.Put("UC.Esr.Head.Magic", esrMagic)
		f.Put("UC.Esr.Head.Size", esrSize)
		f.Put("UC.Esr.Error", f.Code)
	}
	f.Put("Record.FP", f.Reg("x29"))
	f.Put("Record.LR", f.Reg("x30"))
	return 0
}

// checkFrame wants the state of user mode, and the floating-point record, which it lets the handler move.
func checkFrame(f *arch.Frame) linux.Errno {
	const mode, interrupts = 0x1f, 0x3c0
	if f.Get("UC.Pstate")&(mode|interrupts) != 0 || f.Addr%16 != 0 {
		return linux.EINVAL
	}
	first := f.Shape.Struct().Offset("UC.Fpsimd")
	area := f.Bytes[first : first+4096]
	order := f.Shape.Struct().Order()
	for at := 0; at+8 <= len(area); {
		magic, size := order.Uint(area[at:at+4]), int(order.Uint(area[at+4:at+8]))
		switch {
		case magic == fpsimdMagic && size == fpsimdSize && at+size <= len(area):
			copy(area, area[at:at+size])
			return 0
		case magic == 0, size < 8, size%16 != 0, size > len(area):
			return linux.EINVAL
		}
		at += size
	}
	return linux.EINVAL
}

// fault is the exception syndrome of an abort from user mode (ESR_EL1).
func fault(f *arch.Fault) (trap, code uint64) {
	const dataAbort, fetchAbort, length32, write, unmapped, denied = 0x24 << 26, 0x20 << 26, 1 << 25, 1 << 6, 0x07, 0x0f
	if !f.IsMemory() {
		return 0, 0
	}
	code = dataAbort | length32 | unmapped
	if f.Fetch {
		code = fetchAbort | length32 | unmapped
	}
	if f.Denied() {
		code |= denied
	}
	if f.Write {
		code |= write
	}
	return 0, code
}
