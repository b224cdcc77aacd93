package layout

import (
	"slices"
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// ID is an expression for the id of a resource that doesn't need its symbol:
// resourceId() and its like, seen from the file's scope.
func (f *File) ID(id Identity) expr.Node {
	names := texts(append([]string{id.Type}, id.Names...)...)
	if id.Target != "" {
		return call("extensionResourceId", append([]expr.Node{f.text(id.Target)}, names...)...)
	}
	switch id.Scope.Kind {
	case template.Tenant:
		return call("tenantResourceId", names...)
	case template.ManagementGroup:
		group := call("tenantResourceId", texts(managementGroupType, id.Scope.ManagementGroup)...)
		return call("extensionResourceId", append([]expr.Node{group}, names...)...)
	case template.Subscription:
		if !f.inSubscription(id.Scope) {
			names = append(texts(id.Scope.Subscription), names...)
		}
		return call("subscriptionResourceId", names...)
	}
	return call("resourceId", append(f.groupArguments(id.Scope), names...)...)
}

func (f *File) inSubscription(s Scope) bool {
	return f.Scope.hasSubscription() && strings.EqualFold(f.Scope.Subscription, s.Subscription)
}

// groupArguments are what comes before the type in resourceId().
func (f *File) groupArguments(s Scope) []expr.Node {
	switch {
	case f.Scope.key() == s.key():
		return nil
	case !f.inSubscription(s):
		return texts(s.Subscription, s.Group)
	case f.Scope.Kind == template.ResourceGroup:
		return texts(s.Group)
	}
	return []expr.Node{member(call("subscription"), "subscriptionId"), text(s.Group)}
}

// text is a string. The id of a resource in the file's subscription is written
// with the functions for ids, so that no subscription is written out.
func (f *File) text(s string) expr.Node {
	if f.flat {
		return text(s)
	}
	if f.Scope.hasSubscription() && s == "/subscriptions/"+f.Scope.Subscription {
		return member(call("subscription"), "id")
	}
	id, ok := ParseID(s)
	switch {
	case !ok || id.ID() != s || !f.inSubscription(id.Scope) || id.Scope.Subscription != f.Scope.Subscription:
		return text(s)
	case f.Scope.Kind == template.ResourceGroup && s == f.Scope.id():
		return member(call("resourceGroup"), "id")
	case strings.ContainsAny(s, "[]{}") || strings.Contains(s, unknownMark):
		return text(s)
	}
	return f.ID(id)
}

// refer is how file f names the resource n, or nil where it has no symbol for
// it: it is extended from elsewhere, or in a circle with what asks.
func (b *builder) refer(f *File, n *node) *Resource {
	if n.file == f {
		return n.out
	}
	if n.Target != "" || n.Type == groupType {
		return nil
	}
	return b.existing(f, n.Identity, n.res.APIVersion)
}

// existing is the reference of a file to a resource that is deployed elsewhere.
func (b *builder) existing(f *File, id Identity, version string) *Resource {
	for _, r := range f.Existing {
		if strings.EqualFold(r.Identity.ID(), id.ID()) {
			return r
		}
	}
	r := &Resource{Identity: id, APIVersion: version, Existing: true}
	if p, ok := id.parent(); ok {
		r.Parent = b.parent(f, p, version)
	}
	taken := b.names()
	for symbol := range f.symbols {
		taken[strings.ToLower(symbol)] = true
	}
	for _, m := range b.tree.Modules {
		taken[strings.ToLower(m.Symbol)] = taken[strings.ToLower(m.Symbol)] || f == b.tree.Main
	}
	r.Symbol = b.symbol(id, "", taken)
	f.symbols[r.Symbol] = r
	f.Existing = append(f.Existing, r)
	return r
}

// parent is the resource that a child in f is a child of. One that the layout
// doesn't deploy is taken to have an API of the same version.
func (b *builder) parent(f *File, id Identity, version string) *Resource {
	if n := b.byID[strings.ToLower(id.ID())]; n != nil {
		return b.refer(f, n)
	}
	return b.existing(f, id, b.version(id.Type, version))
}

// version is the API version of a type: one that the layout has, or that of the
// type that it is a child of, which services keep alike.
func (b *builder) version(typ, otherwise string) string {
	for ; strings.Contains(typ, "/"); typ = typ[:strings.LastIndexByte(typ, '/')] {
		if v := b.knownVersion(typ); v != "" {
			return v
		}
	}
	return otherwise
}

func (b *builder) knownVersion(typ string) string {
	if v := b.versions[strings.ToLower(typ)]; v != "" {
		return v
	}
	if b.options.Version != nil {
		return b.options.Version(typ)
	}
	return ""
}

func refersTo(r *Resource, to *Resource) {
	if to != nil && to != r && !slices.Contains(r.References, to) {
		r.References = append(r.References, to)
	}
}

func text(s string) expr.Node { return &expr.Literal{Value: arm.String(s, arm.Pos{})} }

func texts(s ...string) []expr.Node {
	nodes := make([]expr.Node, len(s))
	for i := range s {
		nodes[i] = text(s[i])
	}
	return nodes
}

func call(name string, args ...expr.Node) *expr.Call { return &expr.Call{Name: name, Args: args} }

func member(x expr.Node, name string) *expr.Member { return &expr.Member{X: x, Name: name} }
