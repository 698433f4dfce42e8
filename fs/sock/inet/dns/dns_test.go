package dns

import (
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

const hosts = "127.0.0.1 localhost\n::1 localhost ip6-localhost # both\nbad line\n10.0.0.7 Machine.example machine\n"

func query(t testing.TB, name string, kind dnsmessage.Type) []byte {
	t.Helper()
	m := dnsmessage.Message{
		Header: dnsmessage.Header{ID: 99, RecursionDesired: true},
		Questions: []dnsmessage.Question{
			{Name: dnsmessage.MustNewName(name), Type: kind, Class: dnsmessage.ClassINET},
		},
	}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnswers(t *testing.T) {
	s := &Server{Hosts: func() string { return hosts }}
	for _, tc := range []struct {
		name    string
		kind    dnsmessage.Type
		code    dnsmessage.RCode
		answers int
	}{
		{"localhost.", dnsmessage.TypeA, dnsmessage.RCodeSuccess, 1},
		{"LOCALHOST.", dnsmessage.TypeAAAA, dnsmessage.RCodeSuccess, 1},
		{"x.localhost.", dnsmessage.TypeA, dnsmessage.RCodeSuccess, 1},
		{"machine.", dnsmessage.TypeA, dnsmessage.RCodeSuccess, 1},
		{"machine.example.", dnsmessage.TypeAAAA, dnsmessage.RCodeSuccess, 0},
		{"elsewhere.example.", dnsmessage.TypeA, dnsmessage.RCodeNameError, 0},
		{"line.", dnsmessage.TypeA, dnsmessage.RCodeNameError, 0},
	} {
		var m dnsmessage.Message
		if err := m.Unpack(s.Answer(query(t, tc.name, tc.kind))); err != nil {
			t.Fatal(err)
		}
		if m.ID != 99 || !m.Response || m.RCode != tc.code || len(m.Answers) != tc.answers {
			t.Errorf("%s %v: %+v", tc.name, tc.kind, m)
		}
	}
}

func TestPassingOn(t *testing.T) {
	asked := 0
	s := &Server{Hosts: func() string { return hosts }, Ask: func([]byte) []byte { asked++; return []byte("answer") }}
	if got := s.Answer(query(t, "elsewhere.example.", dnsmessage.TypeA)); string(got) != "answer" || asked != 1 {
		t.Errorf("%q, asked %d times", got, asked)
	}
	s.Answer(query(t, "localhost.", dnsmessage.TypeA))
	if asked != 1 {
		t.Error("what is known here was asked elsewhere")
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add(query(f, "localhost.", dnsmessage.TypeA))
	f.Add([]byte{1, 2, 3})
	s := &Server{Hosts: func() string { return hosts }}
	f.Fuzz(func(_ *testing.T, b []byte) { s.Answer(b) })
}
