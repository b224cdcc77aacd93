package report

import (
	"fmt"
	"slices"
	"strings"

	"palisade/rule"
)

// block is what the text shows together: accounts that are declared at the
// same place and have the same answer, or a gateway, with their findings.
type block struct {
	accounts    []*Account
	gateway     *Gateway // and no accounts
	deployments []string // of the accounts or the gateway
	answer      []row
	findings    []*Finding
	above       []string // ids of rules whose findings an earlier block shows
	worst       int      // rank of the worst finding, -1 for none
	order       int      // among the blocks
}

// blocks sorts accounts and findings into blocks, the worst first. Findings
// about no account come last, in a block without one. Accounts that are only
// referred to have a block if there is a finding.
func blocks(r *Report, most int) []*block {
	s := sorting{byKey: map[string]*block{}, byAccount: map[Place]*block{}}
	for i := range r.Deployments {
		d := &r.Deployments[i]
		for j := range d.Gateways {
			s.addGateway(d, &d.Gateways[j], most)
		}
		for j := range d.Accounts {
			s.add(d, &d.Accounts[j], most)
		}
	}
	for i := range r.Findings {
		for _, b := range s.touched(&r.Findings[i]) {
			b.worst = max(b.worst, rank(r.Findings[i].Severity))
		}
	}
	s.blocks = slices.DeleteFunc(s.blocks, func(b *block) bool { return b.gateway == nil && b.accounts[0].Referred && b.worst < 0 })
	slices.SortStableFunc(s.blocks, func(a, b *block) int { return b.worst - a.worst })
	for i, b := range s.blocks {
		b.order = i
	}
	others := &block{worst: -1, order: len(s.blocks)}
	for i := range r.Findings {
		s.assign(&r.Findings[i], others)
	}
	if len(others.findings) > 0 {
		return append(s.blocks, others)
	}
	return s.blocks
}

// sorting is the work of blocks.
type sorting struct {
	blocks    []*block
	byKey     map[string]*block
	byAccount map[Place]*block
}

func (s *sorting) add(d *Deployment, a *Account, most int) {
	key := blockKey(a, answer(a, 0))
	b := s.byKey[key]
	if b == nil {
		b = &block{answer: answer(a, most), worst: -1}
		s.byKey[key] = b
		s.blocks = append(s.blocks, b)
	}
	b.accounts = append(b.accounts, a)
	b.deployments = append(b.deployments, d.Name)
	if at := (Place{Deployment: d.Name, Account: a.ID}); s.byAccount[at] == nil {
		s.byAccount[at] = b
	}
}

func (s *sorting) addGateway(d *Deployment, g *Gateway, most int) {
	b := &block{gateway: g, deployments: []string{d.Name}, answer: gatewayRows(g, most), worst: -1}
	s.blocks = append(s.blocks, b)
	s.byAccount[Place{Deployment: d.Name, Gateway: g.ID}] = b
}

// touched are the blocks of the accounts that a finding is about.
func (s *sorting) touched(f *Finding) []*block {
	var out []*block
	for _, p := range f.In {
		b := s.byAccount[Place{Deployment: p.Deployment, Account: p.Account}]
		if b == nil {
			b = s.byAccount[Place{Deployment: p.Deployment, Gateway: p.Gateway}]
		}
		if b != nil && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

// assign gives a finding to the first block that it touches, and a note to the
// others.
func (s *sorting) assign(f *Finding, others *block) {
	touched := s.touched(f)
	if len(touched) == 0 {
		others.findings = append(others.findings, f)
		return
	}
	slices.SortFunc(touched, func(a, b *block) int { return a.order - b.order })
	touched[0].findings = append(touched[0].findings, f)
	for _, b := range touched[1:] {
		if !slices.Contains(b.above, f.Rule) {
			b.above = append(b.above, f.Rule)
		}
	}
}

// shortName leaves out what of a name is too long to be read: that of something
// unknown is as long as what it is made from.
func shortName(name string) string {
	if short := Brief(name); short != name {
		return short
	}
	return cut(name)
}

// cut leaves out the middle of a long text.
func cut(text string) string {
	const most, head = 60, 40
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:head]) + "…" + string(runes[len(runes)-(most-head-1):])
}

func blockKey(a *Account, rows []row) string {
	var b strings.Builder
	if a.Position == nil {
		b.WriteString(a.ID)
	} else {
		fmt.Fprintf(&b, "%+v", *a.Position)
	}
	for _, r := range rows {
		fmt.Fprintf(&b, "|%s|%s", r.label, r.text)
	}
	return b.String() + a.Kind + a.Uncertain
}

// block writes the accounts, their answer and their findings.
func (t *writer) block(b *block) {
	t.shown++
	if t.shown > 1 {
		t.blank()
	}
	t.title(b)
	t.answer(b)
	t.findings(b)
}

// others writes one line for each block, where there are too many.
func (t *writer) others(all []*block) {
	if len(all) == 0 {
		return
	}
	t.blank()
	t.heading("More accounts", "--verbose shows them like those above")
	for i, b := range all {
		if i == maxOthers {
			t.text(2, dim, fmt.Sprintf("and %d more", len(all)-i))
			return
		}
		t.labelled(2, findingGutter, severityStyle(b.severity()), b.severity(), plain, b.line())
	}
}

// severity is that of the worst finding, or "".
func (b *block) severity() string {
	if b.worst < 0 {
		return ""
	}
	return severities[b.worst]
}

// line is a block in one line.
func (b *block) line() string {
	switch {
	case b.gateway != nil:
		return fmt.Sprintf("gateway %s in %s: %s; %s", b.gateway.Name, b.deployments[0], plural(len(b.gateway.Callers), "caller"), plural(len(b.findings), "finding"))
	case len(b.accounts) == 0:
		return plural(len(b.findings), "finding") + " beside the accounts"
	}
	a := b.accounts[0]
	text := shortName(a.Name) + " in " + b.deployments[0]
	if n := len(b.deployments) - 1; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("%s: internet %s; keys %s; %s", text, internetRow(Internet{Answer: a.Internet.Answer}, 1).text,
		keysRow(Keys{Accepted: a.Keys.Accepted}).text, plural(len(b.findings)+len(b.above), "finding"))
}

func (t *writer) title(b *block) {
	switch {
	case b.gateway != nil:
		t.heading(b.gateway.Name, "gateway")
		if b.gateway.Position != nil {
			t.labelled(2, answerGutter, dim, "declared in", dim, b.gateway.Position.String())
		}
		return
	case len(b.accounts) == 0:
		t.heading("Beside the accounts", "")
		return
	}
	var names []string
	for _, a := range b.accounts {
		if name := shortName(a.Name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	a := b.accounts[0]
	t.heading(t.list(names), a.Kind)
	if a.Position != nil {
		t.labelled(2, answerGutter, dim, "declared in", dim, a.Position.String())
	}
	deployments := slices.Compact(slices.Clone(b.deployments))
	for i, d := range deployments {
		label := "deployed by"
		if i > 0 {
			label = ""
		}
		if i == t.limit(maxListed, len(deployments)) {
			t.labelled(2, answerGutter, dim, "", dim, fmt.Sprintf("and %d more", len(deployments)-i))
			break
		}
		t.labelled(2, answerGutter, dim, label, dim, d)
	}
	if a.Referred {
		t.text(2, yellow, "It is declared elsewhere: what isn't said here isn't known.")
	}
	if a.Uncertain != "" {
		t.text(2, yellow, "It isn't sure that it will be there: "+a.Uncertain)
	}
}

func (t *writer) answer(b *block) {
	if len(b.accounts) == 0 && b.gateway == nil {
		return
	}
	t.blank()
	label := ""
	lines := map[string]int{}
	for _, r := range b.answer {
		lines[r.label]++
		n := lines[r.label]
		if !t.verbose && n > maxListed {
			continue
		}
		shown := r.label
		if r.label == label {
			shown = ""
		}
		t.labelled(2, answerGutter, dim, shown, r.style, r.text)
		label = r.label
	}
	for _, l := range labels {
		if n := lines[l]; n > maxListed && !t.verbose {
			t.text(2, dim, l+": "+plural(n-maxListed, "more line")+" with --verbose")
		}
	}
}

const answerGutter = 12 // characters

func (t *writer) findings(b *block) {
	for i, f := range b.findings {
		if t.left == 0 && !t.verbose {
			t.blank()
			text := plural(len(b.findings)-i, "finding")
			if i > 0 {
				text = "and " + plural(len(b.findings)-i, "more finding")
			}
			t.text(2, dim, text+counts(b.findings[i:])+"; --verbose shows all")
			break
		}
		t.left--
		t.finding(b, f)
	}
	if len(b.above) > 0 {
		t.blank()
		t.text(2, dim, "also here, and shown above: "+strings.Join(b.above, ", "))
	} else if len(b.findings) == 0 {
		t.blank()
		t.text(2, green, noFindings(b))
	}
}

// noFindings says so, and that the rules don't ask about accounts that serve
// no models.
func noFindings(b *block) string {
	if b.gateway == nil && !rule.ServesModels(b.accounts[0].Kind) {
		return "no findings: of this kind, it serves no Azure OpenAI models, and most rules don't ask about it"
	}
	return "no findings"
}

// counts is " (2 high, 1 low)".
func counts(findings []*Finding) string {
	var s Summary
	to := []*int{&s.Info, &s.Low, &s.Medium, &s.High, &s.Critical}
	for _, f := range findings {
		if i := rank(f.Severity); i >= 0 {
			*to[i]++
		}
	}
	return bySeverity(s)
}
