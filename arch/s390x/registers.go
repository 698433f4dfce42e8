package s390x

import (
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// ISA is z/Architecture with the vector facility. pswm and pswa are the halves of the program status word: the mask, with
// the condition code, and the address, which is the program counter. Vector registers 0 to 15 overlap f0 to f15.
var ISA = sync.OnceValue(func() *arch.ISA {
	regs := arch.NewRegisterFile("pswa", "r15",
		arch.Named(arch.Control, 64, "pswm", "pswa"),
		arch.Bank(arch.General, 64, "r", 16),
		arch.Bank(arch.System, 32, "a", 16),
		arch.Named(arch.Control, 32, "fpc"),
		arch.Bank(arch.Float, 64, "f", 16),
		arch.Bank(arch.Vector, 128, "v", 32),
	)
	return &arch.ISA{Name: "s390x", Family: arch.S390, Bits: 64, Order: layout.Big, CodeOrder: layout.Big, Regs: regs}
})
