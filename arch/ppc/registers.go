package ppc

import (
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// PowerPC is the 32-bit instruction set with floating point and AltiVec.
var PowerPC = sync.OnceValue(func() *arch.ISA { return newISA("powerpc", 32, layout.Big, registers(32)) })

// PowerPC64 is the 64-bit instruction set with AltiVec and VSX.
var PowerPC64 = arch.BothOrders(func(o layout.Order) *arch.ISA {
	// vs0h to vs31h are the doublewords of the VSX registers 0 to 31 that f0 to f31 do not hold.
	vsx := make([]arch.RegisterInfo, 32)
	for i, r := range arch.Bank(arch.Vector, 64, "vs", 32) {
		vsx[i] = arch.RegisterInfo{Name: r.Name + "h", Bits: r.Bits, Class: r.Class}
	}
	return newISA("powerpc64", 64, o, registers(64, vsx))
})

func newISA(name string, bits int, o layout.Order, regs *arch.RegisterFile) *arch.ISA {
	return &arch.ISA{Name: name, Family: arch.PowerPC, Bits: bits, Order: o, CodeOrder: o, Regs: regs}
}

func registers(bits int, more ...[]arch.RegisterInfo) *arch.RegisterFile {
	banks := [][]arch.RegisterInfo{
		arch.Bank(arch.General, bits, "r", 32),
		arch.Named(arch.Control, bits, "pc", "msr"),
		arch.Named(arch.Control, 32, "cr"),
		arch.Named(arch.Control, bits, "lr", "ctr"),
		arch.Named(arch.Control, 32, "xer"),
		arch.Bank(arch.Float, 64, "f", 32),
		arch.Named(arch.Control, 32, "fpscr"),
		arch.Bank(arch.Vector, 128, "vr", 32),
		arch.Named(arch.Control, 32, "vscr", "vrsave"),
	}
	return arch.NewRegisterFile("pc", "r1", append(banks, more...)...)
}
