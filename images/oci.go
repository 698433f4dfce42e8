package images

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// OCI is how an image wants its program to be run.
type OCI struct {
	Env, Entrypoint, Cmd      []string
	WorkingDir, User          string
	Architecture, OS, Variant string
}

// isLayout reports whether a directory is an OCI image layout.
func isLayout(dir string) bool {
	for _, name := range []string{"oci-layout", "index.json"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

// loadLayout loads an image layout in a directory.
func loadLayout(l *loader, dir, abi string) (*OCI, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return loadImage(l, dirBlobs{root}, abi)
}

// loadFile loads a tar archive: of an image layout, or of the root itself.
func loadFile(l *loader, name, abi string) (*OCI, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	layout, err := indexLayout(f)
	if err != nil {
		return nil, err
	}
	if layout != nil {
		return loadImage(l, layout, abi)
	}
	if _, err := f.Seek(0, 0); err != nil {
		return nil, err
	}
	if err := l.load(f); err != nil {
		return nil, err
	}
	if l.tree.exists("oci-layout") && l.tree.exists("index.json") {
		return nil, errors.New("it is a compressed archive of an OCI image: unpack it first (gunzip or unzstd)")
	}
	return nil, nil
}

// loadImage loads the layers of the image for an ABI.
func loadImage(l *loader, b blobs, abi string) (*OCI, error) {
	found, err := candidates(b)
	if err != nil {
		return nil, err
	}
	img, err := choose(found, abi)
	if err != nil {
		return nil, err
	}
	l.whiteouts = true
	for i := range img.manifest.Layers {
		if err := loadLayer(l, b, &img.manifest.Layers[i]); err != nil {
			return nil, fmt.Errorf("layer %d of %d: %w", i+1, len(img.manifest.Layers), err)
		}
	}
	c := img.config.Config
	return &OCI{
		Env: c.Env, Entrypoint: c.Entrypoint, Cmd: c.Cmd, WorkingDir: c.WorkingDir, User: c.User,
		Architecture: img.config.Architecture, OS: img.config.OS, Variant: img.config.Variant,
	}, nil
}

func loadLayer(l *loader, b blobs, d *v1.Descriptor) error {
	if strings.Contains(string(d.MediaType), "encrypted") {
		return errors.New("it is encrypted")
	}
	r, err := openBlob(b, d)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := l.load(r); err != nil {
		return err
	}
	return r.finish()
}

// image is one image of a layout.
type image struct {
	manifest *v1.Manifest
	config   *v1.ConfigFile
}

func (i *image) platform() *v1.Platform {
	return &v1.Platform{Architecture: i.config.Architecture, OS: i.config.OS, Variant: i.config.Variant}
}

// Bounds of an index.
const (
	maxIndexDepth = 4
	maxImages     = 256
)

// candidates finds the images of a layout.
func candidates(b blobs) ([]*image, error) {
	f, err := b.open("index.json")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	index, err := v1.ParseIndexManifest(&limited{r: f, left: maxDocument})
	if err != nil {
		return nil, fmt.Errorf("index.json: %w", err)
	}
	var found []*image
	return found, collect(b, index, maxIndexDepth, &found)
}

// collect adds the images of an index and of those in it.
func collect(b blobs, index *v1.IndexManifest, depth int, found *[]*image) error {
	for i := range index.Manifests {
		d := &index.Manifests[i]
		var err error
		switch {
		case d.MediaType.IsIndex() && depth > 0:
			err = collectIndex(b, d, depth-1, found)
		case d.MediaType.IsImage() && !isAttestation(d):
			err = collectImage(b, d, found)
		}
		if err != nil {
			return err
		}
		if len(*found) > maxImages {
			return fmt.Errorf("it holds more than %d images", maxImages)
		}
	}
	return nil
}

// isAttestation reports what build tools put beside images: notes on how they were made, in the shape of an image.
func isAttestation(d *v1.Descriptor) bool {
	return d.Platform != nil && d.Platform.Architecture == "unknown"
}

func collectIndex(b blobs, d *v1.Descriptor, depth int, found *[]*image) error {
	doc, err := readDocument(b, d)
	if err != nil {
		return err
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(doc))
	if err != nil {
		return fmt.Errorf("index %s: %w", d.Digest, err)
	}
	return collect(b, index, depth, found)
}

// collectImage adds one image. A layout often lists more platforms than it holds: those are passed over.
func collectImage(b blobs, d *v1.Descriptor, found *[]*image) error {
	doc, err := readDocument(b, d)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	img := &image{}
	if img.manifest, err = v1.ParseManifest(bytes.NewReader(doc)); err != nil {
		return fmt.Errorf("manifest %s: %w", d.Digest, err)
	}
	if doc, err = readDocument(b, &img.manifest.Config); err != nil {
		return err
	}
	if img.config, err = v1.ParseConfigFile(bytes.NewReader(doc)); err != nil {
		return fmt.Errorf("configuration %s: %w", img.manifest.Config.Digest, err)
	}
	*found = append(*found, img)
	return nil
}

// choose takes the image that fits the ABI best, or the only one.
func choose(found []*image, abi string) (*image, error) {
	var best *image
	bestFit := 0
	var names []string
	for _, img := range found {
		names = append(names, img.platform().String())
		if f := fit(abi, img.platform()); f > bestFit {
			best, bestFit = img, f
		}
	}
	switch {
	case len(found) == 0:
		return nil, errors.New("there is no image in it")
	case best != nil:
		return best, nil
	case len(found) == 1:
		return found[0], nil
	case abi == "":
		return nil, fmt.Errorf("it holds images for several platforms (%s): say for which ABI", strings.Join(names, ", "))
	}
	return nil, fmt.Errorf("it holds no image for %s, only for %s", abi, strings.Join(names, ", "))
}
