package emu

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

const forkPages = 600

// forkGuest is a window with a plain copy of what must be in it.
type forkGuest struct {
	*Window
	want []byte
}

func newForkGuest(t *testing.T) *forkGuest {
	t.Helper()
	w, err := NewWindow(forkPages << PageShift)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return &forkGuest{w, make([]byte, forkPages<<PageShift)}
}

// write fills random runs of pages with random bytes.
func (g *forkGuest) write(r *rand.Rand) {
	for range r.IntN(4) {
		first := r.IntN(forkPages)
		n := min(forkPages-first, 1+r.IntN(100)>>r.IntN(6))
		for page := first; page < first+n; page++ {
			if g.Prot(uint64(page)<<PageShift)&ProtWrite != 0 {
				at, v := page<<PageShift+r.IntN(PageSize), byte(r.Int())
				g.Bytes(0, g.size)[at], g.want[at] = v, v
			}
		}
	}
}

// remap maps a random range anew, or moves, protects or unprotects one.
func (g *forkGuest) remap(t *testing.T, r *rand.Rand) {
	n := uint64(1 + r.IntN(80))
	first, other := r.Uint64N(forkPages-n), r.Uint64N(forkPages-n)
	at, to, size := first<<PageShift, other<<PageShift, n<<PageShift
	var err error
	switch r.IntN(3) {
	case 0:
		err = g.MapAnonymous(at, size, ProtRead|ProtWrite)
		clear(g.want[at : at+size])
	case 1:
		if to+size <= at || at+size <= to {
			if err = g.Move(at, to, size); err == nil {
				copy(g.want[to:to+size], g.want[at:at+size])
				err = g.MapAnonymous(at, size, ProtRead|ProtWrite)
				clear(g.want[at : at+size])
			}
		}
	case 2:
		err = g.Protect(at, size, []Prot{ProtRead, ProtRead | ProtWrite, ProtNone}[r.IntN(3)])
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (g *forkGuest) fork(t *testing.T, still bool) *forkGuest {
	t.Helper()
	child := newForkGuest(t)
	for page := uint64(0); page < forkPages; page++ {
		if err := child.MapAnonymous(page<<PageShift, PageSize, g.Prot(page<<PageShift)&^ProtMapped); err != nil {
			t.Fatal(err)
		}
	}
	f := NewFork(g.Window, child.Window, still)
	defer f.Close()
	if err := f.Private(0, forkPages<<PageShift); err != nil {
		t.Fatal(err)
	}
	copy(child.want, g.want)
	return child
}

func (g *forkGuest) check(t *testing.T, what string) {
	t.Helper()
	for page := uint64(0); page < forkPages; page++ {
		at := page << PageShift
		if g.Prot(at)&ProtRead != 0 && !bytes.Equal(g.Bytes(at, PageSize), g.want[at:at+PageSize]) {
			t.Fatalf("%s: page %d has other bytes", what, page)
		}
	}
}

// TestFork lets a family of windows write, map, move and fork at random, and compares each with what it must hold.
func TestFork(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 0))
		parent := newForkGuest(t)
		if err := parent.MapAnonymous(0, forkPages<<PageShift, ProtRead|ProtWrite); err != nil {
			t.Fatal(err)
		}
		family := []*forkGuest{parent}
		for range 12 {
			for _, g := range family {
				g.write(r)
				g.remap(t, r)
				g.write(r)
			}
			family = append(family, family[r.IntN(len(family))].fork(t, seed%4 != 0))
			if len(family) > 5 {
				i := r.IntN(len(family))
				if err := family[i].Reset(); err != nil {
					t.Fatal(err)
				}
				family = append(family[:i], family[i+1:]...)
			}
			for _, g := range family {
				g.check(t, "in the family")
			}
		}
	}
}

// TestForkShares: a second fork copies nothing, both windows have one memory until they write, and no file stays open.
func TestForkShares(t *testing.T) {
	before := openFiles(t)
	parent, child := newForkGuest(t), newForkGuest(t)
	for _, g := range []*forkGuest{parent, child} {
		if err := g.MapAnonymous(0, forkPages<<PageShift, ProtRead|ProtWrite); err != nil {
			t.Fatal(err)
		}
	}
	for i := range parent.Bytes(0, parent.size) {
		parent.Bytes(0, parent.size)[i] = 1
	}
	for range 2 {
		f := NewFork(parent.Window, child.Window, true)
		if err := f.Private(0, forkPages<<PageShift); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	own := func(g *forkGuest) (n uint64) {
		_ = ownPages(g.base, g.size, func(_, size uint64) error { n += size >> PageShift; return nil })
		return n
	}
	if own(parent) != 0 || own(child) != 0 || child.Bytes(0, child.size)[child.size-1] != 1 {
		t.Errorf("%d and %d pages are their own", own(parent), own(child))
	}
	child.Bytes(0, child.size)[5<<PageShift] = 2
	if parent.Bytes(0, parent.size)[5<<PageShift] != 1 || own(child) != 1 {
		t.Error("the child's write went to the parent")
	}
	for _, g := range []*forkGuest{parent, child} {
		if err := g.Reset(); err != nil {
			t.Fatal(err)
		}
	}
	if after := openFiles(t); after > before+1 { // pagemap stays
		t.Errorf("%d files were open, now %d", before, after)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// TestOwnPages compares both ways to ask for the pages that a process has made its own.
func TestOwnPages(t *testing.T) {
	g := newForkGuest(t)
	if err := g.MapAnonymous(0, g.size, ProtRead|ProtWrite); err != nil {
		t.Fatal(err)
	}
	for _, page := range []int{0, 3, 4, 5, 100, 599} {
		g.Bytes(0, g.size)[page<<PageShift] = 1
	}
	f, err := pagemap()
	if err != nil {
		t.Fatal(err)
	}
	want := [][2]uint64{{0, 1}, {3, 3}, {100, 1}, {599, 1}}
	for name, ask := range map[string]func(*os.File, uintptr, uint64, func(offset, size uint64) error) error{
		"read": readPagemap, "scan": scanPagemap,
	} {
		var got [][2]uint64
		err := ask(f, g.base, g.size, func(offset, size uint64) error {
			got = append(got, [2]uint64{offset >> PageShift, size >> PageShift})
			return nil
		})
		if err == unix.ENOTTY || err == unix.EINVAL {
			t.Logf("%s: %v", name, err)
			continue
		}
		if err != nil || len(got) != len(want) {
			t.Fatalf("%s: %v, %v", name, got, err)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %v, not %v", name, got, want)
			}
		}
	}
}
