package layout

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"reflect"
	"slices"
	"sync/atomic"
	"unsafe"
)

// Codec copies between a canonical Go struct C and the bytes of one guest ABI. It is safe for concurrent use.
type Codec[C any] struct {
	shape any
	rules Rules
	plan  atomic.Pointer[plan]
}

// plan is a compiled layout.
type plan struct {
	size, align int
	swap        bool // the guest's byte order is not the host's
	ops         []op
	fields      []Field
}

// op moves one integer, or one run of bytes.
type op struct {
	host       uintptr // offset in the canonical struct
	guest      uint32  // offset in the guest's bytes
	run        uint32  // length of a run of bytes; 0 for an integer
	hostSize   uint8
	guestSize  uint8
	shift      uint8 // the guest holds the value from this bit on
	hostSigned bool
	signed     bool // the guest's type
	swap       bool // the bytes are in the other order than the host's
	words      bool // two 32-bit words, least significant first
	short      bool
}

// hostBig tells whether muslrun itself runs on a big-endian machine.
var hostBig = binary.NativeEndian.Uint16([]byte{0, 1}) == 1

// New is the codec between C and a shape, laid out by an ABI's rules. The layout is compiled when it is first needed,
// so that making a codec costs nothing. A shape that does not fit C panics then; a test compiles all.
func New[C any](shape any, rules Rules) *Codec[C] {
	return &Codec[C]{shape: shape, rules: rules}
}

// Compile is New with the layout compiled at once.
func Compile[C any](shape any, rules Rules) *Codec[C] {
	c := New[C](shape, rules)
	c.get()
	return c
}

func (c *Codec[C]) get() *plan {
	if p := c.plan.Load(); p != nil {
		return p
	}
	return c.compile()
}

func (c *Codec[C]) compile() *plan {
	host := map[string]hostField{}
	hostFields(reflect.TypeFor[C](), "", 0, host)
	s := draw(c.shape, c.rules)
	p := &plan{size: s.size, align: s.align, fields: s.fields}
	for _, f := range s.fields {
		p.ops = append(p.ops, newOp(f, host, c))
	}
	// Decode puts the lower part of a split value in place before the upper one.
	slices.SortStableFunc(p.ops, func(a, b op) int { return int(a.shift) - int(b.shift) })
	c.plan.Store(p)
	return p
}

func newOp[C any](f Field, host map[string]hostField, c *Codec[C]) op {
	h, ok := host[f.target]
	isRun := f.Size > 8 || h.bytes
	if !ok || isRun && (!h.bytes || h.size < f.Size) {
		panic(fmt.Sprintf("layout: %T.%s does not fit a field %q of %v", c.shape, f.Name, f.target, reflect.TypeFor[C]()))
	}
	o := op{
		host: h.offset, guest: uint32(f.Offset), hostSize: uint8(h.size), guestSize: uint8(f.Size), shift: f.shift,
		hostSigned: h.signed, signed: f.Signed, short: f.Short, words: f.words,
		swap: (c.rules.Order == Big) != hostBig,
	}
	if isRun {
		o.run = uint32(f.Size)
	}
	return o
}

// Size is sizeof the structure.
func (c *Codec[C]) Size() int { return c.get().size }

// Align is the alignment of the structure.
func (c *Codec[C]) Align() int { return c.get().align }

// Fields lists the integers of the structure in order, without padding.
func (c *Codec[C]) Fields() []Field { return c.get().fields }

// Encode writes v to the first Size bytes of dst. Values too big are cut off, as an assignment in C does; ask Fits before
// where Linux answers EOVERFLOW.
func (c *Codec[C]) Encode(dst []byte, v *C) {
	p := c.get()
	dst = dst[:p.size]
	clear(dst)
	base := unsafe.Pointer(v)
	for i := range p.ops {
		p.ops[i].encode(dst, base)
	}
}

// Decode reads v from the first Size bytes of src. Fields that the guest's structure lacks become zero.
func (c *Codec[C]) Decode(src []byte, v *C) {
	p := c.get()
	src = src[:p.size]
	var zero C
	*v = zero
	base := unsafe.Pointer(v)
	for i := range p.ops {
		p.ops[i].decode(src, base)
	}
}

// Fits reports whether every value of v would come back from the guest's structure as it is. Fields that the structure
// lacks, or cuts short by design, do not count.
func (c *Codec[C]) Fits(v *C) bool {
	p := c.get()
	base := unsafe.Pointer(v)
	for i := range p.ops {
		if !p.ops[i].fits(p, base) {
			return false
		}
	}
	return true
}

func (o *op) encode(dst []byte, base unsafe.Pointer) {
	host := unsafe.Add(base, o.host)
	if o.run != 0 {
		copy(dst[o.guest:o.guest+o.run], unsafe.Slice((*byte)(host), o.run))
		return
	}
	v := o.loadHost(host) >> o.shift
	at := dst[o.guest : o.guest+uint32(o.guestSize)]
	switch o.guestSize {
	case 1:
		at[0] = byte(v)
	case 2:
		binary.NativeEndian.PutUint16(at, swap16(uint16(v), o.swap))
	case 4:
		binary.NativeEndian.PutUint32(at, swap32(uint32(v), o.swap))
	default:
		binary.NativeEndian.PutUint64(at, o.order64(v))
	}
}

func (o *op) decode(src []byte, base unsafe.Pointer) {
	host := unsafe.Add(base, o.host)
	if o.run != 0 {
		copy(unsafe.Slice((*byte)(host), o.run), src[o.guest:o.guest+o.run])
		return
	}
	v := o.loadGuest(src)
	if o.shift != 0 {
		v = v<<o.shift | o.loadHost(host)&(1<<o.shift-1)
	}
	o.storeHost(host, v)
}

// loadGuest reads a guest's integer, extended by its own sign.
func (o *op) loadGuest(src []byte) uint64 {
	at := src[o.guest : o.guest+uint32(o.guestSize)]
	var v uint64
	switch o.guestSize {
	case 1:
		v = uint64(at[0])
	case 2:
		v = uint64(swap16(binary.NativeEndian.Uint16(at), o.swap))
	case 4:
		v = uint64(swap32(binary.NativeEndian.Uint32(at), o.swap))
	default:
		return o.order64(binary.NativeEndian.Uint64(at))
	}
	if o.signed {
		return extend(v, o.guestSize)
	}
	return v
}

// loadHost reads a canonical integer, extended by its own sign.
func (o *op) loadHost(host unsafe.Pointer) uint64 {
	var v uint64
	switch o.hostSize {
	case 1:
		v = uint64(*(*uint8)(host))
	case 2:
		v = uint64(*(*uint16)(host))
	case 4:
		v = uint64(*(*uint32)(host))
	default:
		return *(*uint64)(host)
	}
	if o.hostSigned {
		return extend(v, o.hostSize)
	}
	return v
}

func (o *op) storeHost(host unsafe.Pointer, v uint64) {
	switch o.hostSize {
	case 1:
		*(*uint8)(host) = uint8(v)
	case 2:
		*(*uint16)(host) = uint16(v)
	case 4:
		*(*uint32)(host) = uint32(v)
	default:
		*(*uint64)(host) = v
	}
}

// fits reports whether an integer survives a trip to the guest and back. The lower part of a split value always does.
func (o *op) fits(p *plan, base unsafe.Pointer) bool {
	if o.run != 0 || o.short || p.hasHigh(o) {
		return true
	}
	v := o.loadHost(unsafe.Add(base, o.host)) >> o.shift
	back := cut(v, o.guestSize)
	if o.signed && o.shift == 0 {
		back = extend(back, o.guestSize)
	}
	return cut(back, o.hostSize) == cut(v, o.hostSize)
}

// hasHigh reports whether another field holds the upper part of the same canonical one.
func (p *plan) hasHigh(o *op) bool {
	for i := range p.ops {
		if p.ops[i].host == o.host && p.ops[i].shift > o.shift {
			return true
		}
	}
	return false
}

// order64 converts between the host's and the guest's order of a 64-bit integer.
func (o *op) order64(v uint64) uint64 {
	if o.swap {
		v = bits.ReverseBytes64(v)
	}
	if o.words && o.swap != hostBig {
		v = bits.RotateLeft64(v, 32)
	}
	return v
}

func swap16(v uint16, swap bool) uint16 {
	if swap {
		return bits.ReverseBytes16(v)
	}
	return v
}

func swap32(v uint32, swap bool) uint32 {
	if swap {
		return bits.ReverseBytes32(v)
	}
	return v
}

// cut keeps the low bytes of a value.
func cut(v uint64, size uint8) uint64 {
	shift := 64 - 8*uint(size)
	return v << shift >> shift
}

// extend sign-extends a value of size bytes.
func extend(v uint64, size uint8) uint64 {
	shift := 64 - 8*uint(size)
	return uint64(int64(v<<shift) >> shift)
}
