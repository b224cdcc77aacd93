package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// load are the clients of one gateway.
type load struct {
	url     string
	client  *http.Client
	issuer  *issuer
	ledger  *ledger
	numbers *atomic.Int64 // of calls
}

func newLoad(listen string, i *issuer, l *ledger, numbers *atomic.Int64) *load {
	return &load{url: "http://" + listen, issuer: i, ledger: l, numbers: numbers, client: &http.Client{
		Timeout:   60 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true, ResponseHeaderTimeout: 45 * time.Second},
	}}
}

// run has so many clients make about rate calls in a second, until the context
// ends. Calls that have begun go on to their end.
func (l *load) run(ctx context.Context, clients int, rate float64) {
	var wait sync.WaitGroup
	think := time.Duration(float64(clients) / rate * float64(time.Second))
	for range clients {
		wait.Go(func() {
			c := &caller{load: l}
			for ctx.Err() == nil {
				c.one()
				select {
				case <-ctx.Done():
				case <-time.After(time.Duration(rand.Int64N(int64(2*think) + 1))):
				}
			}
		})
	}
	wait.Wait()
}

// caller is a client, with its token.
type caller struct {
	*load
	id, token string
	careful   bool // its tokens are signed with a key that the gateway has read
}

// freshen gets another token now and then; a gateway sees known and new ones.
func (c *caller) freshen() {
	if c.token == "" || rand.IntN(3) == 0 {
		c.id = fmt.Sprint("token-", c.numbers.Add(1))
		c.token = c.issuer.token(c.id, !c.careful)
	}
}

// one makes a call of a random kind.
func (c *caller) one() {
	c.freshen()
	s := script{call: c.numbers.Add(1), model: plainModel, prompt: 1 + rand.Int64N(10), output: 1 + rand.Int64N(40), delay: time.Duration(rand.IntN(60)) * time.Millisecond, most: 40}
	switch dice := rand.IntN(100); {
	case dice < 30:
		c.send(&s)
	case dice < 45:
		s.stream, s.usage = true, dice%2 == 0
		c.send(&s)
	case dice < 55:
		s.model, s.delay = cappedModel, s.delay/3
		if dice%2 == 0 {
			s.most = 0
		}
		c.send(&s)
	case dice < 68:
		s.model = narrowModel
		s.stream = dice%2 == 0
		c.send(&s)
	case dice < 71:
		s.pad = 100 << 10
		c.send(&s)
	case dice < 73:
		s.output, s.most = 20000, 20000
		c.send(&s)
	case dice < 79:
		c.wrong(&s)
	case dice < 84:
		c.leaveInBody(&s)
	case dice < 92:
		s.stream = dice%2 == 0
		c.leaveAnywhere(&s)
	default:
		s.stream, s.delay = true, 10*s.delay
		c.leaveInStream(&s)
	}
}

const chatPath = "/openai/v1/chat/completions"

func (c *caller) request(ctx context.Context, path string, body io.Reader, token string) *http.Request {
	r, err := http.NewRequestWithContext(ctx, "POST", c.url+path, body)
	if err != nil {
		panic(err) // a mistake in the soak itself
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

// send makes a call and reads all of the answer.
func (c *caller) send(s *script) {
	e := c.entry(s)
	resp, err := c.client.Do(c.request(context.Background(), chatPath, bytes.NewReader(s.body()), c.token))
	c.finish(s, e, resp, err, nil)
}

func (c *caller) entry(s *script) entry {
	return entry{call: s.call, token: c.id, model: s.model, prompt: s.prompt, output: s.output}
}

// wrong makes a call that has to be refused.
func (c *caller) wrong(s *script) {
	e, path, token, body := c.entry(s), chatPath, c.token, string(s.body())
	e.wrong = true
	switch rand.IntN(8) {
	case 0:
		e.token, token = "", ""
	case 1:
		e.token, token = "", token+"AAAA"
	case 2:
		e.token, token = "", strings.Replace(token, ".", ".A", 1)
	case 3:
		body = `{"model":"other",` + body[1:]
	case 4:
		body = strings.Replace(body, `"model"`, `"Model"`, 1)
	case 5:
		path = "/openai/v1/%2e%2e/v1/chat/completions"
	case 6:
		path = "/openai/v1//chat/completions"
	default:
		body = strings.Replace(body, plainModel, "nobody-has-this", 1)
	}
	resp, err := c.client.Do(c.request(context.Background(), path, strings.NewReader(body), token))
	c.finish(s, e, resp, err, nil)
}

// leaveInBody hangs up before all of the body is sent.
func (c *caller) leaveInBody(s *script) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(1+rand.IntN(30))*time.Millisecond)
	defer cancel()
	body := s.body()
	half := io.MultiReader(bytes.NewReader(body[:len(body)/2]), waiting{ctx})
	r := c.request(ctx, chatPath, half, c.token)
	if rand.IntN(2) == 0 {
		r.ContentLength = int64(len(body))
	}
	e := c.entry(s)
	e.wrong = true
	resp, err := c.client.Do(r)
	c.finish(s, e, resp, err, ctx)
}

// waiting is a body that doesn't come.
type waiting struct{ ctx context.Context }

// Read implements io.Reader.
func (w waiting) Read([]byte) (int, error) {
	<-w.ctx.Done()
	return 0, w.ctx.Err()
}

// leaveAnywhere hangs up at a random moment.
func (c *caller) leaveAnywhere(s *script) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.Int64N(int64(60*time.Millisecond))))
	defer cancel()
	e := c.entry(s)
	resp, err := c.client.Do(c.request(ctx, chatPath, bytes.NewReader(s.body()), c.token))
	c.finish(s, e, resp, err, ctx)
}

// leaveInStream hangs up when the stream has begun.
func (c *caller) leaveInStream(s *script) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e := c.entry(s)
	resp, err := c.client.Do(c.request(ctx, chatPath, bytes.NewReader(s.body()), c.token))
	if err == nil {
		time.AfterFunc(time.Duration(rand.Int64N(int64(s.delay)+1)), cancel)
	}
	c.finish(s, e, resp, err, ctx)
}

// finish reads an answer, judges it and notes the call. hungUp is the context
// of a client that may hang up, or nil.
func (c *caller) finish(s *script, e entry, resp *http.Response, err error, hungUp context.Context) {
	if err != nil {
		c.ledger.add(e, "")
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	e.status, e.reason, e.record = resp.StatusCode, resp.Header.Get("X-Palisade-Reason"), resp.Header.Get("X-Palisade-Record")
	switch {
	case err == nil:
		e.end = whole
	case hungUp != nil && hungUp.Err() != nil:
		e.end = left
	default:
		e.end = broken
	}
	c.ledger.add(e, judge(s, &e, resp, string(body)))
}

// judge says what is wrong with an answer, or "".
func judge(s *script, e *entry, resp *http.Response, body string) string {
	switch {
	case e.record == "":
		return fmt.Sprintf("an answer (%d %s) names no record", e.status, e.reason)
	case e.wrong && e.status < 400:
		return "a call passed that has to be refused"
	case e.reason != "":
		return judgeRefusal(e, resp, body)
	case e.status >= 400 && (body == mockError(e.status) || e.end != whole):
		return ""
	case e.status != http.StatusOK:
		return fmt.Sprintf("an answer of %d is neither the mock's nor a refusal: %.200q", e.status, body)
	case e.end == whole && body != s.whole():
		return fmt.Sprintf("an answer of %d bytes, a stream: %t, isn't the mock's %d", len(body), s.stream, len(s.whole()))
	case !strings.HasPrefix(s.whole(), body):
		return "the start of a broken answer isn't the mock's"
	}
	return ""
}

func judgeRefusal(e *entry, resp *http.Response, body string) string {
	if e.end != whole {
		return ""
	}
	var azure struct {
		Error struct{ Code, Message string }
	}
	err := json.Unmarshal([]byte(body), &azure)
	if err == nil && (azure.Error.Code == "" || azure.Error.Message == "") {
		err = errors.New("no code or message")
	}
	switch {
	case e.status < 400:
		return fmt.Sprintf("a refusal (%s) has status %d", e.reason, e.status)
	case err != nil || resp.Header.Get("Content-Type") != "application/json":
		return fmt.Sprintf("a refusal (%d %s) isn't in Azure's shape", e.status, e.reason)
	case e.status == http.StatusTooManyRequests && strings.HasPrefix(e.reason, "limit_") && resp.Header.Get("Retry-After") == "":
		return fmt.Sprintf("a refusal (%s) has no Retry-After", e.reason)
	case e.status == http.StatusInternalServerError:
		return fmt.Sprintf("the gateway made a mistake: %s", e.reason)
	}
	return ""
}
