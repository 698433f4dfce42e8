package opt

import (
	"math/rand/v2"
	"testing"

	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/irtest"
)

func TestConstantsFold(t *testing.T) {
	check(t, "a sum of constants in a register", func(b *ir.Builder) {
		b.Set(g(1), b.Const(0x1000))
		b.Set(g(2), b.Op(ir.Add, 8, g(1), b.Const(0x234)))
		b.Set(g(3), b.Op(ir.Add, 8, g(2), g(4)))
	}, "r1 = mov.8 0x1000", "r2 = mov.8 0x1234", "r3 = add.8 r4 0x1234", end)
	check(t, "identities", func(b *ir.Builder) {
		b.Set(g(1), b.Op(ir.Add, 8, g(2), b.Const(0)))
		b.Set(g(3), b.Op(ir.Or, 4, g(2), b.Const(0)))
		b.Set(g(4), b.Op(ir.Xor, 8, g(2), g(2)))
		b.Set(g(5), b.Op(ir.Mul, 8, g(2), b.Const(8)))
		b.Set(g(6), b.Op(ir.RemU, 4, g(2), b.Const(16)))
	}, "r1 = mov.8 r2", "r3 = zext.8 r2 #0x20", "r4 = mov.8 0x0", "r5 = shl.8 r2 0x3", "r6 = and.4 r2 0xf", end)
	check(t, "a branch that is decided", func(b *ir.Builder) {
		b.Branch(ir.LTU, 8, b.Const(1), b.Const(2), ir.At(irtest.ExitPC), ir.At(0))
	}, end)
}

func TestCopiesPropagate(t *testing.T) {
	check(t, "a copy of a register that has not changed", func(b *ir.Builder) {
		c := b.Copy(g(1))
		b.Set(g(2), b.Op(ir.Add, 8, c, g(3)))
	}, "r2 = add.8 r1 r3", end)
	check(t, "a copy of a register that has changed", func(b *ir.Builder) {
		c := b.Copy(g(1))
		b.Set(g(1), b.Op(ir.Not, 8, g(3)))
		b.Set(g(2), b.Op(ir.Add, 8, c, g(3)))
	}, "t0 = mov.8 r1", "r1 = not.8 r3", "r2 = add.8 t0 r3", end)
}

func TestDeadCode(t *testing.T) {
	check(t, "a register that is set twice", func(b *ir.Builder) {
		b.Set(g(1), b.Op(ir.Not, 8, g(2)))
		b.Set(g(1), b.Op(ir.Neg, 8, g(2)))
	}, "r1 = neg.8 r2", end)
	check(t, "a register that is set twice, with a load between", func(b *ir.Builder) {
		b.Set(g(1), b.Op(ir.Not, 8, g(2)))
		b.Set(g(3), b.Load(ir.Int, 8, 0, g(4), 0))
		b.Set(g(1), b.Op(ir.Neg, 8, g(2)))
	}, "r1 = not.8 r2", "r3 = load.8 r4", "r1 = neg.8 r2", end)
	check(t, "flags that are set twice, with a load between", func(b *ir.Builder) {
		_, f := b.OpFlags(ir.Sub, 8, 0, g(1), g(2))
		b.Set(irtest.Flags, f)
		b.Set(g(3), b.Load(ir.Int, 8, 0, g(4), 0))
		b.Emit(ir.Insn{Op: ir.And, Size: 8, Dst: [2]ir.Value{g(5), irtest.Flags}, Args: ir.Args(g(1), g(2))})
	}, "r3 = load.8 r4", "r5, flags = and.8 r1 r2", end)
}

func TestLazyGlobalsLiveOverBlocks(t *testing.T) {
	r := &ir.Region{Globals: irtest.Globals, Blocks: make([]ir.Block, 2)}
	b := ir.NewBuilder(r)
	b.Begin(0)
	b.Emit(ir.Insn{Op: ir.And, Size: 8, Dst: [2]ir.Value{g(5), irtest.Flags}, Args: ir.Args(g(1), g(2))})
	b.Jump(b.Inner(1))
	b.Begin(1)
	b.Emit(ir.Insn{Op: ir.Sub, Size: 8, Dst: [2]ir.Value{g(6), irtest.Flags}, Args: ir.Args(g(1), g(2))})
	b.Goto(irtest.ExitPC)
	New().Run(r)
	if r.Blocks[0].Insns[0].Dst[1] != ir.None || r.Blocks[1].Insns[0].Dst[1] != irtest.Flags {
		t.Errorf("the flags of the first block are dead, those of the second are not:\n%s", r)
	}
}

func TestExtensions(t *testing.T) {
	check(t, "what is extended already", func(b *ir.Builder) {
		b.Set(g(1), b.Load(ir.Int, 4, ir.MemSigned, g(4), 0))
		b.Set(g(2), b.OpImm(ir.Sext, 8, 32, g(1)))
		b.Set(g(3), b.OpImm(ir.Zext, 8, 8, b.Op(ir.And, 8, g(5), b.Const(0x7f))))
	}, "r1 = load.4/0x1 r4", "r2 = mov.8 r1", "r3 = and.8 r5 0x7f", end)
	check(t, "an extension that nobody looks at", func(b *ir.Builder) {
		x := b.OpImm(ir.Sext, 8, 32, g(1))
		b.Set(g(2), b.Op(ir.Add, 4, x, g(3)))
		b.Store(2, 0, g(4), 0, b.Op(ir.And, 8, g(5), b.Const(0xffff)))
	}, "r2 = add.4 r1 r3", "store.2 r4 r5", end)
}

func TestFieldsFuse(t *testing.T) {
	shift := func(b *ir.Builder, op ir.Op, v ir.Value, n uint64) ir.Value { return b.Op(op, 8, v, b.Const(n)) }
	check(t, "a rotation", func(b *ir.Builder) {
		b.Set(g(1), b.Op(ir.Or, 8, shift(b, ir.Shl, g(2), 13), shift(b, ir.Shr, g(2), 51)))
	}, "r1 = rotr.8 r2 0x33", end)
	check(t, "fields", func(b *ir.Builder) {
		b.Set(g(1), b.Op(ir.And, 8, shift(b, ir.Shr, g(2), 5), b.Const(7)))
		b.Set(g(3), shift(b, ir.Shr, shift(b, ir.Shl, g(2), 32), 40))
		b.Set(g(4), shift(b, ir.Sar, shift(b, ir.Shl, g(2), 56), 56))
	}, "r1 = extract.8 r2 #0x305", "r3 = extract.8 r2 #0x1808", "r4 = extracts.8 r2 #0x800", end)
	check(t, "an unsigned index", func(b *ir.Builder) {
		x := b.OpImm(ir.Sext, 8, 32, g(2))
		b.Set(g(1), shift(b, ir.Shr, shift(b, ir.Shl, x, 32), 30))
	}, "r1 = insert.8 0x0 r2 #0x2002", end)
}

func TestAddresses(t *testing.T) {
	check(t, "displacement and index", func(b *ir.Builder) {
		b.Set(g(1), b.Load(ir.Int, 8, 0, b.Op(ir.Add, 8, g(2), b.Const(16)), 8))
		b.Set(g(3), b.Load(ir.Int, 8, 0, b.Op(ir.Add, 8, g(2), b.Op(ir.Shl, 8, g(4), b.Const(3))), 0))
	}, "r1 = load.8 r2 #0x18", "r3 = load.8/0x300 r2 r4", end)
	check(t, "a sum of which another is made", func(b *ir.Builder) {
		b.Set(g(1), b.Op(ir.Add, 8, g(2), b.Const(16)))
		b.Set(g(3), b.Op(ir.Add, 8, g(2), b.Const(16)))
	}, "r1 = add.8 r2 0x10", "r3 = mov.8 r1", end)
}

func TestComparisonsFuse(t *testing.T) {
	yes, no := ir.At(irtest.ExitPC), ir.At(0x9000)
	check(t, "a condition made a number", func(b *ir.Builder) {
		b.Branch(ir.EQ, 8, b.SetCond(ir.LTS, 8, g(1), g(2)), b.Const(0), yes, no)
	}, "branch.8 ?3 r1 r2 -> 0x8000, 0x9000")
	check(t, "the flags of a subtraction", func(b *ir.Builder) {
		_, f := b.OpFlags(ir.Sub, 4, ir.NotBorrow, g(1), g(2))
		b.Set(irtest.Flags, f)
		b.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{irtest.Flags, ir.None}, Args: ir.Args(b.Const(0))})
		b.Set(g(3), b.SelectF(ir.FlagHI, f, g(4), g(5)))
	}, "flags = mov.8 0x0", "r3 = select.4 ?9 r1 r2 r4 r5", end)
	check(t, "the flags of an addition", func(b *ir.Builder) {
		_, f := b.OpFlags(ir.Add, 4, 0, g(1), b.Const(1))
		b.Set(g(3), b.SelectF(ir.FlagLT, f, g(4), g(5)))
	}, "r3 = select.4 ?2 r1 0xffffffff r4 r5", end)
	check(t, "a mask", func(b *ir.Builder) {
		b.Branch(ir.NE, 8, b.Op(ir.And, 8, g(1), b.Const(4)), b.Const(0), yes, no)
	}, "branch.8 ?10 r1 0x4 -> 0x8000, 0x9000")
}

func TestUnboxOfBoxed(t *testing.T) {
	v := ir.VecGlobal
	check(t, "a chain of singles", func(b *ir.Builder) {
		b.Set(v(1), b.Op(ir.Box, 4, b.Op(ir.FAdd, 4, b.Op(ir.Unbox, 4, v(2)), b.Op(ir.Unbox, 4, v(3)))))
		b.Set(v(4), b.Op(ir.Box, 4, b.Op(ir.FMul, 4, b.Op(ir.Unbox, 4, v(1)), b.Op(ir.Unbox, 4, v(1)))))
	}, "t0 = unbox.4 v2", "t1 = unbox.4 v3", "t2 = fadd.4 t0 t1", "v1 = box.4 t2", "t6 = fmul.4 t2 t2", "v4 = box.4 t6", end)
}

// BenchmarkRun reports the time for a guest instruction of about two operations.
func BenchmarkRun(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var regions []*ir.Region
	marks := 0
	for range 64 {
		region := irtest.Region(r, irtest.Options{Memory: true, Blocks: 10, Insns: 20, Ops: likely})
		regions = append(regions, region)
		for i := range region.Blocks {
			marks += len(region.Blocks[i].Insns) / 2
		}
	}
	o := New()
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		work := make([]*ir.Region, len(regions))
		for i := range regions {
			work[i] = clone(regions[i])
		}
		b.StartTimer()
		for _, region := range work {
			o.Run(region)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*marks), "ns/guest-insn")
}

// every condition on the flags of an addition or subtraction of a constant, on numbers around its limits.
func TestConditionsOfFlags(t *testing.T) {
	s := newState(t)
	r := rand.New(rand.NewPCG(51, 52))
	runner, o := interp.NewRunner(s, newWindow(t)), New()
	for range 4000 {
		in := ir.Insn{Op: []ir.Op{ir.Add, ir.Sub, ir.And}[r.IntN(3)], Size: []uint8{4, 8}[r.IntN(2)]}
		if in.Op == ir.Sub {
			in.Aux = []ir.Aux{0, ir.NotBorrow}[r.IntN(2)]
		}
		cond, c := ir.FlagEQ+ir.Cond(r.IntN(16)), irtest.Int(r)
		plain := region(func(b *ir.Builder) {
			flags := b.Temp(ir.Int)
			in.Dst, in.Args = [2]ir.Value{b.Temp(ir.Int), flags}, ir.Args(g(1), b.Const(c))
			b.Emit(in)
			b.Set(g(2), b.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: cond}, flags))
		})
		small := clone(plain)
		o.Run(small)
		for range 8 {
			x := irtest.Int(r)
			if r.IntN(2) == 0 {
				x = []uint64{c, -c}[r.IntN(2)] + uint64(r.IntN(3)) - 1
			}
			s.Int[1] = x
			runner.Run(interp.Compile(plain, nil, false))
			want := s.Int[2]
			runner.Run(interp.Compile(small, nil, false))
			if s.Int[2] != want {
				t.Fatalf("%#x: %d, want %d\nfrom %s\nto %s", x, s.Int[2], want, plain, small)
			}
		}
	}
}
