package loader

import (
	"bytes"
	"debug/elf"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"muslrun/arch/linux"
	"muslrun/emu"
)

// layoutOf prints mappings, one per line: address, size, protection, and the offset of those that a file backs.
func layoutOf(s *fakeSpace) string {
	var b strings.Builder
	for _, m := range s.maps {
		fmt.Fprintf(&b, "%x+%x %s", m.addr, m.size, protName(m.prot))
		if m.file != nil {
			fmt.Fprintf(&b, " file %x", m.offset)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func protName(p emu.Prot) string {
	name := []byte("---")
	for i, bit := range []emu.Prot{emu.ProtRead, emu.ProtWrite, emu.ProtExec} {
		if p&bit != 0 {
			name[i] = "rwx"[i]
		}
	}
	return string(name)
}

func lines(l ...string) string { return strings.Join(l, "\n") + "\n" }

func mustLoad(t *testing.T, s Space, k kind, page uint64, exec, interp *Image) *Loaded {
	t.Helper()
	l, err := Load(s, k.abi(page), exec, interp)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return l
}

func TestLoadStaticProgram(t *testing.T) {
	eachKind(t, func(t *testing.T, k kind) {
		s := newFakeSpace(k.abi(0x1000))
		l := mustLoad(t, s, k, 0x1000, program(k).image(t), nil)
		want := lines("10000+1000 r-x file 0", "12000+1000 rw- file 1000", "13000+3000 rw-")
		if got := layoutOf(s); got != want {
			t.Errorf("mapped\n%swant\n%s", got, want)
		}
		if l.Entry != 0x10200 || l.ProgEntry != 0x10200 || l.Brk != 0x16000 || l.Base != 0 {
			t.Errorf("loaded: %+v", l)
		}
		if l.StartCode != 0x10000 || l.EndCode != 0x10800 || l.StartData != 0x12800 || l.EndData != 0x12900 {
			t.Errorf("bounds: %+v", l)
		}
		data := s.read(t, 0x12000, 0x4000)
		if !bytes.Equal(data[:0x900], bytes.Repeat([]byte{0xcc}, 0x900)) {
			t.Error("the data is not the file's")
		}
		if !bytes.Equal(data[0x900:], make([]byte, 0x3700)) {
			t.Error("bss is not zero")
		}
		if text := s.read(t, 0x10800, 0x800); !bytes.Equal(text, bytes.Repeat([]byte{0xcc}, 0x800)) {
			t.Error("the file's bytes behind a segment without bss must stay, as in Linux")
		}
	})
}

// TestLoadSharedPage has text, data and bss meet on pages: each byte must be its own segment's.
func TestLoadSharedPage(t *testing.T) {
	k := kinds[1]
	o := &object{kind: k, typ: elf.ET_EXEC, entry: 0x20000, size: 0x5000, programs: []programHeader{
		{typ: elf.PT_LOAD, flags: elf.PF_R | elf.PF_X, offset: 0, vaddr: 0x20000, fileSize: 0x1400, memSize: 0x1400},
		{typ: elf.PT_LOAD, flags: elf.PF_R | elf.PF_W, offset: 0x2800, vaddr: 0x21800, fileSize: 0x100, memSize: 0x180},
		{typ: elf.PT_LOAD, flags: elf.PF_R | elf.PF_W, vaddr: 0x21a00, memSize: 0x1000},
		{typ: elf.PT_LOAD, flags: elf.PF_R, offset: 0x3c00, vaddr: 0x22c00, fileSize: 0x480, memSize: 0x480},
	}, content: map[uint64][]byte{
		0x1000: bytes.Repeat([]byte{1}, 0x400), 0x2800: bytes.Repeat([]byte{2}, 0x100), 0x3c00: bytes.Repeat([]byte{3}, 0x480),
	}}
	s := newFakeSpace(k.abi(0x1000))
	l := mustLoad(t, s, k, 0x1000, o.image(t), nil)
	want := lines("20000+1000 r-x file 0", "21000+1000 rwx", "22000+1000 rw-", "23000+1000 r-- file 4000")
	if got := layoutOf(s); got != want {
		t.Errorf("mapped\n%swant\n%s", got, want)
	}
	page := make([]byte, 0x2080)
	copy(page, bytes.Repeat([]byte{1}, 0x400))
	copy(page[0x800:], bytes.Repeat([]byte{2}, 0x100))
	copy(page[0x1c00:], bytes.Repeat([]byte{3}, 0x480))
	if got := s.read(t, 0x21000, 0x2080); !bytes.Equal(got, page) {
		t.Errorf("shared page:\n%x", got)
	}
	if l.Brk != 0x24000 {
		t.Errorf("brk %#x", l.Brk)
	}
}

func TestLoadZeroesReadOnlyTail(t *testing.T) {
	k := kinds[2]
	o := program(k)
	o.programs[1].flags = elf.PF_R
	s := newFakeSpace(k.abi(0x1000))
	mustLoad(t, s, k, 0x1000, o.image(t), nil)
	want := lines("10000+1000 r-x file 0", "12000+1000 r-- file 1000", "13000+3000 rw-")
	if got := layoutOf(s); got != want {
		t.Errorf("mapped\n%swant\n%s", got, want)
	}
	if tail := s.read(t, 0x12900, 0x700); !bytes.Equal(tail, make([]byte, 0x700)) {
		t.Error("the tail is not zero")
	}
}

// TestLoadPageSizes loads segments that are 64 KiB apart in pages of 4 and 8 KiB.
func TestLoadPageSizes(t *testing.T) {
	k := kinds[1]
	o := program(k)
	o.programs[0].align, o.programs[1].align = 0x10000, 0x10000
	o.programs[1].vaddr = 0x2f800
	o.programs[1].memSize = 0x900
	for page, want := range map[uint64]string{
		0x1000: lines("10000+1000 r-x file 0", "2f000+1000 rw- file 1000", "30000+1000 rw-"),
		0x2000: lines("10000+2000 r-x file 0", "2e000+2000 rw- file 0", "30000+2000 rw-"),
	} {
		s := newFakeSpace(k.abi(page))
		mustLoad(t, s, k, page, o.image(t), nil)
		if got := layoutOf(s); got != want {
			t.Errorf("pages of %#x: mapped\n%swant\n%s", page, got, want)
		}
	}
	o.programs[1].vaddr += 0x1000
	_, err := Load(newFakeSpace(k.abi(0x2000)), k.abi(0x2000), o.image(t), nil)
	if Errno(err) != linux.EINVAL {
		t.Errorf("a segment that does not suit 8 KiB pages: %v", err)
	}
}

// dynamic is a position-independent object with headers, text, data and bss from address 0 on.
func dynamic(k kind) *object {
	o := program(k)
	o.typ, o.entry = elf.ET_DYN, 0x200
	o.programs[0].vaddr, o.programs[1].vaddr = 0, 0x2800
	return o
}

func TestLoadDynamicProgram(t *testing.T) {
	eachKind(t, func(t *testing.T, k kind) {
		base, interpBase := uint64(0x400000), uint64(0xdfffa000)
		if k.wide() {
			base, interpBase = 0x5555550000, 0x6ffffff000-0x5000
		}
		s := newFakeSpace(k.abi(0x1000))
		l := mustLoad(t, s, k, 0x1000, dynamic(k).image(t), dynamic(k).image(t))
		ehsize, _, _ := program(k).headerSizes()
		if l.ProgEntry != base+0x200 || l.PHdr != base+uint64(ehsize) || l.Brk != base+0x6000 {
			t.Errorf("program: %+v", l)
		}
		if l.Base != interpBase || l.Entry != interpBase+0x200 {
			t.Errorf("interpreter: base %#x, entry %#x; want base %#x", l.Base, l.Entry, interpBase)
		}
		again := newFakeSpace(k.abi(0x1000))
		mustLoad(t, again, k, 0x1000, dynamic(k).image(t), dynamic(k).image(t))
		if !reflect.DeepEqual(layoutOf(s), layoutOf(again)) {
			t.Error("two loads differ")
		}
	})
}

// TestLoadWithoutProgramHeaders: AT_PHDR is 0 if the headers are not in memory, whatever the displacement.
func TestLoadWithoutProgramHeaders(t *testing.T) {
	o := dynamic(kinds[2])
	o.phoff = 0x2000
	l := mustLoad(t, newFakeSpace(kinds[2].abi(0x1000)), kinds[2], 0x1000, o.image(t), nil)
	if l.PHdr != 0 {
		t.Errorf("program headers at %#x", l.PHdr)
	}
}

// TestLoadAlignment: the displacement is a multiple of the largest p_align, wherever the file starts.
func TestLoadAlignment(t *testing.T) {
	k := kinds[2]
	for _, c := range []struct{ align, first, want uint64 }{
		{0x1000, 0, 0x5555550000},
		{0x200000, 0, 0x5555600000},
		{0x10000, 0x41000, 0x5555551000},
		{3, 0, 0x5555550000}, // not a power of two: Linux ignores it
	} {
		o := dynamic(k)
		o.programs[1].align = c.align
		o.programs[0].vaddr += c.first
		o.programs[1].vaddr += c.first
		s := newFakeSpace(k.abi(0x1000))
		mustLoad(t, s, k, 0x1000, o.image(t), nil)
		if s.maps[0].addr != c.want {
			t.Errorf("p_align %#x, first page %#x: loaded at %#x, want %#x", c.align, c.first, s.maps[0].addr, c.want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(o *object)
		errno  linux.Errno
	}{
		{"no room for the alignment", func(o *object) { o.typ, o.programs[0].align = elf.ET_DYN, 1<<62 }, linux.ENOMEM},
		{"past the space", func(o *object) { o.programs[1].vaddr = 1<<40 + 0x800 }, linux.ENOMEM},
		{"larger than the space", func(o *object) { o.typ, o.programs[1].memSize = elf.ET_DYN, 1<<41 }, linux.ENOMEM},
		{"the page at zero", func(o *object) { o.programs[0].vaddr = 0 }, linux.EPERM},
		{"entry", func(o *object) { o.entry = 1 << 40 }, linux.ENOEXEC},
		{"offset and address differ", func(o *object) { o.programs[1].offset++ }, linux.EINVAL},
	} {
		o := program(kinds[2])
		c.change(o)
		abi := kinds[2].abi(0x1000)
		_, err := Load(newFakeSpace(abi), abi, o.image(t), nil)
		if Errno(err) != c.errno {
			t.Errorf("%s: %v (%v), want %v", c.name, err, Errno(err), c.errno)
		}
	}
}

func TestLoadFDPIC(t *testing.T) {
	k := kinds[0]
	o := dynamic(k)
	o.typ, o.machine, o.flags = elf.ET_EXEC, elf.EM_SH, efSHFDPIC
	o.programs = append(o.programs, programHeader{typ: elf.PT_DYNAMIC, vaddr: 0x2810, fileSize: 8, memSize: 8})
	abi := k.abi(0x1000)
	s := newFakeSpace(abi)
	spec := s.stack(0x10000)
	l := mustLoad(t, s, k, 0x1000, o.image(t), o.image(t))
	st, errno := BuildStack(s, abi, l, spec)
	if errno != 0 {
		t.Fatal(errno)
	}
	state := l.Entered(st)
	if state.DynamicPtr != l.Base+0x2810 || state.Entry != l.Base+0x200 || state.ProgEntry != 0x400200 || !state.Interp {
		t.Errorf("entry state: %+v", state)
	}
	for _, c := range []struct{ at, base uint64 }{{state.LoadMap, 0x400000}, {state.InterpMap, l.Base}} {
		w := &words{order: abi.Data.Order, size: 4}
		w.half(0)
		w.half(2)
		for _, v := range []uint64{c.base, 0, 0x800, c.base + 0x2800, 0x2800, 0x3000} {
			w.put(v)
		}
		if got := s.read(t, c.at, uint64(len(w.buf))); !bytes.Equal(got, w.buf) {
			t.Errorf("loadmap at %#x: %x, want %x", c.at, got, w.buf)
		}
	}
}

func TestMapTrampoline(t *testing.T) {
	abi := kinds[3].abi(0x2000)
	s := newFakeSpace(abi)
	addr, errno := MapTrampoline(s, abi, []byte("code"))
	if errno != 0 || string(s.read(t, addr, 5)) != "code\x00" || layoutOf(s) != fmt.Sprintf("%x+2000 r-x\n", addr) {
		t.Errorf("errno %v, at %#x:\n%s", errno, addr, layoutOf(s))
	}
}
