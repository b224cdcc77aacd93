package rule

import "strings"

var escalatingRole = &Rule{
	ID:    "PAL012",
	Name:  "escalating-role",
	Title: "Roles at or above the account give the use of models and no more",
	Why: "Roles add up and are inherited: whoever may assign roles, change the account or read its keys has every other " +
		"right on it, too, whatever narrower role is given beside.",
	Fix: "Give Cognitive Services OpenAI User (5e0bd9bd-7b93-4f28-af87-19fc36ad61bd) on the account itself; give " +
		"administrators their roles through Privileged Identity Management, for a time.",
	Severity: Medium,
	Source:   "https://learn.microsoft.com/azure/role-based-access-control/best-practices",
	Peers:    []string{"MCSB PA-7", "Azure review checklist AI.66", "Mondoo rbac-custom-roles-least-privilege"},
	Check:    checkEscalatingRoles,
}

func checkEscalatingRoles(s *Subject) []Result {
	memo := map[string]power{}
	var results []Result
	for _, a := range appliedAssignments(s) {
		key := a.Role.Key + " " + a.account.Key
		p, ok := memo[key]
		if !ok || a.Condition.Set || len(a.Role.Choices) > 0 {
			p = powerOf(s, a)
			memo[key] = p
		}
		results = append(results, judgeRole(s, a, p))
	}
	return results
}

func judgeRole(s *Subject, a *applied, p power) Result {
	on := a.Resource
	has := principalNames(s, a.RoleAssignment) + " has " + roleNames(s, a.RoleAssignment) + " on " + scopeName(a.Scope())
	step := assignmentStep(s, a.RoleAssignment)
	doubt := assignmentDoubts(a.RoleAssignment)
	switch {
	case a.Referred:
		return unknown(on, "the role assignment is declared elsewhere and only referred to here", nil)
	case !p.roleKnown:
		return unknown(on, has+", and it isn't known what that role gives", doubt, step)
	case len(p.surely) > 0 && a.Maybe != nil:
		return unknown(on, has+", if the assignment is made, and can then "+abilities(p.surely), doubt, step)
	case len(p.surely) > 0 && !a.surely:
		return unknown(on, has+", which may hold the account, and could then "+abilities(p.surely), doubt, step)
	case len(p.surely) > 0:
		return escalates(a, p, has, step)
	case len(p.perhaps) > 0:
		return unknown(on, has+", and may be able to "+abilities(p.perhaps), doubt, step)
	case p.data && wide(a.Scope()):
		return fail(on, has+", and so the use of every model there", step).level(Low).
			fixedBy("Give the role on the account, or on its resource group.")
	}
	return pass(on, has+", which gives none of the rights that lead further", step)
}

func escalates(a *applied, p power, has string, step Step) Result {
	level := p.surely[0].severity
	can := ", and can "
	if p.limited && p.surely[0].grants {
		level = Low
		can = ", and can, within its condition, "
	}
	if a.Eligible {
		level--
		can = ", once activated, and can then "
	}
	return fail(a.Resource, has+can+abilities(p.surely), step).level(level)
}

func abilities(all []escalation) string {
	all = all[:min(len(all), 3)]
	texts := make([]string, len(all))
	for i, e := range all {
		texts[i] = e.does
	}
	if n := len(texts); n > 1 {
		return strings.Join(texts[:n-1], ", ") + " and " + texts[n-1]
	}
	return texts[0]
}
