package memfs_test

import (
	"testing"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/fstest"
	"muslrun/fs/memfs"
)

func newFS(testing.TB) fs.Superblock { return memfs.New(memfs.Options{Mode: 0o777}) }

func TestConformance(t *testing.T) {
	fstest.Suite(t, func(t testing.TB) fstest.System { return fstest.NewGuest(newFS(t)) })
}

// TestAgainstHost compares with the host's tmpfs, operation by operation.
func TestAgainstHost(t *testing.T) { fstest.Differential(t, newFS) }

// doubted is a file system whose names the VFS does not believe.
type doubted struct{ *memfs.FS }

func (doubted) Exclusive() bool { return false }

// TestWithoutTrust takes the VFS's other way through dentries.
func TestWithoutTrust(t *testing.T) {
	fstest.Differential(t, func(testing.TB) fs.Superblock { return doubted{memfs.New(memfs.Options{Mode: 0o777})} })
}

// mapper maps every file that it opens, so that all contents are in memfds.
type mapper struct{ *fstest.Guest }

func (m mapper) Open(path string, flags, mode uint32) (int, linux.Errno) {
	fd, errno := m.Guest.Open(path, flags, mode)
	if errno == 0 {
		if f, ok := m.File(fd).Ops.(fs.Mapper); ok {
			_, errno = f.Map()
		}
	}
	return fd, errno
}

func TestMappedAgainstHost(t *testing.T) {
	fstest.DifferentialSystem(t, func(t testing.TB) fstest.System { return mapper{fstest.NewGuest(newFS(t))} })
}
