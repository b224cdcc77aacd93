package rule

import (
	"palisade/access"
	"palisade/estate"
)

// escalation is a control action that leads to the model or blinds its guards.
type escalation struct {
	action   string
	does     string // "can …"
	severity Severity
	grants   bool // gives roles, so that conditions may limit which
}

// escalations are in the order of their weight. Actions of one kind are told
// by one of them.
// Source: built-in role definitions (iann0036/iam-dataset, crawl of 2026-08-22)
// and the pages of the services on their permissions.
var escalations = []escalation{
	{"Microsoft.Authorization/roleAssignments/write", "give roles to anyone", High, true},
	{"Microsoft.Authorization/roleDefinitions/write", "add rights to custom roles", High, false},
	{"Microsoft.CognitiveServices/accounts/write", "turn keys and public access back on", Medium, false},
	{"Microsoft.CognitiveServices/accounts/listKeys/action", "read the account's keys", Low, false},
	{"Microsoft.CognitiveServices/accounts/privateEndpointConnections/write", "let private endpoints of others in", Medium, false},
	{"Microsoft.Network/networkSecurityPerimeters/profiles/accessRules/write", "open the perimeter", Medium, false},
	{"Microsoft.CognitiveServices/accounts/raiPolicies/write", "weaken content filters", Low, false},
	{"Microsoft.CognitiveServices/accounts/deployments/write", "change the deployed models", Low, false},
	{"Microsoft.Insights/diagnosticSettings/delete", "stop the logs", Low, false},
	{"Microsoft.Authorization/policyExemptions/write", "exempt the account from policies", Low, false},
	{"Microsoft.Authorization/locks/delete", "remove locks", Low, false},
}

// power is what a role assignment lets its principal do.
type power struct {
	surely, perhaps []escalation
	// data reports that it gives the use of models.
	data bool
	// limited reports that conditions narrow which roles it may give.
	limited bool
	// roleKnown reports that it is known which role it is.
	roleKnown bool
}

// powerOf asks the definitions of an assignment's role for each escalation.
// Where keys don't work, reading them leads nowhere and is left out.
func powerOf(s *Subject, a *applied) power {
	defs, ok := s.Estate.Role(a.Role)
	p := power{roleKnown: ok && len(defs) > 0}
	p.limited = a.Condition.Set && (a.Condition.Value != "" || a.Condition.Unknown != nil)
	for _, e := range escalations {
		if e.action == actionListKeys && estate.True(a.account.DisableLocalAuth) == estate.Yes {
			continue
		}
		v, conditional := given(defs, e.action, false)
		if e.grants && conditional {
			p.limited = true
		}
		switch {
		case v == access.Allow:
			p.surely = append(p.surely, e)
		case v == access.Unknown:
			p.perhaps = append(p.perhaps, e)
		}
	}
	use, _ := given(defs, access.ActionChat, true)
	p.data = use != access.Deny
	return p
}

// given answers whether all of the definitions give an action, and whether one
// of them does so under a condition only.
func given(defs []*estate.RoleDefinition, action string, data bool) (v access.Verdict, conditional bool) {
	for i, d := range defs {
		one, c := access.RoleGives(d, action, data)
		conditional = conditional || c
		if i == 0 {
			v = one
		} else if v != one {
			v = access.Unknown
		}
	}
	return v, conditional
}
