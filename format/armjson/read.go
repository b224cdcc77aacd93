package armjson

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"palisade/arm"
)

// depthLimit is how deep objects and arrays may be nested. Deployments in
// deployments are the deepest there is, at about ten levels each.
const depthLimit = 1000

// ReadFile reads the bytes of one file. More than limit bytes are refused
// unread. See Read for what it answers.
func ReadFile(name string, raw []byte, limit int) (arm.Value, []arm.Diagnostic) {
	if len(raw) > limit {
		file := &arm.File{Name: name}
		r := reader{file: file}
		r.fail(0, fmt.Sprintf("file of %d bytes is larger than the limit of %d", len(raw), limit))
		return r.result(arm.Value{})
	}
	text := Text(raw)
	return Read(arm.NewFile(name, text), text)
}

// Read parses text, of which file holds the line breaks, as Resource Manager
// does: comments, trailing commas, line breaks in strings, single quotes and
// names without quotes are fine. Values stand at their first byte, members at
// their name.
//
// Of members with the same name the last one counts; each gets a warning. At
// the first error reading stops with one diagnostic, and the value is unknown.
// The value doesn't hold on to text.
func Read(file *arm.File, text []byte) (arm.Value, []arm.Diagnostic) {
	r := reader{file: file, valid: utf8.Valid(text), strings: map[string]arm.Value{}}
	if len(text) > math.MaxInt32 {
		r.fail(0, fmt.Sprintf("file of %d bytes is too large", len(text)))
		return r.result(arm.Value{})
	}
	r.s = strings.TrimPrefix(string(text), utf8Mark)
	r.shift = len(text) - len(r.s)
	v := r.value()
	r.space()
	if r.i < len(r.s) {
		r.fail(r.i, "unexpected text after the end of the JSON value")
	}
	return r.result(v)
}

// reader walks over s once. After an error i stands at the end of s, so that
// every loop ends; only the first error is kept.
type reader struct {
	file  *arm.File
	s     string
	i     int
	shift int  // bytes in front of s
	valid bool // s is valid UTF-8
	depth int

	values  []arm.Value  // items read so far of all open arrays
	members []arm.Member // members read so far of all open objects

	strings    map[string]arm.Value // each string read so far, once
	lastString [2]int               // start and end of the string read last
	err        *arm.Diagnostic
	warnings   []arm.Diagnostic
}

func (r *reader) result(v arm.Value) (arm.Value, []arm.Diagnostic) {
	if r.err == nil {
		return v, r.warnings
	}
	reason := r.file.Name + " couldn't be read: " + r.err.Message
	return arm.Unk(arm.NotRead(r.file.Name, reason, r.err.Pos)), append(r.warnings, *r.err)
}

func (r *reader) pos(i int) arm.Pos { return r.file.At(i + r.shift) }

func (r *reader) fail(at int, message string) {
	if r.err == nil {
		r.err = &arm.Diagnostic{Pos: r.pos(at), Message: message, Hint: r.suspect()}
	}
	r.i = len(r.s)
}

// suspect points to a string over several lines just before an error: that is
// what a missing quote looks like.
func (r *reader) suspect() string {
	start, end := r.lastString[0], r.lastString[1]
	if end <= start || !strings.Contains(r.s[start:end], "\n") {
		return ""
	}
	line, _ := r.pos(start).LineCol()
	return fmt.Sprintf("the string that starts at line %d runs over several lines: is its closing quote missing?", line)
}

func (r *reader) value() arm.Value {
	r.space()
	if r.i >= len(r.s) {
		r.fail(r.i, "file ends where a value should be")
		return arm.Value{}
	}
	at := r.pos(r.i)
	switch c := r.s[r.i]; {
	case c == '"' || c == '\'':
		return r.shared(r.quoted()).At(at)
	case c == '{':
		return r.object(at)
	case c == '[':
		return r.array(at)
	case c == '-' || c == '.' || isDigit(c):
		return r.number(at)
	}
	return r.word(at)
}

func (r *reader) object(at arm.Pos) arm.Value {
	start, base := r.i, len(r.members)
	if !r.enter() {
		return arm.Value{}
	}
	for r.more('}', start, len(r.members) > base) {
		r.member()
	}
	r.depth--
	read := r.members[base:]
	o := arm.NewObject(slices.Clone(read))
	if o.Len() < len(read) {
		r.warnRepeated(read)
	}
	r.members = r.members[:base]
	return arm.Obj(o, at)
}

func (r *reader) member() {
	at := r.i
	name := r.name()
	if r.space(); r.i >= len(r.s) || r.s[r.i] != ':' {
		r.fail(r.i, fmt.Sprintf("expected : after the name %q", brief(name)))
		return
	}
	r.i++
	v := r.value()
	name, _ = r.shared(name).Str()
	r.members = append(r.members, arm.Member{Name: name, Value: v, Pos: r.pos(at)})
}

func (r *reader) array(at arm.Pos) arm.Value {
	start, base := r.i, len(r.values)
	if !r.enter() {
		return arm.Value{}
	}
	for r.more(']', start, len(r.values) > base) {
		r.values = append(r.values, r.value())
	}
	r.depth--
	items := slices.Clone(r.values[base:])
	r.values = r.values[:base]
	return arm.Array(items, at)
}

// shared is s as a value, the same one each time: most strings of a template
// occur many times.
func (r *reader) shared(s string) arm.Value {
	v, ok := r.strings[s]
	if !ok {
		s = strings.Clone(s)
		v = arm.String(s, arm.Pos{})
		r.strings[s] = v
	}
	return v
}

// enter steps over an opening bracket, if that is not too deep.
func (r *reader) enter() bool {
	if r.depth++; r.depth > depthLimit {
		r.fail(r.i, fmt.Sprintf("nested more than %d levels deep", depthLimit))
		return false
	}
	r.i++
	return true
}

// more steps to the next member or item, or over the closing bracket. A comma
// before that is fine.
func (r *reader) more(closing byte, start int, comma bool) bool {
	if r.space(); comma && r.i < len(r.s) && r.s[r.i] == ',' {
		r.i++
		r.space()
		comma = false
	}
	switch {
	case r.err != nil:
		return false
	case r.i >= len(r.s):
		line, col := r.pos(start).LineCol()
		r.fail(r.i, fmt.Sprintf("file ends inside the %s that starts at %d:%d", bracketed(closing), line, col))
		return false
	case r.s[r.i] == closing:
		r.i++
		return false
	case comma:
		r.fail(r.i, fmt.Sprintf("expected , or %c", closing))
		return false
	}
	return true
}

func bracketed(closing byte) string {
	if closing == '}' {
		return "object"
	}
	return "array"
}

func (r *reader) warnRepeated(members []arm.Member) {
	first := make(map[string]arm.Pos, len(members))
	for _, m := range members {
		name := strings.ToLower(m.Name)
		before, repeated := first[name]
		first[name] = m.Pos
		if !repeated {
			continue
		}
		line, col := before.LineCol()
		r.warnings = append(r.warnings, arm.Diagnostic{Severity: arm.Warning, Pos: m.Pos,
			Message: fmt.Sprintf("%q replaces the member of the same name at %d:%d", brief(m.Name), line, col)})
	}
}

// brief shortens text from the file for a message.
func brief(s string) string {
	if len(s) <= 60 {
		return s
	}
	return strings.ToValidUTF8(s[:57], "") + "..."
}
