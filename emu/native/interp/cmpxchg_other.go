//go:build !amd64

package interp

import (
	"sync"
	"unsafe"
)

// pairs guards what cmpXchg128 does on hosts for which it is not written in assembly: it is one step for other calls of
// itself, but not for other accesses to the same memory.
var pairs sync.Mutex

func cmpXchg128(p unsafe.Pointer, old0, old1, new0, new1 uint64) (was0, was1 uint64) {
	pairs.Lock()
	defer pairs.Unlock()
	words := (*[2]uint64)(p)
	was0, was1 = words[0], words[1]
	if was0 == old0 && was1 == old1 {
		words[0], words[1] = new0, new1
	}
	return was0, was1
}
