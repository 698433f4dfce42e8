package hostfs

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

func TestDescriptorsAreBounded(t *testing.T) {
	dir := t.TempDir()
	for i := range 300 {
		write(t, fmt.Sprintf("%s/d%d/f%d", dir, i%7, i), "x")
	}
	sb := share(t, dir, Options{Handles: 8})
	before := openFDs(t)
	var nodes []*node
	for i := range 300 {
		nodes = append(nodes, walk(t, sb, fmt.Sprintf("d%d/f%d", i%7, i)))
	}
	for _, n := range nodes {
		if st, errno := n.Stat(); errno != 0 || st.Size != 1 {
			t.Fatalf("stat: %+v %v", st, errno)
		}
	}
	if after := openFDs(t); after > before+10 {
		t.Errorf("%d descriptors, %d before", after, before)
	}
	runtime.KeepAlive(nodes)
}

// The host runs out of descriptors: the guest gets ENFILE, and all is well when it has closed some.
func TestHostOutOfDescriptors(t *testing.T) {
	dir := t.TempDir()
	for i := range 300 {
		write(t, fmt.Sprintf("%s/f%d", dir, i), "x")
	}
	sb := share(t, dir, Options{})
	for range 3 { // what other tests left behind would be collected, and make room, when it is scarce
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Setrlimit(unix.RLIMIT_NOFILE, &old) }()
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: uint64(openFDs(t) + 30), Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	var open []fs.FileOps
	var last linux.Errno
	for i := range 300 {
		n, errno := tryWalk(sb, fmt.Sprintf("f%d", i))
		if errno != 0 {
			last = errno
			break
		}
		ops, errno := n.Open(nil, linux.O_RDONLY)
		if errno != 0 {
			last = errno
			break
		}
		open = append(open, ops)
	}
	want(t, "the last open", last, linux.ENFILE)
	if len(open) < 15 {
		t.Errorf("only %d files could be opened", len(open))
	}
	for _, ops := range open {
		ops.Release(nil)
	}
	if got, errno := readFile(walk(t, sb, "f99")); got != "x" {
		t.Errorf("after closing: %q %v", got, errno)
	}
}

func TestOpenFilesShareDescriptors(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "x")
	sb := share(t, dir, Options{})
	n := walk(t, sb, "f")
	before := openFDs(t)
	var open []fs.FileOps
	for range 50 {
		ops, errno := n.Open(nil, linux.O_RDONLY)
		ok(t, "open", errno)
		open = append(open, ops)
	}
	if after := openFDs(t); after != before+1 {
		t.Errorf("%d descriptors for 50 opens", after-before)
	}
	for _, ops := range open {
		ops.Release(nil)
	}
	if after := openFDs(t); after != before {
		t.Errorf("%d descriptors left open", after-before)
	}
}

func TestNodesAreCollected(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "x")
	sb := share(t, dir, Options{})
	ino := func() uint64 {
		n := walk(t, sb, "f")
		o, errno := n.mapObject()
		ok(t, "map", errno)
		if o.Size() != 1 {
			t.Errorf("size %d", o.Size())
		}
		return n.ino
	}
	before := openFDs(t)
	first := ino()
	for range 100 {
		runtime.GC()
		time.Sleep(time.Millisecond)
		sb.mu.Lock()
		left := len(sb.nodes)
		sb.mu.Unlock()
		if left == 1 && openFDs(t) <= before {
			break
		}
	}
	if got := openFDs(t); got > before { // fewer: what other tests left behind has been collected too
		t.Errorf("%d descriptors left", got-before)
	}
	if again := ino(); again != first {
		t.Errorf("inode number %d became %d", first, again)
	}
}

func TestMapObjectFollowsSize(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "0123456789")
	sb := share(t, dir, Options{})
	n := walk(t, sb, "f")
	o, errno := n.mapObject()
	ok(t, "map", errno)
	var told []int64
	var host []int64
	o.Observe(t, func(size int64) {
		st, _ := os.Stat(dir + "/f")
		told, host = append(told, size), append(host, st.Size())
		if o.Size() != size {
			t.Errorf("Size is %d while %d is announced", o.Size(), size)
		}
	})
	resize := func(size int64) {
		ok(t, "truncate", n.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrSize, Size: size}))
	}
	resize(4)
	resize(20)
	ops, errno := n.Open(nil, linux.O_WRONLY)
	ok(t, "open", errno)
	_, errno = ops.WriteAt(nil, [][]byte{[]byte("abc")}, 20)
	ok(t, "write", errno)
	_, _, errno = ops.(fs.Appender).Append(nil, [][]byte{[]byte("de")})
	ok(t, "append", errno)
	ops.Release(nil)
	// Told before the host's file shrinks, and after it has grown.
	if fmt.Sprint(told) != "[4 20 23 25]" || fmt.Sprint(host) != "[10 20 23 25]" {
		t.Errorf("told %v while the host had %v", told, host)
	}
	if again, _ := n.mapObject(); again != o {
		t.Error("a second object for one file")
	}
}

// Buffers of guest memory: a good page, then a bad one.
func TestBadGuestPages(t *testing.T) {
	dir := t.TempDir()
	content := bytes.Repeat([]byte("abcdefgh"), 2048)
	write(t, dir+"/f", string(content))
	sb := share(t, dir, Options{})
	ops, errno := walk(t, sb, "f").Open(nil, linux.O_RDWR)
	ok(t, "open", errno)
	defer ops.Release(nil)
	mem, err := unix.Mmap(-1, 0, 3*4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Munmap(mem) }()
	faults := func(op func()) (fault bool) {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		defer func() { fault = recover() != nil }()
		op()
		return false
	}
	if n, errno := ops.ReadAt(nil, [][]byte{mem[:100], mem[4096:]}, 0); n != 100+2*4096 || errno != 0 {
		t.Errorf("all pages good: %d %v", n, errno)
	}
	if err := unix.Mprotect(mem[4096:8192], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	if !faults(func() { _, _ = ops.ReadAt(nil, [][]byte{mem}, 0) }) {
		t.Error("reading into a bad page did not fault")
	}
	if !faults(func() { _, _ = ops.WriteAt(nil, [][]byte{mem}, 0) }) {
		t.Error("writing from a bad page did not fault")
	}
	if n, errno := ops.ReadAt(nil, [][]byte{mem[:4096]}, int64(len(content)-10)); n != 10 || errno != 0 {
		t.Errorf("at the end of the file: %d %v", n, errno)
	}
	// The fault handler of muslrun provides a page while we copy: nothing is missing then.
	buf := make([]byte, 20)
	n, errno := bounce([][]byte{buf[:5], buf[5:]}, 3, 0, &readTo, ops.(*file).host.fd)
	if n != 20 || errno != 0 || string(buf[3:]) != string(content[3:20]) {
		t.Errorf("bounce: %d %v %q", n, errno, buf)
	}
}

func BenchmarkStat(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(dir+"/f", nil, 0o644); err != nil {
		b.Fatal(err)
	}
	sb, err := New(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		n, _ := sb.root.Lookup(nil, "f")
		_, _ = n.Stat()
	}
}

func BenchmarkRead4K(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(dir+"/f", make([]byte, 4096), 0o644); err != nil {
		b.Fatal(err)
	}
	sb, err := New(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	n, _ := sb.root.Lookup(nil, "f")
	ops, _ := n.Open(nil, linux.O_RDONLY)
	buf := [][]byte{make([]byte, 4096)}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = ops.ReadAt(nil, buf, 0)
	}
}
