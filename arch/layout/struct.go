package layout

import (
	"fmt"
	"strings"
)

// Struct is a shape laid out by an ABI's rules without a canonical side: its fields are reached by name.
type Struct struct {
	Size, Align int
	Fields      []Field
	order       Order
}

// Lay lays a shape out.
func Lay(shape any, r Rules) *Struct {
	s := draw(shape, r)
	return &Struct{Size: s.size, Align: s.align, Fields: s.fields, order: r.Order}
}

// Target is the dotted name that the field's tag gives it, or its own.
func (f *Field) Target() string { return f.target }

// Offset is where a field begins, or the first one of a nested struct. It panics if there is none of that name.
func (s *Struct) Offset(name string) int {
	for i := range s.Fields {
		if f := &s.Fields[i]; f.Name == name || strings.HasPrefix(f.Name, name) && f.Name[len(name)] == '.' {
			return f.Offset
		}
	}
	panic(fmt.Sprintf("layout: no field %q", name))
}

// Get reads an integer field, extended by its own sign.
func (s *Struct) Get(b []byte, f *Field) uint64 {
	at := b[f.Offset : f.Offset+f.Size]
	switch {
	case f.words:
		return s.order.Uint(at[:4]) | s.order.Uint(at[4:])<<32
	case f.Signed:
		return extend(s.order.Uint(at), uint8(f.Size))
	}
	return s.order.Uint(at)
}

// Put writes an integer field; what does not fit is cut off.
func (s *Struct) Put(b []byte, f *Field, v uint64) {
	at := b[f.Offset : f.Offset+f.Size]
	if f.words {
		s.order.PutUint(at[:4], v&0xffffffff)
		s.order.PutUint(at[4:], v>>32)
		return
	}
	s.order.PutUint(at, v)
}

// Order is the byte order.
func (s *Struct) Order() Order { return s.order }
