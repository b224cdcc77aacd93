package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"palisade/arm"
	"palisade/estate"
	"palisade/rule"
)

// finding puts a result of a rule into the words of the report.
func (o Options) finding(e *estate.Estate, deployment string, f rule.Finding) found {
	out := found{status: f.Status, Finding: Finding{
		Rule: f.Rule.ID, Name: f.Rule.Name, Severity: f.Level().String(),
		Message: f.Message, Position: o.position(f.Pos), Fix: f.Fix, Proof: []Step{},
	}}
	if out.Fix == "" {
		out.Fix = f.Rule.Fix
	}
	for _, s := range f.Proof {
		out.Proof = append(out.Proof, Step{s.Text, s.Resource, s.Property, o.position(s.Pos)})
	}
	if f.Status == rule.Unknown {
		out.Because, out.FailsIf = o.causes(f.DependsOn), f.FailsIf
	}
	if a := f.Accepted; a != nil {
		out.Accepted = &Accepted{a.Because, a.Until, o.position(a.Pos)}
	}
	out.In = []Place{{deployment, f.Resource, accountOf(e, f), gatewayOf(e, f.Resource)}}
	out.key = out.mergeKey()
	return out
}

// accountOf is the account that a finding is about: the one that its resource
// is, or is in, or else the first that its proof names.
func accountOf(e *estate.Estate, f rule.Finding) string {
	if e == nil {
		return ""
	}
	ids := []string{f.Resource}
	for _, s := range f.Proof {
		ids = append(ids, s.Resource)
	}
	for _, id := range ids {
		for _, key := range estate.Ancestors(id) {
			if a := e.Accounts.Get(key); a != nil {
				return a.ID
			}
		}
	}
	return ""
}

// maxCauses bounds the causes of one finding; more don't help anybody.
const maxCauses = 8

var causeKinds = map[arm.Op]string{arm.OpParameter: "parameter", arm.OpRuntime: "runtime", arm.OpMissing: "missing"}

func (o Options) causes(unknowns []*arm.Unknown) []Cause {
	var out []Cause
	for _, u := range unknowns {
		if u == nil {
			continue
		}
		for _, root := range u.Roots() {
			c := Cause{Kind: causeKinds[root.Op], Name: root.Name, Why: root.Reason, Position: o.position(root.Pos)}
			if root.Op == arm.OpRuntime {
				c.Name = strings.Trim(root.Text(), "«»")
			}
			if c.Why == "" {
				c.Why = root.Text() + " isn't known"
			}
			if len(out) < maxCauses && !slices.ContainsFunc(out, c.same) {
				out = append(out, c)
			}
		}
	}
	return out
}

func (c Cause) same(d Cause) bool {
	return c.Kind == d.Kind && c.Name == d.Name && c.Why == d.Why && equalPositions(c.Position, d.Position)
}

// mergeKey is equal for findings that say the same of the same lines: in
// several deployments, or in several turns of a loop. Names of resources may
// differ, all else must be the same.
func (f *found) mergeKey() string {
	var b strings.Builder
	names := newNames(f.In[0])
	part := func(s string) { fmt.Fprintf(&b, "%q ", s) }
	place := func(p *Position) {
		if p == nil {
			b.WriteString("- ")
			return
		}
		fmt.Fprintf(&b, "%q:%d:%d ", p.File, p.Line, p.Column)
	}
	for _, s := range f.Proof {
		names.add(s.Resource)
	}
	part(f.Rule)
	part(f.Severity)
	part(f.status.String())
	part(names.hide(f.Message))
	part(names.hide(f.Fix))
	place(f.Position)
	if f.Accepted != nil {
		part(f.Accepted.Because + f.Accepted.Until)
	}
	for _, s := range f.Proof {
		part(names.hide(s.Text))
		place(s.Position)
	}
	for _, c := range f.Because {
		part(c.Why)
		place(c.Position)
	}
	if f.Position == nil {
		part(estate.Key(f.In[0].Resource))
	}
	return b.String()
}

// names are the ids and names that may differ between deployments.
type names []string

func newNames(p Place) *names {
	n := &names{}
	n.add(p.Resource)
	n.add(p.Account)
	return n
}

func (n *names) add(id string) {
	if id != "" {
		*n = append(*n, id, estate.LastName(id))
	}
}

// hide puts a dot in the place of the names, where they stand as words.
func (n *names) hide(text string) string {
	for _, name := range *n {
		text = replaceWord(text, name, "·")
	}
	return text
}

func replaceWord(text, word, by string) string {
	if word == "" {
		return text
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, word)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		if inWord(last) || inWord(next) {
			b.WriteString(word)
		} else {
			b.WriteString(by)
		}
		text = after
	}
}

func inWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
