package route

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func events(stream string, step int) []string {
	var e Events
	var got []string
	each := func(v Event) { got = append(got, fmt.Sprintf("%s|%s", v.Name, v.Data)) }
	for b := []byte(stream); len(b) > 0; {
		n := min(step, len(b))
		e.Feed(b[:n], each)
		b = b[n:]
	}
	e.End(each)
	return got
}

func TestEvents(t *testing.T) {
	cases := []struct{ stream, want string }{
		{"data: a\n\ndata: b\n\n", "|a,|b"},
		{"data: a\r\n\r\ndata: b\r\n\r\n", "|a,|b"},
		{"data: a\r\rdata: b\r\r", "|a,|b"},
		{"data: a\r\n\ndata: b\n\r\n", "|a,|b"},
		{": ping\n\ndata:a\n\n", "|,|a"},
		{"event: x\nid: 1\ndata: a\ndata: b\ndata\ndata:\n\n", "x|a\nb\n"},
		{"data: half", "|half"},
		{"data: a\n\n\ndata: b\n\n", "|a,|,|b"},
		{"database: a\n\n", "|"},
		{"", ""},
	}
	for _, c := range cases {
		for _, step := range []int{1, 2, 3, 1000} {
			if got := strings.Join(events(c.stream, step), ","); got != c.want {
				t.Errorf("%q by %d: %q, not %q", c.stream, step, got, c.want)
			}
		}
	}
}

func TestLongEventsAreCut(t *testing.T) {
	long := "data: " + strings.Repeat("x", 3*MaxEvent) + "\n\ndata: b\n\n"
	var e Events
	n, whole, most := 0, 0, 0
	each := func(v Event) {
		n += len(v.Raw)
		if !v.Cut {
			whole++
		}
	}
	for b := []byte(long); len(b) > 0; {
		step := min(32<<10, len(b))
		e.Feed(b[:step], each)
		b = b[step:]
		most = max(most, len(e.held))
	}
	e.End(each)
	if n != len(long) || whole != 1 || most > MaxEvent {
		t.Errorf("%d of %d bytes, %d whole, %d held", n, len(long), whole, most)
	}
}

// FuzzEvents holds that no byte is lost, and that pieces don't matter.
func FuzzEvents(f *testing.F) {
	f.Add([]byte("event: a\r\ndata: b\r\n\r\n: c\n\ndata: d\rdata: e\r\r"), 3)
	f.Fuzz(func(t *testing.T, stream []byte, step int) {
		var e Events
		var all []byte
		var pieces []string
		each := func(v Event) {
			all = append(all, v.Raw...)
			pieces = append(pieces, fmt.Sprintf("%s|%s", v.Name, v.Data))
		}
		for b := stream; len(b) > 0; {
			n := min(1+step&15, len(b))
			e.Feed(b[:n], each)
			b = b[n:]
		}
		e.End(each)
		if !bytes.Equal(all, stream) {
			t.Fatalf("%q becomes %q", stream, all)
		}
		if whole := events(string(stream), len(stream)+1); strings.Join(whole, "\x00") != strings.Join(pieces, "\x00") {
			t.Fatalf("%q: %q in pieces, %q whole", stream, pieces, whole)
		}
	})
}
