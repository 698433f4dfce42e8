//go:build unicorn

package unicorn

// #include "run.h"
import "C"

import (
	"encoding/binary"
	"errors"
	"sync"

	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

// Bits of the PSW mask: 64-bit addressing in problem state, and what user space may change (condition code, program mask).
const (
	pswUser = 0x0001_0001_8000_0000
	pswFree = 0x0000_3f00_0000_0000
)

func s390x() *spec {
	return &spec{
		arch: uc.ARCH_S390X, mode: uc.MODE_BIG_ENDIAN, model: defaultModel, pc: uc.S390X_REG_PC, blockShift: 2,
		regs: names{"pswa": uc.S390X_REG_PC, "pswm": uc.S390X_REG_PSWM}.bank("r", uc.S390X_REG_R0, 16),
		mask: map[string]uint64{"pswm": pswFree},
		boot: bootS390,
		exceptions: map[int]exception{
			2: {kind: emu.SystemCall, size: 2, adjust: 2, refine: s390Call},
			3: {kind: emu.IllegalInsn, refine: s390Program},
		},
		notes: []string{"program exceptions are told apart by the instruction, not by the interruption code",
			"no vector enhancements: z13 instructions"},
		bank: s390Bank(),
	}
}

// mendSQXBR mends an instruction that crashes libunicorn (sqxbr.c).
var mendSQXBR = sync.OnceValue(func() bool { return bool(C.mr_mend_sqxbr()) })

var errSQXBR = errors.New("this libunicorn may crash on the instruction SQXBR, and muslrun cannot mend it")

// bootS390 switches the floating-point and vector registers on in control register 0 and goes to problem state.
func bootS390(m *machine) error {
	if !mendSQXBR() {
		return errSQXBR
	}
	m.installBank()
	binary.BigEndian.PutUint64(m.private[bankAt:], 0x60000)
	copy(m.private[bootAt:], []byte{
		0xeb, 0x00, 0x30, 0x00, 0x00, 0x2f, // lctlg %c0, %c0, 0(%r3)
		0x0a, 0x00, // svc 0
	})
	r3 := uc.S390X_REG_R0 + 3
	if err := m.writeRegs(regValue{r3, m.privateAddr() + bankAt}, regValue{uc.S390X_REG_PSWM, pswUser &^ (1 << 48)}); err != nil {
		return err
	}
	if err := m.runStub(bootAt); err != nil {
		return err
	}
	return m.writeRegs(regValue{r3, 0}, regValue{uc.S390X_REG_PSWM, pswUser})
}

// s390Bank is the vector registers, whose left halves are the floating-point registers, and the access registers, where
// libunicorn's ids lead to the general ones.
func s390Bank() *bank {
	const fpc, access = 512, 516
	at := map[string]int{"fpc": fpc}
	for i := range 32 {
		at["v"+itoa(i)] = 16 * i
	}
	for i := range 16 {
		at["f"+itoa(i)] = 16 * i
		at["a"+itoa(i)] = access + 4*i
	}
	return &bank{
		save: []byte{
			0xe7, 0x0f, 0x30, 0x00, 0x00, 0x3e, // vstm %v0, %v15, 0(%r3)
			0xe7, 0x0f, 0x31, 0x00, 0x0c, 0x3e, // vstm %v16, %v31, 256(%r3)
			0xb2, 0x9c, 0x32, 0x00, // stfpc 512(%r3)
			0x9b, 0x0f, 0x32, 0x04, // stam %a0, %a15, 516(%r3)
			0x0a, 0x00, // svc 0
		},
		load: []byte{
			0xe7, 0x0f, 0x30, 0x00, 0x00, 0x36, // vlm %v0, %v15, 0(%r3)
			0xe7, 0x0f, 0x31, 0x00, 0x0c, 0x36, // vlm %v16, %v31, 256(%r3)
			0xb2, 0x9d, 0x32, 0x00, // lfpc 512(%r3)
			0x9a, 0x0f, 0x32, 0x04, // lam %a0, %a15, 516(%r3)
			0x0a, 0x00, // svc 0
		},
		clobbers: []string{"r3"}, at: at, size: access + 64, bigEndian: true,
	}
}

// s390Call gives the number in SVC's operand, 0 if it is in a register. The PC is behind the instruction.
func s390Call(c *cpu, s emu.Stop) emu.Stop {
	s.Code = int64(c.half(c.pc()-2) & 0xff)
	return s
}

// s390Divide is the instructions that raise a fixed-point divide exception, by opcode; of those with six bytes the last
// byte counts too.
var s390Divide = map[uint32]bool{
	0x1d: true, 0x5d: true, // DR D
	0xb90d: true, 0xb91d: true, 0xb987: true, 0xb997: true, // DSGR DSGFR DLGR DLR
	0xe30d: true, 0xe31d: true, 0xe387: true, 0xe397: true, // DSG DSGF DLG DL
}

// s390Program tells program exceptions apart: libunicorn gives all of them one number.
func s390Program(c *cpu, s emu.Stop) emu.Stop {
	code := c.code(c.pc(), 6)
	if len(code) < 2 {
		return s
	}
	op := uint32(code[0])
	switch {
	case op == 0 && code[1] == 1:
		s.Kind = emu.Breakpoint // gdb's
	case op == 0xe3 && len(code) == 6:
		op = op<<8 | uint32(code[5])
	case op == 0xb9 || op == 0xb3:
		op = op<<8 | uint32(code[1])
	}
	switch {
	case s390Divide[op]:
		s.Kind, s.Code = emu.Arithmetic, fpeIntDiv
	case op>>8 == 0xb3, op == 0xed:
		s.Kind = emu.Arithmetic
	}
	return s
}
