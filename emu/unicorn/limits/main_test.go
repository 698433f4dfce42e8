//go:build unicorn

package main

import (
	"os"
	"testing"

	"muslrun/emu/unicorn"
)

func TestUpToDate(t *testing.T) {
	got, err := os.ReadFile("../limits.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != unicorn.Limits(isas()) {
		t.Error("limits.md is out of date: run go generate ./emu/unicorn")
	}
}
