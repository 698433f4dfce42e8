package all

import (
	"debug/elf"
	"slices"
	"strings"
	"testing"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// every gives all ABIs.
func every(t testing.TB) []*arch.ABI {
	var list []*arch.ABI
	for _, name := range Names() {
		a := ByName(name)
		if a == nil {
			t.Fatalf("no ABI named %s", name)
		}
		list = append(list, a)
	}
	return list
}

func TestNames(t *testing.T) {
	names := slices.Sorted(slices.Values(Names()))
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Error("two ABIs have one name")
	}
	want := strings.Fields(`aarch64 aarch64_be arm armeb armeb-be32 armebhf armhf i386 loongarch64 loongarch64-sf loongarch64-sp
		m68k m68k-fp64 m68k-sf microblaze microblazeel
		mips mips-sf mipsel mipsel-sf mipsr6 mipsr6-sf mipsr6el mipsr6el-sf
		mips64 mips64-sf mips64el mips64el-sf mips64r6 mips64r6-sf mips64r6el mips64r6el-sf
		mipsn32 mipsn32-sf mipsn32el mipsn32el-sf mipsn32r6 mipsn32r6-sf mipsn32r6el mipsn32r6el-sf
		or1k powerpc powerpc-sf powerpc64 powerpc64le riscv32 riscv32-sf riscv32-sp riscv64 riscv64-sf riscv64-sp s390x
		sh sh-fdpic sh-nofpu sh-nofpu-fdpic sheb sheb-fdpic sheb-nofpu sheb-nofpu-fdpic x32 x86_64`)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("names %v\nwant %v", names, want)
	}
	if ByName("vax") != nil {
		t.Error("an ABI for vax")
	}
	if ByName("sh") != ByName("sh") {
		t.Error("an ABI is built twice")
	}
}

func TestByELF(t *testing.T) {
	const little, big = elf.ELFDATA2LSB, elf.ELFDATA2MSB
	softMIPS := []byte{0, 0, 32, 2, 1, 0, 0, 3}
	for _, tc := range []struct {
		want  string
		facts arch.ELFFacts
	}{
		{"i386", arch.ELFFacts{Machine: elf.EM_386, Class: elf.ELFCLASS32, Data: little}},
		{"x86_64", arch.ELFFacts{Machine: elf.EM_X86_64, Class: elf.ELFCLASS64, Data: little}},
		{"x32", arch.ELFFacts{Machine: elf.EM_X86_64, Class: elf.ELFCLASS32, Data: little}},
		{"arm", arch.ELFFacts{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: little, Flags: 0x05000200}},
		{"arm", arch.ELFFacts{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: little, Flags: 0x05000000}},
		{"arm", arch.ELFFacts{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: little, Flags: 0x04000002}},
		{"armhf", arch.ELFFacts{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: little, Flags: 0x05000400}},
		{"armhf", arch.ELFFacts{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: little, Flags: 0x05000000,
			Interp: "/lib/ld-musl-armhf.so.1"}},
		{"armhf", arch.ELFFacts{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: little, Flags: 0x05000000,
			Attributes: attributes(layout.Little, "aeabi", 5, 'v', '7', 0, 6, 10, 28, 1)}},
		{"armeb", arch.ELFFacts{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: big, Flags: 0x05800200}},
		{"armebhf", arch.ELFFacts{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: big, Flags: 0x05800400}},
		{"armeb-be32", arch.ELFFacts{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: big, Flags: 0x05000200,
			Interp: "/lib/ld-musl-armeb.so.1"}},
		{"aarch64", arch.ELFFacts{Machine: elf.EM_AARCH64, Class: elf.ELFCLASS64, Data: little}},
		{"aarch64_be", arch.ELFFacts{Machine: elf.EM_AARCH64, Class: elf.ELFCLASS64, Data: big}},
		{"mips", arch.ELFFacts{Machine: elf.EM_MIPS, Class: elf.ELFCLASS32, Data: big, Flags: 0x70001005}},
		{"mipsel-sf", arch.ELFFacts{Machine: elf.EM_MIPS, Class: elf.ELFCLASS32, Data: little, Flags: 0x70001005, MIPSABIFlags: softMIPS}},
		{"mipsel", arch.ELFFacts{Machine: elf.EM_MIPS, Class: elf.ELFCLASS32, Data: little, Flags: 0x70001005, MIPSABIFlags: softMIPS,
			Interp: "/lib/ld-musl-mipsel.so.1"}},
		{"mips-sf", arch.ELFFacts{Machine: elf.EM_MIPS, Class: elf.ELFCLASS32, Data: big, Flags: 0x70001005,
			Attributes: attributes(layout.Big, "gnu", 4, 3)}},
		{"mipsr6el", arch.ELFFacts{Machine: elf.EM_MIPS, Class: elf.ELFCLASS32, Data: little, Flags: 0x90001407}},
		{"mipsn32", arch.ELFFacts{Machine: elf.EM_MIPS, Class: elf.ELFCLASS32, Data: big, Flags: 0x60000027}},
		{"mipsn32r6el", arch.ELFFacts{Machine: elf.EM_MIPS, Class: elf.ELFCLASS32, Data: little, Flags: 0xa0000427}},
		{"mips64", arch.ELFFacts{Machine: elf.EM_MIPS, Class: elf.ELFCLASS64, Data: big, Flags: 0x80000007}},
		{"mips64r6-sf", arch.ELFFacts{Machine: elf.EM_MIPS, Class: elf.ELFCLASS64, Data: big, Flags: 0xa0000407, MIPSABIFlags: softMIPS}},
		{"powerpc", arch.ELFFacts{Machine: elf.EM_PPC, Class: elf.ELFCLASS32, Data: big}},
		{"powerpc-sf", arch.ELFFacts{Machine: elf.EM_PPC, Class: elf.ELFCLASS32, Data: big,
			Attributes: attributes(layout.Big, "gnu", 4, 2)}},
		{"powerpc64", arch.ELFFacts{Machine: elf.EM_PPC64, Class: elf.ELFCLASS64, Data: big, Flags: 2}},
		{"powerpc64le", arch.ELFFacts{Machine: elf.EM_PPC64, Class: elf.ELFCLASS64, Data: little, Flags: 2}},
		{"riscv32-sf", arch.ELFFacts{Machine: elf.EM_RISCV, Class: elf.ELFCLASS32, Data: little, Flags: 1}},
		{"riscv64-sp", arch.ELFFacts{Machine: elf.EM_RISCV, Class: elf.ELFCLASS64, Data: little, Flags: 3}},
		{"riscv64", arch.ELFFacts{Machine: elf.EM_RISCV, Class: elf.ELFCLASS64, Data: little, Flags: 5}},
		{"s390x", arch.ELFFacts{Machine: elf.EM_S390, Class: elf.ELFCLASS64, Data: big}},
		{"m68k", arch.ELFFacts{Machine: elf.EM_68K, Class: elf.ELFCLASS32, Data: big}},
		{"m68k-sf", arch.ELFFacts{Machine: elf.EM_68K, Class: elf.ELFCLASS32, Data: big, Interp: "/lib/ld-musl-m68k-sf.so.1"}},
		{"m68k-fp64", arch.ELFFacts{Machine: elf.EM_68K, Class: elf.ELFCLASS32, Data: big, Flags: 0x66}},
		{"microblazeel", arch.ELFFacts{Machine: 0xbaab, Class: elf.ELFCLASS32, Data: little}},
		{"or1k", arch.ELFFacts{Machine: 92, Class: elf.ELFCLASS32, Data: big}},
		{"sh", arch.ELFFacts{Machine: elf.EM_SH, Class: elf.ELFCLASS32, Data: little, Flags: 9}},
		{"sheb-nofpu", arch.ELFFacts{Machine: elf.EM_SH, Class: elf.ELFCLASS32, Data: big, Flags: 0x10}},
		{"sheb-nofpu-fdpic", arch.ELFFacts{Machine: elf.EM_SH, Class: elf.ELFCLASS32, Data: big, Flags: 0x8002}},
		{"loongarch64", arch.ELFFacts{Machine: elf.EM_LOONGARCH, Class: elf.ELFCLASS64, Data: little, Flags: 0x43}},
		{"loongarch64-sf", arch.ELFFacts{Machine: elf.EM_LOONGARCH, Class: elf.ELFCLASS64, Data: little, Flags: 0x41}},
	} {
		got, err := ByELF(&tc.facts)
		if err != nil || got.Name != tc.want {
			t.Errorf("%+v is %v (%v), want %s", tc.facts, got, err, tc.want)
		}
	}
}

func TestByELFRefuses(t *testing.T) {
	for _, f := range []arch.ELFFacts{
		{Machine: elf.EM_SPARC, Class: elf.ELFCLASS32, Data: elf.ELFDATA2MSB},
		{Machine: elf.EM_PPC64, Class: elf.ELFCLASS64, Data: elf.ELFDATA2MSB, Flags: 1},
		{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: elf.ELFDATA2LSB, Flags: 0x02000000},
		{Machine: elf.EM_RISCV, Class: elf.ELFCLASS64, Data: elf.ELFDATA2MSB, Flags: 5},
	} {
		if a, err := ByELF(&f); err == nil {
			t.Errorf("%+v is %v", f, a)
		}
	}
}

// attributes builds an object attributes section with one vendor and attributes of the whole file.
func attributes(o layout.Order, vendor string, pairs ...byte) []byte {
	word := func(n int) []byte {
		b := make([]byte, 4)
		o.PutUint(b, uint64(n))
		return b
	}
	sub := append([]byte{1}, word(5+len(pairs))...)
	sub = append(sub, pairs...)
	body := append(append([]byte(vendor), 0), sub...)
	return append([]byte{'A'}, append(word(4+len(body)), body...)...)
}

func FuzzAttributes(f *testing.F) {
	f.Add(attributes(layout.Little, "aeabi", 28, 1))
	f.Add(attributes(layout.Big, "gnu", 4, 2))
	f.Fuzz(func(_ *testing.T, data []byte) {
		for _, d := range []elf.Data{elf.ELFDATA2LSB, elf.ELFDATA2MSB} {
			facts := &arch.ELFFacts{Data: d, Attributes: data}
			arch.Attribute(facts, "aeabi", 28)
			arch.Attribute(facts, "gnu", 4)
		}
	})
}

func TestConventions(t *testing.T) {
	for _, a := range every(t) {
		c, regs := a.Convention, a.ISA.Regs
		words := 0
		for _, arg := range c.Args {
			if arg.Reg != arch.NoReg || arg.Stack != 0 {
				words++
			}
		}
		switch {
		case words < 6:
			t.Errorf("%s: only %d argument words", a, words)
		case int(c.Number) >= len(regs.Info) || int(c.Result) >= len(regs.Info):
			t.Errorf("%s: number or result in no register", a)
		case (c.Error == arch.FlagErrno) != (c.SetFlag != nil):
			t.Errorf("%s: error style without its hook", a)
		case c.Wide != (a.ISA.Bits == 64):
			t.Errorf("%s: wide arguments in %d-bit registers", a, a.ISA.Bits)
		case c.Wide && c.Pairs != arch.PairsUnaligned:
			t.Errorf("%s: pairs in wide registers", a)
		case c.TrapSize == 0 || a.Entry == nil:
			t.Errorf("%s: no trap size or no entry", a)
		}
	}
}

func TestThreadPointers(t *testing.T) {
	for _, a := range every(t) {
		switch a.ISA.Name {
		case "m68k":
			if a.SetTLS != nil {
				t.Errorf("%s sets a register, but the kernel keeps its thread pointer", a)
			}
		case "i386":
			if a.ThreadArea == nil {
				t.Errorf("%s cannot set a thread area", a)
			}
		default:
			checkTLS(t, a)
		}
	}
}

// file is a CPU that is nothing but registers.
type file map[arch.Reg]uint64

func (f file) Reg(r arch.Reg) uint64             { return f[r] }
func (f file) SetReg(r arch.Reg, v uint64)       { f[r] = v }
func (f file) RegBytes(arch.Reg, []byte) bool    { return false }
func (f file) SetRegBytes(arch.Reg, []byte) bool { return false }

func checkTLS(t *testing.T, a *arch.ABI) {
	regs := file{}
	a.SetTLS(regs, 0x12345678)
	if len(regs) == 0 || len(regs) > 2 {
		t.Errorf("%s: a thread pointer changes %d registers", a, len(regs))
	}
}

func TestEntry(t *testing.T) {
	state := &arch.EntryState{Entry: 0x1234, LoadMap: 0x100, InterpMap: 0x200, DynamicPtr: 0x300}
	for _, a := range every(t) {
		regs := file{}
		a.Entry(regs, state)
		if regs[a.ISA.Regs.PC] != 0 || regs[a.ISA.Regs.SP] != 0 {
			t.Errorf("%s: entry sets pc or sp", a)
		}
		if a.ISA.Name == "powerpc64" && regs[a.ISA.Regs.Reg("r12")] != state.Entry {
			t.Errorf("%s: r12 is %#x", a, regs[a.ISA.Regs.Reg("r12")])
		}
		if strings.HasSuffix(a.Name, "fdpic") && regs[a.ISA.Regs.Reg("r8")] != state.LoadMap {
			t.Errorf("%s: r8 is %#x", a, regs[a.ISA.Regs.Reg("r8")])
		}
	}
}

func TestDataModels(t *testing.T) {
	for _, a := range every(t) {
		wantLong := 8
		if a.ELF.Class == elf.ELFCLASS32 {
			wantLong = 4
		}
		switch {
		case a.Data.LongSize != wantLong || a.Data.PtrSize != wantLong:
			t.Errorf("%s: long has %d bytes in %v", a, a.Data.LongSize, a.ELF.Class)
		case a.Data.Order != a.ELF.Order() || a.Data.Order != a.ISA.Order:
			t.Errorf("%s: byte orders differ", a)
		case a.TaskSize == 0 || a.TaskSize%a.PageSize != 0 || wantLong == 4 && a.TaskSize > 1<<32:
			t.Errorf("%s: task size %#x", a, a.TaskSize)
		case a.Machine == "" || a.Calls == nil || a.Consts.NSig == 0:
			t.Errorf("%s: not complete", a)
		}
	}
}

// TestISAs checks that register files are complete enough for a debugger and an engine.
func TestISAs(t *testing.T) {
	seen := map[string]*arch.ISA{}
	for _, a := range every(t) {
		isa := a.ISA
		key := isa.Name + isa.Order.String() + isa.CodeOrder.String()
		if old := seen[key]; old != nil && old != isa {
			t.Errorf("%s: two values of one ISA", key)
		}
		seen[key] = isa
		names := map[string]bool{}
		for _, r := range isa.Regs.Info {
			if names[r.Name] || r.Bits < 8 || r.Bits > 512 {
				t.Errorf("%s: register %+v", key, r)
			}
			names[r.Name] = true
		}
		if isa.Regs.Info[isa.Regs.SP].Bits != isa.Bits || isa.Regs.Info[isa.Regs.PC].Bits != isa.Bits {
			t.Errorf("%s: pc or sp is not as wide as the ISA", key)
		}
	}
}

func BenchmarkNames(b *testing.B) {
	for b.Loop() {
		Names()
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, name := range []string{"x86_64", "aarch64", "mips"} {
		b.Run(name, func(b *testing.B) {
			list := entries()
			i := slices.IndexFunc(list, func(e arch.Entry) bool { return e.Name == name })
			for b.Loop() {
				list[i].Build(list[i])
			}
		})
	}
}
