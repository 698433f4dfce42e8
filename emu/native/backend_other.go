//go:build !(linux && amd64)

package native

import "muslrun/emu/native/isa"

// bestBackend is the fastest one that the host allows.
func bestBackend(front *isa.Frontend) (backend, error) { return newInterpreter(front) }
