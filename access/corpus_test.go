package access

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"palisade/estate"
)

var update = flag.Bool("update", false, "write the answers that are given now into the corpus")

// TestCorpus asks the questions of each file in testdata/corpus. A file holds a
// comment, the resources (estate.json) and the questions (answers): each begins
// with "? ", and the lines after it are the answer. Add a question, run the test
// with -update, and read the answer that it wrote.
//
//	? decide token NAME from 8.8.8.8 on ~/Microsoft.CognitiveServices/accounts/a [do ACTION]
//	? decide key from subnet ID on ID
//	? openings ID
//	? reach ID
//	? holders ID ACTION [data]
//	? chains ID
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { runCorpus(t, file) })
	}
}

func runCorpus(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := parseArchive(string(text))
	w := world(t, []byte(a.get("estate.json")))
	got := answerAll(t, w, a.get("answers"))
	for i := range a.sections {
		if a.sections[i].name == "answers" {
			a.sections[i].text = got
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(a.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if a.String() != string(text) {
		t.Errorf("answers differ; got\n%s", got)
	}
}

func answerAll(t *testing.T, w *World, questions string) string {
	var b strings.Builder
	for line := range strings.Lines(questions) {
		switch {
		case strings.HasPrefix(line, "? "):
			b.WriteString(line)
			for _, answer := range ask(t, w, strings.Fields(line[2:])) {
				b.WriteString(short(answer) + "\n")
			}
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
			b.WriteString(line)
		}
	}
	return b.String()
}

func ask(t *testing.T, w *World, words []string) []string {
	t.Helper()
	for i := range words {
		words[i] = expand(words[i])
	}
	switch words[0] {
	case "decide":
		return showDecision(w.Decide(parseRequest(t, words[1:])))
	case "openings":
		return showOpenings(w.Openings(words[1]))
	case "holders":
		return showHolders(w.Holders(words[1], words[2], len(words) > 3))
	case "reach":
		return showReach(w, words[1])
	case "resolve":
		var lines []string
		for _, r := range w.Resolve(words[1], words[2]) {
			lines = append(lines, "  "+r.Reason.String())
		}
		return lines
	case "chains":
		return showChains(w.Chains(words[1]))
	}
	t.Fatalf("unknown question %q", words[0])
	return nil
}

// parseRequest reads "token NAME from SOURCE on ASSET do ACTION".
func parseRequest(t *testing.T, words []string) Request {
	t.Helper()
	r := Request{}
	for len(words) > 1 {
		n := 2
		switch words[0] {
		case "token":
			r.Credential, r.Principal = Token, Whoever(words[1])
			if words[1] == "anyone" {
				r.Principal = Principal{Kind: TenantUser}
			}
		case "key":
			r.Credential, r.Principal = Key, Principal{Kind: KeyHolder}
			n = 1
		case "nothing":
			n = 1
		case "from":
			r.Source, n = parseSource(t, words[1:])
		case "on":
			r.Asset = words[1]
		case "do":
			r.Action = words[1]
		default:
			t.Fatalf("unknown word %q", words[0])
		}
		words = words[n:]
	}
	return r
}

func parseSource(t *testing.T, words []string) (Source, int) {
	t.Helper()
	if a, err := netip.ParseAddr(words[0]); err == nil {
		return Address(a), 2
	}
	switch words[0] {
	case "subnet":
		return Subnet(words[1]), 3
	case "endpoint":
		return Endpoint(words[1]), 3
	case "service":
		return Service(words[1]), 3
	case "regional":
		return Source{Kind: FromRegional, Addr: netip.MustParseAddr(words[1])}, 3
	}
	t.Fatalf("unknown source %q", words[0])
	return Source{}, 0
}

func showDecision(d Decision) []string {
	lines := []string{"= " + d.Verdict.String()}
	for _, r := range d.Reasons {
		lines = append(lines, "  "+r.String())
	}
	return lines
}

func showOpenings(all []Opening) []string {
	if len(all) == 0 {
		return []string{"= nowhere"}
	}
	var lines []string
	for _, o := range all {
		lines = append(lines, "= "+o.Verdict.String()+" "+o.String())
		for _, r := range o.Reasons {
			lines = append(lines, "  "+r.String())
		}
	}
	return lines
}

func showHolders(all []Holder) []string {
	if len(all) == 0 {
		return []string{"= nobody"}
	}
	var lines []string
	for _, h := range all {
		lines = append(lines, "= "+h.Verdict.String()+" "+h.String())
	}
	return lines
}

func showReach(w *World, id string) []string {
	var lines []string
	for r := range w.Reaches(Filter{Account: id}) {
		lines = append(lines, fmt.Sprintf("= %s, %d models", estate.LastName(r.On.ID), len(r.Models)))
		for p := range r.Paths() {
			lines = append(lines, "  "+p.Verdict.String()+" "+p.Opening.String()+": "+p.Holder.String())
		}
	}
	return lines
}
