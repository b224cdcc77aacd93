package route

import (
	"io"
	"net"
	"slices"
	"strconv"
)

// Edit replaces a part of a body.
type Edit struct {
	At   Span // empty to insert
	With string
}

// Edits are some of one body that don't overlap, in its order.
type Edits []Edit

// ModelEdit is what makes the body name another model. Where it names none,
// the name is added. There is nothing to do if the body has the name already.
func (f *Facts) ModelEdit(model string) Edits {
	if !f.Model.At.IsEmpty() && f.Model.Value == model {
		return nil
	}
	quoted := string(appendJSONString(nil, model))
	if !f.Model.At.IsEmpty() {
		return Edits{{f.Model.At, quoted}}
	}
	return f.insert(`"model":` + quoted)
}

// UsageEdit is what makes a stream of chat or completions end with its usage.
// There is nothing to do if the body asks for it already, or for nothing.
func (f *Facts) UsageEdit() Edits {
	const ask = `"include_usage":true`
	switch {
	case f.IncludeUsage == Yes || f.empty:
		return nil
	case !f.includeAt.IsEmpty():
		return Edits{{f.includeAt, "true"}}
	case f.StreamOptions.IsEmpty():
		return f.insert(`"stream_options":{` + ask + `}`)
	case f.optionsFilled:
		at := f.StreamOptions.Start + 1
		return Edits{{Span{at, at}, ask + ","}}
	}
	return Edits{{f.StreamOptions, `{` + ask + `}`}} // was null or {}
}

// LimitEdit is what makes the body limit its completion tokens, by the name that
// its operation has for that. There is nothing to do if it limits them itself.
func (f *Facts) LimitEdit(name string, most int64) Edits {
	if _, said := f.MaxOutputTokens(); said || f.empty || name == "" {
		return nil
	}
	return f.insert(`"` + name + `":` + strconv.FormatInt(most, 10))
}

// insert adds a member at the start of the body.
func (f *Facts) insert(member string) Edits {
	if !f.empty {
		member += ","
	}
	return Edits{{Span{f.open, f.open}, member}}
}

// And joins edits of one body. Of two at one place the first goes before.
func (e Edits) And(others Edits) Edits {
	all := append(slices.Clone(e), others...)
	slices.SortStableFunc(all, func(a, b Edit) int { return a.At.Start - b.At.Start })
	return all
}

// Length is that of the body once it is edited.
func (e Edits) Length(body []byte) int {
	n := len(body)
	for _, x := range e {
		n += len(x.With) - (x.At.End - x.At.Start)
	}
	return n
}

// Reader reads the edited body. The body isn't copied or changed.
func (e Edits) Reader(body []byte) *Pieces {
	p := &Pieces{body: body, edits: e}
	p.step()
	return p
}

// Pieces reads a body and its edits by turns. It closes to nothing.
type Pieces struct {
	body  []byte
	edits Edits
	at    int    // in body
	bytes []byte // what is read now
	text  string // what is read after that
	done  bool
}

// step takes the next piece of the body and the edit behind it.
func (p *Pieces) step() {
	if len(p.edits) == 0 {
		p.bytes, p.at, p.done = p.body[p.at:], len(p.body), true
		return
	}
	x := p.edits[0]
	p.bytes, p.text, p.at, p.edits = p.body[p.at:x.At.Start], x.With, x.At.End, p.edits[1:]
}

// Read implements io.Reader.
func (p *Pieces) Read(to []byte) (int, error) {
	n := 0
	for n < len(to) {
		switch {
		case len(p.bytes) > 0:
			m := copy(to[n:], p.bytes)
			p.bytes, n = p.bytes[m:], n+m
		case p.text != "":
			m := copy(to[n:], p.text)
			p.text, n = p.text[m:], n+m
		case !p.done:
			p.step()
		case n == 0 && len(to) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
	return n, nil
}

// left is how many bytes haven't been read.
func (p *Pieces) left() int64 {
	n := len(p.bytes) + len(p.text)
	if !p.done {
		n += p.edits.Length(p.body) - p.at
	}
	return int64(n)
}

// rest is what hasn't been read, and leaves nothing to be read.
func (p *Pieces) rest() net.Buffers {
	var all net.Buffers
	for {
		all = append(all, p.bytes)
		if p.text != "" {
			all = append(all, []byte(p.text))
		}
		p.bytes, p.text = nil, ""
		if p.done {
			return all
		}
		p.step()
	}
}

// Close implements io.Closer.
func (p *Pieces) Close() error { return nil }
