package interp

import (
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/emu"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/irtest"
)

// one runs a region of a few instructions.
func one(t *testing.T, s *ir.State, w *emu.Window, build func(b *ir.Builder)) {
	t.Helper()
	r := &ir.Region{Globals: irtest.Globals, Blocks: make([]ir.Block, 1)}
	b := ir.NewBuilder(r)
	b.Mark(0x4000)
	build(b)
	b.Goto(irtest.ExitPC)
	if err := r.Verify(); err != nil {
		t.Fatal(err)
	}
	NewRunner(s, w).Run(Compile(r, nil, false))
}

var base = ir.IntGlobal(12)

func TestByteOrderAndSigns(t *testing.T) {
	s, w := newState(t), newWindow(t)
	s.Int[12] = irtest.DataBase
	copy(w.Bytes(irtest.DataBase, 16), []byte{0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 9, 10, 11, 12, 13, 14, 15, 16})
	for _, k := range []struct {
		size int
		aux  ir.Aux
		want uint64
	}{
		{1, 0, 0x81}, {1, ir.MemSigned, ^uint64(0x7e)}, {2, 0, 0x8281}, {2, ir.MemBig, 0x8182},
		{2, ir.MemBig | ir.MemSigned, 0xffffffffffff8182}, {4, ir.MemSigned, 0xffffffff84838281},
		{2, ir.MemSigned32, 0xffff8281}, {8, ir.MemBig, 0x8182838485868788}, {8, 0, 0x8887868584838281},
	} {
		one(t, s, w, func(b *ir.Builder) { b.Set(ir.IntGlobal(0), b.Load(ir.Int, k.size, k.aux, base, 0)) })
		if s.Int[0] != k.want {
			t.Errorf("load of %d, aux %#x: %#x, want %#x", k.size, k.aux, s.Int[0], k.want)
		}
	}
	for _, k := range []struct {
		size int
		aux  ir.Aux
		want ir.Word
	}{
		{4, 0, ir.Word{Lo: 0x84838281}}, {16, 0, ir.Word{Lo: 0x8887868584838281, Hi: 0x100f0e0d0c0b0a09}},
		{16, ir.MemBig | ir.Element(4), ir.Word{Lo: 0x090a0b0c0d0e0f10, Hi: 0x8182838485868788}},
		{16, ir.MemBig | ir.Element(2), ir.Word{Lo: 0x8586878881828384, Hi: 0x0d0e0f10090a0b0c}},
		{8, ir.MemBig | ir.Element(1), ir.Word{Lo: 0x8788858683848182}},
	} {
		s.Vec[0] = ir.Word{Lo: 1, Hi: 2}
		one(t, s, w, func(b *ir.Builder) {
			v := b.Load(ir.Vec, k.size, k.aux, base, 0)
			b.Set(ir.VecGlobal(0), v)
			b.Store(k.size, k.aux, base, 32, ir.VecGlobal(0))
			b.Set(ir.VecGlobal(1), b.Load(ir.Vec, k.size, 0, base, 32))
			b.Set(ir.VecGlobal(2), b.Load(ir.Vec, k.size, 0, base, 0))
		})
		if s.Vec[0] != k.want || s.Vec[1] != s.Vec[2] {
			t.Errorf("vector of %d, aux %#x: %#x, want %#x; stored back %#x", k.size, k.aux, s.Vec[0], k.want, s.Vec[1])
		}
	}
}

func TestFaultsSayWhereAndWhat(t *testing.T) {
	s, w := newState(t), newWindow(t)
	if err := w.Protect(irtest.DataBase+emu.PageSize, emu.PageSize, emu.ProtRead); err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		addr   uint64
		write  bool
		failed uint64
		access emu.Access
	}{
		{0x100, false, 0x100, emu.Read}, {irtest.DataBase + emu.PageSize, true, irtest.DataBase + emu.PageSize, emu.Write},
		{irtest.DataBase + emu.PageSize - 4, true, irtest.DataBase + emu.PageSize, emu.Write},
		{irtest.DataBase + irtest.DataSize - 4, false, irtest.DataBase + irtest.DataSize, emu.Read},
		{irtest.WindowSize, false, irtest.WindowSize, emu.Read}, {^uint64(0), true, ^uint64(0), emu.Write},
	} {
		s.Int[12], s.Int[0] = k.addr, 77
		one(t, s, w, func(b *ir.Builder) {
			if k.write {
				b.Store(8, 0, base, 0, b.Const(1))
			} else {
				b.Set(ir.IntGlobal(0), b.Load(ir.Int, 8, 0, base, 0))
			}
		})
		if ir.ExitKind(s.Exit) != ir.ExitFault || s.FaultAddr != k.failed || s.FaultAccess != uint64(k.access) ||
			s.PC != 0x4000 || s.Int[0] != 77 {
			t.Errorf("%#x: exit %d at %#x, access %d to %#x", k.addr, s.Exit, s.PC, s.FaultAccess, s.FaultAddr)
		}
	}
}

// The host takes a page away although the page table has it: as munmap of another thread does between look-up and access.
func TestHostFaultBecomesExit(t *testing.T) {
	s, w := newState(t), newWindow(t)
	page := uint64(irtest.DataBase + emu.PageSize)
	if err := unix.Mprotect(w.Bytes(page, emu.PageSize), unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	for name, build := range map[string]func(b *ir.Builder){
		"load":    func(b *ir.Builder) { b.Set(ir.IntGlobal(0), b.Load(ir.Int, 8, 0, base, 0)) },
		"vector":  func(b *ir.Builder) { b.Store(16, 0, base, 0, ir.VecGlobal(0)) },
		"compare": func(b *ir.Builder) { pairOf(b, 8) },
		"atomic": func(b *ir.Builder) {
			b.With(ir.Insn{Op: ir.AtomicRMW, Size: 1, Aux: ir.RMWAdd}, base, ir.None, b.Const(1))
		},
	} {
		s.Int[12], s.FaultAddr = page, 0
		one(t, s, w, build)
		if ir.ExitKind(s.Exit) != ir.ExitFault || s.FaultAddr != page || s.PC != 0x4000 {
			t.Errorf("%s: exit %d at %#x, address %#x", name, s.Exit, s.PC, s.FaultAddr)
		}
	}
}

// pairOf compares a pair at base with integer globals 1 and 2, and replaces it by 3 and 4; the old pair goes to 5 and 6.
func pairOf(b *ir.Builder, size uint8) {
	g := ir.IntGlobal
	b.Emit(ir.Insn{Op: ir.CmpXchgPair, Size: size, Dst: [2]ir.Value{g(5), g(6)}, Args: ir.Args(base, g(1), g(2), g(3), g(4))})
}

func TestCmpXchgPair(t *testing.T) {
	s, w := newState(t), newWindow(t)
	s.Int[12] = irtest.DataBase
	for _, size := range []uint8{4, 8} {
		copy(s.Int[1:5], []uint64{0, 0, 10, 20})
		one(t, s, w, func(b *ir.Builder) { pairOf(b, size); pairOf(b, size) })
		if s.Int[5] != 10 || s.Int[6] != 20 {
			t.Errorf("size %d: the second compare finds %d %d", size, s.Int[5], s.Int[6])
		}
		clear(w.Bytes(irtest.DataBase, 16))
	}
	s.Int[12]++
	one(t, s, w, func(b *ir.Builder) { pairOf(b, 8) })
	if ir.ExitKind(s.Exit) != ir.ExitBusError || s.FaultAddr != irtest.DataBase+1 {
		t.Errorf("a pair that is not aligned: exit %d at %#x", s.Exit, s.FaultAddr)
	}
}

// Several threads count in the same memory, in numbers of every size side by side.
func TestAtomicsOfThreads(t *testing.T) {
	w := newWindow(t)
	const rounds = 2000
	var threads sync.WaitGroup
	for range 3 {
		s := newState(t)
		s.Int[12], s.Int[0] = irtest.DataBase, rounds
		r := &ir.Region{Globals: irtest.Globals, Blocks: make([]ir.Block, 1)}
		b := ir.NewBuilder(r)
		for _, k := range []struct {
			size uint8
			at   int64
			aux  ir.Aux
		}{{1, 0, 0}, {1, 1, 0}, {2, 2, ir.MemBig}, {4, 4, 0}, {8, 8, ir.MemBig}} {
			b.With(ir.Insn{Op: ir.AtomicRMW, Size: k.size, Aux: ir.RMWAdd | k.aux, Imm: k.at}, base, ir.None, b.Const(1))
		}
		b.Set(ir.IntGlobal(0), b.Op(ir.Sub, 8, ir.IntGlobal(0), b.Const(1)))
		b.Branch(ir.NE, 8, ir.IntGlobal(0), b.Const(0), b.Inner(0), ir.At(0))
		p := Compile(r, nil, false)
		threads.Go(func() { NewRunner(s, w).Run(p) })
	}
	threads.Wait()
	const total = 3 * rounds
	want := [16]byte{0: total & 0xff, 1: total & 0xff, 2: total >> 8, 3: total & 0xff, 4: total & 0xff, 5: total >> 8,
		14: total >> 8, 15: total & 0xff}
	if got := [16]byte(w.Bytes(irtest.DataBase, 16)); got != want {
		t.Errorf("memory is % x, want % x", got, want)
	}
}

func TestPollsAndBudget(t *testing.T) {
	s, w := newState(t), newWindow(t)
	r := &ir.Region{PC: 0x4000, Globals: irtest.Globals, Blocks: []ir.Block{{PC: 0x4000, Loop: true}}}
	b := ir.NewBuilder(r)
	for i := range uint64(3) {
		b.Mark(0x4000 + 4*i)
		b.Set(ir.IntGlobal(0), b.Op(ir.Add, 8, ir.IntGlobal(0), b.Const(1)))
	}
	b.Jump(b.Inner(0))
	s.Poll, s.Budget = 0, 10
	NewRunner(s, w).Run(Compile(r, nil, true))
	if ir.ExitKind(s.Exit) != ir.ExitBudget || s.Int[0] != 9 || s.Budget != 1 || s.PC != 0x4000 {
		t.Errorf("exit %d, %d instructions ran, budget %d", s.Exit, s.Int[0], s.Budget)
	}
	s.Poll = 1
	NewRunner(s, w).Run(Compile(r, nil, false))
	if ir.ExitKind(s.Exit) != ir.ExitPoll || s.Int[0] != 9 || s.PC != 0x4000 {
		t.Errorf("exit %d after a poll", s.Exit)
	}
}
