package loader

import (
	"bytes"
	"debug/elf"
	"testing"

	"muslrun/arch"
	"muslrun/arch/linux"
)

// fuzzSeeds are files of every class and order, in every role.
func fuzzSeeds() [][]byte {
	var seeds [][]byte
	for _, k := range kinds {
		full := dynamicFor(k, "/interp")
		full.programs = append(full.programs,
			programHeader{typ: ptMIPSABIFlags, offset: 0x2100, fileSize: 24},
			programHeader{typ: elf.PT_DYNAMIC, vaddr: 0x2810},
			programHeader{typ: elf.PT_GNU_STACK})
		full.sections = []sectionHeader{{typ: elf.SHT_GNU_ATTRIBUTES, offset: 0x2200, size: 16}}
		shared := program(k)
		shared.programs[1].vaddr = 0x10800
		fdpic := dynamic(k)
		fdpic.machine, fdpic.flags = elf.EM_SH, efSHFDPIC
		for _, o := range []*object{program(k), full, shared, fdpic} {
			seeds = append(seeds, o.bytes())
		}
	}
	return append(seeds, []byte("#!/interp x\n"), []byte("#!"), []byte("\x7fELF"), nil)
}

// FuzzFind runs hostile files, and hostile files as interpreters of themselves, through everything that
// touches them. The fake space panics when it is misused: overlaps, unaligned or endless ranges, writes to
// unmapped memory.
func FuzzFind(f *testing.F) {
	for _, seed := range fuzzSeeds() {
		seed = bytes.TrimRight(seed, "\xcc") // short inputs mutate faster
		f.Add(seed, uint8(12), uint8(0), uint8(12))
		f.Add(seed, uint8(13), uint8(19), uint8(48))
	}
	f.Fuzz(func(t *testing.T, content []byte, shift, bits, more uint8) {
		content = append(bytes.Clone(content), bytes.Repeat([]byte{0xcc}, 0x400*int(more))...)
		page := uint64(1) << (12 + shift%5)
		var abi *arch.ABI
		finder := &Finder{
			Open: func(string) (File, linux.Errno) { return bytes.NewReader(content), 0 },
			ByELF: func(facts *arch.ELFFacts) *arch.ABI {
				abi = kind{facts.Class, facts.Data}.abi(page)
				return abi
			},
		}
		p, err := finder.Find("/file", []string{"/file", "x"})
		if err != nil {
			if Errno(err) == 0 || err.Error() == "" {
				t.Fatalf("error without number or text: %#v", err)
			}
			return
		}
		s := newFakeSpace(abi)
		s.size = min(s.size, uint64(1)<<(20+bits%28))
		checkLoad(t, s, p)
	})
}

func checkLoad(t *testing.T, s *fakeSpace, p *Program) {
	l, err := Load(s, p.ABI, p.Exec, p.Interp)
	if err != nil {
		if Errno(err) == 0 || err.Error() == "" {
			t.Fatalf("error without number or text: %#v", err)
		}
		return
	}
	if l.Entry >= s.size || l.Brk > s.size || l.Brk%s.page != 0 {
		t.Fatalf("out of bounds: %+v in %#x", l, s.size)
	}
	checkContent(t, s, l.exec)
	stack, errno := s.FindFree(0x40000, s.page)
	if errno != 0 {
		return
	}
	s.maps = append(s.maps, fakeMap{addr: stack, size: 0x40000})
	st, errno := BuildStack(s, p.ABI, l, &StackSpec{Top: stack + 0x40000, Size: 0x40000, Args: p.Args, ExecFn: p.ExecFn})
	if errno == linux.E2BIG {
		return
	}
	if errno != 0 || st.SP < stack || st.SP >= stack+0x40000 || st.SP%16 != 0 {
		t.Fatalf("stack: %v %+v", errno, st)
	}
	l.Entered(st)
}

// checkContent compares every segment in memory with the file, as far as both are of a reasonable size.
func checkContent(t *testing.T, s *fakeSpace, p *placed) {
	for i := range p.image.Segments {
		seg := &p.image.Segments[i]
		n := min(seg.FileSize, 1<<16)
		want := make([]byte, n)
		if _, err := p.image.File.ReadAt(want, int64(seg.Offset)); n > 0 && err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(s.read(t, seg.Addr+p.bias, n), want) {
			t.Fatalf("segment %d differs from the file", i)
		}
		zeros := make([]byte, min(seg.MemSize-seg.FileSize, 1<<16))
		if !bytes.Equal(s.read(t, seg.fileEnd()+p.bias, uint64(len(zeros))), zeros) {
			t.Fatalf("segment %d: bss is not zero", i)
		}
	}
}

// FuzzScript checks the parser of #! lines: no panic, no blanks or zeros in a path, nothing that is not in
// the line.
func FuzzScript(f *testing.F) {
	for _, seed := range []string{"#!/bin/sh\n", "#! /bin/sh -x \n", "#!\t\x00", "#!a b c"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		head = head[:min(len(head), headSize)]
		if !isScript(head) {
			return
		}
		s, e := parseScript(head)
		if e != nil {
			return
		}
		if s.interp == "" || bytes.ContainsAny([]byte(s.interp), " \t\n\x00") || !bytes.Contains(head, []byte(s.interp)) {
			t.Fatalf("%q: interpreter %q", head, s.interp)
		}
		if s.arg != nil && (bytes.ContainsAny([]byte(*s.arg), "\n\x00") || !bytes.Contains(head, []byte(*s.arg))) {
			t.Fatalf("%q: argument %q", head, *s.arg)
		}
	})
}
