package fs

import "muslrun/arch/linux"

// Stat implements the family of stat(2).
func (x *Context) Stat(c *Caller, at Path, name string, flags WalkFlags) (linux.Stat, linux.Errno) {
	p, errno := x.Resolve(c, at, name, flags)
	if errno != 0 {
		return linux.Stat{}, errno
	}
	return p.Stat()
}

// Access implements faccessat2(2): mode is a set of linux.R_OK, W_OK and X_OK, or F_OK. The real ids decide, unless at
// has AT_EACCESS.
func (x *Context) Access(c *Caller, from Path, name string, mode, at uint32) linux.Errno {
	if mode&^7 != 0 {
		return linux.EINVAL
	}
	if at&linux.AT_EACCESS == 0 {
		real := *c
		real.Cred = c.Cred.real()
		c = &real
	}
	p, errno := x.Resolve(c, from, name, AtFlags(at))
	if errno != 0 || mode == linux.F_OK {
		return errno
	}
	return p.Access(c, mode)
}

// real gives credentials whose file-system ids are the real ones, for access(2). Root keeps its permitted
// capabilities, others have none.
func (c *Credentials) real() *Credentials {
	r := *c
	r.FSUID, r.FSGID = c.UID, c.GID
	if r.Effective = 0; c.UID == 0 {
		r.Effective = c.Permitted
	}
	return &r
}

// Access checks permission for p; mode is a set of linux.R_OK, W_OK and X_OK.
func (p Path) Access(c *Caller, mode uint32) linux.Errno {
	if mode&linux.X_OK != 0 && p.Kind() == linux.S_IFREG && p.Mount.Has(MountNoExec) {
		return linux.EACCES
	}
	if errno := p.permission(c, mode); errno != 0 {
		return errno
	}
	if mode&linux.W_OK != 0 && p.Mount.readOnly() && !isSpecial(p.Kind()) {
		return linux.EROFS
	}
	return 0
}

// Readlink implements readlinkat(2). An empty name stands for at itself, which must be a link.
func (x *Context) Readlink(c *Caller, at Path, name string) (string, linux.Errno) {
	p, errno := x.Resolve(c, at, name, WalkNoFollow|WalkEmptyPath)
	switch {
	case errno != 0:
		return "", errno
	case name == "" && (at.IsZero() || !p.isLink()):
		return "", linux.ENOENT
	case !p.isLink():
		return "", linux.EINVAL
	}
	return p.Inode().Readlink(c)
}

// Stat reports p's inode.
func (p Path) Stat() (linux.Stat, linux.Errno) { return p.Dentry.inode.Stat() }

// Statfs implements statfs(2).
func (p Path) Statfs() (linux.Statfs, linux.Errno) {
	st, errno := p.Mount.tree.sb.Statfs()
	st.Flags = int64(p.Mount.Flags()) | linux.ST_VALID
	if !p.Mount.Has(MountNoAtime) {
		st.Flags |= linux.ST_RELATIME
	}
	return st, errno
}

// Chmod implements chmod(2) on p. Symbolic links have no mode of their own.
func (p Path) Chmod(c *Caller, mode uint32) linux.Errno {
	if p.Mount.readOnly() {
		return linux.EROFS
	}
	if p.isLink() {
		return linux.EOPNOTSUPP
	}
	st, errno := p.Stat()
	if errno != 0 {
		return errno
	}
	if !c.Cred.owns(&st) {
		return linux.EPERM
	}
	mode &= 0o7777
	if !c.Cred.InGroup(st.GID) && !c.Cred.Has(linux.CAP_FSETID) {
		mode &^= linux.S_ISGID
	}
	return p.change(c, &SetAttr{Mask: AttrMode, Mode: mode})
}

// change applies attributes, with now as the time of the change.
func (p Path) change(c *Caller, set *SetAttr) linux.Errno {
	set.Ctime = c.Now()
	errno := p.Inode().SetAttr(c, set)
	if errno == 0 {
		p.changed(set.Mask)
	}
	return errno
}

// Keep in place of an id for Chown leaves it alone.
const Keep = ^uint32(0)

// Chown implements chown(2) on p; Keep leaves an id alone. It takes the set-user-id and set-group-id bits off files.
func (p Path) Chown(c *Caller, uid, gid uint32) linux.Errno {
	if p.Mount.readOnly() {
		return linux.EROFS
	}
	st, errno := p.Stat()
	if errno != 0 {
		return errno
	}
	if !c.Cred.mayChown(&st, uid, gid) {
		return linux.EPERM
	}
	set := SetAttr{UID: uid, GID: gid}
	if uid != Keep {
		set.Mask |= AttrUID
	}
	if gid != Keep {
		set.Mask |= AttrGID
	}
	if kill := c.Cred.kills(st.Mode, st.GID); kill != 0 && !p.IsDir() {
		if !c.Cred.owns(&st) {
			return linux.EPERM
		}
		set.Mask |= AttrMode
		set.Mode = st.Mode & 0o7777 &^ kill
	}
	return p.change(c, &set)
}

func (c *Credentials) mayChown(st *linux.Stat, uid, gid uint32) bool {
	if c.Has(linux.CAP_CHOWN) {
		return true
	}
	owner := c.FSUID == st.UID
	return (uid == Keep || owner && uid == st.UID) &&
		(gid == Keep || owner && (gid == st.GID || c.InGroup(gid)))
}

// Utimes implements utimensat(2) on p. times are atime and mtime, whose Nsec may be linux.UTIME_NOW or UTIME_OMIT;
// nil sets both to now.
func (p Path) Utimes(c *Caller, times *[2]linux.Timespec) linux.Errno {
	now := c.Now()
	set := SetAttr{Mask: AttrAtime | AttrMtime, Atime: now, Mtime: now}
	touch := true // both are set to now, which writers may do too
	if times != nil {
		if !validTime(times[0]) || !validTime(times[1]) {
			return linux.EINVAL
		}
		touch = times[0].Nsec == linux.UTIME_NOW && times[1].Nsec == linux.UTIME_NOW
		set.pick(times)
	}
	if set.Mask == 0 {
		return 0
	}
	if p.Mount.readOnly() {
		return linux.EROFS
	}
	if errno := p.mayTouch(c, touch); errno != 0 {
		return errno
	}
	return p.change(c, &set)
}

func validTime(t linux.Timespec) bool {
	return t.Nsec == linux.UTIME_NOW || t.Nsec == linux.UTIME_OMIT || t.Nsec >= 0 && t.Nsec < 1e9
}

// pick replaces the times of set, which are now, by those that are given.
func (set *SetAttr) pick(times *[2]linux.Timespec) {
	for i, at := range []*linux.Timespec{&set.Atime, &set.Mtime} {
		switch times[i].Nsec {
		case linux.UTIME_OMIT:
			set.Mask &^= AttrAtime << i
		case linux.UTIME_NOW:
		default:
			*at = times[i]
		}
	}
}

func (p Path) mayTouch(c *Caller, touch bool) linux.Errno {
	st, errno := p.Stat()
	switch {
	case errno != 0:
		return errno
	case c.Cred.owns(&st):
		return 0
	case !touch:
		return linux.EPERM
	case !c.Cred.Permits(&st, linux.W_OK):
		return linux.EACCES
	}
	return 0
}

// Truncate implements truncate(2).
func (x *Context) Truncate(c *Caller, at Path, name string, size int64) linux.Errno {
	if size < 0 {
		return linux.EINVAL
	}
	p, errno := x.Resolve(c, at, name, 0)
	if errno != 0 {
		return errno
	}
	return p.Truncate(c, size)
}

// Truncate implements truncate(2) on p.
func (p Path) Truncate(c *Caller, size int64) linux.Errno {
	switch {
	case size < 0:
		return linux.EINVAL
	case p.IsDir():
		return linux.EISDIR
	case p.Kind() != linux.S_IFREG:
		return linux.EINVAL
	case p.Mount.readOnly():
		return linux.EROFS
	}
	if errno := p.permission(c, linux.W_OK); errno != 0 {
		return errno
	}
	if writeDenied(p.Inode()) {
		return linux.ETXTBSY
	}
	return p.truncate(c, size)
}

// truncate sets the size of a regular file and takes off the bits that a write takes off.
func (p Path) truncate(c *Caller, size int64) linux.Errno {
	st, errno := p.Stat()
	if errno != 0 {
		return errno
	}
	if size > st.Size && uint64(size) > c.FileSizeLimit {
		return linux.EFBIG
	}
	set := SetAttr{Mask: AttrSize | AttrMtime, Size: size, Mtime: c.Now()}
	if mode := c.StripPrivileges(st.Mode, st.GID); mode != st.Mode {
		set.Mask |= AttrMode
		set.Mode = mode & 0o7777
	}
	return p.change(c, &set)
}
