package rule

import (
	"palisade/arm"
	"palisade/estate"
)

var roleToUser = &Rule{
	ID:    "PAL013",
	Name:  "role-to-user",
	Title: "Roles are given to groups and workloads, not to single users",
	Why:   "A role that is given to a person stays when the person changes jobs, and isn't seen where groups are reviewed.",
	Fix: "Give the role to a group that is reviewed, or to the managed identity of the workload, and set principalType " +
		"to Group or ServicePrincipal.",
	Bicep:    "principalType: 'Group'",
	Severity: Low,
	Source:   "https://learn.microsoft.com/azure/role-based-access-control/best-practices#assign-roles-to-groups-not-users",
	Peers:    []string{"MCSB PA-7", "Azure review checklist AI.97"},
	Check:    checkRoleToUser,
}

func checkRoleToUser(s *Subject) []Result {
	var results []Result
	for _, a := range appliedAssignments(s) {
		results = append(results, judgePrincipal(s, a))
	}
	for _, g := range s.Estate.Guards.All {
		for _, m := range s.Estate.GuardModels.Of(g.Key) {
			for _, a := range s.Estate.RoleAssignments.Of(m.Key) {
				results = append(results, judgePrincipal(s, &applied{RoleAssignment: a, surely: true}))
			}
		}
	}
	return results
}

func judgePrincipal(s *Subject, a *applied) Result {
	const property = "properties.principalType"
	has := principalNames(s, a.RoleAssignment) + " has " + roleNames(s, a.RoleAssignment)
	if a.Referred {
		return unknown(a.Resource, "the role assignment is declared elsewhere and only referred to here", nil)
	}
	if workload(a) {
		return pass(a.Resource, has+": it is the identity of a resource, or a group", assignmentStep(s, a.RoleAssignment))
	}
	if !a.PrincipalType.Set {
		return unknown(a.Resource, has+", and principalType isn't set, so that it can't be told whether it is a user",
			[]*arm.Unknown{a.Principal.Unknown}, assignmentStep(s, a.RoleAssignment))
	}
	proof := append(says(a.Resource, property, a.PrincipalType), assignmentStep(s, a.RoleAssignment))
	switch estate.Is(a.PrincipalType, "User") {
	case estate.No:
		return pass(a.Resource, has+" and is no user: "+sentence(property, a.PrincipalType), proof...)
	case estate.Unsure:
		return unknown(a.Resource, has+", and it isn't known whether it is a user: "+sentence(property, a.PrincipalType),
			[]*arm.Unknown{a.PrincipalType.Unknown}, proof...)
	}
	message := has + " and is a single user: " + sentence(property, a.PrincipalType)
	if a.Maybe != nil {
		return unknown(a.Resource, message+", if the assignment is made", []*arm.Unknown{a.Maybe}, proof...)
	}
	return fail(a.Resource, message, proof...)
}

// workload reports whether an assignment is surely for the identity of a
// resource, or for a group or application of the estate.
func workload(a *applied) bool {
	all := a.Principal.Each()
	for _, p := range all {
		if p.Owner == "" {
			return false
		}
	}
	return len(all) > 0
}
