// Command gencalls writes the system call numbers of every ABI from the tables in the kernel's source:
//
//	go run ./arch/internal/gencalls -source KERNEL
//
// KERNEL is an unpacked kernel source of 6.11 or newer, such as Debian's linux-source-6.12: the first that has tables for
// all architectures.
package main

import (
	"flag"
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
	for i := range calltable.Tables {
		t := &calltable.Tables[i]
		text, err := t.Source(*source)
		if err == nil {
			err = os.WriteFile(filepath.Join(*root, t.File()), text, 0o644)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}
