//go:build unicorn

package unicorn

import (
	"encoding/binary"

	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

func m68k() *spec {
	s := &spec{
		// libunicorn's model numbers are off by one: this is a 68040.
		arch: uc.ARCH_M68K, mode: uc.MODE_BIG_ENDIAN, model: uc.CPU_M68K_M68030, pc: uc.M68K_REG_PC, blockShift: 2, chains: true,
		regs: names{"pc": uc.M68K_REG_PC, "sr": uc.M68K_REG_SR}.
			bank("d", uc.M68K_REG_D0, 8).bank("a", uc.M68K_REG_A0, 8),
		mask: map[string]uint64{"sr": 0x1f},
		boot: func(m *machine) error {
			m.installBank()
			return m.writeRegs(regValue{uc.M68K_REG_SR, 0})
		},
		exceptions: map[int]exception{
			3:  {kind: emu.BusError, code: adrAln},
			4:  {kind: emu.IllegalInsn},
			5:  {kind: emu.Arithmetic, code: fpeIntDiv},
			6:  {kind: emu.Arithmetic, code: fpeIntOvf}, // CHK
			7:  {kind: emu.Arithmetic, code: fpeIntOvf}, // TRAPcc TRAPV
			8:  {kind: emu.IllegalInsn},                 // privileged
			10: {kind: emu.IllegalInsn},                 // line A
			11: {kind: emu.IllegalInsn},                 // line F
			32: {kind: emu.SystemCall, size: 2, adjust: 2, code: 0},
			47: {kind: emu.Breakpoint},
			49: {kind: emu.Arithmetic, code: fpeFltRes},
			50: {kind: emu.Arithmetic, code: fpeFltDiv},
			51: {kind: emu.Arithmetic, code: fpeFltUnd},
			52: {kind: emu.Arithmetic, code: fpeFltInv},
			53: {kind: emu.Arithmetic, code: fpeFltOvf},
			54: {kind: emu.Arithmetic, code: fpeFltInv},
		},
		notes: []string{"68040; no ColdFire"},
		bank:  m68kBank(),
	}
	return s
}

// m68kBank is the floating-point unit.
func m68kBank() *bank {
	at := map[string]int{"fpcontrol": 96, "fpstatus": 100, "fpiaddr": 104}
	for i := range 8 {
		at["fp"+itoa(i)] = 12 * i
	}
	return &bank{
		save: words(binary.BigEndian,
			0xf210f0ff,             // fmovem.x %fp0-%fp7, (%a0)
			0xf228b000, 0x0060f228, // fmove.l %fpcr, 96(%a0)
			0xa8000064,             // fmove.l %fpsr, 100(%a0)
			0xf228a400, 0x00684e40, // fmove.l %fpiar, 104(%a0); trap #0
		),
		load: words(binary.BigEndian,
			0xf210d0ff,             // fmovem.x (%a0), %fp0-%fp7
			0xf2289000, 0x0060f228, // fmove.l 96(%a0), %fpcr
			0x88000064,             // fmove.l 100(%a0), %fpsr
			0xf2288400, 0x00684e40, // fmove.l 104(%a0), %fpiar; trap #0
		),
		clobbers: []string{"a0"}, at: at, size: 108, bigEndian: true,
	}
}
