package upstream

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"net/http"
)

// Bounds of embeddings.
const (
	usualDimensions = 1536
	mostDimensions  = 4096
	mostInputs      = 2048
)

// input is one text to embed, or the numbers of its tokens.
type input struct {
	text   string
	tokens int
}

type embedding struct {
	Object string          `json:"object"`
	Index  int             `json:"index"`
	Vector json.RawMessage `json:"embedding"`
}

type embeddingsAnswer struct {
	Object string      `json:"object"`
	Data   []embedding `json:"data"`
	Model  string      `json:"model"`
	Usage  struct {
		Prompt int `json:"prompt_tokens"`
		Total  int `json:"total_tokens"`
	} `json:"usage"`
}

func (e *Echo) embeddings(a *asked) *http.Response {
	var q struct {
		Input      json.RawMessage `json:"input"`
		Dimensions int             `json:"dimensions"`
		Encoding   string          `json:"encoding_format"`
	}
	if json.Unmarshal(a.body, &q) != nil {
		return malformed()
	}
	inputs, ok := texts(q.Input)
	if !ok || len(inputs) == 0 || len(inputs) > mostInputs {
		return answerError(http.StatusBadRequest, "BadRequest", fmt.Sprintf("input has to be text, or a list of at most %d.", mostInputs), "input")
	}
	if q.Dimensions == 0 {
		q.Dimensions = usualDimensions
	}
	if q.Dimensions < 1 || q.Dimensions > mostDimensions {
		return answerError(http.StatusBadRequest, "BadRequest", fmt.Sprintf("dimensions has to be from 1 to %d.", mostDimensions), "dimensions")
	}
	answer := embeddingsAnswer{Object: "list", Model: a.model}
	for i, in := range inputs {
		answer.Data = append(answer.Data, embedding{"embedding", i, encode(vector(in.text, q.Dimensions), q.Encoding == "base64")})
		answer.Usage.Prompt += in.tokens
	}
	answer.Usage.Total = answer.Usage.Prompt
	return answerJSON(http.StatusOK, answer)
}

// vector is a vector of length 1, the same for the same text.
func vector(text string, n int) []float32 {
	h := fnv.New64a()
	h.Write([]byte(text))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	v := make([]float32, n)
	sum := 0.0
	for i := range v {
		x := r.NormFloat64()
		v[i], sum = float32(x), sum+x*x
	}
	length := float32(math.Sqrt(sum))
	for i := range v {
		v[i] /= length
	}
	return v
}

func encode(v []float32, binaryForm bool) json.RawMessage {
	if !binaryForm {
		b, err := json.Marshal(v)
		if err != nil {
			return json.RawMessage("[]")
		}
		return b
	}
	raw := make([]byte, 0, 4*len(v))
	for _, x := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return json.RawMessage(`"` + base64.StdEncoding.EncodeToString(raw) + `"`)
}

// texts reads a text, a list of texts, a list of tokens, or a list of these.
func texts(b json.RawMessage) ([]input, bool) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return nil, false
	}
	if b[0] == '"' {
		one, ok := oneText(b)
		return []input{one}, ok
	}
	var list []json.RawMessage
	if json.Unmarshal(b, &list) != nil || len(list) == 0 {
		return nil, false
	}
	if first := bytes.TrimSpace(list[0]); first[0] != '"' && first[0] != '[' {
		one, ok := oneText(b)
		return []input{one}, ok
	}
	all := make([]input, 0, len(list))
	for _, item := range list {
		one, ok := oneText(item)
		if !ok {
			return nil, false
		}
		all = append(all, one)
	}
	return all, true
}

func oneText(b json.RawMessage) (input, bool) {
	var text string
	if json.Unmarshal(b, &text) == nil {
		return input{text, tokensOf(text)}, true
	}
	var tokens []int64
	if json.Unmarshal(b, &tokens) == nil {
		return input{fmt.Sprint(tokens), len(tokens)}, true
	}
	return input{}, false
}
