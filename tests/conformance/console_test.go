package conformance

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muslrun/tests/rig"
)

// console is a terminal of the host with a person at it: keys go in, the screen comes out.
type console struct {
	t      *testing.T
	fd     int // of the terminal's master
	master *os.File
	cmd    *exec.Cmd
	screen chan []byte // what is shown, in pieces; closed at the end
	unseen string      // what is shown and was not expected yet
	ended  chan error
}

// patience is how long the person waits for the screen.
const patience = 30 * time.Second

// newConsole starts a program as the leader of a session on a terminal of 24 lines of 80 characters.
func newConsole(t *testing.T, dir string, env []string, words ...string) *console {
	t.Helper()
	fd, slave := openTerminal(t)
	c := &console{
		t: t, fd: fd, master: os.NewFile(uintptr(fd), "terminal"), cmd: exec.Command(words[0], words[1:]...),
		screen: make(chan []byte, 64), ended: make(chan error, 1),
	}
	c.resize(24, 80)
	c.cmd.Dir, c.cmd.Env = dir, env
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = slave, slave, slave
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	go c.watch()
	go func() { c.ended <- c.cmd.Wait() }()
	t.Cleanup(c.close)
	return c
}

// openTerminal makes a pseudo terminal of the host. The master does not block, so that Go can close it while it is read.
func openTerminal(t *testing.T) (fd int, slave *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		skip(t, "no terminals here: %v", err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		skip(t, "no terminals here: %v", err)
	}
	return fd, slave
}

func (c *console) watch() {
	defer close(c.screen)
	for {
		piece := make([]byte, 4096)
		n, err := c.master.Read(piece)
		if err != nil {
			return
		}
		c.screen <- piece[:n]
	}
}

func (c *console) close() {
	_ = unix.Kill(c.cmd.Process.Pid, unix.SIGKILL)
	c.master.Close()
	for range c.screen {
	}
}

func (c *console) resize(rows, columns uint16) {
	if err := unix.IoctlSetWinsize(c.fd, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns}); err != nil {
		c.t.Fatal(err)
	}
}

// modes are the terminal's local modes.
func (c *console) modes() uint32 {
	modes, err := unix.IoctlGetTermios(c.fd, unix.TCGETS)
	if err != nil {
		c.t.Fatal(err)
	}
	return modes.Lflag
}

func (c *console) press(keys string) {
	if _, err := c.master.WriteString(keys); err != nil {
		c.t.Fatal(err)
	}
}

// expect waits until the screen shows a text after what was expected before.
func (c *console) expect(text string) {
	c.t.Helper()
	late := time.After(patience)
	for {
		if _, after, ok := strings.Cut(c.unseen, text); ok {
			c.unseen = after
			return
		}
		select {
		case piece, ok := <-c.screen:
			if !ok {
				c.t.Fatalf("the terminal closed before %q; shown: %q", text, c.unseen)
			}
			c.unseen += string(piece)
		case <-late:
			c.t.Fatalf("no %q; shown: %q", text, c.unseen)
		}
	}
}

// end waits for the program's end and gives its status as a shell does.
func (c *console) end() int {
	c.t.Helper()
	select {
	case err := <-c.ended:
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			c.t.Fatal(err)
		}
		wait := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
		if wait.Signaled() {
			return 128 + int(wait.Signal())
		}
		return wait.ExitStatus()
	case <-time.After(patience):
		_ = unix.Kill(c.cmd.Process.Pid, unix.SIGABRT) // Go tells what it was at
		time.Sleep(time.Second)
		for len(c.screen) > 0 {
			c.unseen += string(<-c.screen)
		}
		c.t.Fatalf("does not end; shown: %s", c.unseen)
	}
	return -1
}

// applets are the names of busybox that the sessions use.
var applets = []string{"sh", "cat", "echo", "stty", "sleep", "vi", "less", "seq", "tty", "ps", "kill", "true", "script"}

// busyboxRoot is a directory with busybox under its names in bin.
func busyboxRoot(t *testing.T, busybox string) string {
	t.Helper()
	root := t.TempDir()
	program, err := os.ReadFile(busybox)
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"bin", "tmp"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	syscall.ForkLock.RLock() // a child forked meanwhile would hold the file open for writing: "text file busy"
	err = os.WriteFile(filepath.Join(root, "bin/busybox"), program, 0o755)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range applets {
		if err := os.Symlink("busybox", filepath.Join(root, "bin", name)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// consoleEnv is the environment of what runs at a console.
func consoleEnv(bin string) []string {
	return []string{
		"PATH=" + bin, "PS1=" + prompt, "TERM=vt100", "HOME=" + os.Getenv("HOME"), "MUSLRUN_CACHE=" + rig.Cache(),
	}
}
