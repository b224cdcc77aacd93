package safety

import "unicode/utf8"

// What the service takes in one question, in characters: "Input requirements"
// of learn.microsoft.com/azure/ai-services/content-safety/overview. What it
// counts as a character isn't said; UTF-16 units are the most that it can be.
const (
	maxPrompt    = 10_000
	maxDocuments = 5
	maxDocument  = 10_000 // all documents of a question together
	maxSources   = 55_000 // all grounding sources together
	maxAnswer    = 7_500  // text or query of groundedness
	overlap      = 500    // of one piece with the next, so that an attack isn't cut in two
)

// split cuts a text into pieces of at most limit characters, each of which
// begins with the end of the one before.
func split(text string, limit, overlap int) []string {
	var pieces []string
	for {
		end := cut(text, limit)
		pieces = append(pieces, text[:end])
		if end == len(text) {
			return pieces
		}
		text = text[cut(text, limit-overlap):]
	}
}

// cut is how many bytes of text are at most limit characters.
func cut(text string, limit int) int {
	if len(text) <= limit {
		return len(text)
	}
	n := 0
	for i, c := range text {
		size := 1
		if c >= 0x10000 {
			size = 2
		}
		if n += size; n > limit {
			return i
		}
	}
	return len(text)
}

// characters is the length of text as the service may count it.
func characters(text string) int {
	n := 0
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		if n++; c >= 0x10000 {
			n++
		}
		i += size
	}
	return n
}

// packed puts pieces into groups that fit into one question each.
func packed(texts []string) [][]string {
	var groups [][]string
	var group []string
	size := 0
	for _, text := range texts {
		for _, piece := range split(text, maxDocument, overlap) {
			n := characters(piece)
			if len(group) == maxDocuments || size+n > maxDocument {
				groups, group, size = append(groups, group), nil, 0
			}
			group, size = append(group, piece), size+n
		}
	}
	if len(group) > 0 {
		groups = append(groups, group)
	}
	return groups
}
