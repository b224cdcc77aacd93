package blueprint_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/blueprint"
	"palisade/spec"
)

// TestUpstreamOf holds that a gateway finds what is deployed: the account by its
// ID and its name, and the deployment on it.
func TestUpstreamOf(t *testing.T) {
	files, _ := filepath.Glob("../examples/*/*.yaml")
	found := 0
	for _, file := range files {
		s := parseFile(t, file)
		if s.Gateway.Kind != spec.PalisadeGateway {
			continue
		}
		plan, problems := blueprint.Build(s)
		if len(problems) > 0 {
			continue // nothing of it is deployed
		}
		all := plan.Resources()
		for i := range s.Models {
			m := &s.Models[i]
			for j := range m.Upstreams {
				if u := &m.Upstreams[j]; u.Deployed() {
					found++
					checkUpstream(t, all, s, m, u)
				}
			}
		}
	}
	if found < 3 {
		t.Errorf("only %d upstreams", found)
	}
}

func checkUpstream(t *testing.T, all []arm.Resource, s *spec.Spec, m *spec.Model, u *spec.Upstream) {
	t.Helper()
	at, err := blueprint.UpstreamOf(s, m, u)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(r arm.Resource) bool { return r.ID == at.Account })
	if i < 0 || !slices.ContainsFunc(all, func(r arm.Resource) bool { return r.ID == at.Account+"/deployments/"+at.Deployment }) {
		t.Fatalf("%s: %s: %+v isn't deployed", s.Name, m.Name, at)
	}
	name, _ := all[i].Properties("customSubDomainName").Str()
	if !strings.HasPrefix(at.URL, "https://"+name+".openai.azure.") || all[i].Body.Get("location").Text() != u.Region {
		t.Errorf("%+v, but the account is %s in %s", at, name, all[i].Body.Get("location").Text())
	}
}

// TestUpstreamOfNowhere holds that an upstream that isn't deployed is nowhere.
func TestUpstreamOfNowhere(t *testing.T) {
	s := parseFile(t, "../examples/gateway/full.yaml")
	m := &s.Models[0]
	if at, err := blueprint.UpstreamOf(s, m, &spec.Upstream{Region: "westeurope"}); err == nil {
		t.Errorf("%+v", at)
	}
}
