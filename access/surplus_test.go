package access

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/estate"
)

const (
	surplusGroup   = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg"
	surplusAccount = surplusGroup + "/providers/Microsoft.CognitiveServices/accounts/a"
	surplusWho     = "99999999-9999-4999-8999-999999999999"
)

// roleOf is a role with the patterns of one permission, each with its list
// before it: + actions, - notActions, d dataActions, n notDataActions.
func roleOf(patterns ...string) *estate.RoleDefinition {
	var p estate.Permission
	for _, text := range patterns {
		l := map[byte]*estate.List[string]{'+': &p.Actions, '-': &p.NotActions, 'd': &p.DataActions, 'n': &p.NotDataActions}[text[0]]
		l.Items = append(l.Items, text[1:])
	}
	return &estate.RoleDefinition{Permissions: estate.List[estate.Permission]{Items: []estate.Permission{p}}}
}

// givenRole makes a world in which the principal has a role at a scope.
func givenRole(scope, principal string, role arm.Value, more ...arm.Resource) *World {
	body := object("principalId", str(principal), "principalType", str("ServicePrincipal"), "roleDefinitionId", role)
	a := res(scope+"/providers/Microsoft.Authorization/roleAssignments/1", body)
	return Compile(estate.New(append(more, a), estate.Options{}))
}

// definition is a custom role of the estate.
func definition(guid string, d *estate.RoleDefinition) arm.Resource {
	p := d.Permissions.Items[0]
	permission := object("actions", arm.Strings(p.Actions.Items, arm.Pos{}), "notActions", arm.Strings(p.NotActions.Items, arm.Pos{}),
		"dataActions", arm.Strings(p.DataActions.Items, arm.Pos{}), "notDataActions", arm.Strings(p.NotDataActions.Items, arm.Pos{}))
	return res(surplusGroup+"/providers/Microsoft.Authorization/roleDefinitions/"+guid,
		object("roleName", str("custom"), "permissions", arm.Array([]arm.Value{permission}, arm.Pos{})))
}

func TestSurplus(t *testing.T) {
	const (
		use         = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
		reader      = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
		contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c"
		models      = "a001fd3d-188f-4b5d-821b-7da978bf7442"
		manager     = "eadc314b-1a2d-4efa-be10-5d325db5065e"
		custom      = "cccccccc-cccc-4ccc-8ccc-cccccccccccc"
		cs          = "Microsoft.CognitiveServices/"
		stored      = cs + "accounts/OpenAI/stored-completions/read"
		model       = surplusAccount + "/deployments/d"
	)
	need := roleOf("+*/read")
	p := estate.BuiltInRole(use).Permissions.Items[0]
	need.Permissions.Items[0].DataActions, need.Permissions.Items[0].NotDataActions = p.DataActions, p.NotDataActions
	for name, c := range map[string]struct {
		scope, role string
		custom      []string
		want        string // pattern, action and verdict of the first, "" for none
	}{
		"the role for use":              {surplusAccount, use, nil, ""},
		"reading, above":                {surplusGroup, reader, nil, ""},
		"elsewhere":                     {"/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/other", contributor, nil, ""},
		"files":                         {surplusAccount, custom, []string{"d" + cs + "accounts/OpenAI/files/*"}, cs + "accounts/OpenAI/files/*  allow"},
		"everything":                    {surplusGroup, contributor, nil, "* Microsoft.CognitiveServices/accounts/listKeys/action allow"},
		"on a deployment":               {model, contributor, nil, "* Microsoft.CognitiveServices/accounts/listKeys/action allow"},
		"contributor of models":         {surplusAccount, models, nil, "Microsoft.CognitiveServices/accounts/deployments/write microsoft.cognitiveservices/accounts/deployments/write allow"},
		"a role that gives some roles":  {surplusAccount, manager, nil, "Microsoft.CognitiveServices/accounts/projects/* Microsoft.CognitiveServices/accounts/projects/connections/listSecrets/action allow"},
		"a role that isn't known":       {surplusAccount, "dddddddd-dddd-4ddd-8ddd-dddddddddddd", nil, "  unknown"},
		"keys":                          {surplusAccount, custom, []string{"+" + cs + "accounts/listKeys/action"}, cs + "accounts/listKeys/action microsoft.cognitiveservices/accounts/listkeys/action allow"},
		"part of what is needed":        {surplusAccount, custom, []string{"d" + cs + "accounts/OpenAI/responses/read"}, ""},
		"what the role for use lacks":   {surplusAccount, custom, []string{"d" + cs + "accounts/OpenAI/stored-completions/read"}, cs + "accounts/OpenAI/stored-completions/read microsoft.cognitiveservices/accounts/openai/stored-completions/read allow"},
		"that by a star":                {surplusAccount, custom, []string{"d" + cs + "accounts/OpenAI/*/read"}, cs + "accounts/OpenAI/*/read " + stored + " allow"},
		"that by a star, and excepted":  {surplusAccount, custom, []string{"d" + cs + "accounts/OpenAI/*/read", "n" + cs + "*/stored-completions/read"}, ""},
		"data of all kinds":             {surplusAccount, custom, []string{"d" + cs + "*"}, cs + "* " + stored + " allow"},
		"an action that is taken away":  {surplusAccount, custom, []string{"+" + cs + "accounts/write", "-" + cs + "accounts/*"}, ""},
		"a star with all taken away":    {surplusAccount, custom, []string{"+" + cs + "*", "-*/write", "-*/delete", "-*/action"}, cs + "*  unknown"},
		"a plane that isn't the other":  {surplusAccount, custom, []string{"+" + cs + "accounts/OpenAI/responses/write"}, cs + "accounts/OpenAI/responses/write microsoft.cognitiveservices/accounts/openai/responses/write allow"},
		"reading that isn't for reads":  {surplusAccount, custom, []string{"d*/read"}, "*/read " + stored + " allow"},
		"rights of another provider":    {surplusGroup, custom, []string{"dMicrosoft.KeyVault/vaults/secrets/*"}, "Microsoft.KeyVault/vaults/secrets/* Microsoft.KeyVault/vaults/secrets/getSecret/action allow"},
		"a pattern that ends in a verb": {surplusGroup, custom, []string{"+" + cs + "*/delete"}, cs + "*/delete  allow"},
	} {
		var more []arm.Resource
		if c.custom != nil {
			more = append(more, definition(custom, roleOf(c.custom...)))
		}
		w := givenRole(c.scope, surplusWho, str("/providers/Microsoft.Authorization/roleDefinitions/"+c.role), more...)
		got := ""
		if all := w.Surplus(Whoever(surplusWho), nil, surplusAccount, need); len(all) > 0 {
			got = all[0].Pattern + " " + all[0].Action + " " + all[0].Verdict.String()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestSurplusOfGroups holds that a role of a group counts where the principal is
// known to be in it.
func TestSurplusOfGroups(t *testing.T) {
	const group = "88888888-8888-4888-8888-888888888888"
	w := givenRole(surplusGroup, group, str("/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"))
	if all := w.Surplus(Whoever(surplusWho), &Claims{Groups: []string{group}, Complete: true}, surplusAccount, roleOf("+*/read")); len(all) != 1 || all[0].Verdict != Allow {
		t.Errorf("%+v", all)
	}
	if all := w.Surplus(Whoever(surplusWho), nil, surplusAccount, roleOf("+*/read")); len(all) != 0 {
		t.Errorf("of somebody else: %+v", all)
	}
}

// TestSurplusAgainstAll compares with going through all actions of a small
// world: where nothing is a surplus, nothing is given that isn't needed, and an
// action that is named is given and isn't needed.
func TestSurplusAgainstAll(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	actions := everyAction()
	none, named := 0, 0
	for i := range 3000 {
		need, has := randomRole(r), randomRole(r)
		if i%4 == 0 {
			has.Permissions.Items = need.Permissions.Items
		}
		w := givenRole(surplusGroup, surplusWho, str("/x/roleDefinitions/c"), definition("c", has))
		all := w.Surplus(Whoever(surplusWho), nil, surplusAccount, need)
		beyond := func(action string) bool {
			v, _ := RoleGives(has, action, false)
			n, _ := RoleGives(need, action, false)
			return v == Allow && n != Allow
		}
		if len(all) == 0 {
			none++
			if k := slices.IndexFunc(actions, beyond); k >= 0 {
				t.Fatalf("%+v has %s, which %+v hasn't", has.Permissions, actions[k], need.Permissions)
			}
		}
		for _, s := range all {
			if s.Verdict == Allow && s.Action != "" {
				named++
				if !beyond(s.Action) {
					t.Fatalf("%+v needs %s, or %+v hasn't got it", need.Permissions, s.Action, has.Permissions)
				}
			}
		}
	}
	if none < 100 || named < 100 {
		t.Errorf("too few that say something: %d without a surplus, %d with an action", none, named)
	}
}

var surplusWords = []string{"a", "b", "c"}

func everyAction() []string {
	var all []string
	for _, x := range surplusWords {
		for _, y := range surplusWords {
			all = append(all, x+"/"+y)
			for _, z := range surplusWords {
				all = append(all, fmt.Sprintf("%s/%s/%s", x, y, z))
			}
		}
	}
	return all
}

func randomRole(r *rand.Rand) *estate.RoleDefinition {
	pattern := func() string {
		parts := make([]string, 1+r.IntN(3))
		for i := range parts {
			parts[i] = append(surplusWords, "*", "*")[r.IntN(5)]
		}
		return strings.Join(parts, "/")
	}
	var all []string
	for range 1 + r.IntN(2) {
		all = append(all, "+"+pattern())
	}
	for range r.IntN(3) {
		all = append(all, "-"+pattern())
	}
	return roleOf(all...)
}
