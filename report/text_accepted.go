package report

import "fmt"

// accepted writes the findings that somebody answers for, with the reason.
func (t *writer) accepted() {
	all := t.report.Accepted
	if len(all) == 0 {
		return
	}
	t.blank()
	t.heading("Accepted", plural(len(all), "result")+", not counted")
	n := t.limit(maxOthers, len(all))
	for i := range all[:n] {
		f := &all[i]
		t.labelled(2, findingGutter, dim, f.Severity, plain, f.Rule+" "+f.headline())
		t.text(2+findingGutter, dim, f.Accepted.text())
		t.place(2+findingGutter, f.Position)
	}
	if n < len(all) {
		t.text(2, dim, fmt.Sprintf("and %d more; --verbose shows all", len(all)-n))
	}
}

// text is why, and until when.
func (a *Accepted) text() string {
	if a.Until == "" {
		return "accepted: " + a.Because
	}
	return "accepted until " + a.Until + ": " + a.Because
}
