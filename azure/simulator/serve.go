package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxBody is Resource Manager's limit for a request.
const maxBody = 4 << 20

// query is one request, read.
type query struct {
	method  string
	path    string
	vars    map[string]string
	version string
	body    object
	by      string // object id of the caller
	url     *http.Request
}

func (q *query) scope() string { return q.vars["scope"] }

// answer is what a request is answered with; a nil body is none.
type answer struct {
	status int
	body   any
	header map[string]string
}

func (s *Simulator) serve(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(text) > maxBody {
		write(w, failed(failf(http.StatusRequestEntityTooLarge, "RequestContentTooLarge", "The request content size exceeds the maximum of 4 MB.")))
		return
	}
	a, gone := s.handle(r, text)
	if gone {
		panic(http.ErrAbortHandler) // ends the connection
	}
	write(w, a)
}

// handle carries out one request at a time; gone is set where the connection
// ends without an answer.
func (s *Simulator) handle(r *http.Request, text []byte) (_ answer, gone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	s.clock.advance(40 * time.Millisecond)
	if s.cut() || s.chance(s.options.Faults.Reset) {
		return answer{}, true
	}
	fault := s.requestFault()
	s.catchUp()
	if fault != nil {
		return failed(fault), false
	}
	a, isLogin := s.login(r, text)
	if !isLogin {
		a = s.route(r, text)
	}
	s.hurry(&a)
	s.log = append(s.log, fmt.Sprintf("%s %s %s %d", s.now.Format(time.TimeOnly), r.Method, r.URL.Path, a.status))
	return a, s.chance(s.options.Faults.Lost)
}

// hurry lets the virtual time pass for which a client is told to wait, and has
// it come back at once (azcore, "Retry-After-Ms").
func (s *Simulator) hurry(a *answer) {
	seconds, err := strconv.Atoi(a.header["Retry-After"])
	if err != nil || !s.options.Hurry {
		return
	}
	s.clock.advance(time.Duration(seconds) * time.Second)
	delete(a.header, "Retry-After")
	a.header["Retry-After-Ms"] = "20"
}

// Log lists the requests that were carried out: time, method, path, status.
func (s *Simulator) Log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.log...)
}

func (s *Simulator) route(r *http.Request, text []byte) answer {
	by, fault := caller(r)
	if fault != nil {
		return failed(fault)
	}
	q := &query{method: r.Method, path: r.URL.Path, by: by, version: r.URL.Query().Get("api-version"), url: r}
	if q.version == "" {
		return failed(failf(http.StatusBadRequest, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests."))
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &q.body); err != nil {
			return failed(failf(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid and could not be deserialized: '%v'.", err))
		}
	}
	if parts := strings.Split(q.path, "/"); len(parts) > 2 && strings.EqualFold(parts[1], "subscriptions") && !s.hasSubscription(parts[2]) {
		return failed(failf(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", parts[2]))
	}
	for _, one := range s.routes {
		if vars, ok := match(one.pattern, q.path); ok && one.method == q.method {
			q.vars = vars
			return one.do(s, q)
		}
	}
	return s.generic(q)
}

// hasSubscription reports whether the subscription is the simulator's, or that
// of something that was seeded.
func (s *Simulator) hasSubscription(id string) bool {
	if strings.EqualFold(id, s.options.Subscription) {
		return true
	}
	for _, key := range s.keys {
		if strings.EqualFold(s.resources[key].subscription, id) {
			return true
		}
	}
	return false
}

func failed(f *Failure) answer {
	a := answer{status: f.Status, body: object{"error": f.object()}}
	if f.RetryAfter > 0 {
		a.header = map[string]string{"Retry-After": strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds())))}
	}
	return a
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

func list(items []any) answer {
	if items == nil {
		items = []any{}
	}
	return ok(object{"value": items})
}

func write(w http.ResponseWriter, a answer) {
	for name, v := range a.header {
		w.Header().Set(name, v)
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a.body) // the client may be gone
}

func lower(s string) string { return strings.ToLower(s) }
