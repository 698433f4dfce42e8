package fs

import "muslrun/arch/linux"

// target is the last component of a name that is to be made or removed, and the directory that it is in.
type target struct {
	walk
	name  string
	slash bool // a slash follows it
}

// last walks to the directory of a name's last component.
func (x *Context) last(c *Caller, at Path, name string) (target, linux.Errno) {
	w, errno := x.newWalk(c, at, name, 0)
	t := target{walk: w}
	if errno == 0 {
		t.name, t.slash, errno = t.parent(name)
	}
	return t, errno
}

// mayChange says whether the caller may add names to a directory or take them (may_create, may_delete).
func mayChange(c *Caller, dir Path) linux.Errno {
	if dir.Mount.readOnly() {
		return linux.EROFS
	}
	if dir.Dentry.isDead() {
		return linux.ENOENT
	}
	return dir.permission(c, linux.W_OK|linux.X_OK)
}

// make has the file system create a name in p, whose dir lock is held.
func (p Path) make(c *Caller, name string, spec *CreateSpec) (*Dentry, linux.Errno) {
	if errno := own(c, p, spec); errno != 0 {
		return nil, errno
	}
	inode, errno := p.Inode().Create(c, name, spec)
	if errno != 0 {
		return nil, errno
	}
	d, errno := p.Dentry.attach(name, inode)
	if errno == 0 {
		p.Dentry.entry(linux.IN_CREATE, name, d)
	}
	return d, errno
}

// own works out the owner of a new file: in a set-group-id directory the group comes from there, and a directory
// inherits the bit (inode_init_owner).
func own(c *Caller, dir Path, spec *CreateSpec) linux.Errno {
	st, errno := dir.Inode().Stat()
	if errno != 0 {
		return errno
	}
	spec.UID, spec.GID = c.Cred.FSUID, c.Cred.FSGID
	if st.Mode&linux.S_ISGID == 0 {
		return 0
	}
	spec.GID = st.GID
	if spec.Mode&linux.S_IFMT == linux.S_IFDIR {
		spec.Mode |= linux.S_ISGID
	} else if spec.Mode&0o2010 == 0o2010 && !c.Cred.InGroup(st.GID) && !c.Cred.Has(linux.CAP_FSETID) {
		spec.Mode &^= linux.S_ISGID
	}
	return 0
}

// create makes a name that must not exist yet. Only a directory may be asked for with a slash behind.
func (x *Context) create(c *Caller, at Path, name string, spec *CreateSpec) linux.Errno {
	t, errno := x.last(c, at, name)
	if errno != 0 {
		return errno
	}
	return t.fill(spec.Mode&linux.S_IFMT == linux.S_IFDIR, func() linux.Errno { return t.make(spec) })
}

// fill runs make, which creates the name, with the directory locked and after the checks that every way to make one
// needs (filename_create); make checks the directory's permissions.
func (t *target) fill(directory bool, make func() linux.Errno) linux.Errno {
	if !plain(t.name) {
		return linux.EEXIST
	}
	dir := t.at.Dentry
	dir.dir.Lock()
	defer dir.dir.Unlock()
	_, errno := dir.lookupLocked(t.c, t.name)
	switch {
	case errno == 0:
		return linux.EEXIST
	case errno != linux.ENOENT:
		return errno
	case t.slash && !directory:
		return linux.ENOENT
	}
	if t.at.Mount.readOnly() {
		return linux.EROFS
	}
	return make()
}

// make makes the file, with the directory locked.
func (t *target) make(spec *CreateSpec) linux.Errno {
	if errno := mayChange(t.c, t.at); errno != 0 {
		return errno
	}
	if isDevice(spec.Mode&linux.S_IFMT) && !t.c.Cred.Has(linux.CAP_MKNOD) {
		return linux.EPERM
	}
	_, errno := t.at.make(t.c, t.name, spec)
	return errno
}

// Mkdir implements mkdirat(2).
func (x *Context) Mkdir(c *Caller, at Path, name string, mode uint32) linux.Errno {
	mode = mode & 0o1777 &^ x.Umask()
	return x.create(c, at, name, &CreateSpec{Mode: linux.S_IFDIR | mode})
}

// Mknod implements mknodat(2): regular files, FIFOs, sockets and devices.
func (x *Context) Mknod(c *Caller, at Path, name string, mode uint32, dev uint64) linux.Errno {
	return x.MknodSpec(c, at, name, CreateSpec{Mode: mode, Rdev: dev})
}

// SocketName is an ability of an Inode of kind S_IFSOCK: it gives the CreateSpec.Socket that it was made with, or nil.
type SocketName interface {
	Socket() any
}

// MknodSpec is Mknod for what has more to it than a device number: the name of a bound socket.
func (x *Context) MknodSpec(c *Caller, at Path, name string, spec CreateSpec) linux.Errno {
	kind := spec.Mode & linux.S_IFMT
	switch kind {
	case 0:
		kind = linux.S_IFREG
	case linux.S_IFREG, linux.S_IFIFO, linux.S_IFSOCK:
	case linux.S_IFCHR, linux.S_IFBLK:
	case linux.S_IFDIR:
		return linux.EPERM
	default:
		return linux.EINVAL
	}
	spec.Mode = kind | spec.Mode&0o7777&^x.Umask()
	t, errno := x.last(c, at, name)
	if errno != 0 {
		return errno
	}
	return t.fill(false, func() linux.Errno { return t.make(&spec) })
}

// Symlink implements symlinkat(2).
func (x *Context) Symlink(c *Caller, content string, at Path, name string) linux.Errno {
	switch {
	case content == "":
		return linux.ENOENT
	case len(content) >= linux.PATH_MAX:
		return linux.ENAMETOOLONG
	}
	return x.create(c, at, name, &CreateSpec{Mode: linux.S_IFLNK | 0o777, Target: content})
}

// Link implements linkat(2). flags are those of the walk to the existing file: linkat follows no link at its end
// unless AT_SYMLINK_FOLLOW is given.
func (x *Context) Link(c *Caller, at Path, name string, flags WalkFlags, newAt Path, newName string) linux.Errno {
	if name == "" && !c.Cred.Has(linux.CAP_DAC_READ_SEARCH) {
		return linux.ENOENT
	}
	old, errno := x.Resolve(c, at, name, flags)
	if errno != 0 {
		return errno
	}
	t, errno := x.last(c, newAt, newName)
	if errno != 0 {
		return errno
	}
	return t.fill(false, func() linux.Errno { return t.link(old) })
}

func (t *target) link(old Path) linux.Errno {
	switch {
	case old.Mount != t.at.Mount:
		return linux.EXDEV
	case !mayLink(t.c, old):
		return linux.EPERM
	}
	if errno := mayChange(t.c, t.at); errno != 0 {
		return errno
	}
	if old.IsDir() {
		return linux.EPERM
	}
	if errno := t.at.Inode().Link(t.c, t.name, old.Inode()); errno != 0 {
		return errno
	}
	d, errno := t.at.Dentry.attach(t.name, old.Inode())
	if errno == 0 {
		d.watchedID().linked()
		t.at.Dentry.entry(linux.IN_CREATE, t.name, d)
	}
	return errno
}

// mayLink keeps users from linking files of others that they could not change anyway, as the sysctl
// fs.protected_hardlinks does, which distributions set (proc_sys_fs(5), safe_hardlink_source).
func mayLink(c *Caller, p Path) bool {
	st, errno := p.Stat()
	if errno != 0 {
		return false
	}
	if c.Cred.owns(&st) {
		return true
	}
	safe := p.Kind() == linux.S_IFREG && privileges(st.Mode) == 0
	return safe && c.Cred.Permits(&st, linux.R_OK|linux.W_OK)
}

// Unlink implements unlinkat(2) without AT_REMOVEDIR.
func (x *Context) Unlink(c *Caller, at Path, name string) linux.Errno {
	t, errno := x.last(c, at, name)
	switch {
	case errno != 0:
		return errno
	case !plain(t.name):
		return linux.EISDIR
	}
	return t.remove(false)
}

// Rmdir implements rmdir(2).
func (x *Context) Rmdir(c *Caller, at Path, name string) linux.Errno {
	t, errno := x.last(c, at, name)
	if errno != 0 {
		return errno
	}
	switch t.name {
	case "":
		return linux.EBUSY
	case ".":
		return linux.EINVAL
	case "..":
		return linux.ENOTEMPTY
	}
	return t.remove(true)
}

// remove takes a name away.
func (t *target) remove(directory bool) linux.Errno {
	if t.at.Mount.readOnly() {
		return linux.EROFS
	}
	dir := t.at.Dentry
	dir.dir.Lock()
	defer dir.dir.Unlock()
	victim, errno := dir.lookupLocked(t.c, t.name)
	if errno != 0 {
		return errno
	}
	if t.slash && !directory {
		return slashes(victim)
	}
	if errno := mayDelete(t.c, t.at, victim, directory); errno != 0 {
		return errno
	}
	if victim.covered() {
		return linux.EBUSY
	}
	victim.dir.Lock()
	defer victim.dir.Unlock()
	going := victim.victim()
	if errno := t.at.Inode().Remove(t.c, t.name, directory); errno != 0 {
		return errno
	}
	dir.drop(t.name)
	going.unlinked(dir, t.name, victim)
	return 0
}

// slashes is the error of unlinking or renaming "name/" where a slash has no place.
func slashes(victim *Dentry) linux.Errno {
	if victim.kind == linux.S_IFDIR {
		return linux.EISDIR
	}
	return linux.ENOTDIR
}

// mayDelete says whether the caller may take victim out of dir (may_delete).
func mayDelete(c *Caller, dir Path, victim *Dentry, directory bool) linux.Errno {
	if errno := mayChange(c, dir); errno != 0 {
		return errno
	}
	if errno := sticky(c, dir, victim); errno != 0 {
		return errno
	}
	isDir := victim.kind == linux.S_IFDIR
	switch {
	case directory && !isDir:
		return linux.ENOTDIR
	case !directory && isDir:
		return linux.EISDIR
	}
	return 0
}

// sticky refuses to take other people's files out of a sticky directory.
func sticky(c *Caller, dir Path, victim *Dentry) linux.Errno {
	if c.Cred.Has(linux.CAP_FOWNER) {
		return 0
	}
	parent, errno := dir.Inode().Stat()
	if errno != 0 || parent.Mode&linux.S_ISVTX == 0 || parent.UID == c.Cred.FSUID {
		return errno
	}
	st, errno := victim.inode.Stat()
	if errno == 0 && st.UID != c.Cred.FSUID {
		errno = linux.EPERM
	}
	return errno
}

// unnamed gives a place on p's mount to an inode that has no name yet (O_TMPFILE).
func (p Path) unnamed(inode Inode) (Path, linux.Errno) {
	st, errno := inode.Stat()
	if errno != 0 {
		return Path{}, errno
	}
	d, errno := p.Dentry.tree.newDentry(p.Mount.tree.root, "#"+utoa(st.Ino), inode)
	if errno != 0 {
		return Path{}, errno
	}
	d.dead = true
	return Path{p.Mount, d}, 0
}
