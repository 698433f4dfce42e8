package procfs

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

func TestMem(t *testing.T) {
	f, k := testFS()
	if _, errno := openAt(f, stranger, "2/mem", linux.O_RDONLY); errno != linux.EACCES {
		t.Errorf("a stranger opens it: %v", errno)
	}
	mem, errno := openAt(f, owner, "2/mem", linux.O_RDWR)
	if errno != 0 {
		t.Fatal(errno)
	}
	buf := make([]byte, 6)
	if n, errno := mem.Pread(owner, [][]byte{buf}, 0x1ffd); n != 6 || errno != 0 || string(buf) != "\x01\x01\x01\x02\x02\x02" {
		t.Errorf("across pages: %d %v %q", n, errno, buf)
	}
	if n, errno := mem.Pread(owner, [][]byte{buf}, 1<<20-2); n != 2 || errno != 0 {
		t.Errorf("into a hole: %d %v", n, errno)
	}
	if n, errno := mem.Pwrite(owner, [][]byte{buf}, 1<<20); n != 0 || errno != linux.EIO {
		t.Errorf("to a hole: %d %v", n, errno)
	}
	k.tasks[2].memory = nil
	if n, errno := mem.Pread(owner, [][]byte{buf}, 0); n != 0 || errno != 0 {
		t.Errorf("of a zombie: %d %v", n, errno)
	}
}

func TestPagemap(t *testing.T) {
	f, k := testFS()
	k.tasks[2].memory.Order = layout.Big
	k.tasks[2].maps = []Mapping{{Start: 0x1000, End: 0x3000, Read: true}, {Start: 0x3000, End: 0x4000, Read: true, Share: true},
		{Start: 0x4000, End: 0x5000}}
	file, errno := openAt(f, owner, "2/pagemap", linux.O_RDONLY)
	if errno != 0 {
		t.Fatal(errno)
	}
	buf := make([]byte, 5*8)
	if n, errno := file.Pread(owner, [][]byte{buf}, 0); n != 40 || errno != 0 {
		t.Fatal(n, errno)
	}
	var got []byte
	for page := range 5 {
		got = append(got, buf[8*page])
	}
	if string(got) != "\x00\x80\x80\xa0\x00" {
		t.Errorf("entries %x", got)
	}
	if n, errno := file.Pread(owner, [][]byte{buf}, 1<<32/4096*8-16); n != 16 || errno != 0 {
		t.Errorf("at the end: %d %v", n, errno)
	}
	if _, errno := file.Pread(owner, [][]byte{buf[:9]}, 0); errno != linux.EINVAL {
		t.Errorf("a part of an entry: %v", errno)
	}
}

// TestSmaps compares the names of the fields with the host's, and the sum with its parts.
func TestSmaps(t *testing.T) {
	f, k := testFS()
	k.tasks[2].maps = []Mapping{
		{Start: 0x10000, End: 0x20000, Read: true, Execute: true, Ino: 5}, {Start: 0x20000, End: 0x24000, Read: true, Write: true},
		{Start: 0x30000, End: 0x90000}, {Start: 0x90000, End: 0x92000, Read: true, Write: true, Share: true},
	}
	for _, name := range []string{"smaps", "smaps_rollup"} {
		host, err := os.ReadFile("/proc/self/" + name)
		if err != nil {
			t.Skip(err)
		}
		for line := range strings.Lines(slurp(t, f, owner, "2/"+name)) {
			key, _, _ := strings.Cut(line, " ")
			if strings.HasSuffix(key, ":") && !strings.Contains(string(host), "\n"+key) {
				t.Errorf("%s: the host has no %q", name, key)
			}
		}
	}
	rollup := slurp(t, f, owner, "2/smaps_rollup")
	for key, kib := range map[string]int{"Rss": 88, "Private_Clean": 64, "Private_Dirty": 16, "Shared_Dirty": 8, "Anonymous": 16} {
		if !strings.Contains(rollup, fmt.Sprintf("%-16s%8d kB\n", key+":", kib)) {
			t.Errorf("%s is not %d in\n%s", key, kib, rollup)
		}
	}
}
