package blueprint_test

import (
	"os"
	"strings"
	"testing"

	"palisade/blueprint"
)

// TestRefuses holds that what can't be deployed is told, with where it is
// written, and that nothing is built then.
func TestRefuses(t *testing.T) {
	read := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	minimal, regions := read("../examples/deploy/minimal.yaml"), read("../examples/deploy/regions.yaml")
	replace := func(text string, pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(text, pairs[i]) {
				t.Fatalf("%q isn't there", pairs[i])
			}
			text = strings.Replace(text, pairs[i], pairs[i+1], 1)
		}
		return text
	}
	const other = "  GPT-5.1: {version: \"2025-11-13\", sku: DataZoneStandard, capacity: 100}\naccess:"
	for _, test := range []struct{ name, text, want string }{
		{"nothing to deploy", read("../examples/gateway/demo.yaml"), "nothing to deploy"},
		{"too small", replace(minimal, "[swedencentral]", "[swedencentral, francecentral, westeurope]", "models:", "network: {addressSpace: 10.0.0.0/24}\nmodels:"), "too small"},
		{"same name", replace(minimal, "access:", other, "[gpt-5.1]", "[gpt-5.1, GPT-5.1]"), "would be the same"},
		{"no image", replace(regions, "    image: contoso.azurecr.io/palisade@sha256:"+strings.Repeat("0", 64)+"\n", ""), "image is missing"},
		{"China", "cloud: china\n" + minimal, "private zones"},
		{"loopback", replace(regions, "0.0.0.0:8443", "127.0.0.1:8443"), "loopback"},
		{"no archive", replace(regions, "logging:\n  blob: {url: \"https://contosoassistlogs.blob.core.windows.net/usage\"}\n", ""), "logging.blob is missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, problems := blueprint.Build(parse(t, "refused.yaml", test.text))
			if p != nil {
				t.Error("there is a plan")
			}
			for _, problem := range problems {
				if strings.Contains(problem.Message, test.want) && problem.Pos.IsValid() {
					return
				}
			}
			t.Errorf("not told: %s; told is %v", test.want, problems)
		})
	}
}

// TestSecrets holds that nothing in a plan is, or asks for, a key.
func TestSecrets(t *testing.T) {
	for _, file := range examples(t) {
		for _, r := range build(t, parseFile(t, file)).Resources() {
			for _, word := range []string{"listKeys", "list_keys", "sharedKey", "AccountKey=", "primaryKey"} {
				if strings.Contains(strings.ReplaceAll(r.Body.JSON(), "listKeys/action", ""), word) {
					t.Errorf("%s: %s has %s", file, r.ID, word)
				}
			}
		}
	}
}
