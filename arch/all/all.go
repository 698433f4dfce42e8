// Package all lists every guest ABI. The list is explicit: nothing registers itself. An ABI's value is built when it is
// first asked for, and only once, so that pointers can be compared.
package all

import (
	"debug/elf"
	"fmt"
	"sync"

	"muslrun/arch"
	"muslrun/arch/arm"
	"muslrun/arch/arm64"
	"muslrun/arch/loong64"
	"muslrun/arch/m68k"
	"muslrun/arch/microblaze"
	"muslrun/arch/mips"
	"muslrun/arch/or1k"
	"muslrun/arch/ppc"
	"muslrun/arch/riscv"
	"muslrun/arch/s390x"
	"muslrun/arch/sh"
	"muslrun/arch/x86"
)

// families holds each package's own list.
var families = []func() []arch.Entry{
	x86.ABIs, arm.ABIs, arm64.ABIs, mips.ABIs, ppc.ABIs, riscv.ABIs, s390x.ABIs, m68k.ABIs, microblaze.ABIs, or1k.ABIs,
	sh.ABIs, loong64.ABIs,
}

var entries = sync.OnceValue(func() []arch.Entry {
	var list []arch.Entry
	for _, family := range families {
		list = append(list, family()...)
	}
	return list
})

// built holds the values that were asked for, by name.
var built struct {
	sync.Mutex
	abis map[string]*arch.ABI
}

func get(e *arch.Entry) *arch.ABI {
	built.Lock()
	defer built.Unlock()
	if a := built.abis[e.Name]; a != nil {
		return a
	}
	if built.abis == nil {
		built.abis = map[string]*arch.ABI{}
	}
	a := e.Build(*e)
	built.abis[e.Name] = a
	return a
}

// Names lists the names of all ABIs, without building any.
func Names() []string {
	var names []string
	for _, e := range entries() {
		names = append(names, e.Name)
	}
	return names
}

// ByName is the ABI of a name as in ld-musl-NAME.so.1; nil if there is none.
func ByName(name string) *arch.ABI {
	list := entries()
	for i := range list {
		if list[i].Name == name {
			return get(&list[i])
		}
	}
	return nil
}

// oldMicroBlaze is EM_MICROBLAZE before the number 189 was assigned.
const oldMicroBlaze elf.Machine = 0xbaab

// ByELF is the ABI that a file is made for. Where the file leaves the floating-point convention open, it is the ABI with
// hardware floating point. The error says what the file is and why no ABI is for it.
func ByELF(f *arch.ELFFacts) (*arch.ABI, error) {
	facts := *f
	if facts.Machine == oldMicroBlaze {
		facts.Machine = elf.EM_MICROBLAZE
	}
	var found *arch.Entry
	list := entries()
	for i := range list {
		if list[i].ELF.Fits(&facts) {
			found = &list[i]
		}
	}
	if found == nil {
		return nil, fmt.Errorf("no ABI for %s", describe(&facts))
	}
	return get(found), nil
}

// describe says what a file is, for a person.
func describe(f *arch.ELFFacts) string {
	text := fmt.Sprintf("%v %v %v with flags %#x", f.Machine, f.Class, f.Data, f.Flags)
	switch f.Machine {
	case elf.EM_PPC64:
		return text + " (musl programs are ELFv2, flags 2)"
	case elf.EM_ARM:
		return text + " (only EABI version 5 is supported)"
	}
	return text
}
