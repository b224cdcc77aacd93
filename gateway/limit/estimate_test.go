package limit

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tiktoken-go/tokenizer"

	"palisade/gateway/route"
)

// tokenizers are what models are counted with.
var tokenizers = map[string]tokenizer.Encoding{"gpt-4o": tokenizer.O200kBase, "gpt-4": tokenizer.Cl100kBase}

// The estimate is never below what tiktoken counts, and not so far above it
// that limits would be useless.
func TestEstimateHoldsAgainstTiktoken(t *testing.T) {
	files, err := filepath.Glob("testdata/text/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("texts: %d, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for model, encoding := range tokenizers {
			compare(t, filepath.Base(file), model, encoding, string(text))
			compare(t, filepath.Base(file)+" × 60", model, encoding, strings.Repeat(string(text), 60))
		}
	}
}

func compare(t *testing.T, name, model string, encoding tokenizer.Encoding, text string) {
	t.Helper()
	codec, err := tokenizer.Get(encoding)
	if err != nil {
		t.Fatal(err)
	}
	counted, err := codec.Count(text)
	if err != nil {
		t.Fatal(err)
	}
	body, facts := chat(t, text)
	estimate := PromptTokens(body, facts, model)
	ratio := float64(estimate) / float64(counted)
	t.Logf("%-22s %-7s %6d of %6d: %.2f", name, model, estimate, counted, ratio)
	if estimate < int64(counted) || ratio > 2.6 {
		t.Errorf("%s, %s: %d estimated, %d counted", name, model, estimate, counted)
	}
}

// chat is a request with one message, and the facts about it.
func chat(t testing.TB, text string) ([]byte, *route.Facts) {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"messages":[{"role":"user","content":` + string(quoted) + `}]}`)
	facts := &route.Facts{}
	if refused := route.Scan(body, facts); refused != nil {
		t.Fatal(refused)
	}
	return body, facts
}

// A text whose expensive half is at its end isn't taken for a cheap one.
func TestEstimateSamplesAllOfALongText(t *testing.T) {
	english, _ := os.ReadFile("testdata/text/english.txt")
	emoji, _ := os.ReadFile("testdata/text/emoji.txt")
	text := strings.Repeat(string(english), 60) + strings.Repeat(string(emoji), 120)
	for model, encoding := range tokenizers {
		compare(t, "english, then emoji", model, encoding, text)
	}
}

func TestEstimateCountsWhatIsNotText(t *testing.T) {
	for name, f := range map[string]route.Facts{
		"tokens": {TokenCount: 5000}, "pictures": {Images: 5}, "files": {Files: 5}, "tools": {SchemaBytes: 15000},
	} {
		if n := PromptTokens([]byte("{}"), &f, "gpt-4o"); n < 5000 {
			t.Errorf("%s: %d", name, n)
		}
	}
}

func BenchmarkEstimate(b *testing.B) {
	license, err := os.ReadFile("../../LICENSE")
	if err != nil {
		b.Fatal(err)
	}
	body, facts := chat(b, strings.Repeat(string(license), 9))
	for b.Loop() {
		PromptTokens(body, facts, "gpt-4o")
	}
}
