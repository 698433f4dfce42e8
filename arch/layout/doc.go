// Package layout turns structures written in C types into byte layouts for a guest ABI, and copies between guest bytes
// and Go structs. It knows no Linux.
//
// A structure has two sides. The canonical side is an ordinary Go struct that the kernel works with. The other side, the
// shape, is a Go struct that says how C declares it, in C's types:
//
//	type Lock struct {            // canonical       type lockShape struct {       // C
//		Type, Whence int16                               Type, Whence int16
//		Start, Len   int64                               Start, Len   layout.Long
//		Pid          int32                               Pid          int32
//	}                                                    }
//
// Rules say how one ABI's compiler lays a shape out. Compile works the offsets out once and joins the two sides by field
// name into a plan; Encode and Decode walk the plan, without reflection and without allocation.
//
// # Shapes
//
// The types of a shape's fields are Go's sized integers, the C types of this package, arrays of those, and structs. A
// nested struct is flattened: its fields are named with a dot, as in "Atime.Sec". An embedded struct adds no name.
// Elements of an array are named by index, as in "Cc.4". A field named _ is padding, which is written as zeros.
//
// A field is joined with the canonical field of the same dotted name, or the one that its tag names:
//
//	AtimeNsec layout.ULong `c:"Atime.Nsec"`  // another name
//	OtimeHigh layout.ULong `c:"Otime>>32"`   // the upper part of a value that C splits
//	ShortIno  uint32       `c:"Ino,short"`   // may be cut short without harm: Fits does not look at it
//
// Joining a name that the canonical side does not have is a mistake of ours and panics when the layout is compiled.
package layout
