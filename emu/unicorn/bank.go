//go:build unicorn

package unicorn

import "encoding/binary"

// bank is a set of registers that libunicorn has no ids for. The engine reads and writes all of them at once, by code that
// it runs in the guest CPU: save stores them to the private page, load loads them from there.
type bank struct {
	save, load []byte         // code; both end in a trap
	clobbers   []string       // general registers that the code changes; the first holds the address of the bank
	with       []regValue     // what must be in some registers while it runs
	at         map[string]int // where each register is
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

// bankState is the bank of one task, if it has been looked at since the task last ran.
type bankState struct {
	bytes        []byte
	known, dirty bool
}

// openBank makes c.bank.bytes valid. c is live.
func (c *cpu) openBank() bool {
	if c.bank.known {
		return true
	}
	b := c.m.spec.bank
	if !c.bankStub(saveAt) {
		return false
	}
	c.bank.bytes = append(c.bank.bytes[:0], c.m.private[bankAt:bankAt+b.size]...)
	c.bank.known = true
	return true
}

// closeBank writes what was changed back to the CPU. c is live and about to run.
func (c *cpu) closeBank() {
	if c.bank.dirty {
		copy(c.m.private[bankAt:], c.bank.bytes)
		c.bankStub(loadAt)
	}
	c.bank.known, c.bank.dirty = false, false
}

// bankStub runs the save or load code and leaves all other registers as they were.
func (c *cpu) bankStub(at uint64) bool {
	m, b := c.m, c.m.spec.bank
	restore := []regValue{m.saved(m.spec.pc)}
	for _, w := range b.with {
		restore = append(restore, m.saved(w.reg))
	}
	for _, name := range b.clobbers {
		restore = append(restore, m.saved(m.spec.regs[name]))
	}
	must(m.writeRegs(b.with...))
	must(m.eng.RegWrite(m.spec.regs[b.clobbers[0]], m.privateAddr()+bankAt))
	err := m.runStub(at)
	must(m.writeRegs(restore...))
	return err == nil
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
	copy(m.private[saveAt:loadAt], m.spec.bank.save)
	copy(m.private[loadAt:bankAt], m.spec.bank.load)
}

func (c *cpu) readBank(p *place, dst []byte) bool {
	if !c.openBank() {
		return false
	}
	copy(dst[:p.bytes], c.bank.bytes[p.offset:])
	c.swap(dst[:p.bytes])
	return true
}

func (c *cpu) writeBank(p *place, src []byte) bool {
	if !c.openBank() {
		return false
	}
	own := c.bank.bytes[p.offset : p.offset+p.bytes]
	copy(own, src)
	c.swap(own)
	c.bank.dirty = true
	return true
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
