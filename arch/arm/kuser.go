package arm

import "muslrun/arch"

// The kernel user helpers (Documentation/arm/kernel_user_helpers.rst): code at fixed addresses for programs that were built
// for processors older than the one they run on.
const (
	kuserPage      = 0xffff0000
	kuserCmpxchg64 = 0xf60
	kuserBarrier   = 0xfa0
	kuserCmpxchg   = 0xfc0
	kuserGetTLS    = 0xfe0
	kuserVersion   = 0xffc
)

// kuser is the code of the helpers by its offset in the page.
var kuser = map[int][]uint32{
	kuserCmpxchg64: {
		0xe92d00f0, //    push {r4-r7}
		0xe1c040d0, //    ldrd r4, r5, [r0]
		0xe1c160d0, //    ldrd r6, r7, [r1]
		0xe1b20f9f, // 1: ldrexd r0, r1, [r2]
		0xe0303004, //    eors r3, r0, r4
		0x00313005, //    eorseq r3, r1, r5
		0x01a23f96, //    strexdeq r3, r6, r7, [r2]
		0x03330001, //    teqeq r3, #1
		0x0afffff9, //    beq 1b
		0xe2730000, //    rsbs r0, r3, #0
		0xe8bd00f0, //    pop {r4-r7}
		0xe12fff1e, //    bx lr
	},
	kuserBarrier: {
		0xf57ff05b, // dmb ish
		0xe12fff1e, // bx lr
	},
	kuserCmpxchg: {
		0xe1923f9f, // 1: ldrex r3, [r2]
		0xe0533000, //    subs r3, r3, r0
		0x01823f91, //    strexeq r3, r1, [r2]
		0x03330001, //    teqeq r3, #1
		0x0afffffa, //    beq 1b
		0xe2730000, //    rsbs r0, r3, #0
		0xe12fff1e, //    bx lr
	},
	kuserGetTLS: {
		0xee1d0f70, // mrc p15, 0, r0, c13, c0, 3
		0xe12fff1e, // bx lr
	},
}

// kuserHelpers is the page, in an ISA's byte orders.
func kuserHelpers(isa *arch.ISA) *arch.KernelPage {
	page := make([]byte, 4096)
	for offset, code := range kuser {
		for i, word := range code {
			isa.CodeOrder.PutUint(page[offset+4*i:][:4], uint64(word))
		}
	}
	isa.Order.PutUint(page[kuserVersion:][:4], 5)
	return &arch.KernelPage{Addr: kuserPage, Bytes: page}
}
