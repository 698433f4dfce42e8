//go:build unicorn

package unicorn

import (
	"encoding/binary"
	"sync"

	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

// Bits of MSR: AltiVec, user mode, floating point.
const (
	msrVEC = 1 << 25
	msrPR  = 1 << 14
	msrFP  = 1 << 13
)

func powerpc() *spec {
	return &spec{
		arch: uc.ARCH_PPC, mode: uc.MODE_PPC32 | uc.MODE_BIG_ENDIAN, model: uc.CPU_PPC32_7457A_V1_2,
		pc: uc.PPC_REG_PC, blockShift: 2,
		regs: names{"pc": uc.PPC_REG_PC, "msr": uc.PPC_REG_MSR, "cr": uc.PPC_REG_CR, "lr": uc.PPC_REG_LR,
			"ctr": uc.PPC_REG_CTR, "fpscr": uc.PPC_REG_FPSCR,
		}.bank("r", uc.PPC_REG_0, 32).bank("f", uc.PPC_REG_FPR0, 32),
		hot:  []string{"cr"},
		mask: map[string]uint64{"msr": 0},
		boot: bootPPC,
		// libunicorn adds 4 to the PC at every exception.
		exceptions: map[int]exception{
			5:  {kind: emu.BusError, code: adrAln, adjust: -4},
			6:  {kind: emu.IllegalInsn, adjust: -4, refine: ppcProgram},
			7:  {kind: emu.IllegalInsn, adjust: -4},
			8:  {kind: emu.SystemCall, size: 4, code: -1},
			96: {kind: emu.IllegalInsn, adjust: -4},
		},
		notes: []string{"floating point only with a libunicorn whose 32-bit helpers have names of their own (see ppcFloats); " +
			"with others, 2.1.1 of Debian among them, every floating-point instruction is illegal until command repair has been over it",
			"a floating-point exception has no code: FPSCR says what it was"},
		other: exception{adjust: -4},
		bank:  ppcBank(),
	}
}

// bootPPC goes to user mode with floating point, if that can be trusted.
func bootPPC(m *machine) error {
	m.installBank()
	msr := uint64(msrVEC | msrPR | msrFP)
	if !ppcFloats() {
		msr &^= msrFP
	}
	return m.writeRegs(regValue{uc.PPC_REG_MSR, msr})
}

// ppcFloats reports whether the library's 32-bit PowerPC has its own floating-point helpers. In 2.1.1 as distributed they
// have the same names as those of the 64-bit one, which win at link time, work on the wrong structure and can end in an
// assertion. Then every floating-point instruction must be illegal. The sign is that a write to FPSCR misses.
var ppcFloats = sync.OnceValue(func() bool {
	eng, err := uc.NewUnicorn(uc.ARCH_PPC, uc.MODE_PPC32|uc.MODE_BIG_ENDIAN)
	if err != nil {
		return false
	}
	defer eng.Close()
	const upward = 2 // the rounding mode
	if eng.RegWrite(uc.PPC_REG_FPSCR, upward) != nil {
		return false
	}
	v, err := eng.RegRead(uc.PPC_REG_FPSCR)
	return err == nil && v == upward
})

// ppcProgram tells a trap from an illegal instruction: libunicorn gives both the number of the program exception.
func ppcProgram(c *cpu, s emu.Stop) emu.Stop {
	switch insn := c.word(c.pc()); {
	case insn>>26 == 3, insn>>26 == 31 && insn>>1&0x3ff == 4:
		s.Kind = emu.Breakpoint
	case insn>>26 == 63 || insn>>26 == 59:
		s.Kind = emu.Arithmetic
	}
	return s
}

// ppcBank is AltiVec, and XER, of which libunicorn's own register lacks the flags.
func ppcBank() *bank {
	const vscr, vrsave, xer = 512, 528, 532
	at := map[string]int{"vscr": vscr + 12, "vrsave": vrsave, "xer": xer}
	vector := func(insn, reg, offset uint32) []uint32 { // li %r5, offset; insn reg, %r4, %r5
		return []uint32{0x38a00000 | offset, insn | reg<<21 | 4<<16 | 5<<11}
	}
	const stvx, lvx = 0x7c0001ce, 0x7c0000ce
	var save, loads []uint32
	for i := range uint32(32) {
		save = append(save, vector(stvx, i, 16*i)...)
		loads = append(loads, vector(lvx, i, 16*i)...)
		at["vr"+itoa(int(i))] = int(16 * i)
	}
	save = append(save, 0x10000604) // mfvscr %v0
	save = append(save, vector(stvx, 0, vscr)...)
	save = append(save, vector(lvx, 0, 0)...)
	save = append(save,
		0x7ca042a6,        // mfvrsave %r5
		0x90a40000|vrsave, // stw %r5, vrsave(%r4)
		0x7ca102a6,        // mfxer %r5
		0x90a40000|xer,    // stw %r5, xer(%r4)
		0x44000002)        // sc
	load := append(vector(lvx, 0, vscr),
		0x10000644,        // mtvscr %v0
		0x80a40000|vrsave, // lwz %r5, vrsave(%r4)
		0x7ca043a6,        // mtvrsave %r5
		0x80a40000|xer,    // lwz %r5, xer(%r4)
		0x7ca103a6)        // mtxer %r5
	load = append(append(load, loads...), 0x44000002) // sc
	return &bank{
		save: words(binary.BigEndian, save...), load: words(binary.BigEndian, load...), clobbers: []string{"r4", "r5"},
		at: at, size: xer + 4, bigEndian: true,
	}
}
