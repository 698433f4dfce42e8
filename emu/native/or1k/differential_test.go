package or1k

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"muslrun/emu/native/isa"
	"muslrun/emu/native/isatest"
)

// describe gives the instruction set to the harness. Cases end by an instruction that does not exist: qemu-user ends at l.trap.
func describe() *isatest.ISA {
	return &isatest.ISA{
		ABI: "or1k", Qemu: []string{"qemu-or1k"}, Front: New(), Order: binary.BigEndian, Code: binary.BigEndian,
		Trap: []byte{0xfc, 0, 0, 0, 0xfc, 0, 0, 0}, Slots: slots(), Used: used, Insn: insn,
	}
}

func slots() []isatest.Slot {
	var list []isatest.Slot
	for n := 1; n < 32; n++ {
		if n != 10 {
			list = append(list, isatest.Slot{Name: fmt.Sprint("r", n), Words: 1})
		}
	}
	return append(list, isatest.Slot{Name: "sr", Words: 1})
}

const slotSR = 30

// place is the slot of a register.
func place(n int) int {
	if n > 10 {
		return n - 2
	}
	return n - 1
}

func used(c *isatest.Case) []string {
	list := []string{"sr"}
	for code := c.Code; len(code) > 8; code = code[4:] {
		w := word(binary.BigEndian.Uint32(code))
		for _, n := range []int{w.d(), w.a(), w.b()} {
			list = append(list, fmt.Sprint("r", n))
		}
	}
	return list
}

// skipped rows leave the process, have state that a context does not have, or are unknown to qemu 7.2
// (l.extws, l.extwz); it has OV of l.sub by the sign of rB where the manual has that
// of rA, and CY of l.mulu by the signed product.
var skipped = map[string]bool{"l.sys": true, "l.trap": true, "l.maci": true, "l.mac": true, "l.msb": true, "l.macrc": true,
	"l.muld": true, "l.muldu": true, "l.extws": true, "l.extwz": true, "l.sub": true, "l.mulu": true}

func insn(r *rand.Rand, c *isatest.Case) {
	if c.Name == "" {
		prepare(r, c)
	}
	w, first := pick(r, c, func(*row) bool { return true })
	c.Code, c.Name = binary.BigEndian.AppendUint32(c.Code, uint32(w)), c.Name+first.Name+"; "
	if first.Emit.flow.delayed() {
		slot, second := pick(r, c, fitsSlot)
		c.Code, c.Name = binary.BigEndian.AppendUint32(c.Code, uint32(slot)), c.Name+"with "+second.Name+"; "
	}
}

// fitsSlot leaves out what may fault: qemu-user then tells the slot's address.
func fitsSlot(row *row) bool { return row.Emit.flow <= splits && !accesses(row) }

func accesses(row *row) bool {
	return slices.ContainsFunc(memory, func(m isa.Row[op]) bool { return m.Name == row.Name })
}

func prepare(r *rand.Rand, c *isatest.Case) {
	for n := range c.Regs {
		c.Regs[n] &= 0xffffffff
	}
	c.Regs[slotSR] = c.Regs[slotSR]&0xe00 | srFO
	c.Regs[0] = address(r)
}

func address(r *rand.Rand) uint64 { return isatest.DataAt + uint64(r.IntN(isatest.PageSize/16))*16 }

// pick chooses an instruction, and aims its registers.
func pick(r *rand.Rand, c *isatest.Case, fit func(*row) bool) (word, *row) {
	for {
		row := table().Row(r.IntN(table().Len()))
		mask, match := row.Fixed()
		w := word(r.Uint32()&^mask | match)
		for _, f := range row.Fields() {
			if f.Name == "any" {
				w &^= (1<<f.Len - 1) << f.Shift
			}
		}
		if skipped[row.Name] || !fit(row) || reserved(row, w) {
			continue
		}
		return aim(r, c, row, w), row
	}
}

// reserved tells words that name r10, which is the driver's, or r0 as a result.
func reserved(row *row, w word) bool {
	for _, f := range row.Fields() {
		n := int(w >> f.Shift & 31)
		if f.Len == 5 && (n == 10 || n == 0 && (f.Name == "d" || f.Name == "a" && accesses(row))) {
			return true
		}
	}
	return false
}

// aim makes base registers point to memory, and branches lead nearby.
func aim(r *rand.Rand, c *isatest.Case, row *row, w word) word {
	switch row.Emit.flow {
	case jumps, branches:
		return w&0xfc000000 | word(2+r.IntN(2))
	case indirect:
		if w.b() != 0 {
			c.Regs[place(w.b())] = address(r)
		}
		return w
	}
	if accesses(row) {
		c.Regs[place(w.a())] = address(r)
		return displace(row, w)
	}
	return w
}

// displace makes a displacement that is not negative, for what lies before the data is in the same page of 8192 bytes, and a
// multiple of 4: qemu-user 7.2 knows no bus errors.
func displace(row *row, w word) word {
	if row.Fields()[0].Name == "d" {
		return w &^ 0xf003
	}
	return w &^ 0x03e00003
}

func TestAgainstQemu(t *testing.T) { isatest.CompareAll(t, describe(), 4000, 1) }
