package gateway

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"testing"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/stack"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
	"muslrun/fs/sock/inet"
)

var caller = &fs.Caller{Cred: &fs.Credentials{}, Now: func() linux.Timespec { return linux.Timespec{} }}

// leaves checks that a test leaves no goroutine behind.
func leaves(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for i := 0; runtime.NumGoroutine() > before && i < 400; i++ {
			time.Sleep(5 * time.Millisecond)
		}
		if n := runtime.NumGoroutine(); n > before {
			buf := make([]byte, 1<<16)
			t.Errorf("%d goroutines more:\n%s", n-before, buf[:runtime.Stack(buf, true)])
		}
	})
}

// echo is a server at the host's loopback that sends back what it gets.
func echo(t *testing.T) string {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				c.Close()
			}()
		}
	}()
	return l.Addr().String()
}

// poll does an operation until it answers something else than EAGAIN.
func poll(t *testing.T, op func() linux.Errno) linux.Errno {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if errno := op(); errno != linux.EAGAIN {
			return errno
		}
	}
	t.Fatal("nothing happens")
	return 0
}

// exchange sends data and reads as much back.
func exchange(t *testing.T, s *inet.Socket, data []byte) []byte {
	t.Helper()
	go func() {
		for sent := 0; sent < len(data); {
			n, errno := s.WriteAt(caller, [][]byte{data[sent:]}, 0)
			if sent += n; errno == linux.EAGAIN {
				time.Sleep(time.Millisecond)
			} else if errno != 0 {
				return
			}
		}
		s.Shutdown(linux.SHUT_WR)
	}()
	var got []byte
	buf := make([]byte, 20000)
	for {
		n := 0
		errno := poll(t, func() (errno linux.Errno) { n, errno = s.ReadAt(caller, [][]byte{buf}, 0); return errno })
		if errno != 0 || n == 0 {
			return got
		}
		got = append(got, buf[:n]...)
	}
}

func to(ip string, port uint16) sock.Address {
	return sock.Address{Family: linux.AF_INET, IP: netip.MustParseAddr(ip), Port: port}
}

func TestConnectionsGoOut(t *testing.T) {
	leaves(t)
	server := echo(t)
	g := New()
	var asked []string
	g.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		asked = append(asked, network+" "+addr)
		return (&net.Dialer{}).DialContext(ctx, network, server)
	}
	st := inet.New(inet.Options{Loopback: true, Link: g})
	s, _ := st.Socket(caller, linux.AF_INET, linux.SOCK_STREAM, 0)
	if errno := s.Connect(caller, nil, to("192.0.2.1", 80)); errno != linux.EINPROGRESS {
		t.Fatal(errno)
	}
	if errno := poll(t, s.Connected); errno != 0 {
		t.Fatal(errno)
	}
	data := bytes.Repeat([]byte("through the gateway "), 20000)
	if got := exchange(t, s, data); !bytes.Equal(got, data) {
		t.Errorf("%d bytes of %d", len(got), len(data))
	}
	if len(asked) != 1 || asked[0] != "tcp 192.0.2.1:80" {
		t.Errorf("dialled %q", asked)
	}
	name, _ := s.Name()
	if name.IP != guestNet.Addr() {
		t.Errorf("from %v", name.IP)
	}
	st.Close()
}

func TestWhatIsTheHostsIsRefused(t *testing.T) {
	leaves(t)
	g := New()
	g.dial = func(_ context.Context, _, addr string) (net.Conn, error) {
		t.Errorf("dialled %s", addr)
		return nil, io.EOF
	}
	st := inet.New(inet.Options{Loopback: true, Link: g})
	for _, ip := range []string{"10.0.2.2", "169.254.169.254"} {
		s, _ := st.Socket(caller, linux.AF_INET, linux.SOCK_STREAM, 0)
		if errno := s.Connect(caller, nil, to(ip, 80)); errno != linux.EINPROGRESS {
			t.Fatal(ip, errno)
		}
		if errno := poll(t, s.Connected); errno != linux.ECONNREFUSED {
			t.Errorf("%s: %v", ip, errno)
		}
	}
	st.Close()
	for _, ip := range []string{"127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "10.0.2.15"} {
		a := netip.MustParseAddr(ip)
		id := stack.TransportEndpointID{LocalAddress: tcpip.AddrFromSlice(a.AsSlice()), LocalPort: 1}
		if _, ok := target(id); ok {
			t.Errorf("%s may be reached", ip)
		}
	}
}

func TestDatagramsGoOut(t *testing.T) {
	leaves(t)
	server, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		buf := make([]byte, 100)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = server.WriteTo(append([]byte("re: "), buf[:n]...), from)
		}
	}()
	g := New()
	g.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.LocalAddr().String())
	}
	st := inet.New(inet.Options{Loopback: true, Link: g})
	s, _ := st.Socket(caller, linux.AF_INET, linux.SOCK_DGRAM, 0)
	m := &sock.Message{Addr: to("192.0.2.1", 7), HasAddr: true}
	if _, errno := s.Send(caller, m, [][]byte{[]byte("hello")}); errno != 0 {
		t.Fatal(errno)
	}
	buf, n := make([]byte, 100), 0
	in := &sock.Message{Flags: linux.MSG_DONTWAIT}
	poll(t, func() (errno linux.Errno) { n, errno = s.Receive(caller, in, [][]byte{buf}); return errno })
	if string(buf[:n]) != "re: hello" || in.Addr.IP.String() != "192.0.2.1" || in.Addr.Port != 7 {
		t.Errorf("%q from %+v", buf[:n], in.Addr)
	}
	st.Close()
}

func TestPublish(t *testing.T) {
	leaves(t)
	st := inet.New(inet.Options{Loopback: true})
	l, _ := st.Socket(caller, linux.AF_INET, linux.SOCK_STREAM, 0)
	if errno := l.Bind(caller, nil, to("0.0.0.0", 8080)); errno != 0 {
		t.Fatal(errno)
	}
	l.Listen(caller, 4)
	free, _ := net.Listen("tcp4", "127.0.0.1:0")
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	p, err := Publish([]Port{{uint16(port), 8080}}, func(ctx context.Context, port uint16) (net.Conn, error) {
		return st.Dial(ctx, port)
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp4", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		t.Fatal(err)
	}
	var conn sock.Socket
	poll(t, func() (errno linux.Errno) { conn, errno = l.Accept(caller); return errno })
	_, _ = conn.WriteAt(caller, [][]byte{[]byte("welcome")}, 0)
	conn.Shutdown(linux.SHUT_WR)
	if got, err := io.ReadAll(c); string(got) != "welcome" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	c.Close()
	p.Close()
	st.Close()
}

func TestParsePort(t *testing.T) {
	for text, want := range map[string]Port{"8080:80": {8080, 80}, "80": {80, 80}} {
		if p, err := ParsePort(text); err != nil || p != want {
			t.Errorf("%s: %v %v", text, p, err)
		}
	}
	for _, text := range []string{"", "a", "0", "70000", "1:", ":1", "1:2:3"} {
		if _, err := ParsePort(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
