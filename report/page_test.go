package report

import (
	"strings"
	"testing"
)

func TestBrief(t *testing.T) {
	long := strings.Repeat("concat(", 20) + "x" + strings.Repeat(")", 20)
	for _, c := range []struct{ text, want string }{
		{"open to «parameters('who')» and others", "open to «parameters('who')» and others"},
		{"«" + long + "» and «b»", "«concat(concat(concat(concat(concat(conc…))))))))))))))))))» and «b»"},
		{"cog-«uniqueString('/subscriptions/0/resourceGroups/x', 'y')»-b", "cog-«uniqueString(…)»-b"},
		{"«uniqueString(a)»", "«uniqueString(a)»"},
		{"« alone, and " + long, "« alone, and " + long},
		{"/subscriptions/" + strings.Repeat("0", 90), "/subscriptions/" + strings.Repeat("0", 90)},
	} {
		if got := Brief(c.text); got != c.want {
			t.Errorf("Brief(%q)\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}
