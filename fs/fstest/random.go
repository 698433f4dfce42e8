package fstest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Random runs made-up operations on two systems, which must give the same answers and end with the same trees. steps
// is the number of operations; the same seed gives the same ones. Without users, all of them are root's.
func Random(t *testing.T, want, got System, seed uint64, steps int, users bool) {
	t.Helper()
	g := generator{rng: rand.New(rand.NewPCG(seed, 1)), users: users}
	w, s := NewSession(want), NewSession(got)
	defer w.Close()
	defer s.Close()
	var log []string
	for range steps {
		line := g.line()
		a, b := w.Do(line), s.Do(line)
		log = append(log, line+" = "+a)
		if a != b {
			t.Fatalf("seed %d: %q answers\n  %s, want\n  %s, after\n%s", seed, line, b, a, strings.Join(log, "\n"))
		}
	}
	w.Do("as 0 0")
	s.Do("as 0 0")
	if a, b := Tree(w, "."), Tree(s, "."); a != b {
		t.Fatalf("seed %d: trees differ; want\n%s\ngot\n%s\nafter\n%s", seed, a, b, strings.Join(log, "\n"))
	}
}

// Lines makes up n lines from a seed, for tests that compare with nothing.
func Lines(seed uint64, n int) []string {
	g := generator{rng: rand.New(rand.NewPCG(seed, 2)), users: true}
	lines := make([]string, n)
	for i := range lines {
		lines[i] = g.line()
	}
	return lines
}

// Tree describes all files below a directory.
func Tree(s *Session, dir string) string {
	var b strings.Builder
	for _, name := range strings.Fields(s.Do("ls " + dir)) {
		if name == "." || name == ".." {
			continue
		}
		path := dir + "/" + name
		st := s.Do("lstat " + path)
		fmt.Fprintf(&b, "%s: %s", path, st)
		switch kind, _, _ := strings.Cut(st, " "); kind {
		case "dir":
			fmt.Fprintf(&b, "\n%s", Tree(s, path))
		case "reg":
			fmt.Fprintf(&b, " %s blocks=%s %s\n", s.Do("cat "+path), s.Do("blocks "+path), s.Do("listxattr "+path))
		case "lnk":
			fmt.Fprintf(&b, " %s\n", s.Do("readlink "+path))
		default:
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// generator makes up lines.
type generator struct {
	rng   *rand.Rand
	users bool
}

func (g *generator) of(words ...string) string { return words[g.rng.IntN(len(words))] }

// path makes up a path of few names, so that they meet; now and then an odd one.
func (g *generator) path() string {
	name := func() string { return g.of("a", "b", "c", "d", "e") }
	switch g.rng.IntN(24) {
	case 0:
		return g.of("/"+name(), name()+"/")
	case 1:
		return name() + g.of("/.", "/..", "/./", "//") + g.of("", "/") + name()
	case 2:
		return g.of(".", "..", "/", "//", "/..", "a/.", "a/..", "./", "''", "b/../", "a/../")
	case 3:
		return g.of("", "a/") + g.of("long:255", "long:256", "long:4096")
	case 4, 5, 6, 7, 8, 9:
		return name() + "/" + name()
	case 10, 11:
		return name() + "/" + name() + "/" + name()
	}
	return name()
}

func (g *generator) fd() string { return g.of("f", "g", "h") }

func (g *generator) mode() string {
	return g.of("0755", "0700", "0777", "0644", "0000", "01777", "02755", "04755", "06777", "0070", "0007")
}

func (g *generator) id() string { return g.of("0", "1000", "1001", "-1") }

func (g *generator) offset() string {
	return g.of("0", "1", "100", "4095", "4096", "4097", "10000", "12288", "4194304", "4200000", "-1", "1099511627776")
}

func (g *generator) size() string {
	return g.of("0", "1", "100", "4096", "5000", "8192", "20000", "4194305")
}

func (g *generator) openFlags() string {
	flags := g.of("rd", "wr", "rdwr") + ",nonblock"
	for _, f := range []string{"creat", "creat", "trunc", "append", "excl", "dir", "nofollow", "path", "tmpfile"} {
		if g.rng.IntN(5) == 0 {
			flags += "," + f
		}
	}
	return flags
}

// forms are the lines that are made up: {p} is a path, {f} a file, {m} a mode, {i} an id, {o} an offset, {s} a size,
// {O} flags of open. Those that stand more than once are more likely.
var forms = []string{
	"open {f} {p} {O} {m}", "open {f} {p} {O} {m}", "open {f} {p} rdwr,creat 0644", "open {f} {p} rdwr,creat 0666",
	"mkdir {p} {m}", "mkdir {p} 0777", "mkdir {p} 0755", "rmdir {p}", "unlink {p}", "unlink {p}",
	"rename {p} {p}", "rename {p} {p}", "rename {p} {p} noreplace", "rename {p} {p} exchange", "link {p} {p}",
	"linkfollow {p} {p}", "symlink {p} {p}", "symlink {p} {p}", "readlink {p}", "mknod {p} sock 0644",
	"mknod {p} reg {m}", "chmod {p} {m}", "chmod {p} 0777", "chown {p} {i} {i}", "lchown {p} {i} {i}", "stat {p}",
	"lstat {p}", "ls {p}", "cat {p}", "truncate {p} {o}", "access {p} r", "access {p} w", "access {p} x", "access {p} f",
	"setxattr {p} user.x value", "setxattr {p} user.y v create", "setxattr {p} trusted.z v", "getxattr {p} user.x",
	"getxattr {p} trusted.z", "listxattr {p}", "removexattr {p} user.x", "utimes {p} 5 7", "utimes {p}",
	"utimes {p} now omit", "close {f}", "read {f} {s}", "pread {f} {s} {o}", "write {f} hello", "fill {f} {s}",
	"pwrite {f} text {o}", "pfill {f} {s} {o}", "seek {f} {o} set", "seek {f} {o} cur", "seek {f} {o} end",
	"seek {f} {o} data", "seek {f} {o} hole", "ftruncate {f} {o}", "fallocate {f} 0 {o} {s}",
	"fallocate {f} keep {o} {s}", "fallocate {f} keep,punch {o} {s}", "fstat {f}", "fchmod {f} {m}", "getdents {f}",
}

func (g *generator) line() string {
	if g.users && g.rng.IntN(12) == 0 {
		return g.of("as 0 0", "as 0 0", "as 1000 1000", "as 1001 1001 1000", "as 1002 1002")
	}
	var b strings.Builder
	form := forms[g.rng.IntN(len(forms))]
	for {
		before, after, ok := strings.Cut(form, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteString(g.word(after[0]))
		form = after[2:]
	}
}

func (g *generator) word(letter byte) string {
	switch letter {
	case 'p':
		return g.path()
	case 'f':
		return g.fd()
	case 'm':
		return g.mode()
	case 'i':
		return g.id()
	case 'o':
		return g.offset()
	case 's':
		return g.size()
	}
	return g.openFlags()
}
