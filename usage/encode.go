package usage

import (
	"encoding/base64"
	"strconv"
	"time"
	"unicode/utf8"
)

// AppendRecord appends a record as one line of JSON, without the newline.
// Members have one order, and empty ones are left out, so that a record has one
// form only.
func AppendRecord(b []byte, r *Record) []byte {
	e := encoder{append(b, '{')}
	e.time("time", r.Time)
	e.str("id", r.ID)
	e.str("verdict", string(r.Verdict))
	e.str("reason", r.Reason)
	e.num("status", int64(r.Status))
	e.who(&r.Who)
	e.from(&r.From)
	e.str("grant", r.Grant)
	e.str("operation", r.Operation)
	e.str("model", r.Model)
	e.str("upstream", r.Upstream)
	e.num("upstreamStatus", int64(r.UpstreamStatus))
	e.str("region", r.Region)
	e.num("attempts", int64(r.Attempts))
	e.yes("hedged", r.Hedged)
	e.tokens(&r.Tokens)
	e.num("cost", r.Cost)
	e.num("firstByteMicros", r.FirstByte.Microseconds())
	e.num("wholeMicros", r.Whole.Microseconds())
	e.filter(&r.Filter)
	e.counts("redacted", r.Redacted)
	e.text("prompt", &r.Prompt)
	e.text("answer", &r.Answer)
	for _, f := range r.Unknown {
		e.anyName(f.Name)
		e.b = append(e.b, f.Raw...)
	}
	return append(e.b, '}')
}

// encoder appends members of objects.
type encoder struct{ b []byte }

// name begins a member whose name needs no escapes.
func (e *encoder) name(n string) {
	if e.b[len(e.b)-1] != '{' {
		e.b = append(e.b, ',')
	}
	e.b = append(append(append(e.b, '"'), n...), '"', ':')
}

// anyName begins a member of any name.
func (e *encoder) anyName(n string) {
	if e.b[len(e.b)-1] != '{' {
		e.b = append(e.b, ',')
	}
	e.b = append(appendString(e.b, n), ':')
}

func (e *encoder) str(n, v string) {
	if v == "" {
		return
	}
	e.name(n)
	e.b = appendString(e.b, v)
}

func (e *encoder) num(n string, v int64) {
	if v == 0 {
		return
	}
	e.name(n)
	e.b = strconv.AppendInt(e.b, v, 10)
}

func (e *encoder) yes(n string, v bool) {
	if !v {
		return
	}
	e.name(n)
	e.b = append(e.b, "true"...)
}

func (e *encoder) bytes(n string, v []byte) {
	if len(v) == 0 {
		return
	}
	e.name(n)
	e.b = append(e.b, '"')
	e.b = append(base64.StdEncoding.AppendEncode(e.b, v), '"')
}

func (e *encoder) list(n string, v []string) {
	if len(v) == 0 {
		return
	}
	e.name(n)
	for i, s := range v {
		e.b = append(e.b, "[,"[min(i, 1)])
		e.b = appendString(e.b, s)
	}
	e.b = append(e.b, ']')
}

func (e *encoder) time(n string, t time.Time) {
	e.name(n)
	e.b = append(e.b, '"')
	e.b = append(t.UTC().Truncate(time.Microsecond).AppendFormat(e.b, time.RFC3339Nano), '"')
}

// open begins an object; close leaves it out again if it got no members.
func (e *encoder) open(n string) (start int) {
	start = len(e.b)
	e.name(n)
	e.b = append(e.b, '{')
	return start
}

func (e *encoder) close(start int) {
	if e.b[len(e.b)-1] == '{' {
		e.b = e.b[:start]
		return
	}
	e.b = append(e.b, '}')
}

func (e *encoder) who(w *Who) {
	start := e.open("who")
	e.str("kind", w.Kind)
	e.str("id", w.ID)
	e.str("issuer", w.Issuer)
	e.str("tenant", w.Tenant)
	e.str("object", w.Object)
	e.str("app", w.App)
	e.str("key", w.Key)
	e.str("token", w.Token)
	e.close(start)
}

func (e *encoder) from(f *From) {
	start := e.open("from")
	if f.Address.IsValid() {
		e.name("address")
		e.b = append(e.b, '"')
		e.b = append(f.Address.AppendTo(e.b), '"')
	}
	if f.IsLink {
		e.name("link")
		e.b = strconv.AppendUint(e.b, uint64(f.Link), 10)
	}
	e.str("via", f.Via)
	e.str("listener", f.Listener)
	e.close(start)
}

func (e *encoder) tokens(t *Tokens) {
	start := e.open("tokens")
	e.num("input", t.Input)
	e.num("cached", t.Cached)
	e.num("output", t.Output)
	e.num("reasoning", t.Reasoning)
	e.yes("estimated", t.Estimated)
	e.close(start)
}

func (e *encoder) filter(f *Filter) {
	start := e.open("filter")
	e.yes("blocked", f.Blocked)
	e.yes("failed", f.Failed)
	e.list("promptFiltered", f.PromptFiltered)
	e.list("promptDetected", f.PromptDetected)
	e.list("answerFiltered", f.AnswerFiltered)
	e.list("answerDetected", f.AnswerDetected)
	e.close(start)
}

func (e *encoder) counts(n string, all []Count) {
	start := e.open(n)
	for _, c := range all {
		e.anyName(c.Name)
		e.b = strconv.AppendInt(e.b, int64(c.N), 10)
	}
	e.close(start)
}

func (e *encoder) text(n string, t *Text) {
	start := e.open(n)
	e.str("text", t.Clear)
	e.bytes("sealed", t.Sealed)
	e.str("key", t.Key)
	e.num("bytes", t.Bytes)
	e.yes("cut", t.Cut)
	e.close(start)
}

const hexDigits = "0123456789abcdef"

// appendString appends a JSON string. What isn't UTF-8 becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start, i := 0, 0
	for i < len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			b = appendEscaped(append(b, s[start:i]...), c)
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(append(b, s[start:i]...), "\uFFFD"...)
			start = i + 1
		}
		i += n
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscaped(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
