package loader

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"muslrun/arch/linux"
)

// TestBuildStackLayout checks every word and byte for all classes and orders against a picture drawn by hand.
func TestBuildStackLayout(t *testing.T) {
	eachKind(t, func(t *testing.T, k kind) {
		abi := k.abi(0x1000)
		s := newFakeSpace(abi)
		spec := s.stack(0x20000)
		spec.Args, spec.Env, spec.ExecFn = []string{"prog", "arg"}, []string{"HOME=/"}, "/bin/prog"
		spec.UID, spec.EUID, spec.GID, spec.EGID, spec.Secure = 1, 2, 3, 4, true
		spec.Random = [16]byte([]byte("0123456789abcdef"))
		spec.Aux = []Aux{{linux.AT_MINSIGSTKSZ, 2048}}
		l := mustLoad(t, s, k, 0x1000, program(k).image(t), nil)
		st, errno := BuildStack(s, abi, l, spec)
		if errno != 0 {
			t.Fatal(errno)
		}
		size := uint64(abi.Data.PtrSize)
		strs := "prog\x00arg\x00HOME=/\x00/bin/prog\x00" + strings.Repeat("\x00", int(size))
		start := spec.Top - uint64(len(strs))
		platform := start&^15 - uint64(len("testcpu\x00"))
		random := platform - 16
		want := &words{order: abi.Data.Order, size: int(size)}
		for _, v := range []uint64{
			2, start, start + 5, 0, start + 9, 0,
			linux.AT_MINSIGSTKSZ, 2048, linux.AT_HWCAP, 0x1234, linux.AT_PAGESZ, 0x1000, linux.AT_CLKTCK, 100,
			linux.AT_PHDR, l.PHdr, linux.AT_PHENT, uint64(l.PHEnt), linux.AT_PHNUM, 2, linux.AT_BASE, 0,
			linux.AT_FLAGS, 0, linux.AT_ENTRY, 0x10200, linux.AT_UID, 1, linux.AT_EUID, 2, linux.AT_GID, 3, linux.AT_EGID, 4,
			linux.AT_SECURE, 1, linux.AT_RANDOM, random, linux.AT_HWCAP2, 0x56, linux.AT_EXECFN, start + 16,
			linux.AT_PLATFORM, platform, linux.AT_NULL, 0,
		} {
			want.put(v)
		}
		if st.SP%16 != 0 || random-st.SP-uint64(len(want.buf)) > 15 {
			t.Errorf("sp %#x for %d bytes below %#x", st.SP, len(want.buf), random)
		}
		if got := s.read(t, st.SP, uint64(len(want.buf))); !bytes.Equal(got, want.buf) {
			t.Errorf("words\n%x\nwant\n%x", got, want.buf)
		}
		if !bytes.Equal(st.Auxv, want.buf[6*size:]) {
			t.Errorf("Auxv %x", st.Auxv)
		}
		if got := string(s.read(t, start, uint64(len(strs)))); got != strs {
			t.Errorf("strings %q, want %q", got, strs)
		}
		if got := string(s.read(t, random, 24)); got != "0123456789abcdeftestcpu\x00" {
			t.Errorf("random and platform: %q", got)
		}
		bounds := fmt.Sprintf("%x", []uint64{st.ArgStart, st.ArgEnd, st.EnvStart, st.EnvEnd})
		if want := fmt.Sprintf("%x", []uint64{start, start + 9, start + 9, start + 16}); bounds != want {
			t.Errorf("bounds %s, want %s", bounds, want)
		}
	})
}

func TestBuildStackWithoutArguments(t *testing.T) {
	k := kinds[0]
	abi := k.abi(0x1000)
	abi.Platform, abi.HWCap2 = "", 0
	s := newFakeSpace(abi)
	spec := s.stack(0x20000)
	l := mustLoad(t, s, k, 0x1000, program(k).image(t), nil)
	st, errno := BuildStack(s, abi, l, spec)
	if errno != 0 {
		t.Fatal(errno)
	}
	if got := abi.Data.Order.Uint(s.read(t, st.SP, 4)); got != 1 || st.ArgEnd-st.ArgStart != 1 {
		t.Errorf("argc %d, %d bytes of arguments; Linux gives one empty string", got, st.ArgEnd-st.ArgStart)
	}
	for _, tag := range []byte{linux.AT_PLATFORM, linux.AT_HWCAP2} {
		for i := 0; i < len(st.Auxv); i += 8 {
			if st.Auxv[i] == tag {
				t.Errorf("tag %d is there", tag)
			}
		}
	}
	if len(spec.Args) != 0 {
		t.Error("BuildStack changed its input")
	}
}

func TestBuildStackLimits(t *testing.T) {
	k := kinds[2]
	abi := k.abi(0x1000)
	many := func(n, size int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = strings.Repeat("x", size)
		}
		return list
	}
	for _, c := range []struct {
		name             string
		args, env        []string
		limit, stackSize uint64
		want             linux.Errno
	}{
		{"a string of MAX_ARG_STRLEN", many(1, 131071), nil, 8 << 20, 8 << 20, 0},
		{"a longer string", many(1, 131072), nil, 8 << 20, 8 << 20, linux.E2BIG},
		{"a longer string in the environment", nil, many(1, 131072), 8 << 20, 8 << 20, linux.E2BIG},
		{"a quarter of the stack", many(15, 131000), nil, 8 << 20, 8 << 20, 0},
		{"more than a quarter", many(17, 131000), nil, 8 << 20, 8 << 20, linux.E2BIG},
		{"at least ARG_MAX", many(100, 1000), nil, 4096, 8 << 20, 0},
		{"at most 6 MiB", many(47, 131000), nil, 1 << 40, 64 << 20, 0},
		{"more than 6 MiB", many(49, 131000), nil, 1 << 40, 64 << 20, linux.E2BIG},
		{"pointers count", many(200000, 0), nil, 8 << 20, 8 << 20, 0},
		{"too many pointers", many(240000, 0), nil, 8 << 20, 8 << 20, linux.E2BIG},
		{"a small stack", many(100, 1000), nil, 8 << 20, 0x10000, linux.E2BIG},
	} {
		s := newFakeSpace(abi)
		spec := s.stack(c.stackSize)
		spec.Args, spec.Env, spec.Limit = c.args, c.env, c.limit
		l := mustLoad(t, s, k, 0x1000, program(k).image(t), nil)
		if _, errno := BuildStack(s, abi, l, spec); errno != c.want {
			t.Errorf("%s: %v, want %v", c.name, errno, c.want)
		}
	}
}
