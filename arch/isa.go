package arch

import (
	"sync"

	"muslrun/arch/layout"
)

// Family groups the ISAs that share an architecture manual.
type Family string

// The families of musl's targets.
const (
	X86        Family = "x86"
	ARM        Family = "arm"
	AArch64    Family = "aarch64"
	MIPS       Family = "mips"
	PowerPC    Family = "powerpc"
	RISCV      Family = "riscv"
	S390       Family = "s390"
	M68K       Family = "m68k"
	MicroBlaze Family = "microblaze"
	OpenRISC   Family = "or1k"
	SuperH     Family = "sh"
	LoongArch  Family = "loongarch"
)

// ISA is an instruction set as a CPU engine needs to know it. Several ABIs may share one (x86_64 and x32).
// There is one value for each Name, Order and CodeOrder, so that pointers can be compared.
type ISA struct {
	Name      string // "aarch64", "mips64r6", "i386" ...; unique together with Order and CodeOrder
	Family    Family
	Bits      int          // width of the general registers: 32 or 64
	Order     layout.Order // byte order of data
	CodeOrder layout.Order // byte order of instructions (differs from Order on aarch64_be and BE8 arm)
	Regs      *RegisterFile
}

// BothOrders gives an ISA for each byte order, made by build when it is first asked for.
func BothOrders(build func(layout.Order) *ISA) func(layout.Order) *ISA {
	little := sync.OnceValue(func() *ISA { return build(layout.Little) })
	big := sync.OnceValue(func() *ISA { return build(layout.Big) })
	return func(o layout.Order) *ISA {
		if o == layout.Big {
			return big()
		}
		return little()
	}
}
