package images

import (
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// platforms are the OCI platforms (Go's GOARCH and the variants that the image specification lists) whose programs run on
// an ABI. An empty variant in an image fits any.
var platforms = map[string]struct {
	arch     string
	variants []string
}{
	"x86_64":      {"amd64", []string{"v1", "v2"}},
	"i386":        {"386", nil},
	"aarch64":     {"arm64", []string{"v8"}},
	"armhf":       {"arm", []string{"v7", "v6"}},
	"arm":         {"arm", []string{"v5", "v6"}},
	"mips":        {"mips", nil},
	"mipsel":      {"mipsle", nil},
	"mips64":      {"mips64", nil},
	"mips64el":    {"mips64le", nil},
	"powerpc":     {"ppc", nil},
	"powerpc64":   {"ppc64", nil},
	"powerpc64le": {"ppc64le", nil},
	"riscv32":     {"riscv", nil},
	"riscv64":     {"riscv64", nil},
	"s390x":       {"s390x", nil},
	"loongarch64": {"loong64", nil},
}

// fit says how well programs of a platform run on an ABI: 0 is not at all.
func fit(abi string, p *v1.Platform) int {
	want, ok := platforms[abi]
	switch {
	case !ok || p.OS != "" && p.OS != "linux" || p.Architecture != want.arch:
		return 0
	case p.Variant == "":
		return 1
	}
	if i := slices.Index(want.variants, p.Variant); i >= 0 {
		return 1 + len(want.variants) - i
	}
	return 0
}
