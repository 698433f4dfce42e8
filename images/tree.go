package images

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// tree writes into a file system through a name space of its own: whatever symbolic links are in it, they lead nowhere else.
// Names are relative to its root, without "." and "..".
type tree struct {
	ctx *fs.Context
	c   *fs.Caller
}

func newTree(sb fs.Superblock, now linux.Timespec) *tree {
	ctx := fs.NewContext(fs.NewNamespace(sb))
	ctx.SetUmask(0)
	return &tree{ctx: ctx, c: &fs.Caller{
		Cred:          &fs.Credentials{Effective: math.MaxUint64, Permitted: math.MaxUint64},
		Now:           func() linux.Timespec { return now },
		FileSizeLimit: math.MaxUint64,
	}}
}

// entry is a file that is to be in the tree.
type entry struct {
	name     string
	mode     uint32 // type and permissions
	uid, gid uint32
	mtime    linux.Timespec
	target   string // of a symbolic link
	link     string // the other name of a hard link, "" if it is none
	size     int64
	body     io.Reader
	xattrs   map[string]string
}

func (e *entry) is(kind uint32) bool { return e.link == "" && e.mode&linux.S_IFMT == kind }

// check turns an Errno into an error for a person.
func check(what, name string, errno linux.Errno) error {
	switch errno {
	case 0:
		return nil
	case linux.ENOSPC, linux.EDQUOT:
		return fmt.Errorf("%s /%s: it does not fit into the file system's limit", what, name)
	case linux.ELOOP:
		return fmt.Errorf("%s /%s: too many symbolic links, or a loop of them", what, name)
	}
	return fmt.Errorf("%s /%s: %w", what, name, errno)
}

// put makes a file, in place of whatever has its name; a directory that is there already only gets the attributes. It
// gives the place of the file.
func (t *tree) put(e *entry) (fs.Path, error) {
	dir, err := t.mkdirAll(path.Dir(e.name))
	if err != nil {
		return fs.Path{}, err
	}
	base := path.Base(e.name)
	if e.name == "" {
		base = "."
	}
	old, errno := t.ctx.Resolve(t.c, dir, base, fs.WalkNoFollow)
	switch {
	case errno == 0 && old.IsDir() && e.is(linux.S_IFDIR):
		return old, t.setAttr(old, e)
	case e.name == "":
		return fs.Path{}, errors.New("the root of the image is not a directory")
	case errno == 0:
		if err := t.remove(dir, base); err != nil {
			return fs.Path{}, err
		}
	case errno != linux.ENOENT:
		return fs.Path{}, check("looking for", e.name, errno)
	}
	return t.create(dir, base, e)
}

func (t *tree) create(dir fs.Path, base string, e *entry) (fs.Path, error) {
	if e.link != "" {
		return t.hardLink(dir, base, e)
	}
	var errno linux.Errno
	switch kind := e.mode & linux.S_IFMT; kind {
	case linux.S_IFDIR:
		errno = t.ctx.Mkdir(t.c, dir, base, 0o700)
	case linux.S_IFLNK:
		errno = t.ctx.Symlink(t.c, e.target, dir, base)
	case linux.S_IFREG:
		if err := t.writeFile(dir, base, e); err != nil {
			return fs.Path{}, err
		}
	default:
		errno = t.ctx.Mknod(t.c, dir, base, kind|0o600, 0)
	}
	if errno != 0 {
		return fs.Path{}, check("making", e.name, errno)
	}
	p, errno := t.ctx.Resolve(t.c, dir, base, fs.WalkNoFollow)
	if errno != 0 {
		return fs.Path{}, check("finding", e.name, errno)
	}
	return p, t.setAttr(p, e)
}

// hardLink gives a file of the image another name. The attributes are those of the file.
func (t *tree) hardLink(dir fs.Path, base string, e *entry) (fs.Path, error) {
	old, errno := t.ctx.Resolve(t.c, t.ctx.Root(), e.link, fs.WalkNoFollow)
	if errno == 0 {
		errno = t.ctx.Link(t.c, t.ctx.Root(), e.link, fs.WalkNoFollow, dir, base)
	}
	if errno != 0 {
		return fs.Path{}, fmt.Errorf("hard link /%s to /%s: %w", e.name, e.link, errno)
	}
	return old, nil
}

// setAttr gives a file the owner, mode, times and attributes of an entry.
func (t *tree) setAttr(p fs.Path, e *entry) error {
	for name, value := range e.xattrs {
		errno := p.Inode().Setxattr(t.c, name, []byte(value), 0)
		if errno != 0 && errno != linux.EOPNOTSUPP {
			return check("setting an attribute of", e.name, errno)
		}
	}
	errno := p.Inode().SetAttr(t.c, e.attrs())
	return check("setting the mode of", e.name, errno)
}

func (e *entry) attrs() *fs.SetAttr {
	set := &fs.SetAttr{
		Mask: fs.AttrUID | fs.AttrGID | fs.AttrAtime | fs.AttrMtime, Mode: e.mode & 0o7777, UID: e.uid, GID: e.gid,
		Atime: e.mtime, Mtime: e.mtime, Ctime: e.mtime,
	}
	if !e.is(linux.S_IFLNK) {
		set.Mask |= fs.AttrMode
	}
	return set
}

// mkdirAll finds or makes a directory and those above it.
func (t *tree) mkdirAll(name string) (fs.Path, error) {
	if name == "" || name == "." || name == "/" {
		return t.ctx.Root(), nil
	}
	p, errno := t.ctx.Resolve(t.c, t.ctx.Root(), name, fs.WalkDirectory)
	if errno != linux.ENOENT {
		return p, check("looking for the directory", name, errno)
	}
	at := t.ctx.Root()
	for part := range strings.SplitSeq(name, "/") {
		next, errno := t.ctx.Resolve(t.c, at, part, fs.WalkDirectory)
		if errno == linux.ENOENT {
			if errno = t.ctx.Mkdir(t.c, at, part, 0o755); errno == 0 {
				next, errno = t.ctx.Resolve(t.c, at, part, fs.WalkDirectory)
			}
		}
		if errno != 0 {
			return fs.Path{}, check("making the directory", name, errno)
		}
		at = next
	}
	return at, nil
}

// copyChunk is how much of a file is copied at a time; a chunk of zeros becomes a hole.
const copyChunk = 64 << 10

var zeros [copyChunk]byte

// writeFile makes a regular file with the entry's content.
func (t *tree) writeFile(dir fs.Path, base string, e *entry) error {
	f, errno := t.ctx.Open(t.c, dir, base, linux.O_WRONLY|linux.O_CREAT|linux.O_EXCL|linux.O_NOFOLLOW, 0o600)
	if errno != 0 {
		return check("making", e.name, errno)
	}
	defer f.Unref(t.c)
	if e.size == 0 {
		return nil
	}
	buf := make([]byte, min(copyChunk, e.size))
	for off := int64(0); off < e.size; {
		n, err := io.ReadFull(e.body, buf[:min(int64(len(buf)), e.size-off)])
		if err != nil {
			return fmt.Errorf("reading /%s: %w", e.name, err)
		}
		if string(buf[:n]) != string(zeros[:n]) {
			if err := t.writeAll(f, buf[:n], off, e); err != nil {
				return err
			}
		}
		off += int64(n)
	}
	return check("writing", e.name, f.Truncate(t.c, e.size))
}

func (t *tree) writeAll(f *fs.File, b []byte, off int64, e *entry) error {
	for len(b) > 0 {
		n, errno := f.Pwrite(t.c, [][]byte{b}, off)
		if errno == 0 && n == 0 {
			errno = linux.ENOSPC
		}
		if errno != 0 {
			return check("writing", e.name, errno)
		}
		b, off = b[n:], off+int64(n)
	}
	return nil
}

// remove takes a file away, with all that is below it.
func (t *tree) remove(dir fs.Path, base string) error {
	p, errno := t.ctx.Resolve(t.c, dir, base, fs.WalkNoFollow)
	if errno != 0 {
		return check("looking for", base, errno)
	}
	if !p.IsDir() {
		return check("replacing", base, t.ctx.Unlink(t.c, dir, base))
	}
	names, err := t.list(p)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := t.remove(p, name); err != nil {
			return err
		}
	}
	return check("replacing", base, t.ctx.Rmdir(t.c, dir, base))
}

// list gives the names in a directory.
func (t *tree) list(p fs.Path) (names []string, err error) {
	f, errno := t.ctx.OpenPath(t.c, p, linux.O_RDONLY|linux.O_DIRECTORY)
	if errno != 0 {
		return nil, check("opening", p.Name(t.ctx.Root()), errno)
	}
	defer f.Unref(t.c)
	errno = f.ReadDir(t.c, func(e fs.DirEntry) bool {
		if e.Name != "." && e.Name != ".." {
			names = append(names, e.Name)
		}
		return true
	})
	return names, check("listing", p.Name(t.ctx.Root()), errno)
}

// exists reports whether there is a file of that name, be it a dangling link.
func (t *tree) exists(name string) bool {
	_, errno := t.ctx.Resolve(t.c, t.ctx.Root(), name, fs.WalkNoFollow)
	return errno == 0
}
