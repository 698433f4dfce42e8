package fs_test

import (
	"testing"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/fstest"
	"muslrun/fs/memfs"
)

func BenchmarkWalk(b *testing.B) {
	g := fstest.NewGuest(memfs.New(memfs.Options{}))
	for _, d := range []string{"/usr", "/usr/lib", "/usr/lib/x"} {
		g.Mkdir(d, 0o755)
	}
	p, _ := g.Context.Resolve(g.Caller, fs.Path{}, "/usr/lib/x", 0)
	for b.Loop() {
		g.Context.Resolve(g.Caller, fs.Path{}, "/usr/lib/x", 0)
	}
	_ = p
}

func BenchmarkOpenClose(b *testing.B) {
	g := fstest.NewGuest(memfs.New(memfs.Options{}))
	fd, _ := g.Open("/f", linux.O_CREAT|linux.O_RDWR, 0o644)
	_ = fd
	for b.Loop() {
		f, _ := g.Context.Open(g.Caller, fs.Path{}, "/f", linux.O_RDONLY, 0)
		f.Unref(g.Caller)
	}
}

func BenchmarkRead(b *testing.B) {
	g := fstest.NewGuest(memfs.New(memfs.Options{}))
	fd, _ := g.Open("/f", linux.O_CREAT|linux.O_RDWR, 0o644)
	g.Write(fd, make([]byte, 4096))
	f, buf := g.File(fd), [][]byte{make([]byte, 512)}
	for b.Loop() {
		f.Pread(g.Caller, buf, 0)
	}
}

func BenchmarkStat(b *testing.B) {
	g := fstest.NewGuest(memfs.New(memfs.Options{}))
	fd, _ := g.Open("/f", linux.O_CREAT|linux.O_RDWR, 0o644)
	_ = fd
	for b.Loop() {
		g.Context.Stat(g.Caller, fs.Path{}, "/f", 0)
	}
}
