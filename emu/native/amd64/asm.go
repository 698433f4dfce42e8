package amd64

import "encoding/binary"

// reg is the number of a general or of a vector register.
type reg uint8

// General registers.
const (
	rax reg = iota
	rcx
	rdx
	rbx
	rsp
	rbp
	rsi
	rdi
	r8
	r9
	r10
	r11
	r12
	r13
	r14
	r15

	noReg   reg = 0xff
	literal reg = 0xfe // as a base: the place is in the region's literals, at disp
)

// place is the operand of an instruction that may be a register or memory.
type place struct {
	disp        int32
	base, index reg
	scale       uint8 // log2
	memory      bool
}

func in(r reg) place { return place{base: r, index: noReg} }

func at(base reg, disp int32) place { return place{base: base, index: noReg, disp: disp, memory: true} }

func atIndex(base, index reg, scale uint8, disp int32) place {
	return place{base: base, index: index, scale: scale, disp: disp, memory: true}
}

// state is the place of a field of State, given its offset less bias.
func state(offset int32) place { return at(rbp, offset) }

// opcode is an instruction: byte, map (0 none, 1 0F, 2 0F38, 3 0F3A) << 8, mandatory prefix << 16.
type opcode uint32

// asm appends instructions to buf.
type asm struct {
	buf      []byte
	labels   []int32 // offset, or -1
	jumps    []fixup
	literals []byte
	literal  []fixup // uses of literals
	tail     int32   // bytes of immediate that will follow the instruction being encoded
}

// fixup is a place of buf that holds a distance.
type fixup struct {
	at     int32
	target int32 // a label, or an offset in literals
	tail   int32
}

func (a *asm) reset() {
	a.buf, a.labels, a.jumps = a.buf[:0], a.labels[:0], a.jumps[:0]
	a.literals, a.literal, a.tail = a.literals[:0], a.literal[:0], 0
}

func (a *asm) byte(b byte)   { a.buf = append(a.buf, b) }
func (a *asm) word(v int32)  { a.buf = binary.LittleEndian.AppendUint32(a.buf, uint32(v)) }
func (a *asm) quad(v uint64) { a.buf = binary.LittleEndian.AppendUint64(a.buf, v) }
func (a *asm) here() int32   { return int32(len(a.buf)) }

// legacy encodes an instruction without VEX. size is that of the operands: 1, 2, 4 or 8 bytes.
func (a *asm) legacy(op opcode, size uint8, r reg, p place) {
	b := a.buf
	if size == 2 {
		b = append(b, 0x66)
	}
	if prefix := byte(op >> 16); prefix != 0 {
		b = append(b, prefix)
	}
	rex := r>>3&1<<2 | p.rexBits()
	if size == 8 {
		rex |= 8
	}
	if rex != 0 || size == 1 && (r >= 4 || !p.memory && p.base >= 4) || op&^8 == opMovzx8 && !p.memory && p.base >= 4 {
		b = append(b, 0x40|byte(rex))
	}
	switch op >> 8 & 0xff {
	case 0:
		b = append(b, byte(op))
	case 1:
		b = append(b, 0x0f, byte(op))
	case 2:
		b = append(b, 0x0f, 0x38, byte(op))
	case 3:
		b = append(b, 0x0f, 0x3a, byte(op))
	}
	a.modrm(b, r, p)
}

// rexBits are the upper bits of a place's registers, as X and B stand in REX.
func (p place) rexBits() reg {
	var bits reg
	if p.base < literal {
		bits = p.base >> 3 & 1
	}
	if p.index != noReg {
		bits |= p.index >> 3 & 1 << 1
	}
	return bits
}

// modrm appends the operands r and p to b, which becomes the code.
func (a *asm) modrm(b []byte, r reg, p place) {
	field := byte(r&7) << 3
	if !p.memory {
		a.buf = append(b, 0xc0|field|byte(p.base&7))
		return
	}
	if p.base == literal {
		a.literal = append(a.literal, fixup{int32(len(b)) + 1, p.disp, a.tail})
		a.buf = append(b, 0x05|field, 0, 0, 0, 0)
		return
	}
	mode := dispMode(p)
	if p.index != noReg || p.base&7 == rsp {
		index := byte(rsp)
		if p.index != noReg {
			index = byte(p.index & 7)
		}
		b = append(b, mode|field|4, p.scale<<6|index<<3|byte(p.base&7))
	} else {
		b = append(b, mode|field|byte(p.base&7))
	}
	switch mode {
	case 0x40:
		b = append(b, byte(p.disp))
	case 0x80:
		b = binary.LittleEndian.AppendUint32(b, uint32(p.disp))
	}
	a.buf = b
}

// dispMode chooses the shortest displacement.
func dispMode(p place) byte {
	switch {
	case p.disp == 0 && p.base&7 != rbp:
		return 0
	case p.disp == int32(int8(p.disp)):
		return 0x40
	}
	return 0x80
}

// vex encodes an instruction on 128-bit vectors, or on general registers; v is the additional source, noReg if there is none.
func (a *asm) vex(op opcode, w uint8, r, v reg, p place) {
	var pp byte
	switch op >> 16 {
	case 0x66:
		pp = 1
	case 0xf3:
		pp = 2
	case 0xf2:
		pp = 3
	}
	if v == noReg {
		v = 0
	}
	inverted, bits := byte(^v&15)<<3|pp, p.rexBits()
	b := a.buf
	if op>>8&0xff == 1 && w == 0 && bits == 0 {
		b = append(b, 0xc5, byte(^r>>3&1)<<7|inverted, byte(op))
	} else {
		b = append(b, 0xc4, byte(^r>>3&1)<<7|byte(^bits&3)<<5|byte(op>>8), w<<7|inverted, byte(op))
	}
	a.modrm(b, r, p)
}

// vexImm is vex with an immediate byte.
func (a *asm) vexImm(op opcode, w uint8, r, v reg, p place, imm uint8) {
	a.tail = 1
	a.vex(op, w, r, v, p)
	a.tail = 0
	a.byte(imm)
}
