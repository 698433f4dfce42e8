package oracle

import (
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// GoConst is an integer constant of a Go package.
type GoConst struct {
	Name  string
	Value uint64
}

// cNames are C's names of constants that Go's rules for exported names forbid.
var cNames = map[string]string{
	"O_SYNC_BIT": "__O_SYNC", "O_TMPFILE_BIT": "__O_TMPFILE", "WNOTHREAD": "__WNOTHREAD", "WALL": "__WALL",
	"WCLONE": "__WCLONE", "LINUX_CAPABILITY_VERSION_1": "_LINUX_CAPABILITY_VERSION_1",
	"LINUX_CAPABILITY_VERSION_2": "_LINUX_CAPABILITY_VERSION_2", "LINUX_CAPABILITY_VERSION_3": "_LINUX_CAPABILITY_VERSION_3",
}

// CName is C's name of a constant of package linux.
func CName(name string) string {
	if c, ok := cNames[name]; ok {
		return c
	}
	return name
}

// GoConsts lists the exported integer constants of the package in a folder that have names like C's, by name.
func GoConsts(dir string) ([]GoConst, error) {
	scope, err := packageScope(dir)
	if err != nil {
		return nil, err
	}
	var out []GoConst
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if !ok || name != strings.ToUpper(name) || c.Val().Kind() != constant.Int {
			continue
		}
		value, exact := constant.Uint64Val(c.Val())
		if !exact {
			negative, _ := constant.Int64Val(c.Val())
			value = uint64(negative)
		}
		out = append(out, GoConst{name, value})
	}
	slices.SortFunc(out, func(a, b GoConst) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func packageScope(dir string) (*types.Scope, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	paths, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, path, source, 0)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	pkg, err := config.Check("linux", fset, files, nil)
	if err != nil {
		return nil, err
	}
	return pkg.Scope(), nil
}
