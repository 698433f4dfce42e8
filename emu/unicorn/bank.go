//go:build unicorn

package unicorn

// #include "run.h"
import "C"

import "encoding/binary"

// bank is a set of registers that libunicorn has no ids for. The engine reads and writes all of them at once, by code that
// it runs in the guest CPU: save stores them to the private page, load loads them from there.
type bank struct {
	save, load []byte         // code; both end in a trap
	clobbers   []string       // general registers that the code changes; the first holds the address of the bank
	with       []regValue     // what must be in some registers while it runs
	at         map[string]int // where each register is
	constant   string         // the one that load does not load; all others it does
	size       int
	bigEndian  bool // as it is stored
}

// offset finds a register in the bank.
func (b *bank) offset(name string) (int, bool) {
	if b == nil {
		return 0, false
	}
	at, ok := b.at[name]
	return at, ok
}

// Places in the private page.
const (
	bootAt  = 0x000 // code that sets the CPU up
	delayAt = 0x080 // code that leaves a delay slot
	saveAt  = 0x200
	loadAt  = 0x500
	bankAt  = 0x800
)

// bankState is the bank of one task: what has been looked at or written since the task last ran.
type bankState struct {
	bytes   []byte
	known   bool   // all of them are valid
	dirty   bool   // some were written
	written []bool // by words of four bytes
}

// openBank makes c.bank.bytes valid. c is live.
func (c *cpu) openBank() bool {
	if c.bank.known {
		return true
	}
	if !c.bankStub(saveAt) {
		return false
	}
	bytes := c.bankBytes()
	for at := 0; at < len(bytes); at += 4 {
		if !c.bank.written[at/4] {
			copy(bytes[at:at+4], c.m.private[bankAt+at:])
		}
	}
	c.bank.known = true
	return true
}

func (c *cpu) bankBytes() []byte {
	if c.bank.bytes == nil {
		c.bank.bytes = make([]byte, c.m.spec.bank.size)
		c.bank.written = make([]bool, c.m.spec.bank.size/4)
	}
	return c.bank.bytes
}

// closeBank writes what was changed back to the CPU. c is live and about to run.
func (c *cpu) closeBank() {
	if c.bank.dirty {
		if c.bankComplete() || c.openBank() {
			copy(c.m.private[bankAt:], c.bank.bytes)
			c.bankStub(loadAt)
		}
		clear(c.bank.written)
	}
	c.bank.known, c.bank.dirty = false, false
}

// bankComplete reports whether every register that load loads has been written, so that the CPU's need not be known.
func (c *cpu) bankComplete() bool {
	for word, needed := range c.m.layout.bankWords {
		if needed && !c.bank.written[word] {
			return false
		}
	}
	return true
}

// bankStub runs the save or load code and leaves all other registers as they were.
func (c *cpu) bankStub(at uint64) bool {
	private := c.m.privateAddr()
	return bool(C.mr_bank_stub(c.m.c, C.uint64_t(private+at), C.uint64_t(private+bankAt)))
}

// regValue is a register of libunicorn's, by id, and a value for it.
type regValue struct {
	reg   int
	value uint64
}

func (m *machine) saved(reg int) regValue {
	v, err := m.eng.RegRead(reg)
	must(err)
	return regValue{reg, v}
}

func (m *machine) writeRegs(list ...regValue) error {
	for _, w := range list {
		if err := m.eng.RegWrite(w.reg, w.value); err != nil {
			return err
		}
	}
	return nil
}

// installBank puts the code of the bank into the private page.
func (m *machine) installBank() {
	b := m.spec.bank
	copy(m.private[saveAt:loadAt], b.save)
	copy(m.private[loadAt:bankAt], b.load)
	m.c.bank.base = C.int(m.spec.regs[b.clobbers[0]])
	m.keep(m.spec.pc)
	for _, w := range b.with {
		m.c.bank.set[m.c.bank.count], m.c.bank.with[m.c.bank.count] = 1, C.uint64_t(w.value)
		m.keep(w.reg)
	}
	for _, name := range b.clobbers {
		m.keep(m.spec.regs[name])
	}
}

// keep has the code of the bank leave a register alone.
func (m *machine) keep(id int) {
	m.c.bank.ids[m.c.bank.count] = C.int(id)
	m.c.bank.count++
}

func (c *cpu) readBank(p *place, dst []byte) bool {
	if !c.bank.known {
		c.m.acquire(0)
		defer c.m.release()
		c.enter()
		if !c.openBank() {
			return false
		}
	}
	copy(dst[:p.bytes], c.bank.bytes[p.offset:])
	c.swap(dst[:p.bytes])
	return true
}

func (c *cpu) writeBank(p *place, src []byte) {
	own := c.bankBytes()[p.offset : p.offset+p.bytes]
	copy(own, src)
	c.swap(own)
	c.bank.dirty = true
	for at := p.offset; at < p.offset+p.bytes; at += 4 {
		c.bank.written[at/4] = true
	}
}

// swap turns bytes between the bank's order and little-endian.
func (c *cpu) swap(b []byte) {
	if !c.m.spec.bank.bigEndian {
		return
	}
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

// words lays out instructions.
func words(order binary.AppendByteOrder, code ...uint32) (out []byte) {
	for _, w := range code {
		out = order.AppendUint32(out, w)
	}
	return out
}
