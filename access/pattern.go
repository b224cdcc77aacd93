package access

import "strings"

// Pattern is an action pattern of a role, such as
// "Microsoft.CognitiveServices/*/read". A star stands for any text, slashes
// included; case doesn't matter.
// Source: azure-docs role-based-access-control/role-definitions.md, "Actions format".
type Pattern struct {
	strict  []piece
	lenient []piece // nil where it would answer as strict does
	unknown bool    // the text holds an unknown part, which may be anything
}

// piece is a literal that follows a gap. The first piece of a pattern has no
// gap before it.
type piece struct {
	text  string
	slash bool // the gap has to end in a slash, or be empty after one
}

// NewPattern compiles the text of a pattern. Parts in «quotes» of an unknown
// match anything, with the answer Unknown.
func NewPattern(text string) Pattern {
	p := Pattern{}
	text = strings.ToLower(text)
	if strings.Contains(text, "«") {
		text, p.unknown = openUnknowns(text), true
	}
	p.strict = split(text, false)
	if strings.Contains(text, "/*/") {
		p.lenient = split(text, true)
	}
	return p
}

// Match answers Allow where the pattern names the action, which must be in
// lower case. It answers Unknown where it does so only if "/*/" may stand for a
// single slash: several built-in roles make sense only then, but no
// documentation says so (FACTS §1.6, §11.8).
func (p Pattern) Match(action string) Verdict {
	switch {
	case glob(p.strict, action):
		if p.unknown {
			return Unknown
		}
		return Allow
	case p.lenient != nil && glob(p.lenient, action):
		return Unknown
	}
	return Deny
}

// openUnknowns replaces each «…» by a star.
func openUnknowns(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "«")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('*')
		_, text, found = strings.Cut(rest, "»")
		if !found {
			return b.String()
		}
	}
}

// split cuts a pattern at its stars. If lenient, a star between two slashes
// also stands for nothing together with one of them.
func split(text string, lenient bool) []piece {
	pieces := []piece{}
	slash := false
	start := 0
	for i := 0; i < len(text); i++ {
		if text[i] != '*' {
			continue
		}
		pieces = append(pieces, piece{text[start:i], slash})
		start = i + 1
		slash = lenient && i > 0 && text[i-1] == '/' && i+1 < len(text) && text[i+1] == '/'
		if slash {
			start, i = i+2, i+1
		}
	}
	return append(pieces, piece{text[start:], slash})
}

// glob reports whether the pieces, with any text in the gaps, make up text.
// Taking the leftmost place for each piece is enough, as only the last one is
// tied to the end.
func glob(pieces []piece, text string) bool {
	first, last := pieces[0], pieces[len(pieces)-1]
	if len(pieces) == 1 {
		return text == first.text
	}
	if !strings.HasPrefix(text, first.text) {
		return false
	}
	at := len(first.text)
	for _, p := range pieces[1 : len(pieces)-1] {
		if at = p.find(text, at); at < 0 {
			return false
		}
	}
	end := len(text) - len(last.text)
	return end >= at && text[end:] == last.text && last.fits(text, end)
}

// find returns the end of the leftmost place of p in text from at on, or -1.
func (p piece) find(text string, at int) int {
	for {
		i := strings.Index(text[at:], p.text)
		if i < 0 {
			return -1
		}
		if at += i; p.fits(text, at) {
			return at + len(p.text)
		}
		if at++; at > len(text) {
			return -1
		}
	}
}

func (p piece) fits(text string, at int) bool {
	return !p.slash || at > 0 && text[at-1] == '/'
}
