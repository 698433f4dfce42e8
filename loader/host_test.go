//go:build linux

package loader

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// The tests in this file ask the host's kernel what it does, and compare.

const showArgs = "LOADER_TEST_SHOW_ARGS"

// TestMain makes the test binary a program that prints its arguments, each in quotes.
func TestMain(m *testing.M) {
	if os.Getenv(showArgs) != "" {
		fmt.Printf("%q", os.Args)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// hostFinder finds programs among the host's files.
var hostFinder = &Finder{
	Open:  openHost,
	ByELF: func(*arch.ELFFacts) *arch.ABI { return kinds[2].abi(0x1000) },
}

func openHost(path string) (File, linux.Errno) {
	info, err := os.Stat(path)
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		return nil, linux.Errno(errno)
	case info.IsDir(), info.Mode()&0o111 == 0:
		return nil, linux.EACCES
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, linux.EACCES
	}
	return bytes.NewReader(content), 0
}

// inDir makes a directory with an interpreter "i", the test binary, and goes there, so that paths are short.
func inDir(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, "i"); err != nil {
		t.Fatal(err)
	}
}

func writeScript(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

// hostRun executes a path and gives what the program printed, or the error number of execve(2).
func hostRun(path string, args ...string) (string, linux.Errno) {
	cmd := &exec.Cmd{Path: path, Args: append([]string{path}, args...), Env: []string{showArgs + "=1"}}
	out, err := cmd.Output()
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return "", linux.Errno(errno)
	}
	return string(out), 0
}

func TestScriptsAsOnTheHost(t *testing.T) {
	inDir(t)
	pad := func(s string, n int, by string) string { return s + strings.Repeat(by, n-len(s)) }
	slashes := func(n int) string { return pad("#!.", n-1, "/") + "i" } // a first line of n bytes
	for _, text := range []string{
		"#!./i\n", "#!./i", "#! ./i\n", "#!\t ./i \t\nrest", "#!./i a\n", "#!./i  a b \t c  \n", "#!./i a",
		"#!./i a ", "#!./i ", "#!./i\t", "#!./i \n", "#!./i\x00a b\n", "#!./i a\x00b\n", "#!./i \x00b\n", "#!./i a \x00\nb",
		"#!\n", "#!", "#! ", "#! \t\n", "#!\x00\n", "#!\x00./i", "#!./i\r\n", "#!./none\n", "#!.\n", "#!i\n", "#!./plain\n",
		slashes(254) + "\n", slashes(255) + "\n", slashes(256) + "\n", slashes(257) + "\n", slashes(254), slashes(255),
		slashes(256), slashes(257), slashes(253) + " a\n",
		slashes(254) + " a\n", slashes(255) + " a\n", slashes(256) + " a\n",
		pad("#!./i ", 254, "a") + "\n", pad("#!./i ", 255, "a") + "\n",
		pad("#!./i ", 256, "a") + "\n", pad("#!./i ", 300, "a") + "\n",
		pad("#!./i ", 255, "a") + " b\n", pad("#!./i a", 255, " ") + "b\n", pad("#!./i a", 300, " ") + "\n",
		pad("#!", 200, " ") + "./i\n", pad("#!", 253, " ") + "./i\n",
		pad("#!", 252, " ") + "./i\n", pad("#!", 300, " ") + "./i\n",
		pad("#!./i", 255, " "), pad("#!./i", 256, " "), pad("#!./i a", 256, "\t"), pad("#!./i ", 256, "b"),
	} {
		writeScript(t, "script", text)
		writeScript(t, "plain", "no program\n")
		want, wantErrno := hostRun("./script", "x", "y z")
		p, err := hostFinder.Find("./script", []string{"zero", "x", "y z"})
		got := ""
		if err == nil {
			got = fmt.Sprintf("%q", p.Args)
		}
		if got != want || Errno(err) != wantErrno {
			t.Errorf("%q: got %s %v (%v), the host %s %v", text, got, Errno(err), err, want, wantErrno)
		}
	}
}

func TestNestedScriptsAsOnTheHost(t *testing.T) {
	inDir(t)
	before := "./i"
	for depth := 1; depth <= 8; depth++ {
		name := fmt.Sprintf("./s%d", depth)
		writeScript(t, name, "#!"+before+" -"+name+"\n")
		before = name
		want, wantErrno := hostRun(name, "x")
		p, err := hostFinder.Find(name, []string{name, "x"})
		got := ""
		if err == nil {
			got = fmt.Sprintf("%q", p.Args)
		}
		if got != want || Errno(err) != wantErrno {
			t.Errorf("depth %d: got %s %v (%v), the host %s %v", depth, got, Errno(err), err, want, wantErrno)
		}
	}
}

// TestArgumentLimitsAsOnTheHost finds the longest last argument that the host takes after some long ones.
func TestArgumentLimitsAsOnTheHost(t *testing.T) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_STACK, &limit); err != nil {
		t.Fatal(err)
	}
	const program, maxString = "/bin/true", 32*4096 - 1
	if _, err := os.Stat(program); err != nil {
		t.Skip(err)
	}
	abi := kinds[2].abi(0x1000)
	for _, long := range []int{0, 1, 15, 46, 47} {
		args := []string{program}
		for range long {
			args = append(args, strings.Repeat("a", maxString))
		}
		env := []string{"A=b", "C="}
		fits := func(n int) (host, ours bool) {
			list := append(args[:len(args):len(args)], strings.Repeat("b", n))
			err := (&exec.Cmd{Path: program, Args: list, Env: env}).Run()
			if err != nil && !errors.Is(err, syscall.E2BIG) {
				t.Fatal(err)
			}
			spec := &StackSpec{Limit: limit.Cur, Args: list, Env: env, ExecFn: program}
			_, errno := spec.check(abi)
			return err == nil, errno == 0
		}
		low, high := -1, maxString+1 // low fits, high does not
		for high-low > 1 {
			mid := (low + high) / 2
			if host, _ := fits(mid); host {
				low = mid
			} else {
				high = mid
			}
		}
		if low >= 0 {
			if _, ours := fits(low); !ours {
				t.Errorf("%d long arguments and one of %d bytes fit on the host only", long, low)
			}
		}
		if _, ours := fits(high); ours {
			t.Errorf("%d long arguments and one of %d bytes do not fit on the host", long, high)
		}
	}
}

// dumpStack is a program that writes the address of argc, then its stack from there to the end.
const dumpStack = `
#include <string.h>
#include <unistd.h>
#include <sys/auxv.h>
#include <sys/personality.h>
int main(int argc, char **argv) {
	if (!(personality(0xffffffff) & ADDR_NO_RANDOMIZE)) {
		personality(ADDR_NO_RANDOMIZE);
		execv(argv[0], argv);
		return 1;
	}
	char *start = (char *)(argv - 1);
	char *name = (char *)getauxval(AT_EXECFN);
	char *end = name + strlen(name) + 1 + sizeof(long);
	write(1, &start, sizeof start);
	return write(1, start, end - start) != end - start;
}
`

// TestStackAsOnTheHost runs a program natively and compares its stack with one that BuildStack makes for the
// same file.
func TestStackAsOnTheHost(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil || hostMachine(t) != elf.EM_X86_64 {
		t.Skip("needs gcc on x86_64")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("dump.c", []byte(dumpStack), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, flags := range map[string][]string{"static": {"-static", "-no-pie"}, "static PIE": {"-static-pie"}} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-O1", "-o", "dump", "dump.c"}, flags...)
			if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
				t.Skipf("gcc: %v\n%s", err, out)
			}
			for _, args := range [][]string{{"./dump"}, {"./dump", "one", "", "three"}} {
				compareStack(t, args, []string{"A=b", "EMPTY=", "LONG=" + strings.Repeat("x", 1000)})
			}
		})
	}
}

func hostMachine(t *testing.T) elf.Machine {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f, errno := openHost(self)
	if errno != 0 {
		t.Fatal(errno)
	}
	img, err := Identify(f)
	if err != nil {
		t.Fatal(err)
	}
	return img.Facts.Machine
}

func compareStack(t *testing.T, args, env []string) {
	t.Helper()
	out, err := (&exec.Cmd{Path: args[0], Args: args, Env: env}).Output()
	if err != nil {
		t.Fatal(err)
	}
	native := &stackDump{start: layout.Little.Uint(out[:8]), bytes: out[8:]}
	native.parse()

	p, err := hostFinder.Find(args[0], args)
	if err != nil {
		t.Fatal(err)
	}
	abi := kinds[2].abi(0x1000)
	abi.TaskSize = 1 << 47
	abi.Platform, abi.HWCap, abi.HWCap2 = "x86_64", native.aux[linux.AT_HWCAP], native.aux[linux.AT_HWCAP2]
	s := &fakeSpace{size: abi.TaskSize, page: 0x1000, pages: map[uint64][]byte{}}
	l := mustLoad(t, s, kinds[2], 0x1000, p.Exec, nil)
	spec := s.stack(0x20000)
	spec.Args, spec.Env, spec.ExecFn = p.Args, env, p.ExecFn
	spec.Top = native.start + uint64(len(native.bytes))
	s.maps[len(s.maps)-1].addr = spec.Top - 0x20000
	spec.UID, spec.EUID = uint32(os.Getuid()), uint32(os.Geteuid())
	spec.GID, spec.EGID = uint32(os.Getgid()), uint32(os.Getegid())
	copy(spec.Random[:], native.at(native.aux[linux.AT_RANDOM], 16))
	for _, tag := range []uint64{linux.AT_SYSINFO_EHDR, linux.AT_MINSIGSTKSZ} {
		if v, ok := native.aux[tag]; ok {
			spec.Aux = append(spec.Aux, Aux{tag, v})
		}
	}
	st, errno := BuildStack(s, abi, l, spec)
	if errno != 0 {
		t.Fatal(errno)
	}
	ours := &stackDump{start: st.SP, bytes: s.read(t, st.SP, spec.Top-st.SP)}
	ours.parse()
	ours.compare(t, native, l)
	if st.SP%16 != 0 || !bytes.Equal(st.Auxv, ours.at(ours.auxAt, uint64(len(st.Auxv)))) {
		t.Errorf("sp %#x; auxv %x", st.SP, st.Auxv)
	}
}

// stackDump is the stack of an x86_64 program from argc to its end.
type stackDump struct {
	start   uint64
	bytes   []byte
	vectors []uint64 // argc, argv, envp with their nulls
	auxAt   uint64
	order   []uint64 // tags
	aux     map[uint64]uint64
}

func (d *stackDump) at(addr, n uint64) []byte { return d.bytes[addr-d.start:][:n] }

func (d *stackDump) parse() {
	d.aux = map[uint64]uint64{}
	next := d.start
	word := func() uint64 {
		v := layout.Little.Uint(d.at(next, 8))
		next += 8
		return v
	}
	for nulls := 0; nulls < 2; {
		v := word()
		d.vectors = append(d.vectors, v)
		if v == 0 {
			nulls++
		}
	}
	d.auxAt = next
	for {
		tag, v := word(), word()
		d.order = append(d.order, tag)
		d.aux[tag] = v
		if tag == linux.AT_NULL {
			return
		}
	}
}

// compare checks that two dumps agree in all but what only the host's kernel has: entries for rseq, and the
// address of a position-independent program.
func (d *stackDump) compare(t *testing.T, native *stackDump, l *Loaded) {
	t.Helper()
	order := []uint64{}
	for _, tag := range native.order {
		if tag != linux.AT_RSEQ_FEATURE_SIZE && tag != linux.AT_RSEQ_ALIGN {
			order = append(order, tag)
		}
	}
	if fmt.Sprint(d.order) != fmt.Sprint(order) {
		t.Errorf("auxv order %v, the host's %v", d.order, order)
	}
	if fmt.Sprintf("%x", d.vectors) != fmt.Sprintf("%x", native.vectors) {
		t.Errorf("vectors %x, the host's %x", d.vectors, native.vectors)
	}
	moved := native.aux[linux.AT_ENTRY] - l.ProgEntry
	for tag, v := range d.aux {
		if tag == linux.AT_ENTRY || tag == linux.AT_PHDR {
			v += moved
		}
		if v != native.aux[tag] {
			t.Errorf("auxv %d: %#x, the host's %#x", tag, v, native.aux[tag])
		}
	}
	from := d.aux[linux.AT_RANDOM]
	n := d.start + uint64(len(d.bytes)) - from
	if !bytes.Equal(d.at(from, n), native.at(from, n)) {
		t.Errorf("from %#x on:\n%q\nthe host's\n%q", from, d.at(from, n), native.at(from, n))
	}
}

// TestHostPrograms identifies and loads every program and library of some directories: those of the host and
// those of Debian's cross compilers.
func TestHostPrograms(t *testing.T) {
	patterns := []string{
		"/usr/bin/[a-d]*", "/lib/x86_64-linux-gnu/ld-*", "/usr/*-linux-gnu*/lib/ld*.so*",
		"/usr/*-linux-gnu*/lib/libc.so.6", "/usr/*-linux-gnu*/lib*/libm.so.6",
	}
	seen := map[string]int{}
	for _, pattern := range patterns {
		files, _ := filepath.Glob(pattern)
		for _, path := range files {
			f, errno := openHost(path)
			if errno != 0 {
				continue
			}
			img, err := Identify(f)
			if err != nil {
				if !strings.Contains(err.Error(), "not an ELF") {
					t.Errorf("%s: %v", path, err)
				}
				continue
			}
			checkAgainstDebugELF(t, path, img)
			k := kind{img.Facts.Class, img.Facts.Data}
			if _, err := Load(newFakeSpace(k.abi(0x1000)), k.abi(0x1000), img, nil); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			seen[fmt.Sprint(img.Facts.Machine, k)]++
		}
	}
	t.Log(seen)
}

// checkAgainstDebugELF compares with the standard library's parser.
func checkAgainstDebugELF(t *testing.T, path string, img *Image) {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	defer func() { _ = f.Close() }()
	if f.Type != img.Type || f.Entry != img.Entry || f.Machine != img.Facts.Machine || len(f.Progs) != img.PHNum {
		t.Errorf("%s: %+v, debug/elf says %+v", path, img, f.FileHeader)
	}
	var want []Segment
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Memsz > 0 {
			want = append(want, Segment{p.Vaddr, p.Memsz, p.Off, p.Filesz, protection(p.Flags)})
		}
		if p.Type == elf.PT_PHDR && img.PHdr != p.Vaddr {
			t.Errorf("%s: program headers at %#x, PT_PHDR says %#x", path, img.PHdr, p.Vaddr)
		}
	}
	if fmt.Sprint(want) != fmt.Sprint(img.Segments) {
		t.Errorf("%s: segments %v, want %v", path, img.Segments, want)
	}
	section := f.Section(".gnu.attributes")
	if f.Machine == elf.EM_ARM {
		section = f.Section(".ARM.attributes")
	}
	if (section != nil) != (img.Facts.Attributes != nil) {
		t.Errorf("%s: %d bytes of attributes, but the section is %v", path, len(img.Facts.Attributes), section)
	}
}
