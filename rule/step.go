package rule

import (
	"fmt"
	"strings"

	"palisade/arm"
	"palisade/estate"
)

// says are the steps that show what a property is, and where its value comes
// from when that is elsewhere. Property is its path in the resource.
func says[T comparable](on *estate.Resource, property string, f estate.Field[T]) []Step {
	pos := f.Pos
	if !pos.IsValid() {
		pos = on.Pos
	}
	steps := []Step{{Text: sentence(property, f), Resource: on.ID, Property: property, Pos: pos}}
	if f.From.IsValid() && !sameLine(f.From, pos) {
		steps = append(steps, Step{Text: "the value is written here", Resource: on.ID, Property: property, Pos: f.From})
	}
	return steps
}

// shows is a step about a whole resource.
func shows(on *estate.Resource, text string) Step {
	return Step{Text: text, Resource: on.ID, Pos: on.Pos}
}

func sameLine(a, b arm.Pos) bool {
	line, _ := a.LineCol()
	other, _ := b.LineCol()
	return a.File == b.File && line == other
}

// sentence says what a property is.
func sentence[T comparable](property string, f estate.Field[T]) string {
	name := short(property)
	switch {
	case len(f.Choices) > 0:
		return name + " is " + oneOf(f.Choices)
	case f.Unknown != nil:
		return fmt.Sprintf("%s is %s (%s)", name, f.Unknown.Text(), f.Unknown.Why())
	case !f.Set && show(f.Value) == "":
		return name + " isn't set"
	case !f.Set:
		return name + " isn't set, which means " + show(f.Value)
	}
	return name + " = " + show(f.Value)
}

// short is a property as one speaks of it.
func short(property string) string { return strings.TrimPrefix(property, "properties.") }

func show[T comparable](v T) string { return fmt.Sprint(v) }

func oneOf[T comparable](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		if texts[i] = show(v); texts[i] == "" {
			texts[i] = `""`
		}
	}
	return strings.Join(texts, " or ")
}

// listing is up to three of the texts, and how many more there are.
func listing(texts []string) string {
	const most = 3
	if len(texts) <= most {
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], ", "), len(texts)-most)
}
