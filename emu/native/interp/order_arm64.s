#include "textflag.h"

// func afterLoad()
TEXT ·afterLoad(SB), NOSPLIT, $0-0
	DMB $9
	RET

// func beforeStore()
TEXT ·beforeStore(SB), NOSPLIT, $0-0
	DMB $11
	RET

// func fullFence()
TEXT ·fullFence(SB), NOSPLIT, $0-0
	DMB $11
	RET
