package report

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode/utf16"

	"palisade/estate"
)

// primary is the location that code scanning shows a finding at. A place
// outside of the repository, such as a module from a registry, can't be shown:
// then it is the first step that is inside, or else the template.
func (s *sarif) primary(f *Finding) sarifLocation {
	at := f.Position
	if !inside(at) {
		at = nil
	}
	for _, step := range f.Proof {
		if at == nil && inside(step.Position) {
			at = step.Position
		}
	}
	if at == nil {
		at = s.entry(f)
	}
	out := s.location(at)
	if len(f.In) > 0 && f.In[0].Resource != "" {
		out.LogicalLocations = []sarifLogicalLocation{{f.In[0].Resource, "resource"}}
	}
	return out
}

// entry is the start of the template that a finding is in.
func (s *sarif) entry(f *Finding) *Position {
	for _, d := range s.report.Deployments {
		if len(f.In) > 0 && d.Name == f.In[0].Deployment {
			return &Position{d.Path, 1, 1}
		}
	}
	return &Position{".", 1, 1}
}

// inside reports whether a place is below the working directory.
func inside(at *Position) bool {
	return at != nil && !path.IsAbs(at.File) && !hasDrive(at.File) && !strings.HasPrefix(at.File, "../") && !strings.HasPrefix(at.File, "-")
}

// hasDrive reports whether a path starts as those of Windows do.
func hasDrive(file string) bool { return len(file) > 2 && file[1] == ':' && file[2] == '/' }

func (s *sarif) location(at *Position) sarifLocation {
	out := sarifLocation{PhysicalLocation: sarifPhysicalLocation{Region: s.region(at)}}
	artifact := &out.PhysicalLocation.ArtifactLocation
	switch {
	case path.IsAbs(at.File):
		artifact.URI = (&url.URL{Scheme: "file", Path: at.File}).String()
	case hasDrive(at.File):
		artifact.URI = (&url.URL{Scheme: "file", Path: "/" + at.File}).String()
	default:
		artifact.URI = relativeURI(at.File)
		artifact.URIBaseID = "%SRCROOT%"
	}
	return out
}

// relativeURI escapes a path; "./" keeps a colon from being read as a scheme.
func relativeURI(file string) string {
	return (&url.URL{Path: path.Clean(file)}).String()
}

// region is from the column to the end of its line. Columns of positions are in
// bytes, those of SARIF in UTF-16 units. Where the line can't be read, it is one
// column wide.
func (s *sarif) region(at *Position) sarifRegion {
	r := sarifRegion{StartLine: max(at.Line, 1), StartColumn: max(at.Column, 1), EndLine: max(at.Line, 1)}
	line := s.source.raw(at)
	if at.Column < 1 || at.Column > len(line) {
		r.EndColumn = r.StartColumn + 1
		return r
	}
	r.StartColumn = units(line[:at.Column-1]) + 1
	r.EndColumn = max(units(strings.TrimRight(line, " \t"))+1, r.StartColumn+1)
	return r
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

// subjectOf is what a finding is about, in words that don't change when lines
// move or a name is given by another parameter.
func subjectOf(f *Finding) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, p := range f.In {
		if t := strings.ToLower(estate.TypeOf(p.Resource)); !seen[t] {
			seen[t] = true
			b.WriteString(t + " ")
		}
	}
	name := nameOf(f.In[0])
	for _, p := range f.In {
		if nameOf(p) != name {
			name = ""
		}
	}
	b.WriteString(strings.ToLower(name))
	for _, step := range f.Proof {
		b.WriteString(" " + strings.ToLower(step.Property))
	}
	return b.String()
}

// fingerprint identifies a result from one run to the next: by rule, file and
// subject, and for equal ones by their order. No line or column is in it.
func (s *sarif) fingerprint(rule string, at sarifLocation, subject string) map[string]string {
	sum := sha256.Sum256([]byte(rule + "\n" + at.PhysicalLocation.ArtifactLocation.URI + "\n" + subject))
	hash := fmt.Sprintf("%x", sum[:8])
	s.counts[hash]++
	value := fmt.Sprintf("%s:%d", hash, s.counts[hash])
	return map[string]string{"primaryLocationLineHash": value, "palisade/v1": value}
}
