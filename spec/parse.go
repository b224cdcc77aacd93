package spec

import (
	"reflect"
	"slices"
)

// Parse reads a file, whose name is shown in positions. It tells every problem
// that it finds, in the order of the file, and gives no Spec if there is any.
// It reads nothing but the text.
func Parse(name string, text []byte) (*Spec, []Problem) {
	src := newSource(name, text)
	root, problem := src.node()
	if problem != nil {
		return nil, []Problem{*problem}
	}
	start := src.at(root.Line, root.Column)
	d := &decoder{src: src, places: places{"": {start, start}}, bad: map[string]bool{}, types: sections{}}
	s := &Spec{places: d.places, text: text}
	d.value(root, reflect.ValueOf(s).Elem(), nil, nil)
	if !d.bad[""] {
		s.derive()
		s.validate(d)
	}
	if len(d.problems) > 0 {
		return nil, inOrder(d.problems)
	}
	return s, nil
}

func inOrder(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Pos.Offset - b.Pos.Offset })
	return problems
}

// Text is what the Spec was parsed from. It must not be changed.
func (s *Spec) Text() []byte { return s.text }
