package sh

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// code is memory that holds instructions from codeAt on.
type code []byte

const codeAt = 0x1000

func (c code) Fetch(addr uint64, buf []byte) int {
	if addr < codeAt || addr >= codeAt+uint64(len(c)) {
		return 0
	}
	return copy(buf, c[addr-codeAt:])
}

func halves(list ...uint16) code {
	var c code
	for _, h := range list {
		c = binary.LittleEndian.AppendUint16(c, h)
	}
	return c
}

var modes = []uint32{0, fpscrPR, fpscrSZ, fpscrFR | fpscrDN, fpscrPR | fpscrSZ | fpscrFR | modeTraps}

// verify translates code in every mode and checks the rules of package ir.
func verify(t *testing.T, c code) {
	t.Helper()
	for _, front := range []*isa.Frontend{Little(), Big()} {
		for _, mode := range modes {
			r := isa.NewTranslator(front, c).Translate(codeAt, mode)
			if r == nil {
				continue
			}
			if err := r.Verify(); err != nil {
				t.Fatalf("%s, mode %#x, % x: %v", front.Name, mode, []byte(c), err)
			}
		}
	}
}

func TestEveryPairMakesValidIR(t *testing.T) {
	for i := range table().Len() {
		mask, match := table().Row(i).Fixed()
		first := uint16(rand.Uint32()&^mask | match)
		for k := range table().Len() {
			mask, match := table().Row(k).Fixed()
			verify(t, halves(first, uint16(rand.Uint32()&^mask|match), 9))
		}
	}
}

func TestEveryWordMakesValidIR(t *testing.T) {
	for w := range 1 << 16 {
		verify(t, halves(uint16(w), 9))
	}
}

func TestEveryRowIsReached(t *testing.T) {
	seen := map[int]bool{}
	for w := range 1 << 16 {
		seen[table().Lookup(uint32(w))] = true
	}
	for i := range table().Len() {
		if !seen[i] {
			t.Errorf("%s is hidden by other rows", table().Row(i).Name)
		}
	}
}

// A slot must not branch, trap or depend on the PC, and must exist.
func TestSlots(t *testing.T) {
	const bra, rts = 0xa000, 0x000b
	for slot, good := range map[uint16]bool{0x0009: true, 0x6013: true, 0x406a: true, bra: false, rts: false, 0xc310: false, 0xc700: false,
		0x9100: false, 0xd100: false, 0x8900: false, 0x8d00: false, 0xfffd: false, 0x002b: false} {
		in := isa.Inst{PC: codeAt, Len: 4}
		copy(in.Code[:], halves(rts, slot))
		Little().Decode(&in)
		if (in.Flow != isa.Illegal) != good {
			t.Errorf("rts with %#04x in its slot: flow %d", slot, in.Flow)
		}
	}
}

// cas is gcc's and musl's compare and swap: mov.l @r4,r5; cmp/eq r5,r2; bf 1f; mov.l r3,@r4; 1:
var cas = halves(0xeff8, 0x6542, 0x3250, 0x8b00, 0x2432, 0x6f13)

func TestSequence(t *testing.T) {
	for name, c := range map[string]struct {
		code code
		len  uint8
	}{
		"compare and swap": {cas, 10},
		"add":              {halves(0xeffa, 0x6242, 0x325c, 0x2422, 0x6f13), 8},
		"two stores":       {halves(0xeff8, 0x6242, 0x325c, 0x2422, 0x2422, 0x6f13), 2},
		"other address":    {halves(0xeffa, 0x6242, 0x325c, 0x2622, 0x6f13), 2},
		"other size":       {halves(0xeffa, 0x6242, 0x325c, 0x2420, 0x6f13), 2},
		"sets address":     {halves(0xeff8, 0x6242, 0x7404, 0x325c, 0x2422, 0x6f13), 2},
		"stack":            {halves(0xeff8, 0x2f46, 0x6542, 0x325c, 0x2422, 0x6f13), 2},
		"too long":         {halves(0xefd0, 0x6242, 0x325c, 0x2422, 0x6f13), 2},
	} {
		in := isa.Inst{PC: codeAt, Len: uint8(min(len(c.code), isa.MaxCode))}
		copy(in.Code[:], c.code)
		Little().Decode(&in)
		if in.Len != c.len {
			t.Errorf("%s: %d bytes, want %d", name, in.Len, c.len)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(cas), uint32(0))
	f.Fuzz(func(t *testing.T, c []byte, mode uint32) {
		verify(t, c)
	})
}

// The cause field is of the last operation alone.
func TestCause(t *testing.T) {
	var s ir.State
	setFPSCR(&s, fpscrPR)
	*s.GlobalWord(lastOp) = lastMark<<24 | uint64(ir.FDiv) | 8<<lastSize
	*s.GlobalWord(lastA), *s.GlobalWord(lastB) = 0x3ff0000000000000, 0
	if v := getFPSCR(&s); v != fpscrPR|ir.FPDivByZero<<causeAt {
		t.Errorf("FPSCR is %#x", v)
	}
}
