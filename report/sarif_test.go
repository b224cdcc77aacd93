package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaFile is the JSON schema of SARIF 2.1.0, which a pinned npm package
// ships: the schema is OASIS's and isn't kept here.
const schemaFile = "testdata/sarif-schema/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file := schemaFile
	if given := os.Getenv("SARIF_SCHEMA"); given != "" {
		file = given
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Skip("SKIPPED: no SARIF schema to check against; get it with: " +
			"npm ci --ignore-scripts --prefix report/testdata/sarif-schema (or name a file in SARIF_SCHEMA)")
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sarifOf(t *testing.T, r *Report, source func(string) ([]byte, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := SARIF(&b, r, SARIFOptions{Source: source}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSARIFSchema(t *testing.T) {
	s := schema(t)
	for _, dir := range cases(t) {
		for _, source := range []func(string) ([]byte, error){nil, sourceIn(dir)} {
			check(t, s, dir, sarifOf(t, load(t, dir), source))
		}
	}
	check(t, s, "crowd", sarifOf(t, crowd(40, 50), nil))
	check(t, s, "odd", sarifOf(t, odd(), nil))
	bad := strings.Replace(string(sarifOf(t, crowd(1, 1), nil)), `"startLine": 1,`, `"startLine": 0,`, 1)
	doc, _ := jsonschema.UnmarshalJSON(strings.NewReader(bad))
	if s.Validate(doc) == nil {
		t.Error("the schema takes line 0: it isn't asked for what it should be")
	}
}

func check(t *testing.T, s *jsonschema.Schema, name string, text []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// TestSARIFForGitHub holds what GitHub asks for beyond the schema.
func TestSARIFForGitHub(t *testing.T) {
	reports := []*Report{crowd(3, 4), odd()}
	for _, dir := range cases(t) {
		reports = append(reports, load(t, dir))
	}
	for _, r := range reports {
		var log sarifLog
		if err := json.Unmarshal(sarifOf(t, r, nil), &log); err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		rules := run.Tool.Driver.Rules
		for _, rule := range rules {
			if rule.ShortDescription.Text == "" || rule.FullDescription.Text == "" || rule.Help.Text == "" {
				t.Errorf("rule %s lacks a text", rule.ID)
			}
		}
		prints := map[string]bool{}
		for _, x := range run.Results {
			at := x.Locations[0].PhysicalLocation
			print := x.PartialFingerprints["primaryLocationLineHash"]
			switch {
			case rules[x.RuleIndex].ID != x.RuleID:
				t.Errorf("ruleIndex of %s leads to %s", x.RuleID, rules[x.RuleIndex].ID)
			case x.Message.Text == "":
				t.Errorf("%s has no message", x.RuleID)
			case at.ArtifactLocation.URI == "" || at.ArtifactLocation.URIBaseID != "%SRCROOT%":
				t.Errorf("%s is at %q, which isn't in the repository", x.RuleID, at.ArtifactLocation.URI)
			case at.Region.EndLine == 0 || at.Region.EndColumn <= at.Region.StartColumn:
				t.Errorf("%s has the region %+v", x.RuleID, at.Region)
			case prints[print]:
				t.Errorf("%s has the fingerprint of another: %s", x.RuleID, print)
			}
			prints[print] = true
		}
	}
}

// TestFingerprints holds that results keep their fingerprints when lines move.
func TestFingerprints(t *testing.T) {
	prints := func(r *Report) string {
		var log sarifLog
		if err := json.Unmarshal(sarifOf(t, r, nil), &log); err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, x := range log.Runs[0].Results {
			all = append(all, x.RuleID+" "+x.PartialFingerprints["primaryLocationLineHash"])
		}
		return strings.Join(all, "\n")
	}
	before, moved := load(t, "testdata/session"), load(t, "testdata/session")
	for i := range moved.Findings {
		moved.Findings[i].Position.Line += 7
		for j := range moved.Findings[i].Proof {
			moved.Findings[i].Proof[j].Position.Line += 7
		}
	}
	if a, b := prints(before), prints(moved); a != b {
		t.Errorf("fingerprints change when lines move:\n%s\n%s", a, b)
	}
	moved.Findings[0].Proof[0].Property = "properties.other"
	if prints(before) == prints(moved) {
		t.Error("fingerprints are the same for different findings")
	}
}

// TestSARIFLimits holds that a log that would be refused is cut, the mildest
// first, and says so.
func TestSARIFLimits(t *testing.T) {
	for _, c := range []struct {
		name  string
		most  limits
		least int // results that have to be left
	}{
		{"number", limits{results: 90, size: 10_000_000, notes: 10}, 90},
		{"size", limits{results: 500, size: 50_000, notes: 10}, 20},
		{"nothing fits", limits{results: 500, size: 10, notes: 0}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := crowd(100, 1)
			x := uint64(88172645463325252)
			for i := range r.Findings {
				r.Findings[i].Message = noise(1<<10, &x)
			}
			s := &sarif{report: r, source: newExcerpts(nil)}
			run := s.run()
			text, err := fit(&run, c.most)
			if err != nil {
				t.Fatal(err)
			}
			var log sarifLog
			if err := json.Unmarshal(text, &log); err != nil {
				t.Fatal(err)
			}
			kept := log.Runs[0].Results
			if len(kept) > c.most.results || len(kept) < c.least || len(kept) > 0 && compressed(text, 0) > c.most.size {
				t.Errorf("%d results in %d bytes", len(kept), compressed(text, 0))
			}
			for _, x := range kept {
				if x.RuleID == undecidedID {
					t.Error("what isn't decided was kept, and a finding left out")
				}
			}
			notes := log.Runs[0].Invocations[0].ToolExecutionNotifications
			if len(notes) == 0 || !strings.Contains(notes[len(notes)-1].Message.Text, "were left out") {
				t.Error("nothing says that results were left out")
			}
		})
	}
}

// noise is text that hardly compresses.
func noise(n int, x *uint64) string {
	var b strings.Builder
	for b.Len() < n {
		*x ^= *x << 13
		*x ^= *x >> 7
		*x ^= *x << 17
		fmt.Fprintf(&b, "%x", *x)
	}
	return b.String()
}

// odd has what is unusual: no positions, places outside of the working
// directory, texts that look like links.
func odd() *Report {
	r := crowd(1, 1)
	base := r.Findings[0]
	add := func(at *Position, proof ...Step) {
		f := base
		f.Position, f.Proof = at, proof
		f.Message = `see [this](http://example.com) and "that" \ «x»`
		r.Findings = append(r.Findings, f)
	}
	add(nil)
	add(&Position{"/home/x/.bicep/br/avm/main.bicep", 3, 4}, Step{Text: "inside", Position: &Position{"a b/c#d?.bicep", 5, 6}})
	add(&Position{"C:/x/main.bicep", 3, 4})
	add(&Position{"../up.bicep", 0, 0})
	f := base
	f.In = []Place{{Deployment: "gone"}}
	f.Position = nil
	r.Findings = append(r.Findings, f)
	r.Undecided = append(r.Undecided, f)
	r.Rules[0].Source, r.Rules[0].Why = "FACTS, section 7", strings.Repeat("long ", 400)
	r.Coverage.Diagnostics = []Diagnostic{{Severity: "error", Message: "no place"},
		{Severity: "missing", Message: "a [b]", Hint: "c", Position: &Position{"x y.json", 1, 1}}}
	return r
}

func TestRegion(t *testing.T) {
	source := func(string) ([]byte, error) { return []byte("// «ä» 𝄞 key: value  \nnext"), nil }
	s := &sarif{source: newExcerpts(source)}
	line := "// «ä» 𝄞 key: value"
	at := &Position{"f", 1, strings.Index(line, "key") + 1}
	if got, want := s.region(at), (sarifRegion{1, 11, 1, 21}); got != want {
		t.Errorf("region %+v, want %+v", got, want)
	}
	s = &sarif{source: newExcerpts(func(string) ([]byte, error) { return nil, io.EOF })}
	if got, want := s.region(&Position{"f", 3, 4}), (sarifRegion{3, 4, 3, 5}); got != want {
		t.Errorf("region %+v, want %+v", got, want)
	}
}

func TestSchemaFileIsNamed(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "sarif-schema", "package.json"))
	if err != nil || !strings.Contains(string(text), "@microsoft/jest-sarif") {
		t.Error("package.json doesn't name the package of the schema", err)
	}
}
