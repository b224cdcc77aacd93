package blueprint

import (
	"strings"

	"palisade/arm"
	"palisade/spec"
)

// deployments makes what an account serves: block lists, content filters and
// models. Azure changes one child of an account at a time, so each depends on
// the one before.
func (b *builder) deployments(a *account) {
	for _, list := range blocklists(a) {
		at := b.at("models")
		b.child(at, a, "raiBlocklists/"+list, at.props(at.is("description", "Named in palisade.yaml; its entries are kept elsewhere.")))
	}
	made := map[string]bool{}
	for _, m := range a.models {
		if name := filterName(&m.Filter); !made[name] {
			made[name] = true
			b.filter(a, m, name)
		}
	}
	for _, m := range a.models {
		b.deployModel(a, m)
	}
}

// child adds a child of an account behind those that it has.
func (b *builder) child(at place, a *account, name string, members ...arm.Member) string {
	needs := []string{a.id}
	if last := b.lastOn(a); last != a.id {
		needs = append(needs, last)
	}
	return b.put(at, a.id+"/"+name, "", needs, members...)
}

// lastOn is the child of the account that was added last, or the account.
func (b *builder) lastOn(a *account) string {
	all := b.parts[len(b.parts)-1].Resources
	for i := len(all) - 1; i >= 0; i-- {
		switch all[i].Type {
		case deploymentType, filterType, blocklistType, aiDefenderType:
			if strings.HasPrefix(all[i].ID, a.id+"/") {
				return all[i].ID
			}
		}
	}
	return a.id
}

// deployModel makes the deployments of a model on an account: one has the name
// of the model, those with further SKUs have theirs behind it.
func (b *builder) deployModel(a *account, m *spec.Model) {
	for i := range m.Upstreams {
		u := &m.Upstreams[i]
		if !u.Deployed() || u.Region != a.region {
			continue
		}
		at := b.from(u.Pos)
		b.child(at, a, "deployments/"+DeploymentName(m, i),
			at.is("sku", at.obj(at.is("name", string(u.SKU)), at.is("capacity", u.Capacity))),
			at.props(
				at.is("model", at.obj(at.is("format", "OpenAI"), at.is("name", m.Model), at.is("version", m.Version))),
				at.is("raiPolicyName", filterName(&m.Filter)),
				at.is("versionUpgradeOption", string(m.Upgrade))))
	}
}

// DeploymentName is the name of the deployment of an upstream: that of the
// model and, for the second and further ones in a region, their SKU.
func DeploymentName(m *spec.Model, upstream int) string {
	u := &m.Upstreams[upstream]
	for i := range m.Upstreams[:upstream] {
		if o := &m.Upstreams[i]; o.Deployed() && o.Region == u.Region {
			return shortened(m.Name+"-"+strings.ToLower(string(u.SKU)), 64)
		}
	}
	return m.Name
}
