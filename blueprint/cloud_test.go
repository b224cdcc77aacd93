package blueprint_test

import (
	"os"
	"strings"
	"testing"

	"palisade/blueprint"
)

// TestClouds holds that another cloud has its own zones, hosts and audiences,
// and nothing of the public one.
func TestClouds(t *testing.T) {
	for _, file := range []string{"minimal", "regulated", "apim"} {
		text, err := os.ReadFile("../examples/deploy/" + file + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		s := parse(t, "cloud.yaml", "cloud: usgov\n"+strings.NewReplacer(
			"vault.azure.net", "vault.usgovcloudapi.net", "core.windows.net", "core.usgovcloudapi.net", "StandardV2", "Premium").Replace(string(text)))
		p := build(t, s)
		for _, problem := range blueprint.Verify(p, s.Cloud) {
			t.Error(file, problem)
		}
		for _, r := range p.Resources() {
			for _, suffix := range []string{"openai.azure.com", "vaultcore.azure.net", "core.windows.net", "azure-api.net", "cognitiveservices.azure.com"} {
				if strings.Contains(r.ID+r.Body.JSON(), suffix) {
					t.Errorf("%s: %s has %s", file, r.ID, suffix)
				}
			}
		}
		for _, f := range open(s, p) {
			t.Error(file, show(f))
		}
	}
}
