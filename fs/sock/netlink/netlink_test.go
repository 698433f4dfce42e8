package netlink

import (
	"net/netip"
	"syscall"
	"testing"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

var devices = []fs.NetDevice{
	{Index: 1, Name: "lo", Flags: fs.DeviceLoopback | fs.DeviceUp, Hardware: fs.HardwareLoopback, MTU: 65536,
		Addresses: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/8"), netip.MustParsePrefix("::1/128")}},
	{Index: 2, Name: "eth0", Flags: fs.DeviceUp | fs.DeviceBroadcast, Hardware: fs.HardwareEthernet, MTU: 1500,
		Address: [6]byte{2, 0, 0, 0, 0, 1}, Gateway: netip.MustParseAddr("10.0.2.2"),
		Addresses: []netip.Prefix{netip.MustParsePrefix("10.0.2.15/24")}},
}

var caller = &fs.Caller{Cred: &fs.Credentials{}, PID: 42, Now: func() linux.Timespec { return linux.Timespec{} }}

func open(t testing.TB, order layout.Order) *Socket {
	t.Helper()
	abi := &arch.ABI{Data: layout.Rules{Order: order, LongSize: 8, PtrSize: 8, Align64: 8}, Consts: &arch.Consts{}}
	s, errno := New().Socket(abi, linux.SOCK_RAW, 0)
	if errno != 0 {
		t.Fatal(errno)
	}
	files := sock.NewFS(1)
	files.Devices = func() []fs.NetDevice { return devices }
	if _, errno := files.File(caller, s, true); errno != 0 {
		t.Fatal(errno)
	}
	return s
}

func ask(t testing.TB, s *Socket, kind, flags uint16, body ...byte) []byte {
	t.Helper()
	w := &writer{order: s.abi.Data.Order}
	w.begin(header{kind: kind, flags: flags | flagRequest, seq: 7})
	w.buf = append(w.buf, body...)
	w.end()
	if n, errno := s.Send(caller, &sock.Message{}, [][]byte{w.buf}); errno != 0 || n != len(w.buf) {
		t.Fatal(n, errno)
	}
	buf := make([]byte, 8192) // musl's buffer
	m := &sock.Message{Flags: linux.MSG_DONTWAIT}
	n, errno := s.Receive(caller, m, [][]byte{buf})
	if errno != 0 || m.Addr.Family != linux.AF_NETLINK || m.Out != 0 {
		t.Fatal(errno, m.Addr, m.Out)
	}
	return buf[:n]
}

// TestDumps has the Go library's parser, which reads the real kernel's messages, read ours.
func TestDumps(t *testing.T) {
	s := open(t, layout.Little)
	want := map[uint16]struct {
		kind  uint16
		count int
	}{getLink: {newLink, 2}, getAddr: {newAddr, 3}, getRoute: {newRoute, 2}}
	for request, w := range want {
		messages, err := syscall.ParseNetlinkMessage(ask(t, s, request, flagDump, 0))
		if err != nil {
			t.Fatal(err)
		}
		if len(messages) != w.count+1 || messages[w.count].Header.Type != msgDone {
			t.Errorf("request %d: %d messages", request, len(messages))
			continue
		}
		for _, m := range messages[:w.count] {
			if m.Header.Type != w.kind || m.Header.Seq != 7 || m.Header.Pid != 42 || m.Header.Flags != flagMulti {
				t.Errorf("request %d: header %+v", request, m.Header)
			}
			if _, err := syscall.ParseNetlinkRouteAttr(&m); err != nil {
				t.Errorf("request %d: %v", request, err)
			}
		}
	}
}

func TestLinkNames(t *testing.T) {
	messages, _ := syscall.ParseNetlinkMessage(ask(t, open(t, layout.Little), getLink, flagDump, 0))
	for i, d := range devices {
		attrs, _ := syscall.ParseNetlinkRouteAttr(&messages[i])
		names := 0
		for _, a := range attrs {
			if a.Attr.Type == linkName && string(a.Value) == d.Name+"\x00" {
				names++
			}
		}
		if names != 1 {
			t.Errorf("%s: its name is there %d times", d.Name, names)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, order := range []layout.Order{layout.Little, layout.Big} {
		s := open(t, order)
		for kind, want := range map[uint16]linux.Errno{
			newLink: linux.EPERM, getRoute: linux.EOPNOTSUPP, getLink: linux.EINVAL, 200: linux.EOPNOTSUPP,
		} {
			b := ask(t, s, kind, 0)
			if got := -int32(order.Uint(b[16:20])); order.Uint(b[4:6]) != msgError || got != int32(want) {
				t.Errorf("type %d: error %d, want %v", kind, got, want)
			}
		}
	}
}

func FuzzRequests(f *testing.F) {
	f.Add([]byte{20, 0, 0, 0, 18, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{255, 255, 255, 255, 18, 0, 1, 3})
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := open(t, layout.Big)
		_, _ = s.Send(caller, &sock.Message{}, [][]byte{raw})
		for range 1000 {
			if _, errno := s.Receive(caller, &sock.Message{}, [][]byte{make([]byte, 64)}); errno == linux.EAGAIN {
				return
			}
		}
	})
}
