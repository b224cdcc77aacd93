package blueprint

import (
	"fmt"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/blueprint/types"
	"palisade/estate"
	"palisade/spec"
)

// Verify holds a plan against the types of Resource Manager, and its resources
// against each other: that what is named is there and of the right type, that
// zones and groups fit what private endpoints lead to, that roles and log
// categories exist, and that nothing waits for itself. A plan that Build made
// has no problems; Verify is asked again before anything is written.
func Verify(p *Plan, cloud spec.Cloud) []types.Problem {
	v := newVerifier(p, cloud)
	v.problems = types.Check(v.all)
	v.ids()
	v.order()
	for i := range v.all {
		r := &v.all[i]
		v.references(r)
		switch r.Type {
		case endpointType:
			v.endpoint(r)
		case zoneGroupType:
			v.zoneGroup(r)
		case assignmentType:
			v.assignment(r)
		case diagnosticType:
			v.diagnostic(r)
		case deploymentType:
			v.deployment(r)
		case policyType:
			v.policy(r)
		case networkType:
			v.network(r)
		case nsgType:
			v.securityRules(r)
		}
	}
	return v.problems
}

type verifier struct {
	all      []arm.Resource
	byKey    map[string]*arm.Resource
	there    map[string]bool   // IDs in the plan or that are there already
	groups   []string          // keys of resource groups that the plan makes
	deployed map[string]string // the last deployment so far of each account
	cloud    spec.Cloud
	problems []types.Problem
}

func newVerifier(p *Plan, cloud spec.Cloud) *verifier {
	v := &verifier{all: p.Resources(), byKey: map[string]*arm.Resource{}, there: map[string]bool{}, deployed: map[string]string{}, cloud: cloud}
	for i := range v.all {
		r := &v.all[i]
		v.byKey[r.Key()] = r
		v.there[r.Key()] = true
		if r.Type == groupType {
			v.groups = append(v.groups, r.Key())
		}
		v.inside(r)
	}
	for i := range p.Referred {
		v.there[p.Referred[i].Key()] = true
	}
	return v
}

// inside notes what is written inside of a resource: subnets.
func (v *verifier) inside(r *arm.Resource) {
	if r.Type != networkType {
		return
	}
	subnets, _ := r.Properties("subnets").Items()
	for _, s := range subnets {
		v.there[r.Key()+"/subnets/"+strings.ToLower(s.Get("name").Text())] = true
	}
}

func (v *verifier) say(r *arm.Resource, path, format string, args ...any) {
	v.problems = append(v.problems, types.Problem{Resource: r.ID, Path: path, Message: fmt.Sprintf(format, args...), Pos: r.Pos})
}

// ids holds that no ID is there twice.
func (v *verifier) ids() {
	seen := map[string]bool{}
	for i := range v.all {
		r := &v.all[i]
		if seen[r.Key()] {
			v.say(r, "id", "there are two of it")
		}
		seen[r.Key()] = true
	}
}

// target is the service that a private endpoint leads to.
func (v *verifier) target(r *arm.Resource) (connection arm.Value, s service, ok bool) {
	connections, _ := r.Properties("privateLinkServiceConnections").Items()
	if len(connections) != 1 {
		return arm.Value{}, service{}, false
	}
	id, _ := connections[0].Get("properties", "privateLinkServiceId").Str()
	for _, s := range services {
		if strings.EqualFold(s.typ, typeOf(id)) {
			return connections[0], s, true
		}
	}
	return connections[0], service{}, false
}

// services are all that private endpoints lead to.
var services = []service{models, vaults, blobs, monitors, apim, redis, searches}

func (v *verifier) endpoint(r *arm.Resource) {
	connection, s, ok := v.target(r)
	if !ok {
		v.say(r, "properties.privateLinkServiceConnections", "it leads to nothing that has private endpoints")
		return
	}
	groups, _ := connection.Get("properties", "groupIds").Items()
	if len(groups) != 1 || groups[0].Text() != s.group {
		v.say(r, "properties.privateLinkServiceConnections.properties.groupIds", "for %s it is %s", s.typ, s.group)
	}
}

// zoneGroup holds that the zones of an endpoint are those of its target, all of
// them and no other.
func (v *verifier) zoneGroup(r *arm.Resource) {
	const at = "properties.privateDnsZoneConfigs"
	endpoint := v.byKey[strings.ToLower(estate.Parent(r.ID))]
	if endpoint == nil {
		v.say(r, "id", "its private endpoint isn't there")
		return
	}
	_, s, ok := v.target(endpoint)
	if !ok {
		return // told of the endpoint
	}
	want := zonesOf(v.cloud, s)
	configs, _ := r.Properties("privateDnsZoneConfigs").Items()
	for _, c := range configs {
		zone := lastOf(c.Get("properties", "privateDnsZoneId").Text())
		if !slices.Contains(want, zone) {
			v.say(r, at, "names of %s aren't in the zone %q", s.typ, zone)
		}
		want = slices.DeleteFunc(want, func(z string) bool { return z == zone })
	}
	for _, zone := range want {
		v.say(r, at, "the zone %s is missing", zone)
	}
}

// assignment holds that a role exists and that its scope is there.
func (v *verifier) assignment(r *arm.Resource) {
	role := r.Properties("roleDefinitionId").Text()
	if estate.BuiltInRole(lastOf(role)) == nil && v.byKey[strings.ToLower(role)] == nil {
		v.say(r, "properties.roleDefinitionId", "there is no role %s", lastOf(role))
	}
	if id, ok := r.Properties("principalId").Str(); ok && !isGUID(id) {
		v.say(r, "properties.principalId", "%q isn't an object ID", id)
	}
	if !isGUID(r.Name) {
		v.say(r, "name", "%q isn't a GUID", r.Name)
	}
}

func isGUID(s string) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	return strings.Trim(strings.ToLower(s), "0123456789abcdef-") == ""
}

// diagnostic holds that the categories are those of the resource.
func (v *verifier) diagnostic(r *arm.Resource) {
	typ := typeOf(extended(r.ID))
	if strings.Count(r.ID, "/providers/") == 1 {
		typ = "subscription"
	}
	logs, _ := r.Properties("logs").Items()
	for _, l := range logs {
		if group := l.Get("categoryGroup"); !group.IsNull() {
			if !group.Is("allLogs") && !group.Is("audit") {
				v.say(r, "properties.logs.categoryGroup", "there is no group %s", group.Text())
			}
			continue
		}
		if name := l.Get("category").Text(); !hasCategory(typ, name) {
			v.say(r, "properties.logs.category", "%s has no logs of category %q", typ, name)
		}
	}
	if len(logs) == 0 {
		v.say(r, "properties.logs", "nothing is logged")
	}
}

func hasCategory(typ, name string) bool {
	if typ == networkType && name == networkCategory {
		return true
	}
	return slices.ContainsFunc(estate.LogCategories(typ), func(c estate.LogCategory) bool { return c.Name == name })
}

// extended is the ID of the resource that another extends.
func extended(id string) string { return id[:max(0, strings.LastIndex(id, "/providers/"))] }

// deployment holds that a deployment's content filter is on its account, and
// that it waits for the child of the account before it.
func (v *verifier) deployment(r *arm.Resource) {
	account := estate.Parent(r.ID)
	filter := strings.ToLower(account + "/raiPolicies/" + r.Properties("raiPolicyName").Text())
	if v.byKey[filter] == nil {
		v.say(r, "properties.raiPolicyName", "the account has no content filter of that name")
	}
	before := v.deployed[strings.ToLower(account)]
	v.deployed[strings.ToLower(account)] = r.ID
	if before != "" && !slices.ContainsFunc(r.DependsOn, func(id string) bool { return strings.EqualFold(id, before) }) {
		v.say(r, "dependsOn", "deployments of an account are made one after another, and it doesn't wait for %s", lastOf(before))
	}
}

// policy holds that the policy is one that is known, with an effect it takes.
func (v *verifier) policy(r *arm.Resource) {
	id := lastOf(r.Properties("policyDefinitionId").Text())
	i := slices.IndexFunc(builtins, func(p builtin) bool { return p.id == id })
	if i < 0 {
		v.say(r, "properties.policyDefinitionId", "there is no policy %s in the table", id)
		return
	}
	effects := []string{"Audit", "Deny", "Disabled"}
	if builtins[i].audits {
		effects = []string{"AuditIfNotExists", "Disabled"}
	}
	if effect := r.Properties("parameters", "effect", "value").Text(); !slices.Contains(effects, effect) {
		v.say(r, "properties.parameters.effect", "%q isn't an effect of it", effect)
	}
}
