//go:build !unicorn

package guest

import "muslrun/emu"

// references are the engines that need cgo.
var references []emu.Engine
