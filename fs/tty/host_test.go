package tty

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// twins are a pseudo terminal of ours and one of the host's that get the same input.
type twins struct {
	t                     *testing.T
	pair                  *Pair
	master                *Master
	slave                 fs.FileOps
	hostMaster, hostSlave int
	log                   []string
	gotScreen, wantScreen []byte
	gotReads, wantReads   []string
}

func newTwins(t *testing.T) *twins {
	t.Helper()
	w := &twins{t: t}
	var err error
	w.hostMaster, err = unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	n, err := unix.IoctlGetInt(w.hostMaster, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(w.hostMaster, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.hostSlave, err = unix.Open(fmt.Sprintf("/dev/pts/%d", n), unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	t.Cleanup(func() { unix.Close(w.hostSlave); unix.Close(w.hostMaster) })
	w.pair, w.master = NewPair()
	w.pair.SetLocked(false)
	var errno linux.Errno
	if w.slave, errno = w.pair.Open(nil, linux.O_RDWR|linux.O_NONBLOCK); errno != 0 {
		t.Fatal(errno)
	}
	return w
}

// modes sets both terminals' flags, starting from what they have at first.
func (w *twins) modes(change func(t *linux.Termios)) {
	w.t.Helper()
	t, _ := w.pair.Termios()
	change(&t)
	w.pair.SetTermios(&t, fs.TermiosNow)
	h := unix.Termios{Iflag: t.Iflag, Oflag: t.Oflag, Cflag: t.Cflag, Lflag: t.Lflag, Cc: t.Cc, Ispeed: t.Ispeed, Ospeed: t.Ospeed}
	if err := unix.IoctlSetTermios(w.hostSlave, unix.TCSETS2, &h); err != nil {
		w.t.Fatal(err)
	}
}

func (w *twins) typeIn(text string) {
	w.log = append(w.log, fmt.Sprintf("type %q", text))
	w.master.WriteAt(nil, [][]byte{[]byte(text)}, 0)
	unix.Write(w.hostMaster, []byte(text))
	w.settle()
}

func (w *twins) print(text string) {
	w.log = append(w.log, fmt.Sprintf("print %q", text))
	w.slave.WriteAt(nil, [][]byte{[]byte(text)}, 0)
	unix.Write(w.hostSlave, []byte(text))
	w.settle()
}

// settle waits until the host's kernel thread has moved everything, then collects both screens.
func (w *twins) settle() {
	buf := make([]byte, 4096)
	for {
		n, errno := w.master.ReadAt(nil, [][]byte{buf}, 0)
		if errno != 0 {
			break
		}
		w.gotScreen = append(w.gotScreen, buf[:n]...)
	}
	for patience := 0; patience < 3 || len(w.wantScreen) < len(w.gotScreen) && patience < 500; patience++ {
		if n, err := unix.Read(w.hostMaster, buf); err == nil {
			w.wantScreen = append(w.wantScreen, buf[:n]...)
		}
		time.Sleep(500 * time.Microsecond)
	}
}

func (w *twins) read(size int) {
	w.log = append(w.log, fmt.Sprintf("read %d", size))
	buf := make([]byte, size)
	n, errno := w.slave.ReadAt(nil, [][]byte{buf}, 0)
	got := fmt.Sprintf("%q %v", buf[:n], errno)
	n, err := unix.Read(w.hostSlave, buf)
	errno = 0
	if err != nil {
		n, errno = 0, linux.Errno(err.(unix.Errno))
	}
	w.gotReads, w.wantReads = append(w.gotReads, got), append(w.wantReads, fmt.Sprintf("%q %v", buf[:n], errno))
}

// check compares what both have said so far.
func (w *twins) check() bool {
	w.t.Helper()
	ok := fmt.Sprint(w.gotReads) == fmt.Sprint(w.wantReads) && string(w.gotScreen) == string(w.wantScreen)
	inHost, _ := unix.IoctlGetInt(w.hostSlave, unix.TIOCINQ)
	ours, _ := w.slave.(*Slave).Readable()
	if ok && ours != inHost {
		w.t.Errorf("FIONREAD %d, host %d", ours, inHost)
		ok = false
	}
	if !ok {
		w.t.Errorf("%v\nreads  %v\nhost   %v\nscreen %q\nhost   %q", w.log, w.gotReads, w.wantReads, w.gotScreen, w.wantScreen)
	}
	return ok
}

func TestFirstModesLikeHost(t *testing.T) {
	w := newTwins(t)
	h, err := unix.IoctlGetTermios(w.hostSlave, unix.TCGETS2)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := w.pair.Termios()
	want := linux.Termios{Iflag: h.Iflag, Oflag: h.Oflag, Cflag: h.Cflag, Lflag: h.Lflag, Line: h.Line, Cc: h.Cc, Ispeed: h.Ispeed,
		Ospeed: h.Ospeed}
	if got != want {
		t.Errorf("modes %+v, host %+v", got, want)
	}
}

func set(flags *uint32, on, off uint32) { *flags = *flags&^off | on }

var scenes = map[string]struct {
	modes func(t *linux.Termios)
	typed []string
}{
	"lines":           {nil, []string{"hello\n", "two\nlines\r", "end\x04", "\x04", "par\x04t\n"}},
	"erase":           {nil, []string{"abc\x7f\x7fd\n", "\x7f\x7f\n", "a\x01b\x7f\x7f\x7fx\n", "a\tb\tc\x7f\x7f\x7f\x7f\n"}},
	"kill and word":   {nil, []string{"some words\x17here\n", "gone\x15kept\n", "a b_c!! \x17\n", "x\x0123\x15\n"}},
	"literal, redraw": {nil, []string{"a\x16\x03b\x16\n\n", "abc\x12d\n", "tab\t\x16\x7f\x7f\n"}},
	"signals":         {nil, []string{"abc\x03def\n", "x\x1c\n", "y\x1a\n"}},
	"no flush":        {func(t *linux.Termios) { set(&t.Lflag, linux.NOFLSH, 0) }, []string{"abc\x03def\n"}},
	"no echo":         {func(t *linux.Termios) { set(&t.Lflag, 0, linux.ECHO) }, []string{"secret\x7f\n", "\x03\x15\n"}},
	"newline echo":    {func(t *linux.Termios) { set(&t.Lflag, linux.ECHONL, linux.ECHO) }, []string{"secret\n"}},
	"no ctl echo":     {func(t *linux.Termios) { set(&t.Lflag, 0, linux.ECHOCTL) }, []string{"a\x01b\x7f\x7f\n\x03"}},
	"hard copy":       {func(t *linux.Termios) { set(&t.Lflag, linux.ECHOPRT, 0) }, []string{"abc\x7f\x7fd\n", "ab\x7f\x7f\x7fq\n"}},
	"dumb":            {func(t *linux.Termios) { set(&t.Lflag, 0, linux.ECHOE|linux.ECHOKE) }, []string{"abc\x7fd\n", "abc\x15d\n"}},
	"utf8":            {func(t *linux.Termios) { set(&t.Iflag, linux.IUTF8, 0) }, []string{"gr\u00fc\u00df\x7f\x7fn\n", "\u65e5\u672c\x17x\n"}},
	"input flags": {func(t *linux.Termios) { set(&t.Iflag, linux.INLCR|linux.ISTRIP|linux.IUCLC, linux.ICRNL) },
		[]string{"ABC\xe1\n\r", "x\n"}},
	"ignore cr": {func(t *linux.Termios) { set(&t.Iflag, linux.IGNCR, 0) }, []string{"a\rb\r\n"}},
	"end of line": {func(t *linux.Termios) { t.Cc[linux.VEOL], t.Cc[linux.VEOL2] = ';', ',' },
		[]string{"a;b,c\n", ";,\n"}},
	"raw": {func(t *linux.Termios) {
		set(&t.Lflag, 0, linux.ICANON|linux.ECHO|linux.ISIG|linux.IEXTEN)
		set(&t.Iflag, 0, linux.ICRNL|linux.IXON)
		set(&t.Oflag, 0, linux.OPOST)
	}, []string{"a\r\n\x03\x04\x7f\x13", "b"}},
	"cbreak": {func(t *linux.Termios) { set(&t.Lflag, 0, linux.ICANON) }, []string{"ab\x7f\x04\x03cd\n\r", "\t\x15"}},
	"poll":   {func(t *linux.Termios) { set(&t.Lflag, 0, linux.ICANON); t.Cc[linux.VMIN] = 0 }, []string{"", "ab"}},
	"xtabs":  {func(t *linux.Termios) { set(&t.Oflag, linux.XTABS, 0) }, []string{"a\tb\x7f\x7f\n"}},
	"nothing special": {func(t *linux.Termios) { t.Cc = [19]uint8{linux.VMIN: 1} },
		[]string{"a\x00b\x7f\x04\n"}},
	"parity marks": {func(t *linux.Termios) { set(&t.Iflag, linux.PARMRK, 0) }, []string{"a\xffb\n"}},
}

// TestScenesLikeHost types the same on both terminals in many modes.
func TestScenesLikeHost(t *testing.T) {
	for name, s := range scenes {
		t.Run(name, func(t *testing.T) {
			w := newTwins(t)
			if s.modes != nil {
				w.modes(s.modes)
			}
			for _, text := range s.typed {
				w.typeIn(text)
				for _, size := range []int{3, 100, 100, 2, 50} {
					w.read(size)
				}
			}
			w.check()
		})
	}
}

func TestOutputLikeHost(t *testing.T) {
	for name, modes := range map[string]func(t *linux.Termios){
		"plain":  func(*linux.Termios) {},
		"raw":    func(t *linux.Termios) { set(&t.Oflag, 0, linux.OPOST) },
		"xtabs":  func(t *linux.Termios) { set(&t.Oflag, linux.XTABS, 0) },
		"ocrnl":  func(t *linux.Termios) { set(&t.Oflag, linux.OCRNL|linux.ONOCR, linux.ONLCR) },
		"onlret": func(t *linux.Termios) { set(&t.Oflag, linux.ONLRET|linux.OLCUC|linux.XTABS, linux.ONLCR) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newTwins(t)
			w.modes(modes)
			for _, text := range []string{"one\ntwo\r\nthree\tx\b\ty\n", "\r\r\nab\tc\x01\td\r", "\u00fc\tz\n"} {
				w.print(text)
			}
			w.typeIn("in\tput\x7f\x7f\x7f\x7f\n")
			w.check()
		})
	}
}

// TestModeSwitchLikeHost changes between lines and raw mode with input waiting.
func TestModeSwitchLikeHost(t *testing.T) {
	w := newTwins(t)
	raw := func(t *linux.Termios) { set(&t.Lflag, 0, linux.ICANON) }
	lines := func(t *linux.Termios) { set(&t.Lflag, linux.ICANON, 0) }
	w.typeIn("line\npart")
	w.modes(raw)
	w.read(3)
	w.check()
	w.modes(lines)
	w.read(100)
	w.typeIn("more\n")
	w.read(100)
	w.read(100)
	w.check()
}

func TestStopLikeHost(t *testing.T) {
	w := newTwins(t)
	w.typeIn("\x13")
	w.print("held")
	w.typeIn("ab")
	w.typeIn("\x11")
	w.typeIn("\n")
	w.read(10)
	w.check()
}

// TestRandomLikeHost types at random, from the bytes that mean something.
func TestRandomLikeHost(t *testing.T) {
	const bytes = "abc AB_1\t\n\r\x7f\x15\x17\x16\x04\x12\x03\x01\xc3\xbc"
	for seed := range uint64(3) {
		w, rnd := newTwins(t), rand.New(rand.NewPCG(seed, 3))
		if seed%2 == 1 {
			w.modes(func(t *linux.Termios) { set(&t.Iflag, linux.IUTF8, 0) })
		}
		for range 25 {
			text := ""
			for range 1 + rnd.IntN(8) {
				text += string(bytes[rnd.IntN(len(bytes))])
			}
			w.typeIn(text)
			w.read(1 + rnd.IntN(12))
		}
		if !w.check() {
			return
		}
	}
}
