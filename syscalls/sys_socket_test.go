package syscalls

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch"
	"muslrun/arch/all"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// TestAddresses has every kind of address go to the guest's form and back.
func TestAddresses(t *testing.T) {
	for name, tc := range map[string]struct {
		family int
		raw    string // in little-endian order
	}{
		"path":     {linux.AF_UNIX, "\x01\x00/tmp/x\x00"},
		"abstract": {linux.AF_UNIX, "\x01\x00\x00a\x00b"},
		"unnamed":  {linux.AF_UNIX, "\x01\x00"},
		"inet":     {linux.AF_INET, "\x02\x00\x1f\x90\x7f\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"},
		"inet6": {linux.AF_INET6, "\x0a\x00\x1f\x90\x00\x00\x00\x05\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
			"\x00\x00\x00\x01\x02\x00\x00\x00"},
		"netlink": {linux.AF_NETLINK, "\x10\x00\x00\x00\x07\x00\x00\x00\x01\x00\x00\x00"},
	} {
		a, errno := parseAddress(layout.Little, tc.family, []byte(tc.raw))
		if errno != 0 {
			t.Errorf("%s: %v", name, errno)
			continue
		}
		if got := formatAddress(layout.Little, &a); string(got) != tc.raw {
			t.Errorf("%s: % x, want % x", name, got, tc.raw)
		}
		big := formatAddress(layout.Big, &a)
		if b, errno := parseAddress(layout.Big, tc.family, big); errno != 0 || a != b {
			t.Errorf("%s: big-endian % x is %+v (%v), want %+v", name, big, b, errno, a)
		}
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	long := append([]byte{1, 0}, bytes.Repeat([]byte{'x'}, 109)...)
	for name, tc := range map[string]struct {
		family int
		raw    []byte
	}{
		"no family": {linux.AF_UNIX, []byte{1}},
		"long path": {linux.AF_UNIX, long},
		"short in":  {linux.AF_INET, []byte{2, 0, 0, 0}},
		"short in6": {linux.AF_INET6, make6(20)},
		"netlink":   {linux.AF_NETLINK, []byte{16, 0, 0, 0}},
	} {
		if _, errno := parseAddress(layout.Little, tc.family, tc.raw); errno != linux.EINVAL {
			t.Errorf("%s: %v", name, errno)
		}
	}
}

func make6(size int) []byte {
	b := make([]byte, size)
	b[0] = linux.AF_INET6
	return b
}

// TestControlLikeHost compares the parser with the one of golang.org/x/sys/unix, on the layout that both have.
func TestControlLikeHost(t *testing.T) {
	abi := abiNamed(t, "x86_64")
	raw := append(unix.UnixRights(3, 4, 5), unix.UnixCredentials(&unix.Ucred{Pid: 1, Uid: 2, Gid: 3})...)
	got, errno := parseControl(abi, raw)
	want, err := unix.ParseSocketControlMessage(raw)
	if errno != 0 || err != nil || len(got) != len(want) {
		t.Fatal(errno, err, len(got), len(want))
	}
	for i := range got {
		if int32(got[i].level) != want[i].Header.Level || int32(got[i].kind) != want[i].Header.Type ||
			!bytes.Equal(got[i].data, want[i].Data) {
			t.Errorf("message %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

func abiNamed(t testing.TB, name string) *arch.ABI {
	t.Helper()
	if a := all.ByName(name); a != nil {
		return a
	}
	t.Fatal("no ABI ", name)
	return nil
}

func FuzzControl(f *testing.F) {
	f.Add(unix.UnixRights(3, 4), uint8(0))
	f.Add([]byte{12, 0, 0, 0, 0, 0, 0, 0}, uint8(1))
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0, 1, 0, 0, 0}, uint8(2))
	names := all.Names()
	f.Fuzz(func(t *testing.T, raw []byte, which uint8) {
		a := all.ByName(names[int(which)%len(names)])
		list, errno := parseControl(a, raw)
		if errno != 0 && errno != linux.EINVAL {
			t.Fatal(errno)
		}
		total := 0
		for _, m := range list {
			total += len(m.data) + a.Structs.Cmsghdr.Size()
		}
		if total > len(raw) {
			t.Fatalf("%s: %d bytes of messages in %d", a.Name, total, len(raw))
		}
	})
}

// TestConvert has options of all shapes go to the inner form and back.
func TestConvert(t *testing.T) {
	value := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22}
	for o := range optionShapes {
		inner := convert(layout.Big, o.level, o.name, value)
		if back := convert(layout.Big, o.level, o.name, inner); !bytes.Equal(back, value) {
			t.Errorf("%+v: % x", o, back)
		}
	}
	if got := convert(layout.Big, linux.SOL_IP, linux.IP_ADD_MEMBERSHIP, value[:12]); !bytes.Equal(got,
		[]byte{1, 2, 3, 4, 5, 6, 7, 8, 12, 11, 10, 9}) {
		t.Errorf("ip_mreqn % x", got)
	}
	if got := convert(layout.Big, linux.SOL_IP, linux.IP_TTL, []byte{7}); !bytes.Equal(got, []byte{7}) {
		t.Errorf("a byte % x", got)
	}
}
