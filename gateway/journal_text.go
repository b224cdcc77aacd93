package gateway

import (
	"bytes"
	"encoding/json"

	"palisade/gateway/redact"
	"palisade/gateway/route"
	"palisade/spec"
	records "palisade/usage"
)

// mostText is how much of a prompt, and of an answer, a record keeps.
const mostText = 1 << 20

// textCopy is the begin of what was answered.
type textCopy struct {
	kept  []byte
	bytes int64
}

func (t *textCopy) add(p []byte) {
	t.bytes += int64(len(p))
	t.kept = append(t.kept, p[:min(len(p), mostText-len(t.kept))]...)
}

// redactor takes out of a text what must not be in it.
type redactor interface {
	Text([]byte) ([]byte, redact.Counts)
	JSON([]byte) ([]byte, redact.Counts, error)
}

// addText adds prompt and answer, as logging.keep says. Without prepareRecord
// there is no text: it is kept of callers only who may call.
func (j *journal) addText(c *call, r *records.Record) {
	if c.w.copy == nil {
		return
	}
	var prompt []byte
	if c.body != nil {
		prompt = c.body.Bytes
	}
	switch c.set.spec.Logging.Keep {
	case spec.KeepFull:
		r.Prompt = j.sealed(r.ID, "prompt", prompt, int64(len(prompt)))
		r.Answer = j.sealed(r.ID, "answer", c.w.copy.kept, c.w.copy.bytes)
	case spec.KeepRedacted:
		redactText(c.set.guard.logged, r, prompt, c.w.copy)
	}
}

func (j *journal) sealed(id, member string, text []byte, whole int64) records.Text {
	if len(text) == 0 || j.sealer == nil {
		return records.Text{}
	}
	cut := len(text) > mostText || whole > int64(len(text))
	t := j.sealer.Seal(id, member, text[:min(len(text), mostText)])
	t.Bytes, t.Cut = whole, cut
	return t
}

// redactText adds what was said without what the redactor finds. What is cut
// off is cut after that, so that no half of a secret is left.
func redactText(find redactor, r *records.Record, prompt []byte, answer *textCopy) {
	said, found, err := find.JSON(prompt)
	if err != nil {
		said, found = nil, redact.Counts{}
	}
	r.Prompt = clearText(said, int64(len(prompt)))
	r.Prompt.Cut = r.Prompt.Cut || err != nil
	kept := answer.kept
	if answer.bytes > int64(len(kept)) {
		kept = kept[:max(0, len(kept)-mostText/16)]
	}
	reply, more, err := find.JSON(kept)
	if err != nil || !json.Valid(kept) {
		reply, more = find.Text(streamText(kept))
	}
	r.Answer = clearText(reply, answer.bytes)
	r.Answer.Cut = answer.bytes > int64(len(answer.kept))
	for _, kind := range []spec.Detector{spec.Secrets, spec.CreditCards, spec.IBANs, spec.Emails, spec.Phones, spec.IPAddresses} {
		if n := found.Of(kind) + more.Of(kind); n > 0 {
			r.Redacted = append(r.Redacted, records.Count{Name: string(kind), N: n})
		}
	}
}

func clearText(text []byte, whole int64) records.Text {
	return records.Text{Clear: string(text[:min(len(text), mostText)]), Bytes: whole, Cut: len(text) > mostText}
}

// streamText is what the chunks of a stream say together: what is looked for
// can stand across two of them.
func streamText(stream []byte) []byte {
	var text []byte
	var events route.Events
	take := func(e route.Event) {
		var chunk struct {
			Delta   json.RawMessage `json:"delta"`
			Choices []struct {
				Text  string `json:"text"`
				Delta struct {
					Content string `json:"content"`
				} `json:"delta"`
			} `json:"choices"`
		}
		if json.Unmarshal(e.Data, &chunk) != nil {
			return
		}
		var delta string
		if bytes.HasPrefix(chunk.Delta, []byte{'"'}) && json.Unmarshal(chunk.Delta, &delta) == nil {
			text = append(text, delta...)
		}
		for i := range chunk.Choices {
			text = append(append(text, chunk.Choices[i].Text...), chunk.Choices[i].Delta.Content...)
		}
	}
	events.Feed(stream, take)
	events.End(take)
	return text
}
