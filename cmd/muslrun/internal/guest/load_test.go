package guest

import (
	"math"
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	var l load
	l.at(time.Minute, 0)
	got := l.at(2*time.Minute, 2*time.Minute) // two processors were busy
	if want := 2 * (1 - math.Exp(-1)); math.Abs(got[0]-want) > 1e-9 || got[1] >= got[0] || got[2] >= got[1] {
		t.Errorf("after a busy minute %v", got)
	}
	if again := l.at(2*time.Minute+time.Millisecond, time.Hour); again != got {
		t.Errorf("at once again %v", again)
	}
	if later := l.at(62*time.Minute, 2*time.Minute); later[0] > 1e-9 || later[2] > got[2] {
		t.Errorf("an idle hour later %v", later)
	}
}
