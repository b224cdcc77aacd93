package redact

import "palisade/spec"

// Counts is how much of each kind was found.
type Counts struct {
	n [len(kinds)]int
	// The text was longer than MaxText and wasn't read.
	TooLong bool
}

// Of is how much of one kind was found.
func (n Counts) Of(which spec.Detector) int {
	for i, k := range kinds {
		if k == which {
			return n.n[i]
		}
	}
	return 0
}

// Any says that something was found, or that the text was too long to say that
// nothing is in it.
func (n Counts) Any() bool { return n.TooLong || n.n != [len(kinds)]int{} }

// Kinds are the kinds that were found, in a fixed order.
func (n Counts) Kinds() []spec.Detector {
	var found []spec.Detector
	for i, k := range kinds {
		if n.n[i] > 0 {
			found = append(found, k)
		}
	}
	return found
}

func (n *Counts) add(found []match) {
	for _, m := range found {
		n.n[m.kind]++
	}
}

// Plus is both counts together.
func (n Counts) Plus(o Counts) Counts {
	for i := range n.n {
		n.n[i] += o.n[i]
	}
	n.TooLong = n.TooLong || o.TooLong
	return n
}
