package amd64

import (
	"bytes"
	"encoding/binary"
)

// label is a place of the code that jumps lead to.
type label int32

// newLabel makes a label that bind places later.
func (a *asm) newLabel() label {
	a.labels = append(a.labels, -1)
	return label(len(a.labels) - 1)
}

// bind places l here.
func (a *asm) bind(l label) { a.labels[l] = a.here() }

// jmp jumps to l.
func (a *asm) jmp(l label) {
	if d, ok := a.near(l); ok {
		a.buf = append(a.buf, 0xeb, d)
		return
	}
	a.byte(0xe9)
	a.distance(l)
}

// jcc jumps to l if the condition holds.
func (a *asm) jcc(c cc, l label) {
	if d, ok := a.near(l); ok {
		a.buf = append(a.buf, 0x70|byte(c), d)
		return
	}
	a.buf = append(a.buf, 0x0f, 0x80|byte(c))
	a.distance(l)
}

// near is the distance from behind a jump of two bytes to a label that is placed already, if a byte can hold it.
func (a *asm) near(l label) (byte, bool) {
	to := a.labels[l]
	d := to - (a.here() + 2)
	return byte(d), to >= 0 && d >= -128
}

func (a *asm) distance(l label) {
	a.jumps = append(a.jumps, fixup{a.here(), int32(l), 0})
	a.word(0)
}

// skip begins a short forward jump; land ends it. At most 127 bytes may lie between.
func (a *asm) skip(c cc) (at int32) {
	a.buf = append(a.buf, 0x70|byte(c), 0)
	return a.here()
}

// skipAlways is skip without a condition.
func (a *asm) skipAlways() (at int32) {
	a.buf = append(a.buf, 0xeb, 0)
	return a.here()
}

func (a *asm) land(at int32) {
	d := a.here() - at
	if d > 127 {
		panic("amd64: a short jump over too much code")
	}
	a.buf[at-1] = byte(d)
}

// leaLabel puts the host address of a label into r.
func (a *asm) leaLabel(r reg, l label) {
	a.buf = append(a.buf, 0x48|byte(r>>3)<<2, 0x8d, byte(r&7)<<3|5)
	a.distance(l)
}

// jmpIndirect jumps to the address that p holds.
func (a *asm) jmpIndirect(p place) { a.legacy(0xff, 4, 4, p) }

// lit is the place of a 16-byte literal. Equal ones are kept once.
func (a *asm) lit(lo, hi uint64) place {
	for i := 0; i < len(a.literals); i += 16 {
		if binary.LittleEndian.Uint64(a.literals[i:]) == lo && binary.LittleEndian.Uint64(a.literals[i+8:]) == hi {
			return at(literal, int32(i))
		}
	}
	n := len(a.literals)
	a.literals = binary.LittleEndian.AppendUint64(a.literals, lo)
	a.literals = binary.LittleEndian.AppendUint64(a.literals, hi)
	return at(literal, int32(n))
}

// litTable is the place of a table in the literals. Its length is a multiple of 16.
func (a *asm) litTable(table []byte) place {
	for i := 0; i+len(table) <= len(a.literals); i += 16 {
		if bytes.Equal(a.literals[i:i+len(table)], table) {
			return at(literal, int32(i))
		}
	}
	a.literals = append(a.literals, table...)
	return at(literal, int32(len(a.literals)-len(table)))
}

// finish places the literals behind the code and resolves all distances.
func (a *asm) finish() {
	for len(a.literals) > 0 && len(a.buf)%16 != 0 {
		a.byte(0xcc)
	}
	base := a.here()
	a.buf = append(a.buf, a.literals...)
	for _, f := range a.literal {
		a.patch(f.at, base+f.target-(f.at+4+f.tail))
	}
	for _, f := range a.jumps {
		a.patch(f.at, a.labels[f.target]-(f.at+4))
	}
}

func (a *asm) patch(at, v int32) { binary.LittleEndian.PutUint32(a.buf[at:], uint32(v)) }
