package route

import "strconv"

// Bounds of a JSON body.
const (
	maxDepth   = 128
	maxStrings = 1 << 17 // strings of a prompt
	maxRefs    = 1000
	maxTools   = 64 // different types
)

// Scan reads a JSON body once and says what it holds of the names that matter.
// The body isn't kept, copied or changed, but Facts.Text points into it.
//
// It takes what encoding/json takes, apart from: invalid UTF-8, a body that
// isn't an object, nesting deeper than 128, and names that matter written
// twice, in other upper and lower case, or with a value of the wrong type.
func Scan(body []byte, f *Facts) *Refusal {
	f.reset()
	s := scanner{b: body, f: f}
	s.space()
	if s.i == len(body) || body[s.i] != '{' {
		return badRequest("body_not_object", "the body isn't a JSON object", "")
	}
	if !s.value(top, 0) {
		return s.refusal
	}
	s.space()
	if s.i < len(body) {
		s.fail("there is something behind the JSON object")
	}
	f.Images = max(s.imageTypes, s.imageNames)
	return s.refusal
}

// scanner is one pass over a body. Its methods return false once it is
// refused.
type scanner struct {
	b       []byte
	i       int
	f       *Facts
	refusal *Refusal
	seen    [2]uint64 // names that may stand once and did: in the top, and in stream_options
	item    itemState
	typed   bool // the tool that is being read has a type
	wide    int  // bytes outside ASCII in the last string

	imageTypes, imageNames int // parts that say that they are images, and what is named like one
}

// itemState is what is known of the element of input that is being read.
type itemState struct {
	id        string
	refers    bool // its type says that it is a reference
	otherType bool // it has a role, or a type of its own
}

func (s *scanner) fail(message string) bool {
	return s.refuse(badRequest("body_json", "the body isn't valid JSON: "+message+" at offset "+strconv.Itoa(s.i), ""))
}

func (s *scanner) refuse(r *Refusal) bool {
	if s.refusal == nil {
		s.refusal = r
	}
	return false
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\n', '\r', '\t':
			s.i++
		default:
			return
		}
	}
}

// value reads one value that stands at p.
func (s *scanner) value(p place, depth int) bool {
	if s.i == len(s.b) {
		return s.fail("it ends early")
	}
	switch c := s.b[s.i]; c {
	case '{':
		return s.object(p, depth+1)
	case '[':
		return s.array(p, depth+1)
	case '"':
		start := s.i
		kind, ok := s.str()
		return ok && s.gotString(p, Span{start, s.i}, kind)
	case 't':
		return s.word("true") && s.gotBool(p, Yes)
	case 'f':
		return s.word("false") && s.gotBool(p, No)
	case 'n':
		return s.word("null") && s.gotNull(p)
	}
	start := s.i
	return s.number() && s.gotNumber(p, Span{start, s.i})
}

func (s *scanner) word(w string) bool {
	if len(s.b)-s.i < len(w) || string(s.b[s.i:s.i+len(w)]) != w {
		return s.fail("a value is misspelt")
	}
	s.i += len(w)
	return true
}

func (s *scanner) object(p place, depth int) bool {
	if depth > maxDepth {
		return s.refuse(badRequest("body_depth", "the body is nested too deeply", ""))
	}
	if !s.enter(p) {
		return false
	}
	start := s.i
	s.i++
	if p == top {
		s.f.open = s.i
	}
	s.space()
	if s.i < len(s.b) && s.b[s.i] == '}' {
		s.i++
		s.f.empty = s.f.empty || p == top
		return s.leave(p, start)
	}
	s.f.optionsFilled = s.f.optionsFilled || p == atStreamOptions
	known, other := namesIn(p), otherwise(p)
	for {
		if !s.member(p, known, other, depth) {
			return false
		}
		switch s.next() {
		case ',':
			s.space()
		case '}':
			return s.leave(p, start)
		default:
			return s.fail("a comma or } is missing")
		}
	}
}

// next is the byte behind space, and steps over it; it is 0 at the end.
func (s *scanner) next() byte {
	s.space()
	if s.i == len(s.b) {
		return 0
	}
	s.i++
	return s.b[s.i-1]
}

// member reads a key and its value.
func (s *scanner) member(p place, known *names, other place, depth int) bool {
	if s.i == len(s.b) || s.b[s.i] != '"' {
		return s.fail("a name is missing")
	}
	start := s.i
	kind, ok := s.str()
	if !ok {
		return false
	}
	to := other
	if known != nil {
		if to, ok = s.resolve(p, known, other, Span{start, s.i}, kind); !ok {
			return false
		}
	}
	if s.next() != ':' {
		return s.fail("a colon is missing")
	}
	s.space()
	return s.value(to, depth)
}

// resolve says what the value behind a key is.
func (s *scanner) resolve(p place, known *names, other place, at Span, kind stringKind) (place, bool) {
	key := s.b[at.Start+1 : at.End-1]
	if kind&hasEscape != 0 {
		key = unquote(s.b[at.Start:at.End])
	}
	if kind != plainString {
		key = plainFold(key)
	}
	x, what := known.find(key)
	switch {
	case what == foundNothing:
		return other, true
	case what == foundVariant:
		return 0, s.refuse(badRequest("body_name_case", "a name in the body differs from the API's in upper and lower case", x.text))
	}
	seen := &s.seen[0]
	if p == atStreamOptions {
		seen = &s.seen[1]
	}
	if *seen&x.bit != 0 {
		return 0, s.refuse(badRequest("body_name_duplicate", "a name stands twice in the body", x.text))
	}
	*seen |= x.bit
	return x.to, true
}

func (s *scanner) array(p place, depth int) bool {
	if depth > maxDepth {
		return s.refuse(badRequest("body_depth", "the body is nested too deeply", ""))
	}
	if !s.enterList(p) {
		return false
	}
	s.i++
	s.space()
	if s.i < len(s.b) && s.b[s.i] == ']' {
		s.i++
		return true
	}
	for to := element(p); ; {
		if p == atInput && s.i < len(s.b) && (s.b[s.i] == '"' || s.b[s.i] == '[') {
			s.f.Prompts++
		}
		if !s.value(to, depth) {
			return false
		}
		switch s.next() {
		case ',':
			s.space()
		case ']':
			return true
		default:
			return s.fail("a comma or ] is missing")
		}
	}
}
