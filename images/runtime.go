package images

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"muslrun/arch/linux"
)

// Interpreter is the name of musl's dynamic linker for an ABI, which is also its C library.
func Interpreter(abi string) string { return "/lib/ld-musl-" + abi + ".so.1" }

// CacheDir is where `make runtimes` puts what it builds: $MUSLRUN_CACHE, or muslrun in the user's cache directory.
func CacheDir() (string, error) {
	if dir := os.Getenv("MUSLRUN_CACHE"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache directory (set MUSLRUN_CACHE): %w", err)
	}
	return filepath.Join(dir, "muslrun"), nil
}

// ErrNoRuntime says that the cache has no runtime for an ABI.
var ErrNoRuntime = errors.New("musl's runtime is not in the cache")

// RuntimeDir is the directory of the cache that holds the libraries of an ABI; cache is CacheDir's if empty.
func RuntimeDir(cache, abi string) (string, error) {
	if strings.ContainsAny(abi, "/\x00") || abi == "" || abi[0] == '.' {
		return "", fmt.Errorf("%q is not the name of an ABI", abi)
	}
	if cache == "" {
		var err error
		if cache, err = CacheDir(); err != nil {
			return "", err
		}
	}
	dir := filepath.Join(cache, "runtime", abi, "lib")
	if _, err := os.Stat(filepath.Join(dir, filepath.Base(Interpreter(abi)))); err != nil {
		return "", fmt.Errorf("%w for %s: run `make runtimes`, or give a root that has %s (%w)",
			ErrNoRuntime, abi, Interpreter(abi), err)
	}
	return dir, nil
}

// maxLibrary bounds one file of a runtime.
const maxLibrary = 64 << 20

// AddRuntime puts the libraries of an ABI into /lib, unless the root has its own dynamic linker. libc.so itself is not
// needed: the linker answers to that name. cache is CacheDir's if empty.
func (r *Root) AddRuntime(cache, abi string) error {
	if r.tree.exists(Interpreter(abi)[1:]) {
		return nil
	}
	dir, err := RuntimeDir(cache, abi)
	if err != nil {
		return err
	}
	if r.sealed {
		return fmt.Errorf("the root has no %s, and it is the host's directory: share it as a copy (cow), so that muslrun can add it",
			Interpreter(abi))
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("cannot read the runtime for %s: %w", abi, err)
	}
	for _, f := range files {
		if strings.Contains(f.Name(), ".so") && !r.tree.exists("lib/"+f.Name()) {
			if err := r.tree.addLibrary(dir, f); err != nil {
				return fmt.Errorf("cannot add the runtime for %s: %w", abi, err)
			}
		}
	}
	return nil
}

// addLibrary copies one file of a runtime, or a link to another.
func (t *tree) addLibrary(dir string, f fs.DirEntry) error {
	e := &entry{name: "lib/" + f.Name(), mode: linux.S_IFREG | 0o755, mtime: t.c.Now()}
	if f.Type()&fs.ModeSymlink != 0 {
		target, err := os.Readlink(filepath.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		e.mode, e.target = linux.S_IFLNK|0o777, target
		_, err = t.put(e)
		return err
	}
	src, err := os.Open(filepath.Join(dir, f.Name()))
	if err != nil {
		return err
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > maxLibrary {
		return fmt.Errorf("%s is not a library", src.Name())
	}
	e.size, e.body = info.Size(), src
	_, err = t.put(e)
	return err
}
