//go:build unicorn

package unicorn

import (
	"fmt"
	"strings"

	"muslrun/arch"
	"muslrun/arch/layout"
)

//go:generate go run -tags unicorn ./limits

// Limits is the text of limits.md: what the engine cannot do, by ISA, from the tables that it works by.
func Limits(isas []*arch.ISA) string {
	var b strings.Builder
	b.WriteString(limitsHead)
	for _, isa := range isas {
		s := table()[keyOf(isa)]
		if s == nil {
			fmt.Fprintf(&b, "| %s | %s | no | | | %s |\n", isa.Name, orders(isa), missing[isa.Family])
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | yes | %s | %s | %s |\n", isa.Name, orders(isa),
			list(s.names(isa, banked)), list(s.names(isa, nowhere)), strings.Join(s.notes, "; "))
	}
	return b.String()
}

const limitsHead = `# What the unicorn engine cannot do

Written by "go generate ./emu/unicorn"; do not edit.

On every ISA that runs: faults are exact (PC, address, access), the guest runs in user mode, one task of a process runs at a
time, a budget is counted in blocks, a misaligned access that traps (BusError) comes without its address, and registers that
are "slow" are read and written by code that runs in the guest CPU.

| ISA | byte order | runs | slow registers | registers out of reach | notes |
|---|---|---|---|---|---|
`

func orders(isa *arch.ISA) string {
	name := func(o layout.Order) string {
		if o == layout.Big {
			return "big"
		}
		return "little"
	}
	if isa.Order != isa.CodeOrder {
		return name(isa.Order) + ", code " + name(isa.CodeOrder)
	}
	return name(isa.Order)
}

// names lists the registers of an ISA that are somewhere, banks shortened to their ends.
func (s *spec) names(isa *arch.ISA, w where) (out []string) {
	info := isa.Regs.Info
	for i := range info {
		if s.place(info[i]).kind != w {
			continue
		}
		before := i > 0 && s.place(info[i-1]).kind == w && follows(info[i-1].Name, info[i].Name)
		after := i+1 < len(info) && s.place(info[i+1]).kind == w && follows(info[i].Name, info[i+1].Name)
		switch {
		case !before:
			out = append(out, info[i].Name)
		case !after:
			out[len(out)-1] += "-" + info[i].Name
		}
	}
	return out
}

// follows reports whether b is the next register of a's bank.
func follows(a, b string) bool {
	stem := strings.TrimRight(a, "0123456789")
	var n int
	if _, err := fmt.Sscan(a[len(stem):], &n); err != nil {
		return false
	}
	return b == stem+itoa(n+1)
}

func list(names []string) string { return strings.Join(names, " ") }
