package report

import (
	"bufio"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// style is how a text looks where colour is on: the numbers of an ANSI "select
// graphic rendition" sequence.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
	alarm  style = "1;31"
)

// page lays out lines for a terminal. Whatever is written loses its control
// characters first: names and lines of other people's files could hold some.
type page struct {
	w     *bufio.Writer
	width int
	color bool
}

func newPage(w io.Writer, width int, color bool) *page {
	if width <= 0 {
		width = defaultWidth
	}
	return &page{w: bufio.NewWriter(w), width: max(width, minWidth), color: color}
}

// Widths in characters.
const (
	defaultWidth = 100
	minWidth     = 60
)

func (p *page) paint(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

func (p *page) blank() { p.w.WriteByte('\n') }

// heading starts a part of the page.
func (p *page) heading(text, aside string) {
	line := p.paint(bold, clean(text))
	if aside != "" {
		line += p.paint(dim, "  "+clean(aside))
	}
	p.w.WriteString(line + "\n")
}

// text writes a paragraph at an indent.
func (p *page) text(indent int, s style, text string) { p.labelled(indent, 0, plain, "", s, text) }

// labelled writes a label and beside it a paragraph, which starts gutter
// characters after the indent.
func (p *page) labelled(indent, gutter int, ls style, label string, s style, text string) {
	label = clean(label)
	room := max(p.width-indent-gutter, 20)
	for i, line := range wrap(Brief(clean(text)), room) {
		head := strings.Repeat(" ", indent+gutter)
		if i == 0 {
			head = strings.Repeat(" ", indent) + p.paint(ls, label) + strings.Repeat(" ", max(gutter-length(label), 0))
		}
		p.w.WriteString(strings.TrimRight(head+p.paint(s, line), " ") + "\n")
	}
}

// length counts characters.
func length(s string) int { return utf8.RuneCountInString(s) }

// clean makes text safe for a terminal: one line, no control characters, none
// that change the direction of writing.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t' || c == '\r':
			return ' '
		case unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) || c == utf8.RuneError:
			return '·'
		}
		return c
	}, s)
}

// Brief leaves out the middle of long terms: what stands in angle quotes says
// what something unknown is made from, and may be pages. The other formats have
// it whole.
func Brief(text string) string {
	const open, end = "«", "»"
	var b strings.Builder
	for {
		start := strings.Index(text, open)
		size := -1
		if start >= 0 {
			size = strings.Index(text[start:], end)
		}
		if size < 0 {
			return b.String() + text
		}
		size += start + len(end)
		b.WriteString(text[:start] + term(text[start:size]))
		text = text[size:]
	}
}

// term shortens one such term. What a hash is made from says little.
func term(text string) string {
	for _, hash := range []string{"uniqueString(", "guid("} {
		if strings.HasPrefix(text, "«"+hash) && length(text) > 30 && strings.HasSuffix(text, ")»") &&
			strings.Count(text, "(") == 1 {
			return "«" + hash + "…)»"
		}
	}
	return cut(text)
}

// wrap breaks text at spaces into lines of at most width characters. A longer
// word stays whole, so that a path or an id can be copied.
func wrap(text string, width int) []string {
	var lines []string
	line, n := "", 0
	for _, word := range strings.Fields(text) {
		size := length(word)
		if n > 0 && n+1+size > width {
			lines = append(lines, line)
			line, n = "", 0
		}
		if n > 0 {
			line, n = line+" ", n+1
		}
		line, n = line+word, n+size
	}
	return append(lines, line)
}
