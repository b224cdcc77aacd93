// Package estatetest reads resources for tests from JSON text.
package estatetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"palisade/arm"
)

// Scope is where a resource without "id" and "scope" stands.
const Scope = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"

// Load reads a JSON array of resources as templates write them:
//
//	{"type", "name", "apiVersion", "properties", "scope", "existing",
//	 "condition", "copies", "symbol", "deployment", …}
//
// The id is made of scope, type and name ("vnet/subnet" for children) where it
// isn't written. Positions are those in text, as a file called "test.json". An
// unknown value is written as one of
//
//	{"$parameter": "name"}
//	{"$if": ["condition", then, otherwise]}
//	{"$join": ["text", {"$parameter": "name"}]}
//	{"$reference": "resource id", "path": "identity.principalId", "full": true}
//	{"$call": "listKeys", "args": ["resource id"], "path": "key1"}
func Load(t testing.TB, text string) []arm.Resource {
	t.Helper()
	v := Value(t, text)
	items, ok := v.Items()
	if !ok {
		t.Fatalf("resources: %s, not an array", v.Kind())
	}
	resources := make([]arm.Resource, len(items))
	for i, item := range items {
		resources[i] = resource(item)
	}
	return resources
}

// Value reads one JSON value, with unknowns as in Load.
func Value(t testing.TB, text string) arm.Value {
	t.Helper()
	r := reader{dec: json.NewDecoder(strings.NewReader(text)), file: arm.NewFile("test.json", []byte(text))}
	r.dec.UseNumber()
	v, err := r.value()
	if err != nil {
		t.Fatalf("reading test resources: %v at %s", err, r.pos())
	}
	return v
}

func resource(v arm.Value) arm.Resource {
	existing, _ := v.Get("existing").Bool()
	r := arm.Resource{
		Type: v.Get("type").Text(), APIVersion: v.Get("apiVersion").Text(), Body: v,
		Condition: v.Get("condition"), Copies: v.Get("copies"), Existing: existing,
		Symbol: v.Get("symbol").Text(), Deployment: v.Get("deployment").Text(), Pos: v.Pos(),
	}
	name := v.Get("name").Text()
	r.Name = name[strings.LastIndexByte(name, '/')+1:]
	r.ID = v.Get("id").Text()
	if r.ID == "" {
		r.ID = ID(v.Get("scope").Text(), r.Type, name)
	}
	return r
}

// ID is the id of a resource at a scope, or at Scope where that is "".
func ID(scope, typ, name string) string {
	switch scope {
	case "":
		scope = Scope
	case "/":
		scope = ""
	}
	types := strings.Split(typ, "/")
	id := scope + "/providers/" + types[0]
	for i, n := range strings.Split(name, "/") {
		if i+1 < len(types) {
			id += "/" + types[i+1] + "/" + n
		}
	}
	return id
}

type reader struct {
	dec  *json.Decoder
	file *arm.File
}

func (r reader) pos() arm.Pos { return r.file.At(int(r.dec.InputOffset())) }

func (r reader) value() (arm.Value, error) {
	token, err := r.dec.Token()
	if err != nil {
		return arm.Value{}, err
	}
	pos := r.pos()
	switch x := token.(type) {
	case bool:
		return arm.Bool(x, pos), nil
	case string:
		return arm.String(x, pos), nil
	case json.Number:
		return number(x, pos), nil
	case json.Delim:
		if x == '[' {
			return r.array(pos)
		}
		return r.object(pos)
	}
	return arm.Null(pos), nil
}

func number(x json.Number, pos arm.Pos) arm.Value {
	if n, err := x.Int64(); err == nil {
		return arm.Int(n, pos)
	}
	f, _ := x.Float64()
	return arm.Float(f, pos)
}

func (r reader) array(pos arm.Pos) (arm.Value, error) {
	var items []arm.Value
	for r.dec.More() {
		item, err := r.value()
		if err != nil {
			return arm.Value{}, err
		}
		items = append(items, item)
	}
	_, err := r.dec.Token()
	return arm.Array(items, pos), err
}

func (r reader) object(pos arm.Pos) (arm.Value, error) {
	var members []arm.Member
	for r.dec.More() {
		name, err := r.dec.Token()
		if err != nil {
			return arm.Value{}, err
		}
		at := r.pos()
		v, err := r.value()
		if err != nil {
			return arm.Value{}, err
		}
		members = append(members, arm.Member{Name: fmt.Sprint(name), Value: v, Pos: at})
	}
	_, err := r.dec.Token()
	return unknown(arm.NewObject(members), pos), err
}

// unknown makes the unknown that o stands for, if it stands for one.
func unknown(o *arm.Object, pos arm.Pos) arm.Value {
	if o.Len() == 0 || !strings.HasPrefix(o.Members()[0].Name, "$") {
		return arm.Obj(o, pos)
	}
	v := o.Members()[0].Value
	items, _ := v.Items()
	switch name := o.Members()[0].Name; {
	case name == "$parameter":
		return arm.Unk(arm.Parameter(v.Text(), false, pos))
	case name == "$if" && len(items) == 3:
		condition := arm.Unk(arm.Parameter(items[0].Text(), false, pos))
		return arm.Unk(arm.If(condition, items[1], items[2], pos))
	case name == "$join":
		return arm.Join(items, pos)
	case name == "$call":
		args, _ := o.Get("args").Items()
		return follow(arm.Unk(arm.Runtime(v.Text(), "known only once it is deployed", pos, args...)), o)
	case name == "$reference":
		args := []arm.Value{v}
		if full, _ := o.Get("full").Bool(); full {
			args = append(args, arm.String("full", pos))
		}
		return follow(arm.Unk(arm.Runtime("reference", "known only once it is deployed", pos, args...)), o)
	}
	return arm.Obj(o, pos)
}

func follow(v arm.Value, o *arm.Object) arm.Value {
	if path, ok := o.Get("path").Str(); ok {
		return v.Get(strings.Split(path, ".")...)
	}
	return v
}
