// Command gencalls writes the system call numbers of every ABI from the tables in the kernel's source:
//
//	go run ./arch/internal/gencalls -source KERNEL
//
// KERNEL is an unpacked kernel source of 6.11 or newer, such as Debian's linux-source-6.12: the first that has tables for
// all architectures.
package main

import (
	"flag"
	"go/format"
	"log"
	"os"
	"path/filepath"

	"muslrun/arch/internal/calltable"
)

func main() {
	log.SetFlags(0)
	source := flag.String("source", "", "kernel source")
	root := flag.String("arch", "arch", "the project's arch folder")
	flag.Parse()
	for _, pkg := range calltable.Packages() {
		if err := write(*root, pkg, *source); err != nil {
			log.Fatal(err)
		}
	}
}

func write(root, pkg, source string) error {
	text, err := calltable.Source(pkg, source)
	if err != nil {
		return err
	}
	if text, err = format.Source(text); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, pkg, "calls_gen.go"), text, 0o644)
}
