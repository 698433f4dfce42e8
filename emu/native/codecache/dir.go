package codecache

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	suffix          = ".code"
	temporaryPrefix = "new-"
)

// Limits of a folder, looked after when a file is made.
const (
	maxFolder = 256 << 20
	maxAge    = 60 * 24 * time.Hour // since a file was last changed or found useful
	touchAge  = 24 * time.Hour
)

// private makes the folder if need be, and sees to it that it is the user's alone.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var st unix.Stat_t
	if err := unix.Lstat(dir, &st); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR || !own(&st) {
		return fmt.Errorf("%s is not a folder that only its owner, user %d, can use", dir, unix.Geteuid())
	}
	return nil
}

// own reports whether something belongs to the user, and nobody else may use it.
func own(st *unix.Stat_t) bool { return int(st.Uid) == unix.Geteuid() && st.Mode&0o077 == 0 }

// ownFile gives the size of a regular file that is the user's alone.
func ownFile(fd int) (int64, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return 0, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG || !own(&st) {
		return 0, errors.New("a file of translated code belongs to somebody else; it is not used")
	}
	if time.Since(time.Unix(st.Mtim.Unix())) > touchAge {
		_ = unix.Futimes(fd, []unix.Timeval{now(), now()}) // it is useful: evict will spare it
	}
	return st.Size, nil
}

func now() unix.Timeval { return unix.NsecToTimeval(time.Now().UnixNano()) }

// evict removes files that nobody has used for long, and the oldest while there is too much.
func evict(dir string) error {
	files, err := ours(dir)
	if err != nil {
		return err
	}
	slices.SortFunc(files, func(a, b os.FileInfo) int { return cmp.Compare(b.ModTime().UnixNano(), a.ModTime().UnixNano()) })
	total := int64(maxFile) // for the one that is about to be made
	for _, file := range files {
		age := time.Since(file.ModTime())
		left := strings.HasPrefix(file.Name(), temporaryPrefix) && age > time.Hour
		if total += file.Size(); total > maxFolder || age > maxAge || left {
			if err := os.Remove(filepath.Join(dir, file.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// ours lists the files that this package has made.
func ours(dir string) (files []os.FileInfo, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), suffix) && !strings.HasPrefix(e.Name(), temporaryPrefix) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
		}
	}
	return files, err
}
