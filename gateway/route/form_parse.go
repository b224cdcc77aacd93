package route

import (
	"bytes"
	"strconv"
)

// Bounds of a form.
const (
	maxPartHeader = 4 << 10
	maxParts      = 1000
	maxField      = 64 << 10 // of a field that matters
)

// formParser reads multipart/form-data as RFC 7578 and RFC 2046 write it, in
// pieces of any size. It takes one spelling only: CRLF, nothing before the
// first part, nothing but CRLF behind the last.
type formParser struct {
	form      *Multipart
	delimiter []byte // CRLF, two dashes, boundary
	state     formState
	matched   int    // bytes of the delimiter, or of what may stand behind it
	closing   bool   // two dashes stand behind the delimiter
	header    []byte // of the part
	part      part
	parts     int
	offset    int // of all bytes so far
	seen      map[string]bool
}

type formState uint8

const (
	atStart formState = iota
	inPartHeader
	inPart
	behindDelimiter
	atEnd
)

func (p *formParser) init(boundary string, f *Multipart) {
	*p = formParser{form: f, delimiter: []byte("\r\n--" + boundary), matched: 2, seen: map[string]bool{}}
}

func (p *formParser) finished() bool { return p.state == atEnd }

func (p *formParser) feed(b []byte) *Refusal {
	for len(b) > 0 {
		n, refusal := p.step(b)
		if refusal != nil {
			return refusal
		}
		p.offset += n
		b = b[n:]
	}
	return nil
}

// step reads at least one byte.
func (p *formParser) step(b []byte) (int, *Refusal) {
	switch p.state {
	case atStart:
		if b[0] != p.delimiter[p.matched] {
			return 0, formRefusal("it doesn't begin with its boundary")
		}
		p.match()
		return 1, nil
	case behindDelimiter:
		return 1, p.behind(b[0])
	case inPartHeader:
		return p.readPartHeader(b)
	case inPart:
		return p.readPart(b)
	}
	return 1, p.epilogue(b[0])
}

// match counts a byte of the delimiter.
func (p *formParser) match() {
	p.matched++
	if p.matched == len(p.delimiter) {
		p.state, p.matched = behindDelimiter, 0
	}
}

// behind reads the two bytes behind a delimiter: CRLF, or two dashes.
func (p *formParser) behind(c byte) *Refusal {
	switch {
	case p.matched == 0 && (c == '\r' || c == '-'):
		p.matched, p.closing = 1, c == '-'
	case p.matched == 1 && p.closing && c == '-':
		p.state, p.matched = atEnd, 0
	case p.matched == 1 && !p.closing && c == '\n':
		p.state, p.matched, p.header = inPartHeader, 0, p.header[:0]
		if p.parts++; p.parts > maxParts {
			return formRefusal("it has too many parts")
		}
	default:
		return formRefusal("something stands behind a boundary")
	}
	return nil
}

// epilogue takes one CRLF.
func (p *formParser) epilogue(c byte) *Refusal {
	if p.matched < 2 && c == "\r\n"[p.matched] {
		p.matched++
		return nil
	}
	return formRefusal("something stands behind its end")
}

func (p *formParser) readPartHeader(b []byte) (int, *Refusal) {
	n := len(b)
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		n = i + 1
	}
	if len(p.header)+n > maxPartHeader {
		return 0, formRefusal("the header of a part is too long")
	}
	p.header = append(p.header, b[:n]...)
	if !bytes.HasSuffix(p.header, []byte("\r\n\r\n")) {
		if len(p.header) == 2 && p.header[0] == '\r' && p.header[1] == '\n' {
			return 0, formRefusal("a part has no header")
		}
		return n, nil
	}
	var refusal *Refusal
	p.part, refusal = parsePart(p.header[:len(p.header)-2])
	if refusal != nil {
		return 0, refusal
	}
	p.state, p.part.start = inPart, p.offset+n
	return n, p.checkName()
}

// checkName refuses a field that matters if it comes twice, as a file, or in
// other upper and lower case.
func (p *formParser) checkName() *Refusal {
	if p.part.isFile {
		p.form.Facts.Files++
	}
	for _, known := range [...]string{"model", "stream", "n", "purpose", "prompt"} {
		if len(p.part.name) != len(known) || !foldsTo(plainFold([]byte(p.part.name)), known) {
			continue
		}
		switch {
		case p.part.name != known:
			return badRequest("body_name_case", "a field of the form differs from the API's name in upper and lower case", known)
		case p.seen[known]:
			return badRequest("body_name_duplicate", "a field stands twice in the form", known)
		case p.part.isFile:
			return badRequest("body_type", "a field of the form is a file", known)
		}
		p.seen[known], p.part.known = true, true
	}
	return nil
}

// readPart reads up to the next delimiter. No byte of a delimiter but the
// first is a CR, so that one that isn't matched to its end begins anew.
func (p *formParser) readPart(b []byte) (int, *Refusal) {
	if p.matched == 0 {
		n := bytes.IndexByte(b, '\r')
		if n != 0 {
			if n < 0 {
				n = len(b)
			}
			return n, p.content(b[:n])
		}
	}
	if b[0] == p.delimiter[p.matched] {
		p.match()
		if p.state == behindDelimiter {
			return 1, p.endPart()
		}
		return 1, nil
	}
	refusal := p.content(p.delimiter[:p.matched])
	p.matched = 0
	if refusal != nil || b[0] == '\r' {
		return 0, refusal
	}
	return 1, p.content(b[:1])
}

// content takes bytes of a part.
func (p *formParser) content(b []byte) *Refusal {
	switch {
	case p.part.known:
		if len(p.part.value)+len(b) > maxField && p.part.name != "prompt" {
			return formRefusal("a field is too long")
		}
		if p.part.name == "prompt" {
			p.form.Facts.Prompt += len(b)
			return nil
		}
		p.part.value = append(p.part.value, b...)
	case p.part.isFile && p.form.File != nil && len(b) > 0:
		if err := p.form.File(p.part.name, b); err != nil {
			return badRequest("body_file", err.Error(), p.part.name)
		}
	}
	return nil
}

// endPart notes what a field says.
func (p *formParser) endPart() *Refusal {
	f, v := &p.form.Facts, string(p.part.value)
	if !p.part.known {
		return nil
	}
	switch p.part.name {
	case "model":
		if !isModelName(v) {
			return badRequest("body_type", "this isn't the name of a model", "model")
		}
		f.Model = Text{v, Span{p.part.start, p.part.start + len(v)}}
	case "purpose":
		f.Purpose = v
	case "stream":
		switch v {
		case "true", "True", "1":
			f.Stream = Yes
		case "false", "False", "0", "":
			f.Stream = No
		default:
			return badRequest("body_type", "a field of the form has a value of the wrong type", "stream")
		}
	case "n":
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 {
			return badRequest("body_type", "a number in the form isn't a whole one from 0", "n")
		}
		f.N = Number{n, true}
	}
	return nil
}

func formRefusal(message string) *Refusal {
	return badRequest("body_form", "the body isn't a form in one reading only: "+message, "")
}
