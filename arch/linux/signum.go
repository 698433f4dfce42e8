package linux

import "strconv"

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

// Has reports whether the signal is in the set.
func (set SigSet) Has(s Signal) bool { return set>>(uint(s)-1)&1 != 0 }

// With is the set and one more signal.
func (set SigSet) With(s Signal) SigSet { return set | 1<<(uint(s)-1) }

// Without is the set without a signal.
func (set SigSet) Without(s Signal) SigSet { return set &^ (1 << (uint(s) - 1)) }
