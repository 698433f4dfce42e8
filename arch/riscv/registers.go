package riscv

import (
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// The RISC-V instruction sets with the extensions IMAFDC (G and C).
var (
	RV32 = sync.OnceValue(func() *arch.ISA { return newISA("riscv32", 32) })
	RV64 = sync.OnceValue(func() *arch.ISA { return newISA("riscv64", 64) })
)

func newISA(name string, bits int) *arch.ISA {
	return &arch.ISA{
		Name: name, Family: arch.RISCV, Bits: bits, Order: layout.Little, CodeOrder: layout.Little, Regs: registers(bits),
	}
}

func registers(bits int) *arch.RegisterFile {
	return arch.NewRegisterFile("pc", "x2",
		arch.Bank(arch.General, bits, "x", 32),
		arch.Named(arch.Control, bits, "pc"),
		arch.Bank(arch.Float, 64, "f", 32),
		arch.Named(arch.Control, 32, "fflags", "frm", "fcsr"),
	)
}
