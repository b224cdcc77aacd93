package rule

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
	"palisade/estate/estatetest"
)

var update = flag.Bool("update", false, "write what the rules find now into the cases and docs/rules.md")

// TestCases asks the rules of each file in testdata. A file holds a comment,
// options, the resources and the findings:
//
//	rules: PAL001 PAL002    (which rules to ask)
//	now: 2026-11-21         (the day; else none is given)
//	missing: text           (something that couldn't be read)
//	proof: yes              (show the proofs, too)
//	-- estate.json --       (see estatetest.Load; "~/" is the test's resource
//	                         group with /providers/, "~rg" the group, "~sub" the
//	                         subscription)
//	-- outputs.json --      ([{deployment, name, value, secure}]; instead of value
//	                         secureParameter, missing or notGiven)
//	-- findings --          (PAL001 fail critical aoai: message)
//
// Add a resource, run the test with -update, and read what it wrote.
func TestCases(t *testing.T) {
	for _, file := range caseFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			c := readCase(t, file)
			got := c.findings(t)
			if *update {
				c.sections["findings"] = got
				c.write(t)
				return
			}
			if want := c.sections["findings"]; got != want {
				t.Errorf("findings differ; want\n%sgot\n%s", want, got)
			}
		})
	}
}

// TestEveryStatus holds that the cases show each status that a rule can have.
func TestEveryStatus(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range caseFiles(t) {
		for line := range strings.Lines(readCase(t, file).sections["findings"]) {
			if words := strings.Fields(line); len(words) > 1 && strings.HasPrefix(words[0], "PAL") {
				seen[words[0]+" "+strings.TrimSuffix(words[1], ":")] = true
			}
		}
	}
	for _, r := range All {
		for _, status := range []Status{Fail, Pass, Unknown, NotApplicable} {
			if word := statusWords[status]; !seen[r.ID+" "+word] {
				t.Errorf("no case shows %s %s with the status %s", r.ID, r.Name, word)
			}
		}
	}
}

var statusWords = map[Status]string{Fail: "fail", Pass: "pass", Unknown: "unknown", NotApplicable: "n/a"}

func caseFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	return files
}

type ruleCase struct {
	file     string
	head     string
	options  map[string]string
	order    []string
	sections map[string]string
}

func readCase(t *testing.T, file string) *ruleCase {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &ruleCase{file: file, options: map[string]string{}, sections: map[string]string{}}
	section := ""
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(name, " --") {
			section = strings.TrimSuffix(name, " --")
			c.order = append(c.order, section)
			continue
		}
		if section != "" {
			c.sections[section] += line
			continue
		}
		c.head += line
		if name, value, ok := strings.Cut(line, ": "); ok {
			c.options[name] = strings.TrimSpace(value)
		}
	}
	return c
}

func (c *ruleCase) write(t *testing.T) {
	t.Helper()
	var b strings.Builder
	b.WriteString(c.head)
	for _, name := range c.order {
		fmt.Fprintf(&b, "-- %s --\n%s", name, c.sections[name])
	}
	if err := os.WriteFile(c.file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c *ruleCase) subject(t *testing.T) *Subject {
	t.Helper()
	options := estate.Options{Outputs: readOutputs(t, c.sections["outputs.json"])}
	e := estate.New(estatetest.Load(t, expand(c.sections["estate.json"])), options)
	s := &Subject{Estate: e, World: access.Compile(e)}
	if day := c.options["now"]; day != "" {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		s.Now = now
	}
	if text := c.options["missing"]; text != "" {
		s.Missing = []arm.Diagnostic{{Severity: arm.Missing, Message: text}}
	}
	return s
}

func readOutputs(t *testing.T, text string) []estate.Output {
	t.Helper()
	if text == "" {
		return nil
	}
	items, _ := estatetest.Value(t, expand(text)).Items()
	var outputs []estate.Output
	for _, v := range items {
		secure, _ := v.Get("secure").Bool()
		o := estate.Output{Deployment: v.Get("deployment").Text(), Name: v.Get("name").Text(),
			Value: v.Get("value"), Secure: secure, Pos: v.Pos()}
		if what, ok := v.Get("missing").Str(); ok {
			o.Value = arm.Unk(arm.NotRead(what, what+" can't be read", v.Pos()))
		}
		if what, ok := v.Get("notGiven").Str(); ok {
			o.Value = arm.Unk(arm.NotGiven(what, what+" isn't given", v.Pos()))
		}
		if name, ok := v.Get("secureParameter").Str(); ok {
			o.Value = arm.Unk(arm.Parameter(name, true, v.Pos()))
		}
		outputs = append(outputs, o)
	}
	return outputs
}

func expand(text string) string {
	subscription := estate.SubscriptionOf(estatetest.Scope)
	return strings.NewReplacer("~/", estatetest.Scope+"/providers/", "~rg", estatetest.Scope, "~sub", subscription).Replace(text)
}

func (c *ruleCase) findings(t *testing.T) string {
	t.Helper()
	var rules []*Rule
	for _, id := range strings.Fields(c.options["rules"]) {
		rules = append(rules, ruleWithID(t, id))
	}
	var b strings.Builder
	for _, f := range Run(rules, c.subject(t)) {
		b.WriteString(showFinding(f))
		if c.options["proof"] == "yes" {
			for _, s := range f.Proof {
				line, col := s.Pos.LineCol()
				fmt.Fprintf(&b, "    %d:%d %s\n", line, col, s.Text)
			}
			for _, u := range f.DependsOn {
				fmt.Fprintf(&b, "    depends on %s\n", u.Text())
			}
		}
	}
	return b.String()
}

func showFinding(f Finding) string {
	words := []string{f.Rule.ID, statusWords[f.Status]}
	if f.Status == Fail {
		words = append(words, f.Level().String())
	}
	if f.Resource != "" {
		words = append(words, estate.LastName(f.Resource))
	}
	return strings.Join(words, " ") + ": " + f.Message + "\n"
}

func ruleWithID(t *testing.T, id string) *Rule {
	t.Helper()
	for _, r := range All {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no rule %s", id)
	return nil
}
