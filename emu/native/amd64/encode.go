package amd64

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Variant says what generated code depends on beside the region and the compiler: what of the host it makes use of.
const Variant = "x86-64-v3"

// Code as bytes: the numbers of everything, points, links, fixes, text. Numbers are little-endian.
const (
	codeHeader = 5 * 4 // bytes of text, entry, and the numbers of points, links and fixes
	pointSize  = 4 + 8 // offset << 1 | Write, PC
	linkSize   = 8
	fixSize    = 4
)

// Append appends the code as bytes, for ReadCode.
func (c *Code) Append(b []byte) []byte {
	for _, n := range []int{len(c.Text), int(c.Entry), len(c.Points), len(c.Links), len(c.fixes)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	for _, p := range c.Points {
		word := p.Offset << 1
		if p.Write {
			word |= 1
		}
		b = binary.LittleEndian.AppendUint32(b, word)
		b = binary.LittleEndian.AppendUint64(b, p.PC)
	}
	for _, pc := range c.Links {
		b = binary.LittleEndian.AppendUint64(b, pc)
	}
	for _, at := range c.fixes {
		b = binary.LittleEndian.AppendUint32(b, at)
	}
	return append(b, c.Text...)
}

var errCode = errors.New("amd64: these bytes are no code")

// ReadCode makes code of what Append has made. Its Text is a part of b.
func ReadCode(b []byte) (*Code, error) {
	if len(b) < codeHeader {
		return nil, errCode
	}
	var n [codeHeader / 4]int
	for i := range n {
		n[i] = int(binary.LittleEndian.Uint32(b[4*i:]))
	}
	b = b[codeHeader:]
	text, entry, points, links, fixes := n[0], n[1], n[2], n[3], n[4]
	if len(b) != points*pointSize+links*linkSize+fixes*fixSize+text || entry >= text || points == 0 {
		return nil, errCode
	}
	c := &Code{Entry: uint32(entry), Points: make([]Point, points), Links: make([]uint64, links), fixes: make([]uint32, fixes)}
	for i := range c.Points {
		word := binary.LittleEndian.Uint32(b)
		c.Points[i] = Point{Offset: word >> 1, Write: word&1 != 0, PC: binary.LittleEndian.Uint64(b[4:])}
		b = b[pointSize:]
	}
	for i := range c.Links {
		c.Links[i] = binary.LittleEndian.Uint64(b)
		b = b[linkSize:]
	}
	for i := range c.fixes {
		c.fixes[i] = binary.LittleEndian.Uint32(b)
		b = b[fixSize:]
	}
	c.Text = b
	if slices.ContainsFunc(c.fixes, func(at uint32) bool { return int(at) > text-4 }) {
		return nil, errCode
	}
	return c, nil
}
