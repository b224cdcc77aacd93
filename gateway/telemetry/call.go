package telemetry

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
)

// Providers, as the conventions name them.
const (
	AzureOpenAI = "azure.ai.openai"
	OpenAI      = "openai" // anything else that speaks its API
)

// Call is a finished call or refusal. Names come from the configuration and
// from tables, never from callers, so that their number is bounded.
type Call struct {
	Trace         Trace
	ID            string // of the usage record, to find it by
	Operation     string // of the route's table, such as chat.completions.create
	Provider      string // AzureOpenAI if empty
	Model         string // as configured; empty if it isn't known
	ResponseModel string // as the upstream says
	Host          string // of the upstream; empty for a refusal
	Port          int
	Began, Ended  time.Time
	FirstByte     time.Duration // until the answer began; 0 if none came
	Stream        bool
	Status        int    // of the answer; 0 if there was none
	Reason        string // why it was refused or broke off, as in x-palisade-reason
	UsageKnown    bool   // the upstream said what was used
	InputTokens   int64
	CachedTokens  int64 // of InputTokens
	OutputTokens  int64
}

// operationNames are the conventions' words for operations. Others keep the
// name that they have here.
var operationNames = map[string]string{
	"chat.completions.create": "chat",
	"responses.create":        "chat",
	"completions.create":      "text_completion",
	"embeddings.create":       "embeddings",
	"vector_stores.search":    "retrieval",
	"images.generate":         "generate_content",
	"images.edit":             "generate_content",
	"threads.create_and_run":  "invoke_agent",
	"threads.runs.create":     "invoke_agent",
}

const maxName = 256 // bytes of a name that an upstream chose

func (c *Call) operation() string {
	if name, ok := operationNames[c.Operation]; ok {
		return name
	}
	return c.Operation
}

func (c *Call) provider() string {
	if c.Provider == "" {
		return AzureOpenAI
	}
	return c.Provider
}

func (c *Call) responseModel() string { return c.ResponseModel[:min(len(c.ResponseModel), maxName)] }

// spanName is {operation} {model}.
func (c *Call) spanName() string {
	if c.Model == "" {
		return c.operation()
	}
	return c.operation() + " " + c.Model
}

// errorType is why the call failed, empty if it didn't.
func (c *Call) errorType() string {
	switch {
	case c.Reason != "":
		return c.Reason
	case c.Status == 0:
		return "no_answer"
	case c.Status >= 400 && c.Status < 600:
		return statusText[c.Status-400]
	case c.Status >= 600:
		return "_OTHER"
	}
	return ""
}

// statusText are the statuses from 400 to 599, so that none is made anew.
var statusText = func() (texts [200]string) {
	for i := range texts {
		n := 400 + i
		texts[i] = string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
	}
	return texts
}()

// common are the attributes that spans and metrics share.
func (c *Call) common(a []attribute.KeyValue) []attribute.KeyValue {
	a = append(a, attribute.String("gen_ai.operation.name", c.operation()), attribute.String("gen_ai.provider.name", c.provider()))
	if c.Model != "" {
		a = append(a, attribute.String("gen_ai.request.model", c.Model))
	}
	if c.ResponseModel != "" {
		a = append(a, attribute.String("gen_ai.response.model", c.responseModel()))
	}
	if c.Host != "" {
		a = append(a, attribute.String("server.address", c.Host), attribute.Int("server.port", c.Port))
	}
	return a
}

// span are the attributes of a span.
func (c *Call) span() []attribute.KeyValue {
	a := c.common(make([]attribute.KeyValue, 0, 16))
	if e := c.errorType(); e != "" {
		a = append(a, attribute.String("error.type", e))
	}
	if c.UsageKnown {
		a = append(a, attribute.Int64("gen_ai.usage.input_tokens", c.InputTokens), attribute.Int64("gen_ai.usage.output_tokens", c.OutputTokens))
		if c.CachedTokens > 0 {
			a = append(a, attribute.Int64("gen_ai.usage.cache_read.input_tokens", c.CachedTokens))
		}
	}
	if c.Stream {
		a = append(a, attribute.Bool("gen_ai.request.stream", true))
		if c.FirstByte > 0 {
			a = append(a, attribute.Float64("gen_ai.response.time_to_first_chunk", c.FirstByte.Seconds()))
		}
	}
	if c.Status > 0 {
		a = append(a, attribute.Int("http.response.status_code", c.Status))
	}
	return append(a, attribute.String("palisade.call.id", c.ID))
}
