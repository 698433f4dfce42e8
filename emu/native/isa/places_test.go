package isa

import (
	"math/rand/v2"
	"testing"
)

func TestPlaces(t *testing.T) {
	var p places
	for round := range 50 {
		p.clear()
		want := map[uint64]int{}
		for range 1 << (round % 11) {
			pc, v := rand.Uint64N(2048)*2, rand.IntN(1000)-1
			p.put(pc, v)
			want[pc] = v
		}
		for pc := range uint64(4096) {
			got, ok := p.get(pc)
			if v, there := want[pc]; ok != there || ok && got != v || p.has(pc) != there {
				t.Fatalf("round %d: %#x is %d, %v; want %d, %v", round, pc, got, ok, v, there)
			}
		}
	}
}
