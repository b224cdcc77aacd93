package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"palisade/usage"
	"palisade/usage/vault"
)

// auditFilter is which records are printed.
type auditFilter struct {
	who, model string
	since      time.Time
	refused    bool
}

func (f *auditFilter) isEmpty() bool {
	return f.who == "" && f.model == "" && f.since.IsZero() && !f.refused
}

func (f *auditFilter) takes(r *usage.Record) bool {
	switch {
	case f.model != "" && r.Model != f.model, f.refused && r.Verdict != usage.Refused, r.Time.Before(f.since):
		return false
	case f.who == "":
		return true
	}
	for _, id := range []string{r.Who.ID, r.Who.App, r.Who.Key} {
		if strings.Contains(id, f.who) {
			return true
		}
	}
	return false
}

func (s *session) auditRead(args []string) (int, error) {
	var f auditFilter
	var since, format string
	var decrypt bool
	flags := newFlags("audit read")
	flags.StringVar(&f.who, "who", "", "")
	flags.StringVar(&f.model, "model", "", "")
	flags.StringVar(&since, "since", "", "")
	flags.BoolVar(&f.refused, "refused", false, "")
	flags.StringVar(&format, "format", "text", "")
	flags.BoolVar(&decrypt, "decrypt", false, "")
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	dir, err := onlyFolder(flags.Args())
	if err != nil {
		return exitUsage, err
	}
	if f.since, err = parseSince(since, time.Now()); err != nil {
		return exitUsage, err
	}
	if format != "text" && format != "json" {
		return exitUsage, usagef("--format is text or json")
	}
	p := &auditPrinter{session: s, filter: f, json: format == "json"}
	if decrypt {
		if p.opener, err = s.opener(); err != nil {
			return exitFailed, err
		}
	}
	return p.print(dir), nil
}

// opener decrypts as whoever is signed in to the Azure CLI.
func (s *session) opener() (*usage.Opener, error) {
	if s.unwrapper != nil {
		return usage.NewOpener(s.unwrapper), nil
	}
	c, err := azidentity.NewAzureCLICredential(nil)
	if err != nil {
		return nil, err
	}
	return usage.NewOpener(&vault.Unwrapper{Context: s.ctx, Credential: c}), nil
}

// parseSince reads a length of time before now, a day, or a time.
func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return now.AddDate(0, 0, -int(n)), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("--since is a length of time such as 24h or 7d, a day such as 2026-11-21, or a time such as 2026-11-21T08:00:00Z")
}

// auditPrinter prints the records of a log.
type auditPrinter struct {
	session *session
	filter  auditFilter
	json    bool
	opener  *usage.Opener // nil if text stays sealed
}

// print prints what the filter takes. What can't be read is said, and the rest
// is read all the same.
func (p *auditPrinter) print(dir string) int {
	code := exitClean
	for e, err := range usage.Entries(dir) {
		if err != nil {
			fmt.Fprintln(p.session.stderr, plainText("palisade audit: "+err.Error()))
			code = exitFailed
			continue
		}
		if e.Event != nil {
			p.event(e.Event)
			continue
		}
		if !p.filter.takes(e.Record) {
			continue
		}
		if err := p.record(&e); err != nil {
			fmt.Fprintf(p.session.stderr, "palisade audit: %s:%d: %s\n", e.File, e.Line, plainText(err.Error()))
			code = exitFailed
		}
	}
	return code
}

func (p *auditPrinter) event(e *usage.Event) {
	if p.opener != nil {
		p.opener.Learn(e)
	}
	if p.json || !p.filter.isEmpty() || e.Event == usage.EventKey {
		return
	}
	what := map[string]string{
		usage.EventCut:     "%d bytes of an unfinished line were cut off, as a crash leaves it",
		usage.EventLost:    "%d records were lost: they couldn't be written",
		usage.EventRetired: "lines before %d were old enough to be deleted",
	}[e.Event]
	if what == "" {
		what = "an event that this version doesn't know (%d)"
	}
	fmt.Fprintf(p.session.stdout, "%s  log: "+what+"\n", e.Time.Format(time.RFC3339), e.Count)
}

func (p *auditPrinter) record(e *usage.Entry) error {
	r := e.Record
	err := p.unseal(r)
	if p.json {
		line := e.Raw
		if p.opener != nil {
			line = usage.AppendRecord(nil, r)
		}
		fmt.Fprintf(p.session.stdout, "%s\n", line)
		return err
	}
	fmt.Fprintln(p.session.stdout, plainText(recordLine(r)))
	p.text("prompt", &r.Prompt)
	p.text("answer", &r.Answer)
	return err
}

func (p *auditPrinter) unseal(r *usage.Record) error {
	if p.opener == nil {
		return nil
	}
	for _, t := range []struct {
		member string
		text   *usage.Text
	}{{"prompt", &r.Prompt}, {"answer", &r.Answer}} {
		if len(t.text.Sealed) == 0 {
			continue
		}
		opened, err := p.opener.Open(r.ID, t.member, t.text)
		if err != nil {
			return err
		}
		t.text.Clear, t.text.Sealed, t.text.Key = string(opened), nil, ""
	}
	return nil
}

func (p *auditPrinter) text(name string, t *usage.Text) {
	switch {
	case t.Clear != "":
		fmt.Fprintf(p.session.stdout, "    %s: %s\n", name, strings.ReplaceAll(plainText(t.Clear), "\n", "\n    "))
	case len(t.Sealed) > 0:
		fmt.Fprintf(p.session.stdout, "    %s: %d bytes, sealed\n", name, t.Bytes)
	}
}

// recordLine is a record for a person.
func recordLine(r *usage.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %-7s %3d  %s", r.Time.Format(time.RFC3339), r.Verdict, r.Status, whoText(r))
	if r.From.Address.IsValid() {
		b.WriteString(" from " + r.From.Address.String())
	}
	if r.From.IsLink {
		fmt.Fprintf(&b, " link:%d", r.From.Link)
	}
	for _, part := range []string{r.Operation, r.Model} {
		if part != "" {
			b.WriteString("  " + part)
		}
	}
	if t := r.Tokens; t.Input+t.Output > 0 {
		fmt.Fprintf(&b, "  %d+%d tokens", t.Input, t.Output)
	}
	if r.Cost > 0 {
		fmt.Fprintf(&b, "  cost %d.%06d", r.Cost/1_000_000, r.Cost%1_000_000)
	}
	fmt.Fprintf(&b, "  %s", r.Whole.Round(time.Millisecond))
	if r.Grant != "" {
		b.WriteString("  by " + r.Grant)
	}
	if r.Reason != "" {
		b.WriteString("  because " + r.Reason)
	}
	return b.String()
}

func whoText(r *usage.Record) string {
	if r.Who.ID == "" {
		return "nobody"
	}
	return r.Who.Kind + " " + r.Who.ID
}
