//go:build unicorn

package unicorn

// #include "run.h"
import "C"

import (
	"unsafe"

	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

// Bits of cpsr: what user space may change (NZCVQ, GE, IT, T, E), the Thumb state, and user mode.
const (
	cpsrUser  = 0xfe0f_fe20
	cpsrThumb = 0x20
	cpsrMode  = 0x1f
	modeUser  = 0x10
)

func arm(mode int) *spec {
	return &spec{
		arch: uc.ARCH_ARM, mode: mode, model: defaultModel, pc: uc.ARM_REG_R15, cpsr: uc.ARM_REG_CPSR, blockShift: 2,
		regs: names{"sp": uc.ARM_REG_R13, "lr": uc.ARM_REG_R14, "pc": uc.ARM_REG_R15, "cpsr": uc.ARM_REG_CPSR,
			"fpscr": uc.ARM_REG_FPSCR, "tpidruro": uc.ARM_REG_C13_C0_3,
		}.bank("r", uc.ARM_REG_R0, 13).bank("d", uc.ARM_REG_D0, 32),
		hot:  []string{"cpsr"},
		mask: map[string]uint64{"cpsr": cpsrUser},
		boot: bootARM,
		exceptions: map[int]exception{
			2: {kind: emu.SystemCall, refine: armCall},
			4: {kind: emu.BusError, code: adrAln},
			7: {kind: emu.Breakpoint},
		},
		notes:   []string{"no kuser helpers: whoever maps memory puts them at 0xffff0000"},
		invalid: exception{kind: emu.IllegalInsn, refine: yielded},
	}
}

// bootARM switches VFP and NEON on and goes to user mode, keeping the byte order.
func bootARM(m *machine) error {
	cpsr, err := m.eng.RegRead(uc.ARM_REG_CPSR)
	if err != nil {
		return err
	}
	cpacr := C.uc_arm_cp_reg{cp: 15, crn: 1, opc2: 2, val: 0xf << 20}
	if err := m.eng.RegWriteBig(uc.ARM_REG_CP_REG, C.GoBytes(unsafe.Pointer(&cpacr), C.sizeof_uc_arm_cp_reg)); err != nil {
		return err
	}
	return m.writeRegs(
		regValue{uc.ARM_REG_FPEXC, 1 << 30},
		regValue{uc.ARM_REG_CPSR, cpsr&^cpsrMode | modeUser},
	)
}

// armCall finds the operand of the SVC behind which the PC is, and its size.
func armCall(c *cpu, s emu.Stop) emu.Stop {
	pc := c.pc()
	if c.Reg(c.m.abi.ISA.Regs.Lookup("cpsr"))&cpsrThumb != 0 {
		s.TrapSize = 2
		s.Code = int64(c.half(pc-2) & 0xff)
		return s
	}
	s.TrapSize = 4
	s.Code = int64(c.word(pc-4) & 0xffffff)
	return s
}
