package layout

import (
	"bytes"
	"encoding/binary"
	"testing"
)

var (
	amd64 = Rules{Order: Little, LongSize: 8, PtrSize: 8, Align64: 8}
	i386  = Rules{Order: Little, LongSize: 4, PtrSize: 4, Align64: 4}
	ppc   = Rules{Order: Big, LongSize: 4, PtrSize: 4, Align64: 8}
	m68k  = Rules{Order: Big, LongSize: 4, PtrSize: 4, Align64: 2, MaxAlign: 2}
	s390x = Rules{Order: Big, LongSize: 8, PtrSize: 8, Align64: 8}
	rules = map[string]Rules{"amd64": amd64, "i386": i386, "ppc": ppc, "m68k": m68k, "s390x": s390x}
)

type times struct {
	Sec  int64
	Nsec int64
}

type canonical struct {
	ID    uint64
	Mode  uint32
	Size  int64
	Count int16
	Time  times
	Name  [4]byte
	Vals  [3]uint32
	Mask  uint64
}

type shape struct {
	Mode uint16
	_    uint8
	ID   Ptr
	Size Long
	_    [2]ULong
	Time struct {
		Sec  int64
		Nsec Long
	}
	Low   uint16 `c:"Count"`
	Name  [4]byte
	First [2]uint32 `c:"Vals"`
	Mask  Words
}

func TestOffsets(t *testing.T) {
	want := map[string]map[string]int{
		"amd64": {"Mode": 0, "ID": 8, "Size": 16, "Time.Sec": 40, "Time.Nsec": 48, "Low": 56, "Name": 58, "First.1": 68, "Mask": 72},
		"i386":  {"Mode": 0, "ID": 4, "Size": 8, "Time.Sec": 20, "Time.Nsec": 28, "Low": 32, "Name": 34, "First.1": 44, "Mask": 48},
		"ppc":   {"Mode": 0, "ID": 4, "Size": 8, "Time.Sec": 24, "Time.Nsec": 32, "Low": 40, "Name": 42, "First.1": 52, "Mask": 56},
		"m68k":  {"Mode": 0, "ID": 4, "Size": 8, "Time.Sec": 20, "Time.Nsec": 28, "Low": 32, "Name": 34, "First.1": 42, "Mask": 46},
	}
	for name, offsets := range want {
		c := Compile[canonical](shape{}, rules[name])
		got := map[string]int{}
		for _, f := range c.Fields() {
			got[f.Name] = f.Offset
		}
		for field, offset := range offsets {
			if got[field] != offset {
				t.Errorf("%s: %s at %d, want %d", name, field, got[field], offset)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	for name, want := range map[string]int{"amd64": 80, "i386": 56, "ppc": 64, "m68k": 54, "s390x": 80} {
		if got := New[canonical](shape{}, rules[name]).Size(); got != want {
			t.Errorf("%s: size %d, want %d", name, got, want)
		}
	}
}

// sample's values fit every ABI.
func sample() canonical {
	return canonical{
		ID: 0x11223344, Mode: 0x5566, Size: -7, Count: -3, Time: times{-1, 999}, Name: [4]byte{'a', 'b'},
		Vals: [3]uint32{1, 0xfffffffe, 0}, Mask: 0x0102030405060708,
	}
}

func TestRoundTrip(t *testing.T) {
	for name, r := range rules {
		c := New[canonical](shape{}, r)
		in := sample()
		in.Count = 3 // the shape's is unsigned
		buf := bytes.Repeat([]byte{0xee}, c.Size())
		c.Encode(buf, &in)
		var out canonical
		out.ID = 99
		c.Decode(buf, &out)
		if in != out {
			t.Errorf("%s: %+v came back as %+v", name, in, out)
		}
		if !c.Fits(&in) {
			t.Errorf("%s: does not fit", name)
		}
	}
}

func TestByteOrders(t *testing.T) {
	in := sample()
	c := New[canonical](shape{}, ppc)
	buf := make([]byte, c.Size())
	c.Encode(buf, &in)
	if got := binary.BigEndian.Uint16(buf); got != 0x5566 {
		t.Errorf("mode %#x", got)
	}
	// The mask's low word comes first, each word in its own order.
	if low, high := binary.BigEndian.Uint32(buf[56:]), binary.BigEndian.Uint32(buf[60:]); low != 0x05060708 || high != 0x01020304 {
		t.Errorf("mask words %#x %#x", low, high)
	}
}

func TestPaddingIsZero(t *testing.T) {
	c := New[canonical](shape{}, amd64)
	buf := bytes.Repeat([]byte{0xee}, c.Size()+3)
	c.Encode(buf, &canonical{})
	if !bytes.Equal(buf[:c.Size()], make([]byte, c.Size())) {
		t.Errorf("padding leaks: %x", buf)
	}
	if !bytes.Equal(buf[c.Size():], []byte{0xee, 0xee, 0xee}) {
		t.Error("wrote past the structure")
	}
}

func TestFits(t *testing.T) {
	for _, tc := range []struct {
		change func(*canonical)
		rules  Rules
		want   bool
	}{
		{func(c *canonical) { c.Size = 1 << 31 }, i386, false},
		{func(c *canonical) { c.Size = -1 << 31 }, i386, true},
		{func(c *canonical) { c.Size = 1 << 40 }, amd64, true},
		{func(c *canonical) { c.ID = 1<<32 - 1 }, i386, true},
		{func(c *canonical) { c.ID = 1 << 32 }, i386, false},
		{func(c *canonical) { c.Mode = 1 << 16 }, amd64, false},
		{func(c *canonical) { c.Time.Sec = 1 << 40 }, i386, true},
	} {
		v := canonical{}
		tc.change(&v)
		if got := New[canonical](shape{}, tc.rules).Fits(&v); got != tc.want {
			t.Errorf("%+v fits %v, want %v", v, got, tc.want)
		}
	}
}

type split struct {
	Low   ULong  `c:"Size"`
	High  uint16 `c:"Size>>32"`
	Short uint32 `c:"ID,short"`
}

func TestSplitValue(t *testing.T) {
	c := New[canonical](split{}, ppc)
	in := canonical{Size: 0x1234_89abcdef, ID: 1 << 40}
	buf := make([]byte, c.Size())
	c.Encode(buf, &in)
	if want := []byte{0x89, 0xab, 0xcd, 0xef, 0x12, 0x34, 0, 0, 0, 0, 0, 0}; !bytes.Equal(buf, want) {
		t.Errorf("% x, want % x", buf, want)
	}
	var out canonical
	c.Decode(buf, &out)
	if out.Size != in.Size {
		t.Errorf("size %#x came back", out.Size)
	}
	if !c.Fits(&in) {
		t.Error("a short field made it not fit")
	}
}

func TestPackedAndAligned(t *testing.T) {
	type packed struct {
		_    Packed
		Mode uint32
		ID   uint64
	}
	if c := New[canonical](packed{}, amd64); c.Size() != 12 || c.Fields()[1].Offset != 4 {
		t.Errorf("packed: %d bytes, %+v", c.Size(), c.Fields())
	}
	type aligned struct {
		Mode uint32
		ID   Aligned64
	}
	if c := New[canonical](aligned{}, i386); c.Size() != 16 || c.Align() != 8 {
		t.Errorf("aligned: %d bytes", c.Size())
	}
}

func TestMistakesPanic(t *testing.T) {
	for name, bad := range map[string]any{
		"unknown name": struct{ Modus uint32 }{},
		"unknown tag": struct {
			X uint32 `c:"Y"`
		}{},
		"bytes too big": struct{ Name [5]byte }{},
		"not an array":  struct{ Mode [2]uint32 }{},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("compiled")
				}
			}()
			Compile[canonical](bad, amd64)
		})
	}
}

func TestNoAllocation(t *testing.T) {
	c := Compile[canonical](shape{}, ppc)
	buf := make([]byte, c.Size())
	v := sample()
	if n := testing.AllocsPerRun(100, func() { c.Encode(buf, &v); c.Decode(buf, &v) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzDecodeEncode(f *testing.F) {
	f.Add(bytes.Repeat([]byte{0x81}, 80))
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, r := range rules {
			c := New[canonical](shape{}, r)
			if len(data) < c.Size() {
				continue
			}
			var first, second canonical
			c.Decode(data, &first)
			buf := make([]byte, c.Size())
			c.Encode(buf, &first)
			c.Decode(buf, &second)
			if first != second {
				t.Errorf("%s: %+v became %+v", name, first, second)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	c := Compile[canonical](shape{}, ppc)
	buf := make([]byte, c.Size())
	v := sample()
	for b.Loop() {
		c.Encode(buf, &v)
	}
}

func BenchmarkDecode(b *testing.B) {
	c := Compile[canonical](shape{}, ppc)
	buf := make([]byte, c.Size())
	var v canonical
	for b.Loop() {
		c.Decode(buf, &v)
	}
}
