//go:build unicorn

// Command limits writes limits.md into the current directory.
package main

import (
	"log"
	"os"

	"muslrun/arch"
	"muslrun/arch/arm"
	"muslrun/arch/arm64"
	"muslrun/arch/layout"
	"muslrun/arch/loong64"
	"muslrun/arch/m68k"
	"muslrun/arch/microblaze"
	"muslrun/arch/mips"
	"muslrun/arch/or1k"
	"muslrun/arch/ppc"
	"muslrun/arch/riscv"
	"muslrun/arch/s390x"
	"muslrun/arch/sh"
	"muslrun/arch/x86"
	"muslrun/emu/unicorn"
)

func main() {
	if err := os.WriteFile("limits.md", []byte(unicorn.Limits(isas())), 0o644); err != nil {
		log.Fatal(err)
	}
}

// isas is every instruction set that musl runs on.
func isas() []*arch.ISA {
	le, be := layout.Little, layout.Big
	return []*arch.ISA{
		x86.X86_64(), x86.I386(), arm64.ISA(le), arm64.ISA(be), arm.ISA(le), arm.ISA(be), arm.BE32(),
		riscv.RV64(), riscv.RV32(), mips.MIPS32(be), mips.MIPS32(le), mips.MIPS32R6(be), mips.MIPS32R6(le),
		ppc.PowerPC(), s390x.ISA(), m68k.ISA(),
		mips.MIPS64(be), mips.MIPS64(le), mips.MIPS64R6(be), mips.MIPS64R6(le), ppc.PowerPC64(be), ppc.PowerPC64(le),
		loong64.ISA(), sh.ISA(le), sh.ISA(be), microblaze.ISA(le), microblaze.ISA(be), or1k.ISA(),
	}
}
