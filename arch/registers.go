package arch

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
}

// Lookup finds a register by name; NoReg when there is none.
func (f *RegisterFile) Lookup(name string) Reg {
	for i := range f.Info {
		if f.Info[i].Name == name {
			return Reg(i)
		}
	}
	return NoReg
}

// Registers is the register state of one CPU, as hooks of an ABI see it.
// Registers narrower than 64 bits read zero-extended and ignore the upper bits when written.
// Wider ones are reached through RegBytes only.
type Registers interface {
	Reg(r Reg) uint64
	SetReg(r Reg, v uint64)
	// RegBytes copies a register in little-endian order; it reports false where the engine has no access to it.
	RegBytes(r Reg, dst []byte) bool
	SetRegBytes(r Reg, src []byte) bool
}
