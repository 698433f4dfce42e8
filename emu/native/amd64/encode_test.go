package amd64

import "testing"

func TestReadCodeRefusesWhatIsNoCode(t *testing.T) {
	code := &Code{Text: []byte{1, 2, 3, 4, 5}, Points: []Point{{0, true, 7}}, Links: []uint64{1 << 60}, fixes: []uint32{1}}
	whole := code.Append(nil)
	if _, err := ReadCode(whole); err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		if _, err := ReadCode(whole[:i]); err == nil {
			t.Errorf("the first %d bytes were taken", i)
		}
	}
	code.fixes[0] = 2 // not wholly in the text
	if _, err := ReadCode(code.Append(nil)); err == nil {
		t.Error("a link number outside the text was taken")
	}
}
