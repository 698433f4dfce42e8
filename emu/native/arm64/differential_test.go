package arm64

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"muslrun/emu/native/isa"
	"muslrun/emu/native/isatest"
)

// aarch64 describes the instruction set to the harness. The CPU of qemu has what the hwcap announces, and little more.
func aarch64(big bool) *isatest.ISA {
	i := &isatest.ISA{
		ABI: "aarch64", Qemu: []string{"qemu-aarch64", "-cpu", "neoverse-n1"}, Front: New(big), Order: binary.LittleEndian,
		Code: binary.LittleEndian, Trap: []byte{0, 0, 0x20, 0xd4}, Slots: slots(), Used: used,
	}
	if big {
		i.ABI, i.Qemu[0], i.Order = "aarch64_be", "qemu-aarch64_be", binary.BigEndian
	}
	return i
}

func slots() []isatest.Slot {
	var list []isatest.Slot
	for i := range 31 {
		list = append(list, isatest.Slot{Name: fmt.Sprint("x", i), Words: 1})
	}
	for _, name := range []string{"sp", "pstate", "fpcr", "fpsr"} {
		list = append(list, isatest.Slot{Name: name, Words: 1})
	}
	for i := range 32 {
		list = append(list, isatest.Slot{Name: fmt.Sprint("v", i), Words: 2})
	}
	return list
}

// used is the registers that the fields of a case's instructions may name.
func used(c *isatest.Case) []string {
	list := []string{"sp", "pstate", "fpcr", "fpsr"}
	for code := c.Code; len(code) > 4; code = code[4:] {
		w := word(binary.LittleEndian.Uint32(code))
		for _, n := range []int{w.rd(), w.rn(), w.ra(), w.rm()} {
			list = append(list, fmt.Sprint("x", n), fmt.Sprint("v", n))
		}
	}
	return list
}

// Places of registers among the slots.
const slotSP, slotPstate, slotFPCR, slotFPSR = 31, 32, 33, 34

// skipped rows depend on the machine, leave the process, or do what qemu leaves out.
var skipped = []string{"svc", "cntvct", "cntfrq", "tpidr", "mrs ctr", "mrs (id)", "msr fpcr", "dc c", "ic ", "hint"}

// candidates is the rows of which a test chooses.
func candidates(want func(name string) bool) []int {
	var list []int
next:
	for i := range table().Len() {
		r := table().Row(i)
		for _, s := range skipped {
			if strings.Contains(r.Name, s) {
				continue next
			}
		}
		if r.Emit.flow != isa.Illegal && want(r.Name) {
			list = append(list, i)
		}
	}
	return list
}

// insn makes the generator of random instructions of some rows.
func insn(rows []int) func(r *rand.Rand, c *isatest.Case) {
	return func(r *rand.Rand, c *isatest.Case) {
		if c.Name == "" {
			prepare(r, c)
		}
		for {
			row := table().Row(rows[r.IntN(len(rows))])
			mask, match := row.Fixed()
			w := word(r.Uint32()&^mask | match)
			if row.Emit.valid != nil && !row.Emit.valid(w) {
				continue
			}
			w = aim(r, c, w, row)
			if unpredictable(w, row) {
				continue
			}
			c.Code = binary.LittleEndian.AppendUint32(c.Code, uint32(w))
			c.Name += row.Name + "; "
			return
		}
	}
}

// prepare sets what every case has: flags and modes that exist, a stack pointer that is aligned.
func prepare(r *rand.Rand, c *isatest.Case) {
	c.Regs[slotPstate] &= 0xf0000000
	c.Regs[slotFPCR] = 0
	if r.IntN(2) == 0 {
		c.Regs[slotFPCR] = uint64(r.IntN(4)) << 22
		if r.IntN(2) == 0 {
			c.Regs[slotFPCR] |= r.Uint64() & fpcrMode
		}
	}
	c.Regs[slotFPSR] &= fpsrQC | 31
	c.Regs[slotSP] = isatest.DataAt + uint64(r.IntN(128))*16 + 1024
}

// aim makes base registers point to memory, indexes small, and branches short and forward.
func aim(r *rand.Rand, c *isatest.Case, w word, row *isa.Row[op]) word {
	fields := map[string]isa.Field{}
	for _, f := range row.Fields() {
		fields[f.Name] = f
	}
	if row.Emit.offset != nil {
		imm := fields["imm"]
		w = w&^(1<<imm.Shift<<imm.Len-1<<imm.Shift) | word(1+r.IntN(2))<<imm.Shift
	}
	if row.Name == "msr fpsr" && w.rt() != zr {
		c.Regs[w.rt()] &= fpsrQC | fpsrIDC | 31
	}
	if !memoryRow(row) {
		if row.Emit.flow == isa.Stops && w.rn() != zr {
			c.Regs[w.rn()] = isatest.DataAt + uint64(r.IntN(isatest.PageSize)) // no code, but also none of the driver's
		}
		return w
	}
	base := w.rn()
	if _, ok := fields["rn"]; !ok {
		base = w.rt()
	}
	if base != zr {
		c.Regs[base] = isatest.DataAt + uint64(r.IntN(isatest.PageSize/16))*16
		if loadsVectors(row.Name) { // qemu sets some registers before the fault of another
			c.Regs[base] = isatest.DataAt + uint64(1+2*r.IntN(2))*isatest.PageSize/2
			return w
		}
		if r.IntN(4) == 0 && !strings.HasPrefix(row.Name, "stx") && row.Name != "ldapr" { // qemu lets those be misaligned
			c.Regs[base] += uint64(r.IntN(16))
		}
	}
	if _, ok := fields["option"]; ok && w.rm() != base && w.rm() != zr {
		c.Regs[w.rm()] = uint64(int64(r.IntN(512) - 256))
		if r.IntN(2) == 0 {
			c.Regs[w.rm()] = c.Regs[w.rm()]&0xffffffff | r.Uint64()<<32>>8 // without a tag
		}
	}
	return w
}

// loadsVectors tells the loads of several vector registers, ld1 ... ld4 among them.
func loadsVectors(name string) bool {
	return strings.HasPrefix(name, "ldp (") || strings.HasPrefix(name, "ldn") || len(name) > 2 && name[:2] == "ld" && name[2] < '9'
}

func memoryRow(row *isa.Row[op]) bool {
	for _, p := range []string{"ld", "st", "cas", "swp", "dc ", "ic "} {
		if strings.HasPrefix(row.Name, p) {
			return true
		}
	}
	return false
}

// unpredictable tells combinations of registers for which the architecture leaves the result open.
func unpredictable(w word, row *isa.Row[op]) bool {
	name := row.Name
	pair := strings.HasPrefix(name, "ldp") || strings.HasPrefix(name, "ldxp") || strings.HasPrefix(name, "stp")
	switch {
	case name == "fcvtzs (vector, fixed) (scalar)":
		return w.at(20, 3) == 1 // of halves, qemu 7.2 leaves the sign in the upper half of the word
	case strings.HasPrefix(name, "stx"):
		return w.rs() == w.rt() || w.rs() == w.rn() || name == "stxp" && w.rs() == w.rt2()
	case pair && strings.HasPrefix(name, "ld") && w.rt() == w.rt2():
		return true
	case strings.Contains(name, "index") && memoryRow(row):
		return w.rn() != zr && (w.rt() == w.rn() || pair && w.rt2() == w.rn())
	}
	return false
}

func differential(t *testing.T, insns, total int, want func(name string) bool) {
	for _, big := range []bool{false, true} {
		i := aarch64(big)
		i.Insn = insn(candidates(want))
		t.Run(i.ABI, func(t *testing.T) { isatest.CompareAll(t, i, total, insns) })
	}
}

// named tells the rows of lists.
func named(lists ...[]isa.Row[op]) func(name string) bool {
	names := map[string]bool{}
	for _, rows := range lists {
		for _, r := range rows {
			names[r.Name] = true
		}
	}
	return func(name string) bool { return names[name] }
}

func TestBaseAgainstQemu(t *testing.T) { differential(t, 1, 3000, named(baseRows())) }

func TestSequencesAgainstQemu(t *testing.T) {
	differential(t, 8, 1000, named(immediates(), registers(), branches()[:8]))
}

func TestFloatAgainstQemu(t *testing.T) { differential(t, 1, 3000, named(floats())) }

func TestSIMDAgainstQemu(t *testing.T) { differential(t, 1, 4000, named(simd()...)) }

// TestUndefinedAgainstQemu runs words that have no row: they raise SIGILL.
func TestUndefinedAgainstQemu(t *testing.T) {
	i := aarch64(false)
	i.Insn = func(r *rand.Rand, c *isatest.Case) {
		prepare(r, c)
		for {
			in := isa.Inst{PC: isatest.CodeAt, Len: 4}
			w := r.Uint32()
			if r.IntN(2) == 0 { // near an instruction that there is
				_, w = table().Row(r.IntN(table().Len())).Fixed()
				w ^= 1<<r.IntN(32) | r.Uint32()&0xffff
			}
			binary.LittleEndian.PutUint32(in.Code[:], w)
			if decode(&in); in.Flow == isa.Illegal && !qemuOnly(word(w)) {
				c.Code, c.Name = append(c.Code, in.Code[:4]...), fmt.Sprintf("%#08x", w)
				return
			}
		}
	}
	isatest.Compare(t, i, 4000, 1, i.Interpreter)
}

// qemuOnly tells words that qemu executes: limited ordering regions, which its CPU has, and encodings of fmov (vector) and of
// scalar pairwise halves that are not allocated.
func qemuOnly(w word) bool {
	return w&0x3fa08000 == 0x08800000 || w&0xbff8fc00 == 0x2f00fc00 || w&0xff7e0c00 == 0x5e700800
}

// TestExclusivesAgainstQemu runs exclusive loads with the stores that belong to them, and some between.
func TestExclusivesAgainstQemu(t *testing.T) {
	for _, big := range []bool{false, true} {
		i := aarch64(big)
		i.Insn = func(r *rand.Rand, c *isatest.Case) {
			prepare(r, c)
			regs := r.Perm(31)
			base, rs, rt, rt2, old, old2 := regs[0], regs[1], regs[2], regs[3], regs[4], regs[5]
			c.Regs[base] = isatest.DataAt + uint64(r.IntN(128))*16
			size, pair := uint32(r.IntN(4)), uint32(r.IntN(2))
			if pair == 1 {
				size |= 2
			}
			head := size<<30 | 0x08000000 | pair<<21 | uint32(base)<<5
			words := []uint32{head | 1<<22 | 31<<16 | uint32(r.IntN(2))<<15 | uint32(old2)<<10 | uint32(old)}
			c.Name = "ldx; "
			switch r.IntN(6) {
			case 0:
				words, c.Name = append(words, 0xd503305f), c.Name+"clrex; "
			case 1:
				words, c.Name = append(words, 0xf9000000|uint32(base)<<5|uint32(rt)), c.Name+"str; "
			}
			words = append(words, head|uint32(rs)<<16|uint32(rt2)<<10|uint32(rt))
			words = append(words, head|uint32(rt)<<16|uint32(rt2)<<10|uint32(old)) // finds no monitor
			c.Name += "stx; stx; "
			for _, w := range words {
				c.Code = binary.LittleEndian.AppendUint32(c.Code, w)
			}
		}
		t.Run(i.ABI, func(t *testing.T) { isatest.CompareAll(t, i, 2000, 1) })
	}
}
