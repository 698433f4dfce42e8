package inotify_test

import (
	"fmt"
	"strings"
	"testing"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/inotify"
	"muslrun/fs/memfs"
)

// guest is a file system and who uses it.
type guest struct {
	*testing.T
	ctx *fs.Context
	c   *fs.Caller
}

func newGuest(t *testing.T) *guest {
	now := func() linux.Timespec { return linux.Timespec{Sec: 1} }
	ns := fs.NewNamespace(memfs.New(memfs.Options{Dev: 1, Mode: 0o777}))
	cred := &fs.Credentials{Effective: linux.CapsAll}
	return &guest{t, fs.NewContext(ns), &fs.Caller{Cred: cred, Now: now, FileSizeLimit: 1 << 40}}
}

func (g *guest) open(name string, flags uint32) *fs.File {
	g.Helper()
	f, errno := g.ctx.Open(g.c, fs.Path{}, name, flags, 0o644)
	if errno != 0 {
		g.Fatalf("open %s: %v", name, errno)
	}
	return f
}

func (g *guest) watch(n *inotify.Inotify, name string, mask uint32) int32 {
	g.Helper()
	p, errno := g.ctx.Resolve(g.c, fs.Path{}, name, 0)
	if errno != 0 {
		g.Fatalf("%s: %v", name, errno)
	}
	wd, errno := n.Add(p, mask)
	if errno != 0 {
		g.Fatalf("watch %s: %v", name, errno)
	}
	return wd
}

// told reads all events.
func told(n *inotify.Inotify) string {
	var b [1 << 20]byte
	size, errno := n.ReadAt(nil, [][]byte{b[:]}, 0)
	if errno != 0 {
		return errno.Error()
	}
	var out []string
	for at := 0; at < size; {
		word := func(i int) uint32 { return uint32(layout.Little.Uint(b[at+4*i : at+4*i+4])) }
		name, _, _ := strings.Cut(string(b[at+16:at+16+int(word(3))]), "\x00")
		out = append(out, fmt.Sprintf("%d:%x:%s", int32(word(0)), word(1), name))
		at += 16 + int(word(3))
	}
	return strings.Join(out, " ")
}

func TestOverflow(t *testing.T) {
	g, n := newGuest(t), inotify.New(layout.Little, func() {})
	g.watch(n, "/", linux.IN_CREATE|linux.IN_DELETE)
	for i := range 9000 { // two events each
		name := fmt.Sprint("f", i)
		g.open(name, linux.O_CREAT|linux.O_WRONLY).Unref(g.c)
		g.ctx.Unlink(g.c, fs.Path{}, name)
	}
	all := strings.Fields(told(n))
	if len(all) != 16385 || all[16384] != "-1:4000:" {
		t.Errorf("%d events, the last %s", len(all), all[len(all)-1])
	}
	g.open("more", linux.O_CREAT|linux.O_WRONLY).Unref(g.c)
	if got := told(n); got != "1:100:more" {
		t.Errorf("after the overflow: %s", got)
	}
}

func TestMerge(t *testing.T) {
	g, n := newGuest(t), inotify.New(layout.Little, func() {})
	f := g.open("a", linux.O_CREAT|linux.O_RDWR)
	g.watch(n, "a", linux.IN_MODIFY|linux.IN_ACCESS)
	for range 3 {
		f.Write(g.c, [][]byte{[]byte("x")})
	}
	f.Pread(g.c, [][]byte{make([]byte, 1)}, 0)
	f.Write(g.c, [][]byte{[]byte("x")})
	if got := told(n); got != "1:2: 1:1: 1:2:" {
		t.Error(got)
	}
	if got := told(n); got != linux.EAGAIN.Error() {
		t.Error(got)
	}
}

// A closed instance leaves nothing behind, and no event is lost to others.
func TestClose(t *testing.T) {
	g := newGuest(t)
	closed := false
	a, b := inotify.New(layout.Little, func() { closed = true }), inotify.New(layout.Little, func() {})
	g.watch(a, "/", linux.IN_ALL_EVENTS)
	g.watch(b, "/", linux.IN_CREATE)
	a.Release(nil)
	g.ctx.Mkdir(g.c, fs.Path{}, "d", 0o755)
	if got := told(b); got != "1:40000100:d" || !closed {
		t.Errorf("%s, closed %t", got, closed)
	}
}

func BenchmarkUnwatchedWrite(b *testing.B) {
	g := newGuest(&testing.T{})
	f := g.open("a", linux.O_CREAT|linux.O_RDWR)
	buf := [][]byte{[]byte("x")}
	b.ReportAllocs()
	for range b.N {
		f.Pwrite(g.c, buf, 0)
	}
}
