package conformance

import (
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muslrun/tests/rig"
)

// Keys with a name.
const (
	ctrlC         = "\x03"
	ctrlD         = "\x04"
	ctrlZ         = "\x1a"
	ctrlBackslash = "\x1c"
	escape        = "\x1b"
)

// act is what the person does, and what the screen is to show then.
type act struct {
	do   func(c *console) // before the keys, nil for nothing
	keys string
	show string
}

func pause(c *console)  { time.Sleep(300 * time.Millisecond) }
func resize(c *console) { c.resize(33, 99) }

// busy is a command that says so when it is in the foreground.
const busy = "sh -c 'echo re''ady; sleep 100'\r"

// sessions are what people do at a shell. Every one is played natively first.
var sessions = map[string][]act{
	"calculate": {{keys: "echo $((40+2))\r", show: "42\r\n> "}},
	"interrupt": {
		{keys: "cat\r", show: "cat\r\n"}, {pause, "abc\r", "abc\r\nabc\r\n"}, {keys: ctrlC, show: "> "},
		{keys: "echo st$?\r", show: "st130\r\n"}, {keys: busy, show: "ready\r\n"}, {pause, ctrlBackslash, "> "},
		{keys: "echo st$?\r", show: "st131\r\n"}, {keys: "cat\r", show: "cat\r\n"}, {pause, "end\r", "end\r\nend\r\n"},
		{keys: ctrlD, show: "> "}, {keys: "echo st$?\r", show: "st0\r\n"},
	},
	"jobs": {
		{keys: busy, show: "ready\r\n"}, {pause, ctrlZ, "Stopped"}, {keys: "jobs\r", show: "[1]+  Stopped"},
		{keys: "bg\r", show: "[1] "}, {keys: "jobs\r", show: "Running"}, {keys: "fg\r", show: "sleep 100"},
		{pause, ctrlZ, "Stopped"}, {keys: "fg %1\r", show: "sleep 100"}, {pause, ctrlC, "> "},
		{keys: "echo st$?\r", show: "st130\r\n"}, {keys: "jobs; echo no''ne\r", show: "\nnone\r\n"},
	},
	"background": {
		{keys: "cat &\r", show: "> "}, {pause, "\r", "Stopped (tty input)"},
		{keys: "stty tostop; echo loud &\r", show: "> "}, {pause, "\r", "Stopped (tty output)"},
		{keys: "stty -tostop; fg %2\r", show: "\nloud\r\n"}, {keys: "kill -9 %1\r", show: "> "}, {pause, "\r", "Killed"},
	},
	"resize": {
		{keys: "stty size\r", show: "24 80\r\n"}, {resize, "stty size\r", "33 99\r\n"},
		{keys: "sh -c 'trap \"stty size; exit\" WINCH; echo re''ady; while :; do sleep 0.1; done'\r", show: "ready\r\n"},
		{func(c *console) { c.resize(44, 55) }, "", "44 55\r\n"},
	},
	"edit": {
		{keys: "vi /tmp/muslrun.edit\r", show: "~"}, {pause, "ihello" + escape, "hello"}, {pause, "yyp", "hello"},
		{pause, ctrlZ, "Stopped"}, {keys: "fg\r", show: "hello"}, {pause, ":wq\r", "> "},
		{keys: "cat /tmp/muslrun.edit; : >/tmp/muslrun.edit\r", show: "hello\r\nhello\r\n"},
	},
	"page": {
		{keys: "seq 100 | less\r", show: "\x1b[K23\r\n"}, {pause, " ", "46"}, {pause, "q", "> "},
		{keys: "stty size\r", show: "24 80\r\n"},
	},
	"nest": {
		{keys: "script -q -c 'tty; PS1=in: sh' /tmp/muslrun.script\r", show: "/dev/pts/"}, {pause, "", "in:"},
		{keys: "cat\r", show: "cat\r\n"}, {pause, ctrlC, "in:"}, {keys: "echo in$?\r", show: "in130\r\n"},
		{keys: "exit\r", show: "> "}, {keys: "echo out\r", show: "out\r\n"},
	},
}

// TestTerminal has a person work at an interactive shell: busybox ash, natively and then under muslrun.
func TestTerminal(t *testing.T) {
	for _, target := range targets(t) {
		t.Run(target.ABI, func(t *testing.T) {
			program, reference := thirdParty(t, target, rig.Static, "busybox")
			for name, acts := range sessions {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					atConsole(t, busyboxRoot(t, reference), acts)
					atConsole(t, "", acts, muslrunAt(busyboxRoot(t, program), "sh")...)
				})
			}
		})
	}
}

// muslrunAt is the command that runs a program of a root.
func muslrunAt(root string, words ...string) []string {
	command := []string{rig.MuslrunBinary(), "--root", root, "--env", "PS1=> ", "--cwd", "/tmp"}
	return append(command, words...)
}

// atConsole plays acts at a shell: that of a root directly, or the one that words start.
func atConsole(t *testing.T, root string, acts []act, words ...string) {
	t.Helper()
	bin := filepath.Join(root, "bin")
	if words == nil {
		words = []string{filepath.Join(bin, "sh")}
	}
	c := newConsole(t, t.TempDir(), consoleEnv(bin), words...)
	c.expect("> ")
	c.play(acts)
	pause(c)
	c.press("exit 7\r")
	if status := c.end(); status != 7 {
		t.Errorf("%s ends with %d", words[0], status)
	}
}

func (c *console) play(acts []act) {
	c.t.Helper()
	for _, a := range acts {
		if a.do != nil {
			a.do(c)
		}
		if a.keys != "" {
			c.press(a.keys)
		}
		c.expect(a.show)
	}
}

// local are the modes that an untouched terminal has.
const local = unix.ICANON | unix.ECHO | unix.ISIG

// TestSuspend has a shell outside suspend muslrun, in whose guest nobody could continue what has stopped.
func TestSuspend(t *testing.T) {
	for _, target := range targets(t) {
		t.Run(target.ABI, func(t *testing.T) {
			t.Parallel()
			program, reference := thirdParty(t, target, rig.Static, "busybox")
			root, outside := busyboxRoot(t, program), busyboxRoot(t, reference)
			run := rig.MuslrunBinary() + " --root " + root + " --cwd /tmp "
			c := newConsole(t, t.TempDir(), consoleEnv(filepath.Join(outside, "bin")), filepath.Join(outside, "bin/sh"))
			c.resize(24, 300)
			c.expect("> ")
			c.play([]act{
				{keys: run + "cat\r", show: "cat\r\n"}, {pause, "abc\r", "abc\r\nabc\r\n"},
				{keys: ctrlZ, show: "Stopped"}, {keys: "fg\r", show: "cat\r\n"}, {pause, "def\r", "def\r\ndef\r\n"},
				{keys: ctrlZ, show: "Stopped"}, {keys: "bg; sleep 1; jobs\r", show: "Stopped (tty input)"},
				{show: "> "}, {keys: "fg\r", show: "cat\r\n"}, {pause, ctrlC, "> "}, {keys: "echo st$?\r", show: "st130\r\n"},
				{keys: run + "vi f\r", show: "~"}, {pause, ctrlZ, "Stopped"}, {keys: "stty -a\r", show: " icanon"},
				{resize, "fg\r", "~"}, {pause, "itext" + escape, "text"},
			})
			pause(c)
			if c.modes()&unix.ICANON != 0 {
				t.Error("the editor has no modes of its own after fg")
			}
			c.play([]act{{keys: ":q!\r", show: "> "}, {keys: "echo st$?\r", show: "st0\r\n"}})
		})
	}
}

// TestModesAfterDeath has the terminal come back from a guest that a signal ends, or time.
func TestModesAfterDeath(t *testing.T) {
	deaths := map[string]struct {
		command string
		status  int
	}{
		"killed":  {"stty raw -echo; kill -9 $$", 128 + 9},
		"stopped": {"stty raw -echo; sleep 100", 128 + 15},
		"left":    {"stty -echo; exit 3", 3},
	}
	for _, target := range targets(t) {
		program, _ := thirdParty(t, target, rig.Static, "busybox")
		for name, death := range deaths {
			t.Run(target.ABI+"/"+name, func(t *testing.T) {
				t.Parallel()
				root := busyboxRoot(t, program)
				c := newConsole(t, t.TempDir(), consoleEnv(""), muslrunAt(root, "sh", "-c", "echo up; "+death.command)...)
				c.expect("up")
				for range 100 {
					if c.modes()&unix.ECHO == 0 {
						break
					}
					time.Sleep(50 * time.Millisecond)
				}
				if name == "stopped" {
					pause(c)
					_ = unix.Kill(c.cmd.Process.Pid, unix.SIGTERM)
				}
				if status := c.end(); status != death.status {
					t.Errorf("status %d", status)
				}
				want := uint32(local)
				if name == "left" { // as stty(1) needs
					want &^= unix.ECHO
				}
				if modes := c.modes() & local; modes != want {
					t.Errorf("modes %#x, want %#x", modes, want)
				}
			})
		}
	}
}

// TestHangUp has the terminal vanish: the shell gets SIGHUP and can still act on it.
func TestHangUp(t *testing.T) {
	for _, target := range targets(t) {
		t.Run(target.ABI, func(t *testing.T) {
			t.Parallel()
			program, _ := thirdParty(t, target, rig.Static, "busybox")
			root := busyboxRoot(t, program)
			script := "trap 'exit 5' HUP; echo up; while :; do sleep 0.1; done"
			c := newConsole(t, t.TempDir(), consoleEnv(""), muslrunAt(root, "sh", "-c", script)...)
			c.expect("up\r\n")
			c.master.Close()
			if status := c.end(); status != 5 {
				t.Errorf("status %d", status)
			}
		})
	}
}
