package procfs

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// clockTicks is USER_HZ: in what times are counted here.
const clockTicks = 100

// ticks gives a time in clock ticks.
func ticks(d time.Duration) int64 { return int64(d / (time.Second / clockTicks)) }

func kib(bytes uint64) uint64 { return bytes >> 10 }

// rootEntry is /proc itself.
func (f *FS) rootEntry() *entry {
	root := dir("", 0o555,
		static("cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"),
		static("cmdline", "\n"),
		file("cpuinfo", 0o444, cpuinfo),
		static("devices", "Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n136 pts\n"+
			"\nBlock devices:\n"),
		static("diskstats", ""),
		static("execdomains", "0-0\tLinux           \t[kernel]\n"),
		file("filesystems", 0o444, filesystems),
		file("interrupts", 0o444, interrupts),
		file("loadavg", 0o444, loadavg),
		file("locks", 0o444, locks),
		file("meminfo", 0o444, meminfo),
		static("misc", ""),
		static("modules", ""),
		link("mounts", func(*view) (string, linux.Errno) { return "self/mounts", 0 }),
		link("net", func(*view) (string, linux.Errno) { return "self/net", 0 }),
		static("partitions", "major minor  #blocks  name\n\n"),
		link("self", self),
		file("softirqs", 0o444, softirqs),
		file("stat", 0o444, systemStat),
		static("swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"),
		sysEntry(),
		sysvipcEntry(),
		link("thread-self", threadSelf),
		dir("tty", 0o555, static("drivers", ttyDrivers)),
		file("uptime", 0o444, uptime),
		file("version", 0o444, version),
		file("vmstat", 0o444, vmstat),
	)
	root.more = &listing{names: pids, find: f.findPID}
	return root
}

func pids(v *view) []string {
	var out []string
	for _, pid := range v.fs.kernel.PIDs() {
		out = append(out, strconv.Itoa(pid))
	}
	return out
}

// findPID finds a process by its id, or any thread by its own, which listings do not show.
func (f *FS) findPID(_ *view, name string) (node, bool) {
	id, ok := number10(name)
	if !ok {
		return node{}, false
	}
	t := f.kernel.Process(id)
	if t == nil {
		t = f.kernel.Task(id)
	}
	return node{sb: f, e: f.task.process, task: t, arg: -1}, t != nil
}

// number10 parses a name that is a number as it would be printed.
func number10(name string) (int, bool) {
	n, err := strconv.Atoi(name)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == name
}

func self(v *view) (string, linux.Errno) {
	t := v.fs.kernel.Self(v.c)
	if t == nil {
		return "", linux.ENOENT
	}
	return strconv.Itoa(t.PID()), 0
}

func threadSelf(v *view) (string, linux.Errno) {
	t := v.fs.kernel.Self(v.c)
	if t == nil {
		return "", linux.ENOENT
	}
	return fmt.Sprintf("%d/task/%d", t.PID(), t.TID()), 0
}

func cpuinfo(v *view, b *bytes.Buffer) linux.Errno {
	b.WriteString(v.fs.kernel.CPUInfo(v.c))
	return 0
}

func filesystems(v *view, b *bytes.Buffer) linux.Errno {
	for _, name := range v.fs.kernel.System().Filesystems {
		fmt.Fprintf(b, "nodev\t%s\n", name)
	}
	return 0
}

func loadavg(v *view, b *bytes.Buffer) linux.Errno {
	s := v.fs.kernel.System()
	fmt.Fprintf(b, "%.2f %.2f %.2f %d/%d %d\n", s.Load[0], s.Load[1], s.Load[2], s.Running, s.Threads, s.LastPID)
	return 0
}

// meminfoKeys are the lines of meminfo in Linux's order; what is not in the map of meminfo is 0.
var meminfoKeys = strings.Fields(`MemTotal MemFree MemAvailable Buffers Cached SwapCached Active Inactive Active(anon)
	Inactive(anon) Active(file) Inactive(file) Unevictable Mlocked SwapTotal SwapFree Dirty Writeback AnonPages Mapped
	Shmem KReclaimable Slab SReclaimable SUnreclaim KernelStack PageTables Bounce CommitLimit Committed_AS VmallocTotal
	VmallocUsed VmallocChunk Percpu`)

func meminfo(v *view, b *bytes.Buffer) linux.Errno {
	s := v.fs.kernel.System()
	used := s.MemTotal - min(s.MemFree, s.MemTotal)
	values := map[string]uint64{
		"MemTotal": s.MemTotal, "MemFree": s.MemFree, "MemAvailable": s.MemFree, "AnonPages": used, "Active": used,
		"Active(anon)": used, "CommitLimit": s.MemTotal, "Committed_AS": s.Committed,
	}
	for _, key := range meminfoKeys {
		fmt.Fprintf(b, "%-16s%8d kB\n", key+":", kib(values[key]))
	}
	return 0
}

// systemStat is /proc/stat. Processor time is spread evenly over the processors; there are no interrupts.
func systemStat(v *view, b *bytes.Buffer) linux.Errno {
	s := v.fs.kernel.System()
	line := func(name string, share int64) {
		fmt.Fprintf(b, "%s %d 0 %d %d 0 0 0 0 0 0\n", name,
			ticks(s.User)/share, ticks(s.Kernel)/share, ticks(s.Idle)/share)
	}
	line("cpu ", 1)
	for i := range s.CPUs {
		line(fmt.Sprintf("cpu%d", i), int64(s.CPUs))
	}
	fmt.Fprintf(b, "intr 0\nctxt %d\nbtime %d\nprocesses %d\nprocs_running %d\nprocs_blocked 0\n",
		s.Switches, s.Boot.Sec, s.Created, s.Running)
	b.WriteString("softirq 0 0 0 0 0 0 0 0 0 0 0\n")
	return 0
}

func uptime(v *view, b *bytes.Buffer) linux.Errno {
	s := v.fs.kernel.System()
	fmt.Fprintf(b, "%s %s\n", centiseconds(s.Uptime), centiseconds(s.Idle))
	return 0
}

func centiseconds(d time.Duration) string {
	return fmt.Sprintf("%d.%02d", d/time.Second, d%time.Second/(10*time.Millisecond))
}

func version(v *view, b *bytes.Buffer) linux.Errno {
	s := v.fs.kernel.System()
	fmt.Fprintf(b, "Linux version %s (muslrun@muslrun) (go, muslrun) %s\n", s.OSRelease, s.OSVersion)
	return 0
}

// name gives a place as seen from the caller's root.
func (v *view) name(p fs.Path) string {
	var root fs.Path
	if self := v.fs.kernel.Self(v.c); self != nil {
		root = self.Root()
	}
	return p.Name(root)
}
