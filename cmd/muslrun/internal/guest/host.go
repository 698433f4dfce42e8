package guest

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/images"
)

// NotFound says that the program does not exist.
type NotFound struct{ Err error }

func (e *NotFound) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *NotFound) Unwrap() error { return e.Err }

// ownDirs are directories of which the guest has its own: a current directory in them is not shown.
var ownDirs = []string{"/dev", "/proc", "/sys", "/etc", "/lib", "/bin", "/sbin", "/usr/bin", "/usr/lib"}

// mountHost shows the guest what it was given.
func (m *machine) mountHost() error {
	if dir, ok := m.currentDir(); ok {
		if err := m.share(Mount{Host: dir, Guest: dir, Access: ReadWrite}); err != nil {
			return err
		}
	}
	for _, mt := range m.cfg.Mounts {
		if err := m.share(mt); err != nil {
			return err
		}
	}
	return nil
}

// provide puts musl's runtime into the root when a program asks for its dynamic linker, and a shell with its commands when
// one is started that a bare root does not have.
func (m *machine) provide(name string, abi *arch.ABI) bool {
	var err error
	file, isMusl := strings.CutPrefix(name, "/lib/ld-musl-")
	linker, isLinker := strings.CutSuffix(file, ".so.1")
	switch {
	case isMusl && isLinker:
		err = m.root.AddRuntime("", linker)
	case m.cfg.Root == "" && abi != nil:
		var added bool
		if added, err = m.root.AddShell("", abi.Name, name); err == nil {
			return added
		}
	default:
		return false
	}
	if err != nil {
		m.cfg.Report(err.Error())
	}
	return err == nil
}

// HasRuntime reports whether dynamically linked programs of an ABI run in a bare root.
func HasRuntime(abi string) bool {
	_, err := images.RuntimeDir("", abi)
	return err == nil
}

// currentDir is the current directory, if the guest may see it.
func (m *machine) currentDir() (string, bool) {
	if m.cfg.Sandbox {
		return "", false
	}
	dir, err := os.Getwd()
	if err != nil || dir == "/" {
		return "", false
	}
	for _, own := range ownDirs {
		if dir == own || strings.HasPrefix(dir, own+"/") {
			return "", false
		}
	}
	return dir, true
}

// enterCwd sets the working directory: the one that was asked for, the image's, or where muslrun was started.
func (m *machine) enterCwd() error {
	dir := m.cfg.Cwd
	if dir == "" && m.root.OCI != nil {
		dir = m.root.OCI.WorkingDir
	}
	if here, ok := m.currentDir(); ok && dir == "" {
		dir = here
	}
	if dir == "" {
		dir = "/"
	}
	if errno := m.ctx.Chdir(m.kernel.Caller(), dir); errno != 0 {
		return fmt.Errorf("cannot enter the guest's directory %s: %w", dir, errno)
	}
	return nil
}

// place finds the program in the guest, and puts the host's file there if it is not in what the guest sees. It returns the
// guest's path.
func (m *machine) place(program string, env []string) (string, error) {
	if m.cfg.Root != "" && !strings.Contains(program, "/") {
		return m.search(program, lookup(env, "PATH"))
	}
	if p, errno := m.ctx.Resolve(m.kernel.Caller(), fs.Path{}, program, 0); errno == 0 {
		return program, runnable(program, p)
	}
	if m.cfg.Root != "" {
		return "", &NotFound{fmt.Errorf("%s: there is no such file in the guest", program)}
	}
	return m.bring(program)
}

// NotRunnable says that the program exists and cannot be run.
type NotRunnable struct{ Msg string }

func (e *NotRunnable) Error() string { return e.Msg }

// runnable explains what execve would only answer with EACCES.
func runnable(name string, p fs.Path) error {
	st, errno := p.Stat()
	switch {
	case errno != 0:
		return fmt.Errorf("%s: %w", name, errno)
	case p.IsDir():
		return &NotRunnable{name + " is a directory; give the path of a program"}
	case p.Kind() != linux.S_IFREG:
		return &NotRunnable{name + " is not a regular file; give the path of a program"}
	case st.Mode&0o111 == 0:
		return &NotRunnable{name + " is not executable; `chmod +x` it if it is a program"}
	}
	return nil
}

func (m *machine) exists(name string) bool {
	_, errno := m.ctx.Resolve(m.kernel.Caller(), fs.Path{}, name, 0)
	return errno == 0
}

// search looks for a program of an image in PATH.
func (m *machine) search(program, dirs string) (string, error) {
	for _, dir := range filepath.SplitList(dirs) {
		if name := path.Join(dir, program); m.exists(name) {
			return name, nil
		}
	}
	return "", &NotFound{fmt.Errorf("%s: not found in the guest's PATH (%s)", program, dirs)}
}

// bring mounts the program's host file, by itself and read-only, at its own path.
func (m *machine) bring(program string) (string, error) {
	host, err := filepath.Abs(program)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(host)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", &NotFound{fmt.Errorf("%s: no such file", program)}
	case err != nil:
		return "", err
	case info.IsDir():
		return "", &NotRunnable{program + " is a directory; give the path of a program"}
	case !info.Mode().IsRegular():
		return "", &NotRunnable{program + " is not a regular file; give the path of a program"}
	}
	if err := m.share(Mount{Host: host, Guest: host, Access: ReadOnly}); err != nil {
		return "", err
	}
	return host, runnableFile(program, info)
}

func runnableFile(program string, info os.FileInfo) error {
	if info.Mode()&0o111 == 0 {
		return &NotRunnable{program + " is not executable; `chmod +x` it if it is a program"}
	}
	return nil
}
