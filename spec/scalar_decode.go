package spec

import (
	"reflect"
	"strconv"
	"strings"
)

// set reads text into v, which is of a scalar type, and checks what the field
// asks for. The error continues a sentence: `"x" is ` not a GUID. With an
// error v is left zero.
func (f *field) set(v reflect.Value, text string) error {
	err := parseScalar(v, text)
	if err == nil && f.match != nil && !f.match.MatchString(text) {
		err = fault{what: "not " + f.means}
	}
	if err == nil {
		err = f.inRange(v)
	}
	if err != nil {
		v.SetZero()
	}
	return err
}

func parseScalar(v reflect.Value, text string) error {
	if s, ok := v.Addr().Interface().(scalar); ok {
		return s.parse(text)
	}
	switch v.Kind() {
	case reflect.Bool:
		if text != "true" && text != "false" {
			return fault{what: "neither true nor false"}
		}
		v.SetBool(text == "true")
	case reflect.Int:
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || !isDigits(strings.TrimPrefix(text, "-")) {
			return fault{what: "not a whole number"}
		}
		v.SetInt(n)
	case reflect.String:
		return setText(v, text)
	}
	return nil
}

func setText(v reflect.Value, text string) error {
	e, ok := v.Interface().(enum)
	if !ok {
		v.SetString(text)
		return nil
	}
	for _, word := range e.values() {
		if word == text {
			v.SetString(text)
			return nil
		}
	}
	f := fault{what: "not " + oneOf(e.values())}
	if w := nearest(text, e.values()); w != "" {
		f.hint = "did you mean " + quote(w) + "?"
	}
	return f
}

// inRange compares numbers, of whatever unit, with the field's range.
func (f *field) inRange(v reflect.Value) error {
	if f.low == "" && f.high == "" {
		return nil
	}
	outside := func(end string, sign int64) bool {
		if end == "" {
			return false
		}
		limit := reflect.New(v.Type()).Elem()
		return parseScalar(limit, end) == nil && sign*v.Int() < sign*limit.Int()
	}
	if !outside(f.low, 1) && !outside(f.high, -1) {
		return nil
	}
	if f.high == "" {
		return fault{what: "less than " + f.low}
	}
	return fault{what: "not between " + f.low + " and " + f.high}
}

// applyDefault fills a value that isn't written in the file. It is the only
// place that does, but for what depends on other keys (derive.go).
func (all sections) applyDefault(f *field, v reflect.Value) {
	switch shapeOf(elem(v.Type())) {
	case sectionShape:
		if v.Kind() == reflect.Struct {
			all.defaults(v)
		}
	case listShape:
		if f.def == "" {
			return
		}
		for word := range strings.SplitSeq(f.def, ",") {
			item := reflect.New(v.Type().Elem()).Elem()
			if parseScalar(item, word) == nil {
				v.Set(reflect.Append(v, item))
			}
		}
	case scalarShape:
		if f.def != "" {
			_ = parseScalar(v, f.def) // a test holds that the defaults can be parsed
		}
	}
}

// defaults fills a section that isn't written at all.
func (all sections) defaults(v reflect.Value) {
	s := all.of(v.Type())
	for i := range s.fields {
		f := &s.fields[i]
		all.applyDefault(f, v.FieldByIndex(f.index))
	}
}
