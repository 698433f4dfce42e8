//go:build unicorn

package guest

import (
	"muslrun/emu"
	"muslrun/emu/unicorn"
)

// engines are those that this muslrun was built with, in the order of preference.
var engines = []emu.Engine{unicorn.New()}
