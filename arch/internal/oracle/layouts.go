package oracle

import (
	"debug/dwarf"
	"fmt"
	"strings"
)

// Leaf is one integer of a C structure. A run of bytes is one leaf.
type Leaf struct {
	Name         string // dotted, arrays by index
	Offset, Size int
	Signed       bool
}

// Struct is the layout of one C structure.
type Struct struct {
	Name   string
	Size   int
	Leaves []Leaf
}

// structs reads the types of all global variables.
func structs(d *dwarf.Data) ([]Struct, error) {
	var out []Struct
	r := d.Reader()
	for {
		e, err := r.Next()
		if e == nil || err != nil {
			return out, err
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		ref, ok := e.Val(dwarf.AttrType).(dwarf.Offset)
		if e.Tag != dwarf.TagVariable || name == "" || !ok {
			continue
		}
		t, err := d.Type(ref)
		if err != nil {
			return nil, fmt.Errorf("type of %s: %w", name, err)
		}
		s := Struct{Name: name, Size: int(t.Size())}
		s.flatten(t, "", 0)
		out = append(out, s)
	}
}

// flatten appends the leaves of a type at an offset.
func (s *Struct) flatten(t dwarf.Type, name string, offset int) {
	switch t := t.(type) {
	case *dwarf.TypedefType:
		s.flatten(t.Type, name, offset)
	case *dwarf.QualType:
		s.flatten(t.Type, name, offset)
	case *dwarf.StructType:
		for _, f := range t.Field {
			if f.BitSize == 0 {
				s.flatten(f.Type, join(name, f.Name), offset+int(f.ByteOffset))
			}
		}
	case *dwarf.ArrayType:
		s.array(t, name, offset)
	default:
		s.Leaves = append(s.Leaves, Leaf{Name: name, Offset: offset, Size: int(t.Size()), Signed: signed(t)})
	}
}

func (s *Struct) array(t *dwarf.ArrayType, name string, offset int) {
	size := int(t.Type.Size())
	if size == 1 && t.Count > 0 {
		s.Leaves = append(s.Leaves, Leaf{Name: name, Offset: offset, Size: int(t.Count)})
		return
	}
	for i := range int(t.Count) {
		s.flatten(t.Type, fmt.Sprintf("%s.%d", name, i), offset+i*size)
	}
}

func signed(t dwarf.Type) bool {
	switch t.(type) {
	case *dwarf.IntType, *dwarf.CharType:
		return true
	}
	return false
}

func join(outer, inner string) string { return strings.Trim(outer+"."+inner, ".") }
