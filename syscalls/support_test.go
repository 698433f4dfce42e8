package syscalls

import (
	"os"
	"testing"

	"muslrun/arch/all"
)

func TestSupportIsCurrent(t *testing.T) {
	file, err := os.ReadFile("SUPPORT.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(file) != Support() {
		t.Error("SUPPORT.md is not current: run `go generate ./syscalls`")
	}
}

// Every declaration has to be a call of some ABI, and to be declared once: a wrong name would never be called.
func TestTableNamesCalls(t *testing.T) {
	known := map[string]bool{}
	for _, name := range all.Names() {
		for call := range all.ByName(name).Calls.ByName {
			known[call] = true
		}
	}
	seen := map[string]bool{}
	for _, c := range table() {
		if !known[c.name] {
			t.Errorf("%s is no system call of any ABI", c.name)
		}
		if seen[c.name] {
			t.Errorf("%s is declared twice", c.name)
		}
		seen[c.name] = true
	}
}
