package native_test

import (
	"testing"

	"muslrun/arch/all"
	"muslrun/emu"
	"muslrun/emu/enginetest"
	"muslrun/emu/native"
)

var abis = []string{"riscv64", "riscv32", "aarch64", "aarch64_be", "sh", "sheb"}

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
