package redact

import (
	"bytes"
	"regexp"
)

var (
	localBytes  = setOf("A-Za-z0-9._%+'-")
	domainBytes = setOf("A-Za-z0-9.-")
	// retina is a name of a picture such as icon@2x.png.
	retina = regexp.MustCompile(`^[1-9]x\.(png|jpe?g|gif|webp|svg)$`)
)

// Lengths of RFC 5321, section 4.5.3.1.
const (
	maxLocal  = 64
	maxDomain = 255
)

// email finds an address around the @ at i.
func (s *scan) email(i int) {
	start := i
	for start > 0 && i-start < maxLocal && localBytes.has(s.b[start-1]) {
		start--
	}
	for start < i && (s.b[start] == '.' || s.b[start] == '\'') {
		start++
	}
	end := s.run(i+1, maxDomain, &domainBytes)
	for end > i+1 && !alnumBytes.has(s.b[end-1]) {
		end--
	}
	if start == i || !isDomain(s.b[i+1:end]) || retina.Match(s.b[i+1:end]) {
		return
	}
	if string(s.b[start:i]) == "git" && s.after(end) == ':' {
		return // git@github.com:owner/name is where code is, nobody's address
	}
	s.add(emails, start, end)
}

// isDomain says that b is labels with dots between them, and that the last is
// a word.
func isDomain(b []byte) bool {
	dot := bytes.LastIndexByte(b, '.')
	if dot < 1 || bytes.Contains(b, []byte("..")) || b[0] == '-' || b[0] == '.' {
		return false
	}
	top := b[dot+1:]
	if bytes.HasPrefix(top, []byte("xn--")) {
		return len(top) > 5
	}
	if len(top) < 2 || len(top) > 24 {
		return false
	}
	for _, c := range top {
		if !isLetter(c) {
			return false
		}
	}
	return true
}
