package procfs

import (
	"bytes"
	"fmt"
	"strconv"

	"muslrun/arch/linux"
	"muslrun/fs"
)

func fds(v *view) []string {
	var out []string
	for _, fd := range v.task.FDs() {
		out = append(out, strconv.Itoa(fd))
	}
	return out
}

// descriptors lists the open descriptors, each as the entry e.
func descriptors(e *entry) *listing {
	return &listing{names: fds, each: e, find: func(v *view, name string) (node, bool) {
		fd, ok := number10(name)
		if !ok {
			return node{}, false
		}
		_, _, open := v.task.Descriptor(fd)
		return node{sb: v.fs, e: e, task: v.task, arg: fd}, open
	}}
}

// descriptorLink is the entry of a link in fd.
func descriptorLink() *entry {
	e := link("", fdName).secret()
	e.place, e.descriptor = fdPlace, true
	return e
}

// withFile has fn look at the descriptor of a view.
func withFile[T any](v *view, fn func(f *fs.File) (T, linux.Errno)) (T, linux.Errno) {
	f := v.task.File(v.arg)
	if f == nil {
		var none T
		return none, linux.ENOENT
	}
	defer f.Unref(v.c)
	return fn(f)
}

// fdName is what the link of a descriptor says.
func fdName(v *view) (string, linux.Errno) {
	return withFile(v, func(f *fs.File) (string, linux.Errno) {
		if f.Path.IsZero() {
			return "anon_inode:[file]", 0
		}
		return v.name(f.Path), 0
	})
}

// fdPlace is where it leads: to the file itself, whether or not it has a name.
func fdPlace(v *view) (fs.Path, linux.Errno) {
	return withFile(v, func(f *fs.File) (fs.Path, linux.Errno) {
		if f.Path.IsZero() {
			return fs.Path{}, linux.ENXIO
		}
		return f.Path, 0
	})
}

// fdMode is the mode of a descriptor's link: reading and writing as the description allows.
func (n node) fdMode() uint32 {
	mode := uint32(linux.S_IFLNK)
	flags, _, open := n.task.Descriptor(n.arg)
	if !open || flags&linux.O_PATH != 0 {
		return mode
	}
	access := flags & linux.O_ACCMODE
	if access != linux.O_WRONLY {
		mode |= 0o500
	}
	if access != linux.O_RDONLY {
		mode |= 0o300
	}
	return mode
}

// fdInfo is /proc/PID/fdinfo/N.
func fdInfo(v *view, b *bytes.Buffer) linux.Errno {
	_, errno := withFile(v, func(f *fs.File) (struct{}, linux.Errno) {
		flags, cloexec, _ := v.task.Descriptor(v.arg)
		if cloexec {
			flags |= linux.O_CLOEXEC
		}
		var st linux.Stat
		mount := 0
		if !f.Path.IsZero() {
			st, _ = f.Stat()
			mount = f.Path.Mount.ID()
		}
		fmt.Fprintf(b, "pos:\t%d\nflags:\t0%o\nmnt_id:\t%d\nino:\t%d\n", f.Offset(), flags, mount, st.Ino)
		for i, l := range f.LocksFor(v.task.PID()) {
			b.WriteString("lock:\t")
			lockLine(b, i+1, &l)
		}
		if more, ok := f.Ops.(fs.FDInfo); ok {
			b.WriteString(more.FDInfo())
		}
		return struct{}{}, 0
	})
	return errno
}
