package syscalls

import (
	"slices"
	"strings"
	"testing"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// dirents decodes a buffer of getdents or getdents64.
func (g *guest) dirents(codec *layout.Codec[linux.Dirent], b []byte, old bool) (list []fs.DirEntry) {
	for len(b) > 0 {
		var d linux.Dirent
		codec.Decode(b, &d)
		if int(d.Reclen) < codec.Size() || int(d.Reclen) > len(b) || int(d.Reclen)%4 != 0 && g.abi.Name != "m68k" {
			g.Fatalf("record of %d bytes of %d", d.Reclen, len(b))
		}
		if old {
			d.Type = b[d.Reclen-1]
		}
		name, _, _ := strings.Cut(string(b[codec.Size():d.Reclen]), "\x00")
		list = append(list, fs.DirEntry{Name: name, Ino: d.Ino, Type: d.Type})
		b = b[d.Reclen:]
	}
	return list
}

func TestGetdents(t *testing.T) {
	eachABI(t, func(g *guest) {
		dir := int64(linux.AT_FDCWD)
		g.must(g.call("mkdirat", uint64(dir), g.str("/d"), 0o755))
		names := []string{".", "..", "a", "bc", strings.Repeat("long", 50), "sub"}
		g.must(g.call("mkdirat", uint64(dir), g.str("/d/sub"), 0o755))
		for _, n := range []string{"a", "bc", names[4]} {
			g.must(g.call("close", g.open("/d/"+n, linux.O_CREAT|linux.O_WRONLY)))
		}
		for _, call := range []string{"getdents64", "getdents"} {
			codec, old := g.abi.Structs.Dirent64, false
			if call == "getdents" {
				codec, old = g.abi.Structs.Dirent, true
			}
			fd, buf := g.open("/d", linux.O_RDONLY|linux.O_DIRECTORY), g.alloc(256)
			g.fails(linux.EINVAL, call, fd, buf, 4)
			g.fails(linux.EFAULT, call, fd, 8, 256)
			var all []fs.DirEntry
			for {
				n := g.must(g.call(call, fd, buf, 256))
				if n == 0 {
					break
				}
				all = append(all, g.dirents(codec, g.bytes(buf, int(n)), old)...)
			}
			var got []string
			for _, e := range all {
				got = append(got, e.Name)
				if dir := e.Type == linux.S_IFDIR>>12; dir != (e.Name == "sub" || e.Name[0] == '.') || e.Ino == 0 {
					g.Errorf("%s: %+v", call, e)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, names) {
				g.Errorf("%s: %q", call, got)
			}
			g.must(g.call("close", fd))
		}
		fd := g.open("/d/a", linux.O_RDONLY)
		g.fails(linux.ENOTDIR, "getdents64", fd, g.alloc(64), 64)
		g.fails(linux.EBADF, "getdents64", 77, g.alloc(64), 64)
	})
}

func TestOffsetsInPairs(t *testing.T) {
	eachABI(t, func(g *guest) {
		const far = 0x1_2345_6789 // both halves count
		fd := g.open("/sparse", linux.O_CREAT|linux.O_RDWR|linux.O_LARGEFILE)
		text := g.put([]byte("hello world"))
		if n := g.must(g.call("pwrite64", g.args(fd, text, 11, g.wide(far))...)); n != 11 {
			g.Fatalf("pwrite64 = %d", n)
		}
		buf := g.alloc(16)
		check := func(call string, n uint64, want string) {
			g.Helper()
			if got := string(g.bytes(buf, int(n))); got != want {
				g.Errorf("%s: %q, want %q", call, got, want)
			}
		}
		check("pread64", g.must(g.call("pread64", g.args(fd, buf, 5, g.wide(far+6))...)), "world")
		// preadv: low word first whatever the byte order.
		vec := g.longs(buf, 3, buf+3, 2)
		low, high := uint64(far), uint64(far)>>32
		if !g.abi.Convention.Wide {
			low &= 0xffffffff
		}
		check("preadv", g.must(g.call("preadv", fd, vec, 2, low, high)), "hello")
		check("preadv2", g.must(g.call("preadv2", fd, vec, 2, low, high, 0)), "hello")
		g.fails(linux.EOPNOTSUPP, "preadv2", fd, vec, 2, low, high, 0x1000)
		g.fails(linux.EINVAL, "preadv", fd, vec, 1025, low, high)
		g.fails(linux.EINVAL, "pread64", g.args(fd, buf, 1, g.wide(1<<63))...)
		all := ^uint64(0)
		check("preadv2 at the offset", g.must(g.call("preadv2", fd, vec, 2, all, all, 0)), "\x00\x00\x00\x00\x00")
		if !g.abi.Is64() {
			res := g.alloc(8)
			g.must(g.call("_llseek", fd, high, low, res, linux.SEEK_SET))
			if g.word(res, 8) != far {
				g.Errorf("_llseek: %#x", g.word(res, 8))
			}
			g.fails(linux.EOVERFLOW, "lseek", fd, 0, linux.SEEK_CUR)
			g.must(g.call("ftruncate64", g.args(fd, g.wide(far+5))...))
			check("read", g.must(g.call("read", fd, buf, 16)), "hello")
		}
	})
}

func TestOldIDs(t *testing.T) {
	eachABI(t, func(g *guest) {
		g.must(g.call("setgid", 0x12345))
		narrow := uint64(0x12345)
		if g.abi.UID16 {
			narrow = 0x2345
		}
		if got := g.must(g.call("getgid")); got != narrow {
			g.Errorf("getgid = %#x, want %#x", got, narrow)
		}
		if !g.abi.UID16 {
			return
		}
		g.must(g.call("setgid32", 0x54321))
		if got := g.must(g.call("getgid")); got != 65534 {
			g.Errorf("getgid of an id that does not fit = %d", got)
		}
		if got := g.must(g.call("getgid32")); got != 0x54321 {
			g.Errorf("getgid32 = %#x", got)
		}
		g.must(g.call("setresgid", 0xffff, 7, 0xffff)) // keeps all but the effective one
		ids := g.alloc(16)
		g.must(g.call("getresgid32", ids, ids+4, ids+8))
		if r, e, s := g.word(ids, 4), g.word(ids+4, 4), g.word(ids+8, 4); r != 0x54321 || e != 7 || s != 0x54321 {
			g.Errorf("after setresgid: %#x %#x %#x", r, e, s)
		}
		g.must(g.call("getresgid", ids, ids+2, ids+4))
		if r, e := g.word(ids, 2), g.word(ids+2, 2); r != 65534 || e != 7 {
			g.Errorf("getresgid: %#x %#x", r, e)
		}
		g.fails(linux.EINVAL, "setuid", 0xffff)
	})
}

func TestPipePair(t *testing.T) {
	eachABI(t, func(g *guest) {
		at := g.alloc(8)
		g.must(g.call("pipe2", at, g.abi.Consts.Open.ToGuest(linux.O_NONBLOCK|linux.O_CLOEXEC)))
		r, w := g.word(at, 4), g.word(at+4, 4)
		if cloexec := g.must(g.call("fcntl", r, linux.F_GETFD, 0)); cloexec != 1 {
			g.Errorf("F_GETFD = %d", cloexec)
		}
		flags := g.abi.Consts.Open.ToInner(g.must(g.call("fcntl", w, linux.F_GETFL, 0)))
		if flags&linux.O_NONBLOCK == 0 || flags&linux.O_ACCMODE != linux.O_WRONLY {
			g.Errorf("F_GETFL = %#o", flags)
		}
		g.fails(linux.EAGAIN, "read", r, at, 8)
		g.fails(linux.EBADF, "read", w, at, 8)
		g.fails(linux.ESPIPE, "pread64", g.args(r, at, 8, g.wide(0))...)
		g.fails(linux.EINVAL, "pipe2", at, 1)
		// A pipe that cannot be told of leaves no descriptors behind.
		before := len(g.task.Files.List())
		g.fails(linux.EFAULT, "pipe2", 8, 0)
		if after := len(g.task.Files.List()); after != before {
			g.Errorf("%d descriptors leaked", after-before)
		}
	})
}

func TestPathDescriptors(t *testing.T) {
	g := newGuest(t, "x86_64")
	fd := g.open("/program", linux.O_PATH)
	buf := g.alloc(256)
	g.fails(linux.EBADF, "read", fd, buf, 1)
	g.fails(linux.EBADF, "ioctl", fd, linux.FIONREAD, buf)
	g.fails(linux.EBADF, "fcntl", fd, linux.F_SETFL, 0)
	g.fails(linux.EBADF, "fsync", fd)
	g.fails(linux.EBADF, "fchmod", fd, 0)
	g.fails(linux.EBADF, "flock", fd, linux.LOCK_EX)
	g.fails(linux.EBADF, "fgetxattr", fd, g.str("user.a"), buf, 1)
	g.must(g.call("fstat", fd, buf))
	g.must(g.call("fcntl", fd, linux.F_GETFD, 0))
	if flags := g.must(g.call("fcntl", fd, linux.F_GETFL, 0)); flags&linux.O_PATH == 0 {
		g.Errorf("F_GETFL = %#o", flags)
	}
}

func TestTransfers(t *testing.T) {
	g := newGuest(t, "x86_64")
	from, to := g.open("/from", linux.O_CREAT|linux.O_RDWR), g.open("/to", linux.O_CREAT|linux.O_RDWR)
	text := "0123456789abcdef"
	g.must(g.call("write", from, g.put([]byte(text)), 16))
	read := func(n uint64) string {
		buf := g.alloc(64)
		return string(g.bytes(buf, int(g.must(g.call("pread64", to, buf, n, 0)))))
	}
	off, off2 := g.longs(4), g.longs(2)
	if n := g.must(g.call("sendfile", to, from, off, 6)); n != 6 || g.word(off, 8) != 10 || read(64) != "456789" {
		g.Errorf("sendfile: %d, offset %d, %q", n, g.word(off, 8), read(64))
	}
	if n := g.must(g.call("copy_file_range", from, off, to, off2, 100, 0)); n != 6 || read(64) != "45abcdef" {
		g.Errorf("copy_file_range: %d %q", n, read(64))
	}
	g.fails(linux.EINVAL, "copy_file_range", to, g.longs(0), to, g.longs(2), 4, 0) // overlap
	g.fails(linux.EINVAL, "copy_file_range", from, 0, to, 0, 4, 1)
	at := g.alloc(8)
	g.must(g.call("pipe", at))
	r, w := g.word(at, 4), g.word(at+4, 4)
	if n := g.must(g.call("splice", from, g.longs(10), w, 0, 100, 0)); n != 6 {
		g.Errorf("splice to the pipe: %d", n)
	}
	g.fails(linux.EINVAL, "tee", r, w, 100, 0) // one pipe
	g.must(g.call("pipe", at))
	r2, w2 := g.word(at, 4), g.word(at+4, 4)
	if n := g.must(g.call("tee", r, w2, 4, 0)); n != 4 {
		g.Errorf("tee: %d", n)
	}
	for _, c := range []struct {
		fd   uint64
		want string
	}{{r, "abcdef"}, {r2, "abcd"}} {
		n := g.must(g.call("splice", c.fd, 0, to, g.longs(0), 100, 0))
		if got := read(n); got != c.want {
			g.Errorf("splice from a pipe: %q, want %q", got, c.want)
		}
	}
	g.fails(linux.EAGAIN, "splice", r, 0, to, 0, 1, linux.SPLICE_F_NONBLOCK)
	g.fails(linux.ESPIPE, "splice", r, off, to, 0, 1, 0)
	g.fails(linux.EINVAL, "splice", from, 0, to, 0, 1, 0)
}

// What a pipe has no room for stays in the file.
func TestSendfileToFullPipe(t *testing.T) {
	g := newGuest(t, "x86_64")
	from := g.open("/from", linux.O_CREAT|linux.O_RDWR)
	buf := g.alloc(60 << 10)
	g.must(g.call("pwrite64", from, buf, 20000, 0))
	at := g.alloc(8)
	g.must(g.call("pipe2", at, linux.O_NONBLOCK))
	r, w := g.word(at, 4), g.word(at+4, 4)
	g.must(g.call("write", w, buf, 60<<10))
	if n := g.must(g.call("sendfile", w, from, 0, 20000)); n != 4096 {
		g.Errorf("sendfile into the last page: %d", n)
	}
	if pos := g.must(g.call("lseek", from, 0, linux.SEEK_CUR)); pos != 4096 {
		g.Errorf("the file's offset is %d", pos)
	}
	g.fails(linux.EAGAIN, "sendfile", w, from, 0, 20000)
	if pos := g.must(g.call("lseek", from, 0, linux.SEEK_CUR)); pos != 4096 {
		g.Errorf("the file's offset is %d after EAGAIN", pos)
	}
	g.must(g.call("read", r, buf, 4096))
}
