package loader

import (
	"bytes"
	"cmp"
	"debug/elf"
	"io"
	"math/bits"
	"slices"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/emu"
)

// File is a file that can be executed. What Space.MapFile needs beyond this is between the Space and whoever
// opened it.
type File interface {
	io.ReaderAt
	Size() int64
}

// Image is what an ELF file says about the program in it. Identify has checked it: segments ascend, do not
// overlap, do not wrap and lie within the file; whether they fit a page size and an address space is Load's
// question.
type Image struct {
	File      File
	Type      elf.Type // ET_EXEC or ET_DYN
	Facts     arch.ELFFacts
	Entry     uint64
	Segments  []Segment // the PT_LOADs that occupy memory
	Align     uint64    // the largest p_align that is a power of two; at least 1
	PHdr      uint64    // address of the program headers, 0 if they are not in memory
	PHEnt     int       // size of a program header in bytes
	PHNum     int
	Dynamic   uint64 // address of PT_DYNAMIC, 0 if there is none
	ExecStack bool   // the program wants an executable stack
	FDPIC     bool   // segments may be placed apart; the program finds them by its loadmap
}

// Segment is one PT_LOAD. The last MemSize-FileSize bytes are zero.
type Segment struct {
	Addr, MemSize    uint64
	Offset, FileSize uint64
	Prot             emu.Prot
}

func (s *Segment) end() uint64     { return s.Addr + s.MemSize }
func (s *Segment) fileEnd() uint64 { return s.Addr + s.FileSize }

// Bounds of what is read from a file.
const (
	headSize           = 256   // BINPRM_BUF_SIZE: what Linux reads to tell formats apart
	maxProgramHeaders  = 65536 // bytes, as load_elf_phdrs
	maxSections        = 4096
	maxAttributes      = 65536 // bytes
	maxMIPSABIFlags    = 64    // bytes; Elf_MIPS_ABIFlags_v0 has 24
	maxAddress         = 1 << 62
	ptMIPSABIFlags     = elf.PT_LOPROC + 3
	shtARMAttributes   = elf.SHT_LOPROC + 3
	efSHFDPIC          = 0x8000
	elfOSABIARMFDPIC   = 65
	mipsABIFlagsLength = 24
)

// Identify parses an ELF program or shared object. It reads a bounded part of the file and trusts nothing in it.
// The error is an *Error.
func Identify(f File) (*Image, error) {
	img, e := identify(f)
	if e != nil {
		return nil, e
	}
	return img, nil
}

func identify(f File) (*Image, *Error) {
	head, e := readHead(f)
	if e != nil {
		return nil, e
	}
	return parseELF(f, head)
}

// readHead gives the first headSize bytes of a file, or all of a shorter one.
func readHead(f File) ([]byte, *Error) {
	head := make([]byte, min(headSize, max(0, f.Size())))
	if err := readFull(f, head, 0); err != nil {
		return nil, fail(linux.EIO, "cannot read the file: %v", err)
	}
	return head, nil
}

func parseELF(f File, head []byte) (*Image, *Error) {
	h, e := parseHeader(head)
	if e != nil {
		return nil, e
	}
	if e := h.checkType(); e != nil {
		return nil, e
	}
	img := &Image{
		File: f, Type: h.typ, Entry: h.entry, Align: 1, FDPIC: h.fdpic(), ExecStack: h.class == elf.ELFCLASS32,
		PHEnt: int(h.programs.entry), PHNum: int(h.programs.n),
		Facts: arch.ELFFacts{Machine: h.machine, Class: h.class, Data: h.data, Flags: h.flags},
	}
	if e := img.readProgramHeaders(h); e != nil {
		return nil, e
	}
	if e := img.checkSegments(); e != nil {
		return nil, e
	}
	img.Facts.Attributes = readAttributes(f, h)
	return img, nil
}

func (h *header) checkType() *Error {
	switch h.typ {
	case elf.ET_EXEC, elf.ET_DYN:
		return nil
	case elf.ET_REL:
		return notExec("an object file (.o) for %s: link it first", machineName(h.machine))
	case elf.ET_CORE:
		return notExec("a core dump of a program for %s, not a program", machineName(h.machine))
	}
	return notExec("a damaged ELF file: its type is %#x, not a program", uint16(h.typ))
}

// fdpic reports whether the file follows the FDPIC ABI of its architecture.
func (h *header) fdpic() bool {
	switch h.machine {
	case elf.EM_SH:
		return h.flags&efSHFDPIC != 0
	case elf.EM_ARM:
		return h.osabi == elfOSABIARMFDPIC
	}
	return false
}

func (img *Image) readProgramHeaders(h *header) *Error {
	t := h.programs
	if t.n == 0 {
		return notExec("it has no program headers, so nothing to load")
	}
	if t.size() > maxProgramHeaders {
		return notExec("a damaged ELF file: %d bytes of program headers, more than %d", t.size(), maxProgramHeaders)
	}
	buf, ok := t.read(img.File)
	if !ok {
		return notExec("a damaged or cut-off ELF file: %d program headers of %d bytes at %#x do not lie in its %d bytes",
			t.n, t.entry, t.offset, img.File.Size())
	}
	d := h.decoder(buf)
	for range t.n {
		p := d.programHeader()
		if e := img.take(&p); e != nil {
			return e
		}
	}
	img.findPHdr(t.offset)
	return nil
}

// take notes one program header.
func (img *Image) take(p *programHeader) *Error {
	switch p.typ {
	case elf.PT_LOAD:
		return img.takeLoad(p)
	case elf.PT_INTERP:
		return img.takeInterp(p)
	case elf.PT_DYNAMIC:
		img.Dynamic = p.vaddr
	case elf.PT_GNU_STACK:
		img.ExecStack = p.flags&elf.PF_X != 0
	case elf.PT_PHDR:
		img.PHdr = p.vaddr
	case ptMIPSABIFlags:
		if img.Facts.Machine == elf.EM_MIPS {
			return img.takeMIPSABIFlags(p)
		}
	}
	return nil
}

func (img *Image) takeLoad(p *programHeader) *Error {
	limit := uint64(maxAddress)
	if img.Facts.Class == elf.ELFCLASS32 {
		limit = 1 << 32
	}
	switch {
	case p.fileSize > p.memSize:
		return notExec("a damaged ELF file: the segment at %#x has %#x bytes in the file but %#x in memory",
			p.vaddr, p.fileSize, p.memSize)
	case p.vaddr > limit || p.memSize > limit-p.vaddr:
		return notExec("a damaged ELF file: the segment of %#x bytes at %#x ends past the highest address",
			p.memSize, p.vaddr)
	case p.fileSize > 0 && !within(p.offset, p.fileSize, img.File.Size()):
		return notExec("the file is cut off: a segment needs %#x bytes at %#x, but the file has %#x",
			p.fileSize, p.offset, img.File.Size())
	}
	if p.align > img.Align && bits.OnesCount64(p.align) == 1 {
		img.Align = p.align
	}
	if p.memSize > 0 {
		img.Segments = append(img.Segments, Segment{
			Addr: p.vaddr, MemSize: p.memSize, Offset: p.offset, FileSize: p.fileSize, Prot: protection(p.flags),
		})
	}
	return nil
}

func protection(f elf.ProgFlag) emu.Prot {
	var prot emu.Prot
	if f&elf.PF_R != 0 {
		prot |= emu.ProtRead
	}
	if f&elf.PF_W != 0 {
		prot |= emu.ProtWrite
	}
	if f&elf.PF_X != 0 {
		prot |= emu.ProtExec
	}
	return prot
}

// takeInterp reads the interpreter's path; the first PT_INTERP counts.
func (img *Image) takeInterp(p *programHeader) *Error {
	if img.Facts.Interp != "" {
		return nil
	}
	if p.fileSize > linux.PATH_MAX || p.fileSize < 2 {
		return notExec("a damaged ELF file: its interpreter's path has %d bytes", p.fileSize)
	}
	path, ok := img.content(p)
	if !ok || path[len(path)-1] != 0 {
		return notExec("a damaged ELF file: its interpreter's path is not a zero-terminated string in the file")
	}
	name, _, _ := bytes.Cut(path, []byte{0})
	if len(name) == 0 {
		return fail(linux.ENOENT, "a damaged ELF file: its interpreter's path is empty")
	}
	img.Facts.Interp = string(name)
	return nil
}

func (img *Image) takeMIPSABIFlags(p *programHeader) *Error {
	if p.fileSize < mipsABIFlagsLength {
		return notExec("a damaged ELF file: PT_MIPS_ABIFLAGS has %d bytes", p.fileSize)
	}
	p.fileSize = min(p.fileSize, maxMIPSABIFlags)
	flags, ok := img.content(p)
	if !ok {
		return notExec("a damaged ELF file: PT_MIPS_ABIFLAGS is not in the file")
	}
	img.Facts.MIPSABIFlags = flags
	return nil
}

// content reads a segment whose size the caller has bounded.
func (img *Image) content(p *programHeader) ([]byte, bool) {
	if !within(p.offset, p.fileSize, img.File.Size()) {
		return nil, false
	}
	buf := make([]byte, p.fileSize)
	return buf, readFull(img.File, buf, p.offset) == nil
}

// findPHdr works out where the program headers are in memory: in the segment that holds their place in the
// file, else where PT_PHDR says.
func (img *Image) findPHdr(offset uint64) {
	for _, s := range img.Segments {
		if s.Offset <= offset && offset-s.Offset < s.FileSize {
			img.PHdr = s.Addr + offset - s.Offset
		}
	}
}

// checkSegments puts the segments into ascending order and refuses those that overlap.
func (img *Image) checkSegments() *Error {
	if len(img.Segments) == 0 {
		return notExec("it has nothing to load: no PT_LOAD segment")
	}
	slices.SortFunc(img.Segments, func(a, b Segment) int { return cmp.Compare(a.Addr, b.Addr) })
	for i := range img.Segments[1:] {
		if a, b := &img.Segments[i], &img.Segments[i+1]; a.end() > b.Addr {
			return notExec("a damaged ELF file: the segments at %#x and %#x overlap", a.Addr, b.Addr)
		}
	}
	return nil
}

// readAttributes finds the section that tells how floating-point arguments travel where the ELF flags do not:
// .ARM.attributes, elsewhere .gnu.attributes. Files do not need sections, so nothing here is an error.
func readAttributes(f File, h *header) []byte {
	wanted := elf.SHT_GNU_ATTRIBUTES
	if h.machine == elf.EM_ARM {
		wanted = shtARMAttributes
	}
	if h.sections.n > maxSections {
		return nil
	}
	buf, ok := h.sections.read(f)
	if !ok {
		return nil
	}
	d := h.decoder(buf)
	for range h.sections.n {
		s := d.sectionHeader()
		if s.typ == wanted && s.size <= maxAttributes && within(s.offset, s.size, f.Size()) {
			content := make([]byte, s.size)
			if readFull(f, content, s.offset) == nil {
				return content
			}
		}
	}
	return nil
}
