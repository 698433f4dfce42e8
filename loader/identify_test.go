package loader

import (
	"bytes"
	"debug/elf"
	"strings"
	"testing"

	"muslrun/arch/linux"
	"muslrun/emu"
)

func TestIdentifyReadsEveryClassAndOrder(t *testing.T) {
	eachKind(t, func(t *testing.T, k kind) {
		o := program(k)
		o.flags = 0x70001005
		o.programs = append(o.programs,
			programHeader{typ: elf.PT_INTERP, offset: 0x2000, fileSize: 8, memSize: 8},
			programHeader{typ: elf.PT_GNU_STACK, flags: elf.PF_R | elf.PF_W},
			programHeader{typ: elf.PT_DYNAMIC, vaddr: 0x12900},
			programHeader{typ: elf.PT_TLS, offset: 1 << 30, fileSize: 1 << 30, memSize: 1, align: 3},
			programHeader{typ: ptMIPSABIFlags, offset: 0x2100, fileSize: 24})
		o.sections = []sectionHeader{{typ: elf.SHT_PROGBITS}, {typ: elf.SHT_GNU_ATTRIBUTES, offset: 0x2200, size: 3}}
		o.content = map[uint64][]byte{0x2000: []byte("/lib/ld\x00"), 0x2200: []byte("Agn")}
		img := o.image(t)
		if img.Entry != 0x10200 || img.Type != elf.ET_EXEC || img.Dynamic != 0x12900 || img.ExecStack || img.Align != 0x1000 {
			t.Errorf("image: %+v", img)
		}
		f := &img.Facts
		if f.Machine != elf.EM_MIPS || f.Class != k.class || f.Data != k.data || f.Flags != 0x70001005 ||
			f.Interp != "/lib/ld" {
			t.Errorf("facts: %+v", f)
		}
		if len(f.MIPSABIFlags) != 24 || string(f.Attributes) != "Agn" {
			t.Errorf("abiflags %x, attributes %q", f.MIPSABIFlags, f.Attributes)
		}
		header, entry, _ := o.headerSizes()
		if img.PHdr != 0x10000+uint64(header) || img.PHEnt != entry || img.PHNum != 7 {
			t.Errorf("program headers at %#x, %d of %d bytes", img.PHdr, img.PHNum, img.PHEnt)
		}
		want := []Segment{
			{Addr: 0x10000, MemSize: 0x800, FileSize: 0x800, Prot: emu.ProtRead | emu.ProtExec},
			{Addr: 0x12800, MemSize: 0x3000, Offset: 0x1800, FileSize: 0x100, Prot: emu.ProtRead | emu.ProtWrite},
		}
		if len(img.Segments) != 2 || img.Segments[0] != want[0] || img.Segments[1] != want[1] {
			t.Errorf("segments: %+v", img.Segments)
		}
	})
}

func TestIdentifyExecStack(t *testing.T) {
	for _, c := range []struct {
		name  string
		class elf.Class
		flags elf.ProgFlag
		given bool
		want  bool
	}{
		{"32 bits, not said", elf.ELFCLASS32, 0, false, true},
		{"64 bits, not said", elf.ELFCLASS64, 0, false, false},
		{"asked for", elf.ELFCLASS64, elf.PF_R | elf.PF_W | elf.PF_X, true, true},
		{"declined", elf.ELFCLASS32, elf.PF_R | elf.PF_W, true, false},
	} {
		o := program(kind{c.class, elf.ELFDATA2LSB})
		if c.given {
			o.programs = append(o.programs, programHeader{typ: elf.PT_GNU_STACK, flags: c.flags})
		}
		if got := o.image(t).ExecStack; got != c.want {
			t.Errorf("%s: executable stack %v", c.name, got)
		}
	}
}

// TestIdentifyRefuses changes a good file in one way each.
func TestIdentifyRefuses(t *testing.T) {
	interp := programHeader{typ: elf.PT_INTERP, offset: 0x2000, fileSize: 8}
	for _, c := range []struct {
		name   string
		change func(o *object)
		errno  linux.Errno
		text   string
	}{
		{"object file", func(o *object) { o.typ = elf.ET_REL }, linux.ENOEXEC, "object file (.o) for machine 0x8 (EM_MIPS)"},
		{"core", func(o *object) { o.typ = elf.ET_CORE }, linux.ENOEXEC, "core dump"},
		{"no type", func(o *object) { o.typ = 0xfe01 }, linux.ENOEXEC, "type is 0xfe01"},
		{"class", func(o *object) { o.content = map[uint64][]byte{4: {3}} }, linux.ENOEXEC, "class is 3"},
		{"order", func(o *object) { o.content = map[uint64][]byte{5: {0}} }, linux.ENOEXEC, "byte order is 0"},
		{"short header", func(o *object) { o.size = 40 }, linux.ENOEXEC, "cut off"},
		{"entry size", func(o *object) { o.phentsize = 7 }, linux.ENOEXEC, "program headers of 7 bytes"},
		{"no headers", func(o *object) { o.programs = nil }, linux.ENOEXEC, "no program headers"},
		{"headers past the end", func(o *object) { o.phoff, o.size = 0x2fff, 0x3000 }, linux.ENOEXEC, "do not lie in"},
		{"too many headers", func(o *object) { o.phnum = 0xffff }, linux.ENOEXEC, "more than 65536"},
		{"nothing to load", func(o *object) { o.programs = o.programs[:0:0]; o.programs = append(o.programs, interp) },
			linux.ENOEXEC, "zero-terminated"},
		{"only other segments", func(o *object) { o.programs = []programHeader{{typ: elf.PT_NOTE}} },
			linux.ENOEXEC, "no PT_LOAD"},
		{"empty segments", func(o *object) { o.programs = []programHeader{{typ: elf.PT_LOAD, vaddr: 1}} },
			linux.ENOEXEC, "no PT_LOAD"},
		{"file larger than memory", func(o *object) { o.programs[0].memSize = 0x7ff },
			linux.ENOEXEC, "0x800 bytes in the file but 0x7ff"},
		{"cut off", func(o *object) { o.size = 0x18ff }, linux.ENOEXEC, "cut off"},
		{"offset wraps", func(o *object) { o.programs[0].offset = ^uint64(0xfff) }, linux.ENOEXEC, "cut off"},
		{"address wraps", func(o *object) { o.programs[1].vaddr = ^uint64(0x7ff) },
			linux.ENOEXEC, "past the highest address"},
		{"size wraps", func(o *object) { o.programs[1].memSize = ^uint64(0) }, linux.ENOEXEC, "past the highest address"},
		{"overlap", func(o *object) { o.programs[1].vaddr = 0x10700 }, linux.ENOEXEC, "overlap"},
		{"same place", func(o *object) { o.programs[1] = o.programs[0] }, linux.ENOEXEC, "overlap"},
		{"interpreter too long", func(o *object) {
			interp := interp
			interp.fileSize = 4097
			o.programs = append(o.programs, interp)
		}, linux.ENOEXEC, "has 4097 bytes"},
		{"interpreter too short", func(o *object) {
			interp := interp
			interp.fileSize = 1
			o.programs = append(o.programs, interp)
		}, linux.ENOEXEC, "has 1 bytes"},
		{"interpreter not terminated", func(o *object) { o.programs = append(o.programs, interp) },
			linux.ENOEXEC, "zero-terminated"},
		{"interpreter outside", func(o *object) {
			interp := interp
			interp.offset = 1 << 31
			o.programs = append(o.programs, interp)
		}, linux.ENOEXEC, "zero-terminated"},
		{"interpreter empty", func(o *object) {
			o.programs = append(o.programs, interp)
			o.content = map[uint64][]byte{0x2000: make([]byte, 8)}
		}, linux.ENOENT, "empty"},
		{"small abiflags", func(o *object) {
			o.programs = append(o.programs, programHeader{typ: ptMIPSABIFlags, offset: 0x2000, fileSize: 23})
		}, linux.ENOEXEC, "PT_MIPS_ABIFLAGS has 23"},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachKind(t, func(t *testing.T, k kind) {
				o := program(k)
				c.change(o)
				_, err := Identify(o.file())
				if Errno(err) != c.errno || err == nil || !strings.Contains(err.Error(), c.text) {
					t.Errorf("got %v (%v), want %v with %q", err, Errno(err), c.errno, c.text)
				}
			})
		})
	}
}

// TestIdentifySortsSegments: Linux accepts PT_LOADs in any order.
func TestIdentifySortsSegments(t *testing.T) {
	o := program(kinds[3])
	o.programs[0], o.programs[1] = o.programs[1], o.programs[0]
	img := o.image(t)
	if img.Segments[0].Addr != 0x10000 || img.Segments[1].Addr != 0x12800 {
		t.Errorf("segments: %+v", img.Segments)
	}
}

func TestIdentifySaysWhatItIsInstead(t *testing.T) {
	for content, want := range map[string]string{
		"":                     "the file is empty",
		"MZ\x90\x00":           "a Windows or DOS program",
		"\xcf\xfa\xed\xfe\x07": "a macOS program",
		"!<arch>\nfoo":         "a static library",
		"\x00asm\x01":          "WebAssembly",
		"PK\x03\x04":           "a zip archive",
		"echo hello\n":         `it starts with "echo hel", text without a #! line`,
		"\x01\x02\x03":         `it starts with "\x01\x02\x03"`,
		"\x7fEL":               `it starts with "\x7fEL"`,
		"\x7fELF":              "cut off",
	} {
		_, err := Identify(bytes.NewReader([]byte(content)))
		if Errno(err) != linux.ENOEXEC || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", content, err, want)
		}
	}
}

func TestIdentifyFDPIC(t *testing.T) {
	o := program(kinds[0])
	o.machine, o.flags = elf.EM_SH, efSHFDPIC|9
	if !o.image(t).FDPIC {
		t.Error("sh with EF_SH_FDPIC is not FDPIC")
	}
	o.flags = 9
	if o.image(t).FDPIC {
		t.Error("sh without EF_SH_FDPIC is FDPIC")
	}
	o.machine, o.osabi = elf.EM_ARM, elfOSABIARMFDPIC
	if !o.image(t).FDPIC {
		t.Error("arm with its OSABI is not FDPIC")
	}
}

// TestProgramHeadersOutsideSegments: PT_PHDR counts only if no segment holds the headers.
func TestProgramHeadersOutsideSegments(t *testing.T) {
	for _, k := range kinds {
		o := program(k)
		o.phoff = 0x2000
		if got := o.image(t).PHdr; got != 0 {
			t.Errorf("%v: headers that are not loaded are at %#x", k, got)
		}
		o.programs = append(o.programs, programHeader{typ: elf.PT_PHDR, vaddr: 0x12345})
		if got := o.image(t).PHdr; got != 0x12345 {
			t.Errorf("%v: headers at %#x, PT_PHDR says 0x12345", k, got)
		}
		o.phoff = 0x400
		if got := o.image(t).PHdr; got != 0x10400 {
			t.Errorf("%v: headers at %#x, in the first segment they are at 0x10400", k, got)
		}
	}
}
