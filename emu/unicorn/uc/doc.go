// Package uc is a thin Go face of libunicorn: one Go method for one C function, and the C constants under Go names. It has
// no opinions; package unicorn, above it, is where guests run.
//
// Names and shapes follow the upstream binding (github.com/unicorn-engine/unicorn/bindings/go/unicorn), so that it could
// take this package's place. What is missing here is what muslrun does not use: above all, hooks that call Go.
//
// The package needs the build tag "unicorn", cgo, and libunicorn 2.1.1 or newer where pkg-config finds it.
package uc
