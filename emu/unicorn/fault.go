//go:build unicorn

package unicorn

/*
#include <stdlib.h>
#include <malloc.h>
#include "run.h"
*/
import "C"

import (
	"sync"
	"unsafe"

	"muslrun/emu/unicorn/uc"
)

// faultSlot finds where in its uc_engine libunicorn keeps the address of the last fault. The TLB hook is told only the page,
// and there is no call to ask for the rest. The field is found by its behaviour, with no knowledge of the structure: it is
// the only one that follows four faults at addresses of our choosing. Without it faults are exact to the page.
var faultSlot = sync.OnceValue(func() uint64 {
	eng, err := uc.NewUnicorn(uc.ARCH_RISCV, uc.MODE_RISCV64)
	if err != nil {
		return 0
	}
	defer eng.Close()
	if eng.SetTLBMode(uc.TLB_VIRTUAL) != nil || !refuseAll(eng) {
		return 0
	}
	return slotOf(eng)
})

// refuseAll gives the engine an empty address space.
func refuseAll(eng *uc.Unicorn) bool {
	m := (*C.mr_machine)(C.calloc(1, C.sizeof_mr_machine)) // as small as it is, it stays: the engine keeps the pointer
	m.uc = (*C.uc_engine)(eng.Handle())
	m.private_page, m.step_page = ^C.uint64_t(0), ^C.uint64_t(0)
	return C.mr_init(m, false) == C.UC_ERR_OK
}

func slotOf(eng *uc.Unicorn) uint64 {
	size := uintptr(C.malloc_usable_size(eng.Handle()))
	live := map[uintptr]bool{}
	for i, addr := range []uint64{0x1234_5678_9abc, 0x2bad_c0de_1358, 0x0fed_cba9_8764, 0x5a5a_1111_2222} {
		_ = eng.Start(addr, 0)
		for at := uintptr(8); at+8 <= size; at += 8 {
			hit := *(*uint64)(unsafe.Add(eng.Handle(), at)) == addr
			live[at] = hit && (i == 0 || live[at])
		}
	}
	return only(live)
}

func only(live map[uintptr]bool) (slot uint64) {
	for at, ok := range live {
		if ok && slot != 0 {
			return 0
		}
		if ok {
			slot = uint64(at)
		}
	}
	return slot
}
