package codecache

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func open(t *testing.T, dir, key string) *File {
	t.Helper()
	f, err := Open(dir, "test", key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func folder(t *testing.T) string { return filepath.Join(t.TempDir(), "code") }

// get is the first record of a hash.
func get(f *File, hash uint64) (got []byte) {
	f.Find(hash, func(data []byte) bool {
		got = bytes.Clone(data)
		return true
	})
	return got
}

func TestRecordsAreFoundByTheNextRun(t *testing.T) {
	dir := folder(t)
	hash := func(i int) uint64 { return uint64(i%7)<<32 | uint64(i%3) } // many have the same slot, some the same hash
	for round := range 3 {
		f := open(t, dir, "key")
		for i := range round * 100 {
			want := fmt.Sprint("record ", i)
			if !f.Find(hash(i), func(data []byte) bool { return string(data) == want }) {
				t.Fatalf("round %d: record %d is lost", round, i)
			}
		}
		var list []Record
		for i := range (round + 1) * 100 { // those of earlier rounds are there already
			list = append(list, Record{hash(i), fmt.Append(nil, "record ", i)})
		}
		before := size(t, f.path)
		if err := f.Append(list); err != nil {
			t.Fatal(err)
		}
		if err := f.Append(list[:round*100]); err != nil {
			t.Fatal(err)
		}
		if after := size(t, f.path); round > 0 && after != before+100*32 {
			t.Errorf("round %d: the file grew from %d to %d", round, before, after)
		}
	}
	if got := get(open(t, dir, "other key"), hash(1)); got != nil {
		t.Errorf("a record of another key was found: %q", got)
	}
}

func size(t *testing.T, path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// made is a file with one record, at its path.
func made(t *testing.T, dir string) (path string) {
	f := open(t, dir, "key")
	if err := f.Append([]Record{{5, []byte("the record")}}); err != nil {
		t.Fatal(err)
	}
	return f.path
}

func TestDamageIsNotFound(t *testing.T) {
	dir := folder(t)
	whole, err := os.ReadFile(made(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	path := made(t, dir)
	for _, at := range []int{0, atKey, atKey + 8, headerSize + 5*slotSize, headerSize + 5*slotSize + 4, dataStart, dataStart + 8,
		dataStart + recordHeader} {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x40
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		f := open(t, dir, "key")
		if got := get(f, 5); got != nil {
			t.Errorf("a bit at %#x is wrong: found %q", at, got)
		}
		if err := f.Append([]Record{{9, []byte("another")}}); err != nil {
			t.Errorf("a bit at %#x is wrong: %v", at, err)
		}
		if got := get(open(t, dir, "key"), 9); string(got) != "another" {
			t.Errorf("a bit at %#x is wrong: nothing can be added", at)
		}
	}
}

func TestAFileThatIsCutHasNothing(t *testing.T) {
	dir := folder(t)
	path := made(t, dir)
	f := open(t, dir, "key")
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if got := get(f, 5); got != nil {
		t.Errorf("found %q", got)
	}
	if err := f.Append([]Record{{5, []byte("the record")}}); err != nil {
		t.Error(err)
	}
	if got := get(open(t, dir, "key"), 5); string(got) != "the record" {
		t.Errorf("the file is not made anew: %q", got)
	}
}

func TestAFullFileIsBegunAnew(t *testing.T) {
	dir := folder(t)
	path := made(t, dir)
	old := open(t, dir, "key")
	f := open(t, dir, "key")
	big := make([]byte, dataStart)
	for hash := range uint64(3) {
		f.limit = 5 * dataStart / 2
		if err := f.Append([]Record{{hash + 100, big}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := size(t, path); got > 5*dataStart/2 {
		t.Errorf("the file has %d bytes", got)
	}
	if get(old, 5) == nil {
		t.Error("who had the old file has lost it")
	}
	if err := old.Append([]Record{{7, []byte("late")}}); err != nil {
		t.Error(err)
	}
	if len(get(open(t, dir, "key"), 102)) != len(big) {
		t.Error("the last record is lost")
	}
}

func TestWhatIsNotTheUsersOwnIsNotUsed(t *testing.T) {
	dir := folder(t)
	path := made(t, dir)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, "test", "key"); err == nil {
		t.Error("a file that others can read was opened")
	}
	if err := os.Rename(path, path+".other"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path+".other", path); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, "test", "key"); err == nil {
		t.Error("a link was followed")
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, "test", "other"); err == nil {
		t.Error("a folder that others can use was taken")
	}
	if os.Geteuid() == 0 {
		foreign := folder(t)
		path := made(t, foreign)
		if err := os.Chown(path, 12345, 12345); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(foreign, "test", "key"); err == nil {
			t.Error("another user's file was opened")
		}
	}
}

func TestManyAtATime(t *testing.T) {
	dir := folder(t)
	done := make(chan error)
	for w := range 8 {
		go func() {
			var err error
			for i := range 20 {
				f, openErr := Open(dir, "test", "key")
				if openErr != nil {
					done <- openErr
					return
				}
				want := fmt.Sprint("record ", i)
				f.Find(uint64(i), func(data []byte) bool {
					if string(data) != want {
						err = fmt.Errorf("worker %d: record %d is %q", w, i, data)
					}
					return true
				})
				if appendErr := f.Append([]Record{{uint64(i), []byte(want)}}); appendErr != nil {
					err = appendErr
				}
				f.Close()
			}
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestEvictionTakesTheOldest(t *testing.T) {
	dir := folder(t)
	path := made(t, dir)
	big, small := filepath.Join(dir, "big"+suffix), filepath.Join(dir, "small"+suffix)
	for _, name := range []string{big, small} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(big, maxFolder); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(big, past, past); err != nil {
		t.Fatal(err)
	}
	if err := evict(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(big); err == nil {
		t.Error("the folder is over its limit")
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestABuildHasAnIdentity(t *testing.T) {
	id, err := Build()
	if err != nil || len(id) < 20 {
		t.Errorf("%q, %v", id, err)
	}
}
