package access

import (
	"strings"

	"palisade/estate"
)

// usefulRoles are tried where a condition doesn't list the roles that may be
// assigned: Cognitive Services OpenAI User, Cognitive Services User, Foundry
// User, Contributor, Owner, Key Vault Secrets User.
var usefulRoles = []string{
	"5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
	"a97b65f3-24c7-4388-baec-2e87135dc908",
	"53ca6127-db72-4b80-b1b0-d745d6d5456d",
	"b24988ac-6180-42a0-ab88-20f7382dd24c",
	"8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
	"4633458b-17de-408a-b874-0445c86b69e6",
}

// assignable is a role that a principal can give to itself, and how sure.
type assignable struct {
	role    *role
	verdict Verdict
}

// rolesLimit bounds how many roles are tried for one role assignment.
const rolesLimit = 64

// assigned follows those who can assign themselves a role that gives a way's
// right on its resource.
func (h *hunt) assigned(at pending, gain Gain, way way) {
	if v := h.s.w.assets[way.on]; v != nil && v.targets[0].vault != nil && way.data &&
		estate.True(v.targets[0].vault.RBAC) == estate.No {
		return
	}
	for i := range edges {
		e := &edges[i]
		if e.yields != yieldsRole {
			continue
		}
		for _, group := range h.s.byRole(h.s.holdersOf(way.on, e.lower, false), e, way) {
			assign := assignStep(e, way.on)
			assign.Role = group.role
			steps := append([]Step{assign, way.step()}, at.then...)
			most := least(steps)
			h.arrive(gain, steps, h.news(atMost(group.holders, most)))
		}
	}
}

// news are the holders who can't already assign themselves a way to the model
// that is as sure.
func (h *hunt) news(all []Holder) []Holder {
	var kept []Holder
	for _, holder := range all {
		if holder.Verdict > h.assigns[holder.Principal.ID] {
			h.assigns[holder.Principal.ID] = holder.Verdict
			kept = append(kept, holder)
		}
	}
	return kept
}

func assignStep(e *edge, on string) Step { return way{edge: e, on: on, most: e.most}.step() }

// roleGroup is those for whom the same role is the best to assign.
type roleGroup struct {
	role    string
	holders []Holder
}

func (s *survey) byRole(all []Holder, e *edge, way way) []roleGroup {
	var groups []roleGroup
	for _, h := range all {
		role, v := s.bestRole(&h, e, way)
		if h.Verdict = v; v == Deny {
			continue
		}
		i := 0
		for i < len(groups) && groups[i].role != role {
			i++
		}
		if i == len(groups) {
			groups = append(groups, roleGroup{role: role})
		}
		groups[i].holders = append(groups[i].holders, h)
	}
	return groups
}

// bestRole is the role that gives a right best, of those that may be assigned.
type bestRole struct {
	name    string
	verdict Verdict
}

// bestKey is what a bestRole depends on.
type bestKey struct {
	assignment *estate.RoleAssignment
	assign     string // the action that assigns
	action     string // the right that is wanted
	need       string
	data       bool
}

// bestRole is the role that a holder of the right to assign roles can give to
// itself and that gives the way's right best.
func (s *survey) bestRole(holder *Holder, e *edge, way way) (string, Verdict) {
	key := bestKey{holder.Assignment, e.lower, way.lower, way.need, way.data}
	best, ok := s.bests[key]
	if !ok {
		best = s.findBest(holder, e, way)
		s.bests[key] = best
	}
	return best.name, best.verdict.And(holder.sure)
}

func (s *survey) findBest(holder *Holder, e *edge, way way) bestRole {
	var best bestRole
	for _, a := range s.reachableRoles(holder.Assignment, e.lower) {
		v := a.verdict.And(a.role.grants(way.lower, way.data, nil))
		if way.need != "" {
			v = v.And(a.role.grants(strings.ToLower(way.need), false, nil))
		}
		if v > best.verdict {
			best = bestRole{a.role.def.RoleName.Value, v}
		}
		if best.verdict == Allow {
			break
		}
	}
	return best
}

// reachableRoles are the roles that a role assignment lets its principal assign
// to itself, and those that these let it assign in turn.
func (s *survey) reachableRoles(a *estate.RoleAssignment, action string) []assignable {
	key := rolesKey{a, action}
	if found, ok := s.assignable[key]; ok {
		return found
	}
	var found []assignable
	at := map[*role]int{}
	add := func(r *role, v Verdict) {
		if v == Deny || len(found) >= rolesLimit {
			return
		}
		if i, ok := at[r]; !ok {
			at[r] = len(found)
			found = append(found, assignable{r, v})
		} else if v > found[i].verdict {
			found[i].verdict = v
		}
	}
	defs, ok := s.w.estate.Role(a.Role)
	for _, def := range defs {
		own, condition := s.w.lateRole(def), s.w.lateCondition(a.Condition)
		for _, r := range s.candidates(own, condition) {
			v := own.grants(action, false, assigning(r))
			if condition != nil {
				v = v.And(condition.Eval(action, assigning(r)))
			}
			if !ok || len(defs) > 1 {
				v = v.And(Unknown)
			}
			add(r, v)
		}
	}
	for i := 0; i < len(found); i++ {
		by := found[i]
		for _, r := range s.candidates(by.role, nil) {
			add(r, by.verdict.And(by.role.grants(action, false, assigning(r))))
		}
	}
	s.assignable[key] = found
	return found
}

type rolesKey struct {
	assignment *estate.RoleAssignment
	action     string
}

// candidates are the roles that conditions name, and those that are useful.
func (s *survey) candidates(r *role, condition *Condition) []*role {
	guids := usefulRoles
	for i := range r.permissions {
		if c := r.permissions[i].condition; c != nil {
			guids = append(guids[:len(guids):len(guids)], guidsIn(c.Text)...)
		}
	}
	if condition != nil {
		guids = append(guids[:len(guids):len(guids)], guidsIn(condition.Text)...)
	}
	var roles []*role
	for _, g := range guids {
		if def := estate.BuiltInRole(g); def != nil {
			roles = append(roles, s.w.lateRole(def))
		}
	}
	return roles
}

// assigning answers for the attributes of a request to assign a role.
func assigning(r *role) Attributes {
	return func(source, name string) Attribute {
		if source == "request" && strings.HasSuffix(name, ":roledefinitionid") {
			return Attribute{true, []string{r.def.GUID}}
		}
		return Attribute{}
	}
}

// guidsIn finds the GUIDs in a text, written with dashes or without, and
// returns them with dashes.
func guidsIn(text string) []string {
	var found []string
	isPart := func(c rune) bool {
		return c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
	}
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return !isPart(c) }) {
		hex := strings.ToLower(strings.ReplaceAll(word, "-", ""))
		if len(hex) == 32 {
			found = append(found, hex[:8]+"-"+hex[8:12]+"-"+hex[12:16]+"-"+hex[16:20]+"-"+hex[20:])
		}
	}
	return found
}
