package amd64

import (
	"slices"

	"muslrun/emu"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// Code is a compiled region. It can be placed anywhere in an Arena.
type Code struct {
	Text   []byte
	Entry  uint32   // offset in Text
	Points []Point  // by ascending offset
	Links  []uint64 // guest addresses of the exits to other regions, by link number
	fixes  []uint32 // offsets of link numbers in Text, relative to the first of the region
	swaps  []swap
}

// Point says that the code from Offset on, up to the next Point, belongs to the guest instruction at PC.
type Point struct {
	Offset uint32
	Write  bool // an access here counts as a write though the host may read first
	PC     uint64
}

// Fault completes an ExitFault in this code, which begins at host address text: it sets s.PC, and the globals are exact.
func (c *Code) Fault(s *ir.State, text uintptr) {
	c.leaveSwaps(s)
	p := c.pointAt(uint32(s.FaultHost - uint64(text)))
	s.PC = p.PC
	if p.Write {
		s.FaultAccess = uint64(emu.Write)
	}
}

func (c *Code) pointAt(offset uint32) Point {
	lo, hi := 0, len(c.Points)
	for lo < hi {
		if mid := (lo + hi) / 2; c.Points[mid].Offset <= offset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return c.Points[max(lo, 1)-1]
}

// Options change what a Compiler makes of a region.
type Options struct {
	// Count makes every block subtract its instructions from State.Budget, and leave before it would fall below zero.
	Count bool
}

// Compiler makes machine code of the regions of one front-end. It is not safe for concurrent use.
type Compiler struct {
	asm
	front *isa.Frontend
	base  [ir.IntGlobals + ir.VecGlobals]reg  // static registers
	home  [ir.IntGlobals + ir.VecGlobals]reg  // and those of the region
	wide  [ir.IntGlobals + ir.VecGlobals]bool // vector globals of more than 64 bits, integer ones of more than 32
	lazy  [ir.IntGlobals + ir.VecGlobals]bool

	region *ir.Region
	opt    Options
	err    error
	links  []uint64
	fixes  []uint32
	points []Point
	blocks []label
	cold   []coldPath
	exits  []label // of the cold paths that leave by a link, by link number

	// Of the block at hand.
	block               *ir.Block
	blockIndex          int
	insn                *ir.Insn
	pos                 int32
	pc                  uint64 // of the guest instruction
	banks               [2]bank
	slots               []int32 // of temporaries, in State.Spill; -1 if none
	slotUsed            [spills]bool
	next                []uses
	nextTemp, nextConst []int32
	nextGlobal          [ir.IntGlobals + ir.VecGlobals]int32
	flags               hostFlags
	checked             checkedBases
	flagGlobals         []ir.Value
	liveIn              []uint64
	starts              []blockStart
	known               knownBits
	weights             weights
	swaps               []swap
}

// NewCompiler makes a compiler for regions of a front-end.
func NewCompiler(front *isa.Frontend) *Compiler {
	c := &Compiler{front: front}
	c.banks[ir.Int&1].room, c.banks[ir.Vec&1].room = tempInts, tempVecs
	c.base = staticMap(front)
	c.home = c.base
	for _, g := range front.Globals {
		c.lazy[g.Value] = g.Lazy
		class, _ := g.Value.Global()
		c.wide[g.Value] = class == ir.Vec && g.Bits > 64 || class == ir.Int && g.Bits > 32
	}
	return c
}

// staticMap gives registers to the globals of a front-end.
func staticMap(front *isa.Frontend) (home [ir.IntGlobals + ir.VecGlobals]reg) {
	for v := range home {
		home[v] = noReg
	}
	ints, vecs := staticInts[:], staticVecs[:]
	for _, v := range front.Static {
		switch class, _ := v.Global(); {
		case class == ir.Int && len(ints) > 0:
			home[v], ints = ints[0], ints[1:]
		case class == ir.Vec && len(vecs) > 0:
			home[v], vecs = vecs[0], vecs[1:]
		}
	}
	return home
}

// Compile makes the code of a region.
func (c *Compiler) Compile(r *ir.Region, opt Options) (*Code, error) {
	c.begin(r, opt)
	c.findLive()
	c.findEdges()
	c.chooseSwaps()
	c.enterSwaps()
	for i := range r.Blocks {
		c.compileBlock(i)
	}
	for i := 0; i < len(c.cold); i++ {
		c.emitCold(&c.cold[i])
	}
	c.finish()
	if c.err != nil {
		return nil, c.err
	}
	code := &Code{Text: clone(c.buf), Points: clone(c.points), Links: clone(c.links), fixes: clone(c.fixes),
		swaps: clone(c.swaps)}
	return code, nil
}

func clone[E any](s []E) []E { return append([]E(nil), s...) }

func (c *Compiler) begin(r *ir.Region, opt Options) {
	c.region, c.opt, c.err = r, opt, nil
	c.asm.reset()
	c.links, c.fixes, c.points = c.links[:0], c.fixes[:0], c.points[:0]
	c.cold, c.exits, c.blocks = c.cold[:0], c.exits[:0], c.blocks[:0]
	c.slots, c.nextTemp, c.nextConst = c.slots[:0], c.nextTemp[:0], c.nextConst[:0]
	for range r.Temps {
		c.slots, c.nextTemp = append(c.slots, -1), append(c.nextTemp, never)
	}
	for range r.Consts {
		c.nextConst = append(c.nextConst, never)
	}
	c.known.reset(len(r.Temps))
	c.checked.reset(len(r.Temps))
	for range r.Blocks {
		c.blocks = append(c.blocks, c.newLabel())
	}
}

// fail makes Compile return err in the end.
func (c *Compiler) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *Compiler) compileBlock(i int) {
	block := &c.region.Blocks[i]
	c.block, c.blockIndex, c.pc = block, i, block.PC
	c.banks[0].clear()
	c.banks[1].clear()
	c.flags.value = ir.None
	clear(c.slotUsed[:])
	c.findUses(block)
	c.takeOver(i)
	c.bind(c.blocks[i])
	c.point()
	if i == 0 || block.Loop {
		c.poll()
	}
	if c.opt.Count && block.Count > 0 {
		c.count()
	}
	for j := range block.Insns {
		c.pos, c.insn = int32(j), &block.Insns[j]
		c.selectInsn()
		c.release()
	}
}

// point notes that the code from here on belongs to the guest instruction at hand.
func (c *Compiler) point() {
	p := Point{Offset: uint32(c.here()), PC: c.pc}
	switch n := len(c.points); {
	case n > 0 && c.points[n-1].Offset == p.Offset:
		c.points[n-1] = p
	case n == 0 || c.points[n-1].PC != p.PC || c.points[n-1].Write:
		c.points = append(c.points, p)
	}
}

// selectInsn makes the code of the instruction at hand.
func (c *Compiler) selectInsn() {
	s := &selectors[c.insn.Op]
	if c.idle() {
		return
	}
	if !s.keepsFlags || c.readsFlags() || c.flushes() {
		c.settle()
	}
	c.beforeFlush()
	if s.emit == nil || !s.emit(c) {
		c.settle()
		c.outcall()
	}
	c.noteWidth()
}

// readsFlags reports whether the instruction at hand reads, other than as the flags it tests, what the host's flags hold.
func (c *Compiler) readsFlags() bool {
	if c.flags.value == ir.None {
		return false
	}
	args := c.insn.Args[:]
	switch c.insn.Op {
	case ir.SetF, ir.SelectF, ir.BranchF:
		args = args[1:]
	}
	return slices.Contains(args, c.flags.value)
}

// idle reports whether the instruction at hand does nothing that anybody notices.
func (c *Compiler) idle() bool {
	op := c.insn.Op
	return c.insn.Dst[0] != ir.None && op.Shape().Effect == 0 && !c.wantsResult() && !c.wantsFlags()
}

// defined notes that the value d changes.
func (c *Compiler) defined(d ir.Value) {
	if c.flags.value == d {
		c.flags.value = ir.None
	}
	c.checked.forget(d)
	c.known.forget(d)
}

// selector makes the code of an operation. emit reports false, having emitted nothing, if the case is not covered.
type selector struct {
	emit       func(c *Compiler) bool
	keepsFlags bool // it does not touch the host's flags, or takes care of them itself
}
