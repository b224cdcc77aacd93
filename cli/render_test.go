package cli

import (
	"os"
	"regexp"
	"testing"
	"time"

	"palisade/arm"
	"palisade/gateway/redact"
	"palisade/rule"
	"palisade/spec"
)

var testDay = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// keyFunctions ask Resource Manager for keys.
var keyFunctions = regexp.MustCompile(`(?i)\b(list[a-z]*|getSecret)\(`)

// TestNoSecretIsWritten looks for secrets, and for what asks for them, in what
// is rendered from the samples with the most in them.
func TestNoSecretIsWritten(t *testing.T) {
	finder := redact.New([]spec.Detector{spec.Detector("secrets")})
	for _, file := range []string{"../examples/deploy/regulated.yaml", "../examples/deploy/apim.yaml", "../examples/gateway/full.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, problems := proveSpec(file, text, rule.Medium, testDay)
		if len(problems) > 0 {
			t.Fatal(file, problems)
		}
		for _, to := range []string{"arm", "bicep", "terraform"} {
			files, err := rendered(p.spec, p.plan, to, "palisade.yaml")
			if err != nil {
				t.Fatal(file, to, err)
			}
			for _, f := range files {
				if _, found := finder.Text(f.Text); found.Any() {
					t.Errorf("%s to %s: %s holds a secret", file, to, f.Path)
				}
				if asks := keyFunctions.Find(f.Text); asks != nil {
					t.Errorf("%s to %s: %s asks for keys: %s", file, to, f.Path, asks)
				}
			}
		}
	}
}

// TestAccepts holds that an exception accounts for its own rules at its own
// place, and for nothing else.
func TestAccepts(t *testing.T) {
	at := spec.Pos{File: "f", Line: 3, Col: 1, Offset: 20}
	filter := []spec.Accepted{{Path: "models.gpt-5.1.filter.level", Pos: spec.Pos{Line: 4, Offset: 30}, Section: at}}
	network := []spec.Accepted{{Path: "network.mode", Pos: at, Section: at}}
	finding := func(id string) rule.Finding {
		return rule.Finding{Rule: &rule.Rule{ID: id}, Result: rule.Result{Status: rule.Fail}}
	}
	here := finding("PAL021")
	here.Pos = posAt(t, 20)
	elsewhere := finding("PAL021")
	elsewhere.Pos = posAt(t, 40)
	for _, c := range []struct {
		name       string
		exceptions []spec.Accepted
		finding    rule.Finding
		want       bool
	}{
		{"the filter of the model", filter, here, true},
		{"another model's filter", filter, elsewhere, false},
		{"another rule", filter, finding("PAL002"), false},
		{"the network as a whole", network, finding("PAL001"), true},
		{"keys in an open network", network, finding("PAL002"), false},
		{"nothing", nil, here, false},
	} {
		if _, got := accepts(c.exceptions, c.finding); got != c.want {
			t.Errorf("%s: accepted is %v", c.name, got)
		}
	}
}

func posAt(t *testing.T, offset int) arm.Pos {
	t.Helper()
	return arm.NewFile("f", make([]byte, 100)).At(offset)
}
