package fs_test

import (
	"testing"

	"muslrun/fs"
)

// TestResizedHoldsNoLock has an observer do what an address space may do meanwhile under its own lock.
func TestResizedHoldsNoLock(t *testing.T) {
	var m fs.MapObject
	told := int64(0)
	m.Observe("space", func(size int64) {
		told = size
		m.Forget("space")
		m.Observe("child", func(int64) {})
	})
	m.Resized(42)
	if told != 42 || len(m.Observers()) != 1 {
		t.Errorf("told %d, %d observers", told, len(m.Observers()))
	}
}
