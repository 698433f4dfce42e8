package arch

import (
	"bytes"

	"muslrun/arch/layout"
)

// Attribute reads the number that an object attributes section gives a tag of a vendor ("aeabi" or "gnu") for the whole file
// (ARM ABI addenda, "Build attributes"). It reports false for a tag that is not there or a section that makes no sense.
func Attribute(f *ELFFacts, vendor string, tag uint64) (value uint64, ok bool) {
	data := f.Attributes
	if len(data) == 0 || data[0] != 'A' {
		return 0, false
	}
	order := ELF{Data: f.Data}.Order()
	for data = data[1:]; ; {
		section, rest, ok := block(data, 0, order)
		if !ok {
			return 0, false
		}
		name, subsections, _ := bytes.Cut(section, []byte{0})
		if string(name) == vendor {
			return fileAttribute(subsections, tag, order, kinds[vendor])
		}
		data = rest
	}
}

// kinds tells for each vendor which tags have strings.
var kinds = map[string]func(tag uint64) bool{
	"aeabi": func(tag uint64) bool { return tag == 4 || tag == 5 || tag > compatibility && tag%2 == 1 },
	"gnu":   func(tag uint64) bool { return tag%2 == 1 },
}

// compatibility is the tag that has a number and a string.
const compatibility = 32

// block cuts a block off data: prefix bytes, then its length in 32 bits, which counts all of it.
func block(data []byte, prefix int, order layout.Order) (body, rest []byte, ok bool) {
	if len(data) < prefix+4 {
		return nil, nil, false
	}
	n := order.Uint(data[prefix : prefix+4])
	if n < uint64(prefix+4) || n > uint64(len(data)) {
		return nil, nil, false
	}
	return data[prefix+4 : n], data[n:], true
}

// fileAttribute looks a tag up in the subsections that hold for the whole file.
func fileAttribute(data []byte, tag uint64, order layout.Order, isString func(uint64) bool) (uint64, bool) {
	const wholeFile = 1
	for len(data) > 0 {
		body, rest, ok := block(data, 1, order)
		if !ok {
			return 0, false
		}
		if data[0] == wholeFile {
			if value, found := tagValue(body, tag, isString); found {
				return value, true
			}
		}
		data = rest
	}
	return 0, false
}

// tagValue walks pairs of a tag and a value.
func tagValue(data []byte, want uint64, isString func(uint64) bool) (uint64, bool) {
	for len(data) > 0 {
		var tag, value uint64
		tag, data = uleb(data)
		hasString := isString(tag) || tag == compatibility
		if !isString(tag) {
			value, data = uleb(data)
		}
		if hasString {
			_, data, _ = bytes.Cut(data, []byte{0})
		}
		if tag == want {
			return value, !isString(tag)
		}
	}
	return 0, false
}

// uleb reads an unsigned LEB128 number.
func uleb(data []byte) (v uint64, rest []byte) {
	for i, b := range data {
		v |= uint64(b&0x7f) << (7 * i)
		if b&0x80 == 0 {
			return v, data[i+1:]
		}
	}
	return v, nil
}
