package fs

import (
	"strings"

	"muslrun/arch/linux"
)

// WalkFlags change how a name is resolved.
type WalkFlags uint32

// The flags of a walk.
const (
	// WalkNoFollow leaves a symbolic link at the end alone (AT_SYMLINK_NOFOLLOW).
	WalkNoFollow WalkFlags = 1 << iota
	// WalkEmptyPath lets "" stand for the starting point (AT_EMPTY_PATH).
	WalkEmptyPath
	// WalkDirectory wants a directory at the end.
	WalkDirectory
	// The resolve flags of openat2(2).
	WalkBeneath
	WalkInRoot
	WalkNoSymlinks
	WalkNoMagicLinks
	WalkNoXdev
	// walkAsk asks the file system even where dentries are trusted: a rename may be between its work and theirs.
	walkAsk
)

// AtFlags picks the flags of a walk out of the AT_* flags of a system call.
func AtFlags(at uint32) WalkFlags {
	var f WalkFlags
	if at&linux.AT_SYMLINK_NOFOLLOW != 0 {
		f |= WalkNoFollow
	}
	if at&linux.AT_EMPTY_PATH != 0 {
		f |= WalkEmptyPath
	}
	return f
}

// maxLinks is how many symbolic links one walk follows.
const maxLinks = 40

// walk is one resolution of a name (path_resolution(7)).
type walk struct {
	c     *Caller
	ns    *Namespace
	root  Path // where "/" leads and ".." ends
	at    Path // the directory reached so far
	flags WalkFlags
	links int
}

// newWalk begins at a directory; the zero Path stands for the working directory.
func (x *Context) newWalk(c *Caller, at Path, name string, flags WalkFlags) (walk, linux.Errno) {
	x.mu.RLock()
	w := walk{c: c, ns: x.NS, root: x.root, at: at, flags: flags}
	if at.IsZero() {
		w.at = x.cwd
	}
	x.mu.RUnlock()
	if flags&(WalkBeneath|WalkInRoot) != 0 {
		w.root = w.at
	}
	switch {
	case len(name) >= linux.PATH_MAX:
		return w, linux.ENAMETOOLONG
	case name == "" && flags&WalkEmptyPath == 0:
		return w, linux.ENOENT
	case name != "" && name[0] != '/' && !w.at.IsDir():
		return w, linux.ENOTDIR
	}
	return w, 0
}

// Resolve finds the place that a name leads to, from at (the working directory if zero).
func (x *Context) Resolve(c *Caller, at Path, name string, flags WalkFlags) (Path, linux.Errno) {
	w, errno := x.newWalk(c, at, name, flags)
	if errno != 0 {
		return Path{}, errno
	}
	p := w.at
	if name != "" {
		p, errno = w.resolve(name, flags&WalkNoFollow == 0)
	}
	if errno == 0 && flags&WalkDirectory != 0 && !p.IsDir() {
		errno = linux.ENOTDIR
	}
	return p, errno
}

// resolve walks to the end of a name. A slash after the last component asks for a directory and follows a link to it.
func (w *walk) resolve(name string, follow bool) (Path, linux.Errno) {
	last, slash, errno := w.parent(name)
	if errno != 0 {
		return Path{}, errno
	}
	p, errno := w.child(last)
	if errno == 0 && p.isLink() && (follow || slash) {
		p, errno = w.follow(p)
	}
	if errno == 0 && slash && !p.IsDir() {
		errno = linux.ENOTDIR
	}
	return p, errno
}

// parent walks to the directory of the last component, w.at, which the caller may search, and gives that component:
// "" if the name is only slashes. slash says that a slash follows it.
func (w *walk) parent(name string) (last string, slash bool, errno linux.Errno) {
	if name[0] == '/' {
		if errno := w.fromRoot(); errno != 0 {
			return "", false, errno
		}
	}
	rest := strings.TrimLeft(name, "/")
	for {
		if rest != "" {
			if errno := w.at.permission(w.c, linux.X_OK); errno != 0 {
				return "", false, errno
			}
		}
		component, tail, cut := strings.Cut(rest, "/")
		rest = strings.TrimLeft(tail, "/")
		if rest == "" {
			return component, cut, 0
		}
		if errno := w.enter(component); errno != 0 {
			return "", false, errno
		}
	}
}

// enter makes the directory that a component leads to the one reached.
func (w *walk) enter(name string) linux.Errno {
	p, errno := w.child(name)
	if errno == 0 && p.isLink() {
		p, errno = w.follow(p)
	}
	if errno != 0 {
		return errno
	}
	if !p.IsDir() {
		return linux.ENOTDIR
	}
	w.at = p
	return 0
}

// child finds one component in the directory reached, which the caller may search, and crosses mounts. A symbolic
// link is not followed.
func (w *walk) child(name string) (Path, linux.Errno) {
	if name == "" {
		return w.at, 0
	}
	switch name {
	case ".":
		return w.at, 0
	case "..":
		return w.up()
	}
	d, errno := w.at.Dentry.lookup(w.c, name, w.flags&walkAsk == 0)
	if errno != 0 {
		return Path{}, errno
	}
	return w.cross(Path{w.at.Mount, d})
}

// cross goes to what is mounted at p.
func (w *walk) cross(p Path) (Path, linux.Errno) {
	top := w.ns.cross(p)
	if top.Mount != p.Mount && w.flags&WalkNoXdev != 0 {
		return Path{}, linux.EXDEV
	}
	return top, 0
}

// up gives the parent directory; the root is its own.
func (w *walk) up() (Path, linux.Errno) {
	p := w.at
	for p != w.root {
		up, name, ok := p.climb()
		switch {
		case !ok:
			return p, 0
		case name != "":
			return w.cross(up)
		case w.flags&WalkNoXdev != 0:
			return Path{}, linux.EXDEV
		}
		p = up
	}
	if w.flags&WalkBeneath != 0 {
		return Path{}, linux.EXDEV
	}
	return p, 0
}

// fromRoot starts again at the root, for an absolute name or link.
func (w *walk) fromRoot() linux.Errno {
	if w.flags&WalkBeneath != 0 || w.flags&WalkNoXdev != 0 && w.at.Mount != w.root.Mount {
		return linux.EXDEV
	}
	w.at = w.root
	return 0
}

// follow goes where a symbolic link in the directory reached leads.
func (w *walk) follow(link Path) (Path, linux.Errno) {
	target, jump, errno := w.target(link)
	if errno != 0 || target == "" {
		return jump, errno
	}
	return w.resolve(target, true)
}

// target reads a symbolic link: a name to go on with, or, for a magic link, the place it jumps to.
func (w *walk) target(link Path) (name string, jump Path, errno linux.Errno) {
	w.links++
	if w.links > maxLinks || w.flags&WalkNoSymlinks != 0 {
		return "", Path{}, linux.ELOOP
	}
	if magic, ok := link.Inode().(MagicLink); ok {
		jump, errno = w.jump(link, magic)
		return "", jump, errno
	}
	name, errno = link.Inode().Readlink(w.c)
	if errno == 0 && name == "" {
		errno = linux.ENOENT
	}
	return name, Path{}, errno
}

func (w *walk) jump(link Path, magic MagicLink) (Path, linux.Errno) {
	if w.flags&WalkNoMagicLinks != 0 {
		return Path{}, linux.ELOOP
	}
	p, errno := magic.Follow(w.c)
	if errno != 0 {
		return Path{}, errno
	}
	if w.flags&(WalkBeneath|WalkInRoot) != 0 || w.flags&WalkNoXdev != 0 && p.Mount != link.Mount {
		return Path{}, linux.EXDEV
	}
	return p, 0
}
