package arm64

import (
	"testing"

	"muslrun/emu"
	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// machine runs instructions by the interpreter.
type machine struct {
	front *isa.Frontend
	s     *ir.State
	run   *interp.Runner
	w     *emu.Window
}

const dataAt = 0x10000

func newMachine(t *testing.T) *machine {
	w, err := emu.NewWindow(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	if err := w.MapAnonymous(dataAt, emu.PageSize, emu.ProtRead|emu.ProtWrite); err != nil {
		t.Fatal(err)
	}
	m := &machine{front: New(false), s: new(ir.State), w: w}
	m.run = interp.NewRunner(m.s, w)
	m.front.Reset(m.s)
	return m
}

// do runs words from pc until an exit that is no jump.
func (m *machine) do(pc uint64, list ...uint32) ir.ExitKind {
	m.s.PC = pc
	tr := isa.NewTranslator(m.front, words(list...))
	for {
		r := tr.Translate(m.s.PC, m.front.Mode(m.s))
		if r == nil {
			return ir.ExitLookup
		}
		m.run.Run(interp.Compile(r, m.front.Helpers, false))
		if kind := ir.ExitKind(m.s.Exit); kind != ir.ExitLookup {
			return kind
		}
	}
}

func TestExits(t *testing.T) {
	for _, c := range []struct {
		name string
		pc   uint64
		code []uint32
		kind ir.ExitKind
		num  int64
		at   uint64
	}{
		{"svc #7", codeAt, []uint32{0xd40000e1}, ir.ExitSystemCall, 7, codeAt + 4},
		{"brk #1", codeAt, []uint32{0xd503201f, 0xd4200020}, ir.ExitBreakpoint, 1, codeAt + 4},
		{"udf", codeAt, []uint32{0}, ir.ExitIllegal, 0, codeAt},
		{"hlt", codeAt, []uint32{0xd4400000}, ir.ExitIllegal, 0, codeAt},
		{"hvc", codeAt, []uint32{0xd4000002}, ir.ExitIllegal, 0, codeAt},
		{"msr daifset", codeAt, []uint32{0xd50342df}, ir.ExitIllegal, 0, codeAt},
		{"mrs cntpct_el0, which Linux keeps", codeAt, []uint32{0xd53be020}, ir.ExitIllegal, 0, codeAt},
		{"a misaligned pc", codeAt + 2, []uint32{0xd503201f}, ir.ExitBusError, 1, codeAt + 2},
		{"ldr with a misaligned sp", codeAt, []uint32{0x910023ff, 0xf94003e0}, ir.ExitBusError, 1, codeAt + 4},
		{"ldxr, misaligned", codeAt, []uint32{0x91000421, 0xc85f7c20}, ir.ExitBusError, 1, codeAt + 4},
		{"ldar, misaligned", codeAt, []uint32{0x91000421, 0xc8dffc20}, ir.ExitBusError, 1, codeAt + 4},
		{"ldadd, misaligned", codeAt, []uint32{0x91000421, 0xf8200020}, ir.ExitBusError, 1, codeAt + 4},
		{"ldr from nowhere", codeAt, []uint32{0xf9400000}, ir.ExitFault, 0, codeAt},
		{"ic ivau of nowhere", codeAt, []uint32{0xd50b7520}, ir.ExitFault, 0, codeAt},
		{"ic ivau", codeAt, []uint32{0x910027e0, 0xd50b7520}, ir.ExitFlush, 64, codeAt + 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMachine(t)
			m.s.Int[1], *m.s.GlobalWord(sp) = dataAt, dataAt
			if kind := m.do(c.pc, c.code...); kind != c.kind || m.s.PC != c.at || m.s.Code != c.num && kind != ir.ExitFault {
				t.Errorf("exit %d, code %d, at %#x; want %d, %d, %#x", kind, m.s.Code, m.s.PC, c.kind, c.num, c.at)
			}
		})
	}
}

// No register is set by an instruction that faults, whichever access of it does.
func TestFaultsChangeNoRegister(t *testing.T) {
	for name, w := range map[string]uint32{
		"ldp x2, x3, [x1], #16": 0xa8c10c22, "ldp q2, q3, [x1, #-16]!": 0xadff8c22, "ldpsw x2, x1, [x1]": 0x69400422,
		"ld2 {v2.16b, v3.16b}, [x1], #32": 0x4cdf8022, "ld4 {v2.b-v5.b}[3], [x1], #4": 0x0dff2c22,
		"ld1r {v2.2d}, [x1], #8": 0x4ddfcc22, "ldr x2, [x1], #8": 0xf8408422, "casp x2, x3, x4, x5, [x1]": 0x48227c24,
	} {
		m := newMachine(t)
		for i := range m.s.Int[:32] {
			m.s.Int[i] = uint64(i)
			m.s.Vec[i] = ir.Word{Lo: uint64(i), Hi: uint64(i)}
		}
		m.s.Int[1] = dataAt + emu.PageSize - 4
		if name[:4] == "casp" {
			m.s.Int[1] = dataAt + emu.PageSize
		}
		if name[:4] == "ld4 " {
			m.s.Int[1] = dataAt + emu.PageSize - 2
		}
		ints, vecs := m.s.Int, m.s.Vec
		if kind := m.do(codeAt, w); kind != ir.ExitFault || m.s.PC != codeAt || m.s.FaultAddr != dataAt+emu.PageSize {
			t.Errorf("%s: exit %d at %#x, address %#x", name, kind, m.s.PC, m.s.FaultAddr)
		}
		if m.s.Int != ints || m.s.Vec != vecs {
			t.Errorf("%s: registers have changed", name)
		}
	}
}

func TestFPCR(t *testing.T) {
	m := newMachine(t)
	m.s.Int[0] = ^uint64(0)
	m.do(codeAt, 0xd51b4400, 0xd53b4401, 0xd4200000) // msr fpcr, x0; mrs x1, fpcr; brk
	if m.s.Int[1] != fpcrMask || m.s.Rounding != uint64(ir.RoundZero) || mode(m.s) != fpcrMode {
		t.Errorf("fpcr %#x, rounding %d, mode %#x", m.s.Int[1], m.s.Rounding, mode(m.s))
	}
	front := New(false)
	for rmode, want := range []ir.Aux{ir.RoundNearest, ir.RoundUp, ir.RoundDown, ir.RoundZero} {
		front.Views["fpcr"].Set(m.s, uint64(rmode)<<22)
		if m.s.Rounding != uint64(want) {
			t.Errorf("RMode %d is rounding %d, want %d", rmode, m.s.Rounding, want)
		}
	}
}

func TestViewsKeepWhatTheyAreGiven(t *testing.T) {
	m := newMachine(t)
	for name, mask := range map[string]uint64{"pstate": 0xf0000000, "fpsr": fpsrQC | fpsrIDC | 31, "fpcr": fpcrMask} {
		view := m.front.Views[name]
		for bit := range 32 {
			view.Set(m.s, 1<<bit)
			if got, want := view.Get(m.s), uint64(1)<<bit&mask; got != want {
				t.Errorf("%s: bit %d reads as %#x, want %#x", name, bit, got, want)
			}
		}
	}
}

// The masks that the manual's table of logical immediates gives (N, immr, imms).
func TestBitMasks(t *testing.T) {
	for _, c := range []struct {
		n, immr, imms, sf uint32
		mask              uint64
		ok                bool
	}{
		{1, 0, 0, 1, 1, true}, {0, 0, 0x3c, 1, 0x5555555555555555, true}, {0, 1, 0x3c, 0, 0xaaaaaaaa, true},
		{1, 63, 62, 1, 0xfffffffffffffffe, true}, {0, 16, 0x07, 0, 0x00ff0000, true}, {0, 4, 0x27, 1, 0xf00ff00ff00ff00f, true},
		{1, 0, 63, 1, 0, false}, {0, 0, 0x3d, 1, 0, false}, {1, 0, 0, 0, 0, false}, {0, 0, 0x1f, 0, 0, false},
	} {
		w := word(c.sf<<31 | 0x12000000 | c.n<<22 | c.immr<<16 | c.imms<<10)
		if mask, ok := w.mask(); ok != c.ok || mask != c.mask {
			t.Errorf("N %d immr %d imms %#x: %#x %v, want %#x %v", c.n, c.immr, c.imms, mask, ok, c.mask, c.ok)
		}
	}
}

// The registers that Linux shows read as this machine is described, and the counter does not stand still.
func TestSystemRegisters(t *testing.T) {
	m := newMachine(t)
	m.do(codeAt, 0xd5380000, 0xd5380601, 0xd5380402, 0xd53b00e3, 0xd53b0024, 0xd53be045, 0xd5380726, 0xd4200000)
	// midr, id_aa64isar0, id_aa64pfr0, dczid, ctr, cntvct, id_aa64mmfr1
	for i, want := range []uint64{0x410fd083, 0x100010211120, 0x110011, dczid, ctr} {
		if m.s.Int[i] != want {
			t.Errorf("x%d is %#x, want %#x", i, m.s.Int[i], want)
		}
	}
	if m.s.Int[5] == 0 || m.s.Int[6] != 0 {
		t.Errorf("cntvct %#x, id_aa64mmfr1 %#x", m.s.Int[5], m.s.Int[6])
	}
}
