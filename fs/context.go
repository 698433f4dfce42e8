package fs

import (
	"sync"

	"muslrun/arch/linux"
)

// Context is a process's view of the name space: its root, working directory and umask (the kernel's fs_struct).
// Processes made with CLONE_FS share one. It is safe for concurrent use.
type Context struct {
	NS *Namespace

	mu        sync.RWMutex
	root, cwd Path
	umask     uint32
}

// NewContext is the view of a first process: root and working directory are the namespace's root, umask 022.
func NewContext(ns *Namespace) *Context {
	return &Context{NS: ns, root: ns.Root(), cwd: ns.Root(), umask: 0o022}
}

// Clone makes a copy that changes on its own (fork).
func (x *Context) Clone() *Context {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return &Context{NS: x.NS, root: x.root, cwd: x.cwd, umask: x.umask}
}

// Root is where absolute names begin.
func (x *Context) Root() Path {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.root
}

// Cwd is where relative names begin.
func (x *Context) Cwd() Path {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.cwd
}

// Umask is the set of permission bits that new files do not get.
func (x *Context) Umask() uint32 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.umask
}

// SetUmask implements umask(2): it gives the old one.
func (x *Context) SetUmask(mask uint32) uint32 {
	x.mu.Lock()
	defer x.mu.Unlock()
	old := x.umask
	x.umask = mask & 0o777
	return old
}

// Chdir implements chdir(2).
func (x *Context) Chdir(c *Caller, name string) linux.Errno {
	p, errno := x.Resolve(c, Path{}, name, WalkDirectory)
	if errno != 0 {
		return errno
	}
	return x.SetCwd(c, p)
}

// Fchdir implements fchdir(2).
func (x *Context) Fchdir(c *Caller, f *File) linux.Errno {
	if f.Path.IsZero() {
		return linux.ENOTDIR
	}
	return x.SetCwd(c, f.Path)
}

// SetCwd makes the directory p the working directory, if the caller may search it.
func (x *Context) SetCwd(c *Caller, p Path) linux.Errno {
	if errno := enterable(c, p); errno != 0 {
		return errno
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cwd = p
	return 0
}

// Chroot implements chroot(2).
func (x *Context) Chroot(c *Caller, name string) linux.Errno {
	p, errno := x.Resolve(c, Path{}, name, WalkDirectory)
	if errno != 0 {
		return errno
	}
	if errno := enterable(c, p); errno != 0 {
		return errno
	}
	if !c.Cred.Has(linux.CAP_SYS_CHROOT) {
		return linux.EPERM
	}
	x.SetRoot(p)
	return 0
}

// SetRoot makes p the root without asking for permission.
func (x *Context) SetRoot(p Path) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.root = p
}

func enterable(c *Caller, p Path) linux.Errno {
	if !p.IsDir() {
		return linux.ENOTDIR
	}
	return p.permission(c, linux.X_OK)
}

// Getcwd implements getcwd(2): ENOENT if the directory was removed; "(unreachable)" leads the name if the root is not
// above it.
func (x *Context) Getcwd() (string, linux.Errno) {
	name, reached, deleted := x.Cwd().trace(x.Root())
	switch {
	case deleted:
		return "", linux.ENOENT
	case len(name) >= linux.PATH_MAX:
		return "", linux.ENAMETOOLONG
	case !reached:
		return "(unreachable)" + name, 0
	}
	return name, 0
}

// Name is Path.Name seen from this process's root.
func (x *Context) Name(p Path) string { return p.Name(x.Root()) }
