package guest

import (
	"bytes"
	"testing"
)

func TestSyslogLines(t *testing.T) {
	for message, want := range map[string]string{
		"<13>Nov 22 03:30:19 a[3]: hello\n":  "user.notice: Nov 22 03:30:19 a[3]: hello\n",
		"<3>disk\x00":                        "kern.err: disk\n",
		"<191>x":                             "local7.debug: x\n",
		"<192>x":                             "user.notice: <192>x\n",
		"<-1>x":                              "user.notice: <-1>x\n",
		"no priority":                        "user.notice: no priority\n",
		"a>b":                                "user.notice: a>b\n",
		"":                                   "user.notice: \n",
		"<14>\x1b[2J\x07two\nlines\tok \xff": "user.info: ?[2J?two?lines\tok \ufffd\n",
	} {
		var out bytes.Buffer
		(&systemLog{out: &out}).take([]byte(message))
		if out.String() != want {
			t.Errorf("%q is printed as %q, want %q", message, out.String(), want)
		}
	}
	(&systemLog{}).take([]byte("nobody asked"))
}
