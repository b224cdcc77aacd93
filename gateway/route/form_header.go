package route

import (
	"strings"
)

// part is one part of a form.
type part struct {
	name   string
	isFile bool
	known  bool // its value matters
	value  []byte
	start  int // of its content, in the body
}

// parsePart reads the header of a part, each line with its CRLF.
func parsePart(header []byte) (part, *Refusal) {
	var p part
	disposition := ""
	for line := range strings.SplitSeq(strings.TrimSuffix(string(header), "\r\n"), "\r\n") {
		key, value, ok := strings.Cut(line, ":")
		if !ok || !isToken(key) || !isHeaderValue(value) {
			return p, formRefusal("the header of a part is malformed")
		}
		value = strings.Trim(value, " \t")
		switch strings.ToLower(key) {
		case "content-disposition":
			if disposition != "" {
				return p, formRefusal("a part has two names")
			}
			disposition = value
		case "content-transfer-encoding":
			if v := strings.ToLower(value); v != "binary" && v != "8bit" && v != "7bit" {
				return p, formRefusal("a part is encoded")
			}
		case "content-type":
			if strings.HasPrefix(strings.ToLower(value), "multipart/") {
				return p, formRefusal("a part has parts of its own")
			}
		}
	}
	return p, p.disposed(disposition)
}

// disposed reads the value of Content-Disposition.
func (p *part) disposed(v string) *Refusal {
	const form = "form-data"
	if len(v) < len(form) || !strings.EqualFold(v[:len(form)], form) {
		return formRefusal("a part isn't form-data")
	}
	named := false
	for rest := v[len(form):]; rest != ""; {
		key, value, after, ok := parameter(rest)
		if !ok {
			return formRefusal("a part's name is malformed, or has quotes or backslashes")
		}
		switch {
		case key == "name" && !named && value != "":
			p.name, named = value, true
		case (key == "filename" || key == "filename*") && (!p.isFile || key == "filename*"):
			p.isFile = true
		default:
			return formRefusal("a part's name is malformed")
		}
		rest = after
	}
	if !named {
		return formRefusal("a part has no name")
	}
	return nil
}

// parameter reads `; key=value` or `; key="value"` at the start of s.
func parameter(s string) (key, value, rest string, ok bool) {
	s = strings.TrimLeft(s, " \t")
	if !strings.HasPrefix(s, ";") {
		return "", "", "", false
	}
	key, s, ok = strings.Cut(strings.TrimLeft(s[1:], " \t"), "=")
	if !ok || s == "" {
		return "", "", "", false
	}
	key = strings.ToLower(key)
	if s[0] == '"' {
		value, rest, ok = strings.Cut(s[1:], `"`)
		return key, value, rest, ok && !strings.Contains(value, `\`)
	}
	n := strings.IndexAny(s, "; \t")
	if n < 0 {
		n = len(s)
	}
	return key, s[:n], s[n:], !strings.ContainsAny(s[:n], `"\`)
}

// isToken says whether s is a token of RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(s[i])) {
			return false
		}
	}
	return s != ""
}

func isHeaderValue(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
