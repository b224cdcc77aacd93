package report

import (
	"fmt"
	"io"
	"strings"
)

// TextOptions say how the text looks. The zero value has no colour, 100
// columns and no excerpts.
type TextOptions struct {
	Color   bool
	Width   int  // in characters; 0 is 100
	Verbose bool // everything; otherwise what is much is cut, and said to be
	// Source reads a file that a position names, for the excerpts; it may be
	// nil, and may fail.
	Source func(path string) ([]byte, error)
}

// Text writes the report for a person: for each account the answer, then its
// findings, worst first; then what isn't decided; then what was looked at; and
// in the last line the numbers.
func Text(w io.Writer, r *Report, o TextOptions) error {
	t := &writer{
		page: newPage(w, o.Width, o.Color), report: r, verbose: o.Verbose,
		source: newExcerpts(o.Source), left: maxDetailed, fixes: map[string]bool{},
	}
	most := maxNames
	if o.Verbose {
		most = 0
	}
	all := blocks(r, most)
	n := t.limit(maxBlocks, len(all))
	for _, b := range all[:n] {
		t.block(b)
	}
	t.others(all[n:])
	t.undecided()
	t.accepted()
	t.coverage()
	t.closing()
	return t.w.Flush()
}

// Limits of what is shown without Verbose.
const (
	maxDetailed = 30 // findings with their proof
	maxBlocks   = 20 // accounts with their answer
	maxOthers   = 30 // accounts in one line
	maxSteps    = 6  // steps of a proof
	maxListed   = 4  // names in a list, lines under a label of an answer
	maxNames    = 6  // names in a line of an answer
	maxLines    = 10 // lines of a part of the coverage, and groups of what isn't decided
)

// writer writes one report.
type writer struct {
	*page
	report  *Report
	verbose bool
	source  *excerpts
	left    int             // findings that may still be shown in detail
	shown   int             // blocks
	fixes   map[string]bool // that were written, by block
}

// limit is how many of so many are shown: at most n, or all where everything is
// to be shown.
func (t *writer) limit(n, of int) int {
	if t.verbose {
		return of
	}
	return min(n, of)
}

// list is items in words, cut where they are many.
func (t *writer) list(items []string) string {
	n := t.limit(maxListed, len(items))
	if n == len(items)-1 { // one more name is as short as saying that there is one
		n = len(items)
	}
	s := strings.Join(items[:n], ", ")
	if n < len(items) {
		s += fmt.Sprintf(" and %d more", len(items)-n)
	}
	return s
}

// place writes where something is, and the line that is there: beside the
// place, or below where there is little room.
func (t *writer) place(indent int, at *Position) {
	if at == nil {
		return
	}
	const gap = 3
	pos := clean(at.String())
	pad := strings.Repeat(" ", indent)
	room := t.width - indent - length(pos) - gap
	line := t.source.line(at, t.width-indent-2)
	switch {
	case line == "":
		t.w.WriteString(pad + t.paint(dim, pos) + "\n")
	case length(line) <= room || room >= minExcerpt:
		t.w.WriteString(pad + t.paint(dim, pos) + strings.Repeat(" ", gap) + t.source.line(at, room) + "\n")
	default:
		t.w.WriteString(pad + t.paint(dim, pos) + "\n" + pad + "  " + line + "\n")
	}
}

// minExcerpt is how much of a line is worth to be shown beside its place.
const minExcerpt = 36

// plural is "1 file", "2 files".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if strings.HasSuffix(what, "y") {
		what = strings.TrimSuffix(what, "y") + "ie"
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// closing writes the numbers.
func (t *writer) closing() {
	s := t.report.Summary
	first, look := "No findings", green
	if s.Accounts == 0 && s.Gateways == 0 {
		first = "No accounts, no findings"
	}
	if s.Findings > 0 {
		first, look = plural(s.Findings, "finding")+bySeverity(s), severityStyle(s.Worst)
	}
	var rest strings.Builder
	if s.Accounts > 0 {
		rest.WriteString(" in " + plural(s.Accounts, "account"))
	}
	if s.Gateways > 0 {
		rest.WriteString(map[bool]string{true: " and ", false: " in "}[s.Accounts > 0] + plural(s.Gateways, "gateway"))
	}
	if s.Accepted > 0 {
		fmt.Fprintf(&rest, "; %d accepted", s.Accepted)
	}
	if s.Undecided > 0 {
		fmt.Fprintf(&rest, "; %d undecided", s.Undecided)
	}
	if s.NotRead > 0 {
		rest.WriteString("; " + plural(s.NotRead, "file") + " not understood")
	}
	if s.Missing > 0 {
		fmt.Fprintf(&rest, "; %d missing", s.Missing)
	}
	if s.Findings == 0 && (s.Undecided > 0 || s.NotRead > 0 || s.Missing > 0 || s.Accounts == 0 && s.Gateways == 0) {
		look = yellow
	}
	t.blank()
	t.w.WriteString(t.paint(look, first) + rest.String() + "\n")
}

// bySeverity is " (1 critical, 3 high)".
func bySeverity(s Summary) string {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(s.Critical, "critical")
	add(s.High, "high")
	add(s.Medium, "medium")
	add(s.Low, "low")
	add(s.Info, "info")
	return " (" + strings.Join(parts, ", ") + ")"
}

func severityStyle(severity string) style {
	switch severity {
	case "critical":
		return alarm
	case "high":
		return red
	case "medium":
		return yellow
	case "low":
		return cyan
	}
	return dim
}
