package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"palisade/arm"
)

// isPatch reports whether a block sets a part of a resource that it names.
func isPatch(b *hclsyntax.Block) bool {
	return b.Labels[0] == updateKind && b.Body.Attributes["resource_id"] != nil
}

// patch sets in a resource of the files what an update resource says of it.
func (r *reader) patch(d *declared) {
	id := r.idOf(d).Text()
	for i := range r.result {
		if res := &r.result[i]; strings.EqualFold(res.ID, id) && !res.Existing {
			res.Body = merged(res.Body, r.resource(d).Body)
			return
		}
	}
	r.fail(d.at(), "%s updates %s, which isn't in the files", d.address, id)
}

// merged is v with the members of patch, into objects that both have. It calls
// itself as deep as patch is nested, which the parser limits.
func merged(v, patch arm.Value) arm.Value {
	o, ok := v.Object()
	p, both := patch.Object()
	if !ok || !both {
		return patch
	}
	for _, m := range p.Members() {
		o = o.With(arm.Member{Name: m.Name, Value: merged(v.Get(m.Name), m.Value), Pos: m.Pos})
	}
	return arm.Obj(o, v.Pos())
}
