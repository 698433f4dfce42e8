package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"muslrun/cmd/muslrun/internal/guest"
)

const longHelp = `muslrun runs a Linux program of any instruction set that musl supports.

The guest sees a root file system in memory with /dev, /proc, /etc and /tmp, its own program, and the current
directory. Everything else of the host is out of its reach; --mount gives it more and --sandbox takes the
current directory away.

The exit status is the guest's; 128+N if signal N killed it. muslrun's own failures have status 125, a program
that cannot be run 126, one that does not exist 127.`

const examples = `  muslrun ./a.out arg                       run a program
  muslrun --strace ./a.out                  show its system calls
  muslrun --root alpine.tar.gz /bin/ls -l   run a program of an image
  muslrun --explore 1000 ./race             search 1,000 schedules for one that fails
  muslrun --mount $HOME/data:/data:ro ./a.out /data`

// flags are the command line.
type flags struct {
	guest.Config
	mounts  []string
	net     string
	publish []string
	env     []string
	memory  size
	disk    size
	strace  string
	syslog  string
	uid     int
	gid     int
	timeout time.Duration
	explore uint64
}

func newCommand() *cobra.Command {
	f := &flags{memory: 4 << 30, disk: 1 << 30, uid: -1, gid: -1}
	cmd := &cobra.Command{
		Use:     "muslrun [flags] PROGRAM [ARG...]",
		Short:   "run Linux programs of foreign instruction sets",
		Long:    longHelp,
		Example: examples,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("no program given; try `muslrun --help`")
			}
			return nil
		},
		RunE:                  func(_ *cobra.Command, args []string) error { return f.run(args) },
		SilenceErrors:         true,
		SilenceUsage:          true,
		DisableFlagsInUseLine: true,
	}
	f.define(cmd)
	cmd.AddCommand(abisCommand(), versionCommand())
	return cmd
}

func (f *flags) define(cmd *cobra.Command) {
	p := cmd.Flags()
	p.SetInterspersed(false) // what follows PROGRAM is the guest's
	p.SortFlags = false
	p.StringVar(&f.EngineName, "engine", "auto", "CPU engine: auto, unicorn, native or interpreter")
	p.StringVar(&f.Cache, "cache", guest.CacheAuto, "folder for translated code: auto is in muslrun's cache folder, none keeps nothing")
	p.StringVar(&f.Root, "root", "", "root file system: a directory, a tar archive (also .gz, .zst) or an OCI layout")
	p.StringArrayVar(&f.mounts, "mount", nil, "show a host file or directory: HOST:GUEST[:ro|rw|cow] (repeatable; default ro)")
	p.BoolVar(&f.Sandbox, "sandbox", false, "do not show the current directory")
	p.StringArrayVarP(&f.env, "env", "e", nil, "set NAME=VALUE in the guest, or pass NAME on (repeatable)")
	p.StringVar(&f.Cwd, "cwd", "", "working directory in the guest")
	p.IntVar(&f.uid, "uid", -1, "user id of the guest (default 1000, or 0 with --root)")
	p.IntVar(&f.gid, "gid", -1, "group id of the guest (default as --uid)")
	p.StringVar(&f.Hostname, "hostname", "muslrun", "host name of the guest")
	p.StringVar(&f.net, "net", "loopback", "network of the guest: none, loopback or user (out through the host)")
	p.StringArrayVar(&f.publish, "publish", nil, "show a TCP port of the guest at the host's loopback: HOST:GUEST (repeatable)")
	p.Var(&f.memory, "memory", "memory that the guest may use, such as 512M or 4G")
	p.Var(&f.disk, "disk", "size of the file systems in memory")
	p.IntVar(&f.TaskLimit, "tasks", 4096, "processes and threads that may be alive at one time")
	p.DurationVar(&f.timeout, "timeout", 0, "end the guest after this time, such as 30s (0: never)")
	p.BoolVar(&f.Deterministic, "deterministic", false, "run one task at a time, on a clock that counts instructions: the same each time")
	p.Uint64Var(&f.Seed, "seed", 0, "with --deterministic: the order in which tasks run, and what is random (0: fair turns)")
	p.Uint64Var(&f.explore, "explore", 0, "run the program with this many seeds, from --seed on, and report the first that fails")
	p.StringVar(&f.strace, "strace", "", "print system calls to FILE, or to stderr without one: --strace[=FILE]")
	p.Lookup("strace").NoOptDefVal = "-"
	p.StringVar(&f.syslog, "syslog", "", "print what the guest sends to syslog to FILE, or to stderr: --syslog[=FILE]")
	p.Lookup("syslog").NoOptDefVal = "-"
}
