package isatest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/emu"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// The proof of the sandbox: every instruction that touches memory is executed with addresses that try to leave the window, by
// the interpreter, which looks at the page table, and by generated code, which relies on comparisons and guards.

// What surrounds a window: the guards of package emu, and beyond them memory that an access would succeed in.
const (
	windowSize = 1 << 32
	slack      = 1 << 16 // see package native
	guard      = 1 << 31
	canary     = 1 << 30
	canaries   = 24 // on each side
)

// Sandbox is the place of such trials.
type Sandbox struct {
	isa        *ISA
	ours       [2]*Ours // interpreter, generated code
	states     [2]*ir.State
	around     [][]byte
	Executions int // of instructions that touch memory
	Faults     int // of them by generated code
}

// NewSandbox maps the memory.
func NewSandbox(t testing.TB, i *ISA) *Sandbox {
	t.Helper()
	b := &Sandbox{isa: i}
	for k, executor := range []func(*ir.State, *emu.Window) Executor{i.Interpreter, i.Generated} {
		o, err := NewOurs(i, executor)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(o.Close)
		for _, page := range []uint64{0, windowSize - PageSize} {
			if err := o.window.MapAnonymous(page, PageSize, emu.ProtRead|emu.ProtWrite); err != nil {
				t.Fatal(err)
			}
		}
		b.ours[k], b.states[k] = o, o.state
	}
	b.surround(unsafe.Pointer(unsafe.SliceData(b.ours[1].window.Bytes(0, 1))))
	t.Cleanup(func() {
		for _, m := range b.around {
			_ = unix.MunmapPtr(unsafe.Pointer(unsafe.SliceData(m)), canary)
		}
	})
	return b
}

// surround maps what is free of the memory beyond the guards.
func (b *Sandbox) surround(base unsafe.Pointer) {
	for k := range canaries {
		for _, offset := range []int{-guard - (k+1)*canary, windowSize + guard + k*canary} {
			p, err := unix.MmapPtr(-1, 0, unsafe.Add(base, offset), canary, unix.PROT_READ|unix.PROT_WRITE,
				unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE|unix.MAP_FIXED_NOREPLACE)
			if err == nil {
				b.around = append(b.around, unsafe.Slice((*byte)(p), canary))
			}
		}
	}
}

// extremes are addresses at the borders of whatever a check may look at.
var extremes = []uint64{0, DataAt, 1 << 15, 1 << 16, 1 << 31, windowSize, windowSize + slack, windowSize + guard, guard + slack,
	1 << 33, 1 << 39, 1 << 47, 1 << 55, 1 << 56, 1 << 63, 1<<63 | 1<<47}

// extreme is an address that is likely to be wrong.
func extreme(r *rand.Rand) uint64 {
	v := extremes[r.IntN(len(extremes))]
	switch r.IntN(4) {
	case 0:
		v = windowSize + guard + r.Uint64N(canaries*canary)
	case 1:
		v = -(guard + r.Uint64N(canaries*canary))
	case 2:
		v = -v
	}
	v += uint64(int64(r.IntN(65))-32) * uint64([]int{1, 8, 16, 512, 4096}[r.IntN(5)])
	if r.IntN(4) == 0 {
		v >>= r.IntN(5) // an index that will be scaled
	}
	return v
}

// Try executes an instruction with a number of settings of the registers. It does nothing if it touches no memory.
func (b *Sandbox) Try(t testing.TB, r *rand.Rand, name string, code []byte, settings int) {
	t.Helper()
	for range settings {
		var tags uint32
		if b.isa.Front.TagBits > 0 {
			tags = r.Uint32N(2)
		}
		same, seed := r.IntN(4) == 0, r.Uint64()
		var exits [2]ir.ExitKind
		for k := range b.ours {
			b.set(b.states[k], rand.New(rand.NewPCG(seed, 0)), same, tags)
			region := b.translate(k, code)
			if region == nil || !touches(region) {
				return
			}
			b.ours[k].run(b.states[k], region)
			exits[k] = ir.ExitKind(b.states[k].Exit)
		}
		b.Executions++
		if err := b.judge(exits); err != nil {
			t.Errorf("%s (% x), registers %x: %v", name, code, b.states[1].Int[:32], err)
		}
	}
}

// set gives all registers extreme values, the same or each its own.
func (b *Sandbox) set(s *ir.State, r *rand.Rand, same bool, tags uint32) {
	clear(s.Int[:])
	b.isa.Front.Reset(s)
	s.Tags, s.PC, s.WindowSize = tags, CodeAt, windowSize
	if s == b.states[1] {
		s.WindowSize += slack
	}
	v := extreme(r)
	for _, g := range b.isa.Front.Globals {
		class, i := g.Value.Global()
		register := i < 32 || g.Name == "exclusive" || g.Name == "reservation"
		if !same {
			v = extreme(r)
		}
		if class == ir.Int && register {
			*s.GlobalWord(g.Value) = v & (^uint64(0) >> (64 - g.Bits))
		}
	}
	*s.GlobalWord(ir.IntGlobal(0)) &= ^uint64(0) >> (64 - b.bits())
}

// bits is the width of addresses.
func (b *Sandbox) bits() int {
	if b.isa.Front.Address32 {
		return 32
	}
	return 64
}

func (b *Sandbox) translate(k int, code []byte) *ir.Region {
	b.ours[k].code = code
	t := isa.NewTranslator(b.isa.Front, b.ours[k])
	t.Limit = 1
	return t.Translate(CodeAt, b.isa.Front.Mode(b.states[k]))
}

func touches(r *ir.Region) bool {
	for i := range r.Blocks {
		for k := range r.Blocks[i].Insns {
			if r.Blocks[i].Insns[k].Op.Has(ir.Reads | ir.Writes) {
				return true
			}
		}
	}
	return false
}

// judge compares how both came out. Generated code may fault where the interpreter does not: the engine tries again then.
func (b *Sandbox) judge(exits [2]ir.ExitKind) error {
	if exits[1] != ir.ExitFault {
		if exits[0] != exits[1] {
			return fmt.Errorf("exit %d, by the interpreter %d", exits[1], exits[0])
		}
		return nil
	}
	b.Faults++
	s := b.states[1]
	at := int64(s.FaultAddr)
	if !b.isa.Front.Address32 && !foreseen(uintptr(s.FaultHost)) && (at < -guard || at >= windowSize+guard) {
		return fmt.Errorf("an access at %#x, outside of the guards", at)
	}
	return nil
}

// foreseen reports whether a fault was found by a comparison: the code of that begins with lea, which is no access.
func foreseen(pc uintptr) bool {
	code := unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&pc))), 2)
	return code[0]&^7 == 0x48 && code[1] == 0x8d
}

// Words makes random instructions of a row: the first have all ones or zeros in fields that may be displacements.
func Words(r *rand.Rand, mask, match uint32, fields []isa.Field, n int) []uint32 {
	words := make([]uint32, n)
	for i := range words {
		w := r.Uint32()
		for _, f := range fields {
			edge := []uint32{0, 1, 1<<f.Len - 1, 1 << (f.Len - 1), 1<<(f.Len-1) - 1}[r.IntN(5)]
			if f.Len >= 6 && r.IntN(4) > 0 {
				w = w&^((1<<f.Len-1)<<f.Shift) | edge<<f.Shift
			}
		}
		words[i] = w&^mask | match
	}
	return words
}

// Little is the bytes of an instruction word in little-endian order.
func Little(word uint32) []byte { return binary.LittleEndian.AppendUint32(nil, word) }
