package interp

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/irtest"
	"muslrun/emu/native/softfloat"
)

// fast steps must do what evaluate and control do.
func TestFastAgainstPlain(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	s, w := newState(t), newWindow(t)
	runner := NewRunner(s, w)
	start, want := newState(t), newState(t)
	memory := w.Bytes(irtest.DataBase, irtest.DataSize)
	before, after := make([]byte, len(memory)), make([]byte, len(memory))
	for range 3000 {
		region := irtest.Region(r, irtest.Options{Memory: true, Atomics: true, Blocks: 5, Insns: 12, Address32: r.IntN(2) == 0})
		fast := Compile(region, nil, false)
		plain = true
		slow := Compile(region, nil, false)
		plain = false
		irtest.Randomize(r, s)
		*start = *s
		copy(before, memory)
		runner.Run(slow)
		*want = *s
		copy(after, memory)
		*s = *start
		copy(memory, before)
		runner.Run(fast)
		if diff := irtest.Difference(want, s); diff != "" || !bytes.Equal(memory, after) {
			t.Fatalf("%s\n%s", diff, region)
		}
	}
}

// what quick computes must be what softfloat does, with no flag but Inexact.
func TestQuickAgainstSoftfloat(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	s := newState(t)
	s.FPFlags = ir.FPInexact
	done := 0
	for range 200000 {
		c := call{s: s, size: 8, op: []ir.Op{ir.FAdd, ir.FSub, ir.FMul, ir.FDiv, ir.FSqrt, ir.FMulAdd}[r.IntN(6)]}
		c.aux = []ir.Aux{0, ir.NegateA, ir.NegateC, ir.NegateA | ir.NegateC}[r.IntN(4)]
		a := [5]ir.Word{{Lo: irtest.Double(r)}, {Lo: irtest.Double(r)}, {Lo: irtest.Double(r)}}
		if r.IntN(2) == 0 {
			c.size = 4
			a = [5]ir.Word{{Lo: uint64(irtest.Single(r))}, {Lo: uint64(irtest.Single(r))}, {Lo: uint64(irtest.Single(r))}}
		}
		got, ok := quick(c, &a)
		if !ok {
			continue
		}
		done++
		e := environment(c)
		want := compute(c, &e, softfloat.Of(int(c.size)), a[0], a[1], a[2])
		if got != want.Lo || e.Flags&^ir.FPInexact != 0 {
			t.Fatalf("%v of %x: %x, want %x flags %#x", c.op, a, got, want.Lo, e.Flags)
		}
	}
	if done < 50000 {
		t.Errorf("quick did only %d of them", done)
	}
}

// BenchmarkLoop is a loop that adds up numbers in memory: a load, three additions, a branch.
func BenchmarkLoop(b *testing.B) {
	region := &ir.Region{Globals: irtest.Globals, Blocks: make([]ir.Block, 1)}
	build := ir.NewBuilder(region)
	x := build.Load(ir.Int, 8, 0, ir.IntGlobal(12), 0)
	build.Set(ir.IntGlobal(1), build.Op(ir.Add, 8, ir.IntGlobal(1), x))
	build.Set(ir.IntGlobal(2), build.Op(ir.Add, 4, ir.IntGlobal(2), x))
	build.Set(ir.IntGlobal(0), build.Op(ir.Sub, 8, ir.IntGlobal(0), build.Const(1)))
	build.Branch(ir.NE, 8, ir.IntGlobal(0), build.Const(0), build.Inner(0), ir.At(0))
	region.Blocks[0].Loop = true
	s, w := newState(b), newWindow(b)
	s.Int[12] = irtest.DataBase
	s.Int[0] = uint64(b.N)
	runner, p := NewRunner(s, w), Compile(region, nil, false)
	b.ResetTimer()
	runner.Run(p)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(5*b.N), "ns/op5")
}
