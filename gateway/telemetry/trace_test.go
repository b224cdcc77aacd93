package telemetry

import (
	"net/http"
	"strings"
	"testing"
)

const good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

func TestBegin(t *testing.T) {
	for _, x := range []struct {
		traceparent string
		continued   bool
	}{
		{good, true}, {" " + good + " ", true}, {"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false}, {"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-ab", true},
		{"", false}, {"ff" + good[2:], false}, {good + "-ab", false}, {strings.ToUpper(good), false}, {good[:54], false},
		{"00-00000000000000000000000000000000-b7ad6b7169203331-01", false}, {"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false},
	} {
		tr := Begin(header(x.traceparent))
		if got := tr.ID() == "0af7651916cd43dd8448eb211c80319c"; got != x.continued {
			t.Errorf("%q: continued is %v", x.traceparent, got)
		}
		if !tr.own.IsValid() || tr.own.SpanID() == tr.parent.SpanID() {
			t.Errorf("%q: %+v", x.traceparent, tr)
		}
	}
	if two := Begin(http.Header{"Traceparent": {good, good}}); two.parent.IsValid() {
		t.Error("two headers are taken for one")
	}
	long := header(good)
	long.Set("Tracestate", "a="+strings.Repeat("b", maxState))
	if Begin(long).own.TraceState().Len() > 0 {
		t.Error("a long tracestate is passed on")
	}
}

func FuzzBegin(f *testing.F) {
	f.Add(good, "a=b,c=d")
	f.Add("00-x", "=")
	f.Fuzz(func(t *testing.T, parent, state string) {
		in, out := header(parent), http.Header{}
		in.Set("Tracestate", state)
		tr := Begin(in)
		tr.Set(out)
		again := Begin(out)
		if again.ID() != tr.ID() || again.parent.SpanID() != tr.own.SpanID() || strings.ContainsAny(out.Get("Tracestate"), "\r\n") {
			t.Errorf("%q %q became %v", parent, state, out)
		}
	})
}
