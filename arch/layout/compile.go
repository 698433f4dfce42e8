package layout

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Field is one integer (or a run of bytes) of a compiled shape.
type Field struct {
	Name   string // the dotted name in the shape; "" for padding
	Offset int
	Size   int
	Signed bool
	Short  bool // may be cut short
	// where it is joined to
	target string
	shift  uint8
	words  bool
}

// sketch is a shape laid out: its fields in order, its size and its alignment.
type sketch struct {
	fields      []Field
	size, align int
	packed      bool
}

var (
	typeLong      = reflect.TypeFor[Long]()
	typeULong     = reflect.TypeFor[ULong]()
	typeKLong     = reflect.TypeFor[KLong]()
	typeKULong    = reflect.TypeFor[KULong]()
	typePtr       = reflect.TypeFor[Ptr]()
	typeAligned64 = reflect.TypeFor[Aligned64]()
	typeWords     = reflect.TypeFor[Words]()
	typePacked    = reflect.TypeFor[Packed]()
	typeAligned8  = reflect.TypeFor[Aligned8]()
	typeAligned16 = reflect.TypeFor[Aligned16]()
)

// draw lays a shape out by an ABI's rules.
func draw(shape any, r Rules) sketch {
	v, ok := shape.(Variant)
	if !ok {
		return lay(reflect.TypeOf(shape), r)
	}
	s, arm := draw(v.Head, r), draw(v.Arm, r)
	s.align = max(s.align, r.Align(r.PtrSize))
	s.add(arm, roundUp(s.size, s.align), "", "")
	s.size = v.Size
	return s
}

// lay lays a shape's type out by an ABI's rules.
func lay(t reflect.Type, r Rules) sketch {
	switch t.Kind() {
	case reflect.Struct:
		return layStruct(t, r)
	case reflect.Array:
		return layArray(t, r)
	}
	return layInteger(t, r)
}

func layInteger(t reflect.Type, r Rules) sketch {
	f := Field{Size: int(t.Size()), Signed: t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64}
	align := r.Align(f.Size)
	switch t {
	case typeLong, typeULong:
		f.Size, align = r.LongSize, r.Align(r.LongSize)
	case typeKLong, typeKULong:
		f.Size, align = r.kernelLong(), r.Align(r.kernelLong())
	case typePtr:
		f.Size, align = r.PtrSize, r.Align(r.PtrSize)
	case typeAligned64:
		align = 8
	case typeWords:
		align, f.words = r.Align(r.LongSize), r.LongSize == 4
	}
	return sketch{fields: []Field{f}, size: f.Size, align: align}
}

// layArray keeps an array of bytes whole and takes others apart.
func layArray(t reflect.Type, r Rules) sketch {
	element := lay(t.Elem(), r)
	if len(element.fields) == 1 && t.Elem().Size() == 1 {
		return sketch{fields: []Field{{Size: t.Len()}}, size: t.Len(), align: 1}
	}
	s := sketch{align: element.align, size: element.size * t.Len()}
	for i := range t.Len() {
		s.add(element, i*element.size, strconv.Itoa(i), strconv.Itoa(i))
	}
	return s
}

func layStruct(t reflect.Type, r Rules) sketch {
	s := sketch{align: 1}
	for i := range t.NumField() {
		s.field(t.Field(i), r)
	}
	s.size = roundUp(s.size, s.align)
	return s
}

// field appends one field of a struct.
func (s *sketch) field(f reflect.StructField, r Rules) {
	switch f.Type {
	case typePacked:
		s.packed = true
		return
	case typeAligned8:
		s.align = max(s.align, 8)
		return
	case typeAligned16:
		s.align = 16
		return
	}
	part := lay(f.Type, r)
	if s.packed {
		part.align = 1
	}
	offset := roundUp(s.size, part.align)
	s.align = max(s.align, part.align)
	s.size = offset + part.size
	target := f.Name
	if tag, tagged := f.Tag.Lookup("c"); tagged {
		target = part.tag(tag)
	}
	switch {
	case f.Name == "_":
	case f.Anonymous:
		s.add(part, offset, "", "")
	default:
		s.add(part, offset, f.Name, target)
	}
}

// tag applies a field's tag to its parts and returns the name that the tag gives.
func (s *sketch) tag(tag string) string {
	path, short := strings.CutSuffix(tag, ",short")
	path, shift, shifted := strings.Cut(path, ">>")
	bits := 0
	if shifted {
		bits, _ = strconv.Atoi(shift)
	}
	for i := range s.fields {
		s.fields[i].shift, s.fields[i].Short = uint8(bits), short
	}
	return path
}

// add appends a part's fields at an offset. Their names go after name, and those of the canonical fields after target.
func (s *sketch) add(part sketch, offset int, name, target string) {
	for _, f := range part.fields {
		f.Offset += offset
		f.Name, f.target = join(name, f.Name), join(target, f.target)
		s.fields = append(s.fields, f)
	}
}

func join(outer, inner string) string {
	if outer == "" || inner == "" {
		return outer + inner
	}
	return outer + "." + inner
}

func roundUp(n, align int) int { return (n + align - 1) / align * align }

// hostField is an integer, or an array of bytes, of the canonical struct.
type hostField struct {
	offset uintptr
	size   int
	signed bool
	bytes  bool
}

// hostFields lists the fields of a canonical struct by dotted name.
func hostFields(t reflect.Type, name string, offset uintptr, out map[string]hostField) {
	switch {
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			hostFields(f.Type, join(name, f.Name), offset+f.Offset, out)
		}
	case t.Kind() == reflect.Array:
		if t.Elem().Size() == 1 {
			out[name] = hostField{offset: offset, size: t.Len(), bytes: true}
		}
		for i := range t.Len() {
			hostFields(t.Elem(), join(name, strconv.Itoa(i)), offset+uintptr(i)*t.Elem().Size(), out)
		}
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64:
		out[name] = hostField{offset: offset, size: int(t.Size()), signed: t.Kind() <= reflect.Int64}
	default:
		panic(fmt.Sprintf("layout: canonical field %s is a %v, not an integer", name, t))
	}
}
