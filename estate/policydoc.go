package estate

import (
	"errors"
	"strings"
	"sync"

	"palisade/arm"
)

// PolicyElement is an element of an API Management policy. The document itself
// is one without a name.
type PolicyElement struct {
	Name     string
	Attrs    map[string]string // as written
	Children []*PolicyElement
	// Open reports that something unknown stands between the children, which
	// could be further elements.
	Open bool
	// Partial reports that not all attributes are known.
	Partial bool
}

// Each visits an element and all in it.
func (e *PolicyElement) Each(visit func(*PolicyElement)) {
	visit(e)
	for _, c := range e.Children {
		c.Each(visit)
	}
}

// Child is the first child of that name, or nil.
func (e *PolicyElement) Child(name string) *PolicyElement {
	for _, c := range e.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// hole stands for an unknown part of a document.
const hole = "\uFFFC"

// IsComputed reports whether the value of an attribute isn't in the document.
func IsComputed(value string) bool { return strings.ContainsAny(value, "@{"+hole) }

// policyDocuments are those of a policy once they were asked for.
type policyDocuments struct {
	once sync.Once
	all  []*PolicyElement
	err  error
}

func (d *policyDocuments) read(format Field[string], text arm.Value) ([]*PolicyElement, error) {
	d.once.Do(func() { d.all, d.err = readPolicy(format, text) })
	return d.all, d.err
}

// Documents reads a policy: one document, or where a condition isn't known all
// that it may be. Where parts of one aren't known, what stands around them still
// is; an error says that its elements aren't known.
func (p *Policy) Documents() ([]*PolicyElement, error) { return p.documents.read(p.Format, p.Text) }

// Documents are those of a fragment.
func (p *PolicyFragment) Documents() ([]*PolicyElement, error) {
	return p.documents.read(Field[string]{Value: "xml"}, p.Text)
}

func readPolicy(format Field[string], text arm.Value) ([]*PolicyElement, error) {
	if Is(format, "xml", "rawxml") != Yes {
		return nil, errors.New("the policy is at a link, or isn't known to be written here")
	}
	texts := policyTexts(text)
	if len(texts) == 0 {
		return nil, errors.New("the policy isn't known")
	}
	var all []*PolicyElement
	for _, s := range texts {
		doc, err := ParsePolicy(s)
		if err != nil {
			return nil, err
		}
		all = append(all, doc)
	}
	return all, nil
}

// mostPolicyTexts bounds the documents that a policy may be.
const mostPolicyTexts = 32

// policyTexts are all documents that a value may be, with holes where something
// in them isn't known; none where nothing of one is, or they are too many.
func policyTexts(v arm.Value) []string {
	if s, ok := v.Str(); ok {
		return []string{s}
	}
	u, ok := v.Unknown()
	switch {
	case !ok:
		return nil
	case u.Op == arm.OpIf:
		then, otherwise := policyTexts(u.Args[1]), policyTexts(u.Args[2])
		if len(then) == 0 || len(otherwise) == 0 {
			return nil
		}
		return fewTexts(append(then, otherwise...))
	case u.Op == arm.OpJoin:
		return joinedTexts(u.Args)
	case u.Op == arm.OpCall && u.Name == "replace" && len(u.Args) == 3:
		return replacedTexts(u.Args[0], u.Args[1], u.Args[2])
	}
	return nil
}

func fewTexts(all []string) []string {
	if len(all) > mostPolicyTexts {
		return nil
	}
	return all
}

// orHole are the texts of a part of a document.
func orHole(v arm.Value) []string {
	if all := policyTexts(v); len(all) > 0 {
		return all
	}
	return []string{hole}
}

func joinedTexts(parts []arm.Value) []string {
	all := []string{""}
	for _, part := range parts {
		var longer []string
		for _, s := range all {
			for _, t := range orHole(part) {
				longer = append(longer, s+t)
			}
		}
		if all = fewTexts(longer); all == nil {
			return nil
		}
	}
	return all
}

func replacedTexts(text, from, to arm.Value) []string {
	old, ok := from.Str()
	if !ok || old == "" {
		return nil
	}
	var all []string
	for _, s := range policyTexts(text) {
		for _, t := range orHole(to) {
			all = append(all, strings.ReplaceAll(s, old, t))
		}
	}
	return fewTexts(all)
}
