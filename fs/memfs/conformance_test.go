package memfs_test

import (
	"testing"

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
