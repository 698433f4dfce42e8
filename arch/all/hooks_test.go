package all

import (
	"testing"

	"muslrun/arch/linux"
)

func TestS390CallNumber(t *testing.T) {
	a := ByName("s390x")
	regs := file{a.ISA.Regs.Reg("r1"): 4}
	if got := a.Convention.ReadNumber(regs, 0); got != 4 {
		t.Errorf("svc 0 with r1 = 4: %d", got)
	}
	if got := a.Convention.ReadNumber(regs, 91); got != 91 {
		t.Errorf("svc 91: %d", got)
	}
}

func TestX32CallNumber(t *testing.T) {
	a := ByName("x32")
	regs := file{a.ISA.Regs.Reg("rax"): 0xffffffff40000001}
	if got := a.Calls.Name(a.Convention.ReadNumber(regs, -1)); got != "write" {
		t.Errorf("%q", got)
	}
	if got := a.Calls.Name(0x40000000 + 514); got != "ioctl" {
		t.Errorf("514 is %q", got)
	}
	if got := a.Calls.Name(1); got != "" {
		t.Errorf("x86_64's write is %q", got)
	}
}

func TestFailureFlags(t *testing.T) {
	for abi, tc := range map[string]struct {
		reg        string
		start      uint64
		fail, good uint64
	}{
		"mips":      {"r7", 5, 1, 0},
		"powerpc":   {"cr", 0x10000001, 0x10000001, 1},
		"powerpc64": {"cr", 1, 0x10000001, 1},
	} {
		a := ByName(abi)
		r := a.ISA.Regs.Reg(tc.reg)
		regs := file{r: tc.start}
		if a.Convention.SetFlag(regs, true); regs[r] != tc.fail {
			t.Errorf("%s: failure leaves %#x", abi, regs[r])
		}
		if a.Convention.SetFlag(regs, false); regs[r] != tc.good {
			t.Errorf("%s: success leaves %#x", abi, regs[r])
		}
	}
}

func TestArmPrivateCalls(t *testing.T) {
	calls := ByName("armhf").Calls
	if calls.Name(0xf0005) != "set_tls" || calls.ByName["arm_cacheflush"] != 0xf0002 {
		t.Errorf("0xf0005 is %q, arm_cacheflush %#x", calls.Name(0xf0005), calls.ByName["arm_cacheflush"])
	}
}

func TestErrnos(t *testing.T) {
	for abi, want := range map[string]uint64{"mips": 89, "mips64el": 89, "powerpc": 38, "x86_64": 38} {
		if got := ByName(abi).Errno(linux.ENOSYS); got != want {
			t.Errorf("%s: ENOSYS is %d, want %d", abi, got, want)
		}
	}
}

// TestFlagsRoundTrip checks that combinations of flags survive the way to the guest and back.
func TestFlagsRoundTrip(t *testing.T) {
	const open = linux.O_RDWR | linux.O_CREAT | linux.O_EXCL | linux.O_SYNC | linux.O_DIRECTORY | linux.O_CLOEXEC | linux.O_APPEND
	const tty = linux.B115200 | linux.CS8 | linux.CREAD | linux.HUPCL | linux.B9600<<16
	for _, a := range every(t) {
		if got := a.Consts.Open.ToInner(a.Consts.Open.ToGuest(open)); got != open {
			t.Errorf("%s: open flags %#o became %#o", a, uint64(open), got)
		}
		if got := a.Consts.Cflag.ToInner(a.Consts.Cflag.ToGuest(tty)); got != tty {
			t.Errorf("%s: c_cflag %#o became %#o", a, uint64(tty), got)
		}
		poll := a.Consts.Poll.ToInner(a.Consts.Poll.ToGuest(linux.POLLIN | linux.POLLOUT | linux.POLLWRBAND))
		if want := uint64(linux.POLLIN | linux.POLLOUT | linux.POLLWRBAND); poll&want != want {
			t.Errorf("%s: poll events %#x became %#x", a, want, poll)
		}
	}
}

func TestUnknownValues(t *testing.T) {
	mips := ByName("mips").Consts
	if got := mips.Fcntl.ToInner(linux.F_GETLK); got == linux.F_GETLK {
		t.Error("mips' fcntl 5 is taken for F_GETLK, which is 14 there")
	}
	if got := mips.Open.ToInner(linux.O_CREAT); got&linux.O_CREAT != 0 {
		t.Error("generic O_CREAT is taken for mips'")
	}
}
