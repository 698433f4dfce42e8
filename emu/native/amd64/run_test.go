//go:build linux && amd64

package amd64

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/emu"
	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/irtest"
	"muslrun/emu/native/isa"
)

// host runs regions: it is as much of an engine as these tests need.
type host struct {
	t      testing.TB
	arena  *Arena
	c      *Compiler
	s      *ir.State
	w      *emu.Window
	links  []uint32
	policy ir.NaNPolicy
	calls  int
	swaps  int // in all regions so far
}

func (h *host) Outcall(s *ir.State) (ir.ExitKind, int64) {
	h.calls++
	insn, policy := Outcall(s)
	interp.Eval(&insn, policy, s, &s.In, &s.Out)
	return ir.ExitLookup, 0
}

// testFront keeps some of irtest's globals in registers and others not.
func testFront() *isa.Frontend {
	front := &isa.Frontend{Name: "test", Globals: irtest.Globals, Align: 4}
	for i := range 9 {
		front.Static = append(front.Static, ir.IntGlobal(i), ir.IntGlobal(irtest.Ints-1))
	}
	for i := range irtest.Vecs - 2 {
		front.Static = append(front.Static, ir.VecGlobal(i))
	}
	return front
}

// idle is the first of the globals, of either class, that no region of irtest uses.
const idle = 60

// idleFront has such globals in registers, so that loops may take them.
func idleFront() *isa.Frontend {
	front := &isa.Frontend{Name: "idle", Align: 4}
	for i := range len(staticInts) {
		front.Static = append(front.Static, ir.IntGlobal(idle+i))
	}
	for i := range len(staticVecs) {
		front.Static = append(front.Static, ir.VecGlobal(idle+i))
	}
	front.Globals = slices.Clone(irtest.Globals)
	for _, v := range front.Static {
		front.Globals = append(front.Globals, ir.Global{Value: v, Name: "idle", Bits: 64})
	}
	return front
}

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

func newHost(t testing.TB, front *isa.Frontend) *host {
	t.Helper()
	if err := Supported(); err != nil {
		t.Skip(err)
	}
	arena, err := NewArena(front, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := arena.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &host{t: t, arena: arena, c: NewCompiler(front), s: newState(t), w: newWindow(t), links: make([]uint32, 1<<10)}
	h.attach(h.s)
	return h
}

func (h *host) attach(s *ir.State) {
	s.WindowBase, s.WindowSize = uint64(h.w.Base()), h.w.Size()
	s.CodeBase, s.Links = uint64(h.arena.Base()), uint64(uintptr(unsafe.Pointer(unsafe.SliceData(h.links))))
	for i := range s.Jumps {
		s.Jumps[i] = ir.JumpEntry{PC: ir.NoPC, Code: uint64(h.arena.Lookup())}
	}
}

// run compiles a region and executes it alone.
func (h *host) run(r *ir.Region, opt Options) *Code {
	h.t.Helper()
	code, err := h.c.Compile(r, opt)
	if err != nil {
		h.t.Fatal(err)
	}
	h.arena.Reset()
	offset, err := h.arena.Install(h.kept(code), 0)
	if err != nil {
		h.t.Fatal(err)
	}
	h.execute(code, offset)
	h.swaps += len(code.swaps)
	return code
}

// kept is code that was on disk between.
func (h *host) kept(code *Code) *Code {
	offset, err := h.arena.Install(code, 77)
	if err != nil {
		h.t.Fatal(err)
	}
	original := h.arena.Original(code, offset, uint32(len(code.Text)), 77)
	again, err := ReadCode(code.Append(nil))
	if err != nil {
		h.t.Fatal(err)
	}
	if !slices.Equal(again.Points, code.Points) || !slices.Equal(again.Links, code.Links) || again.Entry != code.Entry ||
		!slices.Equal(again.fixes, code.fixes) || !bytes.Equal(again.Text, code.Text) || !bytes.Equal(original, code.Text) {
		h.t.Error("code is not what it was")
	}
	return again
}

// execute runs installed code until it leaves to a place that is not there, and completes the exit.
func (h *host) execute(code *Code, offset uint32) {
	h.arena.Run(h.s, offset, h)
	switch ir.ExitKind(h.s.Exit) {
	case ir.ExitLookup:
		if h.s.Code > 0 {
			h.s.PC = code.Links[h.s.Code-1]
		}
	case ir.ExitFault:
		code.Fault(h.s, h.arena.Base()+uintptr(offset))
	}
}

func (h *host) data() []byte { return h.w.Bytes(irtest.DataBase, irtest.DataSize) }

// compare runs a random region by generated code and by the interpreter.
func (h *host) compare(r *rand.Rand, runner *interp.Runner, want *ir.State, region *ir.Region, opt Options) {
	h.t.Helper()
	data := h.data()
	for i := 0; i < len(data); i += 8 {
		binary.LittleEndian.PutUint64(data[i:], r.Uint64())
	}
	before := append([]byte(nil), data...)
	irtest.Randomize(r, h.s)
	if opt.Count {
		h.s.Budget = int64(r.IntN(12))
	}
	h.attach(h.s)
	for i := idle; i < ir.IntGlobals; i++ {
		h.s.Int[i], h.s.Vec[i] = r.Uint64(), ir.Word{Lo: r.Uint64(), Hi: r.Uint64()}
	}
	*want = *h.s
	first := *h.s
	code := h.run(region, opt)
	got := append([]byte(nil), data...)
	copy(data, before)
	runner.Run(interp.Compile(region, nil, opt.Count))
	diff := irtest.Difference(h.s, want)
	if diff == "" && string(got) != string(data) {
		diff = "memory"
	}
	if diff == "" && (!slices.Equal(h.s.Int[idle:], want.Int[idle:]) || !slices.Equal(h.s.Vec[idle:], want.Vec[idle:])) {
		diff = "a global that the region does not mention"
	}
	if diff == "" && h.s.Budget != want.Budget {
		diff = "budget"
	}
	if diff != "" {
		h.t.Fatalf("generated code and interpreter differ: %s\n%s\nfault address %#x access %d at host %#x\nbefore: %#x\n%#x\nrounding %d flags %#x\n% x",
			diff, region, h.s.FaultAddr, h.s.FaultAccess, h.s.FaultHost-uint64(h.arena.Base()), first.Int[:18], first.Vec[:8], first.Rounding, first.FPFlags,
			code.Text)
	}
}

// integers is the operations on integers.
func integers() (list []ir.Op) {
	for _, op := range irtest.Ops() {
		if op <= ir.CRC32 {
			list = append(list, op)
		}
	}
	return list
}

// floats is the operations on scalar floats, and some that use their results.
func floats() []ir.Op {
	list := []ir.Op{ir.Mov, ir.SetF, ir.SelectF, ir.Add, ir.VDup}
	for _, op := range irtest.Ops() {
		if op >= ir.FAdd && op <= ir.SetRounding {
			list = append(list, op)
		}
	}
	return list
}

// vectors is the operations on vectors, and some that use their results.
func vectors() []ir.Op {
	list := []ir.Op{ir.Mov, ir.Add, ir.SetF, ir.FAdd}
	for _, op := range irtest.Ops() {
		if op >= ir.VAnd && op <= ir.VClMul {
			list = append(list, op)
		}
	}
	return list
}

func TestRandomRegions(t *testing.T) {
	for _, mode := range []struct {
		name string
		o    irtest.Options
		opt  Options
	}{
		{"integers", irtest.Options{Ops: integers(), Insns: 8}, Options{}},
		{"integer blocks", irtest.Options{Ops: integers(), Blocks: 6, Insns: 8}, Options{}},
		{"integer pressure", irtest.Options{Ops: integers(), Blocks: 2, Insns: 60}, Options{}},
		{"memory", irtest.Options{Ops: integers(), Memory: true, Atomics: true, Blocks: 4}, Options{}},
		{"memory 32", irtest.Options{Ops: integers(), Memory: true, Atomics: true, Blocks: 4, Address32: true}, Options{}},
		{"all", irtest.Options{Memory: true, Atomics: true, Blocks: 4}, Options{}},
		{"floats", irtest.Options{Ops: floats(), Insns: 4}, Options{}},
		{"float pressure", irtest.Options{Ops: floats(), Insns: 40}, Options{}},
		{"vectors", irtest.Options{Ops: vectors(), Insns: 4}, Options{}},
		{"flushed floats", irtest.Options{Ops: floats(), Insns: 12, Policy: ir.NaNArm | ir.FlushToZero}, Options{}},
		{"flushed vectors", irtest.Options{Ops: vectors(), Insns: 12, Policy: ir.NaNArmDefault | ir.FlushToZero}, Options{}},
		{"vector pressure", irtest.Options{Ops: vectors(), Insns: 40}, Options{}},
		{"count", irtest.Options{Ops: integers(), Memory: true, Blocks: 6}, Options{Count: true}},
		{"swaps", irtest.Options{Memory: true, Atomics: true, Blocks: 6}, Options{}},
		{"swaps count", irtest.Options{Memory: true, Blocks: 6, Insns: 6}, Options{Count: true}},
	} {
		t.Run(mode.name, func(t *testing.T) {
			front := testFront()
			if strings.HasPrefix(mode.name, "swaps") {
				front = idleFront()
			}
			h, want := newHost(t, front), newState(t)
			runner := interp.NewRunner(want, h.w)
			r := rand.New(rand.NewPCG(1, uint64(len(mode.name))))
			for range rounds(4000) {
				o := mode.o
				if o.Policy == 0 {
					o.Policy = ir.NaNPolicy(r.IntN(11))
					if r.IntN(8) == 0 {
						o.Policy |= ir.FlushToZero
					}
				}
				h.compare(r, runner, want, irtest.Region(r, o), mode.opt)
			}
			if front.Name == "idle" && h.swaps < 100 {
				t.Errorf("only %d registers were swapped", h.swaps)
			}
		})
	}
}

// rounds is fewer in short runs.
func rounds(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}
