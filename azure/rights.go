package azure

import (
	"context"
	"net/http"
	"strings"
)

// needed are the rights that a deployment needs at its subscription, with what
// it needs them for.
func needed(p *Plan) [][2]string {
	out := [][2]string{
		{"Microsoft.Resources/deploymentStacks/write", "deploy"},
		{"Microsoft.Resources/deployments/write", "deploy"},
		{"Microsoft.CognitiveServices/accounts/write", "make accounts"},
	}
	if len(p.of("Microsoft.Authorization/roleAssignments")) > 0 {
		out = append(out, [2]string{"Microsoft.Authorization/roleAssignments/write", "assign roles"})
	}
	if p.Deny != "none" && p.Deny != "" {
		out = append(out, [2]string{"Microsoft.Resources/deploymentStacks/manageDenySetting/action", "set the stack's deny settings"})
	}
	return out
}

// permission is one set of rights that a role gives.
type permission struct{ Actions, NotActions []string }

// checkRights asks what the caller may do at the subscriptions that are deployed
// to. Conditions on role assignments and deny assignments aren't part of the
// answer.
func (c *Client) checkRights(ctx context.Context, p *Plan) []Check {
	var out []Check
	for _, subscription := range p.subscriptions() {
		needs := needed(p)
		name := "rights"
		if !strings.EqualFold(subscription, c.subscription) {
			needs = [][2]string{{"Microsoft.Resources/deployments/write", "deploy"}, {"Microsoft.Network/virtualNetworks/write", "join its network"}}
			name = "rights in " + subscription
		}
		out = append(out, c.checkRightsAt(ctx, name, "/subscriptions/"+subscription, needs))
	}
	return out
}

func (c *Client) checkRightsAt(ctx context.Context, name, scope string, needs [][2]string) Check {
	check := Check{Name: name, State: OK, Text: "you may deploy"}
	var answer struct{ Value []permission }
	err := c.call(ctx, http.MethodGet, scope+"/providers/Microsoft.Authorization/permissions", "2022-04-01", nil, &answer)
	if err != nil {
		check.State, check.Text = Unknown, Explain(err)
		return check
	}
	var lacking []string
	for _, n := range needs {
		if !allows(answer.Value, n[0]) {
			lacking = append(lacking, n[1]+" ("+n[0]+")")
		}
	}
	if len(lacking) > 0 {
		check.State, check.Text = Fail, "you may not "+strings.Join(lacking, ", ")
		check.Do = "somebody with Owner has to deploy, or give you Contributor, Role Based Access Control Administrator and Azure Deployment Stack Owner at the subscription"
	}
	return check
}

// allows reports whether one of the permissions gives an action.
func allows(all []permission, action string) bool {
	for _, p := range all {
		if matches(p.Actions, action) && !matches(p.NotActions, action) {
			return true
		}
	}
	return false
}

func matches(patterns []string, action string) bool {
	for _, pattern := range patterns {
		if wildcard(strings.ToLower(pattern), strings.ToLower(action)) {
			return true
		}
	}
	return false
}

// wildcard matches a pattern in which * stands for any text.
func wildcard(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}
