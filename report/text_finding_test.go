package report

import (
	"strings"
	"testing"
)

// A fix is written once in a block, and again in another.
func TestFixOnce(t *testing.T) {
	var out strings.Builder
	w := &writer{page: newPage(&out, 0, false), report: &Report{}, fixes: map[string]bool{}}
	one, two := &block{order: 1}, &block{order: 2}
	for _, b := range []*block{one, one, two} {
		w.fix(0, b, &Finding{Fix: "Do this."})
	}
	if err := w.w.Flush(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(strings.Fields(out.String()), " "); got != "Fix Do this. Fix as above Fix Do this." {
		t.Errorf("got %q", got)
	}
}
