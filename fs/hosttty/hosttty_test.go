package hosttty

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

var caller = &fs.Caller{
	Cred: &fs.Credentials{FSUID: 1000, FSGID: 100},
	Now:  func() linux.Timespec { return linux.Timespec{Sec: 7} },

	FileSizeLimit: math.MaxUint64,
}

// newStdio makes a Stdio and checks at the end that its goroutine is gone.
func newStdio(t *testing.T) *Stdio {
	t.Helper()
	var s *Stdio
	s, err := New(linux.Makedev(0, 9), func(*fs.Caller, *Terminal) (int, linux.Errno) {
		return 4 + len(s.Terminals()), 0
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if s.poller.running {
			t.Error("the poller still runs")
		}
	})
	return s
}

func attach(t *testing.T, s *Stdio, fd int) *Attached {
	t.Helper()
	a, err := s.Attach(caller, fd)
	if err != nil || a == nil {
		t.Fatal(a, err)
	}
	return a
}

func pipe(t *testing.T) (r, w int) {
	t.Helper()
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(p[0]); unix.Close(p[1]) })
	return p[0], p[1]
}

// openPTY gives both sides of a new terminal.
func openPTY(t *testing.T) (master, slave int) {
	t.Helper()
	master, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	t.Cleanup(func() { unix.Close(master) })
	n, err := unix.IoctlGetInt(master, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err = unix.Open(fmt.Sprintf("/dev/pts/%d", n), unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	t.Cleanup(func() { unix.Close(slave) })
	return master, slave
}

// readSoon reads as a blocking kernel does; it fails after seconds without data.
func readSoon(t *testing.T, ops fs.FileOps, buf []byte) (int, linux.Errno) {
	t.Helper()
	var n int
	var errno linux.Errno
	waitFor(t, ops, fs.EventIn, func() bool {
		n, errno = ops.ReadAt(caller, [][]byte{buf}, 0)
		return errno != linux.EAGAIN
	})
	return n, errno
}

func waitFor(t *testing.T, ops fs.FileOps, interest fs.Events, try func() bool) {
	t.Helper()
	woken := make(chan struct{}, 1)
	w := &fs.Waiter{Interest: interest, Notify: func(fs.Events) {
		select {
		case woken <- struct{}{}:
		default:
		}
	}}
	ops.Queue().Add(w)
	defer ops.Queue().Remove(w)
	for !try() {
		select {
		case <-woken:
		case <-time.After(5 * time.Second):
			t.Fatal("not woken")
		}
	}
}

func hasNonblock(t *testing.T, fd int) bool {
	t.Helper()
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err != nil {
		t.Fatal(err)
	}
	return flags&unix.O_NONBLOCK != 0
}

func TestPipeInput(t *testing.T) {
	s := newStdio(t)
	r, w := pipe(t)
	a := attach(t, s, r)
	ops, buf := a.File.Ops, make([]byte, 4)
	if _, errno := ops.ReadAt(caller, [][]byte{buf}, 0); errno != linux.EAGAIN {
		t.Fatalf("empty: %v", errno)
	}
	go func() {
		time.Sleep(20 * time.Millisecond)
		unix.Write(w, []byte("abcdefgh"))
	}()
	if n, errno := readSoon(t, ops, buf); n != 4 || errno != 0 || string(buf) != "abcd" {
		t.Errorf("%d %v %q", n, errno, buf)
	}
	// What the guest has not read is left for whoever reads next.
	if n, err := unix.Read(r, buf); n != 4 || err != nil || string(buf) != "efgh" {
		t.Errorf("left on the host: %q %v", buf[:max(n, 0)], err)
	}
	if hasNonblock(t, r) {
		t.Error("the host's description has become non-blocking")
	}
	if ops.Poll() != 0 {
		t.Errorf("poll %#x", ops.Poll())
	}
	unix.Close(w)
	if n, errno := readSoon(t, ops, buf); n != 0 || errno != 0 {
		t.Errorf("end of file: %d %v", n, errno)
	}
}

// TestWakesAgain has a waiter that stays in the queue, as epoll(7) does.
func TestWakesAgain(t *testing.T) {
	s := newStdio(t)
	r, w := pipe(t)
	ops, buf := attach(t, s, r).File.Ops, make([]byte, 1)
	waitFor(t, ops, fs.EventIn, func() bool {
		ops.ReadAt(caller, [][]byte{buf}, 0)
		unix.Write(w, []byte{buf[0] + 1})
		return buf[0] == 5
	})
}

func TestPipeOutput(t *testing.T) {
	s := newStdio(t)
	r, w := pipe(t)
	ops, total := attach(t, s, w).File.Ops, 0
	for {
		n, errno := ops.WriteAt(caller, [][]byte{bytes.Repeat([]byte{'x'}, 1000), make([]byte, 9000)}, 0)
		if errno == linux.EAGAIN {
			break
		}
		if errno != 0 {
			t.Fatal(errno)
		}
		total += n
	}
	if size, _ := unix.FcntlInt(uintptr(w), unix.F_GETPIPE_SZ, 0); total > size || total < size-4096 {
		t.Errorf("%d bytes fit a pipe of %d", total, size)
	}
	go func() {
		time.Sleep(20 * time.Millisecond)
		unix.Read(r, make([]byte, 20000))
	}()
	waitFor(t, ops, fs.EventOut, func() bool {
		n, _ := ops.WriteAt(caller, [][]byte{{1}}, 0)
		return n == 1
	})
	unix.Close(r)
	if _, errno := ops.WriteAt(caller, [][]byte{{1}}, 0); errno != linux.EPIPE {
		t.Errorf("nobody reads: %v", errno)
	}
	if ops.Poll()&fs.EventErr == 0 {
		t.Errorf("poll %#x", ops.Poll())
	}
}

// TestLastClose has the guest close its standard output: the host's reader must see end of file.
func TestLastClose(t *testing.T) {
	s := newStdio(t)
	r, w := pipe(t)
	a := attach(t, s, w)
	again, errno := a.File.Path.Inode().Open(caller, linux.O_WRONLY)
	if errno != 0 {
		t.Fatal(errno)
	}
	if _, errno := a.File.Path.Inode().Open(caller, linux.O_RDWR); errno != linux.EACCES {
		t.Errorf("reading from an output: %v", errno)
	}
	a.File.Unref(caller)
	if n, errno := again.WriteAt(caller, [][]byte{{1}}, 0); n != 1 || errno != 0 {
		t.Errorf("the second description: %d %v", n, errno)
	}
	again.Release(caller)
	buf := make([]byte, 2)
	if n, _ := unix.Read(r, buf); n != 1 {
		t.Errorf("read %d", n)
	}
	fds := []unix.PollFd{{Fd: int32(r), Events: unix.POLLIN}}
	if unix.Poll(fds, 0); fds[0].Revents != unix.POLLHUP {
		t.Errorf("no end of file: %#x", fds[0].Revents)
	}
}

func TestFileSharesOffset(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte("0123456789"), 0o644); err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Open(name, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	unix.Seek(fd, 2, 0)
	f, buf := attach(t, newStdio(t), fd).File, make([]byte, 3)
	f.Read(caller, [][]byte{buf})
	f.Pread(caller, [][]byte{make([]byte, 3)}, 1)
	if off, _ := unix.Seek(fd, 0, 1); string(buf) != "234" || off != 5 {
		t.Errorf("read %q, host's offset %d", buf, off)
	}
	if off, errno := f.Seek(caller, -1, linux.SEEK_END); off != 9 || errno != 0 {
		t.Errorf("seek: %d %v", off, errno)
	}
	unix.Write(fd, []byte("ab"))
	if off, _ := f.Seek(caller, 0, linux.SEEK_CUR); off != 11 {
		t.Errorf("offset after a write of the host: %d", off)
	}
	st, _ := f.Stat()
	if st.Size != 11 || st.Dev != linux.Makedev(0, 9) || st.Ino != 1 || st.UID != 1000 || st.GID != 100 {
		t.Errorf("stat %+v", st)
	}
	if errno := f.Truncate(caller, 4); errno != 0 {
		t.Error(errno)
	}
	if st, _ := f.Stat(); st.Size != 4 {
		t.Errorf("truncated to %d", st.Size)
	}
	if got := f.Path.Name(fs.Path{}); got != "hostfile:[1]" {
		t.Errorf("name %q", got)
	}
}

func TestTerminal(t *testing.T) {
	s := newStdio(t)
	master, slave := openPTY(t)
	a := attach(t, s, slave)
	if a.Device != "/dev/pts/4" || a.Flags != linux.O_RDWR || attach(t, s, slave).Device != "/dev/pts/4" {
		t.Fatalf("%+v", a)
	}
	tty := s.Terminals()[0]
	if !tty.nonblocking || hasNonblock(t, slave) {
		t.Error("own description non-blocking:", tty.nonblocking, "host's:", hasNonblock(t, slave))
	}
	ops, _ := tty.Open(caller, linux.O_RDWR)
	go func() {
		time.Sleep(20 * time.Millisecond)
		unix.Write(master, []byte("hello\n"))
	}()
	buf := make([]byte, 100)
	if n, errno := readSoon(t, ops, buf); errno != 0 || string(buf[:n]) != "hello\n" {
		t.Errorf("read %q %v", buf[:n], errno)
	}
	ops.WriteAt(caller, [][]byte{[]byte("out"), []byte("put\n")}, 0)
	shown := ""
	for !strings.HasSuffix(shown, "put\r\n") {
		n, err := unix.Read(master, buf)
		if err != nil {
			t.Fatal(err)
		}
		shown += string(buf[:n])
	}
	if shown != "hello\r\noutput\r\n" {
		t.Errorf("the terminal shows %q", shown)
	}
	checkModes(t, s, tty, slave)
	if errno := tty.SetWinsize(linux.Winsize{Row: 33, Col: 44}); errno != 0 {
		t.Error(errno)
	}
	if w, _ := unix.IoctlGetWinsize(slave, unix.TIOCGWINSZ); w.Row != 33 || w.Col != 44 {
		t.Errorf("window %+v", w)
	}
	if w, errno := tty.Winsize(); w.Col != 44 || errno != 0 {
		t.Errorf("window %+v %v", w, errno)
	}
}

// windowSignals is a JobControl that counts SIGWINCH.
type windowSignals struct {
	fs.JobControl
	n int
}

func (w *windowSignals) Signal(sig linux.Signal) {
	if sig == linux.SIGWINCH {
		w.n++
	}
}

func TestWhoSeesANewSizeHasBeenSignalled(t *testing.T) {
	s := newStdio(t)
	master, slave := openPTY(t)
	attach(t, s, slave)
	tty, signals := s.Terminals()[0], &windowSignals{}
	tty.Jobs = signals
	check := func(when string, want int) {
		t.Helper()
		if signals.n != want {
			t.Errorf("%s: %d signals, want %d", when, signals.n, want)
		}
	}
	tty.Winsize()
	check("the first size", 0)
	if err := unix.IoctlSetWinsize(master, unix.TIOCSWINSZ, &unix.Winsize{Row: 7, Col: 8}); err != nil {
		t.Fatal(err)
	}
	tty.Winsize()
	check("a new size is seen", 1)
	tty.Resized()
	check("the host's signal comes later", 1)
	tty.SetWinsize(linux.Winsize{Row: 9, Col: 8})
	tty.Resized()
	check("the guest sets a size", 2)
}

// checkModes changes the modes as the guest would, and has them restored.
func checkModes(t *testing.T, s *Stdio, tty *Terminal, slave int) {
	t.Helper()
	before, err := unix.IoctlGetTermios(slave, unix.TCGETS2)
	if err != nil {
		t.Fatal(err)
	}
	modes, errno := tty.Termios()
	if errno != 0 || modes.Lflag != before.Lflag || modes.Cc != before.Cc || modes.Ospeed != before.Ospeed {
		t.Errorf("modes %+v %v, host %+v", modes, errno, before)
	}
	modes.Lflag &^= linux.ECHO | linux.ICANON
	modes.Cc[4] = 99
	if errno := tty.SetTermios(&modes, fs.TermiosFlush); errno != 0 {
		t.Fatal(errno)
	}
	during, _ := unix.IoctlGetTermios(slave, unix.TCGETS2)
	if during.Lflag != modes.Lflag || during.Cc != modes.Cc {
		t.Errorf("modes on the host %+v, set %+v", during, modes)
	}
	if err := s.Restore(); err != nil {
		t.Error(err)
	}
	if after, _ := unix.IoctlGetTermios(slave, unix.TCGETS2); *after != *before {
		t.Errorf("restored %+v, was %+v", after, before)
	}
}

func TestOtherDescriptors(t *testing.T) {
	s := newStdio(t)
	null, _ := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if a := attach(t, s, null); a.Device != "/dev/null" || a.Flags != linux.O_RDWR {
		t.Errorf("%+v", a)
	}
	unix.Close(null)
	if a, err := s.Attach(caller, null); a != nil || err != nil {
		t.Errorf("closed: %+v %v", a, err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[1])
	defer unix.Close(pair[0])
	ops, buf := attach(t, s, pair[0]).File.Ops, make([]byte, 9)
	if _, errno := ops.ReadAt(caller, [][]byte{buf}, 0); errno != linux.EAGAIN {
		t.Errorf("empty socket: %v", errno)
	}
	unix.Write(pair[1], []byte("sock"))
	if n, errno := readSoon(t, ops, buf); string(buf[:n]) != "sock" || errno != 0 {
		t.Errorf("socket: %q %v", buf[:n], errno)
	}
	if n, errno := ops.WriteAt(caller, [][]byte{buf}, 0); n != 9 || errno != 0 {
		t.Errorf("socket: %d %v", n, errno)
	}
}

// TestCarefully takes the way for hosts that do not know RWF_NOWAIT: a terminal that could not be opened again.
func TestCarefully(t *testing.T) {
	s := newStdio(t)
	master, slave := openPTY(t)
	tty := &Terminal{stream: stream{source: s.poller.add(slave, slave)}}
	buf := make([]byte, 10)
	if _, errno := tty.ReadAt(caller, [][]byte{buf}, 0); errno != linux.EAGAIN {
		t.Fatalf("empty: %v", errno)
	}
	unix.Write(master, []byte("line\n"))
	if n, errno := readSoon(t, tty, buf); string(buf[:n]) != "line\n" || errno != 0 {
		t.Errorf("%q %v", buf[:n], errno)
	}
	if n, errno := tty.WriteAt(caller, [][]byte{nil, make([]byte, 9000)}, 0); n <= 0 || n > carefully || errno != 0 {
		t.Errorf("wrote %d %v", n, errno)
	}
}

func TestPollerRunsOnlyWhenWaitedFor(t *testing.T) {
	s := newStdio(t)
	r, _ := pipe(t)
	ops := attach(t, s, r).File.Ops
	before := runtime.NumGoroutine()
	w := &fs.Waiter{Interest: fs.EventIn, Notify: func(fs.Events) {}}
	ops.Queue().Add(w)
	if runtime.NumGoroutine() != before+1 {
		t.Error("no goroutine polls")
	}
	ops.Queue().Remove(w)
	for i := 0; runtime.NumGoroutine() > before; i++ {
		if i > 1000 {
			t.Fatal("the goroutine goes on")
		}
		time.Sleep(time.Millisecond)
	}
}

// TestBrokenStdout checks in a process of its own that SIGPIPE does not end it, although the descriptor is 1.
func TestBrokenStdout(t *testing.T) {
	if os.Getenv("HOSTTTY_CHILD") != "" {
		s := newStdio(t)
		_, errno := attach(t, s, 1).File.Ops.WriteAt(caller, [][]byte{{1}}, 0)
		fmt.Fprintln(os.Stderr, "errno", int(errno))
		os.Exit(0)
	}
	r, w := pipe(t)
	unix.Close(r)
	cmd := exec.Command(os.Args[0], "-test.run=TestBrokenStdout")
	cmd.Env = append(os.Environ(), "HOSTTTY_CHILD=1")
	cmd.Stdout = os.NewFile(uintptr(w), "broken")
	var out bytes.Buffer
	cmd.Stderr = &out
	if err := cmd.Run(); err != nil || !strings.Contains(out.String(), fmt.Sprintln("errno", int(linux.EPIPE))) {
		t.Errorf("%v: %s", err, out.String())
	}
}
