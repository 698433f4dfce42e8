package isa

import (
	"math/rand/v2"
	"testing"
)

var sample = []Row[string]{
	{Name: "add", Bits: "0000000 rs2:5 rs1:5 000 rd:5 0110011"},
	{Name: "sub", Bits: "0100000 rs2:5 rs1:5 000 rd:5 0110011"},
	{Name: "addi", Bits: "imm:12 rs1:5 000 rd:5 0010011"},
	{Name: "nop", Bits: "000000000000 00000 000 00000 0010011"},
	{Name: "lui", Bits: "imm:20 rd:5 0110111"},
}

func TestLookupPrefersMoreFixedBits(t *testing.T) {
	table := NewTable(sample)
	for word, want := range map[uint32]string{0x00000013: "nop", 0x00100013: "addi", 0x00c58533: "add", 0x40c58533: "sub", 0x000002b7: "lui"} {
		i := table.Lookup(word)
		if i < 0 || table.Row(i).Name != want {
			t.Errorf("%#x: row %d, want %s", word, i, want)
		}
	}
	if i := table.Lookup(0xffffffff); i != -1 {
		t.Errorf("a word that is no instruction is row %d", i)
	}
}

func TestLookupFindsEveryWordOfARow(t *testing.T) {
	table := NewTable(sample)
	for i := range table.Len() {
		mask, match := table.Row(i).Fixed()
		for range 1000 {
			word := rand.Uint32()&^mask | match
			if k := table.Lookup(word); k != i && table.Row(k).Name != "nop" {
				t.Fatalf("%#x of %s is row %d", word, table.Row(i).Name, k)
			}
		}
	}
}

func TestFields(t *testing.T) {
	table := NewTable(sample)
	got := table.Row(2).Fields()
	want := []Field{{"imm", 20, 12}, {"rs1", 15, 5}, {"rd", 7, 5}}
	if len(got) != len(want) {
		t.Fatal(got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("field %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestRowsThatAreNotWellFormedPanic(t *testing.T) {
	for _, bad := range []string{"0101", "0000000 rs2:x 000000000000000000000", "00000000 2 00000000 00000000 0000000"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was taken", bad)
				}
			}()
			NewTable([]Row[string]{{Name: "bad", Bits: bad}})
		}()
	}
}
