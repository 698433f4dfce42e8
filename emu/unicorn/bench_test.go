//go:build unicorn

package unicorn_test

import (
	"testing"

	"muslrun/arch"
	"muslrun/emu/enginetest"
	"muslrun/emu/unicorn"
)

func BenchmarkEngine(b *testing.B) {
	for name, isa := range isas() {
		b.Run(name, func(b *testing.B) {
			abi := &arch.ABI{Name: name, ISA: isa}
			for i := range abi.Convention.Args {
				abi.Convention.Args[i].Reg = arch.Reg(i)
			}
			enginetest.Benchmark(b, unicorn.New(), abi)
		})
	}
}
