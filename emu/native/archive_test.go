package native

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"muslrun/emu"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// recorder is a backend that only knows what it was given.
type recorder struct {
	interpreter
	translated, restored int
}

var errRefused = errors.New("refused")

func (r *recorder) install(_ *ir.Region, _ bool, first uint32) (installed, error) {
	r.translated++
	return installed{offset: first, targets: []uint64{1}}, nil
}

func (r *recorder) empty() (backend, error) { return r, nil }
func (r *recorder) variant() string         { return "test" }

func (r *recorder) keep(b []byte, i installed) []byte { return append(b, "code"...) }

func (r *recorder) restore(data []byte, first uint32) (installed, error) {
	if string(data) != "code" {
		return installed{}, errRefused
	}
	r.restored++
	return installed{offset: first, targets: []uint64{1}}, nil
}

const codeAt = 0x10000

// window holds code at codeAt.
func window(t *testing.T, code ...byte) *emu.Window {
	t.Helper()
	w, err := emu.NewWindow(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	if err := w.MapAnonymous(codeAt, emu.PageSize, emu.ProtAll); err != nil {
		t.Fatal(err)
	}
	copy(w.Bytes(codeAt, emu.PageSize), code)
	return w
}

// archived is a store with its backend, and an archive in dir.
func archived(dir string) (*store, *recorder) {
	r := &recorder{}
	s := newStore(&isa.Frontend{Name: "test"}, r)
	s.openArchive(dir)
	return s, r
}

func TestTheNextRunFindsWhatWasTranslated(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "code")
	first, _ := archived(dir)
	for _, code := range [][]byte{{1, 2, 3, 4}, {1, 2, 3, 5}} { // two programs with the same entry
		region := &ir.Region{PC: codeAt, Code: []ir.Snippet{{Addr: codeAt, Bytes: code}}}
		if _, err := first.add(first.epoch.Load(), region, false, true); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.save(); err != nil {
		t.Fatal(err)
	}
	next, backend := archived(dir)
	e := next.epoch.Load()
	for i, c := range []struct {
		key  entry
		code []byte
		want bool
	}{
		{entry{codeAt, 0, false}, []byte{1, 2, 3, 4}, true}, {entry{codeAt, 0, false}, []byte{1, 2, 3, 5}, true},
		{entry{codeAt, 0, false}, []byte{1, 2, 3, 6}, false}, {entry{codeAt, 1, false}, []byte{1, 2, 3, 4}, false},
		{entry{codeAt, 0, true}, []byte{1, 2, 3, 4}, false}, {entry{codeAt + 4, 0, false}, []byte{1, 2, 3, 4}, false},
	} {
		w := window(t, c.code...)
		found := next.find(e, c.key, w)
		if (found != nil) != c.want || found != nil && !bytes.Equal(found.code[0].Bytes, c.code) {
			t.Errorf("case %d: found %v", i, found)
		}
		if again := next.find(e, c.key, w); again != found {
			t.Errorf("case %d: it is restored twice", i)
		}
	}
	if backend.translated != 0 || backend.restored != 2 || len(e.targets) != 3 {
		t.Errorf("%d translated, %d restored, %d links", backend.translated, backend.restored, len(e.targets))
	}
}

func TestDecodeRefusesWhatIsCut(t *testing.T) {
	made := &translation{entry: entry{pc: codeAt}, code: []ir.Snippet{{Addr: codeAt, Bytes: []byte{1, 2}}, {Addr: 5, Bytes: []byte{3}}}}
	whole := made.encode(&recorder{})
	for i := range whole[:len(whole)-len("code")] {
		if got, _ := decode(made.entry, whole[:i]); got != nil {
			t.Errorf("the first %d bytes were taken", i)
		}
	}
	if got, rest := decode(made.entry, whole); got == nil || string(rest) != "code" || got.code[1].Bytes[0] != 3 {
		t.Errorf("%v, %q", got, rest)
	}
}
