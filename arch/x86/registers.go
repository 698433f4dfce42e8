package x86

import (
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// I386 is the 32-bit x86 instruction set, with x87 and SSE2.
//
// tls0 to tls2 are the segment descriptors of GDT entries 6 to 8, which set_thread_area(2) fills; an engine writes them to the
// GDT that it keeps. A selector loaded into gs after that sees them.
var I386 = sync.OnceValue(func() *arch.ISA {
	file := arch.NewRegisterFile("eip", "esp",
		arch.Named(arch.General, 32, "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"),
		arch.Named(arch.Control, 32, "eip", "eflags"),
		arch.Named(arch.Control, 16, "cs", "ss", "ds", "es", "fs", "gs"),
		x87(),
		arch.Bank(arch.Vector, 128, "xmm", 8),
		arch.Named(arch.Control, 32, "mxcsr"),
		arch.Bank(arch.System, 64, "tls", 3),
	)
	file.Reload = file.Regs("ds", "es", "fs", "gs")
	return newISA("i386", 32, file)
})

// X86_64 is the 64-bit x86 instruction set at the level of the psABI's baseline: SSE2.
var X86_64 = sync.OnceValue(func() *arch.ISA {
	return newISA("x86_64", 64, arch.NewRegisterFile("rip", "rsp",
		arch.Named(arch.General, 64, "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
			"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"),
		arch.Named(arch.Control, 64, "rip"),
		arch.Named(arch.Control, 32, "eflags"),
		arch.Named(arch.Control, 16, "cs", "ss", "ds", "es", "fs", "gs"),
		x87(),
		arch.Bank(arch.Vector, 128, "xmm", 16),
		arch.Named(arch.Control, 32, "mxcsr"),
		arch.Named(arch.System, 64, "fs_base", "gs_base"),
	))
})

// x87 is the x87 unit: the stack by its stack numbers, then the environment as FSAVE stores it.
func x87() []arch.RegisterInfo {
	return append(arch.Bank(arch.Float, 80, "st", 8),
		arch.Named(arch.Control, 32, "fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop")...)
}

func newISA(name string, bits int, regs *arch.RegisterFile) *arch.ISA {
	return &arch.ISA{Name: name, Family: arch.X86, Bits: bits, Order: layout.Little, CodeOrder: layout.Little, Regs: regs}
}
