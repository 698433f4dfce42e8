package x86

import (
	"muslrun/arch"
	"muslrun/arch/linux"
)

// state is the area with the floating-point registers that a frame points to.
type state struct {
	shape *arch.FrameShape
	fsave uint64 // bytes in front of FXSAVE's area
	fx    string // prefix of the names there
}

func newState(a *arch.ABI, shape any, fsave uint64) *state {
	s := &state{shape: arch.NewFrameShape(a, shape), fsave: fsave}
	if fsave != 0 {
		s.fx = "FX."
	}
	return s
}

// at is its address, below top.
func (s *state) at(top uint64) uint64 { return (top-stateSize)&^(stateAlign-1) - s.fsave }

// area is the area of f.
func (s *state) area(f *arch.Frame, addr uint64) *arch.Frame {
	area := s.shape.NewFrame(f.Regs, f.Mem)
	area.Addr = addr
	return area
}

// save writes the area and lets the frame, whose registers have names with a prefix, point to it.
func (s *state) save(f *arch.Frame, prefix string) linux.Errno {
	area := s.area(f, s.at(f.Top))
	defer area.Release()
	if f.Shape.ABI().ISA.Bits == 32 {
		area.Addr &= 0xffffffff
	}
	s.shape.Save(f.Regs, area.Bytes)
	area.Put(s.fx+"Tags", abridged(f.Reg("ftag")))
	area.Put(s.fx+"MxcsrMask", mxcsrMask)
	if s.fsave != 0 {
		legacy(area)
	}
	f.Put(prefix+"State", area.Addr)
	return f.Mem.Write(area.Addr, area.Bytes)
}

// legacy completes what FSAVE writes, and copies it to FXSAVE's area.
func legacy(area *arch.Frame) {
	for _, name := range []string{"Fctrl", "Fstat", "Ftag"} {
		area.Put(name, area.Get(name)|0xffff0000)
	}
	area.Put("Status", area.Get("Fstat"))
	area.Put("FX.Control", area.Get("Fctrl"))
	area.Put("FX.Status", area.Get("Fstat"))
	from, to := area.Part("St", 8*10), area.Part("FX.FPRegs", 8*16)
	for i := range 8 {
		copy(to[16*i:], from[10*i:10*i+10])
	}
}

// check reads the area, if there is one, into f.Area, and looks at what a processor would refuse.
func (s *state) check(f *arch.Frame, prefix string) linux.Errno {
	f.Put(prefix+"Eflags", f.Reg("eflags")&^flagsRestored|f.Get(prefix+"Eflags")&flagsRestored)
	addr := f.Get(prefix + "State")
	if addr == 0 {
		return 0
	}
	area := s.area(f, addr)
	f.Area = area
	if f.Mem.Read(addr, area.Bytes) != 0 || area.Get(s.fx+"Mxcsr")&^mxcsrMask != 0 {
		return linux.EFAULT
	}
	if s.fsave != 0 {
		for _, name := range []string{"Fctrl", "Fstat", "Ftag"} {
			area.Put(name, area.Get(name)&0xffff)
		}
	}
	return 0
}

// load sets the floating-point registers from the area, or resets them if there is none.
func (s *state) load(f *arch.Frame) {
	if f.Area == nil {
		reset(f)
		return
	}
	if s.fsave == 0 {
		f.SetReg("ftag", fullTags(f.Area.Get("Tags")))
	}
	s.shape.Load(f.Regs, f.Area.Bytes)
}

// reset puts the floating-point unit into its initial state.
func reset(f *arch.Frame) {
	f.SetReg("fctrl", resetControl)
	f.SetReg("fstat", 0)
	f.SetReg("ftag", emptyTags)
	f.SetReg("mxcsr", resetMxcsr)
	regs := f.Shape.ABI().ISA.Regs
	var zero [16]byte
	for r, info := range regs.Info {
		if info.Class == arch.Vector || info.Bits == 80 {
			f.Regs.SetRegBytes(arch.Reg(r), zero[:info.Bits/8])
		}
	}
}

// abridged is the tag word of FXSAVE: a bit for each register that is in use, where FSAVE has two that are 3 for an empty one.
func abridged(tags uint64) (out uint64) {
	for i := range 8 {
		if tags>>(2*i)&3 != 3 {
			out |= 1 << i
		}
	}
	return out
}

// fullTags makes FSAVE's tag word again. What a register in use holds (a number, zero or else) does not matter to us.
func fullTags(short uint64) (out uint64) {
	for i := range 8 {
		if short>>i&1 == 0 {
			out |= 3 << (2 * i)
		}
	}
	return out
}
