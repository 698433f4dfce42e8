package interp

import "unsafe"

// cmpXchg128 compares 16 aligned bytes with old and, if they are equal, replaces them by new. It returns what was there.
//
//go:noescape
func cmpXchg128(p unsafe.Pointer, old0, old1, new0, new1 uint64) (was0, was1 uint64)
