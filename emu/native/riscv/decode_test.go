package riscv

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/isa"
)

// text is code at an address.
type text struct {
	addr uint64
	code []byte
}

func (t text) Fetch(addr uint64, buf []byte) int {
	if addr < t.addr || addr >= t.addr+uint64(len(t.code)) {
		return 0
	}
	return copy(buf, t.code[addr-t.addr:])
}

func TestEveryWordMakesAValidRegion(t *testing.T) {
	for _, front := range []*isa.Frontend{RV32(), RV64()} {
		for range 20000 {
			checkWord(t, front, rand.Uint32())
		}
		d := newDecoder(8)
		for i := range d.full.Len() {
			mask, match := d.full.Row(i).Fixed()
			checkWord(t, front, rand.Uint32()&^mask|match)
		}
	}
}

func checkWord(t *testing.T, front *isa.Frontend, word uint32) {
	t.Helper()
	code := binary.LittleEndian.AppendUint32(nil, word)
	for mode := range uint32(3) {
		r := isa.NewTranslator(front, text{0x10000, code}).Translate(0x10000, mode)
		if r == nil {
			t.Fatalf("%s %#08x: nothing", front.Name, word)
		}
		if err := r.Verify(); err != nil {
			t.Fatalf("%s %#08x: %v", front.Name, word, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x13, 0, 0, 0}, uint32(0))
	f.Fuzz(func(t *testing.T, code []byte, mode uint32) {
		r := isa.NewTranslator(RV64(), text{0x10000, code}).Translate(0x10000, mode%3)
		if r == nil {
			return
		}
		if err := r.Verify(); err != nil {
			t.Fatal(err)
		}
	})
}

// Compressed instructions and the full ones that GNU as says they stand for.
func TestExpand(t *testing.T) {
	for h, want := range map[uint16]uint32{
		0x0001: 0x00000013, // nop
		0x1141: 0xff010113, // addi sp, sp, -16
		0xe406: 0x00113423, // sd ra, 8(sp)
		0x60a2: 0x00813083, // ld ra, 8(sp)
		0x8082: 0x00008067, // ret
		0x852e: 0x00b00533, // mv a0, a1
		0x953e: 0x00f50533, // add a0, a0, a5
		0x4781: 0x00000793, // li a5, 0
		0xa001: 0x0000006f, // j .
		0xc119: 0x00050363, // beqz a0, .+6
		0x6109: 0x08010113, // addi sp, sp, 128
		0x0808: 0x01010513, // addi a0, sp, 16
		0x9002: 0x00100073, // ebreak
		0x2785: 0x0017879b, // addiw a5, a5, 1
		0x0000: 0,
	} {
		if got := newDecoder(8).expand(h); got != want {
			t.Errorf("%#04x: %#08x, want %#08x", h, got, want)
		}
	}
}
