//go:build unicorn

package unicorn

func mips(mode, model int) *spec { return nil }
