// Package arm64 describes the Linux ABI of 64-bit Arm, which musl calls aarch64.
package arm64

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// ABIs lists the package's ABIs.
func ABIs() []arch.Entry {
	return []arch.Entry{
		{Name: "aarch64", ELF: file(layout.Little), Build: build},
		{Name: "aarch64_be", ELF: file(layout.Big), Build: build},
	}
}

func file(o layout.Order) arch.ELF {
	return arch.ELF{Machine: elf.EM_AARCH64, Class: elf.ELFCLASS64, Data: arch.Data(o)}
}

// hwcap is what both engines carry (asm/hwcap.h): fp asimd aes pmull sha1 sha2 crc32 atomics fphp asimdhp asimdrdm lrcpc
// asimddp. The ID registers of the native engine's front-end tell the same.
const hwcap = 1<<0 | 1<<1 | 1<<3 | 1<<4 | 1<<5 | 1<<6 | 1<<7 | 1<<8 | 1<<9 | 1<<10 | 1<<12 | 1<<15 | 1<<20

func build(e arch.Entry) *arch.ABI {
	isa := ISA(e.ELF.Order())
	r := layout.Rules{Order: isa.Order, LongSize: 8, PtrSize: 8, Align64: 8}
	tls := isa.Regs.Reg("tpidr_el0")
	consts := arch.GenericConsts(r)
	consts.Open = arch.NewFlags(arch.OpenFlagsARM())
	consts.MinSigStack = 5120
	structs := arch.GenericStructs(r)
	structs.Sigaction = layout.New[linux.Sigaction](arch.SigactionWithRestorer{}, r)
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096, TaskSize: 1 << 48,
		Machine: e.Name, Platform: e.Name, HWCap: hwcap,
		Calls: arch.NewCalls(0, calls, nil),
		Convention: arch.Convention{
			Number: isa.Regs.Reg("x8"), Args: isa.Regs.Args("x0", "x1", "x2", "x3", "x4", "x5"),
			Result: isa.Regs.Reg("x0"), Result2: arch.NoReg, Wide: true, TrapSize: 4,
		},
		Structs: structs, Consts: consts,
		Entry:  arch.PlainEntry,
		SetTLS: arch.TLSRegister(tls),
	}
	a.Frames = frames(a)
	return a
}
