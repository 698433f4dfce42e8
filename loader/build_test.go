package loader

import (
	"bytes"
	"debug/elf"
	"fmt"
	"testing"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/emu"
)

// kind is a class and a byte order; every parser test runs for all of them.
type kind struct {
	class elf.Class
	data  elf.Data
}

var kinds = []kind{
	{elf.ELFCLASS32, elf.ELFDATA2LSB}, {elf.ELFCLASS32, elf.ELFDATA2MSB},
	{elf.ELFCLASS64, elf.ELFDATA2LSB}, {elf.ELFCLASS64, elf.ELFDATA2MSB},
}

func (k kind) String() string { return fmt.Sprintf("%v %v", k.class, k.data) }

func (k kind) wide() bool { return k.class == elf.ELFCLASS64 }

func eachKind(t *testing.T, test func(t *testing.T, k kind)) {
	for _, k := range kinds {
		t.Run(k.String(), func(t *testing.T) { test(t, k) })
	}
}

// abi is an ABI for files of the kind: enough of one for the loader.
func (k kind) abi(page uint64) *arch.ABI {
	a := &arch.ABI{
		Name: "test", ELF: arch.ELF{Class: k.class, Data: k.data}, PageSize: page, TaskSize: 1 << 32,
		Data:     layout.Rules{Order: arch.ELF{Data: k.data}.Order(), LongSize: 4, PtrSize: 4},
		Platform: "testcpu", HWCap: 0x1234, HWCap2: 0x56,
	}
	if k.wide() {
		a.TaskSize, a.Data.LongSize, a.Data.PtrSize = 1<<47, 8, 8
	}
	return a
}

// object is an ELF file to be assembled.
type object struct {
	kind
	typ      elf.Type
	machine  elf.Machine
	osabi    elf.OSABI
	flags    uint32
	entry    uint64
	programs []programHeader
	sections []sectionHeader
	content  map[uint64][]byte // by offset
	size     int               // of the file; 0 means as long as needed

	phoff     uint64 // 0 means right after the header
	phentsize uint16 // 0 means the right one
	phnum     int    // 0 means the right one
}

// program is a minimal valid program: text at 0x10000 with the headers, data with bss at 0x12000.
func program(k kind) *object {
	return &object{
		kind: k, typ: elf.ET_EXEC, machine: elf.EM_MIPS, entry: 0x10200,
		programs: []programHeader{
			{typ: elf.PT_LOAD, flags: elf.PF_R | elf.PF_X, offset: 0, vaddr: 0x10000, fileSize: 0x800,
				memSize: 0x800, align: 0x1000},
			{typ: elf.PT_LOAD, flags: elf.PF_R | elf.PF_W, offset: 0x1800, vaddr: 0x12800, fileSize: 0x100,
				memSize: 0x3000, align: 0x1000},
		},
		size: 0x3000,
	}
}

func (o *object) headerSizes() (header, program, section int) {
	if o.wide() {
		return headerSize64, programSize64, sectionSize64
	}
	return headerSize32, programSize32, sectionSize32
}

// bytes assembles the file. Bytes that nothing claims are 0xcc, so that missing zeros show.
func (o *object) bytes() []byte {
	ehsize, phsize, shsize := o.headerSizes()
	phoff := o.phoff
	if phoff == 0 {
		phoff = uint64(ehsize)
	}
	shoff := phoff + uint64(phsize*len(o.programs))
	w := &words{order: arch.ELF{Data: o.data}.Order(), size: 4}
	if o.wide() {
		w.size = 8
	}
	w.buf = append(w.buf, elf.ELFMAG...)
	w.buf = append(w.buf, byte(o.class), byte(o.data), 1, byte(o.osabi), 0, 0, 0, 0, 0, 0, 0, 0)
	w.half(uint16(o.typ))
	w.half(uint16(o.machine))
	w.word(1)
	w.put(o.entry)
	w.put(phoff)
	w.put(shoff)
	w.word(o.flags)
	w.half(uint16(ehsize))
	w.half(or(o.phentsize, uint16(phsize)))
	w.half(or(uint16(o.phnum), uint16(len(o.programs))))
	w.half(uint16(shsize))
	w.half(uint16(len(o.sections)))
	w.half(0)
	file := bytes.Repeat([]byte{0xcc}, max(o.size, int(shoff)+shsize*len(o.sections)))
	copy(file, w.buf)
	copy(file[phoff:], o.programTable(w))
	copy(file[shoff:], o.sectionTable(w))
	for offset, content := range o.content {
		copy(file[offset:], content)
	}
	if o.size != 0 {
		file = file[:o.size]
	}
	return file
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v != zero {
		return v
	}
	return otherwise
}

func (o *object) programTable(like *words) []byte {
	w := &words{order: like.order, size: like.size}
	for _, p := range o.programs {
		w.word(uint32(p.typ))
		if o.wide() {
			w.word(uint32(p.flags))
		}
		for _, v := range []uint64{p.offset, p.vaddr, p.vaddr, p.fileSize, p.memSize} {
			w.put(v)
		}
		if !o.wide() {
			w.word(uint32(p.flags))
		}
		w.put(p.align)
	}
	return w.buf
}

func (o *object) sectionTable(like *words) []byte {
	w := &words{order: like.order, size: like.size}
	for _, s := range o.sections {
		w.word(0)
		w.word(uint32(s.typ))
		for _, v := range []uint64{0, 0, s.offset, s.size} {
			w.put(v)
		}
		w.word(0)
		w.word(0)
		w.put(1)
		w.put(0)
	}
	return w.buf
}

func (o *object) file() File { return bytes.NewReader(o.bytes()) }

// image is the parsed file; the test ends if it cannot be parsed.
func (o *object) image(t *testing.T) *Image {
	t.Helper()
	img, err := Identify(o.file())
	if err != nil {
		t.Fatalf("Identify: %v", err)
	}
	return img
}

// fakeSpace is a Space that keeps mappings as a list and contents as pages that were touched. Misuse is a panic.
type fakeSpace struct {
	size, page uint64
	maps       []fakeMap
	pages      map[uint64][]byte // by address, page bytes each
}

type fakeMap struct {
	addr, size uint64
	prot       emu.Prot
	file       File
	offset     int64
}

func newFakeSpace(abi *arch.ABI) *fakeSpace {
	return &fakeSpace{size: min(abi.TaskSize, 1<<39), page: abi.PageSize, pages: map[uint64][]byte{}}
}

func (s *fakeSpace) Size() uint64 { return s.size }
func (s *fakeSpace) Top() uint64  { return s.size }

func (s *fakeSpace) FindFree(size, align uint64) (uint64, linux.Errno) {
	if align&(align-1) != 0 || align < s.page || size == 0 {
		panic(fmt.Sprintf("FindFree(%#x, %#x)", size, align))
	}
	top := s.size - s.size/8
	if size > top {
		return 0, linux.ENOMEM
	}
	for addr := (top - size) &^ (align - 1); addr >= 0x10000; {
		m := s.overlapping(addr, size)
		if m == nil {
			return addr, 0
		}
		if m.addr < size {
			break
		}
		addr = (m.addr - size) &^ (align - 1)
	}
	return 0, linux.ENOMEM
}

func (s *fakeSpace) overlapping(addr, size uint64) *fakeMap {
	for i := range s.maps {
		if m := &s.maps[i]; addr < m.addr+m.size && m.addr < addr+size {
			return m
		}
	}
	return nil
}

func (s *fakeSpace) mapRange(m fakeMap) linux.Errno {
	aligned := (m.addr|m.size|uint64(m.offset))%s.page == 0 && m.offset >= 0
	if !aligned || m.size == 0 || m.addr >= s.size || m.size > s.size-m.addr {
		panic(fmt.Sprintf("map of %#x bytes at %#x, offset %#x, in %#x", m.size, m.addr, m.offset, s.size))
	}
	if m.addr < 0x10000 {
		return linux.EPERM
	}
	if s.overlapping(m.addr, m.size) != nil {
		return linux.EEXIST
	}
	s.maps = append(s.maps, m)
	return 0
}

func (s *fakeSpace) MapFile(addr, size uint64, prot emu.Prot, f File, offset int64) linux.Errno {
	return s.mapRange(fakeMap{addr, size, prot, f, offset})
}

func (s *fakeSpace) MapAnonymous(addr, size uint64, prot emu.Prot) linux.Errno {
	return s.mapRange(fakeMap{addr: addr, size: size, prot: prot})
}

func (s *fakeSpace) Poke(addr uint64, p []byte) linux.Errno {
	for len(p) > 0 {
		page := s.at(addr)
		if page == nil {
			panic(fmt.Sprintf("poke at %#x, which is not mapped", addr))
		}
		n := copy(page[addr%s.page:], p)
		addr, p = addr+uint64(n), p[n:]
	}
	return 0
}

// at is the content of the page of an address; nil if it is not mapped.
func (s *fakeSpace) at(addr uint64) []byte {
	base := addr &^ (s.page - 1)
	if p := s.pages[base]; p != nil {
		return p
	}
	m := s.overlapping(base, s.page)
	if m == nil {
		return nil
	}
	p := make([]byte, s.page)
	if m.file != nil {
		_, _ = m.file.ReadAt(p, m.offset+int64(base-m.addr))
	}
	s.pages[base] = p
	return p
}

func (s *fakeSpace) read(t *testing.T, addr, n uint64) []byte {
	t.Helper()
	var out []byte
	for uint64(len(out)) < n {
		p := s.at(addr + uint64(len(out)))
		if p == nil {
			t.Fatalf("read at %#x: not mapped", addr+uint64(len(out)))
		}
		out = append(out, p[(addr+uint64(len(out)))%s.page:]...)
	}
	return out[:n]
}

// stack maps a stack at the top of the space and gives a spec that uses it.
func (s *fakeSpace) stack(size uint64) *StackSpec {
	s.maps = append(s.maps, fakeMap{addr: s.size - size, size: size, prot: emu.ProtRead | emu.ProtWrite})
	return &StackSpec{Top: s.size, Size: size, Limit: 8 << 20}
}
