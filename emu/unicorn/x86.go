//go:build unicorn

package unicorn

// #include "run.h"
import "C"

import (
	"encoding/binary"
	"unsafe"

	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

// SIGFPE's codes, as Stop.Code carries them.
const (
	fpeIntDiv = 1
	fpeIntOvf = 2
	fpeFltDiv = 3
	fpeFltOvf = 4
	fpeFltUnd = 5
	fpeFltRes = 6
	fpeFltInv = 7
)

// adrAln is BUS_ADRALN, the code of a misaligned access.
const adrAln = 1

func x86_64() *spec {
	s := x86Common(uc.MODE_64)
	s.pc = uc.X86_REG_RIP
	s.syscall = true
	s.boot = func(m *machine) error { return m.bootX86(longMode) }
	n := names{"rip": uc.X86_REG_RIP, "fs_base": uc.X86_REG_FS_BASE, "gs_base": uc.X86_REG_GS_BASE}.bank("xmm", uc.X86_REG_XMM0, 16)
	for name, id := range map[string]int{
		"rax": uc.X86_REG_RAX, "rbx": uc.X86_REG_RBX, "rcx": uc.X86_REG_RCX, "rdx": uc.X86_REG_RDX,
		"rsi": uc.X86_REG_RSI, "rdi": uc.X86_REG_RDI, "rbp": uc.X86_REG_RBP, "rsp": uc.X86_REG_RSP,
		"r8": uc.X86_REG_R8, "r9": uc.X86_REG_R9, "r10": uc.X86_REG_R10, "r11": uc.X86_REG_R11,
		"r12": uc.X86_REG_R12, "r13": uc.X86_REG_R13, "r14": uc.X86_REG_R14, "r15": uc.X86_REG_R15,
	} {
		n[name] = id
	}
	s.addRegs(n)
	return s
}

func i386() *spec {
	s := x86Common(uc.MODE_32)
	s.pc = uc.X86_REG_EIP
	s.boot = func(m *machine) error { return m.bootX86(protectedMode) }
	s.exceptions[0x80] = exception{kind: emu.SystemCall, size: 2, code: -1}
	s.descriptors = map[string]int{"tls0": gdtAt + 6*8, "tls1": gdtAt + 7*8, "tls2": gdtAt + 8*8}
	s.addRegs(names{"eip": uc.X86_REG_EIP,
		"eax": uc.X86_REG_EAX, "ecx": uc.X86_REG_ECX, "edx": uc.X86_REG_EDX, "ebx": uc.X86_REG_EBX,
		"esp": uc.X86_REG_ESP, "ebp": uc.X86_REG_EBP, "esi": uc.X86_REG_ESI, "edi": uc.X86_REG_EDI,
	}.bank("xmm", uc.X86_REG_XMM0, 8))
	return s
}

// Bits of eflags that user space may change: CF PF AF ZF SF TF DF OF RF AC ID.
const eflagsUser = 0x250dd5

func x86Common(mode int) *spec {
	s := &spec{
		arch: uc.ARCH_X86, mode: mode, model: defaultModel, blockShift: 2,
		regs: names{"eflags": uc.X86_REG_EFLAGS, "mxcsr": uc.X86_REG_MXCSR,
			"cs": uc.X86_REG_CS, "ss": uc.X86_REG_SS, "ds": uc.X86_REG_DS, "es": uc.X86_REG_ES,
			"fs": uc.X86_REG_FS, "gs": uc.X86_REG_GS,
			"fctrl": uc.X86_REG_FPCW, "fstat": uc.X86_REG_FPSW, "ftag": uc.X86_REG_FPTAG,
		}.bank("st", uc.X86_REG_ST0, 8),
		mask:  map[string]uint64{"eflags": eflagsUser, "cs": 0, "mxcsr": 0xffff},
		alone: map[string]bool{"fstat": true, "fs": true, "gs": true},
		exceptions: map[int]exception{
			0:  {kind: emu.Arithmetic, code: fpeIntDiv},
			1:  {kind: emu.Trap, code: 1},
			3:  {kind: emu.Breakpoint, refine: backOverInt},
			16: {kind: emu.Arithmetic, refine: x87Error},
			17: {kind: emu.BusError, code: adrAln},
			19: {kind: emu.Arithmetic, refine: sseError},
		},
		notes: []string{"no AVX: the CPU model has SSE up to 4.2", "the x87 instruction and operand pointers cannot be read or written",
			"RDTSC and CPUID answer for libunicorn's CPU; RDTSC reads the host's clock"},
		other:   exception{kind: emu.Trap, refine: backOverInt},
		invalid: exception{kind: emu.IllegalInsn},
	}
	return s
}

func (s *spec) addRegs(n names) {
	for name, id := range n {
		s.regs[name] = id
	}
}

// backOverInt puts the PC back to an INT3 or INT n, which libunicorn has stepped over. Other exceptions are faults.
func backOverInt(c *cpu, s emu.Stop) emu.Stop {
	pc := c.pc()
	code := c.code(pc-2, 2)
	switch {
	case len(code) < 2:
	case code[0] == 0xcd && s.Kind == emu.Breakpoint && code[1] == 3, code[0] == 0xcd && int64(code[1]) == s.Code:
		c.setPC(pc - 2)
	case code[1] == 0xcc && s.Kind == emu.Breakpoint, code[1] == 0xce && s.Code == 4:
		c.setPC(pc - 1)
	}
	return s
}

func x87Error(c *cpu, s emu.Stop) emu.Stop {
	s.Code = floatCode(c.m.saved(uc.X86_REG_FPSW).value &^ c.m.saved(uc.X86_REG_FPCW).value)
	return s
}

func sseError(c *cpu, s emu.Stop) emu.Stop {
	csr := c.m.saved(uc.X86_REG_MXCSR).value
	s.Code = floatCode(csr &^ (csr >> 7))
	return s
}

// floatCode is SIGFPE's code for the unmasked exceptions of x86, most urgent first.
func floatCode(flags uint64) int64 {
	for _, e := range []struct {
		bit  uint64
		code int64
	}{{1, fpeFltInv}, {4, fpeFltDiv}, {8, fpeFltOvf}, {0x12, fpeFltUnd}, {0x20, fpeFltRes}} {
		if flags&e.bit != 0 {
			return e.code
		}
	}
	return 0
}

// x86Mode is what differs between the two modes of x86 when the CPU is set up. Selectors are Linux's.
type x86Mode struct {
	codeSelector, dataSelector uint64
	codeDescriptor             uint64
	slot                       int    // bytes of a stack slot
	enter                      []byte // code that goes to user mode: IRET
	user                       []byte // code that runs there first, and traps
	sp                         int
}

const (
	dataDescriptor = 0x00cf_f300_0000_ffff // present, ring 3, data, accessed, 4 GiB
	ring3          = 0x0000_6000_0000_0000
	kernelSelector = 0x18
)

var longMode = x86Mode{
	codeSelector: 0x33, dataSelector: 0x2b, codeDescriptor: 0x00af_fb00_0000_ffff, slot: 8,
	enter: []byte{0x48, 0xcf}, // iretq
	user:  []byte{0x0f, 0x05}, // syscall
	sp:    uc.X86_REG_RSP,
}

var protectedMode = x86Mode{
	codeSelector: 0x73, dataSelector: 0x7b, codeDescriptor: 0x00cf_fb00_0000_ffff, slot: 4,
	enter: []byte{0xcf}, // iret
	user: []byte{0xb8, 0x7b, 0, 0, 0, // mov $0x7b, %eax
		0x8e, 0xd8, // mov %eax, %ds
		0x8e, 0xc0, // mov %eax, %es
		0x31, 0xc0, // xor %eax, %eax
		0xcd, 0x80}, // int $0x80
	sp: uc.X86_REG_ESP,
}

// gdtAt is where in the private page the descriptor table is; gdtSize is 16 entries.
const (
	gdtAt   = 0x100
	gdtSize = 128
	userAt  = bootAt + 0x10
	frameAt = bankAt
)

// bootX86 switches SSE on, installs a descriptor table and goes to ring 3 by an IRET, as a kernel would.
func (m *machine) bootX86(mode x86Mode) error {
	const (
		cr0 = 0x33     // PE MP ET NE
		cr4 = 0x1_0600 // OSFXSR OSXMMEXCPT FSGSBASE
	)
	err := m.writeRegs(
		regValue{uc.X86_REG_CR0, cr0}, regValue{uc.X86_REG_CR4, cr4},
		regValue{uc.X86_REG_MXCSR, 0x1f80}, regValue{uc.X86_REG_FPCW, 0x37f}, regValue{uc.X86_REG_FPTAG, 0xffff},
		regValue{mode.sp, m.privateAddr() + frameAt},
	)
	if err != nil {
		return err
	}
	m.writeGDT(mode)
	if err := m.eng.RegWriteBig(uc.X86_REG_GDTR, m.gdtr()); err != nil {
		return err
	}
	if mode.slot == 4 { // IRET looks at the width of the stack it leaves
		if err := m.eng.RegWrite(uc.X86_REG_SS, kernelSelector); err != nil {
			return err
		}
	}
	copy(m.private[bootAt:], mode.enter)
	copy(m.private[userAt:], mode.user)
	m.writeFrame(mode)
	if err := m.runStub(bootAt); err != nil {
		return err
	}
	return m.eng.RegWrite(mode.sp, 0)
}

func (m *machine) writeGDT(mode x86Mode) {
	gdt := m.private[gdtAt : gdtAt+gdtSize]
	binary.LittleEndian.PutUint64(gdt[mode.codeSelector&^7:], mode.codeDescriptor)
	binary.LittleEndian.PutUint64(gdt[mode.dataSelector&^7:], dataDescriptor)
	binary.LittleEndian.PutUint64(gdt[kernelSelector:], dataDescriptor&^ring3)
}

// gdtr is the descriptor table register as libunicorn takes it.
func (m *machine) gdtr() []byte {
	r := C.uc_x86_mmr{base: C.uint64_t(m.privateAddr() + gdtAt), limit: gdtSize - 1}
	return C.GoBytes(unsafe.Pointer(&r), C.sizeof_uc_x86_mmr)
}

// writeFrame writes what IRET pops: instruction pointer, code selector, flags, stack pointer, stack selector.
func (m *machine) writeFrame(mode x86Mode) {
	const flags = 0x202
	for i, v := range []uint64{m.privateAddr() + userAt, mode.codeSelector, flags, 0, mode.dataSelector} {
		putLittle(m.private[frameAt+i*mode.slot:][:mode.slot], v)
	}
}

// A descriptor that a task sets is one of user data, whatever its bits say: a gate or a ring 0 segment would let the guest
// out of user mode. Present and accessed it is in any case: the CPU must not write to the table.
const (
	descriptorSet   = 1<<44 | ring3 | 1<<40
	descriptorClear = 1 << 43 // code
)

// setDescriptor writes an entry of the task's descriptor table; 0 is an empty one.
func (c *cpu) setDescriptor(at int, v uint64) {
	if v != 0 {
		v = v&^descriptorClear | descriptorSet
	}
	if c.descriptors == nil {
		c.descriptors = map[int]uint64{}
	}
	c.descriptors[at] = v
	binary.LittleEndian.PutUint64(c.m.private[at:], v)
}

// loadDescriptors puts the task's descriptors into the table.
func (c *cpu) loadDescriptors() {
	for _, at := range c.m.spec.descriptors {
		binary.LittleEndian.PutUint64(c.m.private[at:], c.descriptors[at])
	}
}
