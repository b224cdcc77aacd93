package armjson

import (
	"strings"

	"palisade/arm"
)

// Kind is what a JSON file is for.
type Kind uint8

const (
	// Other is none of the below.
	Other Kind = iota
	// Template is a deployment template of any scope.
	Template
	// Parameters is a file of parameter values for a template.
	Parameters
	// UIDefinition describes a form of the Azure portal.
	UIDefinition
	// Policy is a definition of a policy or of a set of them.
	Policy
)

// KindOf tells what v, the content of a file, is. The shape counts for more
// than $schema, which is often missing, or copied from another kind of file.
func KindOf(v arm.Value) Kind {
	o, ok := v.Object()
	if !ok {
		return Other
	}
	kind := kindBySchema(o.Get("$schema"))
	switch {
	case kind == UIDefinition || isUIDefinition(o):
		return UIDefinition
	case kind == Policy || isPolicy(v):
		return Policy
	case isTemplate(o, kind == Template || kind == Parameters):
		return Template
	case isParameters(o, kind == Parameters):
		return Parameters
	}
	return kind
}

// GuessKind tells from the first 4 KiB of a file that can't be read as JSON
// what it was meant to be.
func GuessKind(raw []byte) Kind {
	text := strings.ToLower(string(Text(raw[:min(len(raw), 4096)])))
	kind := schemaKind(text)
	if kind == Other && strings.Contains(text, `"contentversion"`) {
		return Template
	}
	return kind
}

func kindBySchema(schema arm.Value) Kind {
	s, _ := schema.Str()
	return schemaKind(strings.ToLower(s))
}

func schemaKind(s string) Kind {
	switch {
	case strings.Contains(s, "deploymenttemplate"):
		return Template
	case strings.Contains(s, "deploymentparameters"):
		return Parameters
	case strings.Contains(s, "createuidefinition"), strings.Contains(s, "uiformdefinition"):
		return UIDefinition
	case strings.Contains(s, "policydefinition"), strings.Contains(s, "policysetdefinition"):
		return Policy
	}
	return Other
}

func isUIDefinition(o *arm.Object) bool {
	handler, _ := o.Get("handler").Str()
	return strings.HasPrefix(strings.ToLower(handler), "microsoft.azure.createuidef")
}

func isPolicy(v arm.Value) bool {
	return !v.Get("policyRule").IsNull() || !v.Get("properties", "policyRule").IsNull() ||
		!v.Get("properties", "policyDefinitions").IsNull()
}

// isTemplate reports whether o holds the resources of a template: something
// else says that it is one, or they look like it.
func isTemplate(o *arm.Object, schema bool) bool {
	resources := o.Get("resources")
	if k := resources.Kind(); k != arm.ArrayKind && k != arm.ObjectKind {
		return false
	}
	return schema || o.Get("contentVersion").Kind() == arm.StringKind || anyResource(resources)
}

func anyResource(resources arm.Value) bool {
	for _, r := range children(resources) {
		typ, _ := r.Get("type").Str()
		if strings.Contains(typ, "/") && !r.Get("apiVersion").IsNull() {
			return true
		}
	}
	return false
}

// children returns the items of an array or the values of an object.
func children(v arm.Value) []arm.Value {
	if items, ok := v.Items(); ok {
		return items
	}
	o, ok := v.Object()
	if !ok {
		return nil
	}
	values := make([]arm.Value, 0, o.Len())
	for _, m := range o.Members() {
		values = append(values, m.Value)
	}
	return values
}

// isParameters reports whether o is a parameter file, or the bare object of
// its parameters.
func isParameters(o *arm.Object, schema bool) bool {
	parameters, ok := o.Get("parameters").Object()
	if !ok {
		return areParameterValues(o)
	}
	return areParameterValues(parameters) || schema
}

func areParameterValues(o *arm.Object) bool {
	for _, m := range o.Members() {
		if !isParameterValue(m.Value) {
			return false
		}
	}
	return o.Len() > 0
}

// isParameterValue reports whether v holds a value, a reference to a secret or
// an expression, and nothing that doesn't go with them.
func isParameterValue(v arm.Value) bool {
	o, ok := v.Object()
	if !ok {
		return false
	}
	found := false
	for _, m := range o.Members() {
		switch strings.ToLower(m.Name) {
		case "value", "expression":
			found = true
		case "reference":
			found = m.Value.Kind() == arm.ObjectKind
		case "metadata":
		default:
			return false
		}
	}
	return found
}
