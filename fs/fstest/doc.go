// Package fstest checks file systems against what Linux does.
//
// Operations are lines of text, such as "open f a/b rdwr,creat 0644" (op.go has them all). A Session runs them on a
// System, which is either a file system of ours behind the VFS (NewGuest) or a directory of the host (NewHost), and
// answers with a line: "ok", an error's name, or what was read.
//
//	Suite    runs scripts with the answers that Linux gives (suite.go)
//	Random   makes lines up from a seed and compares the answers of two systems
package fstest
