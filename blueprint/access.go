package blueprint

import (
	"strings"

	"palisade/arm"
	"palisade/spec"
)

// Roles by their GUIDs. Source: the role definitions as Azure Resource Manager
// lists them.
const (
	modelUser        = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd" // Cognitive Services OpenAI User
	modelContributor = "a001fd3d-188f-4b5d-821b-7da978bf7442" // Cognitive Services OpenAI Contributor
	keyEncryption    = "e147488a-f6f5-4113-8e2d-b22465e65bf6" // Key Vault Crypto Service Encryption User
	secretUser       = "4633458b-17de-408a-b874-0445c86b69e6" // Key Vault Secrets User
	blobWriter       = "ba92f5b4-2d11-453d-a403-e96b0029c9fe" // Storage Blob Data Contributor
	blobReader       = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1" // Storage Blob Data Reader
	logReader        = "3b03c2da-16b3-4a49-8834-0f8130efdd3b" // Log Analytics Data Reader
	keyReader        = "21090545-7ca7-4776-b22c-e363652d74d2" // Key Vault Reader: of keys, the public half
	owner            = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635" // Owner, who is told; nobody is given it
	indexReader      = "1407120a-92aa-4202-b7e9-c0e197c71c8f" // Search Index Data Reader
	indexWriter      = "8ebe5a00-799e-43f5-93ac-243d3dce84a7" // Search Index Data Contributor
	metricWriter     = "3913510d-42f4-4e42-8a64-420c390055eb" // Monitoring Metrics Publisher
)

// principal is who gets a role.
type principal struct {
	kind   string    // in Azure's words: Group, User, ServicePrincipal
	object arm.Value // object ID
	name   string    // of it in names: the object ID, or the ID of what has the identity
	needs  []string  // what has to be there first
}

// identity is the principal of a user-assigned identity that is deployed here.
func (p place) identity(id string) principal {
	return principal{"ServicePrincipal", p.principal(id), id, []string{id}}
}

func (p place) object(kind, id string) principal {
	return principal{kind, p.value(id), id, nil}
}

// assign gives a role at a scope that is deployed here, once.
func (b *builder) assign(at place, to principal, role, scope, why string, needs ...string) {
	b.assignAhead(at, to, role, scope, why, append([]string{scope}, needs...)...)
}

// assignAhead gives a role at a scope that isn't deployed here.
func (b *builder) assignAhead(at place, to principal, role, scope, why string, needs ...string) {
	id := on(scope, assignmentType, guid(scope, to.name, role))
	if b.assigned[id] {
		return
	}
	b.assigned[id] = true
	b.put(at, id, "", append(needs, to.needs...), at.props(
		at.is("roleDefinitionId", b.roleID(role)),
		at.is("principalId", to.object),
		at.is("principalType", to.kind),
		at.is("description", why)))
}

func (b *builder) roleID(guid string) string { return on(b.subscriptionID(), roleType, guid) }

// customRole is the GUID of a role of the file.
func (b *builder) customRole(name string) string { return guid(b.groupID(), name) }

// roles makes the custom roles that are given to somebody in Azure.
func (b *builder) roles() {
	if b.spec.Gateway.Kind != spec.NoGateway {
		return // the gateway itself holds callers to their roles
	}
	b.partAt(b.subscriptionID(), "roles", "Custom roles", "A custom role has data actions only: it can neither list keys nor change an account.")
	defer b.dropEmpty()
	for i := range b.spec.Roles {
		r := &b.spec.Roles[i]
		at := b.from(r.Pos)
		b.put(at, b.roleID(b.customRole(r.Name)), "", []string{b.groupID()}, at.props(
			at.is("roleName", b.name(128, "", r.Name)),
			at.is("description", r.Description),
			at.is("type", "CustomRole"),
			at.is("permissions", at.list(at.obj(
				at.is("actions", []string{}), at.is("notActions", []string{}),
				at.is("dataActions", texts(r.DataActions)), at.is("notDataActions", texts(r.NotDataActions))))),
			at.is("assignableScopes", []string{b.groupID()})))
	}
}

// roleGUID is the role that a grant names, and the resource that defines it,
// if it is one of the file.
func (b *builder) roleGUID(name string) (role, definition string) {
	if id := spec.RoleID(name); id != "" {
		return string(id), ""
	}
	for i := range b.spec.Roles {
		if b.spec.Roles[i].Name == name {
			role = b.customRole(name)
			return role, b.roleID(role)
		}
	}
	return strings.ToLower(name), ""
}

// who is the principal of a caller.
func (b *builder) who(w *spec.Who) principal {
	at := b.from(w.Pos)
	switch {
	case w.Group != "":
		return at.object("Group", string(w.Group))
	case w.App != "":
		return at.object("ServicePrincipal", string(w.App))
	case w.User != "":
		return at.object("User", string(w.User))
	case w.Workload != nil:
		return at.identity(b.workloadID(w.Workload))
	case w.ManagedIdentity.IsResourceID():
		id := string(w.ManagedIdentity)
		return principal{"ServicePrincipal", at.principal(id), strings.ToLower(id), nil}
	}
	return at.object("ServicePrincipal", string(w.ManagedIdentity))
}

// callers gives the callers of an account their roles on it.
func (b *builder) callers(a *account) {
	if b.spec.Gateway.Kind != spec.NoGateway {
		at := b.at("gateway")
		b.assign(at, at.identity(b.gatewayIdentity()), modelUser, a.id, "The gateway calls the models; callers have no role on them.")
		return
	}
	for i := range b.spec.Access {
		g := &b.spec.Access[i]
		if !a.offers(g.Models) {
			continue
		}
		role, definition := b.roleGUID(g.Role)
		for j := range g.Who {
			var needs []string
			if definition != "" {
				needs = append(needs, definition)
			}
			b.assign(b.from(g.Who[j].Pos), b.who(&g.Who[j]), role, a.id, "access."+g.Name+" of palisade.yaml", needs...)
		}
	}
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
