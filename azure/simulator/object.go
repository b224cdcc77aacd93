package simulator

import (
	"encoding/json"
	"strings"

	"palisade/arm"
	"palisade/format/armjson"
)

// object is a JSON object as a client sends it.
type object = map[string]any

// get follows names into nested objects, without regard to case.
func get(v any, names ...string) any {
	for _, name := range names {
		o, ok := v.(object)
		if !ok {
			return nil
		}
		v = member(o, name)
	}
	return v
}

func member(o object, name string) any {
	if v, ok := o[name]; ok {
		return v
	}
	for k, v := range o {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return nil
}

func getText(v any, names ...string) string {
	s, _ := get(v, names...).(string)
	return s
}

func getNumber(v any, names ...string) float64 {
	n, _ := get(v, names...).(float64)
	return n
}

// copied is a deep copy of v.
func copied[T any](v T) T {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // only of JSON values
	}
	var out T
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}

// plain turns a value that is fully known into what encoding/json makes of it.
func plain(v arm.Value) any {
	var out any
	_ = json.Unmarshal([]byte(v.JSON()), &out)
	return out
}

// value is the opposite of plain.
func value(v any) arm.Value {
	text, err := json.Marshal(v)
	if err != nil {
		return arm.Null(arm.Pos{})
	}
	out, _ := armjson.Read(arm.NewFile("live", text), text)
	return out
}

// merge sets the members of patch in o, into nested objects; null takes away.
func merge(o, patch object) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	for k, v := range patch {
		inner, isObject := v.(object)
		old, wasObject := out[k].(object)
		switch {
		case v == nil:
			delete(out, k)
		case isObject && wasObject:
			out[k] = merge(old, inner)
		default:
			out[k] = v
		}
	}
	return out
}
