package access

import (
	"strings"
	"testing"

	"palisade/estate"
)

// TestBuiltInRoles holds facts about built-in roles (FACTS §1.5, §1.6, §2.1).
func TestBuiltInRoles(t *testing.T) {
	const cs = "Microsoft.CognitiveServices/accounts/"
	const (
		openAIUser = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
		csContrib  = "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"
		csUser     = "a97b65f3-24c7-4388-baec-2e87135dc908"
		owner      = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
		contrib    = "b24988ac-6180-42a0-ab88-20f7382dd24c"
		reader     = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
		manager    = "eadc314b-1a2d-4efa-be10-5d325db5065e"
		operator   = "f1a07417-d97a-45cb-824c-7a7467783830"
		secrets    = "4633458b-17de-408a-b874-0445c86b69e6"
		foundry    = "53ca6127-db72-4b80-b1b0-d745d6d5456d"
	)
	for _, c := range []struct {
		role, action string
		data         bool
		assigns      string // the role that a request to assign one names
		want         Verdict
	}{
		{openAIUser, ActionChat, true, "", Allow},
		{openAIUser, cs + "OpenAI/assistants/threads/messages/read", true, "", Allow},
		{openAIUser, cs + "OpenAI/stored-completions/read", true, "", Deny},
		{openAIUser, actionListKeys, false, "", Deny},
		{csContrib, ActionChat, true, "", Deny},
		{csContrib, actionListKeys, false, "", Allow},
		{csUser, actionListKeys, false, "", Allow},
		{csUser, cs + "OpenAI/fine-tunes-deployments/write", true, "", Deny},
		{owner, ActionChat, true, "", Deny},
		{owner, actionAssignRole, false, "", Allow},
		{contrib, actionListKeys, false, "", Allow},
		{contrib, actionAssignRole, false, "", Deny},
		{contrib, actionLocksDelete, false, "", Deny},
		{contrib, ActionChat, true, "", Deny},
		{reader, actionDeploymentsRead, false, "", Allow},
		{reader, actionListKeys, false, "", Deny},
		{manager, actionListKeys, false, "", Deny},
		{manager, actionAssignRole, false, "", Unknown},
		{manager, actionAssignRole, false, foundry, Allow},
		{manager, actionAssignRole, false, owner, Deny},
		{operator, "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", false, "", Unknown},
		{secrets, ActionGetSecret, true, "", Allow},
		{secrets, ActionGetSecret, false, "", Deny},
	} {
		def := estate.BuiltInRole(c.role)
		if def == nil {
			t.Fatalf("no role %s", c.role)
		}
		var attributes Attributes
		if c.assigns != "" {
			attributes = assigning(&role{def: estate.BuiltInRole(c.assigns)})
		}
		r := newRole(def, &conditions{map[string]*Condition{}})
		if got := r.grants(strings.ToLower(c.action), c.data, attributes); got != c.want {
			t.Errorf("%s: %s: %v, want %v", def.RoleName.Value, c.action, got, c.want)
		}
	}
}

// TestEdges holds the table of rights: ids once, actions in the form of Azure.
func TestEdges(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range edges {
		if seen[e.id] || e.id == "" || e.text == "" || e.lower != strings.ToLower(e.action) || strings.Count(e.action, "/") < 2 || e.most == Deny {
			t.Errorf("edge %+v", e)
		}
		seen[e.id] = true
	}
}

func FuzzRange(f *testing.F) {
	f.Add("1.2.3.4/8")
	f.Add("1.2.3.4-1.2.3.9")
	f.Fuzz(func(t *testing.T, text string) {
		r, ok := ParseRange(text)
		if !ok {
			return
		}
		again, ok := ParseRange(r.String())
		if !ok || again != r || !r.Contains(r.First) || !r.Contains(r.Last) || r.Size().Sign() <= 0 {
			t.Errorf("%q: %v, again %v", text, r, again)
		}
	})
}
