package expr

import (
	"strings"

	"palisade/arm"
)

// Assumer is a Host whose context holds texts that stand for ones that aren't
// known, such as an assumed subscription id.
type Assumer interface {
	// Assumed returns these texts. A comparison of two strings of which exactly
	// one contains such a text isn't decided by it.
	Assumed() []string
}

func (e Env) assumed() []string {
	if h, ok := e.Host.(Assumer); ok {
		return h.Assumed()
	}
	return nil
}

// verdict is the answer to a question that may depend on something unknown.
// The zero value is the one that decides nothing.
type verdict uint8

const (
	maybe verdict = iota
	no
	yes
)

// maxLooks bounds the values looked at by one comparison.
const maxLooks = MaxSize

// comparer compares values as Resource Manager does: strings and the names of
// members with regard to case, members in any order.
type comparer struct {
	assumed []string
	looks   int
	// byAssumption is set when an assumed text kept a comparison undecided.
	byAssumption bool
}

func (e Env) comparer() *comparer { return &comparer{assumed: e.assumed()} }

func (c *comparer) same(a, b arm.Value) verdict {
	if c.looks++; c.looks > maxLooks {
		return maybe
	}
	if a.IsUnknown() || b.IsUnknown() {
		return c.sameUnknown(a, b)
	}
	if o, ok := a.Object(); ok {
		p, ok := b.Object()
		if !ok {
			return no
		}
		return c.sameObjects(o, p)
	}
	if items, ok := a.Items(); ok {
		others, ok := b.Items()
		if !ok || len(items) != len(others) {
			return no
		}
		return c.sameItems(items, others)
	}
	if s, ok := a.Str(); ok {
		if t, ok := b.Str(); ok {
			return c.sameStrings(s, t)
		}
	}
	if arm.Equal(a, b) {
		return yes
	}
	return no
}

func (c *comparer) sameItems(a, b []arm.Value) verdict {
	all := yes
	for i := range a {
		switch c.same(a[i], b[i]) {
		case no:
			return no
		case maybe:
			all = maybe
		}
	}
	return all
}

func (c *comparer) sameStrings(s, t string) verdict {
	if s == t {
		return yes
	}
	if hasAny(s, c.assumed) == hasAny(t, c.assumed) {
		return no
	}
	return c.sameText(arm.String(s, arm.Pos{}), arm.String(t, arm.Pos{}))
}

// loosen returns parts in which assumed texts are unknown, where the other
// side, whose text is given, has none: what differs there may not differ.
func (c *comparer) loosen(parts []arm.Value, other string) []arm.Value {
	if hasAny(other, c.assumed) {
		return parts
	}
	var out []arm.Value
	for _, p := range parts {
		s, _ := p.Str()
		if !hasAny(s, c.assumed) {
			out = append(out, p)
			continue
		}
		c.byAssumption = true
		for i, known := range splitAny(s, c.assumed) {
			if i > 0 {
				out = append(out, arm.Unk(arm.NotRead(assumedText, "the context is assumed", p.Pos())))
			}
			if known != "" {
				out = append(out, arm.String(known, p.Pos()))
			}
		}
	}
	return out
}

// assumedText names the unknown that takes the place of an assumed text.
const assumedText = "assumed"

func isAssumed(v arm.Value) bool {
	u := unknownOf(v)
	return u != nil && u.Op == arm.OpMissing && u.Name == assumedText
}

func hasAny(s string, texts []string) bool {
	for _, t := range texts {
		if t != "" && strings.Contains(s, t) {
			return true
		}
	}
	return false
}

// splitAny splits s at each of some texts; of two that start at one place the
// one given first counts, as in .NET. Empty ones are passed over.
func splitAny(s string, texts []string) []string {
	var pieces []string
	start := 0
	for i := 0; i < len(s); {
		n := prefixOf(s[i:], texts)
		if n == 0 {
			i++
			continue
		}
		pieces = append(pieces, s[start:i])
		i += n
		start = i
	}
	return append(pieces, s[start:])
}

// prefixOf is the length of the text that s starts with, or 0.
func prefixOf(s string, texts []string) int {
	for _, t := range texts {
		if t != "" && strings.HasPrefix(s, t) {
			return len(t)
		}
	}
	return 0
}

func (c *comparer) sameObjects(o, p *arm.Object) verdict {
	loose := o.Rest() != nil || p.Rest() != nil || unknownNames(o) || unknownNames(p)
	if !loose && o.Len() != p.Len() {
		return no
	}
	all := yes
	for _, m := range o.Members() {
		n, ok := p.Lookup(m.Name)
		if !loose && (!ok || n.Name != m.Name) {
			return no
		}
		if !ok {
			continue
		}
		switch c.same(m.Value, n.Value) {
		case no:
			return no
		case maybe:
			all = maybe
		}
	}
	if loose {
		return maybe
	}
	return all
}

// unknownNames reports whether some member has a name with an unknown part,
// which stands in it as its text.
func unknownNames(o *arm.Object) bool {
	for _, m := range o.Members() {
		if strings.Contains(m.Name, "«") {
			return true
		}
	}
	return false
}

func (c *comparer) sameUnknown(a, b arm.Value) verdict {
	u, v := unknownOf(a), unknownOf(b)
	if u != nil && v != nil && (u == v || u.Text() == v.Text()) && !fromError(u) {
		return yes
	}
	if u != nil && u.Op == arm.OpIf {
		return c.sameOnBothSides(u, b)
	}
	if v != nil && v.Op == arm.OpIf {
		return c.sameOnBothSides(v, a)
	}
	if isText(a) && isText(b) {
		return c.sameText(a, b)
	}
	if isJoin(u) && v == nil || isJoin(v) && u == nil {
		return no // a string isn't anything else
	}
	return maybe
}

func (c *comparer) sameOnBothSides(choice *arm.Unknown, v arm.Value) verdict {
	then := c.same(choice.Args[1], v)
	if then == maybe || c.same(choice.Args[2], v) != then {
		return maybe
	}
	return then
}

// sameText compares two strings with unknown or assumed parts.
func (c *comparer) sameText(a, b arm.Value) verdict {
	p, _ := textOf(a)
	q, _ := textOf(b)
	p, q = c.loosen(p, b.Text()), c.loosen(q, a.Text())
	fits := fitTogether(p, q)
	if s, ok := plainText(q); ok {
		fits = fits && fitsText(p, s)
	} else if s, ok := plainText(p); ok {
		fits = fits && fitsText(q, s)
	}
	if fits {
		return maybe
	}
	return no
}

// fitTogether reports whether the known ends of two strings don't contradict
// each other.
func fitTogether(p, q []arm.Value) bool {
	s, t := knownStart(p), knownStart(q)
	if n := min(len(s), len(t)); s[:n] != t[:n] {
		return false
	}
	s, t = knownEnd(p), knownEnd(q)
	n := min(len(s), len(t))
	return s[len(s)-n:] == t[len(t)-n:]
}

// fitsText reports whether some text for the unknown parts makes the parts s.
func fitsText(parts []arm.Value, s string) bool {
	for i, p := range parts {
		known, ok := p.Str()
		switch {
		case !ok:
			continue
		case i == 0:
			if !strings.HasPrefix(s, known) {
				return false
			}
			s = s[len(known):]
		case i == len(parts)-1:
			return strings.HasSuffix(s, known)
		default:
			at := strings.Index(s, known)
			if at < 0 {
				return false
			}
			s = s[at+len(known):]
		}
	}
	return true
}

func unknownOf(v arm.Value) *arm.Unknown {
	u, _ := v.Unknown()
	return u
}

func isJoin(u *arm.Unknown) bool { return u != nil && u.Op == arm.OpJoin }

func isText(v arm.Value) bool {
	_, ok := v.Str()
	return ok || isJoin(unknownOf(v))
}

// fromError reports whether u is made from a value that couldn't be evaluated.
// These all have the same text and need not be the same.
func fromError(u *arm.Unknown) bool {
	for _, r := range u.Roots() {
		if r.Op == arm.OpMissing && r.Name == "error" {
			return true
		}
	}
	return false
}
