//go:build linux && amd64

package amd64

import (
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/irtest"
)

// BenchmarkCompile reports guest instructions per second, at three operations of the IR each.
func BenchmarkCompile(b *testing.B) {
	r := rand.New(rand.NewPCG(8, 9))
	ops := []ir.Op{ir.Mov, ir.Add, ir.Add, ir.Add, ir.Sub, ir.And, ir.Or, ir.Xor, ir.Shl, ir.Shr, ir.Mul, ir.Sext, ir.SetCond}
	var regions []*ir.Region
	insns := 0
	for range 50 {
		region := irtest.Region(r, irtest.Options{Ops: ops, Memory: true, Blocks: 8, Insns: 10})
		regions = append(regions, region)
		for i := range region.Blocks {
			insns += len(region.Blocks[i].Insns)
		}
	}
	c := NewCompiler(testFront())
	bytes := 0
	for b.Loop() {
		for _, region := range regions {
			code, err := c.Compile(region, Options{})
			if err != nil {
				b.Fatal(err)
			}
			bytes += len(code.Text)
		}
	}
	guest := float64(insns) / 3
	b.ReportMetric(guest*float64(b.N)/b.Elapsed().Seconds()/1e6, "Minsn/s")
	b.ReportMetric(float64(bytes)/float64(b.N)/guest, "bytes/insn")
}
