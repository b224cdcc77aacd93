package usage

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestRecordRoundTrip(t *testing.T) {
	for _, r := range []*Record{full("one"), typical(1), {Time: full("").Time, ID: "x"}} {
		line := AppendRecord(nil, r)
		if !json.Valid(line) || bytes.ContainsAny(line, "\n\r") {
			t.Fatalf("not one line of JSON: %s", line)
		}
		back, err := ParseRecord(line)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(r, back) {
			t.Errorf("\n%+v\n%+v", r, back)
		}
	}
}

func TestUnknownMembersAreKept(t *testing.T) {
	line := `{"time":"2026-11-21T14:30:00Z","id":"1","verdict":"refused","mood":{"b":[1, 2],"a":null},"zeal":7}`
	r, err := ParseRecord([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(AppendRecord(nil, r)); got != line {
		t.Errorf("got %s", got)
	}
}

func TestBadRecords(t *testing.T) {
	const start = `{"time":"2026-11-21T14:30:00Z","id":"1"`
	for name, line := range map[string]string{
		"empty":            ``,
		"not an object":    `[]`,
		"no time":          `{"id":"1"}`,
		"no id":            `{"time":"2026-11-21T14:30:00Z"}`,
		"local time":       `{"time":"2026-11-21T14:30:00+01:00","id":"1"}`,
		"twice":            start + `,"id":"2"}`,
		"twice, inside":    start + `,"who":{"id":"a","id":"b"}}`,
		"text for number":  start + `,"status":"200"}`,
		"null for number":  start + `,"status":null}`,
		"fraction":         start + `,"cost":1.5}`,
		"too long":         start + `,"wholeMicros":9223372036854775807}`,
		"number for text":  start + `,"model":1}`,
		"bad address":      start + `,"from":{"address":"10.0.0"}}`,
		"loose base64":     start + `,"prompt":{"sealed":"AR=="}}`,
		"something behind": start + `} {}`,
		"no end":           start,
		"not UTF-8":        start + ",\"model\":\"\xff\"}",
	} {
		if _, err := ParseRecord([]byte(line)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func FuzzParseRecord(f *testing.F) {
	f.Add(AppendRecord(nil, full("seed")))
	f.Add(AppendRecord(nil, typical(3)))
	f.Add([]byte(`{"time":"2026-11-21T14:30:00Z","id":"1","x":[{}],"redacted":{"emails":0}}`))
	f.Add([]byte(strings.Repeat("[", 1000)))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := ParseRecord(line)
		if err != nil {
			return
		}
		once := AppendRecord(nil, r)
		again, err := ParseRecord(once)
		if err != nil {
			t.Fatalf("%s became %s: %v", line, once, err)
		}
		if twice := AppendRecord(nil, again); !bytes.Equal(once, twice) {
			t.Fatalf("%s\n%s", once, twice)
		}
	})
}

// Records of versions that knew less are read, and keep their form.
func TestOlderRecords(t *testing.T) {
	line := `{"time":"2026-11-21T14:30:00Z","id":"1","verdict":"allowed","status":200,"model":"gpt","upstream":"a","upstreamStatus":200,"tokens":{"input":3}}`
	r, err := ParseRecord([]byte(line))
	if err != nil || r.Region != "" || r.Attempts != 0 || r.Hedged || len(r.Unknown) > 0 {
		t.Fatal(r, err)
	}
	if got := string(AppendRecord(nil, r)); got != line {
		t.Errorf("got %s", got)
	}
}
