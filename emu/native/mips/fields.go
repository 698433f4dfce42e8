package mips

import "math/bits"

// word is an instruction.
type word uint32

// Fields of an instruction word, as the manual names them.
func (w word) rs() int { return int(w >> 21 & 31) } // also base, fmt, fr
func (w word) rt() int { return int(w >> 16 & 31) } // also ft
func (w word) rd() int { return int(w >> 11 & 31) } // also fs
func (w word) sa() int { return int(w >> 6 & 31) }  // also fd

// at is the field of n bits from bit i on.
func (w word) at(i, n int) int { return int(w >> i & (1<<n - 1)) }

// simm and uimm are the immediate of 16 bits.
func (w word) simm() int64  { return int64(int16(w)) }
func (w word) uimm() uint64 { return uint64(uint16(w)) }

// signed is the field of the lowest n bits, with its sign.
func (w word) signed(n int) int64 { return int64(int32(w<<(32-n)) >> (32 - n)) }

// trapCode is the code of TGE and the like.
func (w word) trapCode() int { return w.at(6, 10) }

// breakCode is the code of BREAK. GNU as puts codes of ten bits into the upper half of the field.
func (w word) breakCode() int {
	code := w.at(6, 20)
	if code >= 1<<10 {
		code = int(bits.RotateLeft32(uint32(code)<<12, 10) & 0x3ff)
		return code | w.at(6, 10)<<10
	}
	return code
}
