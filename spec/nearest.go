package spec

import "strings"

// nearest is the word that is most like the one written, or "" if none is.
func nearest(written string, words []string) string {
	best, distance := "", min(max(1, len([]rune(written))/3), 4)
	for _, w := range words {
		if d := edits(strings.ToLower(written), strings.ToLower(w), distance); d < distance || d == distance && best == "" {
			best, distance = w, d
		}
	}
	if best == "" {
		return begun(written, words)
	}
	return best
}

// begun is the first word that begins with what is written.
func begun(written string, words []string) string {
	for _, w := range words {
		if len(written) > 2 && strings.HasPrefix(strings.ToLower(w), strings.ToLower(written)) {
			return w
		}
	}
	return ""
}

// didYouMean is the hint for a word that doesn't exist. Among too many words it
// would take too long to find.
func didYouMean(written string, words []string) string {
	const most = 1000
	if len(words) > most {
		return ""
	}
	if w := nearest(written, words); w != "" {
		return "did you mean " + quote(w) + "?"
	}
	if len(words) == 0 || len(words) > 20 {
		return ""
	}
	return "there is " + allOf(words)
}

func allOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// edits counts the letters to change, add, drop or swap with the next one that
// lead from a to b; a result above limit only says that it is above.
func edits(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y)+limit || len(y) > len(x)+limit {
		return limit + 1
	}
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differs(x[i-1], y[j-1]))
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}

func differs(a, b rune) int {
	if a == b {
		return 0
	}
	return 1
}

// quote puts a text in quotes for a message, cut where it is long.
func quote(text string) string {
	const limit = 60
	if r := []rune(text); len(r) > limit {
		text = string(r[:limit]) + "…"
	}
	return `"` + strings.Map(printable, text) + `"`
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return '·'
	}
	return r
}
