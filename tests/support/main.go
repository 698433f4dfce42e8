// Support writes syscalls/SUPPORT.md, the list of system calls that muslrun answers. `go generate ./syscalls` runs it there.
package main

import (
	"fmt"
	"os"

	"muslrun/syscalls"
)

func main() {
	if err := os.WriteFile("SUPPORT.md", []byte(syscalls.Support()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "support:", err)
		os.Exit(1)
	}
}
