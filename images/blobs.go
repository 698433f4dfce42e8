package images

import (
	"archive/tar"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// blobs are the files of an OCI image layout: "index.json" and "blobs/sha256/...".
type blobs interface {
	open(name string) (io.ReadCloser, error)
}

// dirBlobs is a layout in a directory. os.Root keeps links in it from leading out.
type dirBlobs struct{ root *os.Root }

func (d dirBlobs) open(name string) (io.ReadCloser, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	return f, nil
}

// tarBlobs is a layout in a tar archive: where its files are.
type tarBlobs struct {
	archive io.ReaderAt
	files   map[string]extent
}

type extent struct{ off, size int64 }

func (t tarBlobs) open(name string) (io.ReadCloser, error) {
	at, ok := t.files[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, os.ErrNotExist)
	}
	return io.NopCloser(io.NewSectionReader(t.archive, at.off, at.size)), nil
}

// maxLayoutFiles bounds the index of an archive.
const maxLayoutFiles = 100_000

// layoutNames are what is at the top of an archive of a layout, and of what `docker save` writes. Any other name says
// that the archive is an ordinary one.
var layoutNames = map[string]bool{"oci-layout": true, "index.json": true, "blobs": true, "manifest.json": true, "repositories": true}

// indexLayout finds the files of a layout in an uncompressed tar archive; nil if it holds none.
func indexLayout(f *os.File) (blobs, error) {
	t := tarBlobs{archive: f, files: map[string]extent{}}
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil || len(t.files) > maxLayoutFiles {
			return nil, nil // not a tar archive, or not one of a layout: the loader will say what is wrong
		}
		name := path.Clean("/" + h.Name)[1:]
		if top, _, _ := cutSlash(name); name != "" && !layoutNames[top] {
			return nil, nil
		}
		if h.Typeflag == tar.TypeReg {
			off, err := f.Seek(0, io.SeekCurrent) // the reader does not read ahead
			if err != nil {
				return nil, err
			}
			t.files[name] = extent{off, h.Size}
		}
	}
	_, index := t.files["index.json"]
	_, docker := t.files["manifest.json"]
	switch {
	case index:
		return t, nil
	case docker:
		return nil, errors.New("it is an old docker archive: save it again as an OCI archive (skopeo copy docker-archive:OLD oci-archive:NEW)")
	}
	return nil, nil
}

func cutSlash(name string) (top, rest string, found bool) {
	for i := range len(name) {
		if name[i] == '/' {
			return name[:i], name[i+1:], true
		}
	}
	return name, "", false
}

// checked reads a blob and compares it with its digest and size at the end.
type checked struct {
	io.ReadCloser
	want v1.Hash
	left int64
	sum  hash.Hash
}

// openBlob opens what a descriptor refers to.
func openBlob(b blobs, d *v1.Descriptor) (*checked, error) {
	if d.Digest.Algorithm != "sha256" || len(d.Digest.Hex) != sha256.Size*2 {
		return nil, fmt.Errorf("the image has a digest that is not SHA-256: %.100q", d.Digest.String())
	}
	if d.Size < 0 {
		return nil, fmt.Errorf("blob %s has a negative size", d.Digest)
	}
	r, err := b.open("blobs/sha256/" + d.Digest.Hex)
	if err != nil {
		return nil, fmt.Errorf("the image is incomplete: %w", err)
	}
	return &checked{ReadCloser: r, want: d.Digest, left: d.Size, sum: sha256.New()}, nil
}

func (c *checked) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b[:min(int64(len(b)), c.left+1)])
	c.sum.Write(b[:n])
	if c.left -= int64(n); c.left < 0 {
		return 0, fmt.Errorf("blob %s is longer than the image says", c.want)
	}
	return n, err
}

// finish reads what is left and checks the digest.
func (c *checked) finish() error {
	if _, err := io.Copy(io.Discard, c); err != nil {
		return err
	}
	if c.left != 0 || fmt.Sprintf("%x", c.sum.Sum(nil)) != c.want.Hex {
		return fmt.Errorf("blob %s is damaged: its content has another digest or size", c.want)
	}
	return nil
}

// maxDocument bounds manifests and configurations.
const maxDocument = 4 << 20

// readDocument reads a JSON blob.
func readDocument(b blobs, d *v1.Descriptor) ([]byte, error) {
	if d.Size > maxDocument {
		return nil, fmt.Errorf("blob %s is too large for a manifest: %d bytes", d.Digest, d.Size)
	}
	r, err := openBlob(b, d)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	doc, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return doc, r.finish()
}
