package estate

import (
	"slices"
	"strings"

	"palisade/arm"
)

// Options is what New is told beside the resources.
type Options struct {
	Outputs []Output // of the template deployments
}

// New decodes resources. A resource that is declared twice is kept twice, each
// with the other in Others. One that is only referred to is left out where a
// declaration makes it whenever it is referred to. Parents that children name but nothing declares
// (accounts, vaults, …) are added as if they were referred to.
func New(resources []arm.Resource, opts Options) *Estate {
	e := &Estate{
		byKey: map[string][]*Resource{}, customRoles: map[string][]*RoleDefinition{},
		carriers: map[string][]*Resource{}, owners: map[string]string{}, clients: map[string]string{},
		groupParents: map[string]string{}, endpointsTo: map[string][]EndpointPath{},
		memberOf: map[string][]*Group{},
	}
	byType := decoders()
	for i := range resources {
		if !resources[i].Existing {
			e.decode(byType, newResource(&resources[i]))
		}
	}
	for i := range resources {
		if !resources[i].Existing {
			continue
		}
		if r := newResource(&resources[i]); !e.covered(r) {
			e.decode(byType, r)
		}
	}
	e.addParents(byType)
	e.join()
	e.addOutputs(opts.Outputs)
	return e
}

// decode makes the typed form of r, and of what is written inside of it.
func (e *Estate) decode(byType map[string]decoder, r *Resource) {
	e.Resources = append(e.Resources, r)
	e.byKey[r.Key] = append(e.byKey[r.Key], r)
	if typed := byType[strings.ToLower(r.Type)]; typed != nil {
		typed(e, r)
	}
}

// covered reports whether r, which is only referred to, is already known: it is
// declared for sure, or under the very condition under which it is referred to,
// or referred to elsewhere.
func (e *Estate) covered(r *Resource) bool {
	return slices.ContainsFunc(e.byKey[r.Key], func(other *Resource) bool {
		return other.Maybe == nil || other.Referred || r.Maybe != nil && r.Maybe.Text() == other.Maybe.Text()
	})
}

// inline decodes children that are written in a list of parent's properties;
// typ is the last part of their type. It returns why there may be others, or
// nil.
func (e *Estate) inline(parent *Resource, typ string, n node) *arm.Unknown {
	children := list(n, func(m node) (*Resource, bool) {
		return parent.child(typ, m), !m.v.IsUnknown()
	})
	for _, c := range children.Possible {
		if c.Maybe == nil {
			c.Maybe = children.Unknown
		}
	}
	byType := inlineDecoders()
	for _, c := range children.Each() {
		e.decode(byType, c)
	}
	if !children.Open {
		return nil
	}
	return children.Unknown
}

// addParents adds the accounts, vaults and others that children stand in but
// nothing declares.
func (e *Estate) addParents(byType map[string]decoder) {
	for i := 0; i < len(e.Resources); i++ {
		r := e.Resources[i]
		if len(e.byKey[r.Parent]) > 0 {
			continue
		}
		typ := TypeOf(r.Parent)
		if !isParentType(typ) || !strings.HasPrefix(strings.ToLower(r.Type), strings.ToLower(typ)+"/") {
			continue
		}
		id := Parent(r.ID)
		if len(id) <= len(r.ID) && strings.EqualFold(r.ID[:len(id)], id) {
			id = r.ID[:len(id)] // with its case
		}
		src := arm.Resource{ID: id, Type: typ, Name: LastName(id), Existing: true, Pos: r.Pos}
		e.decode(byType, newResource(&src))
	}
}

func isParentType(typ string) bool {
	switch strings.ToLower(typ) {
	case "microsoft.cognitiveservices/accounts", "microsoft.keyvault/vaults",
		"microsoft.apimanagement/service", "microsoft.storage/storageaccounts",
		"microsoft.network/virtualnetworks", "microsoft.network/privatednszones":
		return true
	}
	return false
}

// join finds what resources have to do with each other.
func (e *Estate) join() {
	e.findOthers()
	e.findGroupParents()
	e.resolvePrincipals()
	e.findCarriers()
	e.findMembers()
	e.findEndpoints()
	e.findVagueScopes()
}

// othersLimit bounds Resource.Others: more declarations of one id are an error
// that the first ones show as well.
const othersLimit = 64

func (e *Estate) findOthers() {
	for _, r := range e.Resources {
		all := e.byKey[r.Key]
		if len(all) < 2 {
			continue
		}
		for _, other := range all[:min(len(all), othersLimit)] {
			if other != r {
				r.Others = append(r.Others, other)
			}
		}
	}
}

// findGroupParents reads Microsoft.Management/managementGroups and the
// subscriptions put into them.
func (e *Estate) findGroupParents() {
	for _, r := range e.Resources {
		switch {
		case r.Is("Microsoft.Management/managementGroups"):
			parent := r.prop("details", "parent", "id").ref()
			if parent.Set && parent.Known() {
				e.groupParents[r.Key] = parent.Key
			}
		case r.Is("Microsoft.Management/managementGroups/subscriptions"):
			e.groupParents["/subscriptions/"+strings.ToLower(r.Name)] = r.Parent
		}
	}
}

func (e *Estate) addOutputs(outputs []Output) {
	for _, o := range outputs {
		o.Secrets = SecretsIn(o.Value)
		e.Outputs = append(e.Outputs, o)
	}
}
