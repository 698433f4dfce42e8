package codecache

import (
	"encoding/binary"
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Record is what a hash leads to.
type Record struct {
	Hash uint64
	Data []byte
}

// size is the bytes that a record takes in a file.
func (r *Record) size() int {
	return (recordHeader + len(r.Data) + recordAlign - 1) &^ (recordAlign - 1)
}

// encode appends a record.
func (r *Record) encode(b []byte) []byte {
	end := len(b) + r.size()
	b = binary.LittleEndian.AppendUint64(b, uint64(len(r.Data)))
	b = binary.LittleEndian.AppendUint64(b, sum(r.Data))
	b = append(b, r.Data...)
	for len(b) < end {
		b = append(b, 0)
	}
	return b
}

// Append adds records for those who open the file later. If another process is just appending, or another file has taken the
// place of this one, nothing is added. What Find gave before is not good any more.
func (f *File) Append(list []Record) error {
	if len(list) == 0 {
		return nil
	}
	if f.fd < 0 {
		return f.create(list)
	}
	if unix.Flock(f.fd, unix.LOCK_EX|unix.LOCK_NB) != nil {
		return nil
	}
	defer func() { _ = unix.Flock(f.fd, unix.LOCK_UN) }()
	var st unix.Stat_t
	if err := unix.Fstat(f.fd, &st); err != nil || st.Nlink == 0 {
		return err
	}
	err := f.extend(list)
	if errors.Is(err, errFull) {
		return f.replace(list)
	}
	return err
}

var errFull = errors.New("codecache: the file is full")

// extend writes records behind those that are there. Their slots follow when they are complete.
func (f *File) extend(list []Record) error {
	var head [atKey]byte
	if _, err := unix.Pread(f.fd, head[:], 0); err != nil {
		return err
	}
	end, count := binary.LittleEndian.Uint64(head[atEnd:]), binary.LittleEndian.Uint64(head[atCount:])
	if end < dataStart || end > f.limit || count > slots {
		return errFull
	}
	list = f.missing(list)
	buf, offsets := layOut(list, end)
	if len(list) == 0 {
		return nil
	}
	if end+uint64(len(buf)) > f.limit || count+uint64(len(list)) > maxRecords {
		return errFull
	}
	if err := writeAt(f.fd, buf, int64(end)); err != nil {
		return err
	}
	if err := f.publish(list, offsets); err != nil {
		return err
	}
	binary.LittleEndian.PutUint64(head[atEnd:], end+uint64(len(buf)))
	binary.LittleEndian.PutUint64(head[atCount:], count+uint64(len(list)))
	return writeAt(f.fd, head[atEnd:], atEnd)
}

// layOut encodes records that will stand at an offset of the file, and tells where each is.
func layOut(list []Record, at uint64) (buf []byte, offsets []uint64) {
	for i := range list {
		offsets = append(offsets, at+uint64(len(buf)))
		buf = list[i].encode(buf)
	}
	return buf, offsets
}

// missing leaves out the records that the file has.
func (f *File) missing(list []Record) []Record {
	var out []Record
	for _, r := range list {
		if !f.has(r) {
			out = append(out, r)
		}
	}
	return out
}

func (f *File) has(r Record) (has bool) {
	defer f.guard(&has)()
	f.probe(r.Hash, func(offset uint64) bool {
		buf := make([]byte, recordHeader+len(r.Data))
		n, err := unix.Pread(f.fd, buf, int64(offset))
		has = err == nil && n == len(buf) && string(buf) == string(r.encode(nil)[:n])
		return has
	})
	return has
}

// publish fills slots.
func (f *File) publish(list []Record, offsets []uint64) error {
	for i, r := range list {
		slot := f.free(r.Hash)
		if slot < 0 {
			return errFull
		}
		word := binary.LittleEndian.AppendUint64(nil, r.Hash>>32<<32|offsets[i]/recordAlign)
		if err := writeAt(f.fd, word, int64(headerSize+slot*slotSize)); err != nil {
			return err
		}
	}
	return nil
}

// free is a slot for a hash.
func (f *File) free(hash uint64) (slot int) {
	ok := true
	defer func() {
		if !ok {
			slot = -1
		}
	}()
	defer f.guard(&ok)()
	return f.probe(hash, func(uint64) bool { return false })
}

func writeAt(fd int, b []byte, at int64) error {
	n, err := unix.Pwrite(fd, b, at)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return err
}

// create makes the file, unless another process has done so meanwhile.
func (f *File) create(list []Record) error {
	if f.misfit {
		return f.replace(list)
	}
	return f.build(list, func(temporary string) error {
		err := os.Link(temporary, f.path)
		if errors.Is(err, os.ErrExist) {
			return nil
		}
		return err
	})
}

// replace begins anew.
func (f *File) replace(list []Record) error {
	return f.build(list, func(temporary string) error { return os.Rename(temporary, f.path) })
}

// build writes a file of records under another name and has place give it its own.
func (f *File) build(list []Record, place func(temporary string) error) error {
	if err := evict(f.dir); err != nil {
		return err
	}
	file, err := os.CreateTemp(f.dir, temporaryPrefix+"*")
	if err != nil {
		return err
	}
	_, err = file.Write(f.image(list))
	err = errors.Join(err, file.Close())
	if err == nil {
		err = place(file.Name())
	}
	if gone := os.Remove(file.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return err
	}
	f.Close()
	return f.open()
}

// image is a whole file with as many of the records as it holds.
func (f *File) image(list []Record) []byte {
	b := make([]byte, dataStart)
	count := 0
	for _, r := range list[:min(len(list), maxRecords)] {
		slot := emptySlot(b, r.Hash)
		if slot < 0 || uint64(len(b)+r.size()) > f.limit {
			break
		}
		binary.LittleEndian.PutUint64(b[headerSize+slot*slotSize:], r.Hash>>32<<32|uint64(len(b))/recordAlign)
		b = r.encode(b)
		count++
	}
	copy(b, magic)
	binary.LittleEndian.PutUint64(b[atEnd:], uint64(len(b)))
	binary.LittleEndian.PutUint64(b[atCount:], uint64(count))
	binary.LittleEndian.PutUint64(b[atKey:], uint64(len(f.key)))
	copy(b[atKey+8:], f.key)
	return b
}

func emptySlot(file []byte, hash uint64) int {
	for i := range maxProbes {
		slot := int((hash + uint64(i)) % slots)
		if binary.LittleEndian.Uint64(file[headerSize+slot*slotSize:]) == 0 {
			return slot
		}
	}
	return -1
}
