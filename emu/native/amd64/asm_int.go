package amd64

// Instructions with a register and a register or memory. Those of arithmetic read p and change r.
const (
	opAdd    opcode = 0x03
	opOr     opcode = 0x0b
	opAdc    opcode = 0x13
	opSbb    opcode = 0x1b
	opAnd    opcode = 0x23
	opSub    opcode = 0x2b
	opXor    opcode = 0x33
	opCmp    opcode = 0x3b
	opTest   opcode = 0x85
	opLoad   opcode = 0x8b
	opStore  opcode = 0x89
	opStore8 opcode = 0x88
	opLea    opcode = 0x8d
	opXchg   opcode = 0x87
	opImul   opcode = 0x01af
	opMovsxd opcode = 0x63
	opMovzx8 opcode = 0x01b6
	opMovzxW opcode = 0x01b7
	opMovsx8 opcode = 0x01be
	opMovsxW opcode = 0x01bf
	opCmov   opcode = 0x0140
	opSetcc  opcode = 0x0190
	opPopcnt opcode = 0xf301b8
	opTzcnt  opcode = 0xf301bc
	opLzcnt  opcode = 0xf301bd
	opMovbe  opcode = 0x02f0
	opMovbeM opcode = 0x02f1 // to memory
	opCrc32  opcode = 0xf202f0
	opXadd   opcode = 0x01c1
	opCmpx   opcode = 0x01b1
	opCmpx16 opcode = 0x01c7
	opShrdI  opcode = 0x01ac
	opBtI    opcode = 0x01ba

	opShlx  opcode = 0x6602f7
	opSarx  opcode = 0xf302f7
	opShrx  opcode = 0xf202f7
	opRorx  opcode = 0xf203f0
	opAndn  opcode = 0x02f2
	opMulx  opcode = 0xf202f6
	opPdep  opcode = 0xf202f5
	opPext  opcode = 0xf302f5
	opGroup opcode = 0xf7 // not, neg, mul ... by the register field
	opShift opcode = 0xc1 // by an immediate, by the register field
	opShCL  opcode = 0xd3 // by CL
)

// Register fields of groups of instructions.
const (
	shiftRor reg = 1
	shiftShl reg = 4
	shiftShr reg = 5
	shiftSar reg = 7

	groupNot  reg = 2
	groupNeg  reg = 3
	groupMul  reg = 4
	groupImul reg = 5
	groupDiv  reg = 6
	groupIdiv reg = 7
)

// cc is a condition on the host's flags.
type cc uint8

const (
	ccO cc = iota
	ccNO
	ccB
	ccAE
	ccE
	ccNE
	ccBE
	ccA
	ccS
	ccNS
	ccP
	ccNP
	ccL
	ccGE
	ccLE
	ccG
)

// not is the opposite condition.
func (c cc) not() cc { return c ^ 1 }

// mov copies a general register.
func (a *asm) mov(to, from reg) {
	if to != from {
		a.legacy(opLoad, 8, to, in(from))
	}
}

// movImm sets a register without touching flags.
func (a *asm) movImm(r reg, v uint64) {
	switch {
	case v == uint64(uint32(v)):
		if r >= 8 {
			a.byte(0x41)
		}
		a.byte(0xb8 | byte(r&7))
		a.word(int32(v))
	case int64(v) == int64(int32(v)):
		a.legacy(0xc7, 8, 0, in(r))
		a.word(int32(v))
	default:
		a.buf = append(a.buf, 0x48|byte(r>>3), 0xb8|byte(r&7))
		a.quad(v)
	}
}

// storeImm writes a sign-extended immediate to memory.
func (a *asm) storeImm(size uint8, p place, v int32) {
	op := opcode(0xc7)
	if size == 1 {
		op = 0xc6
	}
	a.tail = min(int32(size), 4)
	a.legacy(op, size, 0, p)
	a.tail = 0
	switch size {
	case 1:
		a.byte(byte(v))
	case 2:
		a.buf = append(a.buf, byte(v), byte(v>>8))
	default:
		a.word(v)
	}
}

// aluImm is one of the arithmetic instructions above (opAdd to opCmp) with a sign-extended immediate.
func (a *asm) aluImm(op opcode, size uint8, p place, v int32) {
	field := reg(op >> 3)
	if v == int32(int8(v)) {
		a.tail = 1
		a.legacy(0x83, size, field, p)
		a.tail = 0
		a.byte(byte(v))
		return
	}
	a.tail = 4
	a.legacy(0x81, size, field, p)
	a.tail = 0
	a.word(v)
}

// testImm compares the bits of a register with an immediate.
func (a *asm) testImm(size uint8, p place, v int32) {
	if v >= 0 && v < 128 && !p.memory {
		size = 1
		a.legacy(0xf6, size, 0, p)
		a.byte(byte(v))
		return
	}
	a.tail = 4
	a.legacy(0xf7, size, 0, p)
	a.tail = 0
	a.word(v)
}

// shiftImm shifts or rotates a register.
func (a *asm) shiftImm(field reg, size uint8, r reg, n uint8) {
	a.legacy(opShift, size, field, in(r))
	a.byte(n)
}

// locked encodes a read-modify-write instruction of memory with the lock prefix. size may be 1.
func (a *asm) locked(op opcode, size uint8, r reg, p place) {
	a.byte(0xf0)
	if size == 1 {
		op--
	}
	a.legacy(op, size, r, p)
}

// setcc sets the low byte of a register and clears the rest.
func (a *asm) setcc(c cc, r reg) {
	a.legacy(opSetcc+opcode(c), 1, 0, in(r))
	a.legacy(opMovzx8, 4, r, in(r))
}

// cmov copies p to r if the condition holds.
func (a *asm) cmov(c cc, size uint8, r reg, p place) { a.legacy(opCmov+opcode(c), size, r, p) }
