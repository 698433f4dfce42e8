package unix

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// twin is a socket of ours and one of the host that are used alike.
type twin struct {
	ours sock.Socket
	host int
}

// world has the twins of one test, and compares every operation.
type world struct {
	t      *testing.T
	domain *Domain
	fs     *sock.FS
	caller *fs.Caller
	dir    string
	step   string
}

func newWorld(t *testing.T) *world {
	c := &fs.Caller{
		Cred: &fs.Credentials{UID: uint32(unix.Getuid()), EUID: uint32(unix.Geteuid()), GID: uint32(unix.Getgid()),
			EGID: uint32(unix.Getegid())},
		PID: unix.Getpid(), Now: func() linux.Timespec { return linux.Timespec{Sec: 1} },
	}
	return &world{t: t, domain: New(), fs: sock.NewFS(1), caller: c, dir: t.TempDir()}
}

func errnoOf(err error) linux.Errno {
	var e unix.Errno
	if errors.As(err, &e) {
		return linux.Errno(e)
	}
	return 0
}

func (w *world) same(what string, ours, host linux.Errno) {
	w.t.Helper()
	if ours != host {
		w.t.Errorf("%s: %s: %v, host %v", w.step, what, ours, host)
	}
}

func (w *world) adopt(s sock.Socket, host int) *twin {
	w.t.Helper()
	if _, errno := w.fs.File(w.caller, s, true); errno != 0 {
		w.t.Fatal(errno)
	}
	tw := &twin{s, host}
	w.t.Cleanup(func() { unix.Close(tw.host) })
	return tw
}

func (w *world) socket(kind int) *twin {
	w.t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.adopt(w.domain.Socket(kind, 0), fd)
}

func (w *world) pair(kind int) (a, b *twin) {
	w.t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	x, y := w.domain.Pair(w.caller, kind, 0)
	return w.adopt(x, fds[0]), w.adopt(y, fds[1])
}

// abstract makes a name that nobody else on the host has.
func (w *world) abstract(name string) (sock.Address, *unix.SockaddrUnix) {
	full := fmt.Sprintf("muslrun-%d-%s-%s", unix.Getpid(), filepath.Base(w.dir), name)
	return sock.Address{Family: linux.AF_UNIX, Path: "\x00" + full}, &unix.SockaddrUnix{Name: "@" + full}
}

func (w *world) bind(tw *twin, name string) {
	w.t.Helper()
	ours, host := w.abstract(name)
	w.same("bind", tw.ours.Bind(w.caller, nil, ours), errnoOf(unix.Bind(tw.host, host)))
	w.state(tw)
}

func (w *world) connect(tw *twin, name string) {
	w.t.Helper()
	ours, host := w.abstract(name)
	w.same("connect", tw.ours.Connect(w.caller, nil, ours), errnoOf(unix.Connect(tw.host, host)))
	w.state(tw)
}

func (w *world) listen(tw *twin, backlog int) {
	w.t.Helper()
	w.same("listen", tw.ours.Listen(w.caller, backlog), errnoOf(unix.Listen(tw.host, backlog)))
	w.state(tw)
}

func (w *world) accept(tw *twin) *twin {
	w.t.Helper()
	s, errno := tw.ours.Accept(w.caller)
	fd, _, err := unix.Accept4(tw.host, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	w.same("accept", errno, errnoOf(err))
	if errno != 0 || err != nil {
		return nil
	}
	conn := w.adopt(s, fd)
	w.state(conn)
	return conn
}

func (w *world) close(tw *twin) {
	tw.ours.Release(w.caller)
	unix.Close(tw.host)
	tw.host = -1
}

func (w *world) shutdown(tw *twin, how int) {
	w.t.Helper()
	w.same("shutdown", tw.ours.Shutdown(how), errnoOf(unix.Shutdown(tw.host, how)))
	w.state(tw)
}

// send sends the same to both, to a name if there is one.
func (w *world) send(tw *twin, data []byte, flags int, to string) {
	w.t.Helper()
	m := &sock.Message{Flags: uint32(flags) | linux.MSG_DONTWAIT | linux.MSG_NOSIGNAL}
	var hostTo unix.Sockaddr
	if to != "" {
		ours, host := w.abstract(to)
		m.Addr, m.HasAddr, hostTo = ours, true, host
	}
	n, errno := tw.ours.Send(w.caller, m, [][]byte{data})
	hn, err := unix.SendmsgN(tw.host, data, nil, hostTo, flags|unix.MSG_NOSIGNAL)
	w.same("send", errno, errnoOf(err))
	if errno == 0 && err == nil && n != hn {
		w.t.Errorf("%s: sent %d of %d, host %d", w.step, n, len(data), hn)
	}
	w.state(tw)
}

func (w *world) receive(tw *twin, size, flags int) {
	w.t.Helper()
	ours, host := make([]byte, size), make([]byte, size)
	m := &sock.Message{Flags: uint32(flags) | linux.MSG_DONTWAIT}
	n, errno := tw.ours.Receive(w.caller, m, [][]byte{ours})
	hn, _, hostFlags, from, err := unix.Recvmsg(tw.host, host, nil, flags)
	w.same("receive", errno, errnoOf(err))
	if errno != 0 || err != nil {
		return
	}
	if n != hn || !bytes.Equal(ours[:min(n, size)], host[:min(n, size)]) {
		w.t.Errorf("%s: received %d bytes %.40q, host %d %.40q", w.step, n, ours[:min(n, size)], hn, host[:min(hn, size)])
	}
	if int(m.Out) != hostFlags&^unix.MSG_CMSG_CLOEXEC {
		w.t.Errorf("%s: flags %#x, host %#x", w.step, m.Out, hostFlags)
	}
	hostName := ""
	if u, ok := from.(*unix.SockaddrUnix); ok && u.Name != "" {
		hostName = "\x00" + u.Name[1:]
	}
	if m.Addr.Path != hostName {
		w.t.Errorf("%s: from %q, host %q", w.step, m.Addr.Path, hostName)
	}
	w.state(tw)
}

// state compares what poll(2) says, and the unread bytes.
func (w *world) state(tw *twin) {
	w.t.Helper()
	p := []unix.PollFd{{Fd: int32(tw.host), Events: unix.POLLIN | unix.POLLOUT | unix.POLLPRI | unix.POLLRDHUP}}
	if _, err := unix.Poll(p, 0); err != nil {
		w.t.Fatal(err)
	}
	if got := tw.ours.Poll(); got != fs.Events(uint16(p[0].Revents)) {
		w.t.Errorf("%s: poll %#x, host %#x", w.step, got, p[0].Revents)
	}
	n, errno := tw.ours.(fs.BytesReadable).Readable()
	hn, err := unix.IoctlGetInt(tw.host, unix.TIOCINQ)
	if errno != errnoOf(err) || n != hn {
		w.t.Errorf("%s: SIOCINQ %d %v, host %d %v", w.step, n, errno, hn, err)
	}
}

func (w *world) option(tw *twin, name int) {
	w.t.Helper()
	ours, errno := tw.ours.Option(w.caller, linux.SOL_SOCKET, name, 4)
	host, err := unix.GetsockoptInt(tw.host, unix.SOL_SOCKET, name)
	w.same(fmt.Sprintf("option %d", name), errno, errnoOf(err))
	if v, _ := sock.ParseInt(ours); errno == 0 && v != host {
		w.t.Errorf("%s: option %d is %d, host %d", w.step, name, v, host)
	}
}

func (w *world) setOption(tw *twin, name, v int) {
	w.t.Helper()
	w.same(fmt.Sprintf("set option %d", name), tw.ours.SetOption(w.caller, linux.SOL_SOCKET, name, sock.Int(v)),
		errnoOf(unix.SetsockoptInt(tw.host, unix.SOL_SOCKET, name, v)))
}

var kinds = map[string]int{"stream": linux.SOCK_STREAM, "dgram": linux.SOCK_DGRAM, "seqpacket": linux.SOCK_SEQPACKET}

// eachKind runs a script for every kind of socket.
func eachKind(t *testing.T, script func(w *world, kind int)) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) { script(newWorld(t), kind) })
	}
}

func TestPairLikeHost(t *testing.T) {
	eachKind(t, func(w *world, kind int) {
		a, b := w.pair(kind)
		for i, step := range []func(){
			func() { w.state(a); w.state(b) },
			func() { w.receive(a, 10, 0) },
			func() { w.send(a, []byte("hello"), 0, ""); w.state(b) },
			func() { w.receive(b, 3, linux.MSG_PEEK) },
			func() { w.receive(b, 3, linux.MSG_TRUNC) },
			func() { w.receive(b, 3, 0) },
			func() { w.send(a, []byte("one"), 0, ""); w.send(a, []byte("two"), 0, "") },
			func() { w.receive(b, 100, 0) },
			func() { w.receive(b, 100, 0) },
			func() { w.send(a, nil, 0, ""); w.state(b) },
			func() { w.receive(b, 100, 0) },
			func() { w.send(b, []byte("back"), 0, "") },
			func() { w.shutdown(a, linux.SHUT_WR); w.state(b) },
			func() { w.send(a, []byte("x"), 0, "") },
			func() { w.receive(b, 10, 0); w.receive(b, 10, 0) },
			func() { w.receive(a, 10, 0) },
			func() { w.send(b, []byte("unread"), 0, "") },
			func() { w.close(a); w.state(b) },
			func() { w.option(b, linux.SO_ERROR) },
			func() { w.receive(b, 10, 0); w.receive(b, 10, 0) },
			func() { w.send(b, []byte("x"), 0, "") },
			func() { w.shutdown(b, linux.SHUT_RDWR) },
		} {
			w.step = fmt.Sprint("step ", i)
			step()
		}
	})
}

func TestConnectionLikeHost(t *testing.T) {
	eachKind(t, func(w *world, kind int) {
		server, client := w.socket(kind), w.socket(kind)
		var conn *twin
		for i, step := range []func(){
			func() { w.state(server) },
			func() { w.connect(client, "s") },
			func() { w.send(client, []byte("x"), 0, "") },
			func() { w.receive(client, 1, 0) },
			func() { w.listen(server, 1) },
			func() { w.bind(server, "s") },
			func() { w.bind(server, "again") },
			func() { w.bind(client, "s") },
			func() { w.connect(client, "s") },
			func() { w.listen(server, 1) },
			func() { w.accept(server) },
			func() { w.bind(client, "c") },
			func() { w.connect(client, "s"); w.state(server) },
			func() { w.connect(client, "s") },
			func() { w.send(client, []byte("early"), 0, "") },
			func() { w.option(server, linux.SO_ACCEPTCONN); w.option(client, linux.SO_ACCEPTCONN) },
			func() { conn = w.accept(server); w.state(server) },
			func() {
				if conn != nil {
					w.receive(conn, 10, 0)
					w.send(conn, []byte("answer"), 0, "")
					w.close(conn)
				}
			},
			func() { w.state(client); w.receive(client, 10, 0); w.receive(client, 10, 0) },
			func() { w.send(client, []byte("x"), 0, "s") },
			func() { w.close(server); w.state(client) },
			func() { w.connect(client, "s") },
		} {
			w.step = fmt.Sprint("step ", i)
			step()
		}
	})
}

func TestBacklogLikeHost(t *testing.T) {
	w := newWorld(t)
	server := w.socket(linux.SOCK_STREAM)
	w.bind(server, "s")
	w.listen(server, 2)
	for i := range 5 {
		w.step = fmt.Sprint("client ", i)
		w.connect(w.socket(linux.SOCK_STREAM), "s")
	}
	w.accept(server)
	w.step = "after accept"
	last := w.socket(linux.SOCK_STREAM)
	w.connect(last, "s")
	w.shutdown(server, linux.SHUT_RD)
	w.accept(server)
	w.close(server)
	w.state(last)
	w.option(last, linux.SO_ERROR)
}

func TestDatagramsLikeHost(t *testing.T) {
	w := newWorld(t)
	a, b, c := w.socket(linux.SOCK_DGRAM), w.socket(linux.SOCK_DGRAM), w.socket(linux.SOCK_DGRAM)
	w.bind(a, "a")
	w.bind(b, "b")
	for i := range 13 { // past max_dgram_qlen
		w.step = fmt.Sprint("message ", i)
		w.send(b, []byte{byte(i)}, 0, "a")
	}
	w.step = "connected to a full one"
	w.connect(c, "a")
	w.state(c)
	w.receive(a, 10, 0)
	w.state(c)
	w.send(c, []byte("unnamed"), 0, "")
	w.step = "connected elsewhere"
	w.connect(a, "b")
	w.send(c, []byte("refused"), 0, "")
	w.connect(c, "a")
	w.send(b, []byte("peer"), 0, "a")
	w.step = "the peer goes"
	w.connect(b, "a")
	w.send(a, []byte("lost"), 0, "")
	w.close(b)
	w.state(a)
	w.send(a, []byte("x"), 0, "")
	w.send(a, []byte("x"), 0, "")
	w.option(a, linux.SO_ERROR)
}

func TestBuffersLikeHost(t *testing.T) {
	for name, kind := range kinds {
		for _, size := range []int{1, 100, 1000, 4096, 10000, 40000, 100000} {
			t.Run(fmt.Sprint(name, size), func(t *testing.T) {
				w := newWorld(t)
				a, b := w.pair(kind)
				data := make([]byte, size)
				for i := range 2000 {
					w.step = fmt.Sprint("write ", i)
					w.send(a, data, 0, "")
					if n, _ := a.ours.(*Socket).Unsent(); n >= a.ours.Common().SndBuf() {
						break
					}
				}
				w.send(a, data, 0, "")
				for range 20 {
					w.receive(b, 30000, 0)
					w.state(a)
				}
				if t.Failed() {
					t.Log("buffer sizes are Linux's own bookkeeping and change between versions")
				}
			})
		}
	}
}

func TestOptionsLikeHost(t *testing.T) {
	w := newWorld(t)
	a, _ := w.pair(linux.SOCK_STREAM)
	for name := 1; name < 80; name++ {
		switch name {
		case linux.SO_RCVTIMEO_OLD, linux.SO_SNDTIMEO_OLD, linux.SO_RCVTIMEO_NEW, linux.SO_SNDTIMEO_NEW, // the caller's
			linux.SO_PEERSEC, linux.SO_ATTACH_FILTER, linux.SO_PEEK_OFF, linux.SO_INCOMING_CPU,
			linux.SO_MEMINFO, linux.SO_NETNS_COOKIE, linux.SO_MAX_PACING_RATE, linux.SO_BUF_LOCK,
			linux.SO_ZEROCOPY, linux.SO_TXTIME, linux.SO_BINDTOIFINDEX, linux.SO_PREFER_BUSY_POLL, linux.SO_BUSY_POLL_BUDGET,
			linux.SO_RESERVE_MEM, linux.SO_TXREHASH, linux.SO_PASSSEC, linux.SO_PEERNAME, linux.SO_BPF_EXTENSIONS,
			linux.SO_INCOMING_NAPI_ID, linux.SO_PEERCRED, linux.SO_PEERGROUPS, 76, 77, 78, 79:
			continue
		}
		w.option(a, name)
	}
	for _, name := range []int{linux.SO_SNDBUF, linux.SO_RCVBUF, linux.SO_REUSEADDR, linux.SO_PASSCRED, linux.SO_TYPE,
		linux.SO_ERROR, linux.SO_RCVLOWAT, linux.SO_PRIORITY, linux.SO_KEEPALIVE, linux.SO_TIMESTAMP_OLD} {
		for _, v := range []int{0, 1, 5, 100000} {
			w.step = fmt.Sprint("value ", v)
			if name == linux.SO_PRIORITY && (v < 0 || v > 6) {
				continue // depends on privileges
			}
			w.setOption(a, name, v)
			w.option(a, name)
		}
	}
}

func TestUrgentLikeHost(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(linux.SOCK_STREAM)
	if _, err := unix.SendmsgN(a.host, []byte("x"), nil, nil, unix.MSG_OOB); err != nil {
		t.Skip("the host has no out-of-band data on AF_UNIX:", err)
	}
	w = newWorld(t)
	a, b = w.pair(linux.SOCK_STREAM)
	for i, step := range []func(){
		func() { w.receive(b, 1, linux.MSG_OOB) },
		func() { w.send(a, []byte("abc"), linux.MSG_OOB, ""); w.state(b) },
		func() { w.receive(b, 10, 0) },
		func() { w.receive(b, 1, linux.MSG_OOB) },
		func() { w.receive(b, 1, linux.MSG_OOB) },
		func() { w.send(a, []byte("def"), 0, "") },
		func() { w.receive(b, 10, 0) },
		func() { w.send(a, nil, linux.MSG_OOB, "") },
	} {
		w.step = fmt.Sprint("step ", i)
		step()
	}
}

// TestRandomLikeHost does the same random things to a pair here and at the host.
func TestRandomLikeHost(t *testing.T) {
	eachKind(t, func(w *world, kind int) {
		rng := rand.New(rand.NewPCG(1, uint64(kind)))
		a, b := w.pair(kind)
		ends := []*twin{a, b}
		for i := range 400 {
			w.step = fmt.Sprint("step ", i)
			end := ends[rng.IntN(2)]
			switch rng.IntN(5) {
			case 0, 1:
				data := bytes.Repeat([]byte{byte(i)}, rng.IntN(3000))
				w.send(end, data, 0, "")
			case 2, 3:
				flags := []int{0, 0, linux.MSG_PEEK, linux.MSG_TRUNC}[rng.IntN(4)]
				if kind == linux.SOCK_STREAM {
					flags &^= linux.MSG_TRUNC
				}
				w.receive(end, rng.IntN(5000), flags)
			case 4:
				if i > 380 {
					w.shutdown(end, rng.IntN(3))
				}
			}
			if w.t.Failed() {
				return
			}
		}
	})
}
