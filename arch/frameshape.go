package arch

import (
	"strconv"
	"strings"
	"sync"
	"unicode"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// FrameShape is the layout of one kind of signal frame, or of an area that a frame points to. It is a shape of package
// layout whose fields are filled and read by name. The last part of a field's name (or of its tag's), numbers included,
// says what the field holds:
//
//	R.7 Rip St.3       the register of that name in lower case: r7, rip, st3
//	R+1.0              the same of an array that starts with register 1
//	St.3.Bytes         the same as without Bytes
//	Info               siginfo_t: 128 bytes
//	Stack.SP .Flags .Size  uc_stack
//	Mask               the signal mask as 8 bytes
//	MaskHigh           that of signals from 65 on
//	OldMask ExtraMask  its lower and upper half, as the frames of sigreturn have it
//	Signal Return InfoPtr ContextPtr   arguments of the handler that the frame holds
//	Error Trap FaultAddr               what the processor tells of a fault
//
// Others are zero unless the ABI's own code fills them.
type FrameShape struct {
	abi   *ABI
	shape any

	once   sync.Once
	plain  *layout.Struct
	regs   []frameReg
	values []frameValue
	names  map[string]*layout.Field
	parts  map[string]int // where fields, structs and arrays begin

	frames sync.Pool // of *Frame that are not in use
}

type frameReg struct {
	field *layout.Field
	reg   Reg
	bytes int // of the register
}

type frameValue struct {
	field *layout.Field
	value valueName
}

// valueName tells what a field holds, other than a register.
type valueName uint8

const (
	infoValue valueName = iota + 1
	stackSP
	stackFlags
	stackSize
	maskValue
	maskHigh
	oldMask
	extraMask
	signalValue
	returnValue
	infoPtr
	contextPtr
	errorValue
	trapValue
	faultAddr
)

var valueNames = map[string]valueName{
	"info": infoValue, "stack.sp": stackSP, "stack.flags": stackFlags, "stack.size": stackSize, "mask": maskValue, "maskhigh": maskHigh,
	"oldmask": oldMask, "extramask": extraMask, "signal": signalValue, "return": returnValue, "infoptr": infoPtr,
	"contextptr": contextPtr, "error": errorValue, "trap": trapValue, "faultaddr": faultAddr,
}

// SiginfoShape is siginfo_t as a part of a frame's shape: a run of bytes, aligned as a pointer. Its field's name is empty
// to the rules above, so that of the struct's own counts.
type SiginfoShape struct {
	_    [0]layout.Ptr
	Info [SiginfoSize]byte
}

// StackShape is stack_t of asm-generic/signal.h as a part of a frame's shape.
type StackShape struct {
	SP    layout.Ptr
	Flags int32
	Size  layout.ULong
}

// NewFrameShape gives an ABI's layout of a shape. It is compiled when it is first used.
func NewFrameShape(a *ABI, shape any) *FrameShape { return &FrameShape{abi: a, shape: shape} }

// Struct is the layout itself.
func (s *FrameShape) Struct() *layout.Struct {
	s.once.Do(s.compile)
	return s.plain
}

// Size is the size in bytes.
func (s *FrameShape) Size() int { return s.Struct().Size }

func (s *FrameShape) compile() {
	s.plain = layout.Lay(s.shape, s.abi.Data)
	s.names, s.parts = map[string]*layout.Field{}, map[string]int{}
	for i := range s.plain.Fields {
		f := &s.plain.Fields[i]
		s.names[f.Name] = f
		s.begin(f)
		name, register := meaning(f.Target())
		if v := valueNames[name]; v != 0 {
			s.values = append(s.values, frameValue{f, v})
		} else if r := s.abi.ISA.Regs.Lookup(register); r != NoReg {
			s.regs = append(s.regs, frameReg{f, r, (s.abi.ISA.Regs.Info[r].Bits + 7) / 8})
		}
	}
}

// begin notes where a field lies, and whatever it is the first part of.
func (s *FrameShape) begin(f *layout.Field) {
	for name, more := f.Name, true; more; {
		if _, seen := s.parts[name]; !seen {
			s.parts[name] = f.Offset
		}
		dot := strings.LastIndexByte(name, '.')
		if more = dot >= 0; more {
			name = name[:dot]
		}
	}
}

// offset is where a field, a struct or an array begins.
func (s *FrameShape) offset(name string) int {
	at, ok := s.parts[name]
	if !ok {
		panic("arch: no part " + name + " in a signal frame")
	}
	return at
}

// NewFrame makes a frame of zeros.
func (s *FrameShape) NewFrame(regs Registers, mem FrameMemory) *Frame {
	f, _ := s.frames.Get().(*Frame)
	if f == nil {
		f = &Frame{Bytes: make([]byte, s.Size())}
	}
	clear(f.Bytes)
	f.Shape, f.Regs, f.Mem = s, regs, mem
	return f
}

// Release ends the use of a frame, and of its Area.
func (f *Frame) Release() {
	if f.Area != nil {
		f.Area.Release()
	}
	s, bytes := f.Shape, f.Bytes
	*f = Frame{Bytes: bytes}
	s.frames.Put(f)
}

// meaning gives the two names by which a field is looked up: of a value (with "stack." if it is in one), and of a register.
func meaning(target string) (value, register string) {
	parts := strings.Split(strings.TrimSuffix(strings.ToLower(target), ".bytes"), ".")
	value = parts[len(parts)-1]
	if len(parts) > 1 && parts[len(parts)-2] == "stack" {
		return "stack." + value, ""
	}
	if len(parts) > 1 && unicode.IsDigit(rune(value[0])) {
		return value, element(parts[len(parts)-2], value)
	}
	return value, value
}

func element(array, index string) string {
	array, first, shifted := strings.Cut(array, "+")
	if !shifted {
		return array + index
	}
	i, _ := strconv.Atoi(index)
	n, _ := strconv.Atoi(first)
	return array + strconv.Itoa(i+n)
}

// Save writes registers to their fields.
func (s *FrameShape) Save(regs Registers, b []byte) {
	var wide [64]byte
	for i := range s.regs {
		r := &s.regs[i]
		if r.bytes <= 8 {
			s.plain.Put(b, r.field, regs.Reg(r.reg))
			continue
		}
		if regs.RegBytes(r.reg, wide[:r.bytes]) {
			s.copyWide(b[r.field.Offset:r.field.Offset+r.field.Size], wide[:r.bytes])
		}
	}
}

// Load sets registers from their fields.
func (s *FrameShape) Load(regs Registers, b []byte) {
	var wide [64]byte
	for i := range s.regs {
		r := &s.regs[i]
		if r.bytes <= 8 {
			regs.SetReg(r.reg, s.plain.Get(b, r.field))
			continue
		}
		s.copyWide(wide[:r.bytes], b[r.field.Offset:r.field.Offset+r.field.Size])
		regs.SetRegBytes(r.reg, wide[:r.bytes])
	}
}

// copyWide copies between a register's bytes, least significant first, and the guest's.
func (s *FrameShape) copyWide(dst, src []byte) {
	n := min(len(dst), len(src))
	if s.abi.Data.Order == layout.Little {
		copy(dst, src[:n])
		return
	}
	for i := range n {
		dst[i] = src[len(src)-1-i]
	}
}

// describe fills the fields that say what the signal is.
func (s *FrameShape) describe(f *Frame) {
	for i := range s.values {
		v := &s.values[i]
		if v.value == infoValue {
			s.abi.EncodeSiginfo(f.Bytes[v.field.Offset:v.field.Offset+v.field.Size], f.D.Info)
			continue
		}
		s.plain.Put(f.Bytes, v.field, f.value(v.value))
	}
}

func (f *Frame) value(v valueName) uint64 {
	d := f.D
	switch v {
	case stackSP:
		return d.Stack.SP
	case stackFlags:
		return uint64(uint32(d.Stack.Flags))
	case stackSize:
		return d.Stack.Size
	case maskValue, oldMask:
		return f.Shape.abi.Consts.SigSetToGuest(d.Mask)[0]
	case extraMask:
		return f.Shape.abi.Consts.SigSetToGuest(d.Mask)[0] >> 32
	case maskHigh:
		return f.Shape.abi.Consts.SigSetToGuest(d.Mask)[1]
	case signalValue:
		return d.Signal
	case errorValue:
		return f.Code
	case trapValue:
		return f.Trap
	case faultAddr:
		return f.FaultAddr
	case returnValue:
		return f.Return
	case infoPtr:
		return f.At("Info")
	}
	return f.At("UC")
}

// restored reads what a frame holds besides registers.
func (s *FrameShape) restored(b []byte) Restored {
	var out Restored
	stack := &out.Stack
	var low, extra, high uint64
	whole := false
	for i := range s.values {
		v, n := s.values[i].value, uint64(0)
		if v != infoValue {
			n = s.plain.Get(b, s.values[i].field)
		}
		switch v {
		case stackSP:
			stack.SP, out.HasStack = n, true
		case stackFlags:
			stack.Flags = int32(n)
		case stackSize:
			stack.Size = n
		case maskValue:
			low, whole = n, true
		case oldMask:
			if !whole {
				low |= n
			}
		case extraMask:
			extra = n << 32
		case maskHigh:
			high = n
		}
	}
	out.Mask = s.abi.Consts.SigSetToInner(linux.SigSet{low | extra, high})
	return out
}

// ABI is whose frame it is.
func (s *FrameShape) ABI() *ABI { return s.abi }
