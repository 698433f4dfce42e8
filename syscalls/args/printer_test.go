package args

import (
	"testing"

	"muslrun/arch/linux"
)

func TestStructuresThatHaveSets(t *testing.T) {
	var some, most linux.SigSet
	some = some.With(linux.SIGINT).With(linux.SIGTERM)
	for s := linux.Signal(1); s <= linux.SIGRTMAX; s++ {
		if s != linux.SIGKILL {
			most = most.With(s)
		}
	}
	for want, set := range map[string]linux.SigSet{"[SIGINT SIGTERM]": some, "~[SIGKILL]": most, "[]": {}} {
		p := &Printer{}
		p.Struct(linux.Sigaction{Handler: 0x1000, Mask: set})
		if got := string(p.buf); got != "{handler=0x1000, flags=0x0, restorer=0x0, mask="+want+"}" {
			t.Error(got)
		}
	}
}
