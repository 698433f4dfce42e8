package mips

import (
	"muslrun/arch"
	"muslrun/arch/layout"
)

// The MIPS instruction sets. Release 6 removed and re-encoded instructions, so it is an ISA of its own.
var (
	MIPS32   = arch.BothOrders(func(o layout.Order) *arch.ISA { return newISA("mips32", 32, o) })
	MIPS32R6 = arch.BothOrders(func(o layout.Order) *arch.ISA { return newISA("mips32r6", 32, o) })
	MIPS64   = arch.BothOrders(func(o layout.Order) *arch.ISA { return newISA("mips64", 64, o) })
	MIPS64R6 = arch.BothOrders(func(o layout.Order) *arch.ISA { return newISA("mips64r6", 64, o) })
)

func newISA(name string, bits int, o layout.Order) *arch.ISA {
	return &arch.ISA{Name: name, Family: arch.MIPS, Bits: bits, Order: o, CodeOrder: o, Regs: registers(bits)}
}

// registers are in gdb's order. hi and lo do not exist in release 6, where they read as 0. The floating-point registers are
// 64 bits wide as with Status.FR = 1; with FR = 0 an odd one is the upper half of the even one before it.
func registers(bits int) *arch.RegisterFile {
	return arch.NewRegisterFile("pc", "r29",
		arch.Bank(arch.General, bits, "r", 32),
		arch.Named(arch.Control, bits, "status", "lo", "hi", "badvaddr", "cause", "pc"),
		arch.Bank(arch.Float, 64, "f", 32),
		arch.Named(arch.Control, 32, "fcsr", "fir"),
		arch.Named(arch.System, bits, "userlocal"),
	)
}
