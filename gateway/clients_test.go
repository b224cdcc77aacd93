package gateway

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
)

// startDemo runs the demo.
func startDemo(t *testing.T) (d *Demo, address string) {
	t.Helper()
	d, err := NewDemo(freeAddress(t), freeAddress(t), filepath.Join(t.TempDir(), "usage"))
	if err != nil {
		t.Fatal(err)
	}
	d.Options.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	s, err := New(d.Options)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, nil) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return d, s.Address(d.Listener)
}

// The two lines that the demo prints do what it says of them.
func TestDemoLines(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("SKIPPED: there is no curl")
	}
	d, address := startDemo(t)
	for token, want := range map[string]string{d.Allowed: `"object":"chat.completion"`, d.Refused: `"code":"PermissionDenied"`} {
		line := d.Curl(address, token)
		if !strings.Contains(d.Explain(address, "x"), line) {
			t.Error("the line isn't printed")
		}
		got, err := exec.Command("sh", "-c", strings.Replace(line, "curl", curl, 1)).CombinedOutput()
		if err != nil || !bytes.Contains(got, []byte(want)) {
			t.Errorf("%v: %s", err, got)
		}
	}
}

// npm's clients, as they are published, work against the gateway: chat,
// streams, responses, embeddings, models, and errors of the classes that their
// users catch.
func TestNodeClients(t *testing.T) {
	t.Parallel()
	const folder = "testdata/clients"
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("SKIPPED: there is no node")
	}
	if _, err := os.Stat(folder + "/node_modules"); err != nil {
		t.Skip("SKIPPED: npm ci --ignore-scripts --prefix gateway/" + folder)
	}
	d, address := startDemo(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "clients.mjs")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GATEWAY=http://"+address, "ALLOWED="+d.Allowed, "REFUSED="+d.Refused, "NO_PROXY=*", "LANGSMITH_TRACING=false")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	want := map[string]any{
		"openai v1: usage":                true,
		"openai v1: stream without usage": 0.0,
		"openai v1: stream with usage":    1.0,
		"openai v1: responses stored":     "true true 1 NotFoundError",
		"openai v1: another's response":   "NotFoundError 404 404 object_unknown",
		"openai v1: embeddings":           2.0,
		"openai v1: models":               "echo",
		"openai v1: no such model":        "NotFoundError 404 DeploymentNotFound model_unknown",
		"openai v1: no grant":             "AuthenticationError 401 PermissionDenied grant_missing",
		"openai v1: no token":             "AuthenticationError 401 401 token_malformed",
		"openai v1: a key":                "PermissionDeniedError 403 AuthenticationTypeDisabled key_disabled",
		"openai azure: embeddings":        true,
		"openai azure: no such model":     "NotFoundError 404 DeploymentNotFound model_unknown",
		"langchain azure: embeddings":     true,
		"ai-sdk: embeddings":              1.0,
	}
	lines, checks := bufio.NewScanner(bytes.NewReader(out)), 0
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct {
			Name, Error, Stack string
			Got                any
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		checks++
		switch w, listed := want[c.Name]; {
		case c.Error != "":
			t.Errorf("%s: %s\n%s", c.Name, c.Error, c.Stack)
		case listed && c.Got != w:
			t.Errorf("%s: %v, not %v", c.Name, c.Got, w)
		case !listed && !strings.Contains(strings.ToLower(c.Got.(string)), "hello"):
			t.Errorf("%s: %v", c.Name, c.Got)
		}
	}
	if checks < 26 {
		t.Errorf("%d checks\n%s", checks, stderr.String())
	}
}

// fixedToken is a credential as azidentity's are.
type fixedToken string

func (f fixedToken) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(o.Scopes) != 1 || !strings.HasSuffix(o.Scopes[0], "/.default") {
		return azcore.AccessToken{}, errors.New("an odd scope")
	}
	return azcore.AccessToken{Token: string(f), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// OpenAI's client for Go with a token credential, in both forms of the API. Its
// policy sends tokens by TLS only, so the demo gets a front with TLS.
func TestGoClient(t *testing.T) {
	d, address := startDemo(t)
	front := tlsFront(t, address)
	azureOf := func(token string) openai.Client {
		return openai.NewClient(azure.WithEndpoint(front.URL, "2024-10-21"), azure.WithTokenCredential(fixedToken(token)),
			option.WithHTTPClient(front.Client()), option.WithMaxRetries(0))
	}
	v1 := openai.NewClient(option.WithBaseURL("http://"+address+"/openai/v1/"), option.WithAPIKey(d.Allowed), option.WithMaxRetries(0))
	ctx := t.Context()
	params := openai.ChatCompletionNewParams{Model: "echo", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("hello")}}
	for name, c := range map[string]openai.Client{"azure": azureOf(d.Allowed), "v1": v1} {
		got, err := c.Chat.Completions.New(ctx, params)
		if err != nil || !strings.Contains(got.Choices[0].Message.Content, "hello") || got.Usage.TotalTokens == 0 {
			t.Errorf("%s: %v %v", name, got, err)
		}
		stream, text := c.Chat.Completions.NewStreaming(ctx, params), ""
		for stream.Next() {
			if choices := stream.Current().Choices; len(choices) > 0 {
				text += choices[0].Delta.Content
			}
		}
		if stream.Err() != nil || !strings.Contains(text, "hello") {
			t.Errorf("%s: stream %q %v", name, text, stream.Err())
		}
		if e, err := c.Embeddings.New(ctx, openai.EmbeddingNewParams{Model: "echo", Input: openai.EmbeddingNewParamsInputUnion{OfString: openai.String("a")}}); err != nil || len(e.Data) != 1 {
			t.Errorf("%s: embeddings %v %v", name, e, err)
		}
		params := params
		params.Model = "other"
		var refused *openai.Error
		if _, err := c.Chat.Completions.New(ctx, params); !errors.As(err, &refused) || refused.StatusCode != 404 || refused.Code != "DeploymentNotFound" {
			t.Errorf("%s: no such model: %v", name, err)
		}
	}
	if got, err := v1.Responses.New(ctx, responses.ResponseNewParams{Model: "echo", Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("hello")}}); err != nil || !strings.Contains(got.OutputText(), "hello") {
		t.Errorf("responses: %v %v", got, err)
	}
	var refused *openai.Error
	stranger := azureOf(d.Refused)
	if _, err := stranger.Chat.Completions.New(ctx, params); !errors.As(err, &refused) || refused.StatusCode != http.StatusUnauthorized || refused.Code != "PermissionDenied" {
		t.Errorf("no grant: %v", err)
	}
}
