//go:build !amd64 && !386 && !s390x && !arm64

package interp

import "sync/atomic"

// weak: see the file for hosts with strong order. Go has no fence of its own; an atomic operation on a word that all threads
// share is the nearest to one, and slow.
const weak = true

var fenced atomic.Int32

func afterLoad()   { fenced.Add(1) }
func beforeStore() { fenced.Add(1) }
func fullFence()   { fenced.Add(1) }
