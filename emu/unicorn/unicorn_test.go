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
	"muslrun/emu"
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

// decoy begins like the entry that the search of sqxbr.c looks for; its name is at an address of all ones.
var decoy = [9]uint64{0xb316, 1<<64 - 1}

// TestSQXBR runs the instruction for which libunicorn's translator of s390x makes up a variable.
func TestSQXBR(t *testing.T) {
	abi := all.ByName("s390x")
	w, err := emu.NewWindow(1 << 32)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	const at = 0x10000
	if err := w.MapAnonymous(at, emu.PageSize, emu.ProtAll); err != nil {
		t.Fatal(err)
	}
	copy(w.Bytes(at, 6), []byte{0xb3, 0x16, 0x00, 0x44, 0x0a, 0x00}) // sqxbr %f4,%f4; svc 0
	m, err := unicorn.New().NewMachine(abi, w)
	if err != nil || decoy[0] != 0xb316 {
		t.Fatal(err)
	}
	defer m.Close()
	c, err := m.NewCPU()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	regs := abi.ISA.Regs
	c.SetReg(regs.Lookup("f4"), 0x4001_0000_0000_0000) // 4 as a binary128, and its lower half
	c.SetReg(regs.Lookup("f6"), 0)
	c.SetReg(regs.PC, at)
	if s := c.Run(0); s.Kind != emu.SystemCall {
		t.Fatalf("%+v", s)
	}
	if high, low := c.Reg(regs.Lookup("f4")), c.Reg(regs.Lookup("f6")); high != 0x4000_0000_0000_0000 || low != 0 {
		t.Errorf("the root of 4 is %#x %#x", high, low)
	}
}
