//go:build unicorn

package unicorn_test

import (
	"testing"

	"muslrun/arch"
	"muslrun/arch/all"
	"muslrun/arch/arm"
	"muslrun/arch/arm64"
	"muslrun/arch/layout"
	"muslrun/arch/m68k"
	"muslrun/arch/mips"
	"muslrun/arch/ppc"
	"muslrun/arch/riscv"
	"muslrun/arch/s390x"
	"muslrun/arch/x86"
	"muslrun/emu/enginetest"
	"muslrun/emu/unicorn"
)

// isas is every instruction set that the engine claims to run.
func isas() map[string]*arch.ISA {
	return map[string]*arch.ISA{
		"x86_64":     x86.X86_64(),
		"i386":       x86.I386(),
		"aarch64":    arm64.ISA(layout.Little),
		"aarch64_be": arm64.ISA(layout.Big),
		"arm":        arm.ISA(layout.Little),
		"armeb":      arm.ISA(layout.Big),
		"armeb32":    arm.BE32(),
		"riscv64":    riscv.RV64(),
		"riscv32":    riscv.RV32(),
		"mips":       mips.MIPS32(layout.Big),
		"mipsel":     mips.MIPS32(layout.Little),
		"mipsr6":     mips.MIPS32R6(layout.Big),
		"mipsr6el":   mips.MIPS32R6(layout.Little),
		"powerpc":    ppc.PowerPC(),
		"s390x":      s390x.ISA(),
		"m68k":       m68k.ISA(),
	}
}

func TestContract(t *testing.T) {
	for _, name := range all.Names() {
		t.Run(name, func(t *testing.T) { enginetest.Run(t, unicorn.New(), all.ByName(name)) })
	}
}

// TestSupport makes sure that the contract is not skipped where it should hold.
func TestSupport(t *testing.T) {
	for name, isa := range isas() {
		if err := unicorn.New().Support(&arch.ABI{Name: name, ISA: isa}); err != nil {
			t.Error(err)
		}
	}
	if unicorn.New().Support(all.ByName("mips64")) == nil {
		t.Error("mips64 is supported")
	}
}
