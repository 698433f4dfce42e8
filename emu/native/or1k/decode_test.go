package or1k

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

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

func words(list ...uint32) code {
	var c code
	for _, w := range list {
		c = binary.BigEndian.AppendUint32(c, w)
	}
	return c
}

const nop = 0x15000000

func verify(t *testing.T, c code) {
	t.Helper()
	r := isa.NewTranslator(New(), c).Translate(codeAt, 0)
	if r == nil {
		return
	}
	if err := r.Verify(); err != nil {
		t.Fatalf("% x: %v", []byte(c), err)
	}
}

func TestEveryPairMakesValidIR(t *testing.T) {
	for i := range table().Len() {
		mask, match := table().Row(i).Fixed()
		first := rand.Uint32()&^mask | match
		for k := range table().Len() {
			mask, match := table().Row(k).Fixed()
			verify(t, words(first, rand.Uint32()&^mask|match, nop))
		}
	}
}

func TestEveryWordMakesValidIR(t *testing.T) {
	for range 20000 {
		verify(t, words(rand.Uint32(), rand.Uint32(), nop))
	}
}

func TestSlots(t *testing.T) {
	const jr = 0x44004800
	for slot, good := range map[uint32]bool{nop: true, 0xcc000000: true, jr: false, 0x20000001: false, 0x10000000: false, 0xffffffff: false} {
		in := isa.Inst{PC: codeAt, Len: 8}
		copy(in.Code[:], words(jr, slot))
		New().Decode(&in)
		if (in.Flow != isa.Illegal) != good {
			t.Errorf("l.jr with %#08x in its slot: flow %d", slot, in.Flow)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(words(0x44004800, nop)))
	f.Fuzz(func(t *testing.T, c []byte) { verify(t, c) })
}
