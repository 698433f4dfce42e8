//go:build unicorn

package unicorn

import (
	"encoding/binary"

	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

func riscv(bits int) *spec {
	mode := uc.MODE_RISCV64
	if bits == 32 {
		mode = uc.MODE_RISCV32
	}
	return &spec{
		arch: uc.ARCH_RISCV, mode: mode, model: defaultModel, pc: uc.RISCV_REG_PC, blockShift: 2,
		regs:  names{"pc": uc.RISCV_REG_PC, "fflags": uc.RISCV_REG_FFLAGS, "frm": uc.RISCV_REG_FRM, "fcsr": uc.RISCV_REG_FCSR}.bank("x", uc.RISCV_REG_X0, 32).bank("f", uc.RISCV_REG_F0, 32),
		mask:  map[string]uint64{"x0": 0},
		alone: map[string]bool{"fflags": true, "frm": true, "fcsr": true},
		boot:  func(m *machine) error { return m.bootWords(binary.LittleEndian, riscvBoot...) },
		// libunicorn adds 4 to the PC at every exception.
		exceptions: map[int]exception{
			2:  {kind: emu.IllegalInsn, adjust: -4},
			0:  {kind: emu.BusError, code: adrAln, adjust: -4, access: emu.Fetch},
			4:  {kind: emu.BusError, code: adrAln, adjust: -4, access: emu.Read},
			6:  {kind: emu.BusError, code: adrAln, adjust: -4, access: emu.Write},
			8:  {kind: emu.SystemCall, size: 4, code: -1},
			11: {kind: emu.SystemCall, size: 4, code: -1},
		},
		notes:   []string{"IMAFDC only: no vector, no bit manipulation"},
		invalid: exception{kind: emu.Breakpoint},
	}
}

// riscvBoot switches floating point on, lets user mode read the counters, and goes there.
var riscvBoot = []uint32{
	0x00006537, // lui a0, 6: mstatus.FS, MPP = user
	0x30051073, // csrw mstatus, a0
	0x00700513, // li a0, 7
	0x30651073, // csrw mcounteren, a0
	0x10651073, // csrw scounteren, a0
	0x00000517, // auipc a0, 0
	0x01050513, // addi a0, a0, 16
	0x34151073, // csrw mepc, a0
	0x30200073, // mret
	0x00000513, // li a0, 0
	0x00000073, // ecall
}
