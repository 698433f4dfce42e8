package images

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow bounds what a zstd stream may ask for to look back: 128 MiB, which is what `zstd --long` makes.
const maxWindow = 128 << 20

// packings are the compressions that are told by their first bytes.
var packings = []struct {
	name  string
	magic []byte
	open  func(io.Reader) (io.Reader, error)
}{
	{"gzip", []byte{0x1f, 0x8b}, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"zstd", []byte{0x28, 0xb5, 0x2f, 0xfd}, openZstd},
	{"bzip2", []byte("BZh"), func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"xz", []byte{0xfd, '7', 'z', 'X', 'Z', 0}, func(io.Reader) (io.Reader, error) {
		return nil, errors.New("it is compressed with xz, which muslrun does not read: unpack it first (xz -d)")
	}},
}

// unpack reads a stream that may be compressed. It takes no more than limit bytes out of it: a stream that goes on is an
// error.
func unpack(r io.Reader, limit int64) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	for _, p := range packings {
		head, err := b.Peek(len(p.magic))
		if err != nil || !bytes.Equal(head, p.magic) {
			continue
		}
		plain, err := p.open(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		return &limited{r: plain, left: limit}, nil
	}
	return &limited{r: b, left: limit}, nil
}

// openZstd decodes in one goroutine, which needs no Close: it ends with the reader.
func openZstd(r io.Reader) (io.Reader, error) {
	return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
}

// limited fails instead of ending when it has given all that it may.
type limited struct {
	r    io.Reader
	left int64
}

var errTooMuch = errors.New("it unpacks to more than the file system's limit")

func (l *limited) Read(b []byte) (int, error) {
	if l.left <= 0 {
		if n, err := l.r.Read(b[:min(len(b), 1)]); n == 0 {
			return 0, err
		}
		return 0, errTooMuch
	}
	n, err := l.r.Read(b[:min(int64(len(b)), l.left)])
	l.left -= int64(n)
	return n, err
}
