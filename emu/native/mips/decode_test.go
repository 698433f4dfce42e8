package mips

import (
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/ir"
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

func everyCPU(f func(c *cpu)) {
	for _, bits := range []int{32, 64} {
		for _, r6 := range []bool{false, true} {
			for _, big := range []bool{false, true} {
				f(newCPU(bits, r6, big))
			}
		}
	}
}

// words is code of a processor.
func (c *cpu) words(list ...uint32) []byte {
	code := make([]byte, 4*len(list))
	for i, w := range list {
		c.code.PutUint32(code[4*i:], w)
	}
	return code
}

func TestEveryWordMakesAValidRegion(t *testing.T) {
	everyCPU(func(c *cpu) {
		front := c.frontend()
		for range 5000 {
			checkWords(t, c, front, rand.Uint32(), rand.Uint32())
		}
		for i := range c.table.Len() {
			mask, match := c.table.Row(i).Fixed()
			other, otherMatch := c.table.Row(rand.IntN(c.table.Len())).Fixed()
			checkWords(t, c, front, rand.Uint32()&^mask|match, rand.Uint32()&^other|otherMatch)
		}
	})
}

func checkWords(t *testing.T, c *cpu, front *isa.Frontend, list ...uint32) {
	t.Helper()
	for mode := range uint32(4) {
		r := isa.NewTranslator(front, text{0x10000, c.words(list...)}).Translate(0x10000, mode*5)
		if r == nil {
			continue // a branch without its slot
		}
		if err := r.Verify(); err != nil {
			t.Fatalf("%s %#08x: %v", front.Name, list, err)
		}
	}
}

func TestABranchIsCutOffWithItsSlot(t *testing.T) {
	c := newCPU(32, false, true)
	tr := isa.NewTranslator(c.frontend(), text{0x10000, c.words(0x08000000)})
	if tr.Translate(0x10000, 0) != nil || tr.Missing() != 0x10004 {
		t.Errorf("missing %#x", tr.Missing())
	}
}

func TestBranchesInSlotsAreIllegal(t *testing.T) {
	c, c6 := newCPU(32, false, true), newCPU(32, true, true)
	for _, branch := range []uint32{0x10000001, 0x08000000, 0x03e00008, 0x50430001} {
		checkIllegalSlot(t, c, branch, 0x10000001)
	}
	for _, slot := range []uint32{0x08000000, 0xd81f0000, 0xf81f0000, 0xc8000001, 0x20850001} { // j jic jialc bc beqc
		checkIllegalSlot(t, c6, 0x10000001, slot)
	}
}

func checkIllegalSlot(t *testing.T, c *cpu, branch, slot uint32) {
	t.Helper()
	r := isa.NewTranslator(c.frontend(), text{0x10000, c.words(branch, slot, 0, 0, 0)}).Translate(0x10000, 0)
	for _, b := range r.Blocks {
		last := b.Insns[len(b.Insns)-1]
		if last.Op == ir.Exit && ir.ExitKind(last.Imm&0xff) == ir.ExitIllegal && b.Succ[0].PC == 0x10000 {
			return
		}
	}
	t.Errorf("%#x %#x: %s", branch, slot, r)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x08, 0, 0, 0, 0, 0, 0, 0}, uint32(0))
	c := newCPU(64, false, true)
	front := c.frontend()
	f.Fuzz(func(t *testing.T, code []byte, mode uint32) {
		r := isa.NewTranslator(front, text{0x10000, code}).Translate(0x10000, mode&15)
		if r == nil {
			return
		}
		if err := r.Verify(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestBreakCodes(t *testing.T) {
	for w, want := range map[word]int{0x0000000d: 0, 0x0007000d: 7, 0x000001cd: 7, 0x0006000d: 6, 0x0200000d: 512, 0x0000800d: 512} {
		if got := w.breakCode(); got != want {
			t.Errorf("%#x: %d, want %d", uint32(w), got, want)
		}
	}
}
