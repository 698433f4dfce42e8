package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muslrun/tests/rig"
)

// An errorCase is a command line that muslrun, or the guest, must refuse.
type errorCase struct {
	name   string
	args   []string // @NAME stands for a file of errorFiles, BUSYBOX for busybox
	status int
	stderr string // that stderr must contain
}

// What muslrun's own statuses mean: as env(1) and docker have them.
const (
	statusTimeout  = 124
	statusFailure  = 125
	statusNoExec   = 126
	statusNotFound = 127
)

var errorCases = []errorCase{
	{"no program", nil, statusFailure, "no program"},
	{"no file", []string{"./absent"}, statusNotFound, "no such file"},
	{"no file in PATH", []string{"absent"}, statusNotFound, "absent"},
	{"a directory", []string{"."}, statusNoExec, "directory"},
	{"a device", []string{"/dev/null"}, statusNoExec, "not a regular file"},
	{"not an ELF file", []string{"@text"}, statusNoExec, "ELF"},
	{"an empty file", []string{"@empty"}, statusNoExec, "empty"},
	{"a truncated file", []string{"@truncated"}, statusNoExec, "truncated"},
	{"an unknown machine", []string{"@machine"}, statusNoExec, "machine"},
	{"no engine for the ABI", []string{"@microblaze"}, statusFailure, "engine"},
	{"a missing interpreter", []string{"@interpreter"}, statusNoExec, "/lib/nowhere.so"},
	{"a missing library", []string{"@library"}, statusNotFound, "plugin.so"},
	{"a script whose interpreter is missing", []string{"@script"}, statusNoExec, "/no/such/shell"},
	{"a bad flag", []string{"--no-such-flag", "BUSYBOX"}, statusFailure, "no-such-flag"},
	{"a bad size", []string{"--memory", "much", "BUSYBOX"}, statusFailure, "size"},
	{"a bad id", []string{"--uid", "-5", "BUSYBOX"}, statusFailure, "uid"},
	{"a bad variable", []string{"--env", "=x", "BUSYBOX"}, statusFailure, "NAME"},
	{"an unknown engine", []string{"--engine", "warp", "BUSYBOX"}, statusFailure, "warp"},
	{"a root that does not exist", []string{"--root", "/no/such/root", "BUSYBOX"}, statusFailure, "/no/such/root"},
	{"a mount that does not exist", []string{"--mount", "/no/such/dir:/data", "BUSYBOX"}, statusFailure, "/no/such/dir"},
	{"a mount without a place", []string{"--mount", "nonsense", "BUSYBOX"}, statusFailure, "HOST:GUEST"},
	{"a mount with a bad access", []string{"--mount", ".:/data:rx", "BUSYBOX"}, statusFailure, "rx"},
	{"a directory that does not exist", []string{"--cwd", "/no/such/cwd", "BUSYBOX", "pwd"}, statusFailure,
		"/no/such/cwd"},
	{"too much time", []string{"--timeout", "1s", "BUSYBOX", "sleep", "100"}, statusTimeout, "--timeout"},
	{"a read-only file system", []string{"--mount", ".:/data:ro", "BUSYBOX", "touch", "/data/new"}, 1,
		"Read-only file system"},
	{"a full disk", []string{"--disk", "1M", "BUSYBOX", "dd", "if=/dev/zero", "of=/tmp/big", "bs=4k", "count=1000"}, 1,
		"No space left on device"},
	{"out of memory", []string{"--memory", "16M", "BUSYBOX", "dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"}, 1,
		"out of memory"},
	{"an instruction that does not exist", []string{"@faults", "illegal"}, 128 + 4, "ud2 (bytes 0f 0b)"},
	{"a guest's own failure", []string{"BUSYBOX", "cat", "absent"}, 1, "No such file or directory"},
}

// TestErrors checks what muslrun says, and its exit status, when things go wrong.
func TestErrors(t *testing.T) {
	if underQemu() {
		skip(t, "muslrun's messages: qemu-user stands in its place")
	}
	if err := rig.HaveMuslrun(); err != nil {
		skip(t, "%v", err)
	}
	native := rig.Target{ABI: rig.NativeABI, Runs: true}
	busybox, _ := thirdParty(t, native, rig.Static, "busybox")
	files := errorFiles(t, native)
	for _, c := range errorCases {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			checkError(t, c, files, busybox)
		})
	}
}

func checkError(t *testing.T, c errorCase, files map[string]string, busybox string) {
	args := make([]string, len(c.args))
	for i, word := range c.args {
		switch {
		case word == "BUSYBOX":
			args[i] = busybox
		case word[0] == '@':
			args[i] = files[word[1:]]
			if args[i] == "" {
				t.Fatalf("no file %s", word)
			}
		default:
			args[i] = word
		}
	}
	// The words of the runner are none of muslrun's: the case gives them all.
	runner := rig.Native
	runner.Host = []string{"HOME=" + os.Getenv("HOME"), "MUSLRUN_CACHE=" + rig.Cache()}
	got, err := runner.Run(rig.Job{Program: rig.MuslrunBinary(), Args: args, Dir: t.TempDir(), Timeout: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != c.status || !strings.Contains(got.Stderr, c.stderr) {
		t.Errorf("status %d, stderr %q\nwant   %d and %q", got.Status, got.Stderr, c.status, c.stderr)
	}
	for _, sign := range []string{"panic:", "goroutine ", "SIGSEGV: "} {
		if strings.Contains(got.Stderr, sign) {
			t.Errorf("muslrun crashes: %s", got.Stderr)
		}
	}
}

// errorFiles makes the files that cannot be run, by name.
func errorFiles(t *testing.T, native rig.Target) map[string]string {
	t.Helper()
	dir := t.TempDir()
	programs := filepath.Join(rig.Root(), "tests/programs")
	build := func(r rig.Recipe) string {
		path, err := native.Build(r)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	hello := rig.Recipe{Name: "hello", Sources: []string{filepath.Join(programs, "hello.c")}, Link: rig.Static}
	elf, err := os.ReadFile(build(hello))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for name, content := range map[string][]byte{
		"text":       []byte("this is not a program\n"),
		"empty":      nil,
		"truncated":  elf[:40],
		"machine":    patched(elf, map[int]byte{18: 0x34, 19: 0x12}),
		"microblaze": microblazeHeader(),
		"script":     []byte("#!/no/such/shell -x\n"),
	} {
		files[name] = filepath.Join(dir, name)
		if err := os.WriteFile(files[name], content, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	files["faults"] = build(rig.Recipe{Name: "faults", Sources: []string{filepath.Join(programs, "faults.c")}, Link: rig.Static})
	hello.Link, hello.Flags = rig.Dynamic, []string{"-Wl,-dynamic-linker,/lib/nowhere.so"}
	files["interpreter"] = build(hello)
	plugin := build(rig.Recipe{Name: "plugin.so", Sources: []string{filepath.Join(programs, "plugin.c")}, Link: rig.Shared,
		Flags: []string{"-Wl,-soname,plugin.so"}})
	hello.Sources, hello.Flags = append(hello.Sources, plugin), []string{"-Wl,--no-as-needed"}
	files["library"] = build(hello)
	return files
}

// patched is a copy of data with some bytes changed.
func patched(data []byte, changes map[int]byte) []byte {
	copied := append([]byte{}, data...)
	for at, b := range changes {
		copied[at] = b
	}
	return copied
}

// microblazeHeader is a program for microblazeel, as far as its header and one segment that loads nothing.
func microblazeHeader() []byte {
	file := make([]byte, 52+32)
	copy(file, "\x7fELF\x01\x01\x01")
	header := map[int]byte{16: 2, 18: 189, 20: 1, 26: 0x40, 28: 52, 40: 52, 42: 32, 44: 1}
	segment := map[int]byte{52: 1, 62: 0x40, 66: 0x40, 68: 52, 72: 84, 76: 5, 81: 0x10}
	return patched(patched(file, header), segment)
}
