package fs

import (
	"strconv"

	"muslrun/arch/linux"
)

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }

// renaming is one rename: a name of one directory becomes a name of another.
type renaming struct {
	from, to target
	flags    uint32
	old, new *Dentry // new is nil if the name is free
}

// Rename implements renameat2(2).
func (x *Context) Rename(c *Caller, at Path, name string, newAt Path, newName string, flags uint32) linux.Errno {
	if errno := checkRenameFlags(flags); errno != 0 {
		return errno
	}
	from, errno := x.last(c, at, name)
	if errno != 0 {
		return errno
	}
	to, errno := x.last(c, newAt, newName)
	if errno != 0 {
		return errno
	}
	r := renaming{from: from, to: to, flags: flags}
	switch {
	case from.at.Mount != to.at.Mount:
		return linux.EXDEV
	case !plain(from.name):
		return linux.EBUSY
	case !plain(to.name) && flags&linux.RENAME_NOREPLACE != 0:
		return linux.EEXIST
	case !plain(to.name):
		return linux.EBUSY
	case from.at.Mount.readOnly():
		return linux.EROFS
	}
	return r.locked()
}

func checkRenameFlags(flags uint32) linux.Errno {
	const all = linux.RENAME_NOREPLACE | linux.RENAME_EXCHANGE | linux.RENAME_WHITEOUT
	exchange := flags&linux.RENAME_EXCHANGE != 0
	if flags&^all != 0 || exchange && flags != linux.RENAME_EXCHANGE {
		return linux.EINVAL
	}
	return 0
}

// locked runs the rename with both directories locked.
func (r *renaming) locked() linux.Errno {
	a, b := r.from.at.Dentry, r.to.at.Dentry
	if a != b {
		a.tree.moving.Lock()
		defer a.tree.moving.Unlock()
		if b.isAncestor(a) || !a.isAncestor(b) && b.serial < a.serial {
			a, b = b, a
		}
	}
	a.dir.Lock()
	defer a.dir.Unlock()
	if a != b {
		b.dir.Lock()
		defer b.dir.Unlock()
	}
	return r.run()
}

func (r *renaming) run() linux.Errno {
	if errno := r.find(); errno != 0 {
		return errno
	}
	if errno := r.checkShape(); errno != 0 {
		return errno
	}
	if r.new != nil && r.new.inode == r.old.inode {
		return 0
	}
	if errno := r.checkPermission(); errno != 0 {
		return errno
	}
	if r.old.covered() || r.new != nil && r.new.covered() {
		return linux.EBUSY
	}
	if r.new != nil && r.flags&linux.RENAME_EXCHANGE == 0 {
		r.new.dir.Lock() // it may be a directory into which somebody is creating
		defer r.new.dir.Unlock()
	}
	return r.rename()
}

// rename has the file system do it, and tells who watches.
func (r *renaming) rename() linux.Errno {
	var over victim
	exchange := r.flags&linux.RENAME_EXCHANGE != 0
	if r.new != nil && !exchange {
		over = r.new.victim()
	}
	errno := r.from.at.Inode().Rename(r.from.c, r.from.name, r.to.at.Inode(), r.to.name, r.flags)
	if errno != 0 {
		return errno
	}
	r.move()
	from, to := r.from.at.Dentry, r.to.at.Dentry
	r.old.moved(from, r.from.name, to, r.to.name, over)
	if exchange {
		r.new.moved(to, r.to.name, from, r.from.name, victim{})
	} else if r.new != nil {
		over.gone(r.new)
	}
	return 0
}

// find looks both names up.
func (r *renaming) find() (errno linux.Errno) {
	if r.old, errno = r.from.at.Dentry.lookupLocked(r.from.c, r.from.name); errno != 0 {
		return errno
	}
	r.new, errno = r.to.at.Dentry.lookupLocked(r.to.c, r.to.name)
	exchange := r.flags&linux.RENAME_EXCHANGE != 0
	switch {
	case errno == linux.ENOENT && !exchange:
		return 0
	case errno == 0 && r.flags&linux.RENAME_NOREPLACE != 0:
		return linux.EEXIST
	}
	return errno
}

// checkShape refuses slashes after files and moving a directory below itself.
func (r *renaming) checkShape() linux.Errno {
	exchange := r.flags&linux.RENAME_EXCHANGE != 0
	switch {
	case exchange && r.new.kind != linux.S_IFDIR && r.to.slash:
		return linux.ENOTDIR
	case r.old.kind != linux.S_IFDIR && (r.from.slash || !exchange && r.to.slash):
		return linux.ENOTDIR
	case r.old.isAncestor(r.to.at.Dentry):
		return linux.EINVAL
	case r.new == nil || !r.new.isAncestor(r.from.at.Dentry):
		return 0
	case exchange:
		return linux.EINVAL
	}
	return linux.ENOTEMPTY
}

func (r *renaming) checkPermission() linux.Errno {
	c := r.from.c
	oldDir := r.old.kind == linux.S_IFDIR
	if errno := mayDelete(c, r.from.at, r.old, oldDir); errno != 0 {
		return errno
	}
	if errno := r.checkTarget(c, oldDir); errno != 0 {
		return errno
	}
	if r.from.at.Dentry == r.to.at.Dentry {
		return 0
	}
	if errno := r.mayMove(c, r.from.at, r.old); errno != 0 {
		return errno
	}
	if r.flags&linux.RENAME_EXCHANGE != 0 {
		return r.mayMove(c, r.to.at, r.new)
	}
	return 0
}

func (r *renaming) checkTarget(c *Caller, oldDir bool) linux.Errno {
	switch {
	case r.new == nil:
		return mayChange(c, r.to.at)
	case r.flags&linux.RENAME_EXCHANGE != 0:
		return mayDelete(c, r.to.at, r.new, r.new.kind == linux.S_IFDIR)
	}
	return mayDelete(c, r.to.at, r.new, oldDir)
}

// mayMove asks for write permission on a directory that gets another parent: its ".." changes.
func (r *renaming) mayMove(c *Caller, dir Path, d *Dentry) linux.Errno {
	if d.kind != linux.S_IFDIR {
		return 0
	}
	return Path{dir.Mount, d}.permission(c, linux.W_OK)
}

// move lets the dentries follow what the file system has done.
func (r *renaming) move() {
	from, to := r.from.at.Dentry, r.to.at.Dentry
	from.tree.mu.Lock()
	defer from.tree.mu.Unlock()
	delete(from.children, r.from.name)
	r.old.parent, r.old.name = to, r.to.name
	to.adopt(r.old)
	switch {
	case r.new == nil:
	case r.flags&linux.RENAME_EXCHANGE != 0:
		r.new.parent, r.new.name = from, r.from.name
		from.adopt(r.new)
	default:
		r.new.dead = true
	}
}
