package access

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestPattern(t *testing.T) {
	for _, c := range []struct {
		pattern, action string
		want            Verdict
	}{
		{"*", "microsoft.keyvault/vaults/read", Allow},
		{"*/read", "Microsoft.KeyVault/vaults/secrets/read", Allow},
		{"*/read", "Microsoft.KeyVault/vaults/write", Deny},
		{"Microsoft.CognitiveServices/accounts/listKeys/action", "microsoft.cognitiveservices/accounts/LISTKEYS/action", Allow},
		{"Microsoft.CognitiveServices/accounts/OpenAI/*/read", "Microsoft.CognitiveServices/accounts/OpenAI/assistants/threads/messages/read", Allow},
		{"Microsoft.CognitiveServices/accounts/OpenAI/*/read", "Microsoft.CognitiveServices/accounts/OpenAI/read", Unknown},
		{"Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action", "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", Unknown},
		{"a/*/*/b", "a/b", Unknown},
		{"a/*/*/b", "a/x/b", Unknown},
		{"a/*/*/b", "a/x/y/b", Allow},
		{"a/*/*/b", "ab", Deny},
		{"a/*/b", "a/xb", Deny},
		{"a/*/", "a/", Unknown},
		{"Microsoft.«parameters('ns')»/read", "Microsoft.Web/read", Unknown},
		{"Microsoft.«parameters('ns')»/read", "Microsoft.Web/write", Deny},
		{"", "", Allow},
		{"", "x", Deny},
		{"**", "x", Allow},
		{"a*a", "a", Deny},
	} {
		if got := NewPattern(c.pattern).Match(strings.ToLower(c.action)); got != c.want {
			t.Errorf("%q on %q: %v, want %v", c.pattern, c.action, got, c.want)
		}
	}
}

// TestPatternAgainstRegexp compares with regular expressions on random texts.
func TestPatternAgainstRegexp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func(alphabet string, n int) string {
		b := make([]byte, r.IntN(n))
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	for range 20000 {
		p, a := text("a/*", 9), text("a/b", 9)
		strict := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, ".*") + "$")
		want := verdictOf(strict.MatchString(a))
		if want == Deny && lenientRegexp(p).MatchString(a) {
			want = Unknown
		}
		if got := NewPattern(p).Match(a); got != want {
			t.Fatalf("%q on %q: %v, want %v", p, a, got, want)
		}
	}
}

// lenientRegexp lets each star between slashes swallow the slash after it.
func lenientRegexp(p string) *regexp.Regexp {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		switch {
		case p[i] != '*':
			b.WriteByte(p[i])
		case i > 0 && p[i-1] == '/' && i+1 < len(p) && p[i+1] == '/':
			b.WriteString("(.*/)?")
			i++
		default:
			b.WriteString(".*")
		}
	}
	return regexp.MustCompile("^" + b.String() + "$")
}
