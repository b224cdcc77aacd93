package limit

import (
	"strings"

	"palisade/gateway/route"
)

// Tokens of a prompt that aren't text. Sources: OpenAI's cookbook for the frame
// of a message, and Azure's table of image tokens for a large picture in high
// detail with gpt-4o; what a file or recording holds isn't known before the
// call, so it counts as a page.
const (
	frameTokens = 4
	imageTokens = 1105
	pageTokens  = 1000
)

// A longer text is sampled, so that the estimate costs the same for any length.
const (
	sampleAll   = 8 << 10 // bytes up to which all is read
	samplePart  = 256     // bytes of a sample
	sampleParts = 16
)

// PromptTokens estimates the tokens of a prompt, rather too many than too few:
// a reservation that is too small would let others in at the limit. model is
// the model's own name, such as gpt-4o.
func PromptTokens(body []byte, f *route.Facts, model string) int64 {
	w := weightsOf(model)
	n := w.text(body, f) + int64(f.SchemaBytes+2)/3 + int64(f.TokenCount)
	n += frameTokens * int64(len(f.Text)+1)
	return n + imageTokens*int64(f.Images) + pageTokens*int64(f.Audio+f.Files)
}

// weightsOf is the table for a model's tokenizer: o200k_base for the models
// since gpt-4o, and the coarser one for all others, known or not.
func weightsOf(model string) *weights {
	for _, prefix := range []string{"gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "o1", "o3", "o4", "gpt-oss", "chatgpt-4o"} {
		if strings.HasPrefix(model, prefix) {
			return &weightsO200k
		}
	}
	return &weightsCl100k
}

func (w *weights) text(body []byte, f *route.Facts) int64 {
	var s shape
	if f.TextBytes <= sampleAll {
		for _, span := range f.Text {
			s.add(span.Of(body))
		}
		return w.tokens(&s)
	}
	read := s.sample(body, f)
	if read == 0 {
		return int64(f.TextBytes)
	}
	// A tenth more, since a sample isn't the whole.
	return w.tokens(&s) * int64(f.TextBytes) / int64(read) * 11 / 10
}

// sample adds parts at even distances, and answers how many bytes they are.
func (s *shape) sample(body []byte, f *route.Facts) (read int) {
	distance := f.TextBytes / sampleParts
	next, passed := 0, 0 // where the next part begins, and how much text lies before the span
	for _, span := range f.Text {
		text := span.Of(body)
		for next < passed+len(text) {
			from := max(next-passed, 0)
			to := min(from+samplePart, len(text))
			s.add(text[from:to])
			read += to - from
			next += distance
		}
		passed += len(text)
	}
	return read
}
