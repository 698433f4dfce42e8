package mips

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
	"muslrun/emu/native/isatest"
)

// target is an instruction set as the harness runs it.
type target struct {
	abi   string
	qemu  []string
	bits  int
	r6    bool
	big   bool
	fr    bool // 64-bit floating-point registers
	flags []string
}

var targets = []target{
	{abi: "mips", qemu: []string{"qemu-mips"}, bits: 32, big: true, fr: true},
	{abi: "mips", qemu: []string{"qemu-mips"}, bits: 32, big: true, flags: []string{"-mfp32"}},
	{abi: "mipsel", qemu: []string{"qemu-mipsel"}, bits: 32, flags: []string{"-mfp32"}},
	{abi: "mipsel", qemu: []string{"qemu-mipsel"}, bits: 32, fr: true},
	{abi: "mips64", qemu: []string{"qemu-mips64", "-cpu", "MIPS64R2-generic"}, bits: 64, big: true, fr: true},
	{abi: "mips64el", qemu: []string{"qemu-mips64el", "-cpu", "MIPS64R2-generic"}, bits: 64, fr: true},
	{abi: "mipsr6", qemu: []string{"qemu-mips"}, bits: 32, big: true, r6: true, fr: true},
	{abi: "mipsr6el", qemu: []string{"qemu-mipsel"}, bits: 32, r6: true, fr: true},
	{abi: "mips64r6", qemu: []string{"qemu-mips64"}, bits: 64, big: true, r6: true, fr: true},
	{abi: "mips64r6el", qemu: []string{"qemu-mips64el"}, bits: 64, r6: true, fr: true},
}

// The slots of the driver: r1 to r31, hi, lo, f0 to f31, fcsr.
const (
	slotHi    = 31
	slotLo    = 32
	slotFloat = 33
	slotFCSR  = 65
)

func slots() []isatest.Slot {
	var list []isatest.Slot
	for i := range 31 {
		list = append(list, isatest.Slot{Name: fmt.Sprint("r", i+1), Words: 1})
	}
	list = append(list, isatest.Slot{Name: "hi", Words: 1}, isatest.Slot{Name: "lo", Words: 1})
	for i := range 32 {
		list = append(list, isatest.Slot{Name: fmt.Sprint("f", i), Words: 1})
	}
	return append(list, isatest.Slot{Name: "fcsr", Words: 1})
}

// maker makes random cases of some rows.
type maker struct {
	target
	c     *cpu
	rows  []row
	words bool // registers hold sign-extended words: the instructions want them so
	order binary.AppendByteOrder
}

func (t target) describe(words bool, lists ...[]row) *isatest.ISA {
	front := New(t.bits, t.r6, t.big)
	if !t.fr {
		reset := front.Reset
		front.Reset = func(s *ir.State) {
			reset(s)
			*s.GlobalWord(status) = 0
		}
	}
	m := maker{target: t, rows: slices.Concat(lists...), words: words, order: binary.LittleEndian}
	m.c = newCPU(t.bits, t.r6, t.big)
	i := &isatest.ISA{ABI: t.abi, Flags: t.flags, Qemu: t.qemu, Front: front, Order: binary.LittleEndian, Code: binary.LittleEndian,
		Slots: slots(), Insn: m.insn, Used: m.used, Ignore: m.ignore}
	if t.big {
		i.Order, i.Code, m.order = binary.BigEndian, binary.BigEndian, binary.BigEndian
	}
	i.Insn, i.Trap = m.insn, m.order.AppendUint32(nil, trap)
	return i
}

const trap = 0xd

func (m maker) used(c *isatest.Case) []string {
	list := []string{"fcsr", "hi", "lo"}
	for code := c.Code; len(code) >= 4; code = code[4:] {
		w := word(m.c.code.Uint32(code))
		for _, n := range []int{w.rs(), w.rt(), w.rd(), w.sa()} {
			list = append(list, fmt.Sprint("r", n), fmt.Sprint("f", n), fmt.Sprint("f", n&^1), fmt.Sprint("f", n|1))
		}
	}
	return list
}

// ignore: causes are not kept while no exception is enabled, and the manual leaves the upper half of a register open that
// gets a single.
func (m maker) ignore(c *isatest.Case, want, have *isatest.Result) {
	want.Addr, have.Addr = want.Addr&^7, have.Addr&^7                          // LWL and the like read the aligned word here
	if want.Signal == 5 && have.Signal == 8 && trapNames.MatchString(c.Name) { // TGE 7 is SIGFPE to Linux
		want.Signal = 8
	}
	for _, r := range []*isatest.Result{want, have} {
		if r.Regs[slotFCSR]&fcsrEnables == 0 {
			r.Regs[slotFCSR] &^= fcsrCauses | fcsrE
		}
	}
	for i := range 32 {
		x, y := &want.Regs[slotFloat+i], &have.Regs[slotFloat+i]
		if m.fr && singles.MatchString(c.Name) {
			*y = *y&(1<<32-1) | *x&^(1<<32-1)
		}
		if i&1 != 0 && !m.fr && isOwnNaN(*x<<32|want.Regs[slotFloat+i-1], *y<<32|have.Regs[slotFloat+i-1]) {
			have.Regs[slotFloat+i-1], *y = want.Regs[slotFloat+i-1], *x
		}
		if !m.r6 && isOwnNaN(*x, *y) {
			*y = *x
		}
	}
}

// singles matches the names of instructions that write half of a floating-point register.
var singles = regexp.MustCompile(`\.s\)?;|\.w\.|\.s\.|wx?c1|mtc1`)

var trapNames = regexp.MustCompile(`t(ge|lt|eq|ne)`)

// isOwnNaN reports whether qemu has made a NaN x of its own where the result is the quiet NaN y of an operand: so says the
// manual of the time before 2008, and so does Linux's emulation.
func isOwnNaN(x, y uint64) bool {
	return uint32(x)|1<<31 == 0xffbfffff && legacyQuiet(uint64(uint32(y)), 23, 8) || x|1<<63 == 0xfff7ffffffffffff && legacyQuiet(y, 52, 11)
}

// legacyQuiet tells a quiet NaN of before 2008.
func legacyQuiet(v uint64, fraction, exponent int) bool {
	return v>>fraction&(1<<exponent-1) == 1<<exponent-1 && v&(1<<fraction-1) != 0 && v>>(fraction-1)&1 == 0
}

// insn appends a random instruction, a branch with its slot.
func (m maker) insn(r *rand.Rand, c *isatest.Case) {
	if c.Name == "" {
		m.prepare(r, c)
	}
	for {
		row := &m.rows[r.IntN(len(m.rows))]
		w, ok := m.pick(r, c, row)
		if !ok {
			continue
		}
		m.append(c, row.Name, w)
		f := row.Emit.flow
		if f.slotted() {
			m.slot(r, c, w)
		}
		switch {
		case f >= compact16:
			m.append(c, "", 0)
			m.append(c, "", trap)
		case f >= branch:
			m.append(c, "", trap)
		}
		return
	}
}

func (m maker) append(c *isatest.Case, name string, w word) {
	c.Code = m.order.AppendUint32(c.Code, uint32(w))
	if name != "" {
		c.Name += name + "; "
	}
}

// slot appends an instruction to branch w. What it takes an address from is not the link.
func (m maker) slot(r *rand.Rand, c *isatest.Case, branch word) {
	for {
		row := &m.rows[r.IntN(len(m.rows))]
		if row.Emit.flow != falls && r.IntN(20) != 0 || row.Emit.flow.slotted() || row.Emit.flow >= compact16 {
			continue
		}
		if w, ok := m.pick(r, c, row); ok && (memorySize(row.Name) == 0 || w.rs() != 31 && w.rs() != branch.rd()) {
			m.append(c, "("+row.Name+")", w)
			return
		}
	}
}

// prepare sets what is not random: an FCSR without causes, words where they are wanted.
func (m maker) prepare(r *rand.Rand, c *isatest.Case) {
	for i := range slotFloat {
		switch {
		case m.bits == 32:
			c.Regs[i] = uint64(uint32(c.Regs[i]))
		case m.words:
			c.Regs[i] = uint64(int32(c.Regs[i]))
		}
	}
	for i := range 32 {
		if !m.fr {
			c.Regs[slotFloat+i] = uint64(uint32(c.Regs[slotFloat+i]))
		}
	}
	fcsr := r.Uint64() & (fcsrRounding | fcsrFlags)
	if r.IntN(4) == 0 {
		fcsr |= r.Uint64() & fcsrEnables
	}
	if m.r6 {
		fcsr |= fcsr2008
	} else {
		fcsr |= r.Uint64() & 0xfe800000
	}
	c.Regs[slotFCSR] = fcsr
}

// skipped rows leave the process, depend on the machine, or are not looked at alone.
var skipped = []string{"syscall", "rdhwr", "luxc1", "suxc1"}

// pick makes a word of a row.
func (m maker) pick(r *rand.Rand, c *isatest.Case, row *row) (word, bool) {
	if slices.Contains(skipped, row.Name) {
		return 0, false
	}
	mask, match := isa.NewTable([]isa.Row[op]{*row}).Row(0).Fixed()
	w := word(r.Uint32()&^mask | match)
	mode := uint32(0)
	if m.fr {
		mode = modeFR
	}
	if _, o := m.c.lookup(w, mode); o == nil || o.emit == nil && o.test == nil && o.flow == falls {
		return 0, false
	}
	if i := m.c.table.Lookup(uint32(w)); m.c.table.Row(i).Name != row.Name {
		return 0, false
	}
	return m.aim(r, c, row, w)
}

// aim makes base registers point to memory and branches lead near; it refuses what the manual leaves open.
func (m maker) aim(r *rand.Rand, c *isatest.Case, row *row, w word) (word, bool) {
	switch f := row.Emit.flow; {
	case f == jump:
		return w&^0x3ffffff | 0x1fff0000>>2&0x3ffffff, true
	case f == jumpReg:
		return w, w.rs() != w.rd() && m.setReg(c, w.rs(), isatest.DataAt+uint64(r.IntN(64))*4)
	case row.Name == "jic" || row.Name == "jialc":
		return w, m.setReg(c, w.rt(), isatest.DataAt+uint64(r.IntN(64))*4-uint64(w.simm()))
	case f == compact26:
		return w&^0x3ffffff | word(1+r.IntN(2)), true
	case f == compact21:
		return w&^0x1fffff | word(1+r.IntN(2)), true
	case f == compact16:
		return w&^0xffff | word(1+r.IntN(2)), w.rt() != 0 && w.rt() != 31
	case f == branch || f == likely:
		link := strings.HasSuffix(row.Name, "al") || strings.HasSuffix(row.Name, "all")
		never := row.Name == "bne" && w.rs() == w.rt() || w.rs() == 0 && w>>26 != 4 && w>>26 != 5 // no branch at all to qemu
		return w&^0xffff | word(1+r.IntN(2)), (!link || w.rs() != 31) && (!never || row.Name == "bal")
	}
	if size := memorySize(row.Name); size > 0 {
		return m.aimMemory(r, c, row, w, size)
	}
	if strings.Contains(row.Name, "div") && !strings.Contains(row.Name, ".") || strings.Contains(row.Name, "mod") {
		if n := w.rt(); n == 0 || c.Regs[n-1] == 0 || uint32(c.Regs[n-1]) == 0 {
			return w, m.setReg(c, n, 3)
		}
	}
	if row.Name == "ctc1" {
		v := c.Regs[slotFCSR]&(fcsrRounding|fcsrEnables) | r.Uint64()&(fcsrFlags|0xfe800000)
		if r.IntN(4) == 0 {
			v = r.Uint64() & (fcsrRounding | fcsrFlags | 0xfe800000)
		}
		return w&^(31<<11) | controlFCSR<<11, m.setReg(c, w.rt(), uint64(int32(v)))
	}
	if row.Name == "cfc1" && !hasControl(w.rd()) {
		return w, false
	}
	if strings.Contains(row.Name, "ins") && w.rd() < w.sa() || strings.HasPrefix(row.Name, "dext") && w.sa()+w.rd() > 31 ||
		row.Name == "ext" && w.sa()+w.rd() > 31 {
		return w, false
	}
	return w, row.Name != "cfc1" || w.rd() != controlFIR
}

func (m maker) setReg(c *isatest.Case, n int, v uint64) bool {
	if n == 0 {
		return false
	}
	if m.bits == 32 {
		v = uint64(uint32(v))
	}
	c.Regs[n-1] = v
	return true
}

var memorySizes = map[string]int{
	"lb": 1, "lbu": 1, "sb": 1, "lh": 2, "lhu": 2, "sh": 2, "lw": 4, "lwu": 4, "sw": 4, "ld": 8, "sd": 8, "ll": 4, "sc": 4, "lld": 8,
	"scd": 8, "lwl": 4, "lwr": 4, "swl": 4, "swr": 4, "ldl": 8, "ldr": 8, "sdl": 8, "sdr": 8, "lwc1": 4, "swc1": 4, "ldc1": 8, "sdc1": 8,
	"lwxc1": 4, "swxc1": 4, "ldxc1": 8, "sdxc1": 8,
}

func memorySize(name string) int { return memorySizes[name] }

// aimMemory makes an aligned access, mostly to the page.
func (m maker) aimMemory(r *rand.Rand, c *isatest.Case, row *row, w word, size int) (word, bool) {
	addr := isatest.DataAt + uint64(r.IntN(isatest.PageSize/8))*8
	if r.IntN(16) == 0 {
		addr += isatest.PageSize
	}
	partial := strings.HasSuffix(row.Name, "l") && row.Name != "ll" || strings.HasSuffix(row.Name, "r")
	if partial || m.r6 && !strings.HasPrefix(row.Name, "ll") && !strings.HasPrefix(row.Name, "sc") {
		addr += uint64(r.IntN(8))
	}
	addr &^= uint64(map[bool]int{true: 0, false: min(size, 8) - 1}[partial || m.r6 && row.Name[0] != 'l' && row.Name != "sc" && row.Name != "scd"])
	if strings.Contains(row.Name, "xc1") {
		index := uint64(r.IntN(1 << 12))
		return w, w.rs() != w.rt() && m.setReg(c, w.rt(), index) && m.setReg(c, w.rs(), addr-index)
	}
	disp := w.simm()
	if m.r6 && w>>26 == 0x1f {
		disp = w.offset9()
	}
	if !m.setReg(c, w.rs(), addr-uint64(disp)) {
		return w, false
	}
	if strings.HasPrefix(row.Name, "sc") && r.IntN(4) != 0 {
		m.linked(r, c, row, w)
	}
	return w, true
}

// linked puts the load before a store conditional that makes it possible.
func (m maker) linked(r *rand.Rand, c *isatest.Case, row *row, w word) {
	if w.rt() == w.rs() || len(c.Code) > 0 {
		return
	}
	load := w&^(31<<16) | word(r.IntN(32))<<16
	if m.r6 {
		load |= 0x10
	} else {
		load &^= 1 << 29
	}
	if load.rt() != w.rs() {
		m.append(c, strings.Replace(row.Name, "sc", "ll", 1), load)
	}
}

// lists are the rows of 32 bits, and those that MIPS64 adds.
func (t target) integerLists() (words, wide []row) {
	words = slices.Concat(integer, shifts, immediates, loads, branches, traps, system, fields)
	if t.r6 {
		words = slices.Concat(words, release6, divide6, compact)
	} else {
		words = slices.Concat(words, before6, multiply, unaligned)
	}
	if t.bits == 64 {
		wide = slices.Concat(integer64, shifts64, immediates64, loads64, fields64)
		if t.r6 {
			wide = append(wide, release6Wide...)
		} else {
			wide = append(wide, before6Wide...)
		}
	}
	return words, wide
}

func (t target) name() string {
	if t.flags != nil {
		return t.abi + strings.Join(t.flags, "")
	}
	return t.abi
}

func TestIntegerAgainstQemu(t *testing.T) {
	for _, target := range targets {
		words, wide := target.integerLists()
		t.Run(target.name(), func(t *testing.T) { isatest.CompareAll(t, target.describe(true, words), 2000, 1) })
		if wide != nil {
			t.Run(target.name()+"-wide", func(t *testing.T) { isatest.CompareAll(t, target.describe(false, wide), 1000, 1) })
		}
	}
}

func TestFloatAgainstQemu(t *testing.T) {
	for _, target := range targets {
		c := newCPU(target.bits, target.r6, target.big)
		t.Run(target.name(), func(t *testing.T) {
			isatest.CompareAll(t, target.describe(true, c.float(), floatBranches(c.r6)), 3000, 1)
		})
	}
}
