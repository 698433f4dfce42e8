// Package capstone is a thin Go face of libcapstone 5: open an engine, disassemble bytes. Names and shapes follow the
// upstream binding (gapstone), so that it could take this package's place.
//
// The package needs the build tag "capstone" or "unicorn", cgo, and libcapstone where pkg-config finds it.
package capstone
