package armjson

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// extensionAliases are the aliases that stand for Azure itself, which needn't
// be declared, but may be.
func extensionAliases(t *arm.Object) map[string]bool {
	azure := map[string]bool{}
	for _, section := range [...]string{"extensions", "imports"} {
		o, _ := t.Get(section).Object()
		if o == nil {
			continue
		}
		for _, m := range o.Members() {
			if m.Value.Get("name").Is("AzureResourceManager") || m.Value.Get("provider").Is("AzureResourceManager") {
				azure[m.Name] = true
			}
		}
	}
	return azure
}

// extensionOf is the alias of the extension that deploys the resource, or ""
// for Azure itself.
func extensionOf(o *arm.Object, azure map[string]bool) string {
	for _, member := range [...]string{"extension", "import"} {
		if alias, ok := o.Get(member).Str(); ok && !azure[alias] {
			return alias
		}
	}
	return ""
}

// extension reads a resource that isn't one of Azure, such as a group of
// Microsoft Graph. Its type ends in the API version, and its name is a
// property.
func (l *lowerer) extension(r *template.Resource, o *arm.Object, alias string) {
	r.Extension = alias
	if typ, version, ok := strings.Cut(r.Type, "@"); ok {
		r.Type, r.APIVersion = typ, version
	}
	r.Existing, _ = o.Get("existing").Bool()
	r.Condition = l.optional(o.Get("condition"))
	r.Loop = l.resourceLoop(o.Get("copy"))
	l.dependsOn(r, o.Get("dependsOn"))
	properties := o.Get("properties")
	r.Name = l.extensionName(r, properties)
	body := []expr.ObjectMember{{Name: l.literal("properties"), Value: l.node(properties), At: properties.Pos()}}
	r.Body = &expr.Object{Members: body, At: r.At}
}

// extensionName is the property that tells the resource from others of its
// type, else the symbolic name.
func (l *lowerer) extensionName(r *template.Resource, properties arm.Value) expr.Node {
	for _, path := range [...][]string{{"uniqueName"}, {"name"}, {"metadata", "name"}, {"appId"}} {
		if v := properties.Get(path...); !v.IsNull() {
			return l.node(v)
		}
	}
	return &expr.Literal{Value: arm.String(r.Symbol, r.At)}
}
