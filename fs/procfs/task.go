package procfs

import (
	"bytes"
	"fmt"
	"strconv"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// taskEntries are the tables that every task shares.
type taskEntries struct {
	process *entry // /proc/PID
	thread  *entry // /proc/PID/task/TID
	threads *entry // /proc/PID/task
}

func (f *FS) newTaskEntries() taskEntries {
	t := taskEntries{threads: dir("task", 0o555)}
	t.thread = dir("", 0o555, append(f.commonEntries(threadStat), file("children", 0o444, children))...)
	t.threads.more = &listing{names: threads, find: findThread}
	t.process = dir("", 0o555, append(f.commonEntries(processStat), t.threads,
		file("mountstats", 0o400, mountstats), file("timers", 0o444, timers))...)
	return t
}

// commonEntries are those of a process and of each of its threads, in alphabetical order; stat is the one that counts what
// it is of.
func (f *FS) commonEntries(stat func(*view, *bytes.Buffer) linux.Errno) []*entry {
	fd, fdinfo := dir("fd", 0o500), dir("fdinfo", 0o555)
	fd.more, fdinfo.more = descriptors(descriptorLink()), descriptors(file("", 0o400, fdInfo))
	return []*entry{
		attrEntry(),
		file("auxv", 0o400, text(Auxv)).secret(),
		static("cgroup", "0::/\n"),
		file("cmdline", 0o444, text(Cmdline)),
		file("comm", 0o444, comm).writable(setComm),
		magicLink("cwd", Task.Cwd),
		file("environ", 0o400, text(Environ)).secret(),
		magicLink("exe", Task.Exe),
		fd,
		fdinfo,
		static("gid_map", "         0          0 4294967295\n"),
		file("io", 0o400, ioCounts).secret(),
		file("limits", 0o444, limits),
		static("loginuid", "4294967295"),
		file("maps", 0o444, maps).secret(),
		raw("mem", 0o600, openMem).secret(),
		file("mountinfo", 0o444, mountinfo),
		file("mounts", 0o444, mounts),
		netEntry(),
		f.nsEntry(),
		file("oom_score", 0o444, oomScore),
		file("oom_score_adj", 0o444, oomScoreAdj).writable(setOOMScoreAdj),
		raw("pagemap", 0o400, openPagemap).secret(),
		file("personality", 0o400, personality).secret(),
		magicLink("root", Task.Root),
		file("sched", 0o444, sched),
		file("schedstat", 0o444, schedstat),
		static("sessionid", "4294967295"),
		static("setgroups", "allow\n"),
		file("smaps", 0o444, smaps).secret(),
		file("smaps_rollup", 0o444, smapsRollup).secret(),
		file("stat", 0o444, stat),
		file("statm", 0o444, statm),
		file("status", 0o444, status),
		file("timerslack_ns", 0o666, timerSlack).writable(setTimerSlack),
		static("uid_map", "         0          0 4294967295\n"),
		static("wchan", "0"),
	}
}

// magicLink leads to a place that the task stands on.
func magicLink(name string, get func(t Task) fs.Path) *entry {
	place := func(v *view) (fs.Path, linux.Errno) {
		if p := get(v.task); !p.IsZero() {
			return p, 0
		}
		return fs.Path{}, linux.ENOENT
	}
	e := link(name, func(v *view) (string, linux.Errno) {
		p, errno := place(v)
		if errno != 0 {
			return "", errno
		}
		return v.name(p), 0
	}).secret()
	e.place = place
	return e
}

func threads(v *view) []string {
	var out []string
	for _, tid := range v.task.Threads() {
		out = append(out, strconv.Itoa(tid))
	}
	return out
}

func findThread(v *view, name string) (node, bool) {
	tid, ok := number10(name)
	if !ok {
		return node{}, false
	}
	t := v.fs.kernel.Task(tid)
	if t == nil || t.PID() != v.task.PID() {
		return node{}, false
	}
	return node{sb: v.fs, e: v.fs.task.thread, task: t, arg: -1}, true
}

func children(v *view, b *bytes.Buffer) linux.Errno {
	for _, pid := range v.task.Children() {
		fmt.Fprintf(b, "%d ", pid)
	}
	return 0
}

// text is a file with a part of the task's memory.
func text(part Text) func(*view, *bytes.Buffer) linux.Errno {
	return func(v *view, b *bytes.Buffer) linux.Errno {
		data, errno := v.task.Text(part)
		b.Write(data)
		return errno
	}
}

func comm(v *view, b *bytes.Buffer) linux.Errno {
	fmt.Fprintln(b, v.task.Status().Comm)
	return 0
}

// setComm names a thread of the caller's own process; Linux takes the line end as a part of the name's bytes, and
// cuts at 15.
func setComm(v *view, name string) linux.Errno {
	if self := v.fs.kernel.Self(v.c); self == nil || self.PID() != v.task.PID() {
		return linux.EINVAL
	}
	v.task.SetComm(name[:min(len(name), 15)])
	return 0
}

// Bounds of oom_score_adj.
const (
	minOOM = -1000
	maxOOM = 1000
)

func oomScore(v *view, b *bytes.Buffer) linux.Errno {
	score, m := v.task.Status().OOMScoreAdj, v.task.Memory()
	if total := v.fs.kernel.System().MemTotal; m != nil && total > 0 {
		score += int(m.RSS * 1000 / total)
	}
	fmt.Fprintln(b, min(max(score, 0), 2*maxOOM))
	return 0
}

func oomScoreAdj(v *view, b *bytes.Buffer) linux.Errno {
	fmt.Fprintln(b, v.task.Status().OOMScoreAdj)
	return 0
}

// setOOMScoreAdj lets anybody who may write raise it; lowering takes CAP_SYS_RESOURCE.
func setOOMScoreAdj(v *view, data string) linux.Errno {
	n, errno := setInt(data, minOOM, maxOOM)
	if errno != 0 {
		return errno
	}
	if n < v.task.Status().OOMScoreAdj && !v.c.Cred.Has(linux.CAP_SYS_RESOURCE) {
		return linux.EACCES
	}
	v.task.SetOOMScoreAdj(n)
	return 0
}

func personality(v *view, b *bytes.Buffer) linux.Errno {
	fmt.Fprintf(b, "%08x\n", v.task.Status().Personality)
	return 0
}
