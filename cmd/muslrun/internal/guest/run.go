package guest

import (
	"errors"
	"fmt"
	"os"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/hosttty"
	"muslrun/syscalls/kernel"
)

// ErrTimeout says that the guest was ended because its time was up.
var ErrTimeout = errors.New("the guest ran longer than --timeout allows; it was ended")

// Run runs a program to its end. args has the program's own name first. The error is muslrun's; how the guest ended is in
// the status.
func Run(cfg *Config, program string, args []string) (kernel.ExitStatus, error) {
	m, err := newMachine(cfg)
	if err != nil {
		return kernel.ExitStatus{}, err
	}
	defer m.close()
	m.useCache()
	group, err := m.start(program, args)
	if err != nil {
		return kernel.ExitStatus{}, err
	}
	stop := m.forwardSignals(group)
	defer stop()
	if !m.await(group) {
		_ = m.stdio.Restore()
		return kernel.ExitStatus{}, ErrTimeout
	}
	status := group.Status()
	failure := m.kernel.Failure()
	if status.Signal != 0 || failure != nil {
		_ = m.stdio.Restore()
	}
	m.reportMissing(status)
	if failure == nil {
		saveCache()
	}
	return status, failure
}

// reportEnd prints why the guest ends, on a terminal that has its own modes again.
func (m *machine) reportEnd(line string) {
	if m.stdio != nil {
		_ = m.stdio.Restore()
	}
	m.cfg.Report(line)
}

// start begins the program.
func (m *machine) start(program string, args []string) (*kernel.ThreadGroup, error) {
	if err := m.enterCwd(); err != nil {
		return nil, err
	}
	if err := m.network.publish(m.cfg.Publish); err != nil {
		return nil, err
	}
	env := m.environment()
	name, err := m.place(program, env)
	if err != nil {
		return nil, err
	}
	files, err := m.standardFiles()
	if err != nil {
		return nil, err
	}
	return m.kernel.Start(&kernel.Spec{
		Path: name, Args: args, Env: env, FS: m.ctx, Files: files,
		Cred: kernel.UserCredentials(m.uid, m.gid), Limits: kernel.DefaultLimits(),
		TTY: m.tty,
	})
}

// environment is the guest's: a fixed base, the image's, the terminal's type, and what was asked for.
func (m *machine) environment() []string {
	home, user := "/home/user", "user"
	if m.uid == 0 {
		home, user = "/root", "root"
	}
	own := []string{"HOME=" + home, "USER=" + user, "LOGNAME=" + user}
	if term := os.Getenv("TERM"); term != "" {
		own = append(own, "TERM="+term)
	}
	var image []string
	if m.root.OCI != nil {
		image = m.root.OCI.Env
	}
	return environment(baseEnv, own, image, m.cfg.Env)
}

// standardFiles gives the guest the host's descriptors 0, 1 and 2.
func (m *machine) standardFiles() ([]*fs.File, error) {
	c := fs.Caller{Cred: kernel.UserCredentials(m.uid, m.gid), Now: m.kernel.Now, FileSizeLimit: linux.RLIM_INFINITY}
	var err error
	if m.stdio, err = hosttty.New(m.nextDev(), m.showTerminal); err != nil {
		return nil, err
	}
	if m.cfg.Deterministic {
		if err := m.stdio.BePatient(); err != nil {
			return nil, err
		}
	}
	files := make([]*fs.File, 3)
	for fd := range files {
		a, err := m.stdio.Attach(&c, fd)
		if err != nil {
			return nil, fmt.Errorf("cannot give the guest descriptor %d: %w", fd, err)
		}
		if a == nil {
			continue
		}
		if files[fd] = a.File; a.File != nil {
			continue
		}
		var errno linux.Errno
		if files[fd], errno = m.ctx.Open(m.kernel.Caller(), fs.Path{}, a.Device, a.Flags, 0); errno != 0 {
			return nil, fmt.Errorf("cannot open the guest's %s: %w", a.Device, errno)
		}
	}
	return files, nil
}

// await returns when the program has ended, and ends what it left behind. It is false if the time was up before.
func (m *machine) await(group *kernel.ThreadGroup) bool {
	var late <-chan time.Time
	if m.cfg.Timeout > 0 {
		timer := time.NewTimer(m.cfg.Timeout)
		defer timer.Stop()
		late = timer.C
	}
	inTime := true
	select {
	case <-group.Done():
	case <-late:
		inTime = false
	}
	m.stdio.GiveUp()
	m.kernel.Kill(linux.SIGKILL)
	m.kernel.Wait()
	return inTime
}

func (m *machine) close() {
	if m.stdio != nil {
		m.stdio.Close()
	}
	m.network.close()
}
