package azure_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"palisade/azure"
	"palisade/azure/simulator"
)

func TestDeployAndProve(t *testing.T) {
	s, c := start(t, simulator.Options{})
	p := planOf(t)
	var done []string
	err := c.Deploy(t.Context(), p, func(e azure.Event) {
		if e.State == "done" {
			done = append(done, azure.Short(e.ID))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(done) != len(p.Resources) {
		t.Errorf("told of %d resources: %v, want %d", len(done), done, len(p.Resources))
	}
	live, checks := c.Prove(t.Context(), p)
	wantAll(t, checks, azure.OK)
	wantAll(t, c.CheckKeys(t.Context(), live, azure.Keys{}, ignore), azure.OK)
	wantAll(t, c.CheckHosts(t.Context(), live), azure.OK)
	if opened := s.Opened(); len(opened) > 0 {
		t.Errorf("half open: %v", opened)
	}
}

// TestWhatIf holds that what is deployed shows no change, and a change shows
// itself alone.
func TestWhatIf(t *testing.T) {
	_, c := start(t, simulator.Options{})
	p := planOf(t)
	wantActions(t, c, p, map[azure.Action]int{azure.Create: 10})
	mustDeploy(t, c, p)
	wantActions(t, c, p, map[azure.Action]int{azure.NoChange: 10})
	larger := planOf(t, `"defaultValue": 10`, `"defaultValue": 20`, `"NoAutoUpgrade"`, `"OnceCurrentVersionExpired"`)
	changes := wantActions(t, c, larger, map[azure.Action]int{azure.NoChange: 9, azure.Modify: 1})
	i := slices.IndexFunc(changes, func(c azure.Change) bool { return c.Action == azure.Modify })
	want := []azure.Delta{{"properties.versionUpgradeOption", `"NoAutoUpgrade"`, `"OnceCurrentVersionExpired"`}, {"sku.capacity", "10", "20"}}
	if !slices.Equal(changes[i].Delta, want) {
		t.Errorf("delta %v, want %v", changes[i].Delta, want)
	}
}

func wantActions(t *testing.T, c *azure.Client, p *azure.Plan, want map[azure.Action]int) []azure.Change {
	t.Helper()
	changes, err := c.WhatIf(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	got := map[azure.Action]int{}
	for _, change := range changes {
		got[change.Action]++
		if change.Action == azure.Modify && want[azure.Modify] == 0 {
			t.Errorf("%s: %v", change.ID, change.Delta)
		}
	}
	for action := range want {
		if got[action] != want[action] {
			t.Errorf("%d to %s, want %d", got[action], action, want[action])
		}
	}
	return changes
}

// TestLeaving holds that what leaves the plan is shown and deleted.
func TestLeaving(t *testing.T) {
	_, c := start(t, simulator.Options{})
	mustDeploy(t, c, planOf(t))
	smaller := planOf(t, `acc-test/gpt-4o`, `acc-test/gpt-4o-second`)
	wantActions(t, c, smaller, map[azure.Action]int{azure.Create: 1, azure.Delete: 1})
	mustDeploy(t, c, smaller)
	wantActions(t, c, smaller, map[azure.Action]int{azure.NoChange: 10, azure.Delete: 0})
}

func TestFailureIsToldWithAdvice(t *testing.T) {
	_, c := start(t, simulator.Options{Quota: map[string]int{"swedencentral/OpenAI.DataZoneStandard.gpt-4o": 5}})
	err := c.Deploy(t.Context(), planOf(t), ignore)
	var failed *azure.Failed
	if !errors.As(err, &failed) || failed.Attempts != 1 {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{"InsufficientQuota on deployments/gpt-4o", "Lower capacity", "palisade deploy again"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q isn't in: %v", want, err)
		}
	}
}

// TestResume stops the client at each of the first requests, and runs it again.
func TestResume(t *testing.T) {
	for n := 1; n < 60; n += 7 {
		s, c := start(t, simulator.Options{Seed: uint64(n)})
		p := planOf(t)
		ctx, cancel := context.WithCancel(t.Context())
		told := 0
		err := c.Deploy(ctx, p, func(azure.Event) {
			if told++; told == n/7+1 {
				cancel()
			}
		})
		cancel()
		var left *azure.Interrupted
		if !errors.As(err, &left) || !strings.Contains(err.Error(), "palisade deploy again") {
			t.Fatalf("%d: error %v", n, err)
		}
		mustDeploy(t, c, p)
		_, checks := c.Prove(t.Context(), p)
		wantAll(t, checks, azure.OK)
		s.Close()
	}
}

func TestForeignStackIsRefused(t *testing.T) {
	s, c := start(t, simulator.Options{})
	s.PutForeignStack("palisade-test")
	var refused *azure.Refused
	if err := c.Deploy(t.Context(), planOf(t), ignore); !errors.As(err, &refused) {
		t.Errorf("error %v", err)
	}
	if err := c.Destroy(t.Context(), "palisade-test", ignore); !errors.As(err, &refused) {
		t.Errorf("destroy: error %v", err)
	}
}

func TestOldKeysAreTriedUntilRefused(t *testing.T) {
	s, c := start(t, simulator.Options{})
	keyed := planOf(t, `"disableLocalAuth": true`, `"disableLocalAuth": false`)
	mustDeploy(t, c, keyed)
	if opened := s.Opened(); len(opened) == 0 {
		t.Error("the simulator doesn't see that an account takes keys")
	}
	p := planOf(t)
	live, _ := c.Prove(t.Context(), keyed)
	wantAll(t, c.CheckKeys(t.Context(), live, azure.Keys{}, ignore), azure.Fail)
	old := c.OldKeys(t.Context(), p)
	mustDeploy(t, c, p)
	live, _ = c.Prove(t.Context(), p)
	waits := 0
	checks := c.CheckKeys(t.Context(), live, old, func(azure.Event) { waits++ })
	wantAll(t, checks, azure.OK)
	if waits == 0 || !strings.Contains(checks[0].Text, "the old key, too") {
		t.Errorf("%d waits: %s", waits, checks[0].Text)
	}
}

func TestDestroy(t *testing.T) {
	s, c := start(t, simulator.Options{})
	p := planOf(t)
	mustDeploy(t, c, p)
	managed, err := c.Managed(t.Context(), p.Name)
	if err != nil || len(managed) != 10 {
		t.Fatalf("managed %v, %v", managed, err)
	}
	if err := c.Destroy(t.Context(), p.Name, ignore); err != nil {
		t.Fatal(err)
	}
	gone, err := c.SoftDeleted(t.Context(), p)
	if err != nil || len(gone) != 1 {
		t.Fatalf("softly deleted: %v, %v", gone, err)
	}
	checks, _ := c.Preflight(t.Context(), p)
	wantCheck(t, checks, "name acc-test", azure.Fail, "deleted account")
	if err := c.Purge(t.Context(), gone[0]); err != nil {
		t.Fatal(err)
	}
	mustDeploy(t, c, p)
	if opened := s.Opened(); len(opened) > 0 {
		t.Errorf("half open: %v", opened)
	}
}

// TestDrift holds that the proof sees what somebody else has changed.
func TestDrift(t *testing.T) {
	s, c := start(t, simulator.Options{})
	p := planOf(t)
	p.Deny = "none"
	mustDeploy(t, c, p)
	s.Change("acc-test", "publicNetworkAccess", "Enabled")
	_, checks := c.Prove(t.Context(), p)
	wantCheck(t, checks, "accounts/acc-test", azure.Fail, "properties.publicNetworkAccess is \"Enabled\"")
}

// TestOthersAreDenied holds that the stack keeps everybody else from opening
// what it has made, also by what is put below it.
func TestOthersAreDenied(t *testing.T) {
	s, c := start(t, simulator.Options{})
	p := planOf(t)
	mustDeploy(t, c, p)
	for _, account := range p.Resources {
		if !account.Is("Microsoft.CognitiveServices/accounts") {
			continue
		}
		for _, id := range []string{account.ID, account.ID + "/deployments/another",
			account.ID + "/providers/Microsoft.Authorization/roleAssignments/12345678-1234-4234-8234-123456789012"} {
			if code := s.PutAs(simulator.Stranger, id); code != "DenyAssignmentAuthorizationFailed" {
				t.Errorf("%s: %q", azure.Short(id), code)
			}
		}
	}
	p.Excluded = []string{simulator.Stranger}
	mustDeploy(t, c, p)
	if code := s.PutAs(simulator.Stranger, p.Resources[0].ID); code != "" {
		t.Errorf("who is excluded is stopped: %s", code)
	}
}
