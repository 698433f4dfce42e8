package fs

import "muslrun/arch/linux"

// SpecialOpener opens what a file system only names: FIFOs and devices. The kernel gives one to file systems that
// can hold such nodes. The operations of a FIFO may be a Rendezvous.
type SpecialOpener interface {
	OpenSpecial(c *Caller, inode Inode, st *linux.Stat, flags uint32) (FileOps, linux.Errno)
}

// opening is one open(2).
type opening struct {
	walk
	flags   uint32 // O_*
	mode    uint32
	umask   uint32
	created bool
}

// Flags that only steer open itself and are not kept by the description.
const openOnly = linux.O_CREAT | linux.O_EXCL | linux.O_NOCTTY | linux.O_TRUNC | linux.O_CLOEXEC

// tmpfileBit is O_TMPFILE without O_DIRECTORY.
const tmpfileBit = linux.O_TMPFILE &^ linux.O_DIRECTORY

// Open implements open(2) and openat(2), from at (the working directory if zero). mode is for a file that is created.
func (x *Context) Open(c *Caller, at Path, name string, flags, mode uint32) (*File, linux.Errno) {
	return x.OpenHow(c, at, name, flags, mode, 0)
}

// OpenHow is Open with the resolve flags of openat2(2), as flags of a walk.
func (x *Context) OpenHow(c *Caller, at Path, name string, flags, mode uint32, how WalkFlags) (*File, linux.Errno) {
	if flags&linux.O_PATH != 0 {
		return x.openPath(c, at, name, flags, how)
	}
	if errno := checkOpenFlags(flags); errno != 0 {
		return nil, errno
	}
	for range maxStale {
		f, errno := x.openOnce(c, at, name, flags, mode, how)
		if errno != linux.ESTALE {
			return f, errno
		}
		how |= walkAsk
	}
	return nil, linux.ENOENT
}

// maxStale is how often open starts again because the file was removed between being found and being opened.
const maxStale = 64

func (x *Context) openOnce(c *Caller, at Path, name string, flags, mode uint32, how WalkFlags) (*File, linux.Errno) {
	w, errno := x.newWalk(c, at, name, how)
	if errno != 0 {
		return nil, errno
	}
	o := opening{walk: w, flags: flags, mode: mode & 0o7777, umask: x.Umask()}
	p, errno := o.find(name)
	if errno != 0 {
		return nil, errno
	}
	return o.finish(p)
}

// openPath makes an O_PATH description, which is a place and nothing more.
func (x *Context) openPath(c *Caller, at Path, name string, flags uint32, how WalkFlags) (*File, linux.Errno) {
	flags &= linux.O_PATH | linux.O_DIRECTORY | linux.O_NOFOLLOW
	if flags&linux.O_NOFOLLOW != 0 {
		how |= WalkNoFollow
	}
	if flags&linux.O_DIRECTORY != 0 {
		how |= WalkDirectory
	}
	p, errno := x.Resolve(c, at, name, how)
	if errno != 0 {
		return nil, errno
	}
	return NewFile(p, nil, flags), 0
}

// OpenPath opens a place that has been found already, as open(2) would by name; O_CREAT, O_EXCL and O_TMPFILE have no
// meaning here.
func (x *Context) OpenPath(c *Caller, p Path, flags uint32) (*File, linux.Errno) {
	o := opening{walk: walk{c: c, ns: x.NS}, flags: flags &^ (linux.O_CREAT | linux.O_EXCL | tmpfileBit)}
	return o.finish(p)
}

func checkOpenFlags(flags uint32) linux.Errno {
	directory := flags&linux.O_DIRECTORY != 0
	switch {
	case directory && flags&linux.O_CREAT != 0:
		return linux.EINVAL
	case flags&tmpfileBit != 0 && (!directory || !writes(flags)):
		return linux.EINVAL
	}
	return 0
}

// writes reports whether the access mode of open allows writing; 3, which allows nothing, asks for both permissions.
func writes(flags uint32) bool { return flags&linux.O_ACCMODE != linux.O_RDONLY }

// find walks to the file, and makes it if that is asked for.
func (o *opening) find(name string) (Path, linux.Errno) {
	switch {
	case o.flags&tmpfileBit != 0:
		dir, errno := o.resolve(name, o.flags&linux.O_NOFOLLOW == 0)
		if errno != 0 {
			return Path{}, errno
		}
		return o.tmpfile(dir)
	case o.flags&linux.O_CREAT != 0:
		return o.findOrCreate(name)
	}
	return o.resolve(name, o.flags&linux.O_NOFOLLOW == 0)
}

// findOrCreate looks the last component up and makes the file if it is not there, also at the end of a dangling link.
func (o *opening) findOrCreate(name string) (Path, linux.Errno) {
	for {
		last, slash, errno := o.parent(name)
		if errno != 0 {
			return Path{}, errno
		}
		if plain(last) && slash {
			return Path{}, linux.EISDIR
		}
		p, errno := o.child(last)
		if errno == linux.ENOENT && plain(last) {
			p, errno = o.create(last)
		}
		if errno != 0 || !p.isLink() || o.flags&(linux.O_EXCL|linux.O_NOFOLLOW) != 0 {
			return p, errno
		}
		target, jump, errno := o.target(p)
		if errno != 0 || target == "" {
			return jump, errno
		}
		name = target
	}
}

// plain reports whether a last component is a name that can be made or removed.
func plain(name string) bool { return name != "" && name != "." && name != ".." }

// create makes a regular file in the directory reached, unless somebody else just did.
func (o *opening) create(name string) (Path, linux.Errno) {
	dir := o.at.Dentry
	dir.dir.Lock()
	defer dir.dir.Unlock()
	d, errno := dir.lookupLocked(o.c, name)
	if errno == linux.ENOENT {
		d, errno = o.createLocked(name)
	}
	if errno != 0 {
		return Path{}, errno
	}
	return o.cross(Path{o.at.Mount, d})
}

func (o *opening) createLocked(name string) (*Dentry, linux.Errno) {
	if errno := mayChange(o.c, o.at); errno != 0 {
		return nil, errno
	}
	spec := CreateSpec{Mode: linux.S_IFREG | o.mode&^o.umask}
	d, errno := o.at.make(o.c, name, &spec)
	o.created = errno == 0
	return d, errno
}

// TmpfileMaker is an ability of a directory Inode: it makes a regular file without a name (O_TMPFILE). The file may be
// given a name by Link unless O_EXCL is among flags.
type TmpfileMaker interface {
	Tmpfile(c *Caller, spec *CreateSpec, flags uint32) (Inode, linux.Errno)
}

func (o *opening) tmpfile(dir Path) (Path, linux.Errno) {
	if !dir.IsDir() {
		return Path{}, linux.ENOTDIR
	}
	if dir.Mount.readOnly() {
		return Path{}, linux.EROFS
	}
	if errno := dir.permission(o.c, linux.W_OK|linux.X_OK); errno != 0 {
		return Path{}, errno
	}
	maker, ok := dir.Inode().(TmpfileMaker)
	if !ok {
		return Path{}, linux.EOPNOTSUPP
	}
	spec := CreateSpec{Mode: linux.S_IFREG | o.mode&^o.umask}
	if errno := own(o.c, dir, &spec); errno != 0 {
		return Path{}, errno
	}
	inode, errno := maker.Tmpfile(o.c, &spec, o.flags)
	if errno != 0 {
		return Path{}, errno
	}
	o.created = true
	return dir.unnamed(inode)
}

// finish opens what was found (do_open).
func (o *opening) finish(p Path) (*File, linux.Errno) {
	if errno := o.checkKind(p); errno != 0 {
		return nil, errno
	}
	regular := p.Kind() == linux.S_IFREG
	truncate := regular && o.flags&linux.O_TRUNC != 0 && !o.created
	if errno := o.checkAccess(p); errno != 0 {
		return nil, errno
	}
	return o.openInode(p, truncate)
}

// checkKind refuses what the type of file does not allow.
func (o *opening) checkKind(p Path) linux.Errno {
	create := o.flags&linux.O_CREAT != 0
	switch {
	case create && o.flags&linux.O_EXCL != 0 && !o.created:
		return linux.EEXIST
	case create && p.IsDir():
		return linux.EISDIR
	case create && !o.created && !o.mayReopen(p):
		return linux.EACCES
	case o.flags&linux.O_DIRECTORY != 0 && o.flags&tmpfileBit == 0 && !p.IsDir():
		return linux.ENOTDIR
	case o.flags&linux.O_TRUNC != 0 && p.Kind() == linux.S_IFREG && p.Mount.readOnly():
		return linux.EROFS
	case p.isLink():
		return linux.ELOOP
	case p.IsDir() && (writes(o.flags) || o.flags&linux.O_TRUNC != 0):
		return linux.EISDIR
	case isDevice(p.Kind()) && p.Mount.Has(MountNoDev):
		return linux.EACCES
	}
	return 0
}

// mayReopen keeps O_CREAT in a world-writable sticky directory from opening what somebody else has put there, unless
// it is a regular file or a FIFO (may_create_in_sticky, with the sysctls fs.protected_regular and protected_fifos at
// 0).
func (o *opening) mayReopen(p Path) bool {
	const public = linux.S_ISVTX | 0o002
	if p.Kind() == linux.S_IFREG || p.Kind() == linux.S_IFIFO {
		return true
	}
	dir, errno := o.at.Stat()
	if errno != 0 || dir.Mode&public != public {
		return true
	}
	st, errno := p.Stat()
	return errno != 0 || st.UID == dir.UID || st.UID == o.c.Cred.FSUID
}

func isDevice(kind uint32) bool { return kind == linux.S_IFCHR || kind == linux.S_IFBLK }

// isSpecial reports a kind that a read-only mount does not protect: writing to it does not change the file system.
func isSpecial(kind uint32) bool {
	return isDevice(kind) || kind == linux.S_IFIFO || kind == linux.S_IFSOCK
}

// checkAccess checks permissions; whoever made the file may open it any way.
func (o *opening) checkAccess(p Path) linux.Errno {
	if !o.created {
		if errno := p.permission(o.c, o.wanted()); errno != 0 {
			return errno
		}
	}
	if o.flags&linux.O_NOATIME != 0 {
		st, errno := p.Inode().Stat()
		if errno != 0 {
			return errno
		}
		if !o.c.Cred.owns(&st) {
			return linux.EPERM
		}
	}
	if writes(o.flags) && p.Mount.readOnly() && !isSpecial(p.Kind()) {
		return linux.EROFS
	}
	return 0
}

// wanted is the permission that the access mode asks for. O_TRUNC asks for writing even where it does nothing.
func (o *opening) wanted() uint32 {
	mask := [4]uint32{linux.R_OK, linux.W_OK, linux.R_OK | linux.W_OK, linux.R_OK | linux.W_OK}[o.flags&linux.O_ACCMODE]
	if o.flags&linux.O_TRUNC != 0 {
		mask |= linux.W_OK
	}
	return mask
}

func (o *opening) openInode(p Path, truncate bool) (*File, linux.Errno) {
	flags := o.flags &^ openOnly
	if p.Mount.Has(MountNoAtime) {
		flags |= linux.O_NOATIME
	}
	f := NewFile(p, nil, o.flags&^openOnly)
	if errno := f.claim(); errno != 0 {
		f.unclaim()
		return nil, errno
	}
	ops, errno := p.Inode().Open(o.c, flags)
	if errno != 0 {
		f.unclaim()
		return nil, errno
	}
	f.Ops = ops
	p.happened(linux.IN_OPEN)
	if truncate {
		if errno := p.truncate(o.c, 0); errno != 0 {
			f.Unref(o.c)
			return nil, errno
		}
	}
	return f, 0
}
