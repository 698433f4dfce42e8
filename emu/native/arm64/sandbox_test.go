package arm64

import (
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/amd64"
	"muslrun/emu/native/isatest"
)

// TestSandbox: no load or store of the tables leaves the window.
func TestSandbox(t *testing.T) {
	if err := amd64.Supported(); err != nil {
		t.Skip(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	box := isatest.NewSandbox(t, aarch64(false))
	for i := range table().Len() {
		row := table().Row(i)
		mask, match := row.Fixed()
		for _, w := range isatest.Words(r, mask, match, row.Fields(), 8) {
			box.Try(t, r, row.Name, isatest.Little(w), 4)
		}
	}
	if box.Executions < 2000 || box.Faults < box.Executions/4 {
		t.Errorf("only %d executions and %d faults", box.Executions, box.Faults)
	}
	t.Logf("%d executions, %d faults", box.Executions, box.Faults)
}
