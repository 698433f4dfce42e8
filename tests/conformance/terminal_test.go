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

// prompt is what the shells say when they wait for a line.
const prompt = "=> "

// act is what the person does, and what the screen is to show then.
type act struct {
	line string           // typed with a return when the shell asks for it
	do   func(c *console) // comes next
	keys string           // typed then
	show string
}

func pause(c *console)  { time.Sleep(300 * time.Millisecond) }
func resize(c *console) { c.resize(33, 99) }

// busy is a command that says so when it is in the foreground.
const busy = "sh -c 'echo re''ady; sleep 100'"

// sessions are what people do at a shell. Every one is played natively first.
var sessions = map[string][]act{
	"calculate": {{line: "echo $((40+2))", show: "42\r\n"}},
	"interrupt": {
		{line: "cat", show: "cat\r\n"}, {do: pause, keys: "abc\r", show: "abc\r\nabc\r\n"}, {keys: ctrlC},
		{line: "echo st$?", show: "st130\r\n"}, {line: "cat", show: "cat\r\n"}, {do: pause, keys: ctrlBackslash},
		{line: "echo st$?", show: "st131\r\n"}, {line: "cat", show: "cat\r\n"},
		{do: pause, keys: "end\r", show: "end\r\nend\r\n"}, {keys: ctrlD}, {line: "echo st$?", show: "st0\r\n"},
	},
	"jobs": {
		{line: busy, show: "ready\r\n"}, {do: pause, keys: ctrlZ, show: "Stopped"}, {line: "jobs", show: "[1]+  Stopped"},
		{line: "bg", show: "[1] "}, {line: "jobs", show: "Running"}, {line: "fg", show: "sleep 100"},
		{do: pause, keys: ctrlZ, show: "Stopped"}, {line: "fg %1", show: "sleep 100"}, {do: pause, keys: ctrlC},
		{line: "echo st$?", show: "st130\r\n"}, {line: "jobs; echo no''ne", show: "\nnone\r\n"},
	},
	"background": {
		{line: "cat &"}, {line: "sleep 1; jobs", show: "Stopped (tty input)"}, {line: "stty tostop"}, {line: "echo loud &"},
		{line: "sleep 1; jobs", show: "Stopped (tty output)"}, {line: "stty -tostop; fg %2", show: "\nloud\r\n"},
		{line: "kill -9 %1; sleep 1; jobs; echo no''ne", show: "\nnone\r\n"},
	},
	"resize": {
		{line: "stty size", show: "24 80\r\n"}, {do: resize, line: "stty size", show: "33 99\r\n"},
		{line: "sh -c 'trap \"stty size; exit\" WINCH; echo re''ady; while :; do sleep 0.1; done'", show: "ready\r\n"},
		{do: func(c *console) { c.resize(44, 55) }, show: "44 55\r\n"},
	},
	"edit": {
		{line: "vi muslrun.edit", show: "~"}, {do: pause, keys: "ihello" + escape, show: "hello"},
		{do: pause, keys: "yyp", show: "hello"}, {do: pause, keys: ctrlZ, show: "Stopped"}, {line: "fg", show: "hello"},
		{do: pause, keys: ":wq\r"}, {line: "cat muslrun.edit", show: "hello\r\nhello\r\n"},
	},
	"page": {
		{line: "seq 100 | less", show: "\x1b[K23\r\n"}, {do: pause, keys: " ", show: "46"}, {do: pause, keys: "q"},
		{line: "stty size", show: "24 80\r\n"},
	},
	"nest": {
		{line: "script -q -c 'tty; PS1=\"=> \" sh' muslrun.script", show: "/dev/pts/"}, {line: "cat", show: "cat\r\n"},
		{do: pause, keys: ctrlC}, {line: "echo in$?", show: "in130\r\n"}, {line: "exit"}, {line: "echo out", show: "out\r\n"},
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
	command := []string{rig.MuslrunBinary(), "--root", root, "--env", "PS1=" + prompt, "--cwd", "/tmp"}
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
	c.play(append(acts, act{line: "exit 7"}))
	if status := c.end(); status != 7 {
		t.Errorf("%s ends with %d", words[0], status)
	}
}

func (c *console) play(acts []act) {
	c.t.Helper()
	for _, a := range acts {
		if a.line != "" {
			c.expect(prompt)
		}
		if a.do != nil {
			a.do(c)
		}
		if a.line != "" {
			a.keys = a.line + "\r" + a.keys
		}
		c.press(a.keys)
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
			c.play([]act{
				{line: run + "cat", show: "cat\r\n"}, {do: pause, keys: "abc\r", show: "abc\r\nabc\r\n"},
				{keys: ctrlZ, show: "Stopped"}, {line: "fg", show: "cat\r\n"}, {do: pause, keys: "def\r", show: "def\r\ndef\r\n"},
				{keys: ctrlZ, show: "Stopped"}, {line: "bg; sleep 1; jobs", show: "Stopped (tty input)"},
				{line: "fg", show: "cat\r\n"}, {do: pause, keys: ctrlC}, {line: "echo st$?", show: "st130\r\n"},
				{line: run + "vi f", show: "~"}, {do: pause, keys: ctrlZ, show: "Stopped"}, {line: "stty -a", show: " icanon"},
				{do: resize, line: "fg", show: "~"}, {do: pause, keys: "itext" + escape, show: "text"},
			})
			pause(c)
			if c.modes()&unix.ICANON != 0 {
				t.Error("the editor has no modes of its own after fg")
			}
			c.play([]act{{keys: ":q!\r"}, {line: "echo st$?", show: "st0\r\n"}})
		})
	}
}

// TestModesAfterDeath has the terminal come back from a guest that a signal ends, or time.
func TestModesAfterDeath(t *testing.T) {
	deaths := map[string]struct {
		command string
		status  int
		says    string // with the line end of a terminal that is not raw
	}{
		"killed":  {"stty raw -echo; kill -9 $$", 128 + 9, ""},
		"crashed": {"stty raw -echo; kill -SEGV $$", 128 + 11, "was killed by SIGSEGV, sent by pid 2\r\n"},
		"stopped": {"stty raw -echo; sleep 100", 128 + 15, "was killed by SIGTERM"},
		"left":    {"stty -echo; exit 3", 3, ""},
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
				c.expect(death.says)
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
