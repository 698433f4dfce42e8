package riscv

import (
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/amd64"
	"muslrun/emu/native/isatest"
)

// TestSandbox: no load or store of the tables leaves the window. Compressed ones become some of these.
func TestSandbox(t *testing.T) {
	if err := amd64.Supported(); err != nil {
		t.Skip(err)
	}
	for _, w := range []xlen{4, 8} {
		r := rand.New(rand.NewPCG(1, 2))
		d := newDecoder(w)
		box := isatest.NewSandbox(t, describe(w, nil))
		for i := range d.full.Len() {
			row := d.full.Row(i)
			mask, match := row.Fixed()
			for _, word := range isatest.Words(r, mask, match, row.Fields(), 20) {
				box.Try(t, r, row.Name, isatest.Little(word), 6)
			}
		}
		if box.Executions < 2000 || box.Faults < box.Executions/4 {
			t.Errorf("only %d executions and %d faults", box.Executions, box.Faults)
		}
		t.Logf("%d executions, %d faults", box.Executions, box.Faults)
	}
}
