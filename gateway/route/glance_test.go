package route

import (
	"fmt"
	"testing"
)

// A look at an event that resembles an earlier one finds what a look at all of
// it finds.
func TestLikeness(t *testing.T) {
	chunk := func(content, rest string) string {
		return `{"id":"c","choices":[{"index":0,"delta":{"content":` + content + `},"finish_reason":` + rest + `}],"usage":null}`
	}
	stream := []string{
		chunk(`""`, "null"), chunk(`" a"`, "null"), chunk(`" longer"`, "null"), chunk(`"a \" quote"`, "null"), chunk(`"ends in \\"`, "null"),
		chunk(`"x","usage":{"total_tokens":1},"y":"z"`, "null"), chunk(`"x"`, `"content_filter"`), chunk(`"x"`, `"stop"`), chunk(`" b"`, "null"),
		chunk(`"content_filter"`, "null"), chunk(`"a"},"error":{"code":"b"`, "null"), chunk(`null`, "null"), chunk(`"\"`, "null"), chunk(`" a"`, "null"),
		`{"choices":[],"usage":{"total_tokens":1}}`, chunk(`" a"`, "null"), `{}`, ``, `"`, chunk(`" a`, "null"),
	}
	for _, m := range []Meter{ChatMeter, CompletionsMeter, ResponsesMeter, RunsMeter} {
		var l likeness
		for i, first := range stream {
			for _, second := range stream {
				l.glance([]byte(first), m)
				sameGlance(t, &l, m, second, fmt.Sprint(i))
			}
		}
	}
}

func sameGlance(t *testing.T, l *likeness, m Meter, data, about string) {
	t.Helper()
	got, want := l.glance([]byte(data), m), glanceAt([]byte(data), m)
	if got.usage != want.usage || got.found != want.found || got.noChoices != want.noChoices || got.text != want.text {
		t.Errorf("%s: %s: %+v, not %+v", about, data, got, want)
	}
}

func FuzzLikeness(f *testing.F) {
	f.Add(`{"delta":{"content":" a"},"finish_reason":null}`, `{"delta":{"content":" bc"},"finish_reason":null}`)
	f.Add(`{"content":"a\\"}`, `{"content":"a\"}`)
	f.Fuzz(func(t *testing.T, first, second string) {
		var l likeness
		l.glance([]byte(first), ChatMeter)
		sameGlance(t, &l, ChatMeter, second, first)
	})
}
