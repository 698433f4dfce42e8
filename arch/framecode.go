package arch

import "muslrun/arch/layout"

// CodeWords lays out instructions of 32 bits, CodeHalves such of 16, in an ISA's order of code.
func CodeWords(isa *ISA, words ...uint32) []byte {
	code := make([]byte, 4*len(words))
	for i, w := range words {
		isa.CodeOrder.PutUint(code[4*i:4*i+4], uint64(w))
	}
	return code
}

// CodeHalves is CodeWords for instructions of 16 bits.
func CodeHalves(isa *ISA, halves ...uint16) []byte {
	code := make([]byte, 2*len(halves))
	for i, h := range halves {
		isa.CodeOrder.PutUint(code[2*i:2*i+2], uint64(h))
	}
	return code
}

// PaddedMask is uc_sigmask with the room that some architectures leave for it to grow to 1024 signals.
type PaddedMask struct {
	Mask layout.Words
	_    [120]byte
}
