package arch

import "muslrun/arch/linux"

// FrameMemory is guest memory as signal frames are written to it and read from it.
type FrameMemory interface {
	Read(addr uint64, dst []byte) linux.Errno
	Write(addr uint64, src []byte) linux.Errno
}

// Frames is how an ABI's kernel enters a signal handler and comes back from it: setup_rt_frame and sys_rt_sigreturn of its
// arch/ARCH/kernel/signal.c. Frames have the layout of the kernel's headers and hold all registers that a handler may see
// and change, floating point and vectors included.
type Frames interface {
	// Push writes a frame below d.SP and sets the registers so that the handler runs next. An error is EFAULT; nothing
	// has changed then, and the guest gets a SIGSEGV that it cannot catch.
	Push(regs Registers, mem FrameMemory, d *Delivery) linux.Errno
	// Pop reads the frame that the stack pointer is at, at a call of rt_sigreturn (rt) or sigreturn, and sets all
	// registers from it, whatever the handler has made of them.
	Pop(regs Registers, mem FrameMemory, rt bool) (Restored, linux.Errno)
	// Trampoline is the code of the page that calls sigreturn, for handlers without a restorer; nil where none is needed.
	// Delivery.Trampoline is where it lies in the guest.
	Trampoline() []byte
}

// Delivery is a signal on its way to a handler.
type Delivery struct {
	Signal     uint64            // as the guest numbers it
	Info       *linux.Siginfo    // in inner numbering; Structs.Siginfo encodes it
	Action     *linux.Sigaction  // Flags in inner numbering
	Mask       linux.SigSet      // to be restored by sigreturn
	Stack      linux.SigaltStack // goes into uc_stack
	SP         uint64            // where the frame ends: of the alternate stack, if that is to be used
	Trampoline uint64
	Fault      *Fault // what an instruction did, if the signal comes from one
}

// Fault is an instruction's doing that caused a signal.
type Fault struct {
	Signal       linux.Signal
	Code         int32  // si_code
	Addr         uint64 // of memory, of SIGSEGV and SIGBUS; of the instruction otherwise
	Write, Fetch bool   // of SIGSEGV and SIGBUS; neither is a read
}

// IsMemory reports whether an access to memory failed.
func (f *Fault) IsMemory() bool {
	return f != nil && (f.Signal == linux.SIGSEGV || f.Signal == linux.SIGBUS)
}

// Denied reports whether there is memory, which does not allow the access.
func (f *Fault) Denied() bool { return f.Signal == linux.SIGSEGV && f.Code == linux.SEGV_ACCERR }

// Restored is what a frame holds besides registers.
type Restored struct {
	Mask  linux.SigSet
	Stack linux.SigaltStack
	// HasStack is false for a frame without Stack (sigreturn).
	HasStack bool
}
