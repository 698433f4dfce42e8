package amd64

import "muslrun/emu/native/ir"

// operand is the second operand of an arithmetic instruction: an immediate or a place.
type operand struct {
	place
	imm   int32
	isImm bool
}

// operand finds the cheapest form of v for an instruction of the given size.
func (c *Compiler) operand(v ir.Value, size uint8) operand {
	if x, ok := c.imm(v, size); ok {
		return operand{imm: x, isImm: true, place: place{base: noReg, index: noReg}}
	}
	return operand{place: c.source(v)}
}

// reg is the register that an operand is in, if it is in one.
func (o operand) reg() reg {
	if o.isImm || o.memory {
		return noReg
	}
	return o.base
}

// alu emits an arithmetic instruction on r.
func (c *Compiler) alu(op opcode, size uint8, r reg, o operand) {
	switch {
	case o.isImm:
		c.aluImm8(op, size, in(r), o.imm)
	case size == 1:
		c.legacy(op-1, 1, r, o.place)
	default:
		c.legacy(op, size, r, o.place)
	}
}

// aluImm8 is aluImm for any size.
func (c *Compiler) aluImm8(op opcode, size uint8, p place, v int32) {
	switch size {
	case 1:
		c.tail = 1
		c.legacy(0x80, 1, reg(op>>3), p)
		c.tail = 0
		c.byte(byte(v))
	case 2:
		c.tail = 2
		c.legacy(0x81, 2, reg(op>>3), p)
		c.tail = 0
		c.buf = append(c.buf, byte(v), byte(v>>8))
	default:
		c.aluImm(op, size, p, v)
	}
}

// operands orders those of a commutative operation so that the first may be changed in place.
func (c *Compiler) operands() (a, b ir.Value) {
	a, b = c.arg(0), c.arg(1)
	home := c.static(c.insn.Dst[0])
	if a.IsConst() || home != noReg && home == c.where(b) && home != c.where(a) {
		return b, a
	}
	if home == noReg && !b.IsConst() && !c.dies(a) && c.dies(b) && c.where(b) < 3 {
		return b, a
	}
	return a, b
}

// binary emits d = a op b, where a is copied to the result's register first.
func (c *Compiler) binary(op opcode, a, b ir.Value) {
	size := c.insn.Size
	o := c.operand(b, size)
	r := c.targetFrom(a, o.reg())
	c.alu(op, size, r, o)
	c.set(0, r)
}

// wantsFlags reports whether the packed flags of the instruction at hand are read.
func (c *Compiler) wantsFlags() bool {
	return c.insn.Dst[1] != ir.None && c.next[c.pos].dst[1] != never
}

// wantsResult reports whether result 0 is read, or belongs to a global.
func (c *Compiler) wantsResult() bool {
	d := c.insn.Dst[0]
	return d.IsGlobal() || d != ir.None && c.next[c.pos].dst[0] != never
}

func selectAdd(c *Compiler) bool {
	a, b := c.operands()
	if !c.wantsFlags() && c.leaAdd(a, b) {
		return true
	}
	c.binary(opAdd, a, b)
	c.setFlags(1, flagsPlain)
	return true
}

// leaAdd adds by lea if that saves a copy.
func (c *Compiler) leaAdd(a, b ir.Value) bool {
	home, ra := c.static(c.insn.Dst[0]), c.where(a)
	if ra == noReg || home != noReg && home == ra || home == noReg && ra < 3 && c.dies(a) {
		return false
	}
	size := c.insn.Size
	if x, ok := c.imm(b, size); ok {
		ra = c.use(a)
		r := c.target(0)
		c.legacy(opLea, size, r, at(ra, x))
		c.set(0, r)
		return true
	}
	if c.where(b) == noReg {
		return false
	}
	ra, rb := c.use(a), c.use(b)
	r := c.target(0)
	c.legacy(opLea, size, r, atIndex(ra, rb, 0, 0))
	c.set(0, r)
	return true
}

func selectSub(c *Compiler) bool {
	kind := flagsPlain
	if c.insn.Aux&ir.NotBorrow != 0 {
		kind = flagsNotBorrow
	}
	a, b := c.arg(0), c.arg(1)
	if !c.wantsFlags() {
		if v, ok := c.region.ConstInt(b); ok && int64(v) == int64(int32(v)) && int32(v) != -1<<31 {
			return c.subImm(a, -int32(v))
		}
	}
	if !c.wantsResult() {
		c.cmp(c.insn.Size, a, b)
	} else {
		c.binary(opSub, a, b)
	}
	c.setFlags(1, kind)
	return true
}

// subImm adds an immediate to a.
func (c *Compiler) subImm(a ir.Value, v int32) bool {
	size := c.insn.Size
	ra := c.where(a)
	home := c.static(c.insn.Dst[0])
	if ra != noReg && ra != home && !(home == noReg && ra < 3 && c.dies(a)) {
		ra = c.use(a)
		r := c.target(0)
		c.legacy(opLea, size, r, at(ra, v))
		c.set(0, r)
		return true
	}
	r := c.targetFrom(a)
	c.aluImm(opAdd, size, in(r), v)
	c.set(0, r)
	return true
}

// setCarry moves an integer 0 or 1 into CF.
func (c *Compiler) setCarry(v ir.Value) {
	p := c.source(v)
	c.tail = 1
	c.legacy(opBtI, 4, 4, p)
	c.tail = 0
	c.byte(0)
}

func selectAdc(c *Compiler) bool {
	c.setCarry(c.arg(2))
	c.binary(opAdc, c.arg(0), c.arg(1))
	c.setFlags(1, flagsPlain)
	return true
}

func selectSbc(c *Compiler) bool {
	kind := flagsPlain
	c.setCarry(c.arg(2))
	if c.insn.Aux&ir.NotBorrow != 0 {
		kind = flagsNotBorrow
		c.byte(0xf5) // cmc
	}
	c.binary(opSbb, c.arg(0), c.arg(1))
	c.setFlags(1, kind)
	return true
}

func selectAnd(c *Compiler) bool {
	a, b := c.operands()
	switch {
	case c.insn.Dst[1] != ir.None && !c.wantsResult():
		c.test(c.insn.Size, a, b)
	case c.insn.Dst[1] == ir.None && c.zextMask(a, b):
		return true
	default:
		c.binary(opAnd, a, b)
	}
	c.setFlags(1, flagsPlain)
	return true
}

// zextMask does And with 0xff, 0xffff or 0xffffffff by a move.
func (c *Compiler) zextMask(a, b ir.Value) bool {
	v, ok := c.region.ConstInt(b)
	if !ok {
		return false
	}
	switch v {
	case 0xff:
		c.extend(opMovzx8, 4, a)
	case 0xffff:
		c.extend(opMovzxW, 4, a)
	case 0xffffffff:
		c.extend(opLoad, 4, a)
	default:
		return false
	}
	return true
}

// extend sets result 0 by a move that extends the low part of a.
func (c *Compiler) extend(op opcode, size uint8, a ir.Value) {
	p := c.source(a)
	r := c.target(0)
	c.legacy(op, size, r, p)
	c.set(0, r)
}

func logic(op opcode) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		a, b := c.operands()
		c.binary(op, a, b)
		return true
	}
}

func selectAndNot(c *Compiler) bool {
	size := c.insn.Size
	if v, ok := c.region.ConstInt(c.arg(1)); ok {
		if v = ^v; size == 4 || int64(v) == int64(int32(v)) {
			r := c.targetFrom(c.arg(0))
			c.aluImm(opAnd, size, in(r), int32(v))
			c.set(0, r)
			return true
		}
	}
	a, b := c.source(c.arg(0)), c.use(c.arg(1))
	r := c.target(0)
	c.vex(opAndn, size>>3, r, b, a)
	c.set(0, r)
	return true
}

// group is an instruction that changes one register.
func group(field reg) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		r := c.targetFrom(c.arg(0))
		c.legacy(opGroup, c.insn.Size, field, in(r))
		c.set(0, r)
		return true
	}
}

func selectMul(c *Compiler) bool {
	a, b := c.operands()
	size := c.insn.Size
	if v, ok := c.imm(b, size); ok {
		p := c.source(a)
		r := c.target(0)
		c.tail = 4
		c.legacy(0x69, size, r, p)
		c.tail = 0
		c.word(v)
		c.set(0, r)
		return true
	}
	o := c.operand(b, size)
	r := c.targetFrom(a, o.reg())
	c.legacy(opImul, size, r, o.place)
	c.set(0, r)
	return true
}

// mulHi makes the upper half of a product. Of 32 bits it multiplies the extended operands.
func mulHi(extendA, extendB opcode, field reg) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		if c.insn.Size == 4 {
			c.mulHi32(extendA, extendB)
			return true
		}
		c.into(rax, c.arg(0))
		c.claim(ir.Int, rdx)
		c.legacy(opGroup, 8, field, c.source(c.arg(1)))
		c.set(0, rdx)
		return true
	}
}

func (c *Compiler) mulHi32(extendA, extendB opcode) {
	sizeOf := func(op opcode) uint8 {
		if op == opMovsxd {
			return 8
		}
		return 4
	}
	a := c.source(c.arg(0))
	ra := c.scratch()
	c.legacy(extendA, sizeOf(extendA), ra, a)
	c.unpin()
	c.pin(ir.Int, ra)
	b := c.source(c.arg(1))
	rb := c.scratch()
	c.legacy(extendB, sizeOf(extendB), rb, b)
	c.legacy(opImul, 8, ra, in(rb))
	c.shiftImm(shiftShr, 8, ra, 32)
	c.set(0, ra)
}

func selectCRC32(c *Compiler) bool {
	if c.insn.Aux != 1 {
		return false
	}
	size := c.insn.Size
	op := opCrc32 | 1
	if size == 1 {
		op = opCrc32
	}
	b := c.source(c.arg(1))
	if b.memory {
		b = in(c.use(c.arg(1)))
	}
	r := c.targetFrom(c.arg(0), b.base)
	c.legacy(op, size, r, b)
	c.set(0, r)
	return true
}
