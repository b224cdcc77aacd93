package spec

import (
	"reflect"
	"strings"
)

// scalar is a value that is written as one word or number. What parse returns
// continues a sentence: `tenant: "abc" is not a GUID`.
type scalar interface {
	parse(text string) error
	form() form
}

// form is how a scalar is written, for the JSON Schema and the documentation.
type form struct {
	says    string // the kind, with an example: "duration such as 30s"
	pattern string // of the text
	bare    bool   // says takes no article
	number  bool   // a plain number is the text, too
	secret  bool   // what is written may be a secret by mistake; it is never repeated
}

// enum is a string of which only some values exist.
type enum interface{ values() []string }

// fault is what is wrong with a scalar, and what to do about it.
type fault struct{ what, hint string }

func (f fault) Error() string { return f.what }

// isNot makes the fault of a text that isn't what its form says.
func isNot(f form) error { return fault{what: "not " + f.a()} }

// a is what the form says, with its article where it takes one.
func (f form) a() string {
	switch {
	case f.bare:
		return f.says
	case strings.ContainsRune("aeioIO", rune(f.says[0])):
		return "an " + f.says
	}
	return "a " + f.says
}

// formOf is the form of any scalar type.
func formOf(t reflect.Type) form {
	v := reflect.New(t)
	if s, ok := v.Interface().(scalar); ok {
		return s.form()
	}
	if e, ok := v.Elem().Interface().(enum); ok {
		return form{says: oneOf(e.values()), bare: true}
	}
	switch t.Kind() {
	case reflect.Bool:
		return form{says: "true or false", bare: true}
	case reflect.Int:
		return form{says: "whole number"}
	}
	return form{says: "text", bare: true}
}

// oneOf lists words for a message: "a, b or c".
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
