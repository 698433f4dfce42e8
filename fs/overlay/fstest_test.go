package overlay_test

import (
	"fmt"
	"testing"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/fstest"
	"muslrun/fs/memfs"
	"muslrun/fs/overlay"
)

func memory(dev uint32) *memfs.FS {
	return memfs.New(memfs.Options{Dev: linux.Makedev(0, dev), Mode: 0o777})
}

func layered(t testing.TB, lower fs.Superblock) fs.Superblock {
	t.Helper()
	sb, err := overlay.New(lower, memory(2), linux.Makedev(0, 3))
	if err != nil {
		t.Fatal(err)
	}
	return sb
}

func empty(t testing.TB) fs.Superblock { return layered(t, memory(1)) }

func TestSuite(t *testing.T) {
	fstest.Suite(t, func(t testing.TB) fstest.System { return fstest.NewGuest(empty(t)) })
}

func TestDifferential(t *testing.T) { fstest.Differential(t, empty) }

// Random operations make a tree; then the tree goes below an overlay, and more operations follow. The host has one tree all
// the time.
func TestDifferentialOverTree(t *testing.T) {
	if !fstest.Privileged() {
		t.Skip("needs root")
	}
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			host, lower := fstest.NewHost(t), memory(1)
			fstest.Random(t, sparse{host}, sparse{fstest.NewGuest(lower)}, seed, 150, true)
			host.As(0, 0, nil)
			host.Umask(0o022)
			fstest.Random(t, host, fstest.NewGuest(layered(t, lower)), seed+1000, 200, true)
		})
	}
}

// sparse is a system without fallocate(2): a copy-up does not keep what was allocated and never written, which shows in
// st_blocks.
type sparse struct{ fstest.System }

func (sparse) Fallocate(int, uint32, int64, int64) linux.Errno { return linux.EOPNOTSUPP }
