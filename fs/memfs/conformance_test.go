package memfs_test

import (
	"fmt"
	"testing"

	"muslrun/fs/fstest"
	"muslrun/fs/memfs"
)

// TestAgainstHost compares with the host's tmpfs, operation by operation.
func TestAgainstHost(t *testing.T) {
	if !fstest.Privileged() {
		t.Skip("the host's side needs root: a directory of its own as root, and other users")
	}
	seeds := uint64(100)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			host := fstest.NewHost(t)
			guest := fstest.NewGuest(memfs.New(memfs.Options{Mode: 0o777}))
			fstest.Random(t, host, guest, seed, 300, true)
		})
	}
}
