package bicep

import (
	"strings"

	"palisade/expr"
	"palisade/format/layout"
	"palisade/template"
)

// Write is the layout as Bicep: main.bicep, and a file in modules for each of
// its modules. header is a comment of one line that each file starts with.
//
// Source: Microsoft Learn, "Bicep file structure and syntax"; the form is that
// of Bicep's own formatter with its defaults.
func Write(t *layout.Tree, header string) []layout.Written {
	out := []layout.Written{{Path: "main.bicep", Text: mainFile(t, header)}}
	for _, m := range t.Modules {
		w := newWriter(m)
		w.comment(header)
		w.blank()
		w.comment(sentence(m.Title))
		w.comment(m.Practice)
		w.declarations()
		out = append(out, layout.Written{Path: modulePath(m), Text: w.bytes()})
	}
	return out
}

func modulePath(m *layout.File) string { return "modules/" + m.Name + ".bicep" }

func mainFile(t *layout.Tree, header string) []byte {
	w := newWriter(t.Main)
	w.comment(header)
	w.declarations()
	for _, m := range t.Modules {
		w.module(m)
	}
	return w.bytes()
}

// sentence ends a title with a full stop.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// writer spells one file.
type writer struct {
	file *layout.File
	b    strings.Builder
}

func newWriter(f *layout.File) *writer { return &writer{file: f} }

func (w *writer) bytes() []byte { return []byte(w.b.String()) }

func (w *writer) line(parts ...string) {
	for _, p := range parts {
		w.b.WriteString(p)
	}
	w.b.WriteByte('\n')
}

func (w *writer) blank() { w.b.WriteByte('\n') }

// comment writes text as comments; empty text writes nothing.
func (w *writer) comment(text string) {
	for _, line := range wrapped(text, commentWidth) {
		w.line("// ", line)
	}
}

const commentWidth = 100

// wrapped breaks text into lines at its spaces. Line breaks in it are spaces.
func wrapped(text string, width int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(word) <= width {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

// declarations are all of the file but its modules.
func (w *writer) declarations() {
	w.line("targetScope = ", quotedText(targetScope(w.file.Scope.Kind)))
	for i, p := range w.file.Parameters {
		w.parameter(p, i == 0)
	}
	for i, v := range w.file.Variables {
		if i == 0 {
			w.blank()
		}
		w.line("var ", v.Name, " = ", w.wide(v.Value, ""))
	}
	for _, r := range w.file.Existing {
		w.existing(r)
	}
	for _, r := range w.file.Resources {
		w.resource(r)
	}
}

func targetScope(s template.Scope) string {
	return [...]string{"resourceGroup", "subscription", "managementGroup", "tenant"}[s]
}

func (w *writer) parameter(p *layout.Parameter, first bool) {
	if first || p.Secure {
		w.blank()
	}
	if p.Secure {
		w.line("@secure()")
	}
	declared := "param " + p.Name + " " + p.Type
	if p.Value != nil && w.file.Symbol == "" {
		declared += " = " + w.wide(p.Value, "")
	}
	w.line(declared)
}

func (w *writer) existing(r *layout.Resource) {
	w.blank()
	w.line("resource ", r.Symbol, " ", typeText(r), " existing = {")
	if !w.parent(r) {
		w.place(r.Identity.Scope)
	}
	w.line("}")
}

func typeText(r *layout.Resource) string {
	return quotedText(r.Identity.Type + "@" + r.APIVersion)
}

// parent writes the parent and the name; hasParent is false where the name is
// whole.
func (w *writer) parent(r *layout.Resource) (hasParent bool) {
	names := r.Identity.Names
	if r.Parent != nil {
		w.line("  parent: ", r.Parent.Symbol)
		names = names[len(names)-1:]
	}
	w.line("  name: ", quotedText(strings.Join(names, "/")))
	return r.Parent != nil
}

// place writes the scope of what isn't deployed where the file is.
func (w *writer) place(s layout.Scope) {
	if s == w.file.Scope {
		return
	}
	w.line("  scope: ", w.scope(s))
}

func (w *writer) scope(s layout.Scope) string {
	switch s.Kind {
	case template.Tenant:
		return "tenant()"
	case template.ManagementGroup:
		return "managementGroup(" + quotedText(s.ManagementGroup) + ")"
	case template.Subscription:
		return "subscription(" + quotedText(s.Subscription) + ")"
	}
	if strings.EqualFold(s.Subscription, w.file.Scope.Subscription) {
		return "resourceGroup(" + quotedText(s.Group) + ")"
	}
	return "resourceGroup(" + quotedText(s.Subscription) + ", " + quotedText(s.Group) + ")"
}

func (w *writer) resource(r *layout.Resource) {
	w.blank()
	w.comment(sentence(r.Title))
	w.comment(r.Practice)
	opening := " = {"
	if r.Condition != nil {
		opening = " = if (" + w.expression(r.Condition) + ") {"
	}
	w.line("resource ", r.Symbol, " ", typeText(r), opening)
	w.parent(r)
	if r.Target != nil {
		w.line("  scope: ", r.Target.Symbol)
	}
	for _, m := range r.Body.Members {
		w.line("  ", w.name(m.Name), ": ", w.bodyMember(m.Value))
	}
	var waits []string
	for _, d := range r.DependsOn {
		if !d.Existing {
			waits = append(waits, d.Symbol)
		}
	}
	w.dependsOn(waits)
	w.line("}")
}

// bodyMember is the value of a member of a resource. Properties take a line
// for each of theirs.
func (w *writer) bodyMember(n expr.Node) string {
	if o, ok := n.(*expr.Object); ok && len(o.Members) > 2 {
		return w.objectLines(o, "  ")
	}
	return w.wide(n, "  ")
}

func (w *writer) dependsOn(symbols []string) {
	if len(symbols) == 0 {
		return
	}
	w.line("  dependsOn: [")
	for _, s := range symbols {
		w.line("    ", s)
	}
	w.line("  ]")
}

func (w *writer) module(m *layout.File) {
	w.blank()
	w.comment(m.Practice)
	w.line("module ", m.Symbol, " ", quotedText(modulePath(m)), " = {")
	w.line("  name: ", quotedText(m.Deployment))
	waits := m.Waits()
	if g := ownGroup(m); g != nil {
		w.line("  scope: ", g.Symbol)
		waits = without(waits, g.Symbol)
	} else {
		w.place(m.Scope)
	}
	if len(m.Parameters) > 0 {
		w.line("  params: {")
		for _, p := range m.Parameters {
			w.line("    ", p.Name, ": ", w.argument(p))
		}
		w.line("  }")
	}
	w.dependsOn(waits)
	w.line("}")
}

// ownGroup is the resource group of the main file that m deploys to, or nil.
func ownGroup(m *layout.File) *layout.Resource {
	for _, g := range m.Needs {
		if strings.EqualFold(g.Identity.Names[0], m.Scope.Group) && strings.EqualFold(g.Identity.Scope.Subscription, m.Scope.Subscription) {
			return g
		}
	}
	return nil
}

func without(list []string, s string) []string {
	var out []string
	for _, x := range list {
		if x != s {
			out = append(out, x)
		}
	}
	return out
}

func (w *writer) argument(p *layout.Parameter) string {
	if p.Secret != nil {
		return p.Secret.Vault.Symbol + ".getSecret(" + quotedText(p.Secret.Name) + ")"
	}
	return w.wide(p.Value, "    ")
}
