package arm64

import (
	"slices"

	"muslrun/emu/native/isa"
)

// baseRows is the base of A64, loads and stores of vector registers included.
func baseRows() []isa.Row[op] {
	return slices.Concat(
		immediates(), registers(),
		branches(), system(), systemRegisters(),
		loadStores(), literals(), loadStorePairs(), exclusives(), atomics(),
	)
}

// rows is all of A64 that is carried.
func rows() []isa.Row[op] {
	return slices.Concat(baseRows(), floats(), slices.Concat(simd()...))
}
