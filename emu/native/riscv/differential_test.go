package riscv

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"muslrun/emu/native/isa"
	"muslrun/emu/native/isatest"
)

// describe gives the instruction set of a width to the harness.
func describe(w xlen, rows []row) *isatest.ISA {
	front := RV64()
	if w == 4 {
		front = RV32()
	}
	return &isatest.ISA{
		ABI: front.Name, Qemu: []string{"qemu-" + front.Name}, Front: front, Order: binary.LittleEndian,
		Code: binary.LittleEndian, Trap: []byte{0x73, 0, 0x10, 0}, Slots: slots(), Used: used, Insn: insn(w, rows),
	}
}

func slots() []isatest.Slot {
	var list []isatest.Slot
	for i := 1; i < 32; i++ {
		if !ofDriver(uint32(i)) {
			list = append(list, isatest.Slot{Name: fmt.Sprint("x", i), Words: 1})
		}
	}
	for i := range 32 {
		list = append(list, isatest.Slot{Name: fmt.Sprint("f", i), Words: 1})
	}
	return append(list, isatest.Slot{Name: "fcsr", Words: 1})
}

// ofDriver tells the registers that the driver needs itself, gp and tp.
func ofDriver(n uint32) bool { return n == 3 || n == 4 }

func used(c *isatest.Case) []string {
	list := []string{"fcsr"}
	for code := c.Code; len(code) > 4; code = code[4:] {
		w := binary.LittleEndian.Uint32(code)
		for _, n := range []uint32{w >> 7 & 31, w >> 15 & 31, w >> 20 & 31, w >> 27} {
			list = append(list, fmt.Sprint("x", n), fmt.Sprint("f", n))
		}
	}
	return list
}

const slotFcsr = 61

// slotOf is the slot of integer register n.
func slotOf(n uint32) int {
	if n > 4 {
		return int(n) - 3
	}
	return int(n) - 1
}

// skipped rows leave the process, or depend on the machine; qemu 7.2 has ctzw look at the upper word.
var skipped = []string{"ecall", "cycle", "time", "instret", "csr", "ctzw"}

// insn makes the generator of random instructions of the rows of a list.
func insn(w xlen, rows []row) func(r *rand.Rand, c *isatest.Case) {
	table := isa.NewTable(rows)
	return func(r *rand.Rand, c *isatest.Case) {
		if c.Name == "" {
			prepare(r, c, w)
		}
		for {
			row := table.Row(r.IntN(table.Len()))
			mask, match := row.Fixed()
			word := r.Uint32()&^mask | match
			if unfit(row, word) {
				continue
			}
			word = aim(r, c, row, word)
			c.Code, c.Name = binary.LittleEndian.AppendUint32(c.Code, word), c.Name+row.Name+"; "
			return
		}
	}
}

// prepare boxes half of the floating-point registers as singles. The stack pointer must not point into the signal stack.
func prepare(r *rand.Rand, c *isatest.Case, w xlen) {
	for i := range 29 {
		c.Regs[i] = w.wrap(c.Regs[i])
	}
	c.Regs[slotOf(2)] = isatest.DataAt + uint64(r.IntN(256))*16
	for i := range 32 {
		if r.IntN(2) == 0 {
			c.Regs[29+i] |= 0xffffffff << 32
		}
	}
	c.Regs[slotFcsr] = uint64(r.IntN(5))<<5 | uint64(r.IntN(32))
}

// unfit tells words that use the driver's registers, and rows that are not compared.
func unfit(row *row, w uint32) bool {
	for _, s := range skipped {
		if strings.Contains(row.Name, s) {
			return true
		}
	}
	for _, f := range row.Fields() {
		if f.Len == 5 && ofDriver(w>>f.Shift&31) {
			return true
		}
		if f.Name == "rm" && w>>12&7 > 4 && w>>12&7 != 7 {
			return true
		}
	}
	return ofDriver(w>>7&31) || ofDriver(w>>15&31)
}

// aim makes base registers point to memory; indirect jumps lead where there is no code.
func aim(r *rand.Rand, c *isatest.Case, row *row, w uint32) uint32 {
	if n := w >> 15 & 31; n != 0 && (w&0x5f == 0x03 || w&0x5f == 0x07 || w&0x7f == 0x2f) {
		c.Regs[slotOf(n)] = isatest.DataAt + uint64(r.IntN(isatest.PageSize/16))*16
		if w&0x7f != 0x2f && r.IntN(4) == 0 {
			c.Regs[slotOf(n)] += uint64(r.IntN(16))
		}
	}
	switch row.Emit.flow {
	case stops:
		if n := w >> 15 & 31; n != 0 {
			c.Regs[slotOf(n)] = isatest.DataAt + uint64(r.IntN(isatest.PageSize))
		}
	case branch:
		w = w&^0xfe000f80 | uint32(4+4*r.IntN(2))<<7
	case jumps:
		w = w&^0xfffff000 | uint32(4+4*r.IntN(2))<<20
	}
	return w
}

func differential(t *testing.T, total int, lists func(w xlen) [][]row) {
	for _, w := range []xlen{4, 8} {
		i := describe(w, slices.Concat(lists(w)...))
		t.Run(i.ABI, func(t *testing.T) { isatest.CompareAll(t, i, total, 1) })
	}
}

func TestIntegerAgainstQemu(t *testing.T) {
	differential(t, 2000, func(w xlen) [][]row { return [][]row{w.integer(), w.wide(), w.multiply(), w.atomics()} })
}

func TestBitsAgainstQemu(t *testing.T) {
	differential(t, 1000, func(w xlen) [][]row { return [][]row{w.bits()} })
}

func TestFloatAgainstQemu(t *testing.T) {
	differential(t, 2000, func(w xlen) [][]row { return [][]row{w.float(), w.floatConvert()} })
}
