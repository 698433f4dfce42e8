package ppc

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

// check translates a word in both modes, and behind it another.
func check(t *testing.T, front *isa.Frontend, code []byte) {
	t.Helper()
	for mode := range uint32(2) {
		r := isa.NewTranslator(front, text{0x10000, code}).Translate(0x10000, mode)
		if r == nil {
			if len(code) >= 4 {
				t.Fatalf("%s % x: nothing", front.Name, code)
			}
			return
		}
		if err := r.Verify(); err != nil {
			t.Fatalf("%s % x: %v", front.Name, code, err)
		}
	}
}

func TestEveryWordMakesAValidRegion(t *testing.T) {
	for _, target := range targets() {
		for range 20000 {
			check(t, target.front, target.order.(binary.AppendByteOrder).AppendUint32(nil, rand.Uint32()))
		}
		v := &variant{size: target.size}
		for _, list := range v.rows() {
			table := isa.NewTable(list)
			for i := range table.Len() {
				mask, match := table.Row(i).Fixed()
				word := rand.Uint32()&^mask | match
				check(t, target.front, target.order.(binary.AppendByteOrder).AppendUint32(nil, word))
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x38, 0x60, 0, 1, 0x44, 0, 0, 2})
	f.Add([]byte{0x4e, 0x80, 0x04, 0x20})
	f.Fuzz(func(t *testing.T, code []byte) {
		for _, target := range targets() {
			check(t, target.front, code[:min(len(code), 64)])
		}
	})
}

func TestOrders(t *testing.T) {
	for field := uint64(0); field < 16; field += 2 {
		if got := fieldOf(orderOf(field)); got != field {
			t.Errorf("%#x becomes %#x", field, got)
		}
	}
	for n, want := range map[int64]uint64{-1: 8, 0: 2, 1: 4, 1<<32 - 1: 4, -(1<<32 - 1): 8} {
		if fieldOf(uint64(n)) != want {
			t.Errorf("the order %d is %#x, want %#x", n, fieldOf(uint64(n)), want)
		}
	}
}
