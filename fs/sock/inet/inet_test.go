package inet

import (
	"bytes"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

var caller = &fs.Caller{Cred: &fs.Credentials{}, Now: func() linux.Timespec { return linux.Timespec{} }}

// await does what the kernel does with EAGAIN.
func await(t *testing.T, s sock.Socket, events fs.Events, op func() linux.Errno) linux.Errno {
	t.Helper()
	woken := make(chan struct{}, 1)
	w := &fs.Waiter{Interest: events, Notify: func(fs.Events) {
		select {
		case woken <- struct{}{}:
		default:
		}
	}}
	s.Common().Queue().Add(w)
	defer s.Common().Queue().Remove(w)
	late := time.After(10 * time.Second)
	for {
		errno := op()
		if errno != linux.EAGAIN {
			return errno
		}
		select {
		case <-woken:
		case <-late:
			t.Fatal("nothing happens")
		}
	}
}

func newSocket(t *testing.T, st *Stack, family, kind int) *Socket {
	t.Helper()
	s, errno := st.Socket(caller, family, kind, 0)
	if errno != 0 {
		t.Fatal(errno)
	}
	return s
}

func local(family int, port uint16) sock.Address {
	ip := netip.MustParseAddr("127.0.0.1")
	if family == linux.AF_INET6 {
		ip = netip.IPv6Loopback()
	}
	return sock.Address{Family: uint16(family), IP: ip, Port: port}
}

// leaves checks that a test leaves no goroutine behind.
func leaves(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for i := 0; runtime.NumGoroutine() > before && i < 200; i++ {
			time.Sleep(5 * time.Millisecond)
		}
		if n := runtime.NumGoroutine(); n > before {
			buf := make([]byte, 1<<16)
			t.Errorf("%d goroutines more:\n%s", n-before, buf[:runtime.Stack(buf, true)])
		}
	})
}

func TestNothingIsStartedWithoutSockets(t *testing.T) {
	leaves(t)
	st := New(Options{Loopback: true})
	if st.net != nil {
		t.Error("netstack runs")
	}
	if d := st.Devices(); len(d) != 1 || d[0].Name != "lo" {
		t.Errorf("devices %+v", d)
	}
	st.Close()
	if _, errno := st.Socket(caller, linux.AF_INET, linux.SOCK_STREAM, 0); errno != linux.ENETDOWN {
		t.Errorf("a socket after the end: %v", errno)
	}
}

// TestTransfer moves data through a connection; nothing is left after the end, although the sockets stay open.
func TestTransfer(t *testing.T) {
	leaves(t)
	st := New(Options{Loopback: true})
	for _, family := range []int{linux.AF_INET, linux.AF_INET6} {
		l := newSocket(t, st, family, linux.SOCK_STREAM)
		if errno := l.Bind(caller, nil, local(family, 0)); errno != 0 {
			t.Fatal(errno)
		}
		if errno := l.Listen(caller, 1); errno != 0 {
			t.Fatal(errno)
		}
		name, _ := l.Name()
		c := newSocket(t, st, family, linux.SOCK_STREAM)
		if errno := c.Connect(caller, nil, local(family, name.Port)); errno != linux.EINPROGRESS {
			t.Fatal(errno)
		}
		if errno := await(t, c, fs.EventOut, c.Connected); errno != 0 {
			t.Fatal(errno)
		}
		var s sock.Socket
		await(t, l, fs.EventIn, func() (errno linux.Errno) { s, errno = l.Accept(caller); return errno })
		transfer(t, c, s.(*Socket))
	}
	st.Close()
}

func transfer(t *testing.T, c, s *Socket) {
	t.Helper()
	data := bytes.Repeat([]byte("0123456789abcdef"), 50000)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for sent := 0; sent < len(data); {
			n := 0
			await(t, c, fs.EventOut, func() (errno linux.Errno) {
				n, errno = c.WriteAt(caller, [][]byte{data[sent:]}, 0)
				return errno
			})
			sent += n
		}
		c.Shutdown(linux.SHUT_WR)
	}()
	var got []byte
	buf := make([]byte, 30000)
	for {
		n := 0
		if errno := await(t, s, fs.EventIn, func() (errno linux.Errno) {
			n, errno = s.ReadAt(caller, [][]byte{buf}, 0)
			return errno
		}); errno != 0 || n == 0 {
			break
		}
		got = append(got, buf[:n]...)
	}
	<-done
	if !bytes.Equal(got, data) {
		t.Errorf("%d bytes of %d", len(got), len(data))
	}
}

func TestNoNetwork(t *testing.T) {
	st := New(Options{})
	defer st.Close()
	c := newSocket(t, st, linux.AF_INET, linux.SOCK_STREAM)
	if errno := c.Connect(caller, nil, local(linux.AF_INET, 80)); errno != linux.ENETUNREACH {
		t.Errorf("connect without a network: %v", errno)
	}
	if up := st.Devices()[0].Flags & fs.DeviceUp; up != 0 {
		t.Error("lo is up")
	}
	c.Release(caller)
}

// TestResolverAnswers asks the server at 127.0.0.1.
func TestResolverAnswers(t *testing.T) {
	leaves(t)
	st := New(Options{Loopback: true, Resolve: func(q []byte) []byte { return append([]byte("re: "), q...) }})
	defer st.Close()
	u := newSocket(t, st, linux.AF_INET, linux.SOCK_DGRAM)
	m := &sock.Message{Addr: local(linux.AF_INET, dnsPort), HasAddr: true}
	if _, errno := u.Send(caller, m, [][]byte{[]byte("who?")}); errno != 0 {
		t.Fatal(errno)
	}
	buf := make([]byte, 100)
	n := 0
	await(t, u, fs.EventIn, func() (errno linux.Errno) {
		n, errno = u.Receive(caller, &sock.Message{}, [][]byte{buf})
		return errno
	})
	if string(buf[:n]) != "re: who?" {
		t.Errorf("answer %q", buf[:n])
	}
	u.Release(caller)
}

func TestPrivilegedPorts(t *testing.T) {
	st := New(Options{Loopback: true})
	defer st.Close()
	s := newSocket(t, st, linux.AF_INET, linux.SOCK_STREAM)
	if errno := s.Bind(caller, nil, local(linux.AF_INET, 80)); errno != linux.EACCES {
		t.Errorf("port 80 without privileges: %v", errno)
	}
	root := *caller
	root.Cred = &fs.Credentials{Effective: 1 << linux.CAP_NET_BIND_SERVICE}
	if errno := s.Bind(&root, nil, local(linux.AF_INET, 80)); errno != 0 {
		t.Errorf("port 80 with privileges: %v", errno)
	}
	s.Release(caller)
}

// TestPortsAreOfRandom has two networks with the same random numbers give out the same ports, and other numbers others.
func TestPortsAreOfRandom(t *testing.T) {
	ports := func(seed byte) (out []uint16) {
		st := New(Options{Loopback: true, Random: rand.NewChaCha8([32]byte{seed})})
		defer st.Close()
		for _, kind := range []int{linux.SOCK_STREAM, linux.SOCK_DGRAM, linux.SOCK_STREAM} {
			s := newSocket(t, st, linux.AF_INET, kind)
			if errno := s.Bind(caller, nil, local(linux.AF_INET, 0)); errno != 0 {
				t.Fatal(errno)
			}
			a, _ := s.Name()
			out = append(out, a.Port)
			s.Release(caller)
		}
		return out
	}
	if a, b := ports(1), ports(1); !slices.Equal(a, b) {
		t.Errorf("ports %v and %v of one seed", a, b)
	}
	if a, b := ports(1), ports(2); slices.Equal(a, b) {
		t.Errorf("ports %v of two seeds", a)
	}
}

// What all queues hold together is limited, and what is read makes room again.
func TestQueuesAreLimited(t *testing.T) {
	st := New(Options{Loopback: true})
	defer st.Close()
	to := newSocket(t, st, linux.AF_INET, linux.SOCK_DGRAM)
	if errno := to.Bind(caller, nil, local(linux.AF_INET, 4000)); errno != 0 {
		t.Fatal(errno)
	}
	from := newSocket(t, st, linux.AF_INET, linux.SOCK_DGRAM)
	a := local(linux.AF_INET, 4000)
	send := func() linux.Errno {
		_, errno := from.Send(caller, &sock.Message{Addr: a, HasAddr: true}, [][]byte{make([]byte, 60000)})
		return errno
	}
	st.pressure.limit = 50000
	if errno := send(); errno != 0 {
		t.Fatal(errno)
	}
	if errno := send(); errno != linux.ENOBUFS {
		t.Fatalf("%d bytes are queued, and a further send is answered %v", st.queued(), errno)
	}
	buf := make([]byte, 65536)
	for {
		if _, errno := to.Receive(caller, &sock.Message{}, [][]byte{buf}); errno != 0 {
			break
		}
	}
	time.Sleep(measureAgain)
	if errno := send(); errno != 0 {
		t.Errorf("after all was read: %v", errno)
	}
}
