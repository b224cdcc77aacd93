package azure

import (
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"

	"palisade/arm"
	"palisade/format/armjson"
)

func TestWildcard(t *testing.T) {
	for _, test := range []struct {
		pattern, action string
		want            bool
	}{
		{"*", "Microsoft.Authorization/roleAssignments/write", true},
		{"*/read", "Microsoft.Authorization/roleAssignments/write", false},
		{"Microsoft.Authorization/*/Write", "Microsoft.Authorization/roleAssignments/write", true},
		{"Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/write", true},
		{"Microsoft.Authorization/roleAssignments", "Microsoft.Authorization/roleAssignments/write", false},
		{"*/roleAssignments/*", "Microsoft.Authorization/roleAssignments/write", true},
		{"a*b*b", "ab", false},
		{"a*b", "aXb", true},
	} {
		if got := matches([]string{test.pattern}, test.action); got != test.want {
			t.Errorf("%s of %s: %t", test.pattern, test.action, got)
		}
	}
}

// TestNoise holds which changes of what-if are left out, and that none of those
// that open something is.
func TestNoise(t *testing.T) {
	type of = armdeployments.PropertyChangeType
	const create, modify, remove, none = armdeployments.PropertyChangeTypeCreate, armdeployments.PropertyChangeTypeModify,
		armdeployments.PropertyChangeTypeDelete, armdeployments.PropertyChangeTypeNoEffect
	for _, test := range []struct {
		path          string
		kind          of
		before, after any
		noise         bool
	}{
		{"properties.provisioningState", remove, "Succeeded", nil, true},
		{"properties.endpoints.OpenAI", remove, "https://…", nil, true},
		{"identity.principalId", remove, "1", nil, true},
		{"identity.userAssignedIdentities./subscriptions/a/b.principalId", remove, "1", nil, true},
		{"properties.networkAcls.ipRules", remove, []any{}, nil, true},
		{"properties.subnet.id", modify, "/subscriptions/A", "/subscriptions/a", true},
		{"properties.principalId", modify, "1", "[reference(resourceId('a', 'b')).principalId]", true},
		{"properties.anything", none, "a", "b", true},

		{"identity.userAssignedIdentities./subscriptions/a/b", remove, map[string]any{"clientId": "1"}, nil, false},
		{"properties.disableLocalAuth", remove, true, nil, false},
		{"properties.disableLocalAuth", modify, true, false, false},
		{"properties.publicNetworkAccess", modify, "Disabled", "Enabled", false},
		{"properties.networkAcls.ipRules", create, nil, []any{"0.0.0.0/0"}, false},
		{"tags.owner", remove, "me", nil, false},
	} {
		d := &armdeployments.WhatIfPropertyChange{Path: &test.path, PropertyChangeType: to.Ptr(test.kind), Before: test.before, After: test.after}
		if got := isNoise(test.path, d); got != test.noise {
			t.Errorf("%s %s: noise %t", test.kind, test.path, got)
		}
	}
}

func TestDifferences(t *testing.T) {
	read := func(text string) arm.Resource {
		v, _ := armjson.Read(arm.NewFile("t", []byte(text)), []byte(text))
		return arm.Resource{Body: v}
	}
	for _, test := range []struct {
		planned, live string
		want          int
	}{
		{`{"properties":{"a":true}}`, `{"properties":{"A":true,"more":1}}`, 0},
		{`{"properties":{"a":true}}`, `{"properties":{}}`, 1},
		{`{"properties":{"a":"Disabled"}}`, `{"properties":{"a":"disabled"}}`, 0},
		{`{"location":"swedencentral"}`, `{"location":"Sweden Central"}`, 0},
		{`{"properties":{"list":["a","b"]}}`, `{"properties":{"list":["b","a"]}}`, 0},
		{`{"properties":{"list":["a"]}}`, `{"properties":{"list":["a","0.0.0.0/0"]}}`, 1},
		{`{"properties":{"list":[{"value":"a"}]}}`, `{"properties":{"list":[{"value":"b"}]}}`, 1},
		{`{"properties":{"list":[]}}`, `{"properties":{}}`, 0},
		{`{"sku":{"capacity":10}}`, `{"sku":{"capacity":11}}`, 1},
	} {
		if got := Differences(read(test.planned), read(test.live)); len(got) != test.want {
			t.Errorf("%s and %s: %v", test.planned, test.live, got)
		}
	}
}

// TestFailedIsTold holds what a person reads of a failure, and what counts as a
// race.
func TestFailedIsTold(t *testing.T) {
	quota := Problem{"InsufficientQuota", "no more\nsecond line", "/subscriptions/a/x/accounts/b/deployments/c"}
	f := &Failed{Problems: []Problem{quota}, Attempts: 2}
	for _, want := range []string{"failed 2 times", "InsufficientQuota on deployments/c: no more\n", quotaPage, "palisade deploy again"} {
		if !strings.Contains(f.Error(), want) {
			t.Errorf("%q isn't in: %s", want, f)
		}
	}
	conflict := Problem{Code: "RequestConflict"}
	for _, test := range []struct {
		problems []Problem
		race     bool
	}{{[]Problem{conflict}, true}, {[]Problem{quota}, false}, {[]Problem{conflict, quota}, false}, {nil, false}} {
		if got := (&Failed{Problems: test.problems}).temporary(); got != test.race {
			t.Errorf("%v: a race %t", test.problems, got)
		}
	}
}
