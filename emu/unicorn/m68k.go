//go:build unicorn

package unicorn

func m68k() *spec { return nil }
