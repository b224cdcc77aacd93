package estate

import (
	"regexp"
	"testing"
)

func TestBuiltInRoles(t *testing.T) {
	all := builtInRoles()
	if len(all) != 928 {
		t.Errorf("got %d roles, want the 928 of the source", len(all))
	}
	guid := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	conditions := 0
	for id, d := range all {
		if !guid.MatchString(id) || d.GUID != id || d.RoleName.Value == "" || !d.BuiltIn {
			t.Errorf("%s: %+v", id, d)
		}
		for _, p := range d.Permissions.Items {
			if p.Condition.Value != "" {
				conditions++
			}
		}
	}
	if conditions != 31 {
		t.Errorf("got %d conditions, want 31", conditions)
	}
}

func TestBuiltInRole(t *testing.T) {
	user := BuiltInRole("5E0BD9BD-7B93-4F28-AF87-19FC36AD61BD")
	p := user.Permissions.Items[0]
	if len(user.Permissions.Items) != 1 || len(p.Actions.Items) != 3 || len(p.NotActions.Items) != 0 ||
		len(p.DataActions.Items) != 16 || len(p.NotDataActions.Items) != 1 || !p.Actions.Known() {
		t.Errorf("OpenAI User: %+v", p)
	}
	if p.NotDataActions.Items[0] != "Microsoft.CognitiveServices/accounts/OpenAI/stored-completions/read" {
		t.Errorf("notDataActions: %q", p.NotDataActions.Items)
	}
	manager := BuiltInRole("eadc314b-1a2d-4efa-be10-5d325db5065e")
	if manager.RoleName.Value != "Foundry Project Manager" || !manager.Permissions.Items[0].Condition.Set {
		t.Errorf("Foundry Project Manager has a condition: %+v", manager)
	}
	if BuiltInRole("nobody") != nil {
		t.Error("found a role that isn't there")
	}
}
