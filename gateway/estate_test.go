package gateway

import (
	"net/netip"
	"os"
	"testing"
	"time"

	"palisade/access"
	"palisade/spec"
)

func loadSpec(t testing.TB, path string) (*spec.Spec, []byte) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, problems := spec.Parse(path, text)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s, text
}

func BenchmarkDecide(b *testing.B) {
	s, text := loadSpec(b, "../examples/gateway/full.yaml")
	w := Compile(s, text)
	r := access.Request{
		Principal: access.Whoever("12345678-1111-4111-8111-111111111111"), Credential: access.Token,
		Source: access.Address(netip.MustParseAddr("10.20.1.1")), Asset: ModelID(s, "gpt-5.1"),
		Claims: &access.Claims{Groups: []string{"22222222-2222-4222-8222-222222222222"}, Complete: true, User: true, Application: "99999999-9999-4999-8999-999999999999"},
		At:     time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC),
	}
	d := w.Decide(r)
	for _, x := range d.Reasons {
		b.Log(x)
	}
	if d.Verdict != access.Allow {
		b.Fatal(d)
	}
	b.ReportAllocs()
	for b.Loop() {
		w.Decide(r)
	}
}
