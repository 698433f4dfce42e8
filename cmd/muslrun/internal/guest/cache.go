package guest

import (
	"path/filepath"
	"strings"

	"muslrun/emu"
	"muslrun/images"
)

// Values of Config.Cache that are no folders.
const (
	CacheAuto = "auto" // in muslrun's own cache folder (images.CacheDir)
	CacheNone = "none"
)

// useCache has engines keep what they make of guest code for the next run, unless the guest could write there: what is in
// the cache is executed on the host.
func (m *machine) useCache() {
	dir := m.cfg.cacheDir()
	if dir == "" || m.guestWrites(dir) {
		return
	}
	for _, e := range engines {
		if c, ok := e.(emu.Cacher); ok {
			c.UseCache(dir)
		}
	}
}

// saveCache writes what is new. If it cannot be written the next run is slower, that is all.
func saveCache() {
	for _, e := range engines {
		if c, ok := e.(emu.Cacher); ok {
			_ = c.SaveCache()
		}
	}
}

// cacheDir is the folder for translated code, "" for none.
func (c *Config) cacheDir() string {
	switch c.Cache {
	case CacheNone, "":
		return ""
	case CacheAuto:
		dir, err := images.CacheDir()
		if err != nil {
			return ""
		}
		return filepath.Join(dir, "code")
	}
	return c.Cache
}

// guestWrites reports whether the guest is shown a host folder, to write to, that dir is in.
func (m *machine) guestWrites(dir string) bool {
	if here, ok := m.currentDir(); ok && holds(here, dir) {
		return true
	}
	for _, mt := range m.cfg.Mounts {
		if mt.Access == ReadWrite && holds(mt.Host, dir) {
			return true
		}
	}
	return false
}

// holds reports whether dir is, or would be, somewhere below a host folder.
func holds(host, dir string) bool {
	rel, err := filepath.Rel(resolved(host), resolved(dir))
	return err != nil || rel != ".." && !strings.HasPrefix(rel, "../")
}

// resolved is the path without symbolic links, as far as it exists.
func resolved(name string) string {
	name, err := filepath.Abs(name)
	if err != nil || name == "/" {
		return name
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		return real
	}
	return filepath.Join(resolved(filepath.Dir(name)), filepath.Base(name))
}
