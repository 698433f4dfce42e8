package interp

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/emu"
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

// newWindow makes guest memory as irtest expects it.
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

// every operation of a random region must be the same by Run as step by step by Eval, without slots, offsets and fast paths.
func TestRunAgainstEval(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s, w := newState(t), newWindow(t)
	runner := NewRunner(s, w)
	want := newState(t)
	for range 3000 {
		region := irtest.Region(r, irtest.Options{Policy: ir.NaNPolicy(r.IntN(11)), Blocks: 1, Insns: 20})
		irtest.Randomize(r, s)
		*want = *s
		runner.Run(Compile(region, nil, false))
		simple(region, want)
		if diff := irtest.Difference(s, want); diff != "" {
			t.Fatalf("%s\n%s", diff, region)
		}
	}
}

// simple executes a region of one block.
func simple(region *ir.Region, s *ir.State) {
	temps := make([]ir.Word, len(region.Temps))
	get := func(v ir.Value) ir.Word {
		switch {
		case v == ir.None:
			return ir.Word{}
		case v.IsConst():
			return region.Consts[v.Const()].Word
		case v.IsTemp():
			return temps[v.Temp()]
		}
		if class, i := v.Global(); class == ir.Vec {
			return s.Vec[i]
		}
		return ir.Word{Lo: *s.GlobalWord(v)}
	}
	set := func(v ir.Value, w ir.Word) {
		switch {
		case v == ir.None:
		case v.IsTemp():
			temps[v.Temp()] = w
		default:
			if class, i := v.Global(); class == ir.Vec {
				s.Vec[i] = w
			} else {
				s.Int[i] = w.Lo
			}
		}
	}
	pc := uint64(0)
	leave := func(kind ir.ExitKind, code int64, pc uint64) { s.Exit, s.Code, s.PC = uint32(kind), code, pc }
	block := &region.Blocks[0]
	for i := range block.Insns {
		in := &block.Insns[i]
		var args [5]ir.Word
		var out [2]ir.Word
		for k, a := range in.Args {
			args[k] = get(a)
		}
		switch {
		case in.Op == ir.Mark:
			pc = uint64(in.Imm)
		case in.Op == ir.ExitIf && holds(in.Cond, args[0].Lo, args[1].Lo, in.Size):
			leave(ir.ExitKind(in.Imm), in.Imm>>8, pc)
			return
		case in.Op == ir.ExitIf:
		case in.Op == ir.Jump:
			leave(ir.ExitLookup, 0, block.Succ[0].PC)
		case in.Op == ir.Branch:
			leave(ir.ExitLookup, 0, block.Succ[1-bit(holds(in.Cond, args[0].Lo, args[1].Lo, in.Size))].PC)
		case in.Op == ir.BranchF:
			leave(ir.ExitLookup, 0, block.Succ[1-bit(holdsFlags(in.Cond, args[0].Lo))].PC)
		case in.Op == ir.JumpReg:
			leave(ir.ExitLookup, 0, args[0].Lo)
		case in.Op == ir.Exit:
			leave(ir.ExitKind(in.Imm), in.Imm>>8, block.Succ[0].PC)
		default:
			Eval(in, region.NaN, s, &args, &out)
			set(in.Dst[0], out[0])
			set(in.Dst[1], out[1])
		}
	}
}

func TestMemoryRegionsRun(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	s, w := newState(t), newWindow(t)
	runner := NewRunner(s, w)
	seen := map[ir.ExitKind]int{}
	for range 3000 {
		region := irtest.Region(r, irtest.Options{Memory: true, Atomics: true, Blocks: 6, Address32: r.IntN(2) == 0})
		irtest.Randomize(r, s)
		runner.Run(Compile(region, nil, false))
		seen[ir.ExitKind(s.Exit)]++
	}
	for _, kind := range []ir.ExitKind{ir.ExitLookup, ir.ExitFault, ir.ExitSystemCall, ir.ExitTrap} {
		if seen[kind] == 0 {
			t.Errorf("no region was left by exit %d: %v", kind, seen)
		}
	}
}

func TestRunAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	s, w := newState(t), newWindow(t)
	runner := NewRunner(s, w)
	for range 100 {
		region := irtest.Region(r, irtest.Options{Memory: true, Atomics: true, Blocks: 6})
		p := Compile(region, nil, false)
		irtest.Randomize(r, s)
		if n := testing.AllocsPerRun(3, func() { runner.Run(p) }); n != 0 {
			t.Fatalf("%v allocations\n%s", n, region)
		}
	}
}
