package safety

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// Errors of Read and ReadAnswer.
var (
	ErrTooLong    = errors.New("there is more text than Content Safety is asked about")
	ErrUnreadable = errors.New("the body isn't understood")
)

// Bounds of reading.
const (
	maxDepth = 64
	maxText  = 4 << 20 // bytes of text that count
)

// Texts are what counts in a request.
type Texts struct {
	// What users said, in the order of the body.
	Prompts []string
	// What tools returned: text of third parties.
	Documents []string
}

// Read picks the texts out of the JSON body of a request. Users' messages and
// inputs are prompts, and results of tools are documents. Messages of the
// system, the developer and the assistant are instructions of the application
// or text of the model, and don't count. Prompts that are given as token
// numbers can't be read.
func Read(body []byte) (Texts, error) {
	r := newReader(body)
	err := r.request(0)
	if err == nil {
		err = r.end()
	}
	return r.texts, err
}

// ReadAnswer picks the text of the model out of the JSON body of an answer.
func ReadAnswer(body []byte) (string, error) {
	r := newReader(body)
	err := r.members(0, func(key string) error {
		switch key {
		case "choices", "output":
			return r.collect(1, &r.answer, answerKeys)
		}
		return r.skip()
	})
	if err == nil {
		err = r.end()
	}
	return strings.Join(r.answer, "\n"), err
}

// reader walks over the tokens of a body. Names are compared exactly, and what
// stands twice counts twice.
type reader struct {
	d      *json.Decoder
	texts  Texts
	answer []string
	size   int
}

func newReader(body []byte) *reader {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return &reader{d: d}
}

// end says that nothing follows the body.
func (r *reader) end() error {
	if _, err := r.d.Token(); err != io.EOF {
		return ErrUnreadable
	}
	return nil
}

func (r *reader) token() (json.Token, error) {
	t, err := r.d.Token()
	if err != nil {
		return nil, ErrUnreadable
	}
	return t, nil
}

// members reads an object and calls f with each key, to read the value.
func (r *reader) members(depth int, f func(key string) error) error {
	t, err := r.token()
	if err != nil || t != json.Delim('{') {
		return ErrUnreadable
	}
	return r.rest(depth, f)
}

// rest reads an object behind its brace.
func (r *reader) rest(depth int, f func(key string) error) error {
	if depth > maxDepth {
		return ErrUnreadable
	}
	for r.d.More() {
		t, err := r.token()
		if err != nil {
			return err
		}
		key, ok := t.(string)
		if !ok {
			return ErrUnreadable
		}
		if isVariant(key) {
			return ErrUnreadable
		}
		if err := f(key); err != nil {
			return err
		}
	}
	_, err := r.token()
	return err
}

// isVariant says that a name differs from one that counts in upper and lower
// case, so that a model may read what isn't checked here.
func isVariant(key string) bool {
	low := strings.ToLower(key)
	return low != key && (partKeys[low] || answerKeys[low] || requestKeys[low])
}

// skip reads one value that doesn't count.
func (r *reader) skip() error {
	for depth := 0; ; {
		t, err := r.token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		if depth > maxDepth {
			return ErrUnreadable
		}
	}
}

// requestKeys are the names that count outside parts.
var requestKeys = map[string]bool{
	"messages": true, "additional_messages": true, "input": true, "prompt": true, "items": true, "thread": true,
	"role": true, "type": true, "choices": true,
}

// request reads the object of a request.
func (r *reader) request(depth int) error {
	return r.members(depth, func(key string) error {
		switch key {
		case "messages", "additional_messages", "input", "prompt", "items":
			return r.inputs(depth + 1)
		case "thread":
			return r.optional(depth + 1)
		}
		return r.skip()
	})
}

// optional reads an object like a request, or null.
func (r *reader) optional(depth int) error {
	t, err := r.token()
	switch {
	case err != nil:
		return err
	case t == nil:
		return nil
	case t != json.Delim('{') || depth > maxDepth:
		return ErrUnreadable
	}
	return r.rest(depth, func(key string) error {
		if key == "messages" {
			return r.inputs(depth + 1)
		}
		return r.skip()
	})
}

// inputs reads what the model is given: a text, a message, or a list of them.
func (r *reader) inputs(depth int) error {
	if depth > maxDepth {
		return ErrUnreadable
	}
	t, err := r.token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case nil:
		return nil
	case string:
		return r.take(&r.texts.Prompts, t)
	case json.Delim:
		if t == '{' {
			return r.item(depth)
		}
		for r.d.More() {
			if err := r.inputs(depth + 1); err != nil {
				return err
			}
		}
		_, err := r.token()
		return err
	}
	return ErrUnreadable // numbers of tokens
}

// partKeys hold text in messages and parts of them.
var partKeys = map[string]bool{"content": true, "text": true, "input_text": true, "output": true, "value": true, "parts": true, "transcript": true}

// answerKeys hold text in answers.
var answerKeys = map[string]bool{"message": true, "content": true, "text": true, "refusal": true}

// item reads a message or another item of input behind its brace, and sorts its
// text by who says it.
func (r *reader) item(depth int) error {
	var role, kind string
	var texts []string
	err := r.rest(depth, func(key string) error {
		switch {
		case key == "role" && role != "":
			return ErrUnreadable
		case key == "role":
			return r.word(&role)
		case key == "type":
			return r.word(&kind)
		case partKeys[key]:
			return r.collect(depth+1, &texts, partKeys)
		}
		return r.skip()
	})
	switch {
	case err != nil:
		return err
	case role == "tool" || role == "function" || role == "" && strings.HasSuffix(kind, "_output"):
		r.texts.Documents = append(r.texts.Documents, texts...)
	case role == "system" || role == "developer" || role == "assistant" || kind == "reasoning":
	default:
		r.texts.Prompts = append(r.texts.Prompts, texts...)
	}
	return nil
}

// word reads a string, or something else that doesn't count.
func (r *reader) word(into *string) error {
	var raw json.RawMessage
	if r.d.Decode(&raw) != nil {
		return ErrUnreadable
	}
	if json.Unmarshal(raw, into) != nil {
		*into = ""
	}
	return nil
}

// collect reads a value and takes the strings in it that stand in a list or
// under one of the keys.
func (r *reader) collect(depth int, into *[]string, keys map[string]bool) error {
	if depth > maxDepth {
		return ErrUnreadable
	}
	t, err := r.token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case string:
		return r.take(into, t)
	case json.Delim:
		if t == '{' {
			return r.rest(depth, func(key string) error {
				if keys[key] {
					return r.collect(depth+1, into, keys)
				}
				return r.skip()
			})
		}
		for r.d.More() {
			if err := r.collect(depth+1, into, keys); err != nil {
				return err
			}
		}
		_, err := r.token()
		return err
	}
	return nil
}

func (r *reader) take(into *[]string, text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if r.size += len(text); r.size > maxText {
		return ErrTooLong
	}
	*into = append(*into, text)
	return nil
}
