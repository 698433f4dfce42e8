package isa

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Row is an instruction in a Table. Bits are written as in a manual, the most significant first: 0 and 1 are fixed, a name is
// a field, followed by its width (rd:5), spaces and other separators (|) do not count.
//
//	{"addi", "imm:12 rs1:5 000 rd:5 0010011", addi}
//
// Where rows overlap, the one with more fixed bits counts. E is what the front-end wants to find.
type Row[E any] struct {
	Name string
	Bits string
	Emit E

	mask, match uint32
	width       int
}

// Field is a named part of a row.
type Field struct {
	Name       string
	Shift, Len int
}

// Table decodes instruction words of up to 32 bits.
type Table[E any] struct {
	rows []Row[E]
	root node
}

// node is a step of decoding: it looks at some bits and goes on, or it is a leaf with rows to try, the most special first.
type node struct {
	shift, mask uint32
	next        []node
	rows        []int16
}

// NewTable builds the decoder of the rows of several lists. It panics on a row that is not well formed.

func NewTable[E any](lists ...[]Row[E]) *Table[E] {
	t := &Table[E]{rows: slices.Concat(lists...)}
	all := make([]int16, len(t.rows))
	for i := range t.rows {
		t.rows[i].parse()
		all[i] = int16(i)
	}
	slices.SortStableFunc(all, func(a, b int16) int {
		return bits.OnesCount32(t.rows[b].mask) - bits.OnesCount32(t.rows[a].mask)
	})
	t.root = t.build(all, 0)
	return t
}

func (r *Row[E]) parse() {
	for _, token := range strings.FieldsFunc(r.Bits, func(c rune) bool { return c == ' ' || c == '|' }) {
		if name, width, ok := strings.Cut(token, ":"); ok {
			r.shift(fieldWidth(r.Name, name, width))
			continue
		}
		for _, c := range token {
			if c != '0' && c != '1' {
				panic(fmt.Sprintf("isa: row %s: %q is neither bits nor a field with a width", r.Name, token))
			}
			r.shift(1)
			r.mask |= 1
			r.match |= uint32(c - '0')
		}
	}
	if r.width != 16 && r.width != 32 {
		panic(fmt.Sprintf("isa: row %s has %d bits", r.Name, r.width))
	}
}

func (r *Row[E]) shift(n int) { r.mask, r.match, r.width = r.mask<<n, r.match<<n, r.width+n }

func fieldWidth(row, field, width string) int {
	n, err := strconv.Atoi(width)
	if err != nil || n < 1 || n > 26 {
		panic(fmt.Sprintf("isa: row %s: field %s has width %q", row, field, width))
	}
	return n
}

// maxStep is the number of bits that one step of decoding looks at.
const maxStep = 8

// build makes the node for rows that agree in the bits of seen.
func (t *Table[E]) build(rows []int16, seen uint32) node {
	common := ^seen
	for _, i := range rows {
		common &= t.rows[i].mask
	}
	shift, width := longestRun(common)
	if len(rows) <= 2 || width == 0 {
		return node{rows: rows}
	}
	mask := uint32(1)<<width - 1
	groups := make([][]int16, mask+1)
	for _, i := range rows {
		k := t.rows[i].match >> shift & mask
		groups[k] = append(groups[k], i)
	}
	n := node{shift: uint32(shift), mask: mask, next: make([]node, mask+1)}
	for k, group := range groups {
		n.next[k] = t.build(group, seen|mask<<shift)
	}
	return n
}

// longestRun finds the most bits that stand together, up to maxStep.
func longestRun(mask uint32) (shift, width int) {
	for s := 0; s < 32; s++ {
		w := min(bits.TrailingZeros32(^(mask >> s)), maxStep)
		if w > width {
			shift, width = s, w
		}
	}
	return shift, width
}

// Lookup finds the row of an instruction word; -1 if there is none.
func (t *Table[E]) Lookup(word uint32) int {
	n := &t.root
	for n.next != nil {
		n = &n.next[word>>n.shift&n.mask]
	}
	for _, i := range n.rows {
		if r := &t.rows[i]; word&r.mask == r.match {
			return int(i)
		}
	}
	return -1
}

// Row gives a row by its number.
func (t *Table[E]) Row(i int) *Row[E] { return &t.rows[i] }

// Len is the number of rows.
func (t *Table[E]) Len() int { return len(t.rows) }

// Fixed gives the bits of a row that are fixed, and their values; the others are fields.
func (r *Row[E]) Fixed() (mask, match uint32) { return r.mask, r.match }

// Fields lists the fields of a row, the most significant first.
func (r *Row[E]) Fields() []Field {
	var fields []Field
	at := r.width
	for _, token := range strings.FieldsFunc(r.Bits, func(c rune) bool { return c == ' ' || c == '|' }) {
		name, width, ok := strings.Cut(token, ":")
		if !ok {
			at -= len(token)
			continue
		}
		n := fieldWidth(r.Name, name, width)
		at -= n
		fields = append(fields, Field{name, at, n})
	}
	return fields
}
