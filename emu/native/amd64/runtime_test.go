//go:build linux && amd64

package amd64

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muslrun/emu"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/irtest"
)

// one makes a region of one block with the guest instructions that emit appends.
func one(emit func(b *ir.Builder)) *ir.Region {
	r := &ir.Region{PC: irtest.EntryPC, Globals: irtest.Globals, Blocks: []ir.Block{{PC: irtest.EntryPC}}}
	b := ir.NewBuilder(r)
	b.Mark(irtest.EntryPC)
	emit(b)
	if err := r.Verify(); err != nil {
		panic(err)
	}
	return r
}

// endless is a loop that counts r0 up.
func endless() *ir.Region {
	return one(func(b *ir.Builder) {
		b.Block().Loop = true
		b.Set(ir.IntGlobal(0), b.Op(ir.Add, 8, ir.IntGlobal(0), b.Const(1)))
		b.Jump(ir.Target{PC: irtest.EntryPC, Block: 0})
	})
}

func TestPollLeavesALoop(t *testing.T) {
	h := newHost(t, testFront())
	go func() {
		time.Sleep(10 * time.Millisecond)
		atomic.StoreUint32(&h.s.Poll, 1)
	}()
	h.run(endless(), Options{})
	if ir.ExitKind(h.s.Exit) != ir.ExitPoll || h.s.PC != irtest.EntryPC || h.s.Int[0] == 0 {
		t.Errorf("exit %d at %#x after %d rounds", h.s.Exit, h.s.PC, h.s.Int[0])
	}
}

func TestBudgetIsExact(t *testing.T) {
	h := newHost(t, testFront())
	h.s.Budget = 1000
	h.run(endless(), Options{Count: true})
	if ir.ExitKind(h.s.Exit) != ir.ExitBudget || h.s.Int[0] != 1000 || h.s.Budget != 0 {
		t.Errorf("exit %d after %d rounds, budget %d", h.s.Exit, h.s.Int[0], h.s.Budget)
	}
}

func TestFaultsArePrecise(t *testing.T) {
	h := newHost(t, testFront())
	const size = irtest.WindowSize
	for _, addr := range []uint64{0, irtest.DataBase - 1, irtest.DataBase + irtest.DataSize, size - 1, size, size + 1<<31,
		1 << 46, 1 << 47, 1<<63 - 1, 1 << 63, ^uint64(0) - 4095} {
		for _, write := range []bool{false, true} {
			h.s.Int[3], h.s.Int[4] = addr, 77
			h.run(one(func(b *ir.Builder) {
				b.Set(ir.IntGlobal(4), b.Const(78))
				b.Mark(irtest.EntryPC + 4)
				b.Set(ir.IntGlobal(5), b.Const(79))
				if write {
					b.Store(1, 0, ir.IntGlobal(3), 0, ir.IntGlobal(4))
				} else {
					b.Set(ir.IntGlobal(4), b.Load(ir.Int, 1, 0, ir.IntGlobal(3), 0))
				}
				b.Set(ir.IntGlobal(5), b.Const(80))
				b.Goto(irtest.ExitPC)
			}), Options{})
			access := emu.Read
			if write {
				access = emu.Write
			}
			s := h.s
			if ir.ExitKind(s.Exit) != ir.ExitFault || s.PC != irtest.EntryPC+4 || s.FaultAddr != addr || s.Int[4] != 78 ||
				s.Int[5] != 79 || s.FaultAccess != uint64(access) || s.Code != 0 {
				t.Errorf("%#x, write %v: exit %d code %d at %#x, address %#x access %d, r4 %d r5 %d", addr, write, s.Exit,
					s.Code, s.PC, s.FaultAddr, s.FaultAccess, s.Int[4], s.Int[5])
			}
		}
	}
}

func TestBusErrorHasItsCode(t *testing.T) {
	h := newHost(t, testFront())
	fd, err := unix.MemfdCreate("empty", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	const addr = irtest.DataBase + irtest.DataSize
	if err := h.w.MapFile(addr, 4096, emu.ProtRead, fd, 0, true); err != nil {
		t.Fatal(err)
	}
	h.s.Int[3] = addr
	h.run(one(func(b *ir.Builder) {
		b.Set(ir.IntGlobal(4), b.Load(ir.Int, 1, 0, ir.IntGlobal(3), 5))
		b.Goto(irtest.ExitPC)
	}), Options{})
	const adrerr = 2
	if ir.ExitKind(h.s.Exit) != ir.ExitFault || h.s.Code != adrerr || h.s.FaultAddr != addr+5 {
		t.Errorf("exit %d code %d at %#x", h.s.Exit, h.s.Code, h.s.FaultAddr)
	}
}

var sink byte

func TestFaultsOfGoCodeReachGo(t *testing.T) {
	h := newHost(t, testFront())
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	sink = h.w.Bytes(0, 1)[0]
}

func TestLinksAndJumpTable(t *testing.T) {
	h := newHost(t, testFront())
	second, err := h.c.Compile(one(func(b *ir.Builder) {
		b.Set(ir.IntGlobal(1), b.Const(5))
		b.JumpReg(ir.IntGlobal(2))
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := h.c.Compile(one(func(b *ir.Builder) { b.Goto(irtest.ExitPC) }), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const link = 17
	at1, err := h.arena.Install(first, link)
	if err != nil {
		t.Fatal(err)
	}
	h.arena.Run(h.s, at1, h)
	if ir.ExitKind(h.s.Exit) != ir.ExitLookup || h.s.Code != link+1 {
		t.Fatalf("exit %d code %d", h.s.Exit, h.s.Code)
	}
	at2, err := h.arena.Install(second, 0)
	if err != nil {
		t.Fatal(err)
	}
	h.links[link], h.s.Int[1], h.s.Int[2] = at2, 0, irtest.EntryPC
	h.s.Jumps[irtest.EntryPC/4%ir.JumpEntries] = ir.JumpEntry{PC: irtest.EntryPC, Code: uint64(h.arena.Base()) + uint64(at1)}
	atomic.StoreUint32(&h.s.Poll, 0)
	go func() {
		time.Sleep(5 * time.Millisecond)
		atomic.StoreUint32(&h.s.Poll, 1)
	}()
	h.arena.Run(h.s, at1, h)
	if ir.ExitKind(h.s.Exit) != ir.ExitPoll || h.s.Int[1] != 5 {
		t.Errorf("exit %d, r1 %d", h.s.Exit, h.s.Int[1])
	}
	h.s.Poll, h.s.Int[2] = 0, ir.NoPC
	h.arena.Run(h.s, at1, h)
	if ir.ExitKind(h.s.Exit) != ir.ExitLookup || h.s.Code != 0 || h.s.PC != ir.NoPC {
		t.Errorf("a jump to NoPC: exit %d code %d at %#x", h.s.Exit, h.s.Code, h.s.PC)
	}
}

// collector is an Evaluator that allocates and collects.
type collector struct {
	n    int
	junk []byte
}

func (g *collector) Outcall(s *ir.State) (ir.ExitKind, int64) {
	g.n++
	g.junk = make([]byte, 100+g.n%1000)
	if g.n%2000 == 0 {
		runtime.GC()
	}
	s.Out[0].Lo = s.In[0].Lo + 1
	return ir.ExitLookup, 0
}

// Several goroutines make Outcalls and faults while garbage is collected and the scheduler preempts them.
func TestOutcallsAndFaultsUnderGC(t *testing.T) {
	const threads, calls = 4, 20000
	var wg sync.WaitGroup
	for range threads {
		h := newHost(t, testFront())
		region := one(func(b *ir.Builder) {
			b.Block().Loop = true
			b.Set(ir.IntGlobal(0), b.Helper(ir.Int, 0, 3, 0, ir.IntGlobal(0)))
			b.Branch(ir.LTU, 8, ir.IntGlobal(0), b.Const(calls), ir.Target{PC: irtest.EntryPC, Block: 0}, ir.At(irtest.ExitPC))
		})
		code, err := h.c.Compile(region, Options{})
		if err != nil {
			t.Fatal(err)
		}
		call, err := h.arena.Install(code, 0)
		if err != nil {
			t.Fatal(err)
		}
		bad, err := h.c.Compile(one(func(b *ir.Builder) {
			b.Set(ir.IntGlobal(1), b.Load(ir.Int, 8, 0, ir.IntGlobal(0), 0))
			b.Goto(irtest.ExitPC)
		}), Options{})
		if err != nil {
			t.Fatal(err)
		}
		fault, err := h.arena.Install(bad, 0)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for range 10 {
				h.s.Int[0] = 0
				h.arena.Run(h.s, call, &collector{})
				if h.s.Int[0] != calls || ir.ExitKind(h.s.Exit) != ir.ExitLookup {
					t.Errorf("exit %d after %d calls", h.s.Exit, h.s.Int[0])
				}
				h.arena.Run(h.s, fault, nil)
				if ir.ExitKind(h.s.Exit) != ir.ExitFault || h.s.FaultAddr != calls {
					t.Errorf("exit %d address %#x", h.s.Exit, h.s.FaultAddr)
				}
			}
		})
	}
	wg.Wait()
}

func TestArenaFillsAndIsUsedAgain(t *testing.T) {
	h := newHost(t, testFront())
	code, err := h.c.Compile(endless(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; err == nil; n++ {
		_, err = h.arena.Install(code, 0)
	}
	if err != ErrFull || n < 1000 {
		t.Errorf("%v after %d", err, n)
	}
	h.arena.Reset()
	if _, err := h.arena.Install(code, 0); err != nil {
		t.Error(err)
	}
	for range 3 { // more than the code space in all
		a, err := NewArena(testFront(), codeSpace-16<<20)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkEnterAndLeave(b *testing.B) {
	h := newHost(b, testFront())
	code, err := h.c.Compile(one(func(b *ir.Builder) { b.Exit(ir.ExitSystemCall, 0, irtest.ExitPC) }), Options{})
	if err != nil {
		b.Fatal(err)
	}
	offset, err := h.arena.Install(code, 0)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		h.arena.Run(h.s, offset, h)
	}
}

// nothing is an Evaluator that does nothing.
type nothing struct{}

func (nothing) Outcall(*ir.State) (ir.ExitKind, int64) { return ir.ExitLookup, 0 }

func BenchmarkOutcall(b *testing.B) {
	h := newHost(b, testFront())
	code, err := h.c.Compile(one(func(b *ir.Builder) {
		b.Block().Loop = true
		b.Set(ir.IntGlobal(0), b.Helper(ir.Int, 0, 3, 0, ir.IntGlobal(0)))
		b.Set(ir.IntGlobal(1), b.Op(ir.Sub, 8, ir.IntGlobal(1), b.Const(1)))
		b.Branch(ir.NE, 8, ir.IntGlobal(1), b.Const(0), ir.Target{PC: irtest.EntryPC, Block: 0}, ir.At(irtest.ExitPC))
	}), Options{})
	if err != nil {
		b.Fatal(err)
	}
	offset, err := h.arena.Install(code, 0)
	if err != nil {
		b.Fatal(err)
	}
	h.s.Int[1] = uint64(b.N)
	b.ResetTimer()
	h.arena.Run(h.s, offset, nothing{})
}
