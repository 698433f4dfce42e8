package isa

import (
	"fmt"
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

	fixed
	width int
}

// Field is a named part of a row.
type Field struct {
	Name       string
	Shift, Len int
}

// Table decodes instruction words of up to 32 bits. It is safe for concurrent use.
type Table[E any] struct {
	rows  []Row[E]
	fixed []fixed // of each row
	root  node
}

// fixed is the bits of a row that are fixed, and their values.
type fixed struct{ mask, match uint32 }

// NewTable makes the decoder of the rows of several lists. It panics on a row that is not well formed.
func NewTable[E any](lists ...[]Row[E]) *Table[E] {
	t := &Table[E]{rows: slices.Concat(lists...)}
	t.fixed = make([]fixed, len(t.rows))
	all := make([]int16, len(t.rows))
	for i := range t.rows {
		t.rows[i].parse()
		t.fixed[i], all[i] = t.rows[i].fixed, int16(i)
	}
	t.root.build(t.fixed, all, 0)
	return t
}

func (r *Row[E]) parse() {
	for rest := r.Bits; rest != ""; {
		switch c := rest[0]; c {
		case '0', '1':
			r.shift(1)
			r.mask |= 1
			r.match |= uint32(c - '0')
			rest = rest[1:]
		case ' ', '|':
			rest = rest[1:]
		default:
			var f string
			f, rest = token(rest)
			name, width, _ := strings.Cut(f, ":")
			r.shift(fieldWidth(r.Name, name, width))
		}
	}
	if r.width != 16 && r.width != 32 {
		panic(fmt.Sprintf("isa: row %s has %d bits", r.Name, r.width))
	}
}

// token cuts off what stands before a separator.
func token(s string) (first, rest string) {
	for i := range len(s) {
		if s[i] == ' ' || s[i] == '|' {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

func (r *Row[E]) shift(n int) { r.mask, r.match, r.width = r.mask<<n, r.match<<n, r.width+n }

func fieldWidth(row, field, width string) int {
	n, err := strconv.Atoi(width)
	if err != nil || n < 1 || n > 26 {
		panic(fmt.Sprintf("isa: row %s: field %s has width %q", row, field, width))
	}
	return n
}

// Lookup finds the row of an instruction word; -1 if there is none.
func (t *Table[E]) Lookup(word uint32) int {
	n := &t.root
	for n.next != nil {
		n = n.step(t.fixed, word)
	}
	for _, i := range n.rows {
		if r := &t.fixed[i]; word&r.mask == r.match {
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
