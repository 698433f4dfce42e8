package m68k

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// rtSigframe is struct rt_sigframe of arch/m68k/kernel/signal.c, and sigframe struct sigframe. A handler finds its
// arguments in them, above the return address.
type rtSigframe struct {
	Return     layout.Ptr
	Signal     int32
	InfoPtr    layout.Ptr
	ContextPtr layout.Ptr
	_          [8]byte // code that nobody runs
	arch.SiginfoShape
	UC struct {
		Flags     layout.ULong
		Link      layout.Ptr
		Stack     arch.StackShape
		Version   int32
		D, A      [8]uint32
		PC        uint32
		SR        uint32
		Fpcontrol uint32
		Fpstatus  uint32
		Fpiaddr   uint32
		FP        [8][12]byte
		State     uint32 // what FSAVE writes: its first byte is a version, or 0 for a unit that has not been used
		_         [212]byte
		FormatVec uint32
		_         [100]byte
		Mask      layout.Words
	}
}

type sigframe struct {
	Return    layout.Ptr
	Signal    int32
	Code      int32 `c:"Trap"`
	Context   layout.Ptr
	_         [8]byte
	ExtraMask layout.ULong
	SC        struct {
		OldMask   layout.ULong
		A7        uint32
		D0, D1    uint32
		A0, A1    uint32
		SR        uint16
		PC        uint32
		FormatVec uint16
		FP        [2][12]byte
		Fpcontrol uint32
		Fpstatus  uint32
		Fpiaddr   uint32
		State     uint32
		_         [212]byte
	}
}

const (
	version   = 2
	idleState = 0x41000000 // of a 68040's floating-point unit
	userSR    = 0xff
	badFormat = 1<<1 | 1<<5 | 1<<6 | 1<<8 | 0xf<<12 // exception frames that no processor of ours writes
)

func frames(a *arch.ABI) arch.Frames {
	return &arch.FrameSet{
		ABI: a, RT: arch.NewFrameShape(a, rtSigframe{}), Old: arch.NewFrameShape(a, sigframe{}), Align: 8,
		Popped: 4, OldPopped: 4,
		Signal: arch.NoReg, Info: arch.NoReg, Context: arch.NoReg, Return: arch.NoReg, NeedsCode: true,
		// moveq #~__NR_rt_sigreturn, d0; not.b d0; trap #0; moveq #__NR_sigreturn, d0; trap #0
		Code: arch.CodeHalves(a.ISA, 0x7052, 0x4600, 0x4e40, 0x7077, 0x4e40), OldCode: 6,
		Save: saveFrame, Check: checkFrame, Fault: fault,
	}
}

func prefix(f *arch.Frame) string {
	if f.RT {
		return "UC."
	}
	return "SC."
}

func saveFrame(f *arch.Frame) linux.Errno {
	f.Put(prefix(f)+"State", idleState)
	if f.RT {
		f.Put("UC.Version", version)
	} else {
		f.Put("Context", f.At("SC"))
	}
	return 0
}

// checkFrame wants a frame of ours, and lets it change the condition codes only.
func checkFrame(f *arch.Frame) linux.Errno {
	p := prefix(f)
	state := f.Get(p + "State")
	if f.RT && f.Get("UC.Version") != version || badFormat>>(f.Get(p+"FormatVec")>>12&0xf)&1 != 0 ||
		state != 0 && state>>24 != idleState>>24 {
		return linux.EINVAL
	}
	f.Put(p+"SR", f.Reg("sr")&^userSR|f.Get(p+"SR")&userSR)
	return 0
}

// fault is the offset of the exception's vector.
func fault(f *arch.Fault) (trap, code uint64) {
	const access, illegal, divide, chk, breakpoint = 2 * 4, 4 * 4, 5 * 4, 6 * 4, 47 * 4
	switch {
	case f.IsMemory():
		return access, 0
	case f.Signal == linux.SIGTRAP:
		return breakpoint, 0
	case f.Signal == linux.SIGFPE && f.Code == linux.FPE_INTDIV:
		return divide, 0
	case f.Signal == linux.SIGFPE:
		return chk, 0
	}
	return illegal, 0
}
