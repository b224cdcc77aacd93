package access

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/estate"
)

// home is what "~" at the start of an id stands for in tests.
const (
	subscription = "/subscriptions/11111111-1111-1111-1111-111111111111"
	home         = subscription + "/resourceGroups/rg/providers"
)

// expand writes out "~" (the providers of the test's resource group), "~rg"
// and "~sub".
func expand(s string) string {
	switch {
	case s == "~rg" || strings.HasPrefix(s, "~rg/"):
		return subscription + "/resourceGroups/rg" + s[3:]
	case s == "~sub" || strings.HasPrefix(s, "~sub/"):
		return subscription + s[4:]
	case strings.HasPrefix(s, "~/"):
		return home + s[1:]
	}
	return s
}

// short is the opposite of expand, for answers.
func short(s string) string {
	for _, r := range []string{strings.ToLower(home), home} {
		s = strings.ReplaceAll(s, r+"/", "~/")
	}
	for _, r := range []string{subscription + "/resourceGroups/rg", subscription + "/resourcegroups/rg"} {
		s = strings.ReplaceAll(s, r, "~rg")
	}
	return strings.ReplaceAll(s, subscription, "~sub")
}

// world reads a JSON array of resources. An object {"unknown": "x"} is an
// unknown parameter x; {"reference": "id", "member": "principalId"} is what a
// template asks of a resource; {"keyOf": "id"} is listKeys(id).key1;
// {"if": "x", "then": …, "else": …} is a choice.
func world(t testing.TB, text []byte) *World {
	t.Helper()
	var raw []json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatalf("estate.json: %v", err)
	}
	l := loader{t, arm.NewFile("estate.json", text), text}
	var resources []arm.Resource
	var outputs []estate.Output
	at := 0
	for _, r := range raw {
		at += bytes.Index(text[at:], r)
		v := l.value(r, at)
		if o := v.Get("output"); !o.IsNull() {
			outputs = append(outputs, estate.Output{Deployment: expand(v.Get("deployment").Text()),
				Name: "out", Value: o, Pos: v.Pos()})
			continue
		}
		resources = append(resources, l.resource(v))
	}
	return Compile(estate.New(resources, estate.Options{Outputs: outputs}))
}

type loader struct {
	t    testing.TB
	file *arm.File
	text []byte
}

func (l *loader) resource(v arm.Value) arm.Resource {
	id := v.Get("id").Text()
	existing, _ := v.Get("existing").Bool()
	return arm.Resource{ID: id, Type: estate.TypeOf(id), Name: estate.LastName(id), Body: v,
		APIVersion: v.Get("apiVersion").Text(), Existing: existing, Pos: v.Pos(),
		Condition: v.Get("condition")}
}

// value decodes JSON with the places of its members.
func (l *loader) value(raw json.RawMessage, at int) arm.Value {
	pos := l.file.At(at)
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	tok, err := d.Token()
	if err != nil {
		l.t.Fatal(err)
	}
	switch x := tok.(type) {
	case string:
		return arm.String(expand(x), pos)
	case bool:
		return arm.Bool(x, pos)
	case json.Number:
		n, _ := x.Int64()
		return arm.Int(n, pos)
	case json.Delim:
		if x == '[' {
			return arm.Array(l.items(d, raw, at), pos)
		}
		return special1(l.members(d, raw, at), pos)
	}
	return arm.Null(pos)
}

func (l *loader) items(d *json.Decoder, raw []byte, at int) []arm.Value {
	var items []arm.Value
	for d.More() {
		items = append(items, l.next(d, raw, at))
	}
	return items
}

func (l *loader) members(d *json.Decoder, raw []byte, at int) []arm.Member {
	var members []arm.Member
	for d.More() {
		start := int(d.InputOffset())
		name, _ := d.Token()
		start += bytes.IndexByte(raw[start:], '"')
		members = append(members, arm.Member{Name: expand(name.(string)), Value: l.next(d, raw, at), Pos: l.file.At(at + start)})
	}
	return members
}

func (l *loader) next(d *json.Decoder, raw []byte, at int) arm.Value {
	var item json.RawMessage
	if err := d.Decode(&item); err != nil {
		l.t.Fatal(err)
	}
	return l.value(item, at+int(d.InputOffset())-len(item))
}

// special1 makes unknowns of the objects that stand for them.
func special1(members []arm.Member, pos arm.Pos) arm.Value {
	o := arm.NewObject(members)
	get := func(name string) arm.Value { return o.Get(name) }
	switch {
	case !get("unknown").IsNull():
		return arm.Unk(arm.Parameter(get("unknown").Text(), false, pos))
	case !get("reference").IsNull():
		r := arm.Runtime("reference", "known when deployed", pos, get("reference"))
		for _, name := range strings.Split(get("member").Text(), ".") {
			r = r.Member(name)
		}
		return arm.Unk(r)
	case !get("keyOf").IsNull():
		r := arm.Runtime("listKeys", "a key", pos, get("keyOf"), arm.String("2024-10-01", pos))
		r.Secret = true
		return arm.Unk(r.Member("key1"))
	case !get("if").IsNull():
		return arm.Unk(arm.If(arm.Unk(arm.Parameter(get("if").Text(), false, pos)), get("then"), get("else"), pos))
	}
	return arm.Obj(o, pos)
}

// archive is a txtar file: sections that begin with "-- name --".
type archive struct{ sections []section }

type section struct{ name, text string }

func parseArchive(text string) archive {
	var a archive
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(name, " --") {
			a.sections = append(a.sections, section{name: strings.TrimSuffix(name, " --")})
		} else if n := len(a.sections); n > 0 {
			a.sections[n-1].text += line
		} else {
			a.sections = append(a.sections, section{text: line})
		}
	}
	return a
}

func (a archive) get(name string) string {
	for _, s := range a.sections {
		if s.name == name {
			return s.text
		}
	}
	return ""
}

func (a archive) String() string {
	var b strings.Builder
	for _, s := range a.sections {
		if s.name != "" {
			fmt.Fprintf(&b, "-- %s --\n", s.name)
		}
		b.WriteString(s.text)
	}
	return b.String()
}
