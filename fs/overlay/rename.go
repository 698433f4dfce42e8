package overlay

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Rename moves a name. Nothing is copied but the directories' attributes.
func (n *node) Rename(c *fs.Caller, name string, to fs.Inode, toName string, flags uint32) linux.Errno {
	d, ok := to.(*node)
	if !ok || d.sb != n.sb {
		return linux.EXDEV
	}
	if flags&^(linux.RENAME_NOREPLACE|linux.RENAME_EXCHANGE) != 0 {
		return linux.EINVAL
	}
	r := renaming{c: c, from: n, name: name, to: d, toName: toName, exchange: flags&linux.RENAME_EXCHANGE != 0}
	errno := r.find(flags&linux.RENAME_NOREPLACE != 0)
	if errno != 0 || r.moving == r.replaced {
		return errno
	}
	for _, dir := range [...]*node{n, d} {
		if errno := dir.change(c); errno != 0 {
			return errno
		}
	}
	r.fromCovered, r.toCovered = n.inLower(c, name), d.inLower(c, toName)
	r.run()
	return 0
}

// renaming is one rename.
type renaming struct {
	c                      *fs.Caller
	from, to               *node
	name, toName           string
	moving, replaced       *node // replaced is nil if the name is free
	exchange               bool
	fromCovered, toCovered bool // the lower directory has the name
}

// find looks both names up and refuses what does not fit together (rename(2)).
func (r *renaming) find(noReplace bool) (errno linux.Errno) {
	if r.moving, errno = r.from.lookup(r.c, r.name); errno != 0 {
		return errno
	}
	r.replaced, errno = r.to.lookup(r.c, r.toName)
	switch {
	case errno == linux.ENOENT && !r.exchange:
		return 0
	case errno != 0:
		return errno
	case noReplace:
		return linux.EEXIST
	case r.exchange || r.moving == r.replaced:
		return 0
	case r.replaced.isDir() && !r.moving.isDir():
		return linux.EISDIR
	case !r.replaced.isDir() && r.moving.isDir():
		return linux.ENOTDIR
	}
	return r.replaced.vacant(r.c)
}

// run moves the names.
func (r *renaming) run() {
	sb := r.from.sb
	sb.mu.Lock()
	defer sb.mu.Unlock()
	if r.exchange {
		r.count(r.replaced, r.to, r.from)
		r.from.put(r.name, r.replaced)
		r.replaced.renamed(r.c)
	} else {
		r.from.take(r.name, r.fromCovered)
		if r.replaced != nil {
			if r.replaced.isDir() {
				r.to.links--
			}
			r.replaced.unlinked(r.c)
		}
	}
	r.count(r.moving, r.from, r.to)
	r.to.put(r.toName, r.moving)
	r.moving.renamed(r.c)
	r.from.touch(r.c)
	r.to.touch(r.c)
}

// count moves the link that a directory's ".." is from one parent to another.
func (r *renaming) count(child, from, to *node) {
	if child.isDir() {
		from.links--
		to.links++
	}
}
