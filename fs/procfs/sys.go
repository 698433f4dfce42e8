package procfs

import (
	"bytes"
	"fmt"
	"strconv"

	"muslrun/arch/linux"
)

// sysEntry is /proc/sys (proc_sys(5)). What would change nothing here cannot be written.
func sysEntry() *entry {
	return dir("sys", 0o555,
		dir("fs", 0o555,
			static("aio-max-nr", "65536\n"),
			dir("epoll", 0o555, static("max_user_watches", "1048576\n")),
			integer("file-max", func(s *System) any { return s.FilesMax }),
			sysctl("file-nr", func(s *System) string { return fmt.Sprintf("%d\t0\t%d", s.FilesOpen, s.FilesMax) }),
			dir("inotify", 0o555,
				static("max_queued_events", "16384\n"),
				static("max_user_instances", "128\n"),
				static("max_user_watches", "65536\n"),
			),
			static("lease-break-time", "45\n"),
			static("leases-enable", "1\n"),
			static("mount-max", "100000\n"),
			dir("mqueue", 0o555,
				static("msg_default", "10\n"),
				static("msg_max", "10\n"),
				static("msgsize_default", "8192\n"),
				static("msgsize_max", "8192\n"),
				static("queues_max", "256\n"),
			),
			integer("nr_open", func(s *System) any { return s.DescriptorsMax }),
			static("overflowgid", "65534\n"),
			static("overflowuid", "65534\n"),
			integer("pipe-max-size", func(s *System) any { return s.PipeMaxSize }),
			static("pipe-user-pages-hard", "0\n"),
			static("pipe-user-pages-soft", "16384\n"),
			static("protected_fifos", "0\n"),
			static("protected_hardlinks", "0\n"),
			static("protected_regular", "0\n"),
			static("protected_symlinks", "0\n"),
			static("suid_dumpable", "0\n"),
		),
		kernelEntry(),
		dir("vm", 0o555,
			static("drop_caches", "0\n"),
			integer("max_map_count", func(s *System) any { return s.MaxMaps }),
			integer("mmap_min_addr", func(s *System) any { return s.MmapMin }),
			static("nr_hugepages", "0\n"),
			static("overcommit_kbytes", "0\n"),
			static("overcommit_memory", "0\n"),
			static("overcommit_ratio", "50\n"),
			static("page-cluster", "3\n"),
			static("swappiness", "60\n"),
		),
	)
}

func kernelEntry() *entry {
	return dir("kernel", 0o555,
		static("cap_last_cap", fmt.Sprintln(linux.CAP_CHECKPOINT_RESTORE)),
		static("core_pattern", "\n"),
		static("core_uses_pid", "0\n"),
		sysctl("domainname", func(s *System) string { return s.Domainname }).writable(setDomainname),
		sysctl("hostname", func(s *System) string { return s.Hostname }).writable(setHostname),
		static("msgmax", "8192\n"),
		static("msgmnb", "16384\n"),
		static("msgmni", "32000\n"),
		static("ngroups_max", "65536\n"),
		sysctl("osrelease", func(s *System) string { return s.OSRelease }),
		static("ostype", "Linux\n"),
		static("overflowgid", "65534\n"),
		static("overflowuid", "65534\n"),
		static("panic", "0\n"),
		integer("pid_max", func(s *System) any { return s.PIDMax }),
		static("printk", "7\t4\t1\t7\n"),
		dir("pty", 0o555, static("max", "4096\n"), static("reserve", "1024\n")),
		dir("random", 0o555,
			sysctl("boot_id", func(s *System) string { return s.BootID }),
			static("entropy_avail", "256\n"),
			static("poolsize", "256\n"),
			static("urandom_min_reseed_secs", "60\n"),
			file("uuid", 0o444, uuid),
			static("write_wakeup_threshold", "256\n"),
		),
		static("randomize_va_space", "2\n"),
		dir("seccomp", 0o555, static("actions_avail", "kill_process kill_thread trap errno user_notif trace log allow\n")),
		static("sem", "32000\t1024000000\t500\t32000\n"),
		static("shmall", "18446744073692774399\n"),
		static("shmmax", "18446744073692774399\n"),
		static("shmmni", "4096\n"),
		static("tainted", "0\n"),
		integer("threads-max", func(s *System) any { return s.ThreadsMax }),
		sysctl("version", func(s *System) string { return s.OSVersion }),
	)
}

// sysctl is a value of the system, on a line.
func sysctl(name string, get func(s *System) string) *entry {
	return file(name, 0o444, func(v *view, b *bytes.Buffer) linux.Errno {
		fmt.Fprintln(b, get(v.fs.kernel.System()))
		return 0
	})
}

// integer is a number of the system.
func integer(name string, get func(s *System) any) *entry {
	return sysctl(name, func(s *System) string { return fmt.Sprint(get(s)) })
}

func uuid(v *view, b *bytes.Buffer) linux.Errno {
	fmt.Fprintln(b, v.fs.kernel.UUID())
	return 0
}

// utsName checks a new name: Linux cuts it to 64 bytes at the end of the line.
func utsName(name string) string {
	line, _, _ := bytes.Cut([]byte(name), []byte("\n"))
	return string(line[:min(len(line), 64)])
}

func setHostname(v *view, name string) linux.Errno {
	if !v.c.Cred.Has(linux.CAP_SYS_ADMIN) {
		return linux.EPERM
	}
	return v.fs.kernel.SetHostname(utsName(name))
}

func setDomainname(v *view, name string) linux.Errno {
	if !v.c.Cred.Has(linux.CAP_SYS_ADMIN) {
		return linux.EPERM
	}
	return v.fs.kernel.SetDomainname(utsName(name))
}

// setInt parses a number that was written, between bounds.
func setInt(data string, low, high int) (int, linux.Errno) {
	n, err := strconv.Atoi(data)
	if err != nil || n < low || n > high {
		return 0, linux.EINVAL
	}
	return n, 0
}
