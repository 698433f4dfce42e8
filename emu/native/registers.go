package native

import (
	"encoding/binary"
	"unsafe"

	"muslrun/arch"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// place is where a register of the architecture's register file is in State.
type place struct {
	known  bool
	offset uintptr
	bits   int
	view   isa.View // instead, if it has functions
}

// placesOf finds the registers of an instruction set.
func placesOf(front *isa.Frontend, file *arch.RegisterFile) []place {
	globals := map[string]ir.Global{}
	for _, g := range front.Globals {
		globals[g.Name] = g
	}
	places := make([]place, len(file.Info))
	for i, info := range file.Info {
		if g, ok := globals[info.Name]; ok {
			places[i] = place{known: true, offset: ir.GlobalOffset(g.Value), bits: info.Bits}
		}
		if v, ok := front.Views[info.Name]; ok {
			places[i] = place{known: true, bits: info.Bits, view: v}
		}
	}
	places[file.PC] = place{known: true, offset: unsafe.Offsetof(ir.State{}.PC), bits: file.Info[file.PC].Bits}
	return places
}

func (c *cpu) word(p *place) *uint64 { return (*uint64)(unsafe.Add(unsafe.Pointer(c.state), p.offset)) }

// Reg implements arch.Registers.
func (c *cpu) Reg(r arch.Reg) uint64 {
	p := &c.m.places[r]
	switch {
	case !p.known:
		return 0
	case p.view.Get != nil:
		return p.view.Get(c.state)
	}
	return cut(*c.word(p), p.bits)
}

// SetReg implements arch.Registers.
func (c *cpu) SetReg(r arch.Reg, v uint64) {
	p := &c.m.places[r]
	switch {
	case !p.known:
	case p.view.Set != nil:
		p.view.Set(c.state, cut(v, p.bits))
	default:
		*c.word(p) = cut(v, p.bits)
	}
}

func cut(v uint64, bits int) uint64 {
	if bits < 64 {
		return v & (1<<bits - 1)
	}
	return v
}

// RegBytes implements arch.Registers.
func (c *cpu) RegBytes(r arch.Reg, dst []byte) bool {
	p := &c.m.places[r]
	if !p.known || 8*len(dst) < p.bits {
		clear(dst)
		return false
	}
	var buf [16]byte
	binary.LittleEndian.PutUint64(buf[:], c.Reg(r))
	if p.bits > 64 {
		copy(buf[:], unsafe.Slice((*byte)(unsafe.Pointer(c.word(p))), 16))
	}
	copy(dst, buf[:(p.bits+7)/8])
	return true
}

// SetRegBytes implements arch.Registers.
func (c *cpu) SetRegBytes(r arch.Reg, src []byte) bool {
	p := &c.m.places[r]
	if !p.known || 8*len(src) < p.bits {
		return false
	}
	if p.bits > 64 {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(c.word(p))), 16), src)
		return true
	}
	var buf [8]byte
	copy(buf[:], src[:(p.bits+7)/8])
	c.SetReg(r, binary.LittleEndian.Uint64(buf[:]))
	return true
}
