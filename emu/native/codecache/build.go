package codecache

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
)

// Of an ELF file: the notes that tell one build of a program from another, and where they are.
const (
	typeNote = 4 // PT_NOTE
	noteGo   = 4 // owner Go: cmd/go's build ID
	noteGNU  = 3 // owner GNU: NT_GNU_BUILD_ID
)

// Build identifies the program that is running: another build of it has another identity.
func Build() (string, error) {
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		return "", err
	}
	defer file.Close()
	head := make([]byte, 4096) // the linker puts program headers and these notes in the first page
	n, err := file.ReadAt(head, 0)
	if n < len(head) {
		return "", err
	}
	id := notes(head)
	if id == "" {
		return "", errors.New("this muslrun has no build ID")
	}
	return id, nil
}

// notes gives the build IDs among the notes of a 64-bit little-endian ELF file that begins with head.
func notes(head []byte) string {
	order := binary.LittleEndian
	if string(head[:6]) != "\x7fELF\x02\x01" {
		return ""
	}
	const entry = 56 // sizeof(Elf64_Phdr)
	at, count := order.Uint64(head[32:]), uint64(order.Uint16(head[56:]))
	id := ""
	for i := range count {
		if at+(i+1)*entry > uint64(len(head)) {
			break
		}
		p := head[at+i*entry:]
		offset, size := order.Uint64(p[8:]), order.Uint64(p[32:])
		if order.Uint32(p) == typeNote && offset < uint64(len(head)) && size <= uint64(len(head))-offset {
			id += buildIDs(head[offset : offset+size])
		}
	}
	return id
}

// buildIDs gives the build IDs of a segment of notes.
func buildIDs(b []byte) (id string) {
	order := binary.LittleEndian
	for len(b) >= 12 {
		nameSize, size, kind := pad(order.Uint32(b)), pad(order.Uint32(b[4:])), order.Uint32(b[8:])
		if nameSize+size > uint64(len(b)-12) {
			break
		}
		name, data := string(b[12:12+nameSize]), b[12+nameSize:12+nameSize+size]
		if name == "Go\x00\x00" && kind == noteGo || name == "GNU\x00" && kind == noteGNU {
			id += hex.EncodeToString(data)
		}
		b = b[12+nameSize+size:]
	}
	return id
}

func pad(n uint32) uint64 { return (uint64(n) + 3) &^ 3 }
