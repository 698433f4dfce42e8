//go:build unicorn

package unicorn

import (
	"encoding/binary"

	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

func aarch64(mode int) *spec {
	return &spec{
		arch: uc.ARCH_ARM64, mode: mode, model: uc.CPU_ARM64_MAX, pc: uc.ARM64_REG_PC, blockShift: 2,
		regs: names{"x29": uc.ARM64_REG_X29, "x30": uc.ARM64_REG_X30, "sp": uc.ARM64_REG_SP, "pc": uc.ARM64_REG_PC,
			"pstate": uc.ARM64_REG_PSTATE, "fpsr": uc.ARM64_REG_FPSR, "fpcr": uc.ARM64_REG_FPCR,
			"tpidr_el0": uc.ARM64_REG_TPIDR_EL0,
		}.bank("x", uc.ARM64_REG_X0, 29).bank("v", uc.ARM64_REG_V0, 32),
		mask: map[string]uint64{"pstate": 0xf000_0000},
		boot: func(m *machine) error { return m.bootWords(binary.LittleEndian, aarch64Boot(mode)...) },
		exceptions: map[int]exception{
			1: {kind: emu.IllegalInsn},
			2: {kind: emu.SystemCall, size: 4, refine: immediate16},
			4: {kind: emu.BusError, code: adrAln},
			7: {kind: emu.Breakpoint, refine: breakImmediate},
		},
		notes: []string{"no SVE state: z and p registers cannot be reached; the CPU model has the instructions switched off",
			"CNTVCT_EL0 reads the host's clock"},
		invalid: exception{kind: emu.IllegalInsn, refine: yielded64},
	}
}

// aarch64Boot lets EL0 use floating point, caches, DC ZVA and the counter, and goes there.
func aarch64Boot(mode int) []uint32 {
	endian := uint32(0)
	if mode == uc.MODE_BIG_ENDIAN {
		endian = 1 << 8 // SCTLR_EL1.E0E, in the upper half
	}
	return []uint32{
		0xd2a00600,                      // movz x0, #0x30, lsl #16
		0xd5181040,                      // msr cpacr_el1, x0
		0xd2980000,                      // movz x0, #0xc000: UCT DZE
		0xf2a00000 | (0x0405|endian)<<5, // movk x0, #0x405, lsl #16: UCI nTWE nTWI
		0xd5181000,                      // msr sctlr_el1, x0
		0xd2800060,                      // movz x0, #3
		0xd518e100,                      // msr cntkctl_el1, x0
		0xd518401f,                      // msr spsr_el1, xzr
		0x10000080,                      // adr x0, .+16
		0xd5184020,                      // msr elr_el1, x0
		0xd69f03e0,                      // eret
		0xd503201f,                      // nop
		0xaa1f03e0,                      // mov x0, xzr
		0xd4000001,                      // svc #0
	}
}

// bootWords runs set-up code from the private page.
func (m *machine) bootWords(order binary.AppendByteOrder, code ...uint32) error {
	copy(m.private[bootAt:saveAt], words(order, code...))
	return m.runStub(bootAt)
}

// immediate16 gives a system call the operand of its SVC, behind which the PC is.
func immediate16(c *cpu, s emu.Stop) emu.Stop {
	s.Code = int64(c.word(c.pc()-4) >> 5 & 0xffff)
	return s
}

func breakImmediate(c *cpu, s emu.Stop) emu.Stop {
	s.Code = int64(c.word(c.pc()) >> 5 & 0xffff)
	return s
}
