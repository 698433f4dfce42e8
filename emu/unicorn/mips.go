//go:build unicorn

package unicorn

import (
	"encoding/binary"

	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

// Bits of Status, and one of Config3.
const (
	statusERL  = 1 << 2
	statusUser = 1 << 4
	statusMX   = 1 << 24 // DSP
	statusFR   = 1 << 26
	statusCU1  = 1 << 29

	config3ULRI = 1 << 13 // of Config3: there is a UserLocal register
)

// Numbers of libunicorn's exceptions.
const (
	mipsSyscall  = 17
	mipsBreak    = 18
	mipsUnusable = 19
	mipsReserved = 20
	mipsOverflow = 21
	mipsTrap     = 22
	mipsFloat    = 23
)

func mips(mode, model int) *spec {
	order := binary.AppendByteOrder(binary.BigEndian)
	if mode == uc.MODE_LITTLE_ENDIAN {
		order = binary.LittleEndian
	}
	status := uint64(statusUser | statusCU1)
	if model == uc.CPU_MIPS32_MIPS32R6_GENERIC {
		status |= statusFR // release 6 has no other mode
	}
	return &spec{
		arch: uc.ARCH_MIPS, mode: mode | uc.MODE_MIPS32, model: model, pc: uc.MIPS_REG_PC, blockShift: 2,
		regs: names{"pc": uc.MIPS_REG_PC, "lo": uc.MIPS_REG_LO, "hi": uc.MIPS_REG_HI,
			"status": uc.MIPS_REG_CP0_STATUS, "userlocal": uc.MIPS_REG_CP0_USERLOCAL,
		}.bank("r", uc.MIPS_REG_0, 32),
		mask: map[string]uint64{"r0": 0, "status": statusFR},
		boot: func(m *machine) error { return m.bootMIPS(order, status) },
		// libunicorn loses the PC of every exception but a system call's: see lost.
		exceptions: map[int]exception{
			12:           {kind: emu.BusError, code: adrAln, access: emu.Read, refine: lost},
			13:           {kind: emu.BusError, code: adrAln, access: emu.Write, refine: lost},
			mipsSyscall:  {kind: emu.SystemCall, size: 4, refine: mipsCall},
			mipsBreak:    {kind: emu.Breakpoint, refine: lost},
			mipsUnusable: {kind: emu.IllegalInsn, refine: lost},
			mipsReserved: {kind: emu.IllegalInsn, refine: lost},
			mipsOverflow: {kind: emu.Arithmetic, code: fpeIntOvf, refine: lost},
			mipsTrap:     {kind: emu.Breakpoint, refine: lost},
			mipsFloat:    {kind: emu.Arithmetic, refine: lost},
		},
		other: exception{refine: lost},
		notes: []string{"the PC of a trap other than a system call is found by decoding the block that ran last (see lost)",
			"misaligned accesses trap before release 6, as on hardware: the kernel has to emulate them",
			"Status.FR is 0 at first before release 6: who knows the program's floating-point ABI sets it",
			"no MSA"},
		bank:  mipsBank(order),
		delay: true,
	}
}

// bootMIPS lets user mode read the thread pointer (RDHWR) and use floating point, and goes there.
func (m *machine) bootMIPS(order binary.AppendByteOrder, status uint64) error {
	m.installBank()
	config := m.saved(uc.MIPS_REG_CP0_CONFIG3)
	config.value |= config3ULRI
	if err := m.writeRegs(config); err != nil {
		return err
	}
	code := append(mipsIdentityTLB(),
		0x3c082000, // lui $8, 0x2000
		0x3508000f, // ori $8, $8, 15
		0x40883800, // mtc0 $8, HWREna
		0x00004025, // or $8, $0, $0
		0x0000000c, // syscall
	)
	err := m.bootWords(order, code...)
	if err != nil {
		return err
	}
	copy(m.private[delayAt:], words(order, 0, 0x0000000c)) // nop; syscall
	return m.writeRegs(regValue{uc.MIPS_REG_CP0_STATUS, status})
}

// mipsIdentityTLB is code that maps all user addresses to themselves in the processor's own TLB, by four pairs of pages of
// 256 MiB. Accesses go by the page table, but LL asks the TLB for the address that it puts into LLAddr.
func mipsIdentityTLB() []uint32 {
	code := []uint32{
		0x3c091fff, // lui $9, 0x1fff
		0x3529e000, // ori $9, $9, 0xe000
		0x40892800, // mtc0 $9, PageMask
	}
	for i := range uint32(4) {
		code = append(code,
			0x34080000|i,             // ori $8, $0, i
			0x40880000,               // mtc0 $8, Index
			0x3c0a0000|i*0x2000,      // lui $10, the pair's address
			0x408a5000,               // mtc0 $10, EntryHi
			0x3c0b0000|i*0x80,        // lui $11, the first page's frame
			0x356b001f,               // ori $11, $11, cached, dirty, valid, global
			0x408b1000,               // mtc0 $11, EntryLo0
			0x3c0c0000|(i*0x80+0x40), // lui $12, the second page's frame
			0x358c001f,               // ori $12, $12, cached, dirty, valid, global
			0x408c1800,               // mtc0 $12, EntryLo1
			0x42000002)               // tlbwi
	}
	return code
}

// mipsBank is the floating-point unit, as it looks with Status.FR set: with FR clear the low halves count.
func mipsBank(order binary.AppendByteOrder) *bank {
	var save, load []uint32
	at := map[string]int{"fcsr": 256, "fir": 260}
	for i := range uint32(32) {
		save = append(save, 0xf5000000|i<<16|8*i) // sdc1 $fi, 8*i($8)
		load = append(load, 0xd5000000|i<<16|8*i) // ldc1 $fi, 8*i($8)
		at["f"+itoa(int(i))] = int(8 * i)
	}
	save = append(save,
		0x4449f800, // cfc1 $9, $31
		0xad090100, // sw $9, 256($8)
		0x44490000, // cfc1 $9, $0
		0xad090104, // sw $9, 260($8)
		0x0000000c) // syscall
	load = append(load,
		0x8d090100, // lw $9, 256($8)
		0x44c9f800, // ctc1 $9, $31
		0x0000000c) // syscall
	return &bank{
		save: words(order, save...), load: words(order, load...), clobbers: []string{"r8", "r9"},
		at: at, constant: "fir", size: 264, bigEndian: order == binary.AppendByteOrder(binary.BigEndian),
		with: []regValue{{uc.MIPS_REG_CP0_STATUS, statusERL | statusCU1 | statusFR}},
	}
}

// mipsCall finds the operand of the SYSCALL behind which the PC is.
func mipsCall(c *cpu, s emu.Stop) emu.Stop {
	s.Code = int64(c.word(c.pc()-4) >> 6 & 0xfffff)
	return s
}

// lost finds the instruction that trapped in the block that ran last. All else about the CPU is exact. An instruction that
// always traps ends its block; of those that trap on a condition, the first is taken whose condition holds.
func lost(c *cpu, s emu.Stop) emu.Stop {
	start, size := uint64(c.m.c.block), uint64(c.m.c.block_size)
	pc := start + max(size, 4) - 4
	for at := start; at < start+size; at += 4 {
		if c.mayTrap(int(c.m.c.intno), c.word(at)) {
			pc = at
			break
		}
	}
	c.setPC(pc)
	return c.mipsCode(s, c.word(pc))
}

// mipsCode gives a breakpoint or trap its code: Linux turns two of them into SIGFPE.
func (c *cpu) mipsCode(s emu.Stop, insn uint32) emu.Stop {
	if s.Kind != emu.Breakpoint {
		return s
	}
	s.Code = int64(insn >> 6 & 0x3ff)
	if c.m.c.intno == mipsBreak {
		s.Code = int64(insn >> 6 & 0xfffff)
		if s.Code >= 1<<10 { // GNU as puts the code into the upper half
			s.Code = s.Code>>10 | s.Code&0x3ff<<10
		}
	}
	switch s.Code {
	case 7:
		return emu.Stop{Kind: emu.Arithmetic, Code: fpeIntDiv}
	case 6:
		return emu.Stop{Kind: emu.Arithmetic, Code: fpeIntOvf}
	}
	return s
}

// mayTrap reports whether an instruction may have raised an exception that depends on a condition.
func (c *cpu) mayTrap(exception int, insn uint32) bool {
	rs, rt := c.gpr(insn>>21), c.gpr(insn>>16)
	imm := int32(int16(insn))
	special, op := insn>>26 == 0, insn>>26
	switch {
	case exception == mipsTrap && special:
		return trapHolds(insn&0x3f, rs, rt)
	case exception == mipsTrap && op == 1:
		return trapImmediateHolds(insn>>16&31, rs, imm)
	case exception == mipsOverflow && special && insn&0x3f == 0x20:
		return int64(rs)+int64(rt) != int64(rs+rt)
	case exception == mipsOverflow && special && insn&0x3f == 0x22:
		return int64(rs)-int64(rt) != int64(rs-rt)
	case exception == mipsOverflow && op == 8:
		return int64(rs)+int64(imm) != int64(rs+imm)
	case exception == mipsFloat:
		return op == 0x11 && insn>>25&1 == 1
	}
	return false
}

func (c *cpu) gpr(n uint32) int32 {
	return int32(c.m.saved(uc.MIPS_REG_0 + int(n&31)).value)
}

// trapHolds is the condition of TGE TGEU TLT TLTU TEQ TNE.
func trapHolds(function uint32, a, b int32) bool {
	switch function {
	case 0x30:
		return a >= b
	case 0x31:
		return uint32(a) >= uint32(b)
	case 0x32:
		return a < b
	case 0x33:
		return uint32(a) < uint32(b)
	case 0x34:
		return a == b
	case 0x36:
		return a != b
	}
	return false
}

// trapImmediateHolds is the same with an immediate operand, of which the functions are numbered otherwise.
func trapImmediateHolds(function uint32, a, b int32) bool {
	return function >= 8 && trapHolds(function+0x28, a, b)
}
