package armjson

import (
	"strings"

	"palisade/arm"
	"palisade/format/layout"
	"palisade/template"
)

// Schemas of templates, by the scope that they deploy to.
var schemas = map[template.Scope]string{
	template.ResourceGroup:   "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
	template.Subscription:    "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
	template.ManagementGroup: "https://schema.management.azure.com/schemas/2019-08-01/managementGroupDeploymentTemplate.json#",
	template.Tenant:          "https://schema.management.azure.com/schemas/2019-08-01/tenantDeploymentTemplate.json#",
}

const (
	deploymentType    = "Microsoft.Resources/deployments"
	deploymentVersion = "2025-04-01"
)

// Write is the layout as one template that deploys to its subscription. Its
// modules are nested deployments with names of their own (inner scope), so the
// one file is all that has to be deployed. generator goes into the metadata.
//
// Source: Microsoft Learn, "Use symbolic names in ARM templates" and "Use
// linked and nested templates when deploying Azure resources".
func Write(t *layout.Tree, generator string) []byte {
	w := &writer{file: t.Main}
	metadata := object(member("_generator", object(member("name", text(generator)))))
	return Indented(w.template(metadata, w.modules(t)))
}

// writer spells one file.
type writer struct {
	file *layout.File
	// asked are the resources whose state is asked for, which only a resource
	// of the template can be.
	asked map[*layout.Resource]bool
}

// template is the file as JSON. more are resources after its own.
func (w *writer) template(metadata arm.Value, more []arm.Member) arm.Value {
	w.asked = map[*layout.Resource]bool{}
	var deployed, referred []arm.Member
	for _, r := range w.file.Resources {
		deployed = append(deployed, member(r.Symbol, w.resource(r)))
	}
	variables, parameters := w.variables(), w.parameters()
	for _, r := range w.file.Existing {
		if w.asked[r] {
			referred = append(referred, member(r.Symbol, w.existing(r)))
		}
	}
	return object(
		member("$schema", text(schemas[w.file.Scope.Kind])),
		member("languageVersion", text("2.0")),
		member("contentVersion", text("1.0.0.0")),
		member("metadata", metadata),
		member("parameters", parameters),
		member("variables", variables),
		member("resources", object(append(append(referred, deployed...), more...)...)),
	)
}

func (w *writer) parameters() arm.Value {
	var members []arm.Member
	for _, p := range w.file.Parameters {
		declared := []arm.Member{member("type", text(parameterType(p)))}
		if p.Value != nil && w.file.Symbol == "" {
			declared = append(declared, member("defaultValue", w.value(p.Value)))
		}
		members = append(members, member(p.Name, object(declared...)))
	}
	return optional(members)
}

func parameterType(p *layout.Parameter) string {
	switch {
	case p.Secure && p.Type == "object":
		return "secureObject"
	case p.Secure:
		return "securestring"
	}
	return p.Type
}

func (w *writer) variables() arm.Value {
	var members []arm.Member
	for _, v := range w.file.Variables {
		members = append(members, member(v.Name, w.value(v.Value)))
	}
	return optional(members)
}

func (w *writer) resource(r *layout.Resource) arm.Value {
	members := w.head(r)
	if r.Practice != "" {
		members = append(members, member("comments", text(r.Practice)))
	}
	if r.Condition != nil {
		members = append(members, member("condition", w.value(r.Condition)))
	}
	if r.Target != nil {
		members = append(members, member("scope", text(escaped(r.Target.Identity.Relative()))))
	}
	body, _ := w.value(r.Body).Object()
	members = append(members, body.Members()...)
	return object(append(members, dependsOn(waits(r)))...)
}

// waits are the symbols of what r waits for. A reference by id doesn't make
// Resource Manager wait, so all are written.
func waits(r *layout.Resource) []string {
	var symbols []string
	for _, d := range r.Waits() {
		symbols = append(symbols, d.Symbol)
	}
	return symbols
}

func (w *writer) existing(r *layout.Resource) arm.Value {
	members := append([]arm.Member{member("existing", arm.Bool(true, arm.Pos{}))}, w.head(r)...)
	if r.Identity.Scope != w.file.Scope {
		members = append(members, w.place(r.Identity.Scope)...)
	}
	return object(members...)
}

func (w *writer) head(r *layout.Resource) []arm.Member {
	return []arm.Member{
		member("type", text(r.Identity.Type)),
		member("apiVersion", text(r.APIVersion)),
		member("name", text(escaped(strings.Join(r.Identity.Names, "/")))),
	}
}

// place says where something is deployed to that the file isn't deployed to.
func (w *writer) place(s layout.Scope) []arm.Member {
	var members []arm.Member
	switch s.Kind {
	case template.Tenant:
		return []arm.Member{member("scope", text("/"))}
	case template.ManagementGroup:
		return []arm.Member{member("scope", text("Microsoft.Management/managementGroups/"+s.ManagementGroup))}
	}
	if !strings.EqualFold(s.Subscription, w.file.Scope.Subscription) {
		members = append(members, member("subscriptionId", text(s.Subscription)))
	}
	if s.Kind == template.ResourceGroup {
		members = append(members, member("resourceGroup", text(escaped(s.Group))))
	}
	return members
}

// modules are the deployments of the other files.
func (w *writer) modules(t *layout.Tree) []arm.Member {
	var members []arm.Member
	for _, m := range t.Modules {
		members = append(members, member(m.Symbol, w.module(m)))
	}
	return members
}

func (w *writer) module(m *layout.File) arm.Value {
	inner := &writer{file: m}
	members := []arm.Member{
		member("type", text(deploymentType)),
		member("apiVersion", text(deploymentVersion)),
		member("name", text(m.Deployment)),
		member("comments", text(m.Practice)),
	}
	members = append(members, w.place(m.Scope)...)
	if m.Scope.Kind != template.ResourceGroup {
		members = append(members, member("location", text("[deployment().location]")))
	}
	members = append(members, member("properties", object(
		member("mode", text("Incremental")),
		member("expressionEvaluationOptions", object(member("scope", text("inner")))),
		member("parameters", w.arguments(m)),
		member("template", inner.template(object(member("description", text(m.Title))), nil)),
	)))
	return object(append(members, dependsOn(m.Waits()))...)
}

func (w *writer) arguments(m *layout.File) arm.Value {
	var members []arm.Member
	for _, p := range m.Parameters {
		given := member("value", arm.Null(arm.Pos{}))
		if p.Secret != nil {
			given = member("reference", object(
				member("keyVault", object(member("id", text("["+w.id(p.Secret.Vault)+"]")))),
				member("secretName", text(p.Secret.Name))))
		} else {
			given.Value = w.value(p.Value)
		}
		members = append(members, member(p.Name, object(given)))
	}
	return optional(members)
}

func dependsOn(symbols []string) arm.Member {
	if len(symbols) == 0 {
		return arm.Member{}
	}
	return member("dependsOn", arm.Strings(symbols, arm.Pos{}))
}

func text(s string) arm.Value { return arm.String(s, arm.Pos{}) }

func member(name string, v arm.Value) arm.Member { return arm.Member{Name: name, Value: v} }

// object is an object of members; those that say nothing are left out.
func object(members ...arm.Member) arm.Value {
	kept := make([]arm.Member, 0, len(members))
	for _, m := range members {
		if s, ok := m.Value.Str(); m.Name != "" && (!m.Value.IsNull() || m.Name == "value") && (!ok || s != "" || m.Name != "comments") {
			kept = append(kept, m)
		}
	}
	return arm.Obj(arm.NewObject(kept), arm.Pos{})
}

// optional is an object, or null where there is nothing in it.
func optional(members []arm.Member) arm.Value {
	if len(members) == 0 {
		return arm.Null(arm.Pos{})
	}
	return arm.Obj(arm.NewObject(members), arm.Pos{})
}
