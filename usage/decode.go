package usage

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"
)

// ParseRecord reads one line that holds a record. Members that it doesn't know
// are kept; a name that stands twice, or a value of another type, is an error.
func ParseRecord(line []byte) (*Record, error) {
	if !utf8.Valid(line) {
		return nil, errors.New("not UTF-8")
	}
	r := &Record{}
	err := members(line, func(name string, v json.RawMessage) error {
		if err := r.set(name, v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case r.Time.IsZero():
		return nil, errors.New("no time")
	case r.ID == "":
		return nil, errors.New("no id")
	}
	return r, nil
}

func (r *Record) set(name string, v json.RawMessage) error {
	switch name {
	case "time":
		return readTime(v, &r.Time)
	case "id":
		return readString(v, &r.ID)
	case "verdict":
		return readString(v, (*string)(&r.Verdict))
	case "reason":
		return readString(v, &r.Reason)
	case "status":
		return readInt(v, &r.Status)
	case "who":
		return members(v, r.Who.set)
	case "from":
		return members(v, r.From.set)
	case "grant":
		return readString(v, &r.Grant)
	case "operation":
		return readString(v, &r.Operation)
	case "model":
		return readString(v, &r.Model)
	}
	return r.setMore(name, v)
}

func (r *Record) setMore(name string, v json.RawMessage) error {
	switch name {
	case "upstream":
		return readString(v, &r.Upstream)
	case "upstreamStatus":
		return readInt(v, &r.UpstreamStatus)
	case "region":
		return readString(v, &r.Region)
	case "attempts":
		return readInt(v, &r.Attempts)
	case "hedged":
		return readBool(v, &r.Hedged)
	case "tokens":
		return members(v, r.Tokens.set)
	case "cost":
		return readInt(v, &r.Cost)
	case "firstByteMicros":
		return readMicros(v, &r.FirstByte)
	case "wholeMicros":
		return readMicros(v, &r.Whole)
	case "filter":
		return members(v, r.Filter.set)
	case "redacted":
		return members(v, r.setCount)
	case "prompt":
		return members(v, r.Prompt.set)
	case "answer":
		return members(v, r.Answer.set)
	}
	r.Unknown = append(r.Unknown, Field{name, bytes.Clone(v)})
	return nil
}

func (r *Record) setCount(name string, v json.RawMessage) error {
	c := Count{Name: name}
	err := readInt(v, &c.N)
	r.Redacted = append(r.Redacted, c)
	return err
}

func (w *Who) set(name string, v json.RawMessage) error {
	switch name {
	case "kind":
		return readString(v, &w.Kind)
	case "id":
		return readString(v, &w.ID)
	case "issuer":
		return readString(v, &w.Issuer)
	case "tenant":
		return readString(v, &w.Tenant)
	case "object":
		return readString(v, &w.Object)
	case "app":
		return readString(v, &w.App)
	case "key":
		return readString(v, &w.Key)
	case "token":
		return readString(v, &w.Token)
	}
	return nil
}

func (f *From) set(name string, v json.RawMessage) error {
	switch name {
	case "address":
		var s string
		err := readString(v, &s)
		if err == nil {
			f.Address, err = netip.ParseAddr(s)
		}
		return err
	case "link":
		f.IsLink = true
		return readInt(v, &f.Link)
	case "via":
		return readString(v, &f.Via)
	case "listener":
		return readString(v, &f.Listener)
	}
	return nil
}

func (t *Tokens) set(name string, v json.RawMessage) error {
	switch name {
	case "input":
		return readInt(v, &t.Input)
	case "cached":
		return readInt(v, &t.Cached)
	case "output":
		return readInt(v, &t.Output)
	case "reasoning":
		return readInt(v, &t.Reasoning)
	case "estimated":
		return readBool(v, &t.Estimated)
	}
	return nil
}

func (f *Filter) set(name string, v json.RawMessage) error {
	switch name {
	case "blocked":
		return readBool(v, &f.Blocked)
	case "failed":
		return readBool(v, &f.Failed)
	case "promptFiltered":
		return json.Unmarshal(v, &f.PromptFiltered)
	case "promptDetected":
		return json.Unmarshal(v, &f.PromptDetected)
	case "answerFiltered":
		return json.Unmarshal(v, &f.AnswerFiltered)
	case "answerDetected":
		return json.Unmarshal(v, &f.AnswerDetected)
	}
	return nil
}

func (t *Text) set(name string, v json.RawMessage) error {
	switch name {
	case "text":
		return readString(v, &t.Clear)
	case "sealed":
		return readBytes(v, &t.Sealed)
	case "key":
		return readString(v, &t.Key)
	case "bytes":
		return readInt(v, &t.Bytes)
	case "cut":
		return readBool(v, &t.Cut)
	}
	return nil
}

// members calls fn for each member of an object, in order. Names are compared
// as they stand, and may stand once.
func members(b []byte, fn func(string, json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.New("not an object")
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return errors.New("not JSON")
		}
		name, _ := t.(string)
		if seen[name] {
			return errors.New("a name stands twice")
		}
		seen[name] = true
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return errors.New("not JSON")
		}
		if err := fn(name, v); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil || int(d.InputOffset()) != len(b) {
		return errors.New("not one object")
	}
	return nil
}

func readString(v json.RawMessage, to *string) error {
	if len(v) == 0 || v[0] != '"' {
		return errors.New("not a string")
	}
	return json.Unmarshal(v, to)
}

func readInt[T int | int64 | uint32](v json.RawMessage, to *T) error {
	if json.Unmarshal(v, to) != nil || v[0] == 'n' {
		return errors.New("not a whole number")
	}
	return nil
}

func readBool(v json.RawMessage, to *bool) error {
	if json.Unmarshal(v, to) != nil || v[0] == 'n' {
		return errors.New("not true or false")
	}
	return nil
}

func readBytes(v json.RawMessage, to *[]byte) error {
	var s string
	if err := readString(v, &s); err != nil {
		return err
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return errors.New("not base64")
	}
	*to = b
	return nil
}

func readMicros(v json.RawMessage, to *time.Duration) error {
	var n int64
	if err := readInt(v, &n); err != nil {
		return err
	}
	if n > math.MaxInt64/1000 || n < math.MinInt64/1000 {
		return errors.New("too long")
	}
	*to = time.Duration(n) * time.Microsecond
	return nil
}

func readTime(v json.RawMessage, to *time.Time) error {
	var s string
	if err := readString(v, &s); err != nil {
		return err
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !strings.HasSuffix(s, "Z") {
		return errors.New("not a time in UTC")
	}
	*to = t
	return nil
}
