package redact

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"palisade/spec"
)

func all() *Redactor { return New(kinds[:]) }

func TestNothingIsFree(t *testing.T) {
	var r *Redactor = New(nil)
	body := []byte(`{"a": "ada@example.com"}`)
	if n := testing.AllocsPerRun(10, func() {
		if out, n := r.Text(body); &out[0] != &body[0] || n.Any() || r.Find(body).Any() {
			t.Error("a Redactor of no kinds did something")
		}
		if out, n, err := r.JSON(body); &out[0] != &body[0] || n.Any() || err != nil {
			t.Error("a Redactor of no kinds did something")
		}
	}); n > 0 {
		t.Errorf("%v allocations without kinds", n)
	}
}

func TestManyKinds(t *testing.T) {
	text := "Ada <ada@example.com>, +1 415 555 2671, 4111 1111 1111 1111, DE89370400440532013000, 203.0.113.7, password=hunter22 and ada@example.com"
	got, n := all().Text([]byte(text))
	want := "Ada <[emails]>, [phones], [creditCards], [ibans], [ipAddresses], password=[secrets] and [emails]"
	if string(got) != want {
		t.Errorf("got %s", got)
	}
	if n.Of(spec.Emails) != 2 || n.Of(spec.Secrets) != 1 || len(n.Kinds()) != 6 {
		t.Errorf("counts %+v", n)
	}
	if m := all().Find([]byte(text)); m != n {
		t.Errorf("found %+v, took out %+v", m, n)
	}
}

func TestJSON(t *testing.T) {
	for _, x := range []struct{ in, want string }{
		{`{"input":"ada@example.com"}`, `{"input":"[emails]"}`},
		{`{ "ada@example.com" : 1, "x":["a","b ada@example.com",{"y":null}] }`, `{ "ada@example.com" : 1, "x":["a","b [emails]",{"y":null}] }`},
		{`"\u0061da\u0040example.com\n"`, `"[emails]\n"`},
		{`"\ud83d\ude00 ada@ex\u0061mple.com \"q\" \\ \/"`, `"\ud83d\ude00 [emails] \"q\" \\ \/"`},
		{`"\ud83d ada@example.com \udc00"`, `"\ud83d [emails] \udc00"`},
		{`{"n": 4111111111111111, "s": "4111111111111111"}`, `{"n": 4111111111111111, "s": "[creditCards]"}`},
		{`{"arguments":"{\"password\": \"hunter22\"}"}`, `{"arguments":"{\"password\": \"[secrets]\"}"}`},
		{`"é ada@example.com é"`, `"é [emails] é"`},
		{`{"a":"\"","b":"ada@example.com"}`, `{"a":"\"","b":"[emails]"}`},
	} {
		got, n, err := all().JSON([]byte(x.in))
		if err != nil || string(got) != x.want || !n.Any() {
			t.Errorf("%s\n got  %s %v\n want %s", x.in, got, err, x.want)
		}
		if m, err := all().FindJSON([]byte(x.in)); err != nil || m != n {
			t.Errorf("%s: found %+v, took out %+v, %v", x.in, m, n, err)
		}
	}
	for _, bad := range []string{``, `{`, `"a`, `{"a":}`, `"\u12"`} {
		if _, _, err := all().JSON([]byte(bad)); err == nil {
			t.Errorf("%q is taken for JSON", bad)
		}
	}
}

func TestInputIsNotChanged(t *testing.T) {
	text := []byte(`{"a": "ada@example.com"}`)
	was := bytes.Clone(text)
	all().Text(text)
	if _, _, err := all().JSON(text); err != nil || !bytes.Equal(text, was) {
		t.Errorf("the input became %s, %v", text, err)
	}
}

func TestTooLong(t *testing.T) {
	long := make([]byte, MaxText+1)
	if out, n := all().Text(long); len(out) > 100 || !n.TooLong || !n.Any() {
		t.Error("a text that is too long isn't replaced")
	}
	if !all().Find(long).Any() {
		t.Error("a text that is too long counts as clean")
	}
	if _, _, err := all().JSON(long); err != ErrTooLong {
		t.Error("a body that is too long isn't refused:", err)
	}
}

// TestLinear reads what is made to be slow: each is 200 KB and may take a
// generous second with the race detector.
func TestLinear(t *testing.T) {
	for _, piece := range []string{
		"sk-", "ey-", "eyJ.", "-----BEGIN PRIVATE KEY-----", "-----BEGIN", "a@", "@a.", "+1 ", "1 ", "1.", "1-", ":", "::", "a:", "=", "password=", "token:",
		"DE89 ", "4111 ", "://a:", "phone: 1234567 ", "Bearer ", "~Q1~", "+14155552671 ", "\\u0040", "glpat-",
	} {
		some, more := quickest(piece, 20_000), quickest(piece, 160_000)
		if more > 30*time.Millisecond && more > 24*some {
			t.Errorf("%q, repeated: %v, and for 8 times as much %v", piece, some, more)
		}
	}
}

// quickest is the least time of three for a piece that is repeated up to size.
func quickest(piece string, size int) time.Duration {
	r, text, least := all(), []byte(strings.Repeat(piece, size/len(piece))), time.Hour
	for range 3 {
		began := time.Now()
		r.Find(text)
		least = min(least, time.Since(began))
	}
	return least
}

func FuzzText(f *testing.F) {
	for _, text := range innocent {
		f.Add([]byte(text))
	}
	f.Add([]byte("ada@example.com +1 415 555 2671 4111 1111 1111 1111 DE89370400440532013000 203.0.113.7 password=hunter22 ::ffff:1.2.3.4"))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----a-----END PRIVATE KEY----- https://a:b1@c eyJ.eyJ.x 8Q~ tel: 030 901820"))
	r := all()
	f.Fuzz(func(t *testing.T, b []byte) {
		out, n := r.Text(b)
		if again := r.Find(out); again.Any() {
			t.Errorf("%q became %q, in which %v is found", b, out, again.Kinds())
		}
		if n.Any() != r.Find(b).Any() {
			t.Errorf("%q: Text and Find differ", b)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a@b.co":"ada@ex\u0061mple.com","n":[1,"\ud83d\ude00 203.0.113.7 \\",null]}`))
	f.Add([]byte(`"password=\"hunter22\" \u0070wd:a1b2c3d4"`))
	f.Add([]byte(`["\ud800","-----BEGIN PRIVATE KEY-----\n\u00e9"]`))
	r := all()
	f.Fuzz(func(t *testing.T, b []byte) {
		out, n, err := r.JSON(b)
		if (err == nil) != json.Valid(b) {
			t.Fatalf("%q: %v", b, err)
		}
		if err != nil {
			return
		}
		if !json.Valid(out) {
			t.Fatalf("%q became %q", b, out)
		}
		if again, err := r.FindJSON(out); err != nil || again.Any() {
			t.Errorf("%q became %q, in which %v is found, %v", b, out, again.Kinds(), err)
		}
		if !n.Any() && !bytes.Equal(b, out) {
			t.Errorf("%q became %q without a find", b, out)
		}
	})
}

func prose() []byte {
	text := "The quick brown fox asked the team about the token budget of the API (see section 4.2, p. 17), and the secret of a good password is its length: " +
		"between 2019 and 2026 the median grew by 12.5 %, from 8 to 14 signs. "
	return []byte(strings.Repeat(text, 100_000/len(text)))
}

func BenchmarkProse(b *testing.B) {
	text := prose()
	for _, x := range []struct {
		name string
		r    *Redactor
	}{{"none", New(nil)}, {"secrets", New(kinds[:1])}, {"all", all()}} {
		b.Run(x.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				x.r.Find(text)
			}
		})
	}
}

func BenchmarkJSON(b *testing.B) {
	body, err := json.Marshal(map[string]any{"messages": []map[string]string{{"role": "user", "content": string(prose())}}})
	if err != nil {
		b.Fatal(err)
	}
	r := all()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, _, err := r.JSON(body); err != nil {
			b.Fatal(err)
		}
	}
}
