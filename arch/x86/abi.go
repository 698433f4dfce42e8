// Package x86 describes the Linux ABIs of x86: i386, x86_64 and x32.
package x86

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// ABIs lists the package's ABIs.
func ABIs() []arch.Entry {
	return []arch.Entry{
		{Name: "i386", ELF: file(elf.EM_386, elf.ELFCLASS32), Build: i386},
		{Name: "x86_64", ELF: file(elf.EM_X86_64, elf.ELFCLASS64), Build: x86_64},
		{Name: "x32", ELF: file(elf.EM_X86_64, elf.ELFCLASS32), Build: x32},
	}
}

func file(m elf.Machine, c elf.Class) arch.ELF {
	return arch.ELF{Machine: m, Class: c, Data: elf.ELFDATA2LSB}
}

// hwcap is CPUID.1:EDX of a plain processor with SSE2: fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat
// pse36 clflush mmx fxsr sse sse2.
const hwcap = 0x078bfbff

// The data models. x32's pointers and long have 32 bits, but its kernel structures keep 64-bit longs.
var (
	rules32  = layout.Rules{LongSize: 4, PtrSize: 4, Align64: 4}
	rules64  = layout.Rules{LongSize: 8, PtrSize: 8, Align64: 8}
	rulesX32 = layout.Rules{LongSize: 4, PtrSize: 4, Align64: 8, KernelLong: 8}
)

func i386(e arch.Entry) *arch.ABI {
	isa := I386()
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: rules32, PageSize: 4096, TaskSize: 0xc0000000,
		Machine: "i686", Platform: "i686", HWCap: hwcap, UID16: true,
		Calls: arch.NewCalls(0, callsI386, nil),
		Convention: arch.Convention{
			Number: isa.Regs.Reg("eax"), Args: isa.Regs.Args("ebx", "ecx", "edx", "esi", "edi", "ebp"),
			Result: isa.Regs.Reg("eax"), Result2: arch.NoReg, TrapSize: 2,
		},
		Structs: structs32(), Consts: arch.GenericConsts(rules32),
		Entry: startFPU(isa.Regs), ThreadArea: threadArea(isa.Regs), ThreadAreaOf: threadAreaOf(isa.Regs),
	}
	a.Frames = frames32(a)
	a.Traps = traps
	return a
}

func x86_64(e arch.Entry) *arch.ABI {
	a := long(e, rules64)
	a.TaskSize = 1<<47 - 4096
	a.Calls = arch.NewCalls(0, callsX86_64, nil)
	a.Structs = structs64(rules64)
	a.Frames = frames64(a, rtSigframe64{})
	a.Traps = traps
	return a
}

// x32Bit marks x32's system call numbers.
const x32Bit = 0x40000000

func x32(e arch.Entry) *arch.ABI {
	a := long(e, rulesX32)
	a.TaskSize = 1<<32 - 8192
	a.Calls = arch.NewCalls(x32Bit, callsX32, nil)
	a.Structs = structsX32()
	a.Frames = frames64(a, rtSigframeX32{})
	a.Traps = traps
	return a
}

// long is what the ABIs of 64-bit mode share.
func long(e arch.Entry, r layout.Rules) *arch.ABI {
	isa := X86_64()
	rax, fs := isa.Regs.Reg("rax"), isa.Regs.Reg("fs_base")
	return &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096,
		Machine: "x86_64", Platform: "x86_64", HWCap: hwcap,
		Convention: arch.Convention{
			Number: rax, Args: isa.Regs.Args("rdi", "rsi", "rdx", "r10", "r8", "r9"),
			Result: rax, Result2: arch.NoReg, Wide: true, TrapSize: 2,
			// The kernel looks at the lower half only.
			ReadNumber: func(regs arch.Registers, _ int64) uint64 { return regs.Reg(rax) & 0xffffffff },
		},
		Consts: arch.GenericConsts(r),
		Entry:  startFPU(isa.Regs),
		SetTLS: arch.TLSRegister(fs),
	}
}

// startFPU gives the floating-point control words the values that the psABI wants at program entry. The other registers,
// rdx among them (a function to call at exit), are zero in a new CPU.
func startFPU(file *arch.RegisterFile) func(arch.Registers, *arch.EntryState) {
	fctrl, mxcsr := file.Reg("fctrl"), file.Reg("mxcsr")
	return func(regs arch.Registers, _ *arch.EntryState) {
		regs.SetReg(fctrl, 0x37f)
		regs.SetReg(mxcsr, 0x1f80)
	}
}

// traps are the processor's exceptions that Linux reports as SIGSEGV: overflow (INTO), bounds, stack segment and general
// protection (arch/x86/kernel/traps.c).
var traps = map[int64]arch.TrapSignal{
	4:  {Signal: linux.SIGSEGV, Code: linux.SI_KERNEL},
	5:  {Signal: linux.SIGSEGV, Code: linux.SI_KERNEL},
	12: {Signal: linux.SIGBUS, Code: linux.SI_KERNEL},
	13: {Signal: linux.SIGSEGV, Code: linux.SI_KERNEL},
}
