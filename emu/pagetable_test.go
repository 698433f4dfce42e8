package emu

import (
	"math/rand/v2"
	"testing"
)

// TestPageTable compares a table with a plain list of protections, over random changes of all sizes.
func TestPageTable(t *testing.T) {
	const pages = 5*ChunkPages + 100
	table, err := newPageTable(pages << PageShift)
	if err != nil {
		t.Fatal(err)
	}
	defer table.close()
	plain := make([]Prot, pages)
	r := rand.New(rand.NewPCG(1, 2))
	random := func() (first, last uint64) {
		first = r.Uint64N(pages)
		last = min(pages, first+1+r.Uint64N(2*ChunkPages)>>r.Uint64N(14))
		if r.IntN(4) == 0 { // whole chunks
			first, last = first&^(ChunkPages-1), min(pages, (last+ChunkPages-1)&^(ChunkPages-1))
		}
		return first, last
	}
	for range 2000 {
		first, last := random()
		if to := r.Uint64N(pages); r.IntN(5) == 0 && (to >= last || to+last-first <= first) && to+last-first <= pages {
			table.copy(to, first, last-first)
			copy(plain[to:], plain[first:last])
		} else {
			prot := Prot(r.IntN(16))
			table.set(first, last, prot)
			for i := first; i < last; i++ {
				plain[i] = prot
			}
		}
		if r.IntN(200) == 0 {
			table.clear()
			clear(plain)
		}
		first, last = random()
		want := Prot(r.IntN(16))
		end := first
		for end < last && plain[end]&want == want {
			end++
		}
		if got := table.run(first, last, want); got != end {
			t.Fatalf("pages %d to %d: the run with %#x ends at %d, not %d", first, last, want, got, end)
		}
		for i := first; i < last; i++ {
			if table.at(i) != plain[i] {
				t.Fatalf("page %d is %#x, not %#x", i, table.at(i), plain[i])
			}
		}
	}
}

// TestHugeRangesAreCheap: what a change costs in memory does not grow with the range.
func TestHugeRangesAreCheap(t *testing.T) {
	table, err := newPageTable(1 << 39)
	if err != nil {
		t.Fatal(err)
	}
	defer table.close()
	last := uint64(len(table.Pages)) - 3
	for i := range uint64(100) {
		table.set(5+i, last-i, Prot(i%16))
		if end := table.run(5+i, last, Prot(i%16)); end < last-i {
			t.Fatalf("the run ends at %d", end)
		}
	}
	if table.mixed > 2 {
		t.Errorf("%d chunks have bytes for their pages, not 2", table.mixed)
	}
}
