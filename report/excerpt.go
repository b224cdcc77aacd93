package report

import (
	"regexp"
	"strings"
)

// reader reads a file that a position names.
type reader func(path string) ([]byte, error)

// excerpts gives lines of source files. It keeps the files that it has read.
type excerpts struct {
	read  reader
	files map[string][]string
}

// maxKept bounds how many files are kept at a time.
const maxKept = 200

func newExcerpts(read reader) *excerpts { return &excerpts{read: read, files: map[string][]string{}} }

// raw is the whole line of a position, or "".
func (x *excerpts) raw(at *Position) string {
	if x.read == nil || at == nil {
		return ""
	}
	lines, ok := x.files[at.File]
	if !ok {
		text, err := x.read(at.File)
		if err == nil {
			lines = strings.Split(string(text), "\n")
		}
		if len(x.files) >= maxKept {
			clear(x.files)
		}
		x.files[at.File] = lines
	}
	if at.Line < 1 || at.Line > len(lines) {
		return ""
	}
	return strings.TrimRight(lines[at.Line-1], "\r")
}

// line is the line of a position in at most room characters, without what
// looks like a key. Of a long line it is the part from the column on.
func (x *excerpts) line(at *Position, room int) string {
	raw := x.raw(at)
	if length(raw) > room && at.Column > room/2 && at.Column <= len(raw) {
		raw = raw[at.Column-1:]
	}
	text := []rune(strings.TrimSpace(clean(hideKeys(raw))))
	if len(text) > room {
		text = append(text[:max(room-1, 0)], '…')
	}
	return string(text)
}

// keyLike is what account keys and tokens look like: long, without dashes or
// slashes, which names, GUIDs and ids have.
var keyLike = regexp.MustCompile(`[A-Za-z0-9+=]{32,}`)

// hideKeys keeps the first characters of what looks like a key: output of CI
// is often read by more people than the file.
func hideKeys(line string) string {
	return keyLike.ReplaceAllStringFunc(line, func(s string) string {
		if !strings.ContainsAny(s, "0123456789") || strings.ContainsRune(s, '=') && !strings.HasSuffix(s, "=") {
			return s
		}
		return s[:4] + "…"
	})
}
