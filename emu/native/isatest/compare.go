package isatest

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"muslrun/emu"
	"muslrun/emu/native/amd64"
	"muslrun/emu/native/ir"
)

// factor and seedFlag make a longer search than the usual test: go test -run Qemu -cases 50 -seed 7.
var (
	factor   = flag.Int("cases", 1, "multiplies the number of random cases")
	seedFlag = flag.Uint64("seed", 1, "chooses the random cases")
)

// CompareAll is Compare for each way to execute that this host has.
func CompareAll(t *testing.T, i *ISA, total, insns int) {
	t.Run("interpreter", func(t *testing.T) { Compare(t, i, total, insns, i.Interpreter) })
	t.Run("optimized", func(t *testing.T) { Compare(t, i, total, insns, i.Optimized) })
	t.Run("generated", func(t *testing.T) {
		if err := amd64.Supported(); err != nil {
			t.Skip(err)
		}
		Compare(t, i, total, insns, i.Generated)
	})
}

// Compare runs total random cases of up to insns instructions under qemu-user and by an executor of ours, and reports the
// cases whose results differ. It skips the test where there is no compiler or no emulator.
func Compare(t *testing.T, i *ISA, total, insns int, executor func(s *ir.State, w *emu.Window) Executor) {
	t.Helper()
	total *= *factor
	driver, err := i.Driver(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if driver == "" {
		t.Skipf("no compiler for %s or no %s", i.ABI, i.Qemu[0])
	}
	ours, err := NewOurs(i, executor)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	r := rand.New(rand.NewPCG(*seedFlag, 1))
	differences := map[string]int{}
	for done := 0; done < total; done += batch {
		cases := make([]*Case, min(batch, total-done))
		for k := range cases {
			cases[k] = i.Random(r, 1+r.IntN(insns))
		}
		compareBatch(t, i, driver, ours, cases, differences)
	}
	for name, n := range differences {
		t.Errorf("%d differences in %s", n, name)
	}
}

// batch is the number of cases of one run of qemu, and shown how many differences of a kind are printed.
const (
	batch = 2000
	shown = 2
)

func compareBatch(t *testing.T, i *ISA, driver string, ours *Ours, cases []*Case, differences map[string]int) {
	t.Helper()
	want, err := i.RunQemu(driver, cases)
	if err != nil {
		t.Fatal(err)
	}
	have, err := ours.Run(cases)
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range cases {
		text := i.Difference(c, want[k], have[k])
		if text == "" {
			continue
		}
		differences[c.Name]++
		if differences[c.Name] <= shown && len(differences) < 40 {
			t.Logf("%s (% x)\n%s", c.Name, c.Code, text)
		}
	}
}

// Difference describes how results differ; it is "" if they do not.
func (i *ISA) Difference(c *Case, want, have *Result) string {
	if i.Ignore != nil {
		i.Ignore(c, want, have)
	}
	var out strings.Builder
	note := func(name string, before, want, have uint64) {
		if want != have {
			fmt.Fprintf(&out, "\t%s: qemu %#x, ours %#x, before %#x\n", name, want, have, before)
		}
	}
	note("signal", 0, want.Signal, have.Signal)
	note("pc", CodeAt, want.PC, have.PC)
	if want.Signal == have.Signal && want.Signal != 5 && want.Addr != 0 { // 0: the host's kernel knows none
		note("address", 0, want.Addr, have.Addr)
	}
	n := 0
	for _, s := range i.Slots {
		for k := range s.Words {
			note(fmt.Sprintf("%s.%d", s.Name, k), c.Regs[n], want.Regs[n]&^s.Unlike, have.Regs[n]&^s.Unlike)
			n++
		}
	}
	out.WriteString(pageDifference(want, have))
	if out.Len() > 0 {
		i.inputs(&out, c)
	}
	return out.String()
}

// torn is how much of the end of the page may differ after a fault: what an access wrote before it met the next page.
const torn = 64

func pageDifference(want, have *Result) string {
	end := PageSize
	if want.Signal == 11 {
		end -= torn
	}
	for at := 0; at < end; at += 16 {
		if !bytes.Equal(want.Page[at:at+16], have.Page[at:at+16]) {
			return fmt.Sprintf("\tmemory at %#x: qemu % x, ours % x\n", DataAt+at, want.Page[at:at+16], have.Page[at:at+16])
		}
	}
	return ""
}

// inputs prints the registers that a case uses.
func (i *ISA) inputs(out *strings.Builder, c *Case) {
	used := i.Used(c)
	n := 0
	for _, s := range i.Slots {
		if slices.Contains(used, s.Name) {
			fmt.Fprintf(out, "\t%s =", s.Name)
			for k := s.Words - 1; k >= 0; k-- {
				fmt.Fprintf(out, " %#016x", c.Regs[n+k])
			}
			out.WriteString("\n")
		}
		n += s.Words
	}
}
