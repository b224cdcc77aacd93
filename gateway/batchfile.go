package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"palisade/access"
	"palisade/gateway/limit"
	"palisade/gateway/route"
)

// batchLines reads a file for batches on its way to the upstream. Each line is
// a call of its own, and has to be one that the caller may make: whoever
// couldn't chat with a model can't do it by a batch either. All lines are one
// operation of one model, as Azure asks for.
type batchLines struct {
	call     *call
	line     []byte
	n        int
	refused  *refusal // of the first line that isn't in order; the file may be something else
	model    string
	endpoint string // operation of the lines, such as chat.completions.create
	tokens   int64  // what all lines can use at most
	input    int64  // of tokens
}

// batchPurpose is the purpose of files for batches.
const batchPurpose = "batch"

// readsLines has the files of a form looked at: it can't be known before its
// end what a form is for.
func (c *call) readsLines() {
	if c.match.Makes != route.File || c.match.Body != route.FormBody {
		return
	}
	c.lines = &batchLines{call: c}
	c.form.File, c.form.Done = c.lines.file, c.lines.done
}

// file takes the next bytes.
func (b *batchLines) file(_ string, p []byte) error {
	for len(p) > 0 && b.refused == nil {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			b.hold(p)
			return nil
		}
		b.hold(p[:i])
		p = p[i+1:]
		b.endLine()
	}
	return nil
}

func (b *batchLines) hold(p []byte) {
	if len(b.line)+len(p) > int(b.call.set.spec.Gateway.Bounds.Body) {
		b.refuse("batch_line", "a line is too long")
		return
	}
	b.line = append(b.line, p...)
}

// done is asked at the end of the form.
func (b *batchLines) done() error {
	b.endLine()
	if b.call.form.Facts.Purpose != batchPurpose {
		b.endpoint, b.tokens, b.input = "", 0, 0
		return nil
	}
	if b.refused == nil && b.model == "" {
		b.refuse("batch_line", "the file has no lines")
	}
	if b.refused != nil {
		return b.refused
	}
	return nil
}

func (b *batchLines) refuse(reason, message string) {
	b.refused = &refusal{status: http.StatusBadRequest, code: "invalid_request_error", reason: reason, param: "file",
		message: fmt.Sprintf("line %d of the file: %s", b.n, message)}
}

func (b *batchLines) endLine() {
	b.n++
	line := bytes.TrimSpace(b.line)
	b.line = b.line[:0]
	if len(line) == 0 || b.refused != nil {
		return
	}
	if l, ok := readBatchLine(line); ok {
		b.check(l)
		return
	}
	b.refuse("batch_line", "it isn't a JSON object with custom_id, method, url and body, each once")
}

// check holds that the line is a call that the caller may make.
func (b *batchLines) check(l batchLine) {
	op := b.operation(l)
	if op == nil {
		b.refuse("batch_url", "its url isn't one that batches can call")
		return
	}
	var facts route.Facts
	if r := route.Scan(l.body, &facts); r != nil {
		b.refuse(r.Reason, r.Message)
		return
	}
	model := facts.Model.Value
	if b.model == "" {
		b.first(model, op)
	}
	switch {
	case b.refused != nil:
	case model != b.model || op.Name != b.endpoint:
		b.refuse("batch_models", "the lines of a file call one operation of one model")
	case facts.Stream == route.Yes || facts.Background == route.Yes:
		b.refuse("batch_line", "a batch has no streams and no background")
	default:
		b.policy(l, op, &facts)
	}
}

// operation is what a line calls, of those that batches can.
func (b *batchLines) operation(l batchLine) *route.Operation {
	path := strings.TrimPrefix(strings.TrimPrefix(l.url, "/openai"), "/v1")
	for i, all := 0, b.call.set.table.Operations(); i < len(all); i++ {
		op := &all[i]
		if op.Path != path || op.Method != l.method {
			continue
		}
		switch op.Meter {
		case route.ChatMeter, route.CompletionsMeter, route.ResponsesMeter, route.EmbeddingsMeter:
			return op
		}
	}
	return nil
}

// first asks whether the caller may call the model of the lines.
func (b *batchLines) first(model string, op *route.Operation) {
	c := b.call
	b.model, b.endpoint = model, op.Name
	if c.set.guard.safety != nil {
		b.refuse("batch_safety", "calls are shown to Content Safety, which can't be done with those of a batch")
		return
	}
	if !c.mayBatch(model, op) {
		b.refuse("batch_model", "the caller may not call its model in this way, or there is none of that name")
		return
	}
	for _, u := range c.set.node.models[model].Upstreams {
		if u.Deployment != "" && u.Deployment != model {
			b.refuse("batch_model", "its model has another name at the upstream, and lines aren't written anew")
			return
		}
	}
}

// mayBatch reports whether the caller may call an operation of a model.
func (c *call) mayBatch(model string, op *route.Operation) bool {
	if c.set.node.models[model] == nil {
		return false
	}
	d := c.set.node.Decide(c.caller, c.from, model, op.DataAction(), c.server.now())
	return d.Verdict == access.Allow
}

func (b *batchLines) policy(l batchLine, op *route.Operation, facts *route.Facts) {
	c := b.call
	a := c.allowedOf(b.model, op)
	if r := a.check(op, facts); r != nil {
		b.refuse(r.reason, r.message)
		return
	}
	if found, err := c.set.guard.blocked.FindJSON(l.body); err != nil || found.Any() {
		b.refuse("redact_blocked", "it holds what may not be sent")
		return
	}
	if found, err := c.set.guard.sent.FindJSON(l.body); err != nil || found.Any() {
		b.refuse("redact_blocked", "it holds what the model may not get, and lines aren't written anew")
		return
	}
	for _, ref := range facts.Refs {
		if s, ok, err := c.server.objects.Get(c.r.Context(), ref.ID); err != nil || !ok || s.Owner != c.caller.ID {
			b.refuse("object_unknown", "no such object")
			return
		}
	}
	if most := a.most(); most > 0 {
		if _, said := facts.MaxOutputTokens(); !said {
			b.refuse("max_tokens_missing", "it has to say how many completion tokens it wants")
			return
		}
	}
	input := limit.PromptTokens(l.body, facts, c.set.node.models[b.model].Model.Model)
	output, said := facts.MaxOutputTokens()
	if !said && op.Meter != route.EmbeddingsMeter {
		output = int64(c.set.spec.Gateway.LimitStore.Reserve)
	}
	b.input += input
	b.tokens += input + output*facts.Choices()
}

// allowedOf is what may pass to a model from whoever the caller is there.
func (c *call) allowedOf(model string, op *route.Operation) allowed {
	a := allowed{&c.set.node.models[model].Allow, nil}
	d := c.set.node.Decide(c.caller, c.from, model, op.DataAction(), c.server.now())
	if g := c.set.node.grantOf(d); g != nil {
		a[1] = &g.Allow
	}
	return a
}

// checkBatch holds that a batch is of a file whose lines the gateway has seen,
// and that its caller may still do what they do.
func (c *call) checkBatch() *refusal {
	if c.match.Makes != route.Batch {
		return nil
	}
	var op *route.Operation
	for i, all := 0, c.set.table.Operations(); i < len(all); i++ {
		if all[i].Name == c.stored.Endpoint && c.stored.Endpoint != "" {
			op = &all[i]
		}
	}
	said := strings.TrimPrefix(strings.TrimPrefix(c.facts.Endpoint, "/openai"), "/v1")
	switch {
	case op == nil || len(c.facts.Refs) != 1 || c.stored.Model != c.model:
		return blocked("batch_file", "a batch needs a file that was uploaded here in one piece with purpose batch", "input_file_id")
	case said != op.Path:
		return blocked("batch_url", "the endpoint isn't that of the file's lines", "endpoint")
	case !c.mayBatch(c.model, op):
		return denied("grant_missing", c.caller, op.DataAction(), c.operation())
	}
	return nil
}

// batchLine is one line of a file for batches.
type batchLine struct {
	method, url string
	body        []byte
}

// readBatchLine reads a line, strictly: each name once, in the API's letters.
func readBatchLine(line []byte) (l batchLine, ok bool) {
	d := json.NewDecoder(bytes.NewReader(line))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return l, false
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		key, isName := t.(string)
		if err != nil || !isName || seen[strings.ToLower(key)] {
			return l, false
		}
		seen[strings.ToLower(key)] = true
		var to any = &json.RawMessage{}
		switch key {
		case "method":
			to = &l.method
		case "url":
			to = &l.url
		case "body":
			to = (*json.RawMessage)(&l.body)
		case "custom_id":
		default:
			return l, false
		}
		if d.Decode(to) != nil {
			return l, false
		}
	}
	if _, err := d.Token(); err != nil {
		return l, false
	}
	_, err := d.Token()
	return l, err == io.EOF && l.method != "" && l.url != "" && len(l.body) > 0
}

// keepOutputs remembers whose the files are that a batch has written: its
// maker's. It answers false if that isn't possible.
func (c *call) keepOutputs(batch []byte, as Stored) bool {
	if c.match.Stored != route.Batch || c.outcome.status >= 300 || len(batch) > mostList {
		return true
	}
	var made struct {
		Output string `json:"output_file_id"`
		Errors string `json:"error_file_id"`
	}
	_ = json.Unmarshal(batch, &made) // what isn't a batch has made nothing
	for _, id := range []string{made.Output, made.Errors} {
		if id == "" || !route.IsID(id) {
			continue
		}
		if c.server.objects.Put(c.r.Context(), id, as) != nil {
			return false
		}
	}
	return true
}
