package images

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// The fixtures are made by go-containerregistry's writers, which know nothing of our reader.

func layer(t *testing.T, members ...member) v1.Layer {
	t.Helper()
	content := archive(t, members...)
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil })
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func ociImage(t *testing.T, p v1.Platform, layers ...v1.Layer) v1.Image {
	t.Helper()
	img, err := mutate.AppendLayers(empty.Image, layers...)
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Variant = p.OS, p.Architecture, p.Variant
	config.Config = v1.Config{Env: []string{"A=b"}, Cmd: []string{"/bin/app", "-x"}, WorkingDir: "/srv", User: "12:34"}
	if img, err = mutate.ConfigFile(img, config); err != nil {
		t.Fatal(err)
	}
	return img
}

func writeLayout(t *testing.T, images ...v1.Image) string {
	t.Helper()
	dir := t.TempDir()
	at, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for _, img := range images {
		if err := at.AppendImage(img); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// packLayout makes an archive of a layout, as `skopeo copy ... oci-archive:` does.
func packLayout(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "image.tar")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := tar.NewWriter(f)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

var amd64 = v1.Platform{OS: "linux", Architecture: "amd64"}

func TestOCILayers(t *testing.T) {
	dirImage := writeLayout(t, ociImage(t, amd64,
		layer(t, file("a", "1"), file("gone/x", "x"), file("opaque/old", "old"), file("opaque/sub/old", "old"), file("etc/f", "1")),
		layer(t, file("a", "2"), file(".wh.gone", ""), file("opaque/new", "new"), file("opaque/sub/new", "new"),
			file("opaque/.wh..wh..opq", ""), file("etc/.wh.f", ""), file("etc/.wh.never", ""), file("no/such/.wh.x", "")),
		layer(t, file("etc/f", "3")),
	))
	for kind, source := range map[string]string{"directory": dirImage, "archive": packLayout(t, dirImage)} {
		t.Run(kind, func(t *testing.T) {
			r, err := Build(Config{Source: source, ABI: "x86_64"})
			if err != nil {
				t.Fatal(err)
			}
			g := enter(t, r)
			g.holds("/a", "2")
			g.holds("/opaque/new", "new")
			g.holds("/opaque/sub/new", "new")
			g.holds("/etc/f", "3")
			for _, name := range []string{"/gone", "/opaque/old", "/opaque/sub/old", "/.wh.gone", "/opaque/.wh..wh..opq", "/no"} {
				if g.exists(name) {
					t.Errorf("%s is there", name)
				}
			}
			o := r.OCI
			if o == nil || !slices.Equal(o.Cmd, []string{"/bin/app", "-x"}) || o.WorkingDir != "/srv" || o.User != "12:34" ||
				!slices.Equal(o.Env, []string{"A=b"}) || o.Architecture != "amd64" {
				t.Errorf("configuration %+v", o)
			}
		})
	}
}

func TestOCIPlatforms(t *testing.T) {
	var all []v1.Image
	for _, p := range []v1.Platform{
		amd64, {OS: "linux", Architecture: "arm", Variant: "v6"}, {OS: "linux", Architecture: "arm", Variant: "v7"},
		{OS: "linux", Architecture: "arm64"}, {OS: "windows", Architecture: "riscv64"},
	} {
		all = append(all, ociImage(t, p, layer(t, file("platform", p.String()))))
	}
	many, one := writeLayout(t, all...), writeLayout(t, all[3])
	for _, c := range []struct{ source, abi, want, wrong string }{
		{many, "x86_64", "linux/amd64", ""},
		{many, "armhf", "linux/arm/v7", ""},
		{many, "arm", "linux/arm/v6", ""},
		{many, "aarch64", "linux/arm64", ""},
		{many, "riscv64", "", "no image for riscv64"},
		{many, "sh", "", "no image for sh"},
		{many, "", "", "several platforms"},
		{one, "", "linux/arm64", ""},
		{one, "mips", "linux/arm64", ""},
	} {
		r, err := Build(Config{Source: c.source, ABI: c.abi})
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%q: error %v, want one with %q", c.abi, err, c.wrong)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", c.abi, err)
			continue
		}
		enter(t, r).holds("/platform", c.want)
	}
}

func TestDamagedOCI(t *testing.T) {
	blobFiles := func(dir string) []string {
		list, err := filepath.Glob(dir + "/blobs/sha256/*")
		if err != nil || len(list) != 3 {
			t.Fatalf("%v, %v", list, err)
		}
		return list
	}
	fresh := func() string { return writeLayout(t, ociImage(t, amd64, layer(t, file("f", "content")))) }
	for i := range 3 { // the manifest, the configuration and the layer, in some order
		dir := fresh()
		blob := blobFiles(dir)[i]
		content, _ := os.ReadFile(blob)
		for what, damaged := range map[string][]byte{
			"flipped":  append(bytes.Clone(content[:len(content)-1]), content[len(content)-1]^1),
			"short":    content[:len(content)-1],
			"long":     append(bytes.Clone(content), 'x'),
			"escaping": nil,
		} {
			_ = os.Remove(blob)
			if damaged == nil {
				_ = os.Symlink("/etc/passwd", blob)
			} else {
				_ = os.WriteFile(blob, damaged, 0o644)
			}
			if _, err := Build(Config{Source: dir}); err == nil {
				t.Errorf("%s blob %d was accepted", what, i)
			}
		}
		_ = os.Remove(blob)
		if _, err := Build(Config{Source: dir}); err == nil {
			t.Errorf("a layout without blob %d was accepted", i)
		}
	}
	dir := fresh()
	index, _ := os.ReadFile(dir + "/index.json")
	for what, damaged := range map[string]string{
		"not JSON": "{", "no images": `{"manifests":[]}`,
		"another digest": strings.ReplaceAll(string(index), "sha256:", "sha512:"),
		"a path":         strings.Replace(string(index), "sha256:", "sha256:../../../", 1),
	} {
		_ = os.WriteFile(dir+"/index.json", []byte(damaged), 0o644)
		if _, err := Build(Config{Source: dir}); err == nil {
			t.Errorf("%s was accepted", what)
		}
	}
}
