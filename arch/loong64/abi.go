// Package loong64 describes the Linux ABI of 64-bit LoongArch for all three floating-point conventions.
package loong64

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// The floating-point conventions in e_flags (LoongArch ELF psABI).
const (
	floatMask   = 7
	floatSoft   = 1
	floatSingle = 2
	floatDouble = 3
)

// ABIs lists the package's ABIs.
func ABIs() []arch.Entry {
	return []arch.Entry{
		{Name: "loongarch64-sf", ELF: file(floatSoft), Build: build},
		{Name: "loongarch64-sp", ELF: file(floatSingle), Build: build},
		{Name: "loongarch64", ELF: file(floatDouble), Build: build},
	}
}

func file(float uint32) arch.ELF {
	return arch.ELF{Machine: elf.EM_LOONGARCH, Class: elf.ELFCLASS64, Data: elf.ELFDATA2LSB,
		Match: func(f *arch.ELFFacts) bool { return f.Flags&floatMask == float }}
}

// hwcap is cpucfg, lam, ual and fpu (asm/hwcap.h).
const hwcap = 1<<0 | 1<<1 | 1<<2 | 1<<3

func build(e arch.Entry) *arch.ABI {
	isa := ISA()
	r := layout.Rules{LongSize: 8, PtrSize: 8, Align64: 8}
	consts := arch.GenericConsts(r)
	consts.MinSigStack = 4096
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096, TaskSize: 1 << 47,
		Machine: "loongarch64", Platform: "loongarch", HWCap: hwcap,
		Calls: arch.NewCalls(0, calls, nil),
		Convention: arch.Convention{
			Number: isa.Regs.Reg("r11"), Args: isa.Regs.Args("r4", "r5", "r6", "r7", "r8", "r9", "r10"),
			Result: isa.Regs.Reg("r4"), Result2: arch.NoReg, Wide: true, TrapSize: 4,
		},
		Structs: arch.GenericStructs(r), Consts: consts,
		Entry: arch.PlainEntry, SetTLS: arch.TLSRegister(isa.Regs.Reg("r2")),
	}
	a.Frames = frames(a)
	return a
}
