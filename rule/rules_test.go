package rule

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestMetadata holds that each rule says all that a report shows.
func TestMetadata(t *testing.T) {
	ids, names := map[string]bool{}, map[string]bool{}
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	for i, r := range All {
		if want := fmt.Sprintf("PAL%03d", i+1); r.ID != want {
			t.Errorf("rule %d is %s, not %s: ids are never used again", i, r.ID, want)
		}
		if ids[r.ID] || names[r.Name] {
			t.Errorf("%s %s is there twice", r.ID, r.Name)
		}
		ids[r.ID], names[r.Name] = true, true
		if !kebab.MatchString(r.Name) {
			t.Errorf("%s: name %q", r.ID, r.Name)
		}
		if r.Title == "" || strings.HasSuffix(r.Title, ".") {
			t.Errorf("%s: title %q", r.ID, r.Title)
		}
		for what, text := range map[string]string{"why": r.Why, "fix": r.Fix} {
			if len(text) < 40 || !strings.HasSuffix(text, ".") {
				t.Errorf("%s: %s is no sentence: %q", r.ID, what, text)
			}
		}
		if u, err := url.Parse(r.Source); err != nil || u.Host != "learn.microsoft.com" {
			t.Errorf("%s: source %q", r.ID, r.Source)
		}
		if r.Check == nil {
			t.Errorf("%s has no check", r.ID)
		}
	}
}

// TestModels holds that every date of the table can be read.
func TestModels(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range models {
		if _, err := time.Parse(time.DateOnly, m.retires); err != nil {
			t.Errorf("%s %s: %v", m.name, m.version, err)
		}
		if key := m.name + " " + m.version; seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[m.name+" "+m.version] = true
	}
	if last := lastVersion("gpt-4o-mini-tts"); last == nil || last.version != "2025-12-15" {
		t.Errorf("last version of gpt-4o-mini-tts: %v", last)
	}
}

const docsFile = "../docs/rules.md"

// TestDocs holds docs/rules.md to the rules; -update writes it.
func TestDocs(t *testing.T) {
	want := docs()
	if *update {
		if err := os.WriteFile(docsFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/rules.md doesn't tell what the rules are; run go test ./rule -update")
	}
}

func docs() string {
	var b strings.Builder
	b.WriteString("# Rules\n\nWhat `palisade check` looks for. This page is written from the rules (`go test ./rule -update`).\n\n" +
		"A rule answers *fail*, *pass*, *unknown* (something that decides isn't known; never green) or *not applicable*. " +
		"The severity is that of the usual case: a finding may be better or worse, and says so.\n\n" +
		"| id | name | severity | practice |\n|---|---|---|---|\n")
	for _, r := range All {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", r.ID, anchor(r), r.Name, r.Severity, r.Title)
	}
	for _, r := range All {
		fmt.Fprintf(&b, "\n## %s %s\n\n**%s** · %s\n\n%s\n\n**Fix.** %s\n", r.ID, r.Name, r.Title, r.Severity, r.Why, r.Fix)
		if r.Bicep != "" {
			fmt.Fprintf(&b, "\n```bicep\n%s\n```\n", r.Bicep)
		}
		fmt.Fprintf(&b, "\nSource: <%s>\n", r.Source)
		if len(r.Peers) > 0 {
			fmt.Fprintf(&b, "\nElsewhere: %s\n", strings.Join(r.Peers, " · "))
		}
	}
	fmt.Fprintf(&b, "\n## Retirement schedule\n\n%s (PAL022) compares with the schedule of %s. Versions that aren't in it are unknown.\n\n"+
		"| model | version | stage | retires | replacement |\n|---|---|---|---|---|\n", "model-retirement", scheduleDate)
	for _, m := range models {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", m.name, m.version, m.stage, m.retires, m.replacement)
	}
	return b.String()
}

func anchor(r *Rule) string { return strings.ToLower(r.ID) + "-" + r.Name }
