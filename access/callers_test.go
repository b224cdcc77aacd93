package access

import (
	"net/netip"
	"testing"
	"time"

	"palisade/estate"
	"palisade/estate/estatetest"
)

const callersEstate = `[
 {"id": "/providers/Palisade.Gateway/gateways/g", "type": "Palisade.Gateway/gateways", "name": "g", "properties": {"from": ["10.0.0.0/8", "8.0.0.0/8", "link:5"]}},
 {"id": "/providers/Palisade.Gateway/gateways/g/models/m", "type": "Palisade.Gateway/gateways/models", "name": "g/m", "properties": {"from": ["10.1.0.0/16", "8.8.0.0/16", "link:5"]}},
 {"id": "/providers/Palisade.Gateway/gateways/g/keys/k", "type": "Palisade.Gateway/gateways/keys", "name": "g/k", "properties": {"from": ["10.1.2.0/24"], "expires": "2027-01-01T00:00:00Z"}},
 {"id": "/providers/Palisade.Gateway/gateways/g/models/m/providers/Microsoft.Authorization/roleAssignments/any", "type": "Microsoft.Authorization/roleAssignments", "name": "any",
  "properties": {"principalId": "p", "principalType": "Group", "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"}},
 {"id": "/providers/Palisade.Gateway/gateways/g/models/m/providers/Microsoft.Authorization/roleAssignments/near", "type": "Microsoft.Authorization/roleAssignments", "name": "near",
  "properties": {"principalId": "q", "principalType": "User", "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
   "condition": "(Exists @Environment[Palisade.Gateway/address] AND @Environment[Palisade.Gateway/address] ForAnyOfAnyValues:IpInRange {'10.1.128.0/17'}) AND (NOT Exists @Principal[Palisade.Gateway/application] OR @Principal[Palisade.Gateway/application] ForAnyOfAnyValues:GuidEquals {'99999999-9999-4999-8999-999999999999'})"}},
 {"id": "/providers/Palisade.Gateway/gateways/g/models/m/providers/Microsoft.Authorization/roleAssignments/key", "type": "Microsoft.Authorization/roleAssignments", "name": "key",
  "properties": {"principalId": "key:k", "principalType": "ServicePrincipal", "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"}}]`

// TestCallers holds the places of each caller to what Decide answers for single
// addresses.
func TestCallers(t *testing.T) {
	w := Compile(estate.New(estatetest.Load(t, callersEstate), estate.Options{}))
	const model = "/providers/Palisade.Gateway/gateways/g/models/m"
	at := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	callers := w.Callers(model, at)
	if len(callers) != 3 {
		t.Fatalf("%d callers", len(callers))
	}
	want := [][]string{{"8.8.0.0/16", "10.1.0.0/16"}, {"10.1.128.0/17"}, {"10.1.2.0/24"}}
	for i := range callers {
		c := &callers[i]
		var got []string
		for _, r := range c.Ranges {
			got = append(got, r.String())
		}
		if c.Verdict != Allow || c.Everywhere || len(got) != len(want[i]) || got[0] != want[i][0] {
			t.Errorf("%s: %s from %v, want %v", c.Principal.ID, c.Verdict, got, want[i])
		}
		for _, text := range []string{"8.7.255.255", "8.8.0.0", "8.8.255.255", "10.0.255.255", "10.1.0.0", "10.1.2.9", "10.1.128.0", "10.1.255.255", "10.2.0.0", "127.0.0.1", "::1"} {
			a := netip.MustParseAddr(text)
			listed := false
			for _, r := range c.Ranges {
				listed = listed || r.Contains(a)
			}
			if d := w.Decide(c.Request(model, Address(a), at)); (d.Verdict == Allow) != listed {
				t.Errorf("%s from %s: %s, listed %v", c.Principal.ID, a, d.Verdict, listed)
			}
		}
	}
	if l := callers[0].Links; len(l) != 1 || l[0] != "link:5" {
		t.Errorf("links: %v", l)
	}
	if l := callers[1].Links; len(l) != 0 || len(callers[1].Through) != 1 {
		t.Errorf("links %v through %v", l, callers[1].Through)
	}
	if a := callers[0].Internet.Addr; a != netip.MustParseAddr("8.8.0.0") {
		t.Errorf("internet: %s", a)
	}
	late := w.Callers(model, at.AddDate(1, 0, 0))
	if late[2].Verdict != Deny || late[0].Verdict != Allow {
		t.Errorf("after the key's end: %s, others %s", late[2].Verdict, late[0].Verdict)
	}
	if w.Callers("/x", at) != nil {
		t.Error("callers of nothing")
	}
}

func TestCallerText(t *testing.T) {
	for id, want := range map[string]string{
		KeyPrincipal("Batch"):                            "key batch",
		WorkloadPrincipal("github", "repo:Contoso/ä#%^"): "workload github:repo:Contoso/ä#%^",
	} {
		if got, ok := CallerText(id); !ok || got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if _, ok := CallerText("22222222-2222-4222-8222-222222222222"); ok {
		t.Error("an object id is neither")
	}
}
