package ppc

// word is an instruction.
type word uint32

// at is the field of the bits first to last.
func (w word) at(first, last int) int { return int(w >> (31 - last) & (1<<(last-first+1) - 1)) }

func (w word) bit(i int) bool { return w>>(31-i)&1 != 0 }

// The fields that mean the same everywhere.
func (w word) rt() int { return w.at(6, 10) }
func (w word) rs() int { return w.at(6, 10) }
func (w word) ra() int { return w.at(11, 15) }
func (w word) rb() int { return w.at(16, 20) }
func (w word) fc() int { return w.at(21, 25) }
func (w word) bf() int { return w.at(6, 8) }
func (w word) bi() int { return w.at(11, 15) }

// rc and oe ask for a record in field 0 of the condition register, and of the overflow.
func (w word) rc() bool { return w.bit(31) }
func (w word) oe() bool { return w.bit(21) }

// si and ui are the immediate operand of arithmetic and of logic; ds is the displacement of doublewords.
func (w word) si() int64  { return int64(int16(w)) }
func (w word) ui() uint64 { return uint64(uint16(w)) }
func (w word) ds() int64  { return int64(int16(w &^ 3)) }

// spr is the number of a special register, the halves of which are exchanged.
func (w word) spr() int { return w.at(16, 20)<<5 | w.at(11, 15) }

// sh6 and mb6 are fields of 6 bits of which the most significant one stands apart.
func (w word) sh6() int { return w.at(30, 30)<<5 | w.at(16, 20) }
func (w word) mb6() int { return w.at(26, 26)<<5 | w.at(21, 25) }

// Bits of the field BO of branches.
const (
	boAlways  = 16 // whatever the condition
	boTrue    = 8  // if the condition bit is set
	boNoCount = 4  // the counter stays
	boZero    = 2  // if the counter has become 0
)

func (w word) bo() int { return w.at(6, 10) }

// unconditional branches need no condition and no counter.
func (w word) unconditional() bool { return w.bo()&(boAlways|boNoCount) == boAlways|boNoCount }

// offset is how far a direct branch leads: 24 bits of words of the I form, 14 of the B form.
func (w word) offset() uint64 {
	if w.at(0, 5) == 18 {
		return uint64(int32(w<<6) >> 6 &^ 3)
	}
	return uint64(int16(w &^ 3))
}

// absolute and link are the lowest bits of branches.
func (w word) absolute() bool { return w.bit(30) }
func (w word) link() bool     { return w.bit(31) }
