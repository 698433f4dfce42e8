package loader

import (
	"debug/elf"
	"io"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// header is an ELF header (Elf32_Ehdr or Elf64_Ehdr).
type header struct {
	class    elf.Class
	data     elf.Data
	osabi    elf.OSABI
	typ      elf.Type
	machine  elf.Machine
	flags    uint32
	entry    uint64
	programs table
	sections table
}

// table is where an array of program or section headers lies in the file.
type table struct {
	offset      uint64
	entry, n    uint16
	entryWanted uint16 // what entry has to be
}

// size is the length of the table in bytes.
func (t table) size() uint64 { return uint64(t.entry) * uint64(t.n) }

// read gives the table's bytes; false if it is not wholly in the file or an entry has the wrong size.
func (t table) read(f File) ([]byte, bool) {
	if t.entry != t.entryWanted || !within(t.offset, t.size(), f.Size()) {
		return nil, false
	}
	buf := make([]byte, t.size())
	return buf, readFull(f, buf, t.offset) == nil
}

// within reports whether n bytes at an offset lie in a file of the given size.
func within(offset, n uint64, size int64) bool {
	return size >= 0 && offset <= uint64(size) && n <= uint64(size)-offset
}

// readFull fills buf from an offset that within has checked.
func readFull(r io.ReaderAt, buf []byte, offset uint64) error {
	n, err := r.ReadAt(buf, int64(offset))
	if n == len(buf) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// Sizes of the file's structures, by class.
const (
	headerSize32, headerSize64   = 52, 64
	programSize32, programSize64 = 32, 56
	sectionSize32, sectionSize64 = 40, 64
)

// decoder takes the fields of an ELF structure one after the other. Nearly all of them have the same order in
// both classes and differ only in the size of an address.
type decoder struct {
	buf   []byte
	order layout.Order
	wide  bool // ELFCLASS64
}

func (d *decoder) uint(size int) uint64 {
	v := d.order.Uint(d.buf[:size])
	d.buf = d.buf[size:]
	return v
}

func (d *decoder) half() uint16 { return uint16(d.uint(2)) }
func (d *decoder) word() uint32 { return uint32(d.uint(4)) }

// addr takes an address, an offset or a size of the class's width.
func (d *decoder) addr() uint64 {
	if d.wide {
		return d.uint(8)
	}
	return d.uint(4)
}

// decoder makes a decoder for structures of the file.
func (h *header) decoder(buf []byte) *decoder {
	return &decoder{buf: buf, order: arch.ELF{Data: h.data}.Order(), wide: h.class == elf.ELFCLASS64}
}

// parseHeader decodes the ELF header at the start of a file. head holds the file's first bytes, at most headSize.
func parseHeader(head []byte) (*header, *Error) {
	if len(head) < len(elf.ELFMAG) || string(head[:len(elf.ELFMAG)]) != elf.ELFMAG {
		return nil, notELF(head)
	}
	if len(head) < headerSize32 {
		return nil, notExec("the file is cut off: an ELF header is longer than %d bytes", len(head))
	}
	h := &header{
		class: elf.Class(head[elf.EI_CLASS]), data: elf.Data(head[elf.EI_DATA]), osabi: elf.OSABI(head[elf.EI_OSABI]),
	}
	if h.class != elf.ELFCLASS32 && h.class != elf.ELFCLASS64 {
		return nil, notExec("a damaged ELF file: its class is %d, neither 32 nor 64 bits", h.class)
	}
	if h.data != elf.ELFDATA2LSB && h.data != elf.ELFDATA2MSB {
		return nil, notExec("a damaged ELF file: its byte order is %d, neither little nor big endian", h.data)
	}
	if h.class == elf.ELFCLASS64 && len(head) < headerSize64 {
		return nil, notExec("the file is cut off: an ELF header is longer than %d bytes", len(head))
	}
	h.parse(head)
	return h, nil
}

// parse decodes what follows e_ident.
func (h *header) parse(head []byte) {
	d := h.decoder(head[elf.EI_NIDENT:])
	h.typ = elf.Type(d.half())
	h.machine = elf.Machine(d.half())
	d.word() // e_version, which Linux does not look at
	h.entry = d.addr()
	h.programs.offset = d.addr()
	h.sections.offset = d.addr()
	h.flags = d.word()
	d.half() // e_ehsize
	h.programs.entry, h.programs.n = d.half(), d.half()
	h.sections.entry, h.sections.n = d.half(), d.half()
	h.programs.entryWanted, h.sections.entryWanted = programSize32, sectionSize32
	if d.wide {
		h.programs.entryWanted, h.sections.entryWanted = programSize64, sectionSize64
	}
}

// programHeader is one entry of the program header table (Elf32_Phdr or Elf64_Phdr).
type programHeader struct {
	typ                                     elf.ProgType
	flags                                   elf.ProgFlag
	offset, vaddr, fileSize, memSize, align uint64
}

func (d *decoder) programHeader() programHeader {
	p := programHeader{typ: elf.ProgType(d.word())}
	if d.wide {
		p.flags = elf.ProgFlag(d.word())
	}
	p.offset = d.addr()
	p.vaddr = d.addr()
	d.addr() // p_paddr
	p.fileSize = d.addr()
	p.memSize = d.addr()
	if !d.wide {
		p.flags = elf.ProgFlag(d.word())
	}
	p.align = d.addr()
	return p
}

// sectionHeader is what the loader needs of an Elf32_Shdr or Elf64_Shdr.
type sectionHeader struct {
	typ          elf.SectionType
	offset, size uint64
}

func (d *decoder) sectionHeader() sectionHeader {
	d.word() // sh_name
	s := sectionHeader{typ: elf.SectionType(d.word())}
	d.addr() // sh_flags
	d.addr() // sh_addr
	s.offset = d.addr()
	s.size = d.addr()
	d.word() // sh_link
	d.word() // sh_info
	d.addr() // sh_addralign
	d.addr() // sh_entsize
	return s
}
