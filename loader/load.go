package loader

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/emu"
)

// Loaded says where a program went.
type Loaded struct {
	Entry     uint64 // the first instruction to run: the interpreter's, if there is one
	ProgEntry uint64 // AT_ENTRY
	Base      uint64 // AT_BASE: the interpreter's displacement, 0 without one
	PHdr      uint64 // AT_PHDR
	PHEnt     int    // AT_PHENT
	PHNum     int    // AT_PHNUM
	Brk       uint64 // where the heap starts: the page after the program's last byte

	// As /proc/PID/stat has them.
	StartCode, EndCode, StartData, EndData uint64

	exec, interp *placed
}

// placed is an image in memory.
type placed struct {
	image *Image
	plan  *plan
	bias  uint64 // what is added to the file's addresses, modulo the size of a pointer
	mask  uint64 // of an address
}

// at is where the file's address addr went.
func (p *placed) at(addr uint64) uint64 { return (addr + p.bias) & p.mask }

// Load maps a program and its interpreter, which is nil for a static one. The error is an *Error; after one,
// the space is in no useful state.
func Load(s Space, abi *arch.ABI, exec, interp *Image) (*Loaded, error) {
	l, e := load(s, abi, exec, interp)
	if e != nil {
		return nil, e
	}
	return l, nil
}

func load(s Space, abi *arch.ABI, exec, interp *Image) (*Loaded, *Error) {
	l := &Loaded{PHEnt: exec.PHEnt, PHNum: exec.PHNum}
	var e *Error
	if l.exec, e = place(s, abi, exec, programBase); e != nil {
		return nil, e
	}
	l.ProgEntry = l.exec.at(exec.Entry)
	l.Entry = l.ProgEntry
	l.Brk = l.exec.at(l.exec.plan.end())
	if exec.PHdr != 0 {
		l.PHdr = l.exec.at(exec.PHdr)
	}
	l.measure()
	if interp == nil {
		return l, l.checkEntry(s)
	}
	if l.interp, e = place(s, abi, interp, interpreterBase); e != nil {
		return nil, e
	}
	l.Entry = l.interp.at(interp.Entry)
	l.Base = l.interp.headerAddress()
	return l, l.checkEntry(s)
}

func (l *Loaded) checkEntry(s Space) *Error {
	if l.Entry >= s.Size() {
		return notExec("its entry point %#x is not a user address", l.Entry)
	}
	return nil
}

// measure finds the bounds of code and data as Linux does: the segments need not be in any order of kinds.
func (l *Loaded) measure() {
	l.StartCode = ^uint64(0)
	for i := range l.exec.image.Segments {
		s := &l.exec.image.Segments[i]
		start, end := l.exec.at(s.Addr), l.exec.at(s.fileEnd())
		if s.Prot&emu.ProtExec != 0 {
			l.StartCode, l.EndCode = min(l.StartCode, start), max(l.EndCode, end)
		}
		l.StartData, l.EndData = max(l.StartData, start), max(l.EndData, end)
	}
	if l.EndCode == 0 {
		l.StartCode = 0
	}
}

// place puts one image into memory. base chooses the address of a position-independent one.
func place(s Space, abi *arch.ABI, img *Image, base chooser) (*placed, *Error) {
	pl, e := img.plan(abi.PageSize)
	if e != nil {
		return nil, e
	}
	p := &placed{image: img, plan: pl, mask: ^uint64(0)}
	if abi.Pointers() == 4 {
		p.mask = 1<<32 - 1
	}
	if img.movable() {
		x := extent{start: pl.start() &^ (img.Align - 1), end: pl.end(), align: max(img.Align, abi.PageSize)}
		at, errno := base(s, abi, x)
		if errno != 0 {
			return nil, fail(errno, "no room for its %#x bytes, aligned to %#x, in an address space of %#x bytes",
				x.end-x.start, x.align, s.Size())
		}
		p.bias = at - x.start
	}
	return p, p.mapInto(s)
}

// movable reports whether the image may be displaced.
func (img *Image) movable() bool { return img.Type == elf.ET_DYN || img.FDPIC }

// chooser gives the address of a position-independent image.
type chooser func(Space, *arch.ABI, extent) (uint64, linux.Errno)

// extent is the address range of an image in its file, widened to its alignment at the start.
type extent struct{ start, end, align uint64 }

const (
	programBase32    = 0x400000 // ELF_ET_DYN_BASE of most 32-bit Linux ports
	programBaseAlign = 0x10000
)

// programBase chooses where a position-independent program goes: ELF_ET_DYN_BASE.
func programBase(s Space, abi *arch.ABI, x extent) (uint64, linux.Errno) {
	base := uint64(programBase32)
	if abi.Pointers() == 8 {
		base = s.Top() / 3 * 2 &^ (programBaseAlign - 1)
	}
	base = (base + x.align - 1) &^ (x.align - 1)
	if base >= s.Size() || x.end-x.start > s.Size()-base {
		return 0, linux.ENOMEM
	}
	return base, 0
}

// interpreterBase puts an interpreter where mmap(2) would.
func interpreterBase(s Space, _ *arch.ABI, x extent) (uint64, linux.Errno) {
	if x.end-x.start > s.Size() {
		return 0, linux.ENOMEM
	}
	return s.FindFree(x.end-x.start, x.align)
}

// mapInto does what the plan says.
func (p *placed) mapInto(s Space) *Error {
	for i := range p.plan.regions {
		if e := p.mapRegion(s, &p.plan.regions[i]); e != nil {
			return e
		}
	}
	buf := make([]byte, p.plan.page)
	for i := range p.plan.fills {
		if e := p.fill(s, &p.plan.fills[i], buf); e != nil {
			return e
		}
	}
	return nil
}

func (p *placed) mapRegion(s Space, r *region) *Error {
	addr := r.addr + p.bias
	if addr >= s.Size() || r.size > s.Size()-addr {
		return fail(linux.ENOMEM, "its segment at %#x does not fit an address space of %#x bytes", addr, s.Size())
	}
	var errno linux.Errno
	if r.file {
		errno = s.MapFile(addr, r.size, r.prot, p.image.File, int64(r.offset))
	} else {
		errno = s.MapAnonymous(addr, r.size, r.prot)
	}
	if errno != 0 {
		return fail(errno, "cannot map %#x bytes at %#x: %v", r.size, addr, errno)
	}
	return nil
}

// fill writes one fill; buf has room for a page.
func (p *placed) fill(s Space, f *fill, buf []byte) *Error {
	buf = buf[:f.size]
	clear(buf)
	if !f.zero {
		if err := readFull(p.image.File, buf, f.offset); err != nil {
			return fail(linux.EIO, "cannot read the file: %v", err)
		}
	}
	if errno := s.Poke(f.addr+p.bias, buf); errno != 0 {
		return fail(errno, "cannot write %#x bytes at %#x: %v", f.size, f.addr+p.bias, errno)
	}
	return nil
}

// headerAddress is AT_BASE for an interpreter: its displacement, or where its ELF header is if it is FDPIC.
func (p *placed) headerAddress() uint64 {
	if !p.image.FDPIC {
		return p.bias & p.mask
	}
	for i := range p.image.Segments {
		if s := &p.image.Segments[i]; s.Offset == 0 && s.FileSize > 0 {
			return p.at(s.Addr)
		}
	}
	return 0
}

// loadMap is the image's struct elf32_fdpic_loadmap, nil if it is not FDPIC: version 0, the number of
// segments, and for each its address, its address in the file and its size in memory.
func (p *placed) loadMap(put *words) []byte {
	if p == nil || !p.image.FDPIC {
		return nil
	}
	put.half(0)
	put.half(uint16(len(p.image.Segments)))
	for i := range p.image.Segments {
		s := &p.image.Segments[i]
		put.word(uint32(p.at(s.Addr)))
		put.word(uint32(s.Addr))
		put.word(uint32(s.MemSize))
	}
	return put.buf
}

// dynamic is where an FDPIC image's dynamic section is, 0 if it has none.
func (p *placed) dynamic() uint64 {
	if p == nil || !p.image.FDPIC || p.image.Dynamic == 0 {
		return 0
	}
	return p.at(p.image.Dynamic)
}

// Entered is the state in which the program's first instruction finds the CPU, for ABI.Entry.
func (l *Loaded) Entered(st *Stack) *arch.EntryState {
	state := &arch.EntryState{
		Entry: l.Entry, ProgEntry: l.ProgEntry, SP: st.SP, Interp: l.interp != nil, File: &l.exec.image.Facts,
		LoadMap: st.LoadMap, InterpMap: st.InterpMap, DynamicPtr: l.interp.dynamic(),
	}
	if state.DynamicPtr == 0 {
		state.DynamicPtr = l.exec.dynamic()
	}
	return state
}

// MapTrampoline puts a page with a few instructions, such as a call of sigreturn(2), where mmap(2) would,
// readable and executable only, and returns its address. code is at most a page.
func MapTrampoline(s Space, abi *arch.ABI, code []byte) (uint64, linux.Errno) {
	addr, errno := s.FindFree(abi.PageSize, abi.PageSize)
	if errno != 0 {
		return 0, errno
	}
	if errno := s.MapAnonymous(addr, abi.PageSize, emu.ProtRead|emu.ProtExec); errno != 0 {
		return 0, errno
	}
	return addr, s.Poke(addr, code)
}
