package amd64

import "muslrun/emu/native/ir"

// shift is a shift by an immediate (field) or by a register (op, of BMI2).
func shift(field reg, op opcode) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		size := c.insn.Size
		if n, ok := c.region.ConstInt(c.arg(1)); ok {
			c.shiftBy(field, uint8(n)&(size*8-1))
			return true
		}
		a, n := c.source(c.arg(0)), c.use(c.arg(1))
		r := c.target(0)
		c.vex(op, size>>3, r, n, a)
		c.set(0, r)
		return true
	}
}

// shiftBy shifts operand 0 by n.
func (c *Compiler) shiftBy(field reg, n uint8) {
	if n == 0 {
		c.truncate(c.arg(0))
		return
	}
	r := c.targetFrom(c.arg(0))
	c.shiftImm(field, c.insn.Size, r, n)
	c.set(0, r)
}

// truncate sets result 0 to the low Size bytes of v.
func (c *Compiler) truncate(v ir.Value) { c.extend(opLoad, c.insn.Size, v) }

func selectRotr(c *Compiler) bool {
	size := c.insn.Size
	if n, ok := c.region.ConstInt(c.arg(1)); ok {
		c.rotate(c.source(c.arg(0)), uint8(n)&(size*8-1))
		return true
	}
	c.into(rcx, c.arg(1))
	r := c.targetFrom(c.arg(0), rcx)
	c.legacy(opShCL, size, shiftRor, in(r))
	c.set(0, r)
	return true
}

// rotate sets result 0 to a rotated right.
func (c *Compiler) rotate(a place, n uint8) {
	r := c.target(0)
	c.vexImm(opRorx, c.insn.Size>>3, r, noReg, a, n)
	c.set(0, r)
}

// count is lzcnt, tzcnt or popcnt.
func count(op opcode) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		c.extend(op, c.insn.Size, c.arg(0))
		return true
	}
}

func selectBswap(c *Compiler) bool {
	r := c.targetFrom(c.arg(0))
	c.bswap(c.insn.Size, r)
	c.set(0, r)
	return true
}

// bswap reverses the bytes of a register of 4 or 8 bytes.
func (a *asm) bswap(size uint8, r reg) {
	rex := byte(r >> 3)
	if size == 8 {
		rex |= 8
	}
	if rex != 0 {
		a.byte(0x40 | rex)
	}
	a.buf = append(a.buf, 0x0f, 0xc8|byte(r&7))
}

// selectBitRev reverses bytes, then nibbles, pairs and single bits within them.
func selectBitRev(c *Compiler) bool {
	size := c.insn.Size
	r, t, mask := c.copyOf(c.arg(0)), c.scratch(), c.scratch()
	c.bswap(size, r)
	for _, step := range [...]struct {
		n    uint8
		mask uint64
	}{{4, 0x0f0f0f0f0f0f0f0f}, {2, 0x3333333333333333}, {1, 0x5555555555555555}} {
		m := step.mask
		if size == 4 {
			m = uint64(uint32(m))
		}
		c.movImm(mask, m)
		c.legacy(opLoad, size, t, in(r))
		c.shiftImm(shiftShr, size, t, step.n)
		c.legacy(opAnd, size, t, in(mask))
		c.legacy(opAnd, size, r, in(mask))
		c.shiftImm(shiftShl, size, r, step.n)
		c.legacy(opOr, size, r, in(t))
	}
	c.set(0, r)
	return true
}

func selectSext(c *Compiler) bool {
	c.signField(0, uint8(c.insn.Imm))
	return true
}

func selectZext(c *Compiler) bool {
	c.field(0, uint8(c.insn.Imm))
	return true
}

func selectExtract(c *Compiler) bool {
	c.field(uint8(c.insn.Imm), uint8(c.insn.Imm>>8))
	return true
}

func selectExtractS(c *Compiler) bool {
	c.signField(uint8(c.insn.Imm), uint8(c.insn.Imm>>8))
	return true
}

// field sets result 0 to an unsigned field of operand 0.
func (c *Compiler) field(pos, n uint8) {
	size, a := c.insn.Size, c.arg(0)
	bits := size * 8
	switch {
	case pos+n >= bits:
		c.shiftBy(shiftShr, pos)
	case pos == 0 && n == 8:
		c.extend(opMovzx8, 4, a)
	case pos == 0 && n == 16:
		c.extend(opMovzxW, 4, a)
	case pos == 0 && n == 32:
		c.extend(opLoad, 4, a)
	case n < 32:
		r := c.targetFrom(a)
		if pos > 0 {
			c.shiftImm(shiftShr, size, r, pos)
		}
		c.aluImm(opAnd, 4, in(r), int32(uint32(1)<<n-1))
		c.set(0, r)
	default:
		r := c.targetFrom(a)
		c.shiftImm(shiftShl, size, r, bits-pos-n)
		c.shiftImm(shiftShr, size, r, bits-n)
		c.set(0, r)
	}
}

// signField sets result 0 to a signed field of operand 0.
func (c *Compiler) signField(pos, n uint8) {
	size, a := c.insn.Size, c.arg(0)
	bits := size * 8
	switch {
	case pos+n >= bits:
		c.shiftBy(shiftSar, pos)
	case pos == 0 && n == 8:
		c.extend(opMovsx8, size, a)
	case pos == 0 && n == 16:
		c.extend(opMovsxW, size, a)
	case pos == 0 && n == 32:
		c.extend(opMovsxd, 8, a)
	default:
		r := c.targetFrom(a)
		c.shiftImm(shiftShl, size, r, bits-pos-n)
		c.shiftImm(shiftSar, size, r, bits-n)
		c.set(0, r)
	}
}

// selectInsert turns the field to the bottom, shifts it out while b's low bits come in at the top, and turns back.
func selectInsert(c *Compiler) bool {
	size, pos, n := c.insn.Size, uint8(c.insn.Imm), uint8(c.insn.Imm>>8)
	bits := size * 8
	if n == bits {
		c.truncate(c.arg(1))
		return true
	}
	if v, ok := c.region.ConstInt(c.arg(0)); ok && v == 0 && n == 32 {
		b := c.source(c.arg(1))
		r := c.target(0)
		c.legacy(opLoad, 4, r, b)
		c.shiftImm(shiftShl, 8, r, pos)
		c.set(0, r)
		return true
	}
	b := c.use(c.arg(1))
	r := c.targetFrom(c.arg(0), b)
	c.rotateInPlace(size, r, pos)
	c.tail = 1
	c.legacy(opShrdI, size, b, in(r))
	c.tail = 0
	c.byte(n)
	c.rotateInPlace(size, r, 2*bits-pos-n)
	c.set(0, r)
	return true
}

// rotateInPlace rotates a register right.
func (c *Compiler) rotateInPlace(size uint8, r reg, n uint8) {
	if n &= size*8 - 1; n != 0 {
		c.vexImm(opRorx, size>>3, r, noReg, in(r), n)
	}
}

func selectConcat(c *Compiler) bool {
	size, n := c.insn.Size, uint8(c.insn.Imm)
	a, b := c.arg(0), c.arg(1)
	switch {
	case n == 0:
		c.truncate(b)
	case n == size*8:
		c.truncate(a)
	case a == b:
		c.rotate(c.source(a), n)
	default:
		ra := c.use(a)
		r := c.targetFrom(b, ra)
		c.tail = 1
		c.legacy(opShrdI, size, ra, in(r))
		c.tail = 0
		c.byte(n)
		c.set(0, r)
	}
	return true
}
