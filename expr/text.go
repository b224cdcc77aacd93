package expr

import (
	"strings"

	"palisade/arm"
)

// maxParts bounds the known and unknown parts of one string.
const maxParts = 2_000

// textOf returns the known and unknown parts of a string in order. Null counts
// as an empty string, as it does in Resource Manager. ok is false for a value
// that is known not to be a string.
func textOf(v arm.Value) (parts []arm.Value, ok bool) {
	if u, isUnknown := v.Unknown(); isUnknown && u.Op == arm.OpJoin {
		return u.Args, true
	}
	switch v.Kind() {
	case arm.NullKind:
		return nil, true
	case arm.StringKind, arm.UnknownKind:
		return []arm.Value{v}, true
	}
	return nil, false
}

// plain returns the text of a string all of which is known, or of null.
func plain(v arm.Value) (string, bool) {
	if v.IsNull() {
		return "", true
	}
	return v.Str()
}

// plainText returns the text of parts if all of it is known.
func plainText(parts []arm.Value) (string, bool) {
	switch len(parts) {
	case 0:
		return "", true
	case 1:
		return parts[0].Str()
	}
	return "", false
}

// knownStart and knownEnd are the text before the first unknown part, and
// after the last.
func knownStart(parts []arm.Value) string {
	if len(parts) == 0 {
		return ""
	}
	s, _ := parts[0].Str()
	return s
}

func knownEnd(parts []arm.Value) string {
	if len(parts) == 0 {
		return ""
	}
	s, _ := parts[len(parts)-1].Str()
	return s
}

// knownSize is the number of known bytes, which the whole text has at least.
func knownSize(parts []arm.Value) int {
	size := 0
	for _, p := range parts {
		s, _ := p.Str()
		size += len(s)
	}
	return size
}

// joined is arm.Join within the limits of one string.
func (e Env) joined(parts []arm.Value, at arm.Pos) arm.Value {
	var known strings.Builder
	var merged []arm.Value
	size := 0
	flush := func() {
		if known.Len() > 0 {
			merged = append(merged, arm.String(known.String(), at))
			known.Reset()
		}
	}
	for _, p := range parts {
		inner, _ := textOf(p)
		n := knownSize(inner)
		size += n
		e.spend(n/16 + len(inner))
		if size > MaxString || len(merged)+len(inner) > maxParts {
			return e.fail(at, "string is longer than %d bytes or %d parts", MaxString, maxParts)
		}
		for _, q := range inner {
			if s, ok := q.Str(); ok {
				known.WriteString(s)
			} else {
				flush()
				merged = append(merged, q)
			}
		}
	}
	flush()
	return arm.Join(merged, at)
}

// spend counts work that isn't the evaluation of nodes, such as copying. Eval
// notices when the budget is exceeded.
func (e Env) spend(steps int) { e.Budget.steps += steps }

// displayParts is how format and string interpolation show a value: objects
// and arrays as JSON with single quotes.
func (e Env) displayParts(v arm.Value, at arm.Pos) []arm.Value {
	switch v.Kind() {
	case arm.UnknownKind:
		return []arm.Value{v}
	case arm.ArrayKind, arm.ObjectKind:
		parts := e.jsonParts(v, at)
		for i, p := range parts {
			if s, ok := p.Str(); ok {
				parts[i] = arm.String(strings.ReplaceAll(s, `"`, "'"), at)
			}
		}
		return parts
	}
	return []arm.Value{arm.String(displayText(v), v.Pos())}
}

// jsonParts is the compact JSON of v, in which what isn't known remains as
// parts of its own.
func (e Env) jsonParts(v arm.Value, at arm.Pos) []arm.Value {
	if e.tooLong(v) {
		return []arm.Value{e.fail(at, "JSON text is longer than %d bytes", MaxString)}
	}
	w := jsonWriter{at: at}
	w.write(v)
	w.flush()
	return w.parts
}

// tooLong reports whether the text of v would be longer than a string may be.
func (e Env) tooLong(v arm.Value) bool {
	size := 0
	v.Walk(func(w arm.Value) bool {
		s, _ := w.Str()
		size += len(s) + 1
		return size <= MaxString
	})
	e.spend(size / 4)
	return size > MaxString
}

type jsonWriter struct {
	b     strings.Builder
	parts []arm.Value
	at    arm.Pos
}

func (w *jsonWriter) flush() {
	if w.b.Len() > 0 {
		w.parts = append(w.parts, arm.String(w.b.String(), w.at))
		w.b.Reset()
	}
}

func (w *jsonWriter) write(v arm.Value) {
	if items, ok := v.Items(); ok {
		w.b.WriteByte('[')
		for i, item := range items {
			w.comma(i)
			w.write(item)
		}
		w.b.WriteByte(']')
		return
	}
	if o, ok := v.Object(); ok {
		w.object(o)
		return
	}
	if u, ok := v.Unknown(); ok {
		w.unknown(u)
		return
	}
	w.b.WriteString(v.JSON())
}

func (w *jsonWriter) comma(i int) {
	if i > 0 {
		w.b.WriteByte(',')
	}
}

// object writes an object. Of one that is open only a part is known: it stays
// one unknown part.
func (w *jsonWriter) object(o *arm.Object) {
	if o.Rest() != nil {
		w.unknown(o.Rest())
		return
	}
	w.b.WriteByte('{')
	for i, m := range o.Members() {
		w.comma(i)
		w.b.WriteString(arm.String(m.Name, w.at).JSON())
		w.b.WriteByte(':')
		w.write(m.Value)
	}
	w.b.WriteByte('}')
}

// unknown writes a joined string between its quotes. Of other unknowns it
// isn't known whether they are strings: their text is the term jsonText.
func (w *jsonWriter) unknown(u *arm.Unknown) {
	if u.Op != arm.OpJoin {
		w.flush()
		if u.Op != arm.OpCall || u.Name != "jsonText" {
			u = arm.Call("jsonText", w.at, arm.Unk(u))
		}
		w.parts = append(w.parts, arm.Unk(u))
		return
	}
	w.b.WriteByte('"')
	for _, p := range u.Args {
		if p.IsUnknown() {
			w.flush()
			w.parts = append(w.parts, p)
			continue
		}
		quoted := p.JSON()
		w.b.WriteString(quoted[1 : len(quoted)-1])
	}
	w.b.WriteByte('"')
}
