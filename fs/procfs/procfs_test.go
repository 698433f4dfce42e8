package procfs

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// walk finds a name without following links.
func walk(f *FS, c *fs.Caller, path string) (fs.Inode, linux.Errno) {
	at := f.Root()
	for _, name := range strings.Split(path, "/") {
		next, errno := at.Lookup(c, name)
		if errno != 0 {
			return nil, errno
		}
		at = next
	}
	return at, 0
}

func openAt(f *FS, c *fs.Caller, path string, flags uint32) (*fs.File, linux.Errno) {
	inode, errno := walk(f, c, path)
	if errno != 0 {
		return nil, errno
	}
	ops, errno := inode.Open(c, flags)
	if errno != 0 {
		return nil, errno
	}
	return fs.NewFile(fs.Path{}, ops, flags), 0
}

func slurp(t *testing.T, f *FS, c *fs.Caller, path string) string {
	t.Helper()
	file, errno := openAt(f, c, path, linux.O_RDONLY)
	if errno != 0 {
		t.Fatalf("%s: %v", path, errno)
	}
	var out []byte
	for {
		buf := make([]byte, 100)
		n, errno := file.Read(c, [][]byte{buf})
		if errno != 0 {
			t.Fatalf("%s: %v", path, errno)
		}
		if n == 0 {
			return string(out)
		}
		out = append(out, buf[:n]...)
	}
}

func hostText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip(err)
	}
	return string(b)
}

var (
	owner    = callerOf(2, 2, 1000)
	stranger = callerOf(5, 5, 1001)
)

// shape is a line without what differs between machines: numbers become 0, runs of blanks one.
func shape(line string) string {
	line = regexp.MustCompile(`\b[0-9a-f]*[0-9][0-9a-f]*\b|\bunlimited\b`).ReplaceAllString(line, "0")
	return regexp.MustCompile(` +`).ReplaceAllString(line, " ")
}

// TestKeyedLikeHost compares files of "key: value" lines: each line of ours must be on the host too, in the same
// order and of the same shape.
func TestKeyedLikeHost(t *testing.T) {
	f, _ := testFS()
	skip := map[string]bool{ // text, or a width that depends on the machine
		"Name": true, "State": true, "Groups": true, "Cpus_allowed": true, "Cpus_allowed_list": true, "Mems_allowed": true,
		"Speculation_Store_Bypass": true, "SpeculationIndirectBranch": true, "VmFlags": true, "1000-2000 r--p 00000000 00": true,
	}
	for ours, host := range map[string]string{
		"2/status": "self/status", "2/io": "self/io", "meminfo": "meminfo",
	} {
		lines := strings.Split(hostText(t, "/proc/"+host), "\n")
		for _, line := range strings.Split(slurp(t, f, owner, ours), "\n") {
			key, _, _ := strings.Cut(line, ":")
			at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, key+":") })
			if key == "" {
				continue
			}
			if at < 0 {
				t.Errorf("%s: %q is not on the host, or before the line above it", ours, key)
				continue
			}
			if !skip[key] && shape(line) != shape(lines[at]) {
				t.Errorf("%s: %q, on the host %q", ours, line, lines[at])
			}
			lines = lines[at+1:]
		}
	}
}

// TestFieldsLikeHost compares the number of blank-separated fields in each line, or in the first one.
func TestFieldsLikeHost(t *testing.T) {
	f, k := testFS()
	k.tasks[2].maps = []Mapping{{Start: 0x1000, End: 0x2000, Read: true, Name: "/bin/x", Dev: linux.Makedev(8, 1), Ino: 7}}
	k.tasks[2].mounts = []fs.MountInfo{{ID: 2, Parent: 1, Root: "/", Point: "/", Type: "tmpfs", Source: "rootfs"}}
	for ours, host := range map[string]string{
		"2/stat": "self/stat", "2/statm": "self/statm", "2/maps": "self/maps", "2/mounts": "self/mounts",
		"2/mountinfo": "self/mountinfo", "uptime": "uptime", "loadavg": "loadavg", "stat": "stat", "swaps": "swaps",
		"partitions": "partitions", "2/cgroup": "self/cgroup", "2/wchan": "self/wchan", "2/personality": "self/personality",
		"2/oom_score": "self/oom_score", "2/oom_score_adj": "self/oom_score_adj", "2/loginuid": "self/loginuid",
		"2/uid_map": "self/uid_map", "sys/fs/file-nr": "sys/fs/file-nr", "sys/kernel/random/uuid": "sys/kernel/random/uuid",
		"sys/kernel/sem": "sys/kernel/sem", "sys/kernel/printk": "sys/kernel/printk", "filesystems": "filesystems",
		"sys/kernel/pid_max": "sys/kernel/pid_max", "2/smaps_rollup": "self/smaps_rollup", "2/smaps": "self/smaps",
		"2/schedstat": "self/schedstat", "sysvipc/shm": "sysvipc/shm", "sysvipc/msg": "sysvipc/msg", "sysvipc/sem": "sysvipc/sem",
		"execdomains": "execdomains", "cgroups": "cgroups", "interrupts": "interrupts", "tty/drivers": "tty/drivers", "sys/kernel/hostname": "sys/kernel/hostname",
	} {
		theirs, err := os.ReadFile("/proc/" + host)
		if err != nil {
			t.Log(err)
			continue
		}
		got, _, gotEnd := strings.Cut(slurp(t, f, owner, ours), "\n")
		want, _, wantEnd := strings.Cut(string(theirs), "\n")
		if len(strings.Fields(got)) != len(strings.Fields(want)) || gotEnd != wantEnd {
			t.Errorf("%s: %q, on the host %q", ours, got, want)
		}
	}
}

// TestHeadingsLikeHost compares what does not depend on the machine byte by byte.
func TestHeadingsLikeHost(t *testing.T) {
	f, _ := testFS()
	for name, lines := range map[string]int{
		"dev": 2, "tcp": 1, "tcp6": 1, "udp": 1, "udp6": 1, "raw": 1, "raw6": 1, "unix": 1, "arp": 1, "route": 1, "packet": 1,
		"netlink": 1,
	} {
		host, err := os.ReadFile("/proc/net/" + name)
		if err != nil {
			t.Log(err)
			continue
		}
		got, want := strings.SplitAfter(slurp(t, f, owner, "2/net/"+name), "\n"), strings.SplitAfter(string(host), "\n")
		if !slices.Equal(got[:lines], want[:lines]) {
			t.Errorf("net/%s: %q, host %q", name, got[:lines], want[:lines])
		}
	}
}

// TestLimitsLikeHost gives the task the limits of this process: the whole file must be the host's.
func TestLimitsLikeHost(t *testing.T) {
	f, k := testFS()
	for i := range linux.RLIM_NLIMITS {
		var r unix.Rlimit
		if err := unix.Prlimit(0, i, nil, &r); err != nil {
			t.Fatal(err)
		}
		k.tasks[2].limits = append(k.tasks[2].limits, linux.Rlimit{Cur: r.Cur, Max: r.Max})
	}
	if got, want := slurp(t, f, owner, "2/limits"), hostText(t, "/proc/self/limits"); got != want {
		t.Errorf("got\n%s\nhost\n%s", got, want)
	}
}

func TestMapsLikeHost(t *testing.T) {
	f, k := testFS()
	k.tasks[2].maps = nil
	host := hostText(t, "/proc/self/maps")
	form := regexp.MustCompile(`^([0-9a-f]+)-([0-9a-f]+) (....) ([0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) (\d+) (?: *(.*))?$`)
	for _, line := range strings.Split(strings.TrimSuffix(host, "\n"), "\n") {
		m := form.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("host's line %q", line)
		}
		var v Mapping
		var major, minor uint32
		fmt.Sscanf(m[1]+" "+m[2]+" "+m[4]+" "+m[5]+" "+m[6]+" "+m[7], "%x %x %x %x %x %d",
			&v.Start, &v.End, &v.Offset, &major, &minor, &v.Ino)
		v.Read, v.Write, v.Execute, v.Share = m[3][0] == 'r', m[3][1] == 'w', m[3][2] == 'x', m[3][3] == 's'
		v.Dev, v.Name = linux.Makedev(major, minor), m[8]
		k.tasks[2].maps = append(k.tasks[2].maps, v)
	}
	if got := slurp(t, f, owner, "2/maps"); got != host {
		t.Errorf("got\n%s\nhost\n%s", got, host)
	}
}

func TestMountsEscape(t *testing.T) {
	f, k := testFS()
	k.tasks[2].mounts = []fs.MountInfo{{
		ID: 4, Parent: 2, Dev: linux.Makedev(0, 9), Root: "/", Point: "/a b\n#", Type: "tmpfs", Source: `x\y`,
		Flags: fs.MountReadOnly | fs.MountNoSUID | fs.MountNoAtime,
	}}
	if got := slurp(t, f, owner, "2/mounts"); got != `x\134y /a\040b\012\043 tmpfs ro,nosuid,noatime 0 0`+"\n" {
		t.Errorf("mounts %q", got)
	}
	want := `4 2 0:9 / /a\040b\012\043 ro,nosuid,noatime - tmpfs x\134y ro` + "\n"
	if got := slurp(t, f, owner, "2/mountinfo"); got != want {
		t.Errorf("mountinfo %q", got)
	}
}

// TestSeqFile checks that a text stays the same while it is read on, and is new when it is read from the start.
func TestSeqFile(t *testing.T) {
	f, k := testFS()
	file, _ := openAt(f, owner, "2/comm", linux.O_RDWR)
	buf := make([]byte, 2)
	file.Read(owner, [][]byte{buf})
	k.tasks[2].status.Comm = "other"
	if n, _ := file.Read(owner, [][]byte{buf}); string(buf[:n]) != "og" {
		t.Errorf("went on with %q", buf[:n])
	}
	if n, _ := file.Pread(owner, [][]byte{buf}, 0); string(buf[:n]) != "ot" {
		t.Errorf("started again with %q", buf[:n])
	}
	if _, errno := file.Seek(owner, 0, linux.SEEK_END); errno != linux.EINVAL {
		t.Errorf("seek to the end: %v", errno)
	}
	if off, errno := file.Seek(owner, 3, linux.SEEK_SET); off != 3 || errno != 0 {
		t.Errorf("seek: %d %v", off, errno)
	}
	if n, _ := file.Read(owner, [][]byte{buf}); string(buf[:n]) != "er" {
		t.Errorf("after the seek %q", buf[:n])
	}
}

func TestWriting(t *testing.T) {
	f, k := testFS()
	root := callerOf(2, 2, 0)
	root.Cred.Effective = linux.CapsAll
	for _, test := range []struct {
		c          *fs.Caller
		path, data string
		want       linux.Errno
	}{
		{owner, "2/comm", "a-name-of-many-letters\n", 0},
		{stranger, "2/comm", "x", linux.EINVAL},
		{owner, "2/oom_score_adj", "500\n", 0},
		{owner, "2/oom_score_adj", "100", linux.EACCES},
		{owner, "2/oom_score_adj", "1001", linux.EINVAL},
		{owner, "2/oom_score_adj", "zero", linux.EINVAL},
		{root, "2/oom_score_adj", "-1000", 0},
		{owner, "2/status", "x", linux.EACCES},
		{root, "sys/kernel/hostname", "new name\nrest", 0},
		{owner, "sys/kernel/hostname", "x", linux.EPERM},
		{root, "sys/vm/swappiness", "1", linux.EACCES},
	} {
		file, errno := openAt(f, test.c, test.path, linux.O_WRONLY)
		if errno == 0 {
			_, errno = file.Write(test.c, [][]byte{[]byte(test.data)})
		}
		if errno != test.want {
			t.Errorf("%s = %q: %v, want %v", test.path, test.data, errno, test.want)
		}
	}
	s := k.tasks[2].status
	if s.Comm != "a-name-of-many-" || s.OOMScoreAdj != -1000 || k.hostname != "new name" {
		t.Errorf("%q %d %q", s.Comm, s.OOMScoreAdj, k.hostname)
	}
}

func TestLinks(t *testing.T) {
	f, _ := testFS()
	thread := callerOf(2, 3, 1000)
	for path, want := range map[string]string{
		"self": "2", "thread-self": "2/task/3", "mounts": "self/mounts", "net": "self/net",
	} {
		inode, errno := walk(f, thread, path)
		if errno != 0 {
			t.Fatal(path, errno)
		}
		if got, errno := inode.Readlink(thread); got != want || errno != 0 {
			t.Errorf("%s -> %q %v, want %q", path, got, errno, want)
		}
		if _, ok := inode.(fs.MagicLink); ok {
			t.Errorf("%s is a magic link", path)
		}
	}
	outside := callerOf(99, 99, 0)
	inode, _ := walk(f, outside, "self")
	if _, errno := inode.Readlink(outside); errno != linux.ENOENT {
		t.Errorf("self of a stranger to the kernel: %v", errno)
	}
}

// memoryFS is a file system of one directory, to have places that magic links lead to.
type memoryFS struct{ fs.Attributes }

func (*memoryFS) Statfs() (linux.Statfs, linux.Errno) { return linux.Statfs{}, 0 }
func (m *memoryFS) Root() fs.Inode                    { return m }
func (*memoryFS) Type() string                        { return "test" }

func TestDescriptors(t *testing.T) {
	f, k := testFS()
	sb := &memoryFS{}
	sb.SetStat(linux.Stat{Mode: linux.S_IFDIR | 0o755, Ino: 77})
	place := fs.NewNamespace(sb).Root()
	pipe, _ := fs.NewInternalMount(&memoryFS{}).Anonymous("pipe:[9]", sb)
	k.tasks[2].root, k.tasks[2].exe = place, place
	k.tasks[2].files = map[int]*fs.File{
		0: fs.NewFile(place, fs.UnsupportedFile{}, linux.O_RDONLY), 3: fs.NewFile(pipe, fs.UnsupportedFile{}, linux.O_RDWR),
		12: fs.NewFile(pipe, fs.UnsupportedFile{}, linux.O_WRONLY),
	}
	dir, _ := openAt(f, owner, "2/fd", linux.O_RDONLY)
	var names []string
	dir.ReadDir(owner, func(e fs.DirEntry) bool { names = append(names, e.Name); return true })
	if !slices.Equal(names, []string{".", "..", "0", "3", "12"}) {
		t.Errorf("fd: %q", names)
	}
	for path, want := range map[string]string{"2/fd/3": "pipe:[9]", "2/fd/0": "/", "2/exe": "/", "3/fd/3": ""} {
		inode, errno := walk(f, owner, path)
		if want == "" {
			if errno != linux.ENOENT {
				t.Errorf("%s: %v", path, errno)
			}
			continue
		}
		if got, errno := inode.Readlink(owner); got != want || errno != 0 {
			t.Errorf("%s -> %q %v", path, got, errno)
		}
		if got, errno := inode.(fs.MagicLink).Follow(owner); got != place && got != pipe || errno != 0 {
			t.Errorf("%s leads to %v %v", path, got, errno)
		}
		if _, errno := inode.Readlink(stranger); errno != linux.EACCES {
			t.Errorf("%s is shown to others: %v", path, errno)
		}
	}
	for path, mode := range map[string]uint32{"2/fd/0": 0o500, "2/fd/3": 0o700, "2/fd/12": 0o300} {
		inode, _ := walk(f, owner, path)
		if st, _ := inode.Stat(); st.Mode != linux.S_IFLNK|mode || st.Size != 64 || st.UID != 1000 {
			t.Errorf("%s: %+v", path, st)
		}
	}
	want := "pos:\t0\nflags:\t02000002\nmnt_id:\t0\nino:\t77\n"
	if got := slurp(t, f, owner, "2/fdinfo/3"); got != want {
		t.Errorf("fdinfo %q", got)
	}
}

func TestWhoMayLook(t *testing.T) {
	f, k := testFS()
	tracer := callerOf(5, 5, 1001)
	tracer.Cred.Effective = 1 << linux.CAP_SYS_PTRACE
	try := func(c *fs.Caller, want linux.Errno) {
		t.Helper()
		for _, path := range []string{"2/environ", "2/maps", "2/auxv", "2/io"} {
			if _, errno := openAt(f, c, path, linux.O_RDONLY); errno != want {
				t.Errorf("%s: %v, want %v", path, errno, want)
			}
		}
	}
	try(owner, 0)
	try(stranger, linux.EACCES)
	try(tracer, 0)
	same := callerOf(5, 5, 1000)
	try(same, 0)
	k.tasks[2].status.Dumpable = false
	try(same, linux.EACCES)
	if inode, _ := walk(f, owner, "2/fd"); inode != nil {
		if st, _ := inode.Stat(); st.UID != 0 || st.Mode != linux.S_IFDIR|0o500 {
			t.Errorf("fd of a process that is not dumpable: %+v", st)
		}
	}
	if fields := strings.Fields(slurp(t, f, same, "2/stat")); fields[25] != "1" || fields[27] != "0" {
		t.Errorf("addresses are shown: %v", fields[25:28])
	}
	if slurp(t, f, stranger, "2/cmdline") != "prog\x00arg\x00" {
		t.Error("cmdline is not public")
	}
}

func TestEndedTask(t *testing.T) {
	f, k := testFS()
	file, _ := openAt(f, owner, "2/status", linux.O_RDONLY)
	dir, _ := walk(f, owner, "2")
	k.tasks[2].gone = true
	if _, errno := file.Read(owner, [][]byte{make([]byte, 9)}); errno != linux.ESRCH {
		t.Errorf("read: %v", errno)
	}
	if _, errno := dir.Lookup(owner, "status"); errno != linux.ENOENT {
		t.Errorf("lookup: %v", errno)
	}
	zombie := k.tasks[5]
	zombie.status.State, zombie.memory = 'Z', nil
	if got := slurp(t, f, stranger, "5/statm"); got != "0 0 0 0 0 0 0\n" {
		t.Errorf("statm of a zombie %q", got)
	}
	if s := slurp(t, f, stranger, "5/status"); strings.Contains(s, "VmSize") || !strings.Contains(s, "State:\tZ (zombie)") {
		t.Errorf("status of a zombie %q", s)
	}
	inode, _ := walk(f, stranger, "5/exe")
	if _, errno := inode.Readlink(stranger); errno != linux.ENOENT {
		t.Errorf("exe of a zombie: %v", errno)
	}
}

// TestEveryFile reads whatever listings name, and checks that names, numbers and types agree everywhere.
func TestEveryFile(t *testing.T) {
	f, k := testFS()
	k.tasks[2].files[0] = fs.NewFile(fs.Path{}, fs.UnsupportedFile{}, 0)
	k.tasks[2].limits = make([]linux.Rlimit, linux.RLIM_NLIMITS)
	seen := map[uint64]string{}
	count := visit(t, f, f.Root(), "/proc", seen)
	if count < 250 {
		t.Errorf("only %d files", count)
	}
}

// refusal is what reading a file fails with that task 2 may open: labels nobody gives, and timer slack is the task's own.
func refusal(path string) linux.Errno {
	switch {
	case strings.Contains(path, "/attr/"):
		return linux.EINVAL
	case strings.HasSuffix(path, "/timerslack_ns") && !slices.Contains([]string{"2", "2/task/2"},
		strings.TrimPrefix(strings.TrimSuffix(path, "/timerslack_ns"), "/proc/")):
		return linux.EPERM
	}
	return 0
}

func visit(t *testing.T, f *FS, dir fs.Inode, path string, seen map[uint64]string) (count int) {
	ops, errno := dir.Open(owner, linux.O_RDONLY)
	if errno != 0 {
		t.Fatal(path, errno)
	}
	ops.(fs.DirReader).ReadDir(owner, 2, func(e fs.DirEntry) bool {
		name := path + "/" + e.Name
		inode, errno := dir.Lookup(owner, e.Name)
		if errno != 0 {
			t.Fatal(name, errno)
		}
		again, _ := dir.Lookup(owner, e.Name)
		st, _ := inode.Stat()
		if inode != again || st.Ino != e.Ino || st.Mode>>12 != uint32(e.Type) || st.Dev != linux.Makedev(0, 4) {
			t.Errorf("%s: entry %+v, stat %+v", name, e, st)
		}
		if other := seen[st.Ino]; other != "" {
			t.Errorf("%s has the inode number of %s", name, other)
		}
		seen[st.Ino] = name
		count++
		switch st.Mode & linux.S_IFMT {
		case linux.S_IFDIR:
			count += visit(t, f, inode, name, seen)
		case linux.S_IFREG:
			if ops, errno := inode.Open(owner, linux.O_RDONLY); errno == 0 {
				if _, errno := ops.ReadAt(owner, [][]byte{make([]byte, 8)}, 0); errno != refusal(name) {
					t.Errorf("%s: %v", name, errno)
				}
			} else if errno != linux.EACCES {
				t.Errorf("%s: %v", name, errno)
			}
		}
		return true
	})
	return count
}
