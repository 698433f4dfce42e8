package arm

import (
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// ISA is ARMv7-A with Thumb-2, VFPv3 and NEON. With big-endian data its code is little-endian (BE8).
var ISA = arch.BothOrders(func(data layout.Order) *arch.ISA { return newISA(data, layout.Little) })

// BE32 is big-endian arm before version 6: code is big-endian too.
var BE32 = sync.OnceValue(func() *arch.ISA { return newISA(layout.Big, layout.Big) })

func newISA(data, code layout.Order) *arch.ISA {
	return &arch.ISA{Name: "arm", Family: arch.ARM, Bits: 32, Order: data, CodeOrder: code, Regs: registers()}
}

var registers = sync.OnceValue(func() *arch.RegisterFile {
	return arch.NewRegisterFile("pc", "sp",
		arch.Bank(arch.General, 32, "r", 13),
		arch.Named(arch.General, 32, "sp", "lr"),
		arch.Named(arch.Control, 32, "pc", "cpsr"),
		arch.Bank(arch.Float, 64, "d", 32),
		arch.Named(arch.Control, 32, "fpscr"),
		arch.Named(arch.System, 32, "tpidruro"),
	)
})
