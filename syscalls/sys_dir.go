package syscalls

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// direntWriter fills a buffer with directory entries: a head in the guest's layout, the name, and padding.
type direntWriter struct {
	codec *layout.Codec[linux.Dirent]
	align int
	typed bool // old form: the type is the record's last byte
	out   []byte
	used  int
	small bool // the first entry had no room
}

// put adds one entry, and reports false if it has no room.
func (w *direntWriter) put(e fs.DirEntry) bool {
	head := w.codec.Size()
	size := head + len(e.Name) + 1
	if w.typed {
		size++
	}
	size = (size + w.align - 1) &^ (w.align - 1)
	if size > len(w.out)-w.used {
		w.small = w.used == 0
		return false
	}
	rec := w.out[w.used : w.used+size]
	clear(rec)
	d := linux.Dirent{Ino: e.Ino, Off: e.Cookie, Reclen: uint16(size), Type: e.Type}
	w.codec.Encode(rec, &d)
	copy(rec[head:], e.Name)
	if w.typed {
		rec[size-1] = e.Type
	}
	w.used += size
	return true
}

func listDir(t *kernel.Task, fd args.FD, buf args.OutBuf, w *direntWriter) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		w.out = t.Space().View(buf.Addr, min(buf.Len, 1<<20), emu.Write)
		if len(w.out) == 0 && buf.Len > 0 {
			return 0, linux.EFAULT
		}
		errno := f.ReadDir(&t.Caller, w.put)
		switch {
		case w.used > 0:
			return result(w.used), 0
		case errno != 0:
			return 0, errno
		case w.small:
			return 0, linux.EINVAL
		}
		return 0, 0
	})
}

// getdents64 implements Linux system call getdents64(2).
func getdents64(t *kernel.Task, fd args.FD, buf args.OutBuf) (result, linux.Errno) {
	return listDir(t, fd, buf, &direntWriter{codec: t.ABI.Structs.Dirent64, align: 8})
}

// getdents implements Linux system call getdents(2).
func getdents(t *kernel.Task, fd args.FD, buf args.OutBuf) (result, linux.Errno) {
	return listDir(t, fd, buf, &direntWriter{codec: t.ABI.Structs.Dirent, align: t.ABI.Data.LongSize, typed: true})
}
