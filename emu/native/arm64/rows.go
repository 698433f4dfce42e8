package arm64

import (
	"slices"

	"muslrun/emu/native/isa"
)

// rows is all of A64 that is carried.
func rows() []isa.Row[op] {
	return slices.Concat(
		immediates, registers,
		branches, system, systemRegisters,
		loadStores(), literals, loadStorePairs(), exclusives, atomics,
	)
}
