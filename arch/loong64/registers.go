package loong64

import (
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// ISA is 64-bit LoongArch with basic floating point; fcc0 to fcc7 are the one-bit condition flags.
var ISA = sync.OnceValue(func() *arch.ISA {
	regs := arch.NewRegisterFile("pc", "r3",
		arch.Bank(arch.General, 64, "r", 32),
		arch.Named(arch.Control, 64, "pc", "badv"),
		arch.Bank(arch.Float, 64, "f", 32),
		arch.Bank(arch.Control, 8, "fcc", 8),
		arch.Named(arch.Control, 32, "fcsr"),
	)
	return &arch.ISA{
		Name: "loongarch64", Family: arch.LoongArch, Bits: 64, Order: layout.Little, CodeOrder: layout.Little, Regs: regs,
	}
})
