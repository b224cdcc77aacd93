package terraform

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"palisade/expr"
	"palisade/format/layout"
	"palisade/template"
)

const (
	terraformVersion = ">= 1.9.0"
	azapiVersion     = "~> 2.5"
)

// Write is a flat layout as Terraform with azapi: versions.tf, main.tf, and a
// file for each other part, formatted as terraform fmt does. header is a
// comment of one line that each file starts with. What Terraform has no
// expression for is an error.
//
// Source: registry.terraform.io, Azure/azapi, azapi_resource and
// azapi_update_resource.
func Write(t *layout.Tree, header string, first ...First) ([]layout.Written, error) {
	w := newWriter(t)
	w.first = first
	bodies := w.parts()
	if w.err != nil {
		return nil, w.err
	}
	names := map[string]bool{"main": true, "versions": true}
	out := []layout.Written{
		written("versions", header, w.versions()),
		written("main", header, w.head()),
	}
	for i, p := range t.Parts {
		if bodies[i] == "" {
			continue
		}
		out = append(out, written(unused(layout.Slug(p.Name), names), header, title(p)+bodies[i]))
	}
	var formatting sync.WaitGroup
	for i := range out {
		formatting.Go(func() { out[i].Text = hclwrite.Format(out[i].Text) })
	}
	formatting.Wait()
	return out, w.err
}

func written(name, header, text string) layout.Written {
	return layout.Written{Path: name + ".tf", Text: []byte(comment(header) + "\n" + text)}
}

func title(p layout.Part) string {
	s := comment(sentence(p.Title)) + comment(p.Practice)
	if s == "" {
		return ""
	}
	return s + "\n"
}

func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

const commentWidth = 100

// comment is text as comments, broken at its spaces.
func comment(text string) string {
	var b strings.Builder
	line := "#"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > commentWidth && line != "#" {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	if line != "#" {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// writer spells one layout. All resources share one space of names.
type writer struct {
	tree         *layout.Tree
	subscription string // its id
	names        map[*layout.Resource]string
	exports      map[*layout.Resource][]string // paths of the state that is asked for
	client       bool                          // who deploys is asked for
	first        []First
	err          error
}

func newWriter(t *layout.Tree) *writer {
	w := &writer{tree: t, subscription: "/subscriptions/" + t.Main.Scope.Subscription,
		names: map[*layout.Resource]string{}, exports: map[*layout.Resource][]string{}}
	taken := map[string]bool{}
	for _, r := range slices.Concat(t.Main.Resources, t.Main.Existing) {
		w.names[r] = unused(snake(r.Symbol), taken)
	}
	return w
}

func unused(name string, taken map[string]bool) string {
	found := name
	for i := 2; taken[found]; i++ {
		found = fmt.Sprint(name, "_", i)
	}
	taken[found] = true
	return found
}

// snake turns privateEndpointVault into private_endpoint_vault.
func snake(symbol string) string {
	var b strings.Builder
	for i := range len(symbol) {
		c := symbol[i]
		if 'A' <= c && c <= 'Z' {
			if i > 0 && (isLower(symbol[i-1]) || i+1 < len(symbol) && isLower(symbol[i+1])) && symbol[i-1] != '_' {
				b.WriteByte('_')
			}
			c |= 0x20
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

func (w *writer) fail(format string, args ...any) string {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
	return "null"
}

// parts are the resources of each part. What asks for the state of a resource
// decides what that resource exports, so all bodies are made first.
func (w *writer) parts() []string {
	blocks := make([]block, len(w.tree.Main.Resources))
	for i, r := range w.tree.Main.Resources {
		blocks[i] = w.resource(r)
	}
	builders := make([]strings.Builder, len(w.tree.Parts))
	for i, r := range w.tree.Main.Resources {
		b := &builders[r.Part]
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(blocks[i].text(w.exports[r]))
	}
	out := make([]string, len(builders))
	for i := range builders {
		out[i] = builders[i].String()
	}
	return out
}

func (w *writer) versions() string {
	return fmt.Sprintf(`terraform {
  required_version = %q

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = %q
    }
  }
}

provider "azapi" {
  subscription_id = %q
}
`, terraformVersion, azapiVersion, w.tree.Main.Scope.Subscription)
}

// head is what all parts share.
func (w *writer) head() string {
	var b strings.Builder
	for _, p := range w.tree.Main.Parameters {
		if p.Value == nil {
			b.WriteString(variable(p) + "\n")
		}
	}
	b.WriteString("locals {\n  subscription = " + quoted(w.subscription) + "\n")
	for _, p := range w.tree.Main.Parameters {
		if p.Value != nil {
			b.WriteString("  " + snake(p.Name) + " = " + w.date(p) + "\n")
		}
	}
	for _, v := range w.tree.Main.Variables {
		b.WriteString("  " + v.Name + " = " + w.expression(v.Value) + "\n")
	}
	b.WriteString("}\n")
	if w.client {
		b.WriteString("\n# Who deploys, and in which tenant.\ndata \"azapi_client_config\" \"current\" {}\n")
	}
	for _, r := range w.tree.Main.Existing {
		if paths := w.exports[r]; len(paths) > 0 {
			b.WriteString("\n" + w.existing(r).text(paths))
		}
	}
	return b.String()
}

func variable(p *layout.Parameter) string {
	typ := p.Type
	if typ == "object" {
		typ = "any"
	}
	secure := ""
	if p.Secure {
		secure = "  sensitive = true\n"
	}
	return fmt.Sprintf("variable %q {\n  type = %s\n%s}\n", p.Name, typ, secure)
}

// block is a resource or data source, to which what it exports is added.
type block struct {
	opening, lines, end string
	after               string // blocks that follow it
}

func (b block) text(exports []string) string {
	s := b.opening + b.lines
	if len(exports) > 0 {
		for i, path := range exports {
			exports[i] = quoted(path)
		}
		s += "\n  response_export_values = [" + strings.Join(exports, ", ") + "]\n"
	}
	return s + b.end + "}\n" + b.after
}

func (w *writer) existing(r *layout.Resource) block {
	return block{opening: fmt.Sprintf("data \"azapi_resource\" %q {\n", w.names[r]),
		lines: "  type = " + w.typeText(r) + "\n  resource_id = " + w.text(r.Identity.ID()) + "\n"}
}

func (w *writer) typeText(r *layout.Resource) string {
	return quoted(r.Identity.Type + "@" + r.APIVersion)
}

func (w *writer) resource(r *layout.Resource) block {
	if r.Condition != nil {
		w.fail("%s is deployed on a condition, which Terraform can't know", r.Identity.ID())
	}
	names := r.Identity.Names
	first, whole, after := w.firstOf(r), r.Body, ""
	if first != nil {
		made, ok := with(r.Body, strings.Split(first.Property, "."), first.Value)
		if !ok {
			w.fail("%s has no %s that could be set later", r.Identity.ID(), first.Property)
			made = r.Body
		}
		whole, after = made, w.second(r, first)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  type = %s\n  parent_id = %s\n  name = %s\n", w.typeText(r), w.parentID(r), quoted(names[len(names)-1]))
	body := &expr.Object{}
	var identity *expr.Object
	for _, m := range whole.Members {
		name, _ := m.Name.(*expr.Literal)
		switch {
		case name == nil:
			body.Members = append(body.Members, m)
		case kindOf(r) == updateKind:
			body.Members = append(body.Members, m)
		case name.Value.Is("location"), name.Value.Is("tags"):
			b.WriteString("  " + strings.ToLower(name.Value.Text()) + " = " + w.expression(m.Value) + "\n")
		case name.Value.Is("identity") && w.isIdentity(m.Value):
			identity = m.Value.(*expr.Object)
		default:
			body.Members = append(body.Members, m)
		}
	}
	if identity != nil {
		b.WriteString("\n" + w.identity(identity))
	}
	if len(body.Members) > 0 {
		b.WriteString("\n  body = " + w.lines(body, "  ") + "\n")
	}
	return block{opening: fmt.Sprintf("resource %q %q {\n", kindOf(r), w.names[r]), lines: b.String(), end: timeouts(r) + w.dependsOn(r) + w.lifecycle(r, first), after: after}
}

// parentID is the id of what r is in.
func (w *writer) parentID(r *layout.Resource) string {
	for _, in := range []*layout.Resource{r.Parent, r.Target, r.Group} {
		if in != nil {
			return w.id(in)
		}
	}
	if r.Identity.Scope.Kind == template.ManagementGroup && r.Identity.Target == "" {
		return quoted(r.Identity.ParentID())
	}
	return w.text(r.Identity.ParentID())
}
