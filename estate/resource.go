package estate

import (
	"strings"

	"palisade/arm"
)

// Resource is what every typed resource has; each of them embeds it.
type Resource struct {
	ID         string
	Key        string // the id as it is compared: in lower case
	Type       string // namespace and types, as written
	Name       string // last part of the name
	APIVersion string
	// Parent is the key of what it stands in or on: the parent resource, the
	// resource that it extends, the resource group, the subscription.
	Parent   string
	Location Field[string]

	// Maybe is why it isn't known whether the resource will exist, or nil.
	Maybe *arm.Unknown
	// Referred reports that the resource is declared elsewhere and only
	// referred to here: all of its properties are unknown.
	Referred bool
	// Inline reports that it is written in the properties of its parent.
	Inline bool
	// Others are the other declarations of the same id. Which of them holds in
	// the end depends on the order of the deployments, so each stands for
	// itself, and what must hold must hold for all. At most 64.
	Others []*Resource

	// Identity is the managed identities that it carries; never nil, and
	// without any where it has none.
	Identity *Identity

	Body   arm.Value // the whole resource; unknown where Referred
	Pos    arm.Pos
	Source *arm.Resource // what was read; of an inline resource, its parent's
}

// Identity is the managed identities that a resource carries.
// https://learn.microsoft.com/azure/templates: member "identity" of a resource.
type Identity struct {
	System       Field[bool] // it has an identity of its own; absent: false
	UserAssigned List[Ref]   // ids of user-assigned identities
	// PrincipalID is the object id of its own identity, which only a live
	// resource tells; else it isn't Set.
	PrincipalID Field[string]
	Pos         arm.Pos
}

// noIdentity is shared by all resources without one.
var noIdentity = &Identity{}

// newResource makes the typed head of a resource.
func newResource(src *arm.Resource) *Resource {
	r := &Resource{
		ID: src.ID, Key: Key(src.ID), Type: plainType(src), Name: src.Name,
		APIVersion: src.APIVersion, Parent: Parent(src.ID),
		Referred: src.Existing, Body: src.Body, Pos: src.Pos, Source: src,
	}
	if parent, ok := graphParent(src.ID); ok {
		r.Parent = parent
	}
	if u, ok := src.Condition.Unknown(); ok {
		r.Maybe = u
	} else if u, ok := src.Copies.Unknown(); ok {
		r.Maybe = u
	}
	if src.Existing {
		r.Body = arm.Unk(arm.NotRead("resource('"+src.ID+"')",
			src.Name+" is declared elsewhere; only referred to here", src.Pos))
	}
	r.Location = r.at("location").text("")
	r.Identity = noIdentity
	if n := r.at("identity"); n.set {
		r.Identity = decodeIdentity(n)
	}
	return r
}

// plainType is the type that the id says, which for extensions of the old form
// "A/b/providers/c" is the extension's own; else as written, without a version.
func plainType(src *arm.Resource) string {
	if typ := TypeOf(src.ID); typ != "" {
		return typ
	}
	typ, _, _ := strings.Cut(src.Type, "@")
	return typ
}

// child makes the head of a resource that is written inside of parent; typ is
// the last part of its type, such as "subnets".
func (r *Resource) child(typ string, n node) *Resource {
	name := n.at("name").v.Text()
	c := &Resource{
		ID: r.ID + "/" + typ + "/" + name, Type: r.Type + "/" + typ, Name: name,
		APIVersion: r.APIVersion, Parent: r.Key, Maybe: r.Maybe, Referred: r.Referred,
		Inline: true, Body: n.v, Pos: n.pos, Source: r.Source, Identity: noIdentity,
	}
	c.Key = Key(c.ID)
	return c
}

// at finds a member of the body.
func (r *Resource) at(path ...string) node {
	return node{v: r.Body, set: true, pos: r.Pos}.at(path...)
}

// prop finds a member of the properties.
func (r *Resource) prop(path ...string) node { return r.at("properties").at(path...) }

// Is reports whether r is of that type, without regard to case.
func (r *Resource) Is(typ string) bool { return strings.EqualFold(r.Type, typ) }

func decodeIdentity(n node) *Identity {
	typ := n.at("type").text("None")
	return &Identity{
		System: derive(typ, func(s string) bool {
			return strings.Contains(strings.ToLower(s), "systemassigned")
		}),
		UserAssigned: convertList(n.at("userAssignedIdentities").entries(), entryRef),
		PrincipalID:  n.at("principalId").text(""),
		Pos:          n.pos,
	}
}

// entryRef is the id that is the name of a map's entry.
func entryRef(e entry) Ref {
	id := arm.String(e.name, e.pos)
	return node{v: id, set: true, pos: e.pos}.ref()
}
