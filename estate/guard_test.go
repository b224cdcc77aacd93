package estate

import "testing"

func TestGuard(t *testing.T) {
	e := load(t, `[
 {"id": "/providers/Palisade.Gateway/gateways/g", "type": "Palisade.Gateway/gateways", "name": "g", "properties": {"from": ["10.0.0.0/8", "link:5"]}},
 {"id": "/providers/Palisade.Gateway/gateways/g/models/gpt-4o", "type": "Palisade.Gateway/gateways/models", "name": "g/gpt-4o", "properties": {}},
 {"id": "/providers/Palisade.Gateway/gateways/g/keys/old", "type": "Palisade.Gateway/gateways/keys", "name": "g/old",
  "properties": {"from": ["10.1.0.0/16"], "expires": "2027-01-01T00:00:00Z"}},
 {"id": "/providers/Palisade.Gateway/gateways/g/models/gpt-4o/providers/Microsoft.Authorization/roleAssignments/a",
  "type": "Microsoft.Authorization/roleAssignments", "name": "a", "properties": {"principalId": "p"}}]`)
	g := only(t, e.Guards)
	if len(g.From.Items) != 2 || g.From.Items[1].Value != "link:5" || !g.From.Set || g.Parent != Root {
		t.Errorf("guard: %+v", g)
	}
	m := only(t, e.GuardModels)
	if m.Parent != g.Key || m.From.Set || m.Name != "gpt-4o" {
		t.Errorf("model: %+v", m)
	}
	k := only(t, e.GuardKeys)
	if k.Parent != g.Key || k.Expires.Value != "2027-01-01T00:00:00Z" || k.From.Items[0].Value != "10.1.0.0/16" {
		t.Errorf("key: %+v", k)
	}
	if a := only(t, e.RoleAssignments); a.Scope() != m.Key {
		t.Errorf("assignment at %s", a.Scope())
	}
}
