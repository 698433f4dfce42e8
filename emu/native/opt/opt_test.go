package opt

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/emu"
	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/irtest"
)

// newState makes a State outside the Go heap.
func newState(t testing.TB) *ir.State {
	t.Helper()
	mem, err := unix.Mmap(-1, 0, int(ir.StateSize), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Munmap(mem) })
	return (*ir.State)(unsafe.Pointer(unsafe.SliceData(mem)))
}

func newWindow(t testing.TB) *emu.Window {
	t.Helper()
	w, err := emu.NewWindow(irtest.WindowSize)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	if err := w.MapAnonymous(irtest.DataBase, irtest.DataSize, emu.ProtRead|emu.ProtWrite); err != nil {
		t.Fatal(err)
	}
	return w
}

// clone copies what Run changes.
func clone(r *ir.Region) *ir.Region {
	c := *r
	c.Blocks = append([]ir.Block(nil), r.Blocks...)
	for i := range c.Blocks {
		c.Blocks[i].Insns = append([]ir.Insn(nil), r.Blocks[i].Insns...)
	}
	c.Consts = append([]ir.Const(nil), r.Consts...)
	return &c
}

// likely are the operations that rules look for.
var likely = []ir.Op{ir.Mov, ir.Mov, ir.Add, ir.Add, ir.Sub, ir.And, ir.And, ir.Or, ir.Xor, ir.Shl, ir.Shl, ir.Shr, ir.Shr,
	ir.Sar, ir.Sext, ir.Zext, ir.Zext, ir.SetCond, ir.SetF, ir.Select, ir.SelectF, ir.Box, ir.Unbox, ir.FAdd, ir.Mul,
	ir.Extract, ir.ExtractS, ir.AndNot, ir.Not, ir.DivU, ir.RemU, ir.Rotr, ir.CRC32, ir.Clz, ir.Insert, ir.FCvt}

// an optimized region must leave the same state, memory and exit behind.
func TestRegionsMeanTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	s, w := newState(t), newWindow(t)
	runner, o := interp.NewRunner(s, w), New()
	start, want := newState(t), newState(t)
	memory := w.Bytes(irtest.DataBase, irtest.DataSize)
	before, after := make([]byte, len(memory)), make([]byte, len(memory))
	for range 3000 {
		options := irtest.Options{Memory: r.IntN(2) == 0, Blocks: 5, Insns: 12, Address32: r.IntN(3) == 0}
		if r.IntN(4) != 0 {
			options.Ops = likely
		}
		region := irtest.Region(r, options)
		optimized := clone(region)
		o.Run(optimized)
		if err := optimized.Verify(); err != nil {
			t.Fatalf("%v\nfrom %s", err, region)
		}
		plain, small := interp.Compile(region, nil, false), interp.Compile(optimized, nil, false)
		for range 3 {
			irtest.Randomize(r, s)
			*start = *s
			copy(before, memory)
			runner.Run(plain)
			*want = *s
			copy(after, memory)
			*s = *start
			copy(memory, before)
			runner.Run(small)
			if diff := irtest.Difference(want, s); diff != "" || !bytes.Equal(after, memory) {
				t.Fatalf("%s\nfrom %s\nto %s", diff, region, optimized)
			}
		}
	}
}

// region makes a region of one block.
func region(build func(b *ir.Builder)) *ir.Region {
	r := &ir.Region{Globals: irtest.Globals, Blocks: make([]ir.Block, 1)}
	b := ir.NewBuilder(r)
	build(b)
	if last := b.Block().Insns; len(last) == 0 || !last[len(last)-1].Op.Has(ir.Terminates) {
		b.Goto(irtest.ExitPC)
	}
	return r
}

// check compares what the optimizer makes of a region, a line for each instruction.
func check(t *testing.T, name string, build func(b *ir.Builder), want ...string) {
	t.Helper()
	r := region(build)
	if err := r.Verify(); err != nil {
		t.Fatal(err)
	}
	New().Run(r)
	if err := r.Verify(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range strings.Split(strings.TrimSpace(r.String()), "\n")[1:] {
		got = append(got, strings.TrimSpace(line))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func g(i int) ir.Value { return ir.IntGlobal(i) }

const end = "jump.0 -> 0x8000"
