package all

import (
	"bytes"
	"testing"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// again decodes bytes, encodes what came out and decodes that: nothing may change, whatever the bytes were.
func again[C comparable](t *testing.T, abi string, c *layout.Codec[C], data []byte) {
	if c == nil || len(data) < c.Size() {
		return
	}
	var first, second C
	c.Decode(data, &first)
	if !c.Fits(&first) {
		t.Errorf("%s: %T does not fit where it came from: %+v", abi, first, first)
	}
	buf := make([]byte, c.Size())
	c.Encode(buf, &first)
	c.Decode(buf, &second)
	if first != second {
		t.Errorf("%s: %+v became %+v", abi, first, second)
	}
	two := make([]byte, c.Size())
	c.Encode(two, &second)
	if !bytes.Equal(buf, two) {
		t.Errorf("%s: %T is encoded in two ways", abi, first)
	}
}

func FuzzStructs(f *testing.F) {
	f.Add(bytes.Repeat([]byte{0xff}, 400))
	f.Add(bytes.Repeat([]byte{0x80, 1, 2, 3, 4, 5, 6, 0x87, 8}, 50))
	abis := every(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, a := range abis {
			s := a.Structs
			again(t, a.Name, s.Stat, data)
			again(t, a.Name, s.Stat64, data)
			again(t, a.Name, s.Statfs, data)
			again(t, a.Name, s.Statfs64, data)
			again(t, a.Name, s.Termios, data)
			again(t, a.Name, s.Sigaction, data)
			again(t, a.Name, s.Siginfo.Child, data)
			again(t, a.Name, s.Siginfo.Timer, data)
			again(t, a.Name, s.Msghdr, data)
			again(t, a.Name, s.SemidDS, data)
			again(t, a.Name, s.ShmidDS, data)
			again(t, a.Name, s.MsqidDS, data)
			again(t, a.Name, s.Timex, data)
			again(t, a.Name, s.Itimerspec64, data)
		}
	})
}

// TestLayoutsCompile compiles the layouts that nothing else looks at too.
func TestLayoutsCompile(t *testing.T) {
	for _, a := range every(t) {
		for name, c := range codecs(a.Structs) {
			if c.Size() == 0 || c.Align() == 0 {
				t.Errorf("%s: %s is empty", a, name)
			}
		}
	}
}

func TestSiginfoArms(t *testing.T) {
	s := &ByName("aarch64").Structs.Siginfo
	for _, tc := range []struct {
		signo linux.Signal
		code  int32
		want  *layout.Codec[linux.Siginfo]
	}{
		{linux.SIGTERM, linux.SI_USER, s.Kill},
		{linux.SIGTERM, linux.SI_TKILL, s.Queue},
		{linux.SIGUSR1, linux.SI_QUEUE, s.Queue},
		{linux.SIGALRM, linux.SI_TIMER, s.Timer},
		{linux.SIGALRM, linux.SI_KERNEL, s.Kill},
		{linux.SIGCHLD, linux.CLD_EXITED, s.Child},
		{linux.SIGSEGV, linux.SEGV_MAPERR, s.Fault},
		{linux.SIGSEGV, linux.SEGV_PKUERR, s.Pkey},
		{linux.SIGBUS, linux.BUS_MCEERR_AO, s.Memory},
		{linux.SIGIO, linux.POLL_IN, s.Poll},
		{linux.SIGSYS, linux.SYS_SECCOMP, s.Sys},
	} {
		if s.For(tc.signo, tc.code) != tc.want {
			t.Errorf("%v with code %d: the wrong arm", tc.signo, tc.code)
		}
	}
}

// TestTimesOf32Bits checks that nanoseconds of 64-bit times ignore what a 32-bit C library leaves beside them.
func TestTimesOf32Bits(t *testing.T) {
	for _, tc := range []struct {
		abi  string
		data []byte
	}{
		{"i386", []byte{1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0xee, 0xee, 0xee, 0xee}},
		{"x32", []byte{1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0xee, 0xee, 0xee, 0xee}},
		{"powerpc", []byte{0, 0, 0, 0, 0, 0, 0, 1, 0xee, 0xee, 0xee, 0xee, 0, 0, 0, 2}},
		{"x86_64", []byte{1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0}},
	} {
		var v linux.Timespec
		ByName(tc.abi).Structs.Timespec64.Decode(tc.data, &v)
		if v != (linux.Timespec{Sec: 1, Nsec: 2}) {
			t.Errorf("%s: %+v", tc.abi, v)
		}
	}
}

func BenchmarkStat(b *testing.B) {
	for _, name := range []string{"x86_64", "aarch64", "i386", "powerpc"} {
		b.Run(name, func(b *testing.B) {
			c := ByName(name).Structs.Stat64
			buf := make([]byte, c.Size())
			v := linux.Stat{Ino: 5, Mode: linux.S_IFREG | 0o644, Nlink: 1, Size: 12345, Blksize: 4096, Blocks: 32}
			for b.Loop() {
				c.Encode(buf, &v)
			}
		})
	}
}
