package arch

import (
	"fmt"
	"strconv"
)

// Reg names one register of an ISA: an index into its RegisterFile.
// Numbers are dense, start at 0 and follow gdb's order for the ISA where it has one.
type Reg uint16

// NoReg marks a place that an ABI does not have.
const NoReg Reg = 0xffff

// RegClass says what a register is for, so that dumps and frames can group them.
type RegClass uint8

// The classes of registers.
const (
	General RegClass = iota // integer registers, the stack pointer included
	Control                 // program counter, flags and status words
	System                  // thread pointers and other registers that user code sees but gdb may not
	Float                   // scalar floating point
	Vector                  // SIMD; may overlap Float
)

// RegisterInfo describes one register.
type RegisterInfo struct {
	Name  string // the architecture manual's name, in lower case
	Bits  int    // 8 to 512
	Class RegClass
}

// RegisterFile lists the registers of an ISA. It is immutable.
type RegisterFile struct {
	Info   []RegisterInfo
	PC, SP Reg
	// Reload is the registers that are written once more when all are set: the segment registers of i386, which look at
	// the descriptors when they are written.
	Reload []Reg

	names map[string]Reg
}

// NewRegisterFile joins banks of registers, in order, and names the program counter and the stack pointer among them.
func NewRegisterFile(pc, sp string, banks ...[]RegisterInfo) *RegisterFile {
	f := &RegisterFile{names: map[string]Reg{}}
	for _, bank := range banks {
		f.Info = append(f.Info, bank...)
	}
	for i := range f.Info {
		f.names[f.Info[i].Name] = Reg(i)
	}
	f.PC, f.SP = f.Reg(pc), f.Reg(sp)
	return f
}

// Bank is count registers of one kind, named prefix0, prefix1 and so on.
func Bank(class RegClass, bits int, prefix string, count int) []RegisterInfo {
	bank := make([]RegisterInfo, count)
	for i := range bank {
		bank[i] = RegisterInfo{Name: prefix + strconv.Itoa(i), Bits: bits, Class: class}
	}
	return bank
}

// Named is a bank of registers of one kind with names of their own.
func Named(class RegClass, bits int, names ...string) []RegisterInfo {
	bank := make([]RegisterInfo, len(names))
	for i, name := range names {
		bank[i] = RegisterInfo{Name: name, Bits: bits, Class: class}
	}
	return bank
}

// Lookup finds a register by name; NoReg when there is none.
func (f *RegisterFile) Lookup(name string) Reg {
	if r, ok := f.names[name]; ok {
		return r
	}
	return NoReg
}

// Reg is Lookup for names that must exist. It panics otherwise: the tables of an ABI name a register that its ISA lacks.
func (f *RegisterFile) Reg(name string) Reg {
	r := f.Lookup(name)
	if r == NoReg {
		panic(fmt.Sprintf("arch: no register %q", name))
	}
	return r
}

// Regs is Reg for several names.
func (f *RegisterFile) Regs(names ...string) []Reg {
	regs := make([]Reg, len(names))
	for i, name := range names {
		regs[i] = f.Reg(name)
	}
	return regs
}

// Registers is the register state of one CPU, as hooks of an ABI see it. One call is cheap, whatever the register: who keeps
// them elsewhere copies many at once (package unicorn), who has them in a block of memory looks there.
// Registers narrower than 64 bits read zero-extended and ignore the upper bits when written.
// Wider ones are reached through RegBytes only.
type Registers interface {
	Reg(r Reg) uint64
	SetReg(r Reg, v uint64)
	// RegBytes copies a register in little-endian order; it reports false where the engine has no access to it.
	RegBytes(r Reg, dst []byte) bool
	SetRegBytes(r Reg, src []byte) bool
}
