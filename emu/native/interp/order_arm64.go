package interp

// weak: see the file for hosts with strong order.
const weak = true

// afterLoad orders loads before with every access behind (DMB ISHLD).
//
//go:noescape
func afterLoad()

// beforeStore and fullFence order every access before with every one behind (DMB ISH).
//
//go:noescape
func beforeStore()

//go:noescape
func fullFence()
