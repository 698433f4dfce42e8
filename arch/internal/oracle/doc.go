// Package oracle asks C compilers for the facts that the ABI tables state: where the kernel's own headers put every field of
// a structure, and what every constant is. It is for tests and for the command genoracle, which records the facts in
// arch/testdata so that they can be compared with where no compilers are.
//
// The headers are the kernel's user-space ones: Debian's linux-libc-dev-*-cross, found by the compilers themselves, or
// those of `make headers_install` from the kernel's source for the architectures that Debian does not package. Layouts are
// read from the debugging information of a compiled file; constants are an array in a section of its own.
package oracle
