package native

import (
	"bytes"
	"encoding/binary"
	"slices"

	"muslrun/emu"
	"muslrun/emu/native/codecache"
	"muslrun/emu/native/ir"
)

// keeper is a backend whose code can be kept on disk.
type keeper interface {
	// variant says what the code depends on beside the region and this build of muslrun.
	variant() string
	// keep appends what install made, as bytes.
	keep(b []byte, i installed) []byte
	// restore is install for what keep has made.
	restore(data []byte, first uint32) (installed, error)
}

// archive is what a store keeps on disk from one run of muslrun to the next.
type archive struct {
	file  *codecache.File // nil if there is none
	fresh []*translation  // what the file does not have
}

// openArchive opens the archive of a store in a folder. Without one everything works, only slower: a failure has no report.
func (s *store) openArchive(dir string) {
	k, ok := s.epoch.Load().backend.(keeper)
	if !ok || dir == "" {
		return
	}
	build, err := codecache.Build()
	if err != nil {
		return
	}
	s.archive.file, _ = codecache.Open(dir, s.front.Name, s.front.Name+" "+k.variant()+" "+build)
}

// maxKept bounds the bytes that a run adds to an archive.
const maxKept = 24 << 20

// save puts what is new into the archive. No CPU executes any more.
func (s *store) save() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.archive.file == nil {
		return nil
	}
	var list []codecache.Record
	size := 0
	for _, t := range s.archive.fresh {
		data := t.encode(s.epoch.Load().backend.(keeper))
		if size += len(data); size > maxKept {
			break
		}
		list = append(list, codecache.Record{Hash: t.hash(), Data: data})
	}
	s.archive.fresh = nil
	return s.archive.file.Append(list)
}

// recall finds a translation in the archive, and makes it executable; nil if it has none of the code that w holds.
func (s *store) recall(e *epoch, key entry, w *emu.Window) (t *translation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := e.backend.(keeper)
	if s.archive.file == nil || !ok {
		return nil
	}
	s.archive.file.Find(key.hash(), func(data []byte) bool {
		found, data := decode(key, data)
		if found == nil || !found.holds(w) {
			return false
		}
		if s.install(e, found, func(first uint32) (installed, error) { return k.restore(data, first) }) == nil {
			t = found
		}
		return t != nil
	})
	return t
}

// hash is what a translation is found by on disk.
func (k entry) hash() uint64 {
	h := k.pc*0x9e3779b97f4a7c15 + uint64(k.mode)*0xd6e8feb86659fd93
	if k.counting {
		h = ^h
	}
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	return h ^ h>>32
}

// A translation as bytes: its entry, the number of snippets, each with its length; the backend's. Numbers are little-endian.
const (
	entrySize   = 8 + 4 + 4 + 4
	snippetSize = 8 + 4
)

func (t *translation) encode(k keeper) []byte {
	b := t.entry.encode(nil)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(t.code)))
	for _, c := range t.code {
		b = binary.LittleEndian.AppendUint64(b, c.Addr)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(c.Bytes)))
		b = append(b, c.Bytes...)
	}
	return k.keep(b, t.installed)
}

func (k entry) encode(b []byte) []byte {
	counting := uint32(0)
	if k.counting {
		counting = 1
	}
	b = binary.LittleEndian.AppendUint64(b, k.pc)
	b = binary.LittleEndian.AppendUint32(b, k.mode)
	return binary.LittleEndian.AppendUint32(b, counting)
}

// decode reads a translation of an entry up to the backend's part, which is the rest; nil if it is another's.
func decode(key entry, data []byte) (t *translation, rest []byte) {
	var buf [entrySize]byte
	if len(data) < entrySize || !bytes.HasPrefix(data, key.encode(buf[:0])) {
		return nil, nil
	}
	n := binary.LittleEndian.Uint32(data[entrySize-4:])
	data = data[entrySize:]
	t = &translation{entry: key}
	for range n {
		if len(data) < snippetSize {
			return nil, nil
		}
		addr, size := binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint32(data[8:])
		data = data[snippetSize:]
		if uint64(size) > uint64(len(data)) {
			return nil, nil
		}
		t.code = append(t.code, ir.Snippet{Addr: addr, Bytes: slices.Clone(data[:size])})
		data = data[size:]
	}
	return t, data
}
