package arm64

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/isa"
)

// code is memory that holds instructions from address 0x1000 on.
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
		c = binary.LittleEndian.AppendUint32(c, w)
	}
	return c
}

// verify translates code in every mode and checks the rules of package ir.
func verify(t *testing.T, c code) {
	t.Helper()
	for _, front := range []*isa.Frontend{New(false), New(true)} {
		tr := isa.NewTranslator(front, c)
		for _, mode := range []uint32{0, fpcrDN, fpcrFZ, fpcrMode} {
			r := tr.Translate(codeAt, mode)
			if r == nil {
				continue
			}
			if err := r.Verify(); err != nil {
				t.Fatalf("%s, mode %#x, % x: %v", front.Name, mode, []byte(c), err)
			}
		}
	}
}

func TestEveryRowMakesValidIR(t *testing.T) {
	for i := range table().Len() {
		mask, match := table().Row(i).Fixed()
		for range 16 {
			verify(t, words(rand.Uint32()&^mask|match))
		}
	}
}

func TestEveryRowIsReached(t *testing.T) {
	for i := range table().Len() {
		mask, match := table().Row(i).Fixed()
		if !reached(i, mask, match) {
			t.Errorf("no word decodes to row %d, %s %s", i, table().Row(i).Name, table().Row(i).Bits)
		}
	}
}

func reached(row int, mask, match uint32) bool {
	for range 4096 {
		var in isa.Inst
		binary.LittleEndian.PutUint32(in.Code[:], rand.Uint32()&^mask|match)
		in.Len = 4
		decode(&in)
		if in.Flow != isa.Illegal && int(in.Row) == row || table().Row(row).Emit.flow == isa.Illegal {
			return true
		}
	}
	return false
}

// TestRowsDoNotOverlap finds words that two rows of the same number of fixed bits claim.
func TestRowsDoNotOverlap(t *testing.T) {
	for i := range table().Len() {
		for k := range i {
			maskI, matchI := table().Row(i).Fixed()
			maskK, matchK := table().Row(k).Fixed()
			both := maskI & maskK
			if matchI&both == matchK&both && maskI != maskK&maskI && maskK != maskI&maskK {
				t.Errorf("%s %s\nand %s %s overlap", table().Row(i).Name, table().Row(i).Bits, table().Row(k).Name, table().Row(k).Bits)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(words(0x8b020020, 0x54000041, 0xd65f03c0)))
	f.Add([]byte(words(0xc85ffc20, 0xc802fc23, 0x35000062)))
	f.Fuzz(func(t *testing.T, c []byte) { verify(t, c) })
}
