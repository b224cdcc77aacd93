package safety

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for _, x := range []struct {
		name, body         string
		prompts, documents []string
	}{
		{"chat", `{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"U"},{"role":"assistant","content":"A","tool_calls":[{"function":{"arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"T"}]}`,
			[]string{"U"}, []string{"T"}},
		{"parts", `{"messages":[{"content":[{"type":"text","text":"U"},{"type":"image_url","image_url":{"url":"data:x"}}],"role":"user"},{"role":"tool","content":[{"type":"text","text":"T"}]}]}`,
			[]string{"U"}, []string{"T"}},
		{"responses text", `{"input":"U","instructions":"S"}`, []string{"U"}, nil},
		{"responses items", `{"input":[{"role":"user","content":[{"type":"input_text","text":"U"}]},{"type":"function_call","arguments":"x"},{"type":"function_call_output","output":"T"},{"type":"message","role":"developer","content":"S"}]}`,
			[]string{"U"}, []string{"T"}},
		{"completions", `{"prompt":["U","V"]}`, []string{"U", "V"}, nil},
		{"thread and run", `{"thread":{"messages":[{"role":"user","content":"U"}]},"additional_messages":null}`, []string{"U"}, nil},
		{"no role", `{"messages":[{"content":"U"}]}`, []string{"U"}, nil},
		{"unknown role", `{"messages":[{"role":"User","content":"U"}]}`, []string{"U"}, nil},
		{"twice", `{"input":"U","input":"V"}`, []string{"U", "V"}, nil},
		{"escapes", `{"input":"\u0055\n"}`, []string{"U\n"}, nil},
		{"nothing", `{"x":[[1,{"content":"no"}]],"messages":[]}`, nil, nil},
	} {
		got, err := Read([]byte(x.body))
		if err != nil || !slices.Equal(got.Prompts, x.prompts) || !slices.Equal(got.Documents, x.documents) {
			t.Errorf("%s: %+v, %v", x.name, got, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, body := range []string{
		``, `[]`, `{`, `{"input":"a"} x`, `{"prompt":[1,2,3]}`, `{"prompt":[[1,2]]}`, `{"Messages":[]}`, `{"messages":[{"role":"system","Role":"user","content":"x"}]}`,
		`{"messages":[{"role":"system","role":"user","content":"x"}]}`, `{"messages":[{"role":"user","Content":"x"}]}`,
		`{"input":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, `{"x":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`,
	} {
		if got, err := Read([]byte(body)); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%.60s: %+v, %v", body, got, err)
		}
	}
	if _, err := Read([]byte(`{"input":"` + strings.Repeat("a", maxText+1) + `"}`)); !errors.Is(err, ErrTooLong) {
		t.Error("a body that is too long:", err)
	}
}

func TestReadAnswer(t *testing.T) {
	for body, want := range map[string]string{
		`{"choices":[{"index":0,"message":{"role":"assistant","content":"A"}}],"usage":{}}`:                    "A",
		`{"output":[{"type":"message","content":[{"type":"output_text","text":"A"},{"text":"B"}]}],"text":{}}`: "A\nB",
		`{"choices":[{"text":"A"}]}`: "A",
		`{"object":"list"}`:          "",
	} {
		if got, err := ReadAnswer([]byte(body)); err != nil || got != want {
			t.Errorf("%s: %q, %v", body, got, err)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, text := range []string{"", "abc", strings.Repeat("abcdefghij", 2500), strings.Repeat("ä", 25_000), strings.Repeat("😀", 12_000)} {
		pieces := split(text, maxPrompt, overlap)
		whole := pieces[0]
		for i, p := range pieces {
			if n := characters(p); n > maxPrompt {
				t.Errorf("piece %d has %d characters", i, n)
			}
			if i > 0 {
				shared := p[:cut(p, overlap)]
				if !strings.HasSuffix(pieces[i-1], shared) {
					t.Errorf("piece %d doesn't begin with the end of the one before", i)
				}
				whole += strings.TrimPrefix(p, shared)
			}
		}
		if whole != text {
			t.Errorf("%d pieces of %d bytes don't give the text back: %d", len(pieces), len(text), len(whole))
		}
	}
}

func TestPacked(t *testing.T) {
	groups := packed([]string{"a", "b", "c", "d", "e", "f", strings.Repeat("g", 9_999), "h", strings.Repeat("i", 15_000)})
	all := 0
	for _, g := range groups {
		size := 0
		for _, x := range g {
			size += characters(x)
		}
		if len(g) > maxDocuments || size > maxDocument {
			t.Errorf("a group of %d documents with %d characters", len(g), size)
		}
		all += size
	}
	if want := 6 + 9_999 + 1 + 15_000 + overlap; all != want {
		t.Errorf("%d characters, not %d", all, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"messages":[{"role":"user","content":[{"type":"text","text":"U"}]},{"role":"tool","content":"T"}],"thread":null,"prompt":["x"]}`))
	f.Add([]byte(`{"input":[{"type":"function_call_output","output":"T"},[["a"]]]}`))
	f.Add([]byte(`{"choices":[{"message":{"content":"A"}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := Read(body)
		if err == nil {
			for _, q := range shieldQuestions(got) {
				if characters(q.Prompt) > maxPrompt || len(q.Documents) > maxDocuments {
					t.Errorf("%q is asked about with too much", body)
				}
			}
		}
		_, _ = ReadAnswer(body)
	})
}
