package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"muslrun/arch/linux"
	"muslrun/cmd/muslrun/internal/guest"
	"muslrun/fs/sock/inet/gateway"
	"muslrun/loader"
	"muslrun/syscalls/kernel"
)

// run runs the program that the command line names.
func (f *flags) run(args []string) error {
	if f.explore > 0 {
		return f.runExplorer(args)
	}
	closeOutputs, err := f.finish()
	if err != nil {
		return err
	}
	defer closeOutputs()
	st, err := guest.Run(&f.Config, args[0], args)
	if err != nil {
		return &exitError{status: statusOf(err), err: err}
	}
	return guestStatus(st)
}

// guestStatus passes the guest's exit status on.
func guestStatus(st kernel.ExitStatus) error {
	switch {
	case st.Signal != 0:
		return &exitError{status: exitSignal + int(st.Signal)}
	case st.Code != 0:
		return &exitError{status: st.Code}
	}
	return nil
}

// statusOf is the exit status for a failure to run the guest.
func statusOf(err error) int {
	var notFound *guest.NotFound
	var notRunnable *guest.NotRunnable
	var load *loader.Error
	var noEngine *kernel.NoEngine
	switch {
	case errors.As(err, &noEngine):
		return exitFailure
	case errors.Is(err, guest.ErrDeadlock):
		return exitDeadlock
	case errors.Is(err, guest.ErrTimeout):
		return exitTimeout
	case errors.As(err, &notFound):
		return exitNoFile
	case errors.As(err, &load) && load.Errno == linux.ENOENT && !strings.Contains(load.Msg, "interpreter"):
		return exitNoFile
	case errors.As(err, &notRunnable), errors.As(err, &load):
		return exitNoExec
	}
	return exitFailure
}

// finish turns flags into the guest's configuration.
func (f *flags) finish() (closeOutputs func(), err error) {
	f.Report = report
	f.Memory, f.Disk, f.Timeout = uint64(f.memory), uint64(f.disk), f.timeout
	if f.UID, err = idFlag("uid", f.uid); err != nil {
		return nil, err
	}
	if f.GID, err = idFlag("gid", f.gid); err != nil {
		return nil, err
	}
	if err := f.network(); err != nil {
		return nil, err
	}
	for _, text := range f.mounts {
		m, err := guest.ParseMount(text)
		if err != nil {
			return nil, err
		}
		f.Mounts = append(f.Mounts, m)
	}
	if f.Env, err = environment(f.env); err != nil {
		return nil, err
	}
	return f.openOutputs()
}

// network reads the flags of the network.
func (f *flags) network() error {
	f.Net = guest.Net(f.net)
	if err := f.Net.Check(); err != nil {
		return err
	}
	for _, text := range f.publish {
		p, err := gateway.ParsePort(text)
		if err != nil {
			return fmt.Errorf("--publish: %w", err)
		}
		f.Publish = append(f.Publish, p)
	}
	if f.Net == guest.NetNone && len(f.Publish) > 0 {
		return errors.New("--publish needs a network; leave --net none out")
	}
	return nil
}

// idFlag is a user or group id, nil if the flag was not given.
func idFlag(name string, v int) (*uint32, error) {
	if v == -1 {
		return nil, nil
	}
	if v < 0 || int64(v) >= 1<<32-1 {
		return nil, fmt.Errorf("--%s %d: not an id; write a number from 0 to 4294967294", name, v)
	}
	id := uint32(v)
	return &id, nil
}

// environment resolves --env: NAME=VALUE as it is, NAME with muslrun's own value.
func environment(list []string) ([]string, error) {
	var out []string
	for _, entry := range list {
		name, _, set := strings.Cut(entry, "=")
		if name == "" {
			return nil, fmt.Errorf("--env %q: write NAME=VALUE or NAME", entry)
		}
		if !set {
			value, ok := os.LookupEnv(name)
			if !ok {
				continue
			}
			entry = name + "=" + value
		}
		out = append(out, entry)
	}
	return out, nil
}

// openOutputs opens where system calls and the messages of syslog are printed to.
func (f *flags) openOutputs() (closeAll func(), err error) {
	trace, closeTrace, err := output("strace", f.strace)
	if err != nil {
		return nil, err
	}
	log, closeLog, err := output("syslog", f.syslog)
	if err != nil {
		closeTrace()
		return nil, err
	}
	f.Trace, f.Syslog = trace, log
	return func() { closeTrace(); closeLog() }, nil
}

// output opens what a flag names: a file, stderr for "-", nothing for "".
func output(flag, name string) (w io.Writer, closeIt func(), err error) {
	switch name {
	case "":
		return nil, func() {}, nil
	case "-":
		return os.Stderr, func() {}, nil
	}
	file, err := os.Create(name)
	if err != nil {
		return nil, nil, fmt.Errorf("--%s: %w", flag, err)
	}
	return file, func() { _ = file.Close() }, nil
}
