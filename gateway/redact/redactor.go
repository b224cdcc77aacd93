package redact

import (
	"slices"

	"palisade/spec"
)

// MaxText is the longest text that is read, in bytes. A longer one is never
// passed off as clean: Text replaces it as a whole, Find says so in
// Counts.TooLong, and JSON returns ErrTooLong.
const MaxText = 64 << 20

// rounds is how often a text is read again after something was taken out of
// it, because what stood beside it can be a find then.
const rounds = 16

// kinds are the kinds in the order in which they win where finds overlap.
var kinds = [...]spec.Detector{spec.Secrets, spec.CreditCards, spec.IBANs, spec.Emails, spec.Phones, spec.IPAddresses}

type kind uint8

const (
	secrets kind = iota
	creditCards
	ibans
	emails
	phones
	ipAddresses
)

// Redactor finds some kinds of things. It may be used by many goroutines at a
// time. A nil Redactor finds nothing.
type Redactor struct {
	on      [len(kinds)]bool
	watched [256]bool // bytes at which a detector that is on wants to be asked
	starts  [256]bool // the same, where a word begins
}

// New makes a Redactor of those kinds. It returns nil without any, and a nil
// Redactor costs nothing.
func New(which []spec.Detector) *Redactor {
	if len(which) == 0 {
		return nil
	}
	r := &Redactor{}
	for i, k := range kinds {
		r.on[i] = slices.Contains(which, k)
	}
	r.watch()
	return r
}

// watch notes the bytes at which something can be found.
func (r *Redactor) watch() {
	if r.on[secrets] {
		for i := range shapesByFirst {
			r.starts[i] = len(shapesByFirst[i]) > 0
		}
		r.starts['e'] = true
		r.add("-:=~J")
	}
	if r.on[emails] {
		r.add("@")
	}
	if r.on[ipAddresses] {
		r.add(":0123456789")
	}
	if r.on[phones] {
		r.add("+(0123456789")
	}
	if r.on[creditCards] || r.on[ibans] {
		r.add("0123456789")
	}
}

func (r *Redactor) add(bytes string) {
	for _, c := range []byte(bytes) {
		r.watched[c] = true
	}
}

// Text takes out of b what it finds. Without a find it returns b itself; it
// never changes b.
func (r *Redactor) Text(b []byte) ([]byte, Counts) {
	var n Counts
	if r == nil {
		return b, n
	}
	if len(b) > MaxText {
		n.TooLong = true
		return []byte("[text too long to redact]"), n
	}
	for range rounds {
		found := r.find(b)
		if len(found) == 0 {
			break
		}
		n.add(found)
		b = replace(b, found)
	}
	return b, n
}

// Find counts what is in b.
func (r *Redactor) Find(b []byte) Counts {
	var n Counts
	if r == nil {
		return n
	}
	if len(b) > MaxText {
		n.TooLong = true
		return n
	}
	n.add(r.find(b))
	return n
}

// match is one find.
type match struct {
	start, end int
	kind       kind
}

// find returns all finds in order, none of which overlap.
func (r *Redactor) find(b []byte) []match {
	s := scan{b: b}
	last := byte(0)
	for i, c := range b {
		if r.watched[c] || r.starts[c] && !wordBytes.has(last) {
			r.at(&s, i, c)
		}
		last = c
	}
	return merged(s.found)
}

// at asks the detectors that are on about the byte at i.
func (r *Redactor) at(s *scan, i int, c byte) {
	if r.on[secrets] {
		s.secret(i, c)
	}
	digit := isDigit(c)
	if digit && r.on[creditCards] {
		s.card(i)
	}
	if digit && r.on[ibans] {
		s.iban(i)
	}
	if c == '@' && r.on[emails] {
		s.email(i)
	}
	if r.on[phones] && (digit || c == '+' || c == '(') {
		s.phone(i)
	}
	if r.on[ipAddresses] {
		s.address(i, c)
	}
}

// scan is one reading of one text.
type scan struct {
	b         []byte
	found     []match
	confirmed int // phone numbers that the library was asked about
	pemEnd    int // end of the last private key
	addrEnd   int // end of the last run that was tried as an IPv6 address
}

func (s *scan) add(k kind, start, end int) {
	s.found = append(s.found, match{start, end, k})
}

// before is the byte before i, or 0.
func (s *scan) before(i int) byte {
	if i == 0 {
		return 0
	}
	return s.b[i-1]
}

// after is the byte at i, or 0 behind the end.
func (s *scan) after(i int) byte {
	if i >= len(s.b) {
		return 0
	}
	return s.b[i]
}

// merged sorts finds and makes one of those that overlap: as long as all of
// them, of the kind that wins.
func merged(found []match) []match {
	if len(found) < 2 {
		return found
	}
	slices.SortFunc(found, func(x, y match) int {
		if x.start != y.start {
			return x.start - y.start
		}
		return int(x.kind) - int(y.kind)
	})
	kept := found[:1]
	for _, m := range found[1:] {
		last := &kept[len(kept)-1]
		if m.start >= last.end {
			kept = append(kept, m)
			continue
		}
		last.end = max(last.end, m.end)
		last.kind = min(last.kind, m.kind)
	}
	return kept
}

// replace is b with each find as its kind in brackets.
func replace(b []byte, found []match) []byte {
	out := make([]byte, 0, len(b)+16*len(found))
	at := 0
	for _, m := range found {
		out = append(out, b[at:m.start]...)
		out = append(out, '[')
		out = append(out, kinds[m.kind]...)
		out = append(out, ']')
		at = m.end
	}
	return append(out, b[at:]...)
}
