package interp

import (
	"math/bits"
	"unsafe"

	"muslrun/emu"
	"muslrun/emu/native/ir"
)

// What a page's protection must have one bit of. A host page that may be written or executed can be read.
const (
	readable = byte(emu.ProtRead | emu.ProtWrite | emu.ProtExec)
	writable = byte(emu.ProtWrite)
)

// address is what the operands of an access add up to.
func (r *Runner) address(st *step) uint64 {
	return (r.int(st.args[0]) + r.int(st.args[1])<<st.aux.Scale() + uint64(st.imm)) & r.mask
}

// host is the host's address of size bytes of guest memory, or nil if the access fails, which has been made an exit.
func (r *Runner) host(st *step, addr, size uint64, want byte) unsafe.Pointer {
	r.pc, r.addr, r.access = st.pc, addr, emu.Read
	if want == writable {
		r.access = emu.Write
	}
	page := addr >> emu.PageShift
	if r.prot(page)&want == 0 {
		r.fault(st.pc, addr, r.access)
		return nil
	}
	if addr&(emu.PageSize-1)+size > emu.PageSize && r.prot(page+1)&want == 0 {
		r.fault(st.pc, (page+1)<<emu.PageShift&r.mask, r.access)
		return nil
	}
	return unsafe.Add(nil, uintptr(r.s.WindowBase+addr))
}

// prot is the protection of a page.
func (r *Runner) prot(page uint64) byte {
	if page >= uint64(len(r.table.Pages)) {
		return 0
	}
	if c := r.table.Chunks[page>>emu.ChunkShift]; c != emu.Mixed {
		return c
	}
	return r.table.Pages[page]
}

// read reads a number of 1, 2, 4 or 8 bytes.
func read(p unsafe.Pointer, size uint8) uint64 {
	switch size {
	case 1:
		return uint64(*(*uint8)(p))
	case 2:
		return uint64(*(*uint16)(p))
	case 4:
		return uint64(*(*uint32)(p))
	}
	return *(*uint64)(p)
}

func write(p unsafe.Pointer, size uint8, v uint64) {
	switch size {
	case 1:
		*(*uint8)(p) = uint8(v)
	case 2:
		*(*uint16)(p) = uint16(v)
	case 4:
		*(*uint32)(p) = uint32(v)
	default:
		*(*uint64)(p) = v
	}
}

// inOrder is a number in the byte order that aux asks for.
func inOrder(v uint64, size uint8, aux ir.Aux) uint64 {
	if aux&ir.MemBig != 0 {
		return bits.ReverseBytes64(v) >> (64 - 8*uint(size))
	}
	return v
}

func loadInt(r *Runner, st *step) bool {
	p := r.host(st, r.address(st), uint64(st.size), readable)
	if p == nil {
		return true
	}
	v := inOrder(read(p, st.size), st.size, st.aux)
	afterLoad()
	switch {
	case st.aux&ir.MemSigned != 0:
		v = uint64(signed(v, st.size))
	case st.aux&ir.MemSigned32 != 0:
		v = uint64(uint32(signed(v, st.size)))
	}
	r.setInt(st.dst[0], v)
	return false
}

func storeInt(r *Runner, st *step) bool {
	p := r.host(st, r.address(st), uint64(st.size), writable)
	if p == nil {
		return true
	}
	beforeStore()
	write(p, st.size, inOrder(r.int(st.args[2])&ones(st.size), st.size, st.aux))
	if st.aux&ir.MemSeqCst != 0 {
		fullFence()
	}
	return false
}

// loadVec and storeVec move 1 to 16 bytes of a vector.
func loadVec(r *Runner, st *step) bool {
	p := r.host(st, r.address(st), uint64(st.size), readable)
	if p == nil {
		return true
	}
	w := ir.Word{Lo: read(p, min(st.size, 8))}
	if st.size == 16 {
		w.Hi = read(unsafe.Add(p, 8), 8)
	}
	afterLoad()
	r.setWord(st.dst[0], vecInOrder(w, st.size, st.aux))
	return false
}

func storeVec(r *Runner, st *step) bool {
	p := r.host(st, r.address(st), uint64(st.size), writable)
	if p == nil {
		return true
	}
	w := vecInOrder(r.word(st.args[2]), st.size, st.aux)
	beforeStore()
	write(p, min(st.size, 8), w.Lo)
	if st.size == 16 {
		write(unsafe.Add(p, 8), 8, w.Hi)
	}
	if st.aux&ir.MemSeqCst != 0 {
		fullFence()
	}
	return false
}

// vecInOrder swaps the bytes of the elements that aux names, in the low size bytes of a vector.
func vecInOrder(w ir.Word, size uint8, aux ir.Aux) ir.Word {
	if aux&ir.MemBig == 0 {
		return w
	}
	if aux.Element() == 4 {
		return ir.Word{Lo: bits.ReverseBytes64(w.Hi), Hi: bits.ReverseBytes64(w.Lo)}
	}
	element := uint8(1) << aux.Element()
	var result ir.Word
	for i := range lanes(element) {
		setLane(&result, element, i, inOrder(lane(w, element, i), element, aux))
	}
	return result
}
