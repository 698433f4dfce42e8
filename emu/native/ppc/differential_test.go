package ppc

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
	"muslrun/emu/native/isatest"
	"muslrun/emu/native/softfloat"
)

// target is a variant with the qemu that it is compared with.
type target struct {
	*variant
	front *isa.Frontend
	qemu  []string
	order binary.ByteOrder
}

func targets() []target {
	return []target{
		{&variant{size: 4}, PPC32(), []string{"qemu-ppc"}, binary.BigEndian},
		{&variant{size: 8}, PPC64(), []string{"qemu-ppc64", "-cpu", "power8"}, binary.BigEndian},
		{&variant{size: 8}, PPC64LE(), []string{"qemu-ppc64le", "-cpu", "power8"}, binary.LittleEndian},
	}
}

// describe gives a target to the harness, with the rows that instructions are made of.
// Bits of FPSCR in unlike are not compared.
func (t target) describe(rows []row, unlike uint64) *isatest.ISA {
	trap := make([]byte, 4)
	t.order.PutUint32(trap, 0x7fe00008)
	i := &isatest.ISA{ABI: t.front.Name, Qemu: t.qemu, Front: t.front, Order: t.order, Code: t.order, Trap: trap, Used: t.used}
	for n := range 32 {
		if !ofDriver(n) {
			i.Slots = append(i.Slots, isatest.Slot{Name: fmt.Sprint("r", n), Words: 1})
		}
	}
	for _, name := range []string{"lr", "ctr", "cr", "xer"} {
		i.Slots = append(i.Slots, isatest.Slot{Name: name, Words: 1})
	}
	i.Slots = append(i.Slots, isatest.Slot{Name: "fpscr", Words: 1, Unlike: unlike})
	for n := range 32 {
		i.Slots = append(i.Slots, isatest.Slot{Name: fmt.Sprint("f", n), Words: 1})
	}
	if t.size == 8 {
		for n := range 32 {
			i.Slots = append(i.Slots, isatest.Slot{Name: fmt.Sprintf("vs%dh", n), Words: 1})
		}
		i.Slots = append(i.Slots, isatest.Slot{Name: "vscr", Words: 1, Unlike: ^uint64(0)}) // not in qemu's frames
		for n := range 32 {
			i.Slots = append(i.Slots, isatest.Slot{Name: fmt.Sprint("vr", n), Words: 2})
		}
	}
	i.Insn = t.generator(rows)
	return i
}

// The registers that the driver needs itself: those of the table of contents and of threads.
func ofDriver(n int) bool { return n == 2 || n == 13 }

// The slots of some registers.
const slotLR, slotCTR, slotCR, slotXER, slotFPSCR, slotF, slotH, slotVSCR, slotV = 30, 31, 32, 33, 34, 35, 67, 99, 100

func slotOf(n int) int {
	switch {
	case n > 13:
		return n - 2
	case n > 2:
		return n - 1
	}
	return n
}

func (t target) used(c *isatest.Case) []string {
	list := []string{"cr", "xer", "lr", "ctr", "fpscr"}
	for code := c.Code; len(code) > 4; code = code[4:] {
		w := word(t.order.Uint32(code))
		for _, n := range []int{w.rt(), w.ra(), w.rb(), w.fc()} {
			list = append(list, fmt.Sprint("r", n), fmt.Sprint("f", n), fmt.Sprintf("vs%dh", n), fmt.Sprint("vr", n))
		}
	}
	return list
}

// prepare makes registers fit the target. The stack pointer must not point into the signal stack.
func (t target) prepare(r *rand.Rand, c *isatest.Case) {
	if t.size == 4 {
		for i := range slotCR {
			c.Regs[i] = uint64(uint32(c.Regs[i]))
		}
	}
	c.Regs[slotOf(1)] = isatest.DataAt + uint64(r.IntN(isatest.PageSize/16))*16
	c.Regs[slotCR] = uint64(r.Uint32())
	c.Regs[slotXER] = uint64(r.IntN(8))<<29 | uint64(r.IntN(40))
	c.Regs[slotFPSCR] = 0
	for i := range 32 {
		if r.IntN(3) == 0 {
			c.Regs[slotF+i] = softfloat.WidenBits(uint32(c.Regs[slotF+i]))
		}
	}
	if t.size == 8 {
		c.Regs[slotVSCR] = 0
	}
}

// skipped rows leave the process, or depend on the machine; qemu 7.2 has no dcba and icbt, and its stqcx. stores other
// halves, and the reciprocal of 0 is 0.5. What loads of one
// element do to others is open. An element that cannot be converted to an integer changes those behind it there, and mtvscr
// sets reserved bits.
var skipped = []string{"sc", "mftb", "icbi", "dcba", "icbt", "stqcx.", "fre", "fres",
	"lvebx", "lvehx", "lvewx", "mtvscr", "xsredp", "xsresp", "xsrsqrtedp", "xsrsqrtesp", "xvredp", "xvresp", "xvrsqrtedp", "xvrsqrtesp",
	"xvcvdpsxds", "xvcvdpuxds", "xvcvspsxws", "xvcvspuxws", "xvcvdpsxws", "xvcvdpuxws", "xvcvspsxds", "xvcvspuxds"}

// bigOnly rows make qemu abort in little-endian mode.
func bigOnly(name string) bool { return strings.HasSuffix(name, "mw") || strings.Contains(name, "sw") }

// unary rows want the field of their second operand to be 0.
var unary = []string{"neg", "addme", "addze", "subfme", "subfze", "extsb", "extsh", "extsw", "cntlzw", "cntlzd", "popcntb",
	"popcntw", "popcntd", "prtyw", "prtyd"}

// unused fields of floating-point instructions.
var unused = []struct {
	field word
	rows  string
}{
	{0x3ff << 11, "mfvscr"},
	{31 << 11, "mfvsrd mfvsrwz mtvsrd mtvsrwa mtvsrwz"},
	{31 << 16, "vupkhsb vupkhsh vupkhsw vupklsb vupklsh vupklsw vupkhpx vupklpx vclzb vclzh vclzw vclzd vpopcntb vpopcnth " +
		"vpopcntw vpopcntd vgbbd"},
	{0x3ff << 16, "mtvscr"},
	{31 << 11, "vspltisb vspltish vspltisw vsbox"},
	{0x10 << 16, "vspltb"},
	{0x18 << 16, "vsplth"},
	{0x1c << 16, "vspltw"},
	{31 << 16, "fsqrt fsqrts fres fre frsqrte frsqrtes frsp fctiw fctiwz fctid fctidz fctidu fctiduz fctiwu fctiwuz fcfid " +
		"fcfidu fcfids fcfidus frin friz frip frim fmr fneg fabs fnabs mffs mtfsfi mtfsb0 mtfsb1"},
	{31 << 11, "fmul fmuls mffs mtfsb0 mtfsb1"},
	{31 << 6, "fadd fadds fsub fsubs fdiv fdivs fsqrt fsqrts fres fre frsqrte frsqrtes"},
	{1<<25 | 1<<16, "mtfsf"},
	{0x7f<<16 | 1<<11, "mtfsfi"},
}

// recordless are the rows of the X form without Rc.
var recordless = []string{"popcnt", "prty", "cmpb", "bpermd", "fmrg", "mtfsb1"}

// generator makes random instructions of rows.
func (t target) generator(rows []row) func(r *rand.Rand, c *isatest.Case) {
	table := isa.NewTable(rows)
	return func(r *rand.Rand, c *isatest.Case) {
		if c.Name == "" {
			t.prepare(r, c)
		}
		for {
			row := table.Row(r.IntN(table.Len()))
			mask, match := row.Fixed()
			w := word(r.Uint32()&^mask | match)
			if slices.Contains(skipped, row.Name) || t.order == binary.LittleEndian && bigOnly(row.Name) || row.Emit.valid != nil && !row.Emit.valid(w) {
				continue
			}
			w, ok := t.aim(r, c, row, w)
			if ok && t.apart(row, w) {
				if saturates(row.Name) {
					t.add(c, "", 4<<26|t.free(w)<<21|908)  // vspltisw 0
					t.add(c, "", 4<<26|t.free(w)<<11|1604) // mtvscr
				}
				directions := 4
				if strings.HasPrefix(row.Name, "fnm") || strings.HasPrefix(row.Name[1:], "snm") || strings.HasPrefix(row.Name[1:], "vnm") {
					directions = 2 // qemu 7.2 negates before it rounds
				}
				if w.at(0, 5) == 59 || w.at(0, 5) >= 60 && w.at(0, 5) != 62 {
					t.add(c, "", 63<<26|7<<23|0x10c|word(r.IntN(directions))<<12) // mtfsfi 7: the rounding
				}
				if strings.HasSuffix(row.Name, "x.") && r.IntN(4) != 0 {
					t.reserve(c, row, w)
				}
				t.add(c, row.Name, w)
				if saturates(row.Name) {
					t.add(c, "", 4<<26|t.free(w)<<21|1540) // mfvscr
				}
				if strings.HasPrefix(row.Name, "lxs") || strings.HasPrefix(row.Name, "mtvs") { // doubleword 1 is not defined
					n, x := word(w.rt()), w&1
					t.add(c, "", 60<<26|n<<21|n<<16|n<<11|10<<3|x<<2|x<<1|x) // xxpermdi
				}
				if strings.HasPrefix(row.Name, "fctiw") { // half of the result is not defined
					c.Regs[slotOf(14)] = isatest.DataAt
					t.add(c, "", 31<<26|word(w.rt())<<21|14<<11|983<<1) // stfiwx
					t.add(c, "", 50<<26|word(w.rt())<<21|14<<16)        // lfd
				}
				return
			}
		}
	}
}

func (t target) add(c *isatest.Case, name string, w word) {
	c.Code = t.order.(binary.AppendByteOrder).AppendUint32(c.Code, uint32(w))
	if name != "" {
		c.Name += name + "; "
	}
}

// apart reports whether the driver's registers are not used by a word.
func (t target) apart(row *row, w word) bool {
	for _, f := range row.Fields() {
		n := int(w >> f.Shift & 31)
		if f.Len == 5 && slices.Contains([]string{"rt", "rs", "ra", "rb"}, f.Name) && ofDriver(n) {
			return false
		}
	}
	if row.Name == "lmw" || row.Name == "stmw" || strings.Contains(row.Name, "sw") {
		return w.rt() > 13 && w.rt() < 23
	}
	return !strings.Contains(row.Name, "q") || !ofDriver(w.rt()+1)
}

// aim clears what is reserved, makes base registers point to memory, and branches lead nearby.
func (t target) aim(r *rand.Rand, c *isatest.Case, row *row, w word) (word, bool) {
	for _, f := range row.Fields() {
		if f.Name == "any" || f.Name == "none" {
			w &^= (1<<f.Len - 1) << f.Shift
		}
	}
	for _, name := range recordless {
		if strings.HasPrefix(row.Name, name) {
			w &^= 1
		}
	}
	for _, u := range unused {
		if slices.Contains(strings.Fields(u.rows), row.Name) {
			w &^= u.field
		}
	}
	if slices.Contains(unary, row.Name) {
		w &^= 31 << 11
	}
	if strings.HasPrefix(row.Name, "mulh") {
		w &^= 1 << 10
	}
	if strings.HasPrefix(row.Name, "div") && !t.defined(c, row.Name, w) {
		return w, false
	}
	switch row.Name {
	case "sync":
		w = w&^0x3fff801 | word(r.IntN(2))<<21
	case "mtfsf": // exceptions that are enabled are traps in qemu
		c.Regs[slotF+w.rb()] &^= fpEnables
	case "mtfsb1":
		return w, w.rt() != 29 // NI, which qemu sets only by mtfsf and mtfsfi
	case "mfspr", "mtspr":
		return w, registers[w.spr()] != 0 || w.spr() == sprXER
	case "eieio":
		w &^= 0x3fff801
	case "dcba", "icbt":
		w &^= 0x3e00001
	case "mtocrf", "mfocrf":
		w = w&^0xff000 | 0x1000<<r.IntN(8)
	}
	switch row.Emit.flow {
	case direct:
		w = w&^0x3fffffe | word(1+r.IntN(2))<<2 | w&0x3ff0000*word(row.Bits[3]-'0'^1)
		return w, row.Name != "b" || w.at(6, 29) < 8
	case indirect:
		c.Regs[slotLR], c.Regs[slotCTR] = isatest.DataAt+uint64(r.IntN(256)), isatest.DataAt+uint64(r.IntN(256))
	}
	return t.aimAtMemory(r, c, row, w)
}

// defined reports whether a quotient is.
func (t target) defined(c *isatest.Case, name string, w word) bool {
	s := &ir.State{}
	s.In[0].Lo, s.In[1].Lo = c.Regs[slotOf(w.ra())], c.Regs[slotOf(w.rb())]
	size := int64(8)
	if strings.HasPrefix(name, "divw") {
		size = 4
	}
	signed := !strings.HasSuffix(name, "u")
	least, ones := uint64(1)<<(8*size-1), ^uint64(0)>>(64-8*size)
	if x, y := s.In[0].Lo&ones, s.In[1].Lo&ones; !strings.Contains(name[4:], "e") {
		return y != 0 && !(signed && x == least && y == ones)
	}
	if signed {
		size |= quotientSigned
	}
	quotient(s, size)
	return s.Out[1].Lo == 0
}

// accesses are the names that rows of loads, stores and cache instructions begin with.
var accesses = []string{"l", "st", "dcb"}

func (t target) aimAtMemory(r *rand.Rand, c *isatest.Case, row *row, w word) (word, bool) {
	if !slices.ContainsFunc(accesses, func(s string) bool { return strings.HasPrefix(row.Name, s) }) {
		return w, true
	}
	at := isatest.DataAt + uint64(r.IntN(isatest.PageSize/16))*16
	if r.IntN(3) == 0 && !atomic(row.Name) {
		at += uint64(r.IntN(16))
	}
	set := func(n int, v uint64) { c.Regs[slotOf(n)] = t.wrap(v) }
	ra, rb := w.ra(), w.rb()
	if strings.HasPrefix(row.Name, "lsw") || strings.HasPrefix(row.Name, "stsw") {
		c.Regs[slotXER] &^= 0x60
		if n := int(c.Regs[slotXER]&31+3) / 4; w.loads(n, ra) || w.loads(n, rb) {
			return w, false
		}
	}
	if w.at(0, 5) != 31 || strings.HasSuffix(row.Name, "swi") {
		if ra == 0 {
			return w, false
		}
		disp := w.si()
		if w.at(0, 5) >= 56 {
			disp &^= 3
		}
		if w.at(0, 5) == 31 {
			disp, w = 0, w&^1
		}
		if row.Name == "lq" {
			disp &^= 15
		}
		set(ra, at-uint64(disp))
		return w, true
	}
	if ra == rb || rb == 0 && ra == 0 {
		return w, false
	}
	if !strings.HasSuffix(row.Name, ".") && !strings.Contains(row.Name, "arx") && !strings.HasPrefix(row.Name, "dcb") &&
		!strings.Contains(row.Bits, "tx:1") {
		w &^= 1
	}
	if strings.HasPrefix(row.Name, "dcb") {
		w &^= 0x03e00001
	}
	index := uint64(r.IntN(64)) * 16
	if ra == 0 {
		index = 0
	}
	set(rb, at-index)
	set(ra, index)
	if ra == 0 {
		c.Regs[slotOf(0)] = r.Uint64() >> (64 - 8*t.size)
	}
	return w, true
}

// atomic rows are alike in qemu only where they are aligned.
func atomic(name string) bool {
	return strings.HasSuffix(name, "x.") || strings.HasSuffix(name, "arx") || name == "lq" || name == "stq"
}

// saturates: the row may set SAT, which qemu keeps from case to case.
func saturates(name string) bool {
	return name[0] == 'v' && strings.HasSuffix(name, "s") || name == "mfvscr"
}

// free is the number of a register that a word does not use.
func (t target) free(w word) word {
	n := 14
	for n == w.ra() || n == w.rb() || n == w.rs() || n == w.fc() {
		n++
	}
	return word(n)
}

// reserve puts the load that belongs to a conditional store before it.
func (t target) reserve(c *isatest.Case, row *row, w word) {
	loads := map[string]word{"stbcx.": 52, "sthcx.": 116, "stwcx.": 20, "stdcx.": 84, "stqcx.": 276}
	t.add(c, "reserve", 31<<26|t.free(w)<<21|w&0x1ff800|loads[row.Name]<<1)
}

func (t target) wrap(v uint64) uint64 { return t.variant.wrap(v) }

func differential(t *testing.T, total int, lists func(size int) [][]row) {
	differentialBut(t, total, lists, fpFR)
}

// differentialBut leaves bits of FPSCR out. qemu never sets FR.
func differentialBut(t *testing.T, total int, lists func(size int) [][]row, unlike uint64) {
	for _, target := range targets() {
		i := target.describe(slices.Concat(lists(target.size)...), unlike)
		t.Run(i.ABI, func(t *testing.T) { isatest.CompareAll(t, i, total, 1) })
	}
}

// of chooses lists by the size of registers.
func of(both [][]row, wide ...[]row) func(size int) [][]row {
	return func(size int) [][]row {
		if size == 8 {
			return append(slices.Clone(both), wide...)
		}
		return both
	}
}

func TestIntegerAgainstQemu(t *testing.T) {
	differential(t, 2000, of([][]row{arithmetic, logical, rotates, traps}, arithmetic64, logical64, rotates64, traps64))
}

func TestMemoryAgainstQemu(t *testing.T) {
	differential(t, 2000, of([][]row{memory, reservations}, memory64, reservations64))
}

func TestControlAgainstQemu(t *testing.T) {
	differential(t, 2000, of([][]row{branches, conditionRows, system}, branches64, conditionRows64))
}

func TestFloatAgainstQemu(t *testing.T) {
	differentialBut(t, 4000, of([][]row{floats}, floats64), fpFR|0x10000)
}

func TestConversionsAgainstQemu(t *testing.T) {
	differentialBut(t, 2000, of([][]row{conversions}, conversions64), fpFR|fpResult)
}

func TestFloatMemoryAgainstQemu(t *testing.T) {
	const mtfsb1 = fpFX // which sets no FX for the causes of VX there
	differentialBut(t, 2000, of([][]row{floatMemory, statusRows}, floatMemory64), fpFR|mtfsb1)
}

func TestAltivecAgainstQemu(t *testing.T) {
	differential64(t, 6000, 0, altivec)
}

func TestVectorMemoryAgainstQemu(t *testing.T) {
	differential64(t, 2000, 0, vectorMemory, vsxMemory)
}

// qemu rounds some singles twice, and may miss an underflow.
func TestVSXAgainstQemu(t *testing.T) {
	differential64(t, 3000, fpFR|fpUX|fpFX|0x10000, vsxLogical, vsxScalar)
}

// qemu joins the flags of elements in ways of its own.
func TestVSXVectorsAgainstQemu(t *testing.T) {
	differential64(t, 3000, ^uint64(0), vsxVector)
}

// differential64 is for what 32-bit implementations do not announce.
func differential64(t *testing.T, total int, unlike uint64, lists ...[]row) {
	for _, target := range targets()[1:] {
		i := target.describe(slices.Concat(lists...), unlike)
		t.Run(i.ABI, func(t *testing.T) { isatest.CompareAll(t, i, total, 1) })
	}
}
