package linux

import (
	"math/bits"
	"strconv"
)

// Signal is a signal number in asm-generic numbering.
type Signal int32

// signalNames holds the standard signals' names without "SIG".
var signalNames = [...]string{"", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
	"PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
	"PROF", "WINCH", "IO", "PWR", "SYS"}

// String is the signal's name as strace prints it: SIGSEGV, SIGRT_2.
func (s Signal) String() string {
	switch {
	case s > 0 && int(s) < len(signalNames):
		return "SIG" + signalNames[s]
	case s >= SIGRTMIN:
		return "SIGRT_" + strconv.Itoa(int(s-SIGRTMIN))
	}
	return strconv.Itoa(int(s))
}

// place is where a signal's bit is; ok is false for what is no signal.
func (s Signal) place() (word int, bit uint64, ok bool) {
	n := uint(s) - 1
	return int(n >> 6 & 1), 1 << (n & 63), n < SIGRTMAX
}

// SigSetOf is the set of some signals.
func SigSetOf(signals ...Signal) (set SigSet) {
	for _, s := range signals {
		set = set.With(s)
	}
	return set
}

// AllSignals is the set of all signals.
func AllSignals() SigSet { return SigSet{^uint64(0), ^uint64(0)} }

// Has reports whether the signal is in the set.
func (set SigSet) Has(s Signal) bool {
	word, bit, ok := s.place()
	return ok && set[word]&bit != 0
}

// With is the set and one more signal.
func (set SigSet) With(s Signal) SigSet {
	if word, bit, ok := s.place(); ok {
		set[word] |= bit
	}
	return set
}

// Without is the set without a signal.
func (set SigSet) Without(s Signal) SigSet {
	if word, bit, ok := s.place(); ok {
		set[word] &^= bit
	}
	return set
}

// Or is the signals of either set.
func (set SigSet) Or(o SigSet) SigSet { return SigSet{set[0] | o[0], set[1] | o[1]} }

// And is the signals of both sets.
func (set SigSet) And(o SigSet) SigSet { return SigSet{set[0] & o[0], set[1] & o[1]} }

// Minus is the signals that the other set has not.
func (set SigSet) Minus(o SigSet) SigSet { return SigSet{set[0] &^ o[0], set[1] &^ o[1]} }

// Empty reports whether no signal is in the set.
func (set SigSet) Empty() bool { return set == SigSet{} }

// First is the lowest signal of the set, 0 if there is none.
func (set SigSet) First() Signal {
	switch {
	case set[0] != 0:
		return Signal(bits.TrailingZeros64(set[0]) + 1)
	case set[1] != 0:
		return Signal(bits.TrailingZeros64(set[1]) + 65)
	}
	return 0
}
