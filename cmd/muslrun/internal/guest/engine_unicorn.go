//go:build unicorn

package guest

import (
	"muslrun/emu"
	"muslrun/emu/unicorn"
)

// references are the engines that need cgo.
var references = []emu.Engine{unicorn.New()}
