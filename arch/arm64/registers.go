package arm64

import (
	"muslrun/arch"
	"muslrun/arch/layout"
)

// ISA is ARMv8-A in AArch64 state. Its code is little-endian whatever the order of data.
var ISA = arch.BothOrders(func(data layout.Order) *arch.ISA {
	return &arch.ISA{
		Name: "aarch64", Family: arch.AArch64, Bits: 64, Order: data, CodeOrder: layout.Little, Regs: registers(),
	}
})

// registers names the flags pstate, as the kernel's user_pt_regs does; gdb calls the same word cpsr.
func registers() *arch.RegisterFile {
	return arch.NewRegisterFile("pc", "sp",
		arch.Bank(arch.General, 64, "x", 31),
		arch.Named(arch.General, 64, "sp"),
		arch.Named(arch.Control, 64, "pc"),
		arch.Named(arch.Control, 32, "pstate"),
		arch.Bank(arch.Vector, 128, "v", 32),
		arch.Named(arch.Control, 32, "fpsr", "fpcr"),
		arch.Named(arch.System, 64, "tpidr_el0"),
	)
}
