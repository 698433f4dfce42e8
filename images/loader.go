package images

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// loader loads tar archives, one or the layers of an image, into a tree.
type loader struct {
	tree         *tree
	bytes, files int64 // what may still be loaded
	// whiteouts says that the archives are layers: names that begin with ".wh." take files of lower layers away.
	whiteouts bool
	// fresh holds the inode numbers of what the present layer has made, which its whiteouts do not concern.
	fresh map[uint64]struct{}
	// dirs are to get their times when nothing is made in them any more.
	dirs []dirTime
}

type dirTime struct {
	inode fs.Inode
	entry *entry
}

// load reads one archive, which may be compressed.
func (l *loader) load(r io.Reader) error {
	plain, err := unpack(r, l.streamLimit())
	if err != nil {
		return err
	}
	l.fresh = map[uint64]struct{}{}
	archive := tar.NewReader(plain)
	for {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("the archive is damaged, or not a tar file: %w", err)
		}
		if err := l.add(h, archive); err != nil {
			return err
		}
	}
	for _, d := range l.dirs {
		_ = d.inode.SetAttr(l.tree.c, d.entry.attrs())
	}
	l.dirs = nil
	_, err = io.Copy(io.Discard, plain) // what follows the end, so that checksums are checked
	return err
}

// streamLimit bounds the archive itself: contents, and headers for each file.
func (l *loader) streamLimit() int64 { return l.bytes + 4096*l.files + 1<<20 }

// add puts one member of an archive into the tree.
func (l *loader) add(h *tar.Header, body io.Reader) error {
	name, err := cleanName(h.Name)
	if err != nil {
		return err
	}
	if l.files--; l.files < 0 {
		return errors.New("it has more files than the file system may hold")
	}
	if l.whiteouts {
		if handled, err := l.whiteout(name); handled || err != nil {
			return err
		}
	}
	e, err := newEntry(h, name, body)
	if e == nil || err != nil {
		return err
	}
	if l.bytes -= e.size; l.bytes < 0 {
		return fmt.Errorf("/%s: %w", name, errTooMuch)
	}
	p, err := l.tree.put(e)
	if err != nil {
		return err
	}
	return l.made(p, e)
}

// made notes what the layer has made.
func (l *loader) made(p fs.Path, e *entry) error {
	if e.is(linux.S_IFDIR) {
		l.dirs = append(l.dirs, dirTime{p.Inode(), e})
	}
	if !l.whiteouts {
		return nil
	}
	st, errno := p.Stat()
	l.fresh[st.Ino] = struct{}{}
	return check("looking at", e.name, errno)
}

// cleanName makes a member's name relative to the root. It refuses what no honest archive has.
func cleanName(name string) (string, error) {
	if len(name) >= linux.PATH_MAX || strings.Contains(name, "\x00") {
		return "", fmt.Errorf("a member's name is too long, or holds a zero byte: %.64q", name)
	}
	var parts []string
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case part == "" || part == ".":
		case part == "..":
			return "", fmt.Errorf("a member's name leads out of the archive: %.200q", name)
		case len(part) > linux.NAME_MAX:
			return "", fmt.Errorf("a member's name has a part of more than %d bytes: %.64q", linux.NAME_MAX, name)
		default:
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/"), nil
}

// kinds are the types of members that are loaded. Devices are not: the guest's /dev has all that there are.
var kinds = map[byte]uint32{
	tar.TypeReg: linux.S_IFREG, tar.TypeCont: linux.S_IFREG, tar.TypeGNUSparse: linux.S_IFREG,
	tar.TypeLink: linux.S_IFREG, tar.TypeSymlink: linux.S_IFLNK, tar.TypeDir: linux.S_IFDIR, tar.TypeFifo: linux.S_IFIFO,
}

// newEntry translates a member; nil if it is to be left out.
func newEntry(h *tar.Header, name string, body io.Reader) (*entry, error) {
	kind, known := kinds[h.Typeflag]
	if !known {
		return nil, nil
	}
	e := &entry{
		name: name, mode: kind | uint32(h.Mode)&0o7777, uid: uint32(h.Uid), gid: uint32(h.Gid),
		mtime: linux.Timespec{Sec: h.ModTime.Unix(), Nsec: int64(h.ModTime.Nanosecond())},
	}
	var err error
	switch {
	case h.Typeflag == tar.TypeLink:
		if e.link, err = cleanName(h.Linkname); err == nil && e.link == "" {
			err = fmt.Errorf("/%s is a hard link to the root", name)
		}
		if e.link == name {
			return nil, err // GNU tar makes one when it is given a name twice
		}
		return e, err
	case kind == linux.S_IFLNK:
		if e.target = h.Linkname; e.target == "" || len(e.target) >= linux.PATH_MAX || strings.Contains(e.target, "\x00") {
			err = fmt.Errorf("/%s is a symbolic link with a bad target", name)
		}
	case kind == linux.S_IFREG:
		e.size, e.body = h.Size, body
	}
	e.xattrs = userAttrs(h)
	return e, err
}

// userAttrs are the extended attributes in the user name space; others mean something to the host that made the archive.
func userAttrs(h *tar.Header) map[string]string {
	const prefix = "SCHILY.xattr."
	var out map[string]string
	for key, value := range h.PAXRecords {
		name, ok := strings.CutPrefix(key, prefix)
		if !ok || !strings.HasPrefix(name, "user.") || len(name) > linux.XATTR_NAME_MAX || len(value) > linux.XATTR_SIZE_MAX {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[name] = value
	}
	return out
}

// The names of whiteouts (OCI image specification, "Image Layer Filesystem Changeset").
const (
	whiteoutPrefix = ".wh."
	whiteoutOpaque = ".wh..wh..opq"
)

// whiteout takes away what a member says, if it is a whiteout.
func (l *loader) whiteout(name string) (handled bool, err error) {
	dirName, base := path.Split(name)
	victim, ok := strings.CutPrefix(base, whiteoutPrefix)
	if !ok {
		return false, nil
	}
	dir, errno := l.tree.ctx.Resolve(l.tree.c, l.tree.ctx.Root(), "./"+dirName, fs.WalkDirectory)
	switch {
	case errno == linux.ENOENT || errno == linux.ENOTDIR:
		return true, nil // there is nothing to hide
	case errno != 0:
		return true, check("looking for", dirName, errno)
	case base == whiteoutOpaque:
		return true, l.hideAll(dir)
	case strings.HasPrefix(victim, whiteoutPrefix) || victim == "" || victim == "." || victim == "..":
		return true, nil // notes of the program that made the layer
	}
	return true, l.hide(dir, victim)
}

// hideAll takes everything of lower layers out of a directory.
func (l *loader) hideAll(dir fs.Path) error {
	names, err := l.tree.list(dir)
	for _, name := range names {
		if err == nil {
			err = l.hide(dir, name)
		}
	}
	return err
}

// hide takes a file away, unless this layer has made it; of a directory it leaves what holds something of this layer.
func (l *loader) hide(dir fs.Path, name string) error {
	p, errno := l.tree.ctx.Resolve(l.tree.c, dir, name, fs.WalkNoFollow)
	if errno == linux.ENOENT {
		return nil
	}
	if errno != 0 {
		return check("looking for", name, errno)
	}
	st, errno := p.Stat()
	if errno != 0 {
		return check("looking at", name, errno)
	}
	_, ours := l.fresh[st.Ino]
	if p.IsDir() {
		if err := l.hideAll(p); err != nil || ours {
			return err
		}
		if errno := l.tree.ctx.Rmdir(l.tree.c, dir, name); errno != linux.ENOTEMPTY {
			return check("hiding", name, errno)
		}
		return nil
	}
	if ours {
		return nil
	}
	return check("hiding", name, l.tree.ctx.Unlink(l.tree.c, dir, name))
}
