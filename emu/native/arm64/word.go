package arm64

// word is an instruction.
type word uint32

// at is the field of n bits from bit shift on.
func (w word) at(shift, n int) int { return int(w >> shift & (1<<n - 1)) }

// signed is a field that is sign-extended.
func (w word) signed(shift, n int) int64 { return int64(int32(w<<(32-shift-n)) >> (32 - n)) }

func (w word) bit(i int) bool { return w>>i&1 != 0 }

// The fields that mean the same everywhere.
func (w word) rd() int  { return w.at(0, 5) }
func (w word) rt() int  { return w.at(0, 5) }
func (w word) rn() int  { return w.at(5, 5) }
func (w word) rt2() int { return w.at(10, 5) }
func (w word) ra() int  { return w.at(10, 5) }
func (w word) rm() int  { return w.at(16, 5) }
func (w word) rs() int  { return w.at(16, 5) }

// size is the bytes of the operands by bit sf: 4 or 8.
func (w word) size() int { return 4 << w.at(31, 1) }

// width is the bits of the operands by bit sf.
func (w word) width() int { return 8 * w.size() }

// allOf joins conditions of rows.
func allOf(list ...func(w word) bool) func(w word) bool {
	return func(w word) bool {
		for _, f := range list {
			if !f(w) {
				return false
			}
		}
		return true
	}
}
