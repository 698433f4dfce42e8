//go:build amd64 || 386 || s390x

package interp

import "sync/atomic"

// weak says that the host may let accesses to memory pass each other where the IR, as a machine with total store order, does
// not. Then loads and stores need afterLoad and beforeStore.
const weak = false

func afterLoad()   {}
func beforeStore() {}

// fullFence orders every access before with every one behind: an instruction with a lock does, on whatever word.
func fullFence() {
	var word int32
	atomic.AddInt32(&word, 1)
}
