package all

import (
	"path/filepath"
	"strings"
	"testing"

	"muslrun/arch"
	"muslrun/arch/internal/oracle"
)

// TestGenericConstants compares package linux with the kernel's asm-generic headers.
func TestGenericConstants(t *testing.T) {
	consts, err := oracle.GoConsts(filepath.Join("..", "linux"))
	if err != nil {
		t.Fatal(err)
	}
	facts, compared := recordedConsts(t, oracle.Generic), 0
	for _, c := range consts {
		if want := facts[c.Name]; want.Defined && ownValues[c.Name] == "" {
			compared++
			if want.Value != c.Value {
				t.Errorf("%s = %#x, the headers say %#x", c.Name, c.Value, want.Value)
			}
		}
	}
	t.Logf("%d of %d constants are in the headers and compared", compared, len(consts))
	if compared < 1000 {
		t.Error("too few constants compared")
	}
}

// ownValues are constants whose inner value is not the headers', and why.
var ownValues = map[string]string{
	"CAP_LAST": "one more than CAP_LAST_CAP",
}

// TestConstantsOfABIs checks that every constant that an ABI has otherwise than asm-generic is either translated both ways
// or known not to need it.
func TestConstantsOfABIs(t *testing.T) {
	generic := recordedConsts(t, oracle.Generic)
	for _, target := range oracle.Targets {
		t.Run(target.ABI, func(t *testing.T) {
			abi := ByName(target.ABI)
			for name, fact := range recordedConsts(t, target.ABI) {
				if inner := generic[name]; fact.Defined && inner.Defined && fact != inner && untranslated[name] == "" && !isIndex(name) {
					checkConst(t, abi, name, inner.Value, fact.Value)
				}
			}
		})
	}
}

// untranslated are constants that differ somewhere and that no table translates, and why.
var untranslated = map[string]string{
	"NSIG":         "the header's count stops before real-time signals; Consts.NSig",
	"SIGSTKSZ":     "no kernel interface has it",
	"NCCS":         "a matter of the layout of struct termios",
	"EDEADLOCK":    "inside the same as EDEADLK, which the kernel returns",
	"PROT_SEM":     "the kernel ignores it",
	"O_SYNC":       "two flags together",
	"O_TMPFILE":    "two flags together",
	"IN_NONBLOCK":  "Consts.Open translates it, as O_NONBLOCK",
	"SFD_NONBLOCK": "as IN_NONBLOCK",
	"TFD_NONBLOCK": "as IN_NONBLOCK",
	"EFD_NONBLOCK": "as IN_NONBLOCK",
	"CBAUDEX":      "part of a field",
	"CBAUD":        "the mask of a field, whose values are compared",
	"CIBAUD":       "as CBAUD",
	"NLDLY":        "the mask of a field that has more values on powerpc",
}

// isIndex reports places in c_cc, which the layout of struct termios takes care of.
func isIndex(name string) bool { return name[0] == 'V' }

func checkConst(t *testing.T, a *arch.ABI, name string, inner, guest uint64) {
	c := a.Consts
	switch {
	case name == "RLIM_INFINITY":
		checkInfinity(t, a, guest)
	case name == "MINSIGSTKSZ":
		if c.MinSigStack != guest {
			t.Errorf("MinSigStack %d, want %d", c.MinSigStack, guest)
		}
	case isFlag(name):
		f := flagsOf(c, name)
		if f == nil || f.ToGuest(inner) != guest || f.ToInner(guest)&inner != inner {
			t.Errorf("%s: %#x is %#x for the guest, want %#x; back %#x", name, inner, f.ToGuest(inner), guest, f.ToInner(guest))
		}
	default:
		v := tableOf(c, name)
		if v == nil || v.ToGuest(inner) != guest || v.ToInner(guest) != inner {
			t.Errorf("%s: %#x is %#x for the guest, want %#x; back %#x", name, inner, v.ToGuest(inner), guest, v.ToInner(guest))
		}
	}
}

// checkInfinity knows that x32's and n32's headers say what their C library sees: x32's calls are the 64-bit ones, and
// compat_sys_getrlimit, which n32 has, answers mips' 0x7fffffff (COMPAT_RLIM_INFINITY).
func checkInfinity(t *testing.T, a *arch.ABI, guest uint64) {
	switch {
	case a.Name == "x32":
		guest = 1<<64 - 1
	case strings.HasPrefix(a.Name, "mipsn32"):
		guest = 0x7fffffff
	}
	if a.Consts.RLimInfinity != guest {
		t.Errorf("RLimInfinity %#x, want %#x", a.Consts.RLimInfinity, guest)
	}
}

// flagsOf is what translates a flag.
func flagsOf(c *arch.Consts, name string) *arch.Flags {
	switch {
	case strings.HasPrefix(name, "O_"), name == "FASYNC":
		return c.Open
	case strings.HasPrefix(name, "MAP_"):
		return c.Mmap
	case strings.HasPrefix(name, "MCL_"):
		return c.Mlockall
	case strings.HasPrefix(name, "SA_"):
		return c.SigFlags
	case strings.HasPrefix(name, "POLL"):
		return c.Poll
	}
	return termiosFlags(c, name)
}

// termiosNames are the constants of each word of struct termios that differ somewhere.
var termiosNames = [4]string{
	"IUCLC IXON IXOFF",
	"OLCUC ONLCR NLDLY CRDLY CR1 CR2 CR3 TABDLY TAB1 TAB2 TAB3 XTABS BSDLY BS1 VTDLY VT1 FFDLY FF1",
	`CBAUD BOTHER CSIZE CS6 CS7 CS8 CSTOPB CREAD PARENB PARODD HUPCL CLOCAL CIBAUD B57600 B115200 B230400 B460800 B500000
	B576000 B921600 B1000000 B1152000 B1500000 B2000000 B2500000 B3000000 B3500000 B4000000`,
	"ISIG ICANON XCASE ECHO ECHOE ECHOK ECHONL NOFLSH TOSTOP ECHOCTL ECHOPRT ECHOKE FLUSHO PENDIN IEXTEN EXTPROC",
}

func termiosFlags(c *arch.Consts, name string) *arch.Flags {
	for i, flags := range []*arch.Flags{c.Iflag, c.Oflag, c.Cflag, c.Lflag} {
		for _, n := range strings.Fields(termiosNames[i]) {
			if n == name {
				return flags
			}
		}
	}
	return nil
}

func isFlag(name string) bool {
	for _, prefix := range []string{"O_", "FASYNC", "MAP_", "MCL_", "SA_", "POLLW"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	for _, names := range termiosNames {
		if strings.Contains(" "+strings.Join(strings.Fields(names), " ")+" ", " "+name+" ") {
			return true
		}
	}
	return false
}

func tableOf(c *arch.Consts, name string) *arch.Table {
	for _, t := range []struct {
		prefix string
		table  *arch.Table
	}{
		{"SIG_", c.SigHow}, {"SI_", c.SigCode}, {"SIG", c.Signals}, {"SOL_", c.SockLevel}, {"SO_", c.SockOpt},
		{"RLIMIT_", c.RLimits}, {"POSIX_FADV_", c.Fadvise}, {"F_", c.Fcntl},
		{"T", c.Ioctl}, {"FIO", c.Ioctl}, {"FS_IOC", c.Ioctl}, {"FICLONE", c.Ioctl}, {"BLK", c.Ioctl}, {"SIOC", c.Ioctl},
		{"E", c.Errno},
	} {
		if strings.HasPrefix(name, t.prefix) {
			return t.table
		}
	}
	return nil
}
