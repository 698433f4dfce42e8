package isa

import (
	"math/bits"
	"slices"
	"sync/atomic"
)

// node is a step of decoding: it looks at some bits, and goes on to the node of the rows that have them so. That one is built
// when a word first leads there; most programs need few. A leaf has rows to try, the most special first.
type node struct {
	rows        []int16
	shift, mask uint32
	seen        uint32                 // bits in which rows agree
	starts      []int16                // where the rows of each next node begin
	next        []atomic.Pointer[node] // none in a leaf
}

// maxStep is the number of bits that one step of decoding looks at.
const maxStep = 8

// build makes the node for rows that agree in the bits of seen.
func (n *node) build(all []fixed, rows []int16, seen uint32) {
	common := ^seen
	for _, i := range rows {
		common &= all[i].mask
	}
	shift, width := longestRun(common)
	if len(rows) <= 2 || width == 0 {
		n.rows = slices.Clone(rows)
		slices.SortStableFunc(n.rows, func(a, b int16) int {
			return bits.OnesCount32(all[b].mask) - bits.OnesCount32(all[a].mask)
		})
		return
	}
	n.shift, n.mask = uint32(shift), 1<<width-1
	n.seen = seen | n.mask<<shift
	n.group(all, rows)
}

// group puts the rows of each next node together.
func (n *node) group(all []fixed, rows []int16) {
	n.starts = make([]int16, n.mask+2)
	for _, i := range rows {
		n.starts[all[i].match>>n.shift&n.mask+1]++
	}
	for k := range n.mask + 1 {
		n.starts[k+1] += n.starts[k]
	}
	n.rows = make([]int16, len(rows))
	to := slices.Clone(n.starts)
	for _, i := range rows {
		k := all[i].match >> n.shift & n.mask
		n.rows[to[k]] = i
		to[k]++
	}
	n.next = make([]atomic.Pointer[node], n.mask+1)
}

// step gives the next node for a word. If two build it at a time, either will do.
func (n *node) step(all []fixed, word uint32) *node {
	k := word >> n.shift & n.mask
	if next := n.next[k].Load(); next != nil {
		return next
	}
	next := new(node)
	next.build(all, n.rows[n.starts[k]:n.starts[k+1]], n.seen)
	n.next[k].Store(next)
	return next
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
