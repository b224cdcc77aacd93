package report

import (
	"fmt"
	"slices"
	"strings"

	"palisade/estate"
)

const findingGutter = 10 // characters; as long as the longest severity

// finding writes a finding with its proof and its fix; a mild one without its
// proof.
func (t *writer) finding(b *block, f *Finding) {
	const indent = 2 + findingGutter
	mild := !t.verbose && rank(f.Severity) <= rank("low")
	t.blank()
	t.w.WriteString("  " + t.paint(severityStyle(f.Severity), fmt.Sprintf("%-*s", findingGutter, f.Severity)) +
		t.paint(bold, clean(f.Rule)) + " " + clean(f.Name) + "\n")
	t.text(indent, plain, f.Message)
	t.place(indent, f.Position)
	if !mild && !f.plain() {
		t.proof(indent, f)
	}
	t.fix(indent, b, f)
	if also := t.also(b, f); also != "" {
		t.labelled(indent, 5, dim, "Also", dim, also)
	}
}

// fix writes how to mend it, once in a block.
func (t *writer) fix(indent int, b *block, f *Finding) {
	key := fmt.Sprint(b.order, " ", f.Fix)
	switch {
	case f.Fix == "":
	case t.fixes[key] && !t.verbose:
		t.labelled(indent, 5, green, "Fix", dim, "as above")
	default:
		t.fixes[key] = true
		t.labelled(indent, 5, green, "Fix", plain, f.Fix)
	}
}

// plain reports whether the only step of the proof is what the message says.
func (f *Finding) plain() bool {
	return len(f.Proof) == 1 && strings.Contains(f.Message, f.Proof[0].Text) && sameLine(f.Proof[0].Position, f.Position)
}

// proof writes the steps. A place that was just shown, or is on the line
// of the finding, isn't shown again.
func (t *writer) proof(indent int, f *Finding) {
	last := f.Position
	n := t.limit(maxSteps, len(f.Proof))
	for i, s := range f.Proof[:n] {
		label, gutter := "", 0
		if len(f.Proof) > 1 {
			label, gutter = fmt.Sprint(i+1), 3
		}
		t.labelled(indent, gutter, dim, label, plain, s.Text)
		if !sameLine(s.Position, last) && !sameLine(s.Position, f.Position) {
			t.place(indent+gutter, s.Position)
		}
		last = s.Position
	}
	if n < len(f.Proof) {
		t.text(indent+3, dim, fmt.Sprintf("and %d more steps; --verbose shows all", len(f.Proof)-n))
	}
}

// also names the places of a finding beside the first one in the block.
func (t *writer) also(b *block, f *Finding) string {
	var here, elsewhere []string
	add := func(list *[]string, what string) {
		if what != "" && !slices.Contains(*list, what) {
			*list = append(*list, what)
		}
	}
	for _, p := range f.In {
		switch name := nameOf(p); {
		case b.has(p):
			add(&here, name)
		case name == nameOf(f.In[0]) || name == "":
			add(&elsewhere, "in "+p.Deployment)
		default:
			add(&elsewhere, name+" in "+p.Deployment)
		}
	}
	if len(here) > 0 {
		here = here[1:]
	}
	return t.list(append(here, elsewhere...))
}

// has reports whether a place is of one of the block's accounts. The block
// without accounts has all.
func (b *block) has(p Place) bool {
	for i, a := range b.accounts {
		if a.ID == p.Account && b.deployments[i] == p.Deployment {
			return true
		}
	}
	return len(b.accounts) == 0 && (b.gateway == nil || b.gateway.ID == p.Gateway)
}

// nameOf is the last part of the resource's id.
func nameOf(p Place) string {
	id := p.Resource
	if id == "" {
		id = p.Account
	}
	return shortName(estate.LastName(id))
}
