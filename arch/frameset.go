package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// FrameSet implements Frames by the shapes of an ABI's frames and what else is to be said of them.
type FrameSet struct {
	ABI *ABI
	RT  *FrameShape // struct rt_sigframe
	Old *FrameShape // struct sigframe, of handlers without SA_SIGINFO; nil where they get an rt_sigframe too

	RedZone uint64 // bytes below the stack pointer that belong to the code that was interrupted
	Align   uint64 // of a frame's address, when Place is nil
	// Place says where a frame of size bytes lies, below sp.
	Place func(sp, size uint64) uint64
	// Popped is how far the stack pointer has gone above the frame when sigreturn is called from a signal's handler: the
	// handler's return has taken the return address, and old frames' stubs may take more.
	Popped, OldPopped uint64

	// What a handler finds in registers; NoReg where it is in the frame.
	Signal, Info, Context, Return Reg
	// Code calls rt_sigreturn. Behind its first OldCode bytes is what calls sigreturn, if there is Old. NeedsCode says that
	// SA_RESTORER has no meaning.
	Code      []byte
	OldCode   int
	NeedsCode bool

	// Fault gives the number and the details of the exception that the processor would have raised, as frames have them
	// (x86 trapno, err; arm trap_no, error_code). Nil where frames do not tell.
	Fault func(*Fault) (trap, code uint64)
	// Save adds to a frame that has been filled by its shape, before it is written. EFAULT gives the delivery up.
	Save func(f *Frame) linux.Errno
	// Enter sets more registers for the handler.
	Enter func(f *Frame)
	// Check looks at a frame before registers are set from it; an error is EFAULT. It may change f.Bytes.
	Check func(f *Frame) linux.Errno
	// Load sets registers that the shape does not name.
	Load func(f *Frame)
}

// Frame is a signal frame that is being written or read.
type Frame struct {
	Regs   Registers
	Mem    FrameMemory
	Shape  *FrameShape
	RT     bool
	Bytes  []byte
	Addr   uint64
	Top    uint64    // what is above belongs to others
	D      *Delivery // nil when the frame is read
	Return uint64    // address
	Area   *Frame    // what the frame points to, once Check has read it
	// Handler is where the handler starts, and Global the address of its data where functions have descriptors (FDPIC).
	Handler, Global uint64
	// Trap, Code and FaultAddr describe the processor's exception; zero for signals that come otherwise.
	Trap, Code, FaultAddr uint64
}

// Get reads an integer field of the frame by its full name.
func (f *Frame) Get(name string) uint64 { return f.Shape.plain.Get(f.Bytes, f.field(name)) }

// Put writes an integer field of the frame by its full name.
func (f *Frame) Put(name string, v uint64) { f.Shape.plain.Put(f.Bytes, f.field(name), v) }

func (f *Frame) field(name string) *layout.Field {
	field := f.Shape.names[name]
	if field == nil {
		panic("arch: no field " + name + " in a signal frame")
	}
	return field
}

// Follow reads what the pointer of a given name leads to into the part of the frame where it pointed when the frame was
// pushed, size bytes at the field named part, if it leads elsewhere now.
func (f *Frame) Follow(pointer, part string, size int) linux.Errno {
	addr := f.Get(pointer)
	if addr == f.At(part) {
		return 0
	}
	at := f.Shape.offset(part)
	return f.Mem.Read(addr, f.Bytes[at:at+size])
}

// Clear zeroes size bytes of the frame from a field on.
func (f *Frame) Clear(part string, size int) {
	at := f.Shape.offset(part)
	clear(f.Bytes[at : at+size])
}

// At is the guest's address of a field, or of the first one of a nested struct.
func (f *Frame) At(name string) uint64 { return f.Addr + uint64(f.Shape.offset(name)) }

// Part is size bytes of the frame from a field, a struct or an array on.
func (f *Frame) Part(name string, size int) []byte {
	at := f.Shape.offset(name)
	return f.Bytes[at : at+size]
}

// Bank is the first register of a bank, of which the others follow.
func (f *Frame) Bank(prefix string) Reg { return f.Shape.abi.ISA.Regs.Reg(prefix + "0") }

// Reg reads a register by name, SetReg writes one.
func (f *Frame) Reg(name string) uint64 { return f.Regs.Reg(f.Shape.abi.ISA.Regs.Reg(name)) }

// SetReg writes a register by name.
func (f *Frame) SetReg(name string, v uint64) { f.Regs.SetReg(f.Shape.abi.ISA.Regs.Reg(name), v) }

// Push implements Frames.
func (s *FrameSet) Push(regs Registers, mem FrameMemory, d *Delivery) linux.Errno {
	shape, rt := s.RT, true
	if s.Old != nil && d.Action.Flags&linux.SA_SIGINFO == 0 {
		shape, rt = s.Old, false
	}
	f := shape.NewFrame(regs, mem)
	defer f.Release()
	f.RT, f.D, f.Handler = rt, d, d.Action.Handler
	s.place(f)
	f.Return = s.returnAddress(f)
	if d.Fault != nil && s.Fault != nil {
		f.Trap, f.Code = s.Fault(d.Fault)
		if d.Fault.IsMemory() {
			f.FaultAddr = d.Fault.Addr
		}
	}
	f.Shape.Save(regs, f.Bytes)
	f.Shape.describe(f)
	if s.Save != nil {
		if errno := s.Save(f); errno != 0 {
			return errno
		}
	}
	if errno := mem.Write(f.Addr, f.Bytes); errno != 0 {
		return linux.EFAULT
	}
	s.enter(f)
	return 0
}

// place finds the frame's address.
func (s *FrameSet) place(f *Frame) {
	f.Top = f.D.SP
	if f.Top == f.Regs.Reg(s.ABI.ISA.Regs.SP) {
		f.Top -= s.RedZone
	}
	size := uint64(len(f.Bytes))
	if s.Place != nil {
		f.Addr = s.cut(s.Place(f.Top, size))
		return
	}
	f.Addr = s.cut((f.Top - size) &^ (s.Align - 1))
}

// cut keeps the bits that an address has.
func (s *FrameSet) cut(addr uint64) uint64 {
	if s.ABI.ISA.Bits == 32 {
		return addr & 0xffffffff
	}
	return addr
}

// returnAddress is where the handler returns to: its restorer, or the trampoline.
func (s *FrameSet) returnAddress(f *Frame) uint64 {
	if f.D.Action.Flags&linux.SA_RESTORER != 0 && !s.NeedsCode {
		return f.D.Action.Restorer
	}
	if !f.RT {
		return f.D.Trampoline + uint64(s.OldCode)
	}
	return f.D.Trampoline
}

// enter makes the handler run next.
func (s *FrameSet) enter(f *Frame) {
	set := func(r Reg, v uint64) {
		if r != NoReg {
			f.Regs.SetReg(r, v)
		}
	}
	set(s.ABI.ISA.Regs.SP, f.Addr)
	set(s.Signal, f.D.Signal)
	if f.RT {
		set(s.Info, f.At("Info"))
		set(s.Context, f.At("UC"))
	}
	set(s.Return, f.Return)
	set(s.ABI.ISA.Regs.PC, f.Handler)
	if s.Enter != nil {
		s.Enter(f)
	}
}

// Pop implements Frames.
func (s *FrameSet) Pop(regs Registers, mem FrameMemory, rt bool) (Restored, linux.Errno) {
	shape, popped := s.RT, s.Popped
	if s.Old != nil && !rt {
		shape, popped = s.Old, s.OldPopped
	}
	f := shape.NewFrame(regs, mem)
	defer f.Release()
	f.RT = shape == s.RT
	f.Addr = s.cut(regs.Reg(s.ABI.ISA.Regs.SP) - popped)
	if mem.Read(f.Addr, f.Bytes) != 0 {
		return Restored{}, linux.EFAULT
	}
	if s.Check != nil && s.Check(f) != 0 {
		return Restored{}, linux.EFAULT
	}
	f.Shape.Load(regs, f.Bytes)
	if s.Load != nil {
		s.Load(f)
	}
	return f.Shape.restored(f.Bytes), 0
}

// Trampoline implements Frames.
func (s *FrameSet) Trampoline() []byte { return s.Code }
