package native_test

import (
	"os"
	"path/filepath"
	"testing"

	"muslrun/arch/all"
	"muslrun/emu"
	"muslrun/emu/enginetest"
	"muslrun/emu/native"
)

var abis = []string{"riscv64", "riscv32", "aarch64", "aarch64_be", "sh", "sheb",
	"mips", "mipsel", "mipsr6", "mips64", "mips64el", "mips64r6"}

func TestContract(t *testing.T) {
	for _, e := range []struct {
		name   string
		engine emu.Engine
	}{{"machine code", native.New()}, {"interpreter", native.NewInterpreter()}} {
		for _, abi := range abis {
			t.Run(e.name+"/"+abi, func(t *testing.T) { enginetest.Run(t, e.engine, all.ByName(abi)) })
		}
	}
}

// onDisk has both byte orders of an instruction set.
var onDisk = []string{"riscv64", "aarch64", "sheb", "mips", "mipsel", "mips64r6"}

// TestContractFromDisk has code of an earlier run executed.
func TestContractFromDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "code")
	ran := map[string]bool{}
	for _, run := range []string{"first", "second"} {
		e := native.New()
		e.(emu.Cacher).UseCache(dir)
		for _, abi := range onDisk {
			t.Run(run+"/"+abi, func(t *testing.T) {
				enginetest.Run(t, e, all.ByName(abi)) // skips what it has no code for
				ran[abi] = true
			})
		}
		if err := e.(emu.Cacher).SaveCache(); err != nil {
			t.Fatal(err)
		}
	}
	if files, err := os.ReadDir(dir); len(files) != len(ran) {
		t.Errorf("%d files: %v", len(files), err)
	}
}

// TestSupport makes sure that the contract is not skipped where it should hold.
func TestSupport(t *testing.T) {
	for _, abi := range abis {
		if err := native.New().Support(all.ByName(abi)); err != nil {
			t.Error(err)
		}
	}
	if native.New().Support(all.ByName("s390x")) == nil {
		t.Error("s390x is supported")
	}
}
