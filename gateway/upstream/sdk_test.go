package upstream

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"

	"palisade/gateway/route"
)

// direct lets a client call the echo model without a gateway in between.
func direct(t *testing.T) http.HandlerFunc {
	p := echoPools(t)
	return func(w http.ResponseWriter, r *http.Request) {
		m, refusal := table.Match(r)
		if refusal != nil {
			refusal.Write(w)
			return
		}
		o := &Outgoing{Match: &m, Model: "gpt", Header: r.Header}
		if r.ContentLength > 0 {
			body, err := route.ReadBody(r.Body, r.ContentLength, 1<<20)
			if err != nil {
				t.Error(err)
				return
			}
			defer body.Release()
			o.Facts = &route.Facts{}
			if refusal := route.Scan(body.Bytes, o.Facts); refusal != nil {
				refusal.Write(w)
				return
			}
			o.Payload = &route.JSON{Body: body, Facts: o.Facts}
		}
		resp, _, err := p.Do(r.Context(), o)
		if err != nil {
			t.Error(err)
			return
		}
		defer resp.Body.Close()
		maps.Copy(w.Header(), resp.Header)
		w.WriteHeader(resp.StatusCode)
		io.Copy(w, resp.Body)
	}
}

// TestEchoWithOpenAIGo holds that OpenAI's own client for Go understands the
// echo model.
func TestEchoWithOpenAIGo(t *testing.T) {
	s := httptest.NewServer(direct(t))
	defer s.Close()
	c := openai.NewClient(option.WithBaseURL(s.URL+"/openai/v1/"), option.WithAPIKey("none"), option.WithMaxRetries(0))
	ctx := t.Context()
	ask := openai.ChatCompletionNewParams{Model: "gpt", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("one two three")}}
	chat, err := c.Chat.Completions.New(ctx, ask)
	if err != nil || chat.Choices[0].Message.Content != "one two three" || chat.Usage.TotalTokens == 0 {
		t.Errorf("%v %+v", err, chat)
	}
	ask.StreamOptions.IncludeUsage = openai.Bool(true)
	stream, sum := c.Chat.Completions.NewStreaming(ctx, ask), openai.ChatCompletionAccumulator{}
	for stream.Next() {
		sum.AddChunk(stream.Current())
	}
	if stream.Err() != nil || len(sum.Choices) == 0 || sum.Choices[0].Message.Content != "one two three" || sum.Usage.TotalTokens != chat.Usage.TotalTokens {
		t.Errorf("%v %d choices", stream.Err(), len(sum.Choices))
	}
	vectors, err := c.Embeddings.New(ctx, openai.EmbeddingNewParams{Model: "gpt", Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a", "b"}}, Dimensions: openai.Int(16)})
	if err != nil || len(vectors.Data) != 2 || len(vectors.Data[1].Embedding) != 16 {
		t.Errorf("%v %+v", err, vectors)
	}
	input := responses.ResponseNewParamsInputUnion{OfString: openai.String("hi there")}
	made, err := c.Responses.New(ctx, responses.ResponseNewParams{Model: "gpt", Input: input})
	if err != nil || made.OutputText() != "hi there" {
		t.Fatalf("%v %+v", err, made)
	}
	again, err := c.Responses.Get(ctx, made.ID, responses.ResponseGetParams{})
	if err != nil || again.OutputText() != "hi there" {
		t.Errorf("%v %+v", err, again)
	}
	items, err := c.Responses.InputItems.List(ctx, made.ID, responses.InputItemListParams{})
	if err != nil || len(items.Data) != 1 {
		t.Errorf("%v %+v", err, items)
	}
	events, text := c.Responses.NewStreaming(ctx, responses.ResponseNewParams{Model: "gpt", Input: input}), ""
	for events.Next() {
		if e := events.Current(); e.Type == "response.output_text.delta" {
			text += e.Delta
		}
	}
	if events.Err() != nil || text != "hi there" {
		t.Errorf("%v %q", events.Err(), text)
	}
	_, err = c.Images.Generate(ctx, openai.ImageGenerateParams{Model: "gpt", Prompt: "x"})
	if e, ok := errors.AsType[*openai.Error](err); !ok || e.Code != "OperationNotSupported" || e.StatusCode != http.StatusBadRequest {
		t.Error(err)
	}
}
