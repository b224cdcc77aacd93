package blueprint

import (
	"fmt"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/spec"
)

// builder makes the parts of one spec.
type builder struct {
	spec     *spec.Spec
	file     *arm.File
	parts    []Part
	referred []arm.Resource
	files    []File
	first    []First
	problems []spec.Problem

	networks  []regionNetwork
	accounts  []*account
	workloads []*workloadIdentity
	logged    []logged
	assigned  map[string]bool // role assignments by ID
	made      map[string]bool // resources by key
}

func newBuilder(s *spec.Spec) *builder {
	return &builder{spec: s, file: arm.NewFile(s.At().File, s.Text()), assigned: map[string]bool{}, made: map[string]bool{}}
}

func (b *builder) say(at spec.Pos, hint, format string, args ...any) {
	b.problems = append(b.problems, spec.Problem{Pos: at, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// refuse tells what can't be deployed at all.
func (b *builder) refuse() {
	s := b.spec
	deployed := slices.ContainsFunc(s.Models, func(m spec.Model) bool {
		return slices.ContainsFunc(m.Upstreams, func(u spec.Upstream) bool { return u.Deployed() })
	})
	switch {
	case !deployed:
		b.say(s.At("models"), "", "models: every upstream is elsewhere, so there is nothing to deploy")
	case s.Subscription == "":
		b.say(s.At(), "", "subscription is missing")
	case len(s.Regions) == 0:
		b.say(s.At(), "", "regions is missing")
	}
	if len(accountZones(s.Cloud)) == 0 {
		b.say(s.At("cloud"), "", "cloud: the private zones of model accounts in %s aren't known, so that nothing private can be made there", s.Cloud)
	}
	b.refuseGateway()
}

// part begins a part of the resource group; what put adds goes into the last
// part that was begun.
func (b *builder) part(name, title, practice string) { b.partAt(b.groupID(), name, title, practice) }

func (b *builder) partAt(scope, name, title, practice string) {
	b.parts = append(b.parts, Part{Name: name, Title: title, Practice: practice, Scope: scope})
}

// dropEmpty takes the last part away if it has nothing in it.
func (b *builder) dropEmpty() {
	if last := len(b.parts) - 1; len(b.parts[last].Resources) == 0 {
		b.parts = b.parts[:last]
	}
}

// bodyOrder is the order of the members of a body; others come at the end.
var bodyOrder = []string{"location", "tags", "kind", "sku", "identity", "properties"}

// put adds a resource to the last part. Its type and name are read from the
// id, tags are added where the type has them. in is its region, "global", or
// "" for types without a location.
func (b *builder) put(at place, id, in string, dependsOn []string, members ...arm.Member) string {
	typ := typeOf(id)
	if in != "" {
		members = append(members, at.is("location", in))
	}
	if kinds[typ].tagged {
		members = append(members, at.is("tags", b.tags(at)))
	}
	slices.SortStableFunc(members, func(x, y arm.Member) int { return rank(x.Name) - rank(y.Name) })
	if key := strings.ToLower(id); b.made[key] {
		b.say(b.spec.At(), "names may not differ in nothing but case and punctuation, and each network is named once",
			"two things of the file would be the same %s in Azure: %s", typ, lastOf(id))
	} else {
		b.made[key] = true
	}
	p := &b.parts[len(b.parts)-1]
	p.Resources = append(p.Resources, arm.Resource{
		ID: id, Type: typ, Name: lastOf(id), APIVersion: kinds[typ].version,
		Body: at.obj(members...), Condition: at.value(true), DependsOn: dependsOn, Pos: at.pos,
	})
	return id
}

func rank(member string) int {
	if i := slices.Index(bodyOrder, member); i >= 0 {
		return i
	}
	return len(bodyOrder)
}

// refer notes a resource that is there already.
func (b *builder) refer(at place, id string) string {
	b.referred = append(b.referred, arm.Resource{
		ID: id, Type: typeOf(id), Name: lastOf(id),
		Existing: true, Condition: at.value(true), Body: at.obj(), Pos: at.pos,
	})
	return id
}

func (b *builder) tags(at place) arm.Value {
	members := []arm.Member{at.is("environment", b.spec.Environment)}
	for _, t := range b.spec.Tags {
		members = append(members, at.is(t.Name, t.Value))
	}
	return at.obj(members...)
}
