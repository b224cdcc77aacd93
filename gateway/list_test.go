package gateway

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// archive is an upstream that keeps files and lists them by pages, as the API
// says.
type archive struct {
	*backend
	files []archived
	most  int // on a page
}

type archived struct {
	ID        string `json:"id"`
	CreatedAt int64  `json:"created_at"`
	Purpose   string `json:"purpose"`
}

func newArchive(t testing.TB, b *backend) *archive {
	a := &archive{backend: b, most: 10}
	b.answers(a.list)
	return a
}

func (a *archive) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	files := slices.Clone(a.files)
	slices.SortStableFunc(files, func(x, y archived) int {
		if q.Get("order") == "asc" {
			return cmp.Compare(x.CreatedAt, y.CreatedAt)
		}
		return cmp.Compare(y.CreatedAt, x.CreatedAt)
	})
	files = slices.DeleteFunc(files, func(f archived) bool { return q.Get("purpose") != "" && f.Purpose != q.Get("purpose") })
	if after := q.Get("after"); after != "" {
		files = files[1+slices.IndexFunc(files, func(f archived) bool { return f.ID == after }):]
	}
	limit, _ := strconv.Atoi(q.Get("limit"))
	n := min(len(files), a.most, limit)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": files[:n], "has_more": n < len(files)})
}

// listed is the answer to a list.
type listed struct {
	Data    []archived `json:"data"`
	FirstID string     `json:"first_id"`
	LastID  string     `json:"last_id"`
	HasMore bool       `json:"has_more"`
}

func (r *running) list(query string) listed {
	r.t.Helper()
	a := r.call("GET", "/openai/v1/files?"+query, r.service(), "")
	var l listed
	if err := json.Unmarshal([]byte(a.body), &l); a.status != 200 || err != nil {
		r.t.Fatalf("%s: %d %s", query, a.status, a.body)
	}
	return l
}

// threePlaces is a gateway whose caller may use two models, at three places.
func threePlaces(t *testing.T) (*running, []*archive) {
	second, third := newBackend(t), newBackend(t)
	r := start(t, `/v1"}]`, `/v1"}, {kind: openai, url: "`+second.URL+`/v1"}]`,
		"{model}", "  other:\n    upstreams: [{kind: openai, url: \""+third.URL+"/v1\"}]\n  closed:\n    upstreams: [{kind: openai, url: \"http://127.0.0.1:1/v1\"}]",
		"models: [gpt]", "models: [gpt, other]")
	return r, []*archive{newArchive(t, r.backend), newArchive(t, second), newArchive(t, third)}
}

// fill puts files at all places, of which the caller owns some, and answers with
// those, the newest first.
func fill(r *running, places []*archive, n int, random *rand.Rand) (own []archived) {
	r.t.Helper()
	made := random.Perm(n * len(places))
	for p, a := range places {
		for i := range n {
			f := archived{ID: fmt.Sprintf("file-%d-%d", p, i), CreatedAt: int64(1_760_000_000 + made[p*n+i]), Purpose: []string{"batch", "assistants"}[random.IntN(2)]}
			a.files = append(a.files, f)
			switch random.IntN(3) {
			case 0:
				own = append(own, f)
				r.ownsAt(f.ID, strings.TrimPrefix(a.URL, "http://")+"/v1", r.serviceID())
			case 1:
				r.ownsAt(f.ID, strings.TrimPrefix(a.URL, "http://")+"/v1", "entra:somebody/else")
			}
		}
	}
	slices.SortFunc(own, func(x, y archived) int { return cmp.Compare(y.CreatedAt, x.CreatedAt) })
	return own
}

func (r *running) ownsAt(id, place, owner string) {
	r.t.Helper()
	if err := r.objects.Put(context.Background(), id, Stored{Owner: owner, Model: "gpt", Upstream: place}); err != nil {
		r.t.Fatal(err)
	}
}

// TestListsOfAllPlaces holds that a caller who goes through a list, part by part,
// sees each thing of its own once, in order, wherever it is kept, and nothing of
// others.
func TestListsOfAllPlaces(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	r, places := threePlaces(t)
	own := fill(r, places, 40, random)
	oldest := slices.Clone(own)
	slices.Reverse(oldest)
	batch := slices.DeleteFunc(slices.Clone(own), func(f archived) bool { return f.Purpose != "batch" })
	for name, c := range map[string]struct {
		query string
		want  []archived
	}{
		"newest first": {"", own},
		"oldest first": {"order=asc", oldest},
		"of a kind":    {"purpose=batch&order=desc", batch},
	} {
		for _, limit := range []int{1, 7, 100} {
			if got := goThrough(r, c.query, limit); !slices.Equal(got, c.want) {
				t.Errorf("%s, by %d:\n%v, not\n%v", name, limit, got, c.want)
			}
		}
	}
	if l := r.list(""); len(l.Data) != len(own) || l.HasMore || l.FirstID != own[0].ID || l.LastID != own[len(own)-1].ID {
		t.Errorf("without a limit: %d of %d, %v", len(l.Data), len(own), l.HasMore)
	}
	if l := r.list("limit=3&before=" + own[10].ID); !slices.Equal(l.Data, own[7:10]) || !l.HasMore {
		t.Errorf("before a thing: %v, not %v", l.Data, own[7:10])
	}
	if l := r.list("limit=3&after=" + own[4].ID + "&before=" + own[7].ID); !slices.Equal(l.Data, own[5:7]) || l.HasMore {
		t.Errorf("between two things: %v, not %v", l.Data, own[5:7])
	}
}

func goThrough(r *running, query string, limit int) (all []archived) {
	for after := ""; ; {
		q := fmt.Sprintf("%s&limit=%d", query, limit)
		if after != "" {
			q += "&after=" + url.QueryEscape(after)
		}
		l := r.list(strings.TrimPrefix(q, "&"))
		all = append(all, l.Data...)
		if len(l.Data) > limit || !l.HasMore || len(l.Data) == 0 {
			return all
		}
		after = l.LastID
	}
}

// The header that names a model has only its places looked at.
func TestListOfOneModel(t *testing.T) {
	t.Parallel()
	r, places := threePlaces(t)
	own := fill(r, places, 20, rand.New(rand.NewPCG(3, 4)))
	own = slices.DeleteFunc(own, func(f archived) bool { return !strings.HasPrefix(f.ID, "file-2-") })
	list := func(query string) listed {
		req, _ := http.NewRequest("GET", r.url+"/openai/v1/files?"+query, nil)
		req.Header.Set("Authorization", "Bearer "+r.service())
		req.Header.Set(modelHeader, "other")
		var l listed
		if a := r.do(req); json.Unmarshal([]byte(a.body), &l) != nil || a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		return l
	}
	if l := list(""); !slices.Equal(l.Data, own) {
		t.Errorf("%v, not %v", l.Data, own)
	}
	if l := list("limit=2&after=" + own[1].ID); !slices.Equal(l.Data, own[2:4]) || !l.HasMore {
		t.Errorf("%v, not %v", l.Data, own[2:4])
	}
	if n := places[0].count() + places[1].count(); n != 0 {
		t.Errorf("%d calls to other places", n)
	}
	// One place knows what is behind a thing that has been deleted.
	r.objects.Delete(context.Background(), own[1].ID)
	if l := list("limit=2&after=" + own[1].ID); !slices.Equal(l.Data, own[2:4]) {
		t.Errorf("%v, not %v", l.Data, own[2:4])
	}
}

// A part is asked for by one's own things.
func TestListBehindAnothersThing(t *testing.T) {
	t.Parallel()
	r, places := threePlaces(t)
	fill(r, places, 5, rand.New(rand.NewPCG(5, 6)))
	r.ownsAt("file-others", "x", "entra:somebody/else")
	for _, query := range []string{"after=file-others", "before=file-others", "after=file-unknown"} {
		if a := r.call("GET", "/openai/v1/files?"+query, r.service(), ""); a.status != 404 || a.reason() != "object_unknown" {
			t.Errorf("%s: %d %s", query, a.status, a.reason())
		}
	}
	for _, query := range []string{"limit=0", "limit=10001", "limit=x", "order=up", "after=a/b", "before=%20"} {
		if a := r.call("GET", "/openai/v1/files?"+query, r.service(), ""); a.status != 400 || a.reason() != "query_malformed" {
			t.Errorf("%s: %d %s", query, a.status, a.reason())
		}
	}
	if n := places[0].count() + places[1].count() + places[2].count(); n != 0 {
		t.Errorf("%d calls to upstreams", n)
	}
}

// A list is whole or there is none: a place that can't be asked isn't left out.
func TestListWhereAPlaceFails(t *testing.T) {
	t.Parallel()
	r, places := threePlaces(t)
	own := fill(r, places, 5, rand.New(rand.NewPCG(7, 8)))
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			fmt.Fprintf(w, `{"error":{"code":"%d","message":"no"}}`, code)
		}
	}
	get := func() answered { return r.call("GET", "/openai/v1/files", r.service(), "") }
	places[2].answers(status(400))
	if a := get(); a.status != 400 || !strings.Contains(a.body, `"message":"no"`) {
		t.Errorf("refused by one: %d %s", a.status, a.body)
	}
	places[2].answers(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"data":[{"id":7}]}`)) })
	if a := get(); a.status != 502 || a.reason() != "upstream_broken" {
		t.Errorf("not a list: %d %s", a.status, a.body)
	}
	// Where there are no files there are none of the caller's.
	places[2].answers(status(404))
	own = slices.DeleteFunc(own, func(f archived) bool { return strings.HasPrefix(f.ID, "file-2-") })
	if l := r.list(""); !slices.Equal(l.Data, own) {
		t.Errorf("%v, not %v", l.Data, own)
	}
	places[0].answers(status(404))
	places[1].answers(status(404))
	if a := get(); a.status != 404 {
		t.Errorf("nowhere: %d %s", a.status, a.body)
	}
}

// An upstream that takes no notice of where a page is to begin gives all it has;
// what stands before that isn't given again.
func TestListWithoutPages(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`{"data":[{"id":"file-1","created_at":3},{"id":"file-2","created_at":2},{"id":"file-3","created_at":1}]}`))
	})
	for _, id := range []string{"file-1", "file-2", "file-3"} {
		r.owns(id, Stored{})
	}
	if l := r.list("limit=2"); l.LastID != "file-2" || !l.HasMore {
		t.Errorf("the first part: %v", l)
	}
	if l := r.list("limit=2&after=file-2"); len(l.Data) != 1 || l.LastID != "file-3" || l.HasMore {
		t.Errorf("the second part: %v", l)
	}
}

// Pages that lead nowhere are refused, and not taken for the end.
func TestListOfBadPages(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.owns("file-1", Stored{})
	n := 0
	for name, c := range map[string]struct {
		pages  []string
		status int
		reason string
	}{
		"one page, again and again": {[]string{`{"data":[{"id":"file-1"}],"has_more":true}`}, 502, "upstream_broken"},
		"two pages by turns":        {[]string{`{"data":[{"id":"file-1"}],"has_more":true}`, `{"data":[{"id":"file-2"}],"has_more":true}`}, 502, "upstream_broken"},
		"an empty page, and more":   {[]string{`{"data":[],"has_more":true}`}, 502, "upstream_broken"},
		"a thing without an ID":     {[]string{`{"data":[{"id":"file-1"},{}]}`}, 502, "upstream_broken"},
	} {
		n = 0
		r.backend.answers(func(w http.ResponseWriter, _ *http.Request) { n++; w.Write([]byte(c.pages[(n-1)%len(c.pages)])) })
		if a := r.call("GET", "/openai/v1/files", r.service(), ""); a.status != c.status || a.reason() != c.reason || n > 3 {
			t.Errorf("%s: %d %s after %d calls", name, a.status, a.reason(), n)
		}
	}
	n = 0
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		n++
		fmt.Fprintf(w, `{"data":[{"id":"file-x%d"}],"has_more":true}`, n)
	})
	if a := r.call("GET", "/openai/v1/files", r.service(), ""); a.status != 503 || a.reason() != "list_too_long" || n != mostPages {
		t.Errorf("without an end: %d %s after %d calls", a.status, a.reason(), n)
	}
}

// What an upstream says of another's thing isn't passed on, and a list that
// breaks off isn't taken for one that ends.
func TestListThatBreaksOff(t *testing.T) {
	t.Parallel()
	r, places := threePlaces(t)
	fill(r, places, 3, rand.New(rand.NewPCG(9, 10)))
	places[1].answers(func(w http.ResponseWriter, req *http.Request) {
		if after := req.URL.Query().Get("after"); after != "" {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, `{"error":{"message":"No such File object: %s"}}`, after)
			return
		}
		w.Write([]byte(`{"data":[{"id":"` + canary + `"}],"has_more":true}`))
	})
	if a := r.call("GET", "/openai/v1/files", r.service(), ""); a.status != 502 || strings.Contains(a.body, canary) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// An ID is its maker's at the place where it was made, and there only.
func TestListWithTheSameID(t *testing.T) {
	t.Parallel()
	r, places := threePlaces(t)
	for i, a := range places {
		a.files = []archived{{ID: "file-1", CreatedAt: int64(i)}}
	}
	r.ownsAt("file-1", strings.TrimPrefix(places[1].URL, "http://")+"/v1", r.serviceID())
	if l := r.list(""); len(l.Data) != 1 || l.Data[0].CreatedAt != 1 {
		t.Errorf("%v", l.Data)
	}
}

// A thing that is no longer in the list is no place in it.
func TestListBehindWhatIsGone(t *testing.T) {
	t.Parallel()
	r, places := threePlaces(t)
	own := fill(r, places, 5, rand.New(rand.NewPCG(11, 12)))
	r.ownsAt("file-expired", strings.TrimPrefix(places[1].URL, "http://")+"/v1", r.serviceID())
	for _, query := range []string{"after=file-expired", "before=file-expired", "purpose=none&after=" + own[0].ID} {
		if a := r.call("GET", "/openai/v1/files?"+query, r.service(), ""); a.status != 404 || a.reason() != "object_unknown" {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	for _, query := range []string{"After=" + own[0].ID, "LIMIT=3", "$orderby=id"} {
		if a := r.call("GET", "/openai/v1/files?"+query, r.service(), ""); a.status != 400 {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

// Times are seconds, or as Azure writes those of batches.
func TestSeconds(t *testing.T) {
	for text, want := range map[string]int64{"1760000000": 1760000000, "1760000000.5": 1760000000, "1e9": 1e9,
		`"2024-07-19T17:13:57.24+00:00"`: 1721409237, `"yesterday"`: 0, "null": 0, "": 0} {
		if got := seconds(json.RawMessage(text)); got != want {
			t.Errorf("%s: %d", text, got)
		}
	}
}
