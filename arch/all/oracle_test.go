package all

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muslrun/arch/internal/oracle"
)

// headersVariable names a folder with KERNEL/include for every architecture, as genoracle -headers takes it.
const headersVariable = "MUSLRUN_KERNEL_HEADERS"

// TestRecordedFactsAreCurrent asks the compilers that are installed again, and compares their answers with the record.
func TestRecordedFactsAreCurrent(t *testing.T) {
	if testing.Short() {
		t.Skip("runs compilers")
	}
	consts, err := oracle.GoConsts(filepath.Join("..", "linux"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range consts {
		names = append(names, c.Name)
	}
	for _, target := range oracle.Targets {
		t.Run(target.ABI, func(t *testing.T) {
			t.Parallel()
			c := &oracle.Compiler{Target: target, Headers: os.Getenv(headersVariable), Dir: t.TempDir()}
			if err := c.Available(); err != nil {
				t.Skip(err)
			}
			t.Logf("oracle: %s, headers %q %s", strings.Join(c.Command, " "), c.Headers, c.StandIn)
			askStructs(t, c, "layouts", c.Structs)
			askStructs(t, c, "frames", c.Frames)
			askConsts(t, c, names)
		})
	}
}

func askStructs(t *testing.T, c *oracle.Compiler, folder string, ask func() ([]oracle.Struct, error)) {
	list, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	oracle.WriteStructs(&got, list)
	recorded, err := os.ReadFile(filepath.Join("..", "testdata", folder, c.ABI+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	if want := withoutComments(recorded); got.String() != want {
		t.Errorf("the compiler's %s are not the recorded ones: run genoracle", folder)
	}
}

func askConsts(t *testing.T, c *oracle.Compiler, names []string) {
	list, err := c.Consts(names)
	if err != nil {
		t.Fatal(err)
	}
	recorded := recordedConsts(t, c.ABI)
	for _, got := range list {
		// A constant that is new in package linux is compared once genoracle has recorded it.
		if want, ok := recorded[got.Name]; ok && got != want {
			t.Errorf("%s is %+v, recorded as %+v", got.Name, got, want)
		}
	}
}

func withoutComments(text []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}
