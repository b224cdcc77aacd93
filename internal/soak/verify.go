package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"palisade/usage"
)

// tally is what is known of the calls with one token.
type tally struct {
	answered   int
	unanswered int
	reached    int // the unanswered that the mock saw
	records    int
	unmatched  int // records that no answer named
}

// verifyRecords holds the usage log against what clients and mock saw.
func (r *run) verifyRecords() {
	dir := r.subject.setting.folder
	r.verifyLog(dir)
	byRecord, tallies := r.index()
	seen := map[string]bool{}
	for e, err := range usage.Entries(dir) {
		switch {
		case err != nil:
			r.ledger.problem("the usage log can't be read: %v", err)
		case e.Event != nil && e.Event.Event == usage.EventLost:
			r.ledger.problem("the log says that %d records were lost", e.Event.Count)
		case e.Record != nil:
			r.records++
			if seen[e.Record.ID] {
				r.ledger.problem("a record stands twice")
			}
			seen[e.Record.ID] = true
			r.verifyRecord(e.Record, byRecord[e.Record.ID], tallies)
		}
	}
	for id, e := range byRecord {
		if !seen[id] {
			r.ledger.problem("no record of an answered call: %d %s %s", e.status, e.reason, e.model)
		}
	}
	for _, token := range sortedKeys(tallies) {
		tallies[token].verify(r.ledger)
	}
}

func (r *run) verifyLog(dir string) {
	key, err := usage.PublicKey(dir)
	if err != nil {
		r.ledger.problem("the log's key: %v", err)
		return
	}
	verifier, err := usage.NewVerifier(key)
	if err != nil {
		r.ledger.problem("the log's key: %v", err)
		return
	}
	report, err := usage.Verify(dir, usage.VerifyOptions{Keys: note.VerifierList(verifier)})
	switch {
	case err != nil:
		r.ledger.problem("usage.Verify: %v", err)
	case report.Covered != report.Size:
		r.ledger.problem("%d of %d lines of the log are under no checkpoint", report.Size-report.Covered, report.Size)
	default:
		r.segments, r.checkpoints = report.Segments, report.Checkpoints
	}
}

func (r *run) index() (map[string]*entry, map[string]*tally) {
	// A call that nobody proved to have made may be any that got no answer.
	nobody := &tally{}
	byRecord, tallies := map[string]*entry{}, map[string]*tally{"": nobody}
	for i := range r.ledger.entries {
		e := &r.ledger.entries[i]
		t := tallies[e.token]
		if t == nil {
			t = &tally{}
			tallies[e.token] = t
		}
		if e.end == unanswered {
			if t.unanswered++; t != nobody {
				nobody.unanswered++
			}
			if r.mock.calls[e.call] != nil {
				t.reached++
			}
			continue
		}
		t.answered++
		if byRecord[e.record] != nil {
			r.ledger.problem("two answers name the same record")
		}
		byRecord[e.record] = e
		if e.wrong && r.mock.calls[e.call] != nil {
			r.ledger.problem("a call that has to be refused reached the upstream")
		}
	}
	return byRecord, tallies
}

// verifyRecord holds a record against the call that was answered with its ID,
// or, where there is none, counts it for the calls that got no answer.
func (r *run) verifyRecord(x *usage.Record, e *entry, tallies map[string]*tally) {
	if e == nil {
		t := tallies[x.Who.Token]
		if t == nil {
			r.ledger.problem("a record without a call: %d %s", x.Status, x.Reason)
			return
		}
		t.records++
		t.unmatched++
		return
	}
	if t := tallies[e.token]; t != nil {
		t.records++
	}
	if x.Status != e.status || e.reason != "" && x.Reason != e.reason {
		r.ledger.problem("the record says %d %q, the answer said %d %q", x.Status, x.Reason, e.status, e.reason)
	}
	// A refusal before the token was looked at, as of a bad one, knows nobody.
	if x.Who.Token != e.token && x.Who.Token != "" {
		r.ledger.problem("the record names another token than the call showed")
	}
	if e.end == whole && e.status == 200 {
		r.verifyTokens(x, e)
	}
}

func (r *run) verifyTokens(x *usage.Record, e *entry) {
	r.input, r.output = r.input+x.Tokens.Input, r.output+x.Tokens.Output
	if x.Tokens.Estimated || x.Tokens.Input != e.prompt || x.Tokens.Output != e.output {
		r.ledger.problem("the record of a whole answer doesn't have the tokens that the mock said")
	}
	if x.Verdict != usage.Allowed || x.Model != e.model {
		r.ledger.problem("the record of a whole answer says %s, %s", x.Verdict, x.Model)
	}
}

func (t *tally) verify(l *ledger) {
	switch {
	case t.unmatched > t.unanswered:
		l.problem("%d records more than calls with a token", t.unmatched-t.unanswered)
	case t.unmatched < t.reached:
		l.problem("%d calls reached the upstream and have no record", t.reached-t.unmatched)
	}
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// verifyLimits looks for the 55 seconds in which most tokens were served. A
// limit counts for a call from the moment it is admitted, and for at least 60
// seconds; the 5 are for the way from there to the mock on a busy machine.
func (r *run) verifyLimits() {
	var calls []*served
	for _, c := range r.mock.calls {
		if c.model == cappedModel {
			calls = append(calls, c)
		}
	}
	slices.SortFunc(calls, func(a, b *served) int { return a.at.Compare(b.at) })
	window, from, most := int64(0), 0, int64(0)
	for _, c := range calls {
		window, most = window+c.tokens, max(most, c.tokens)
		for ; c.at.Sub(calls[from].at) > 55*time.Second; from++ {
			window -= calls[from].tokens
		}
		r.mostServed = max(r.mostServed, window)
	}
	// One call's error; and another limit for each time that the counts were
	// lost, or the clock went forward over them.
	r.bound = r.subject.setting.tpm*int64(1+r.forgot) + most
	if r.mostServed > r.bound {
		r.ledger.problem("%d tokens were served in a minute, of at most %d", r.mostServed, r.bound)
	}
	if most := r.mock.most(); most > narrowLimit*(1+r.forgot) {
		r.ledger.problem("%d calls ran at once, of at most %d", most, narrowLimit)
	}
	if r.mock.garbled > 0 {
		r.ledger.problem("%d requests weren't what a client sent", r.mock.garbled)
	}
}

// verifyCanaries looks for what may be written nowhere.
func (r *run) verifyCanaries(pages ...string) {
	texts := append(pages, r.subject.log.String())
	for _, dir := range []string{r.subject.setting.folder, r.subject.setting.folder + ".state"} {
		files, _ := filepath.Glob(filepath.Join(dir, "*"))
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				continue
			}
			texts = append(texts, string(text))
		}
	}
	for _, secret := range []string{promptCanary, answerCanary, tokenStart, tokenStart[10:]} {
		for _, text := range texts {
			if at := strings.Index(text, secret); at >= 0 {
				r.ledger.problem("%q is in a log, metric or record: …%.80q", secret, text[max(0, at-40):])
			}
		}
	}
	if strings.Contains(r.subject.log.String(), "panicked") {
		r.ledger.problem("a call panicked: %s", fmt.Sprintf("%.2000s", r.subject.log.String()[strings.Index(r.subject.log.String(), "panicked"):]))
	}
}
