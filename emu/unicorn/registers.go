//go:build unicorn

package unicorn

// #include <stdlib.h>
// #include "run.h"
import "C"

import (
	"unsafe"

	"muslrun/arch"
)

// where a register is to be found.
type where uint8

const (
	nowhere   where = iota // libunicorn has no way to it
	direct                 // by a register id
	banked                 // by code that runs in the guest CPU
	described              // in the descriptor table that the engine keeps for x86
)

// place is what the engine knows of one register of the ISA.
type place struct {
	kind   where
	slot   int // among the hot registers; -1 if cold
	cold   int // among the cold registers; -1 if hot, or not direct
	id     int // libunicorn's, if direct
	offset int // in the copies of cold registers, the bank or the table
	bytes  int
	all    uint64 // the bits it has, up to 64
	mask   uint64 // the bits that a write may change
	alone  bool   // a write changes other registers too
	group  group
}

// group is the registers that are read together.
type group uint8

const (
	integerGroup group = iota
	floatGroup
	groups
)

// registerMap is where the registers of one ABI are, by arch.Reg.
type registerMap struct {
	places []place
	hot    []int // ids, by slot
	cpsr   int   // slot of cpsr, or -1

	cold      []*place    // by number: the groups, one behind the other
	groupEnds [groups]int // where they end
	coldSize  int         // of a task's copies, in bytes
	bankWords []bool      // which words of the bank hold a register that is loaded
}

func newRegisterMap(s *spec, abi *arch.ABI) *registerMap {
	regs := abi.ISA.Regs
	m := &registerMap{places: make([]place, len(regs.Info)), cpsr: -1}
	for i, info := range regs.Info {
		m.places[i] = s.place(info)
	}
	for _, r := range hotRegisters(s, abi) {
		m.heat(r)
	}
	m.layCold()
	m.layBank(s, regs)
	if r := regs.Lookup("cpsr"); s.cpsr != 0 && r != arch.NoReg {
		m.cpsr = m.places[r].slot
	}
	return m
}

func (s *spec) place(info arch.RegisterInfo) place {
	all := ^uint64(0)
	if info.Bits < 64 {
		all = 1<<info.Bits - 1
	}
	p := place{slot: -1, cold: -1, alone: s.alone[info.Name], bytes: (info.Bits + 7) / 8, all: all, mask: all}
	if id, ok := s.regs[info.Name]; ok {
		p.kind, p.id = direct, id
	} else if at, ok := s.descriptors[info.Name]; ok {
		p.kind, p.offset = described, at
	} else if at, ok := s.bank.offset(info.Name); ok {
		p.kind, p.offset = banked, at
	}
	if mask, ok := s.mask[info.Name]; ok {
		p.mask = mask
	}
	if info.Class == arch.Float || info.Class == arch.Vector {
		p.group = floatGroup
	}
	return p
}

// hotRegisters are those that a system call touches, the PC first.
func hotRegisters(s *spec, abi *arch.ABI) []arch.Reg {
	regs, conv := abi.ISA.Regs, &abi.Convention
	list := []arch.Reg{regs.PC, regs.SP, conv.Number, conv.Result, conv.Result2}
	for _, a := range conv.Args {
		list = append(list, a.Reg)
	}
	for _, name := range s.hot {
		list = append(list, regs.Lookup(name))
	}
	return list
}

// heat gives a register a slot among the hot ones, unless it has one.
func (m *registerMap) heat(r arch.Reg) {
	if int(r) >= len(m.places) || len(m.hot) == C.MR_HOT {
		return
	}
	p := &m.places[r]
	if p.kind == direct && p.slot < 0 && p.bytes <= 8 {
		p.slot = len(m.hot)
		m.hot = append(m.hot, p.id)
	}
}

// layCold gives the registers that are direct, but not hot, their numbers and their places among the copies.
func (m *registerMap) layCold() {
	for g := range groups {
		for i := range m.places {
			if p := &m.places[i]; p.kind == direct && p.slot < 0 && p.group == g {
				p.cold, p.offset = len(m.cold), m.coldSize
				m.cold = append(m.cold, p)
				m.coldSize += (p.bytes + 7) &^ 7
			}
		}
		m.groupEnds[g] = len(m.cold)
	}
	if len(m.cold) > C.MR_COLD {
		panic("unicorn engine: more registers than MR_COLD")
	}
}

// layBank finds the words of the bank that hold registers.
func (m *registerMap) layBank(s *spec, regs *arch.RegisterFile) {
	if s.bank == nil {
		return
	}
	m.bankWords = make([]bool, s.bank.size/4)
	for i := range m.places {
		p := &m.places[i]
		if p.kind != banked || regs.Info[i].Name == s.bank.constant {
			continue
		}
		for at := p.offset; at < p.offset+p.bytes; at += 4 {
			m.bankWords[at/4] = true
		}
	}
}

// table is the cold registers as C wants them, in memory of its own.
func (m *registerMap) table() *C.mr_reg {
	n := max(len(m.cold), 1)
	table := (*C.mr_reg)(C.calloc(C.size_t(n), C.sizeof_mr_reg))
	for i, p := range m.cold {
		unsafe.Slice(table, n)[i] = C.mr_reg{id: C.int(p.id), offset: C.uint32_t(p.offset), bytes: C.uint32_t(p.bytes)}
	}
	return table
}

// describe fills in the constant part of a CPU's shared memory.
func (m *registerMap) describe(c *C.mr_cpu) {
	c.count, c.cpsr = C.int(len(m.hot)), C.int(m.cpsr)
	for i, id := range m.hot {
		c.ids[i] = C.int(id)
	}
}
