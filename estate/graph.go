package estate

import (
	"strings"

	"palisade/arm"
)

// Group is a Microsoft.Graph/groups object.
type Group struct {
	*Resource
	ObjectID    Field[string] // of a live group; else not Set
	DisplayName Field[string]
	UniqueName  Field[string]
	Members     List[PrincipalRef]
	Owners      List[PrincipalRef]
	// MembershipRule is the rule of a dynamic group, whose members aren't
	// listed; absent: "".
	MembershipRule Field[string]
}

// Application is a Microsoft.Graph/applications object.
type Application struct {
	*Resource
	AppID       Field[string]
	DisplayName Field[string]
	Passwords   List[arm.Value] // passwordCredentials
	Keys        List[arm.Value] // keyCredentials
}

// ServicePrincipal is a Microsoft.Graph/servicePrincipals object. A client
// secret or federated credential of its application can become it.
type ServicePrincipal struct {
	*Resource
	ObjectID    Field[string] // of a live object; else not Set
	AppID       Field[string]
	Application string // key of the application, where it is in the estate
	DisplayName Field[string]
}

// graphParent is the key of what a Graph object stands in: the ids of Graph
// objects are "alias:Microsoft.Graph/type/name", and of an application's
// credentials "alias:Microsoft.Graph/applications/kind/application/name".
func graphParent(id string) (parent string, ok bool) {
	parts := segments(Key(id))
	if !strings.HasSuffix(parts[0], "microsoft.graph") {
		return "", false
	}
	if len(parts) == 5 {
		return parts[0] + "/" + parts[1] + "/" + parts[3], true
	}
	return "", true
}

func decodeGroup(e *Estate, r *Resource) {
	e.Groups.add(r, &Group{
		Resource:       r,
		ObjectID:       r.prop("id").text(""),
		DisplayName:    r.prop("displayName").text(""),
		UniqueName:     r.prop("uniqueName").text(""),
		Members:        relationships(r.prop("members")),
		Owners:         relationships(r.prop("owners")),
		MembershipRule: r.prop("membershipRule").text(""),
	})
}

// relationships reads ids that stand in an array, or since extension version
// 1.0 in the member "relationships" of an object.
func relationships(n node) List[PrincipalRef] {
	if inner := n.at("relationships"); inner.set && !n.v.IsUnknown() {
		return inner.principals()
	}
	return n.principals()
}

func decodeApplication(e *Estate, r *Resource) {
	anything := func(n node) (arm.Value, bool) { return n.v, true }
	e.Applications.add(r, &Application{
		Resource:    r,
		AppID:       r.prop("appId").text(""),
		DisplayName: r.prop("displayName").text(""),
		Passwords:   list(r.prop("passwordCredentials"), anything),
		Keys:        list(r.prop("keyCredentials"), anything),
	})
}

func decodeServicePrincipal(e *Estate, r *Resource) {
	s := &ServicePrincipal{
		Resource:    r,
		ObjectID:    r.prop("id").text(""),
		AppID:       r.prop("appId").text(""),
		DisplayName: r.prop("displayName").text(""),
	}
	if owner, which, ok := PrincipalOf(r.prop("appId").v); ok && strings.EqualFold(which, "appId") {
		s.Application = owner
	}
	e.ServicePrincipals.add(r, s)
}

// findMembers indexes the groups that hold each principal, and joins service
// principals with applications of the same known app id.
func (e *Estate) findMembers() {
	for _, g := range e.Groups.All {
		for _, m := range g.Members.Each() {
			for _, p := range m.Each() {
				e.memberOf[p.Key] = append(e.memberOf[p.Key], g)
			}
		}
	}
	applications := map[string]string{}
	for _, a := range e.Applications.All {
		if a.AppID.Known() && a.AppID.Value != "" {
			applications[strings.ToLower(a.AppID.Value)] = a.Key
		}
	}
	for _, s := range e.ServicePrincipals.All {
		if s.Application == "" && s.AppID.Known() {
			s.Application = applications[strings.ToLower(s.AppID.Value)]
		}
	}
}
