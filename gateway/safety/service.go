package safety

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Operations of the service. Prompt Shields:
// learn.microsoft.com/rest/api/contentsafety/text-operations/shield-prompt.
// Groundedness detection is a preview:
// learn.microsoft.com/azure/ai-services/content-safety/quickstart-groundedness.
const (
	shieldPath = "/contentsafety/text:shieldPrompt?api-version=2024-09-01"
	groundPath = "/contentsafety/text:detectGroundedness?api-version=2024-09-15-preview"
	maxReply   = 64 << 10 // bytes
)

var (
	errBusy  = errors.New("content safety has too many calls")
	errReply = errors.New("content safety's answer isn't understood")
)

// service is the resource that is asked.
type service struct {
	url, scope string
	credential azcore.TokenCredential
	client     *http.Client
	slots      chan struct{}
}

type shieldQuestion struct {
	Prompt    string   `json:"userPrompt"`
	Documents []string `json:"documents"`
}

type attack struct {
	Detected *bool `json:"attackDetected"`
}

type shieldReply struct {
	Prompt    *attack  `json:"userPromptAnalysis"`
	Documents []attack `json:"documentsAnalysis"`
}

// shield asks about all texts, and stops at the first attack.
func (s *service) shield(ctx context.Context, t Texts, r *Result) error {
	questions := shieldQuestions(t)
	if len(questions) > maxAsks {
		return ErrTooLong
	}
	return s.all(ctx, len(questions), r, func(ctx context.Context, i int, r *Result) error {
		var reply shieldReply
		if err := s.post(ctx, shieldPath, questions[i], &reply); err != nil {
			return err
		}
		return reply.judge(questions[i], r)
	})
}

// shieldQuestions pairs pieces of the prompt with groups of documents.
func shieldQuestions(t Texts) []shieldQuestion {
	var prompts []string
	if len(t.Prompts) > 0 {
		prompts = split(strings.Join(t.Prompts, "\n\n"), maxPrompt, overlap)
	}
	groups := packed(t.Documents)
	questions := make([]shieldQuestion, max(len(prompts), len(groups)))
	for i := range questions {
		questions[i].Documents = []string{}
		if i < len(prompts) {
			questions[i].Prompt = prompts[i]
		}
		if i < len(groups) {
			questions[i].Documents = groups[i]
		}
	}
	return questions
}

// judge takes a reply only if it says something about all that was asked.
func (x *shieldReply) judge(q shieldQuestion, r *Result) error {
	if q.Prompt != "" && (x.Prompt == nil || x.Prompt.Detected == nil) || len(x.Documents) != len(q.Documents) {
		return errReply
	}
	r.AttackInPrompt = q.Prompt != "" && *x.Prompt.Detected
	for _, d := range x.Documents {
		if d.Detected == nil {
			return errReply
		}
		r.AttackInDocuments = r.AttackInDocuments || *d.Detected
	}
	return nil
}

type groundQuestion struct {
	Domain    string   `json:"domain"`
	Task      string   `json:"task"`
	QnA       *query   `json:"qna,omitempty"`
	Text      string   `json:"text"`
	Sources   []string `json:"groundingSources"`
	Reasoning bool     `json:"reasoning"`
}

type query struct {
	Query string `json:"query"`
}

type groundReply struct {
	Detected *bool `json:"ungroundedDetected"`
}

// ground asks whether the documents support an answer. All of them have to fit
// into one question: a part of them would support less.
func (s *service) ground(ctx context.Context, t Texts, answer string, r *Result) error {
	size := 0
	for _, d := range t.Documents {
		size += characters(d)
	}
	pieces := split(answer, maxAnswer, 0)
	if size > maxSources || len(pieces) > maxAsks {
		return ErrTooLong
	}
	q := groundQuestion{Domain: "Generic", Task: "Summarization", Sources: t.Documents}
	if n := len(t.Prompts); n > 0 {
		last := t.Prompts[n-1]
		q.Task, q.QnA = "QnA", &query{last[:cut(last, maxAnswer)]}
	}
	return s.all(ctx, len(pieces), r, func(ctx context.Context, i int, r *Result) error {
		q, reply := q, groundReply{}
		q.Text = pieces[i]
		if err := s.post(ctx, groundPath, q, &reply); err != nil {
			return err
		}
		if reply.Detected == nil {
			return errReply
		}
		r.Ungrounded = *reply.Detected
		return nil
	})
}

// all asks n questions, a few at a time, and puts together what they say. It
// stops at the first that finds something, and at the first that fails.
func (s *service) all(ctx context.Context, n int, r *Result, ask func(context.Context, int, *Result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		mu    sync.Mutex
		group sync.WaitGroup
		first error
		next  int
	)
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1, next <= n && ctx.Err() == nil
	}
	settle := func(one Result, err error) {
		mu.Lock()
		defer mu.Unlock()
		r.Asked++
		r.AttackInPrompt = r.AttackInPrompt || one.AttackInPrompt
		r.AttackInDocuments = r.AttackInDocuments || one.AttackInDocuments
		r.Ungrounded = r.Ungrounded || one.Ungrounded
		if err != nil && first == nil {
			first = err
		}
		if err != nil || one.AttackInPrompt || one.AttackInDocuments || one.Ungrounded {
			cancel()
		}
	}
	for range min(n, perCheck) {
		group.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				var one Result
				err := ask(ctx, i, &one)
				settle(one, err)
			}
		})
	}
	group.Wait()
	if first == nil && r.Asked < n {
		return ctx.Err() // the deadline passed before all were asked, or something was found
	}
	return first
}

// post asks one question.
func (s *service) post(ctx context.Context, path string, question, reply any) error {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	request, err := s.request(ctx, path, question)
	if err != nil {
		return err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return read(response, reply)
}

func (s *service) request(ctx context.Context, path string, question any) (*http.Request, error) {
	body, err := json.Marshal(question)
	if err != nil {
		return nil, err
	}
	token, err := s.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{s.scope}})
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("getting a token for content safety: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token.Token)
	request.Header.Set("Content-Type", "application/json")
	return request, nil
}

// read takes a reply of status 200 in JSON.
func read(response *http.Response, reply any) error {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxReply))
	switch {
	case response.StatusCode == http.StatusTooManyRequests:
		return errBusy
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("content safety answered with status %d", response.StatusCode)
	case err != nil:
		return err
	case json.Unmarshal(body, reply) != nil:
		return errReply
	}
	return nil
}
