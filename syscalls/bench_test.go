package syscalls

import (
	"testing"

	"muslrun/arch/linux"
	"muslrun/syscalls/kernel"
)

// BenchmarkCalls takes the time from the argument words to the result, without an engine.
func BenchmarkCalls(b *testing.B) {
	g := newGuest(&testing.T{}, "x86_64")
	fd := g.open("/f", linux.O_CREAT|linux.O_RDWR)
	buf := g.alloc(4096)
	for _, c := range []struct {
		name  string
		words kernel.Words
	}{
		{"getpid", kernel.Words{}},
		{"pwrite64", kernel.Words{fd, buf, 64, 0}},
		{"pread64", kernel.Words{fd, buf, 64, 0}},
		{"writev", kernel.Words{fd, g.longs(buf, 8), 1}},
		{"lseek", kernel.Words{fd, 0, 0}},
		{"clock_gettime", kernel.Words{1, buf}},
		{"fstat", kernel.Words{fd, buf}},
		{"fcntl", kernel.Words{fd, linux.F_GETFL}},
		{"rt_sigprocmask", kernel.Words{0, 0, buf, 8}},
		{"poll", kernel.Words{g.pollfds(linux.Pollfd{FD: int32(fd), Events: 1}), 1, 0}},
	} {
		b.Run(c.name, func(b *testing.B) {
			number := g.abi.Calls.ByName[c.name]
			words := new(kernel.Words)
			b.ReportAllocs()
			for b.Loop() {
				*words = c.words
				if _, errno := g.kernel.Calls.Call(g.task, number, words); errno != 0 {
					b.Fatal(errno)
				}
			}
		})
	}
}
