package route

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"strings"
	"testing"
	"testing/iotest"
)

const line = "\r\n"

// formOf joins lines and parts with CRLF; each line of it stands for one.
func formOf(lines ...string) string { return strings.Join(lines, line) }

func field(name, value string) string {
	return formOf("--xyz", `Content-Disposition: form-data; name="`+name+`"`, "", value)
}

func file(name, content string) string {
	return formOf("--xyz", `Content-Disposition: form-data; name="`+name+`"; filename="a.wav"`, "Content-Type: audio/wav", "", content)
}

const end = "--xyz--\r\n"

func TestMultipart(t *testing.T) {
	tricky := "\r\n-\r\n--xy\r\r\n--\r\n"
	body := formOf(file("file", tricky), field("model", "whisper"), field("stream", "true"), field("n", "2"), field("other", "x"), field("other", "y"), end)
	for _, reader := range []io.Reader{strings.NewReader(body), iotest.OneByteReader(strings.NewReader(body)), iotest.DataErrReader(strings.NewReader(body))} {
		f := NewMultipart(reader, "xyz", int64(len(body)))
		var seen bytes.Buffer
		f.File = func(_ string, b []byte) error { seen.Write(b); return nil }
		if err := f.ReadAhead(true, 1<<20); err != nil {
			t.Fatal(err)
		}
		if f.Facts.Model.Value != "whisper" || f.Facts.Stream != Yes || f.Facts.N.Value != 2 || f.Facts.Files != 1 || seen.String() != tricky {
			t.Errorf("%+v, file %q", f.Facts, seen.String())
		}
		if body[f.Facts.Model.At.Start:f.Facts.Model.At.End] != "whisper" {
			t.Error("the model's place is wrong")
		}
		for range 2 {
			r, n, err := f.Open("other-name", true)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := io.ReadAll(r)
			if want := strings.Replace(body, "whisper", "other-name", 1); string(got) != want || n != int64(len(want)) {
				t.Errorf("sent %q of length %d", got, n)
			}
		}
	}
}

// TestMultipartStreams sends a form that is longer than what is kept.
func TestMultipartStreams(t *testing.T) {
	head := formOf(field("model", "m"), file("file", ""))
	body := head + strings.Repeat("0123456789\r", 100_000) + line + end
	f := NewMultipart(strings.NewReader(body), "xyz", int64(len(body)))
	if err := f.ReadAhead(true, 1<<20); err != nil {
		t.Fatal(err)
	}
	if len(f.kept) > KeepForm+64<<10 {
		t.Errorf("%d bytes are kept", len(f.kept))
	}
	r, n, err := f.Open("mm", false)
	if err != nil || n != int64(len(body)+1) {
		t.Fatal(n, err)
	}
	got, err := io.ReadAll(r)
	if err != nil || len(got) != len(body)+1 || f.Err() != nil {
		t.Errorf("%d bytes, %v, %v", len(got), err, f.Err())
	}
}

// TestMultipartLateDuplicate holds that a second model behind a long file
// never completes a request.
func TestMultipartLateDuplicate(t *testing.T) {
	body := formOf(field("model", "m"), file("file", strings.Repeat("x", 1<<20)), field("model", "other"), end)
	f := NewMultipart(strings.NewReader(body), "xyz", int64(len(body)))
	if err := f.ReadAhead(true, 1<<20); err != nil {
		t.Fatal(err)
	}
	r, _, _ := f.Open("m", false)
	_, err := io.ReadAll(r)
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Reason != "body_name_duplicate" || f.Err() == nil {
		t.Errorf("a late second model: %v", err)
	}
	if f.Again() {
		t.Error("half a form could be sent again")
	}
}

func TestMultipartRefuses(t *testing.T) {
	disposition := func(d string) string { return formOf("--xyz", "Content-Disposition: "+d, "", "v", end) }
	cases := []struct{ name, body, reason string }{
		{"empty", "", "body_incomplete"},
		{"no end", formOf(field("model", "m"), ""), "body_incomplete"},
		{"no model", formOf(field("x", "m"), end), "model_missing"},
		{"preamble", "hello\r\n" + formOf(field("model", "m"), end), "body_form"},
		{"leading CRLF", "\r\n" + formOf(field("model", "m"), end), "body_form"},
		{"epilogue", formOf(field("model", "m"), end) + "x", "body_form"},
		{"other boundary", strings.ReplaceAll(formOf(field("model", "m"), end), "xyz", "abc"), "body_form"},
		{"longer boundary", formOf(field("model", "m"), "--xyzz", ""), "body_form"},
		{"space behind the boundary", "--xyz \r\n", "body_form"},
		{"LF only", strings.ReplaceAll(formOf(field("model", "m"), end), "\r\n", "\n"), "body_form"},
		{"two models", formOf(field("model", "m"), field("model", "m"), end), "body_name_duplicate"},
		{"variant", formOf(field("Model", "m"), end), "body_name_case"},
		{"variant after", formOf(field("model", "m"), field("MODEL", "n"), end), "body_name_case"},
		{"model is a file", formOf(file("model", "m"), end), "body_type"},
		{"model is a path", formOf(field("model", "../m"), end), "body_type"},
		{"stream", formOf(field("stream", "maybe"), end), "body_type"},
		{"n", formOf(field("n", "-1"), end), "body_type"},
		{"no header", "--xyz\r\n\r\nv\r\n" + end, "body_form"},
		{"no name", disposition("form-data"), "body_form"},
		{"empty name", disposition(`form-data; name=""`), "body_form"},
		{"two names", disposition(`form-data; name="a"; name="model"`), "body_form"},
		{"name star", disposition(`form-data; name*=UTF-8''model`), "body_form"},
		{"escaped quote", disposition(`form-data; filename="a\"; name="model"`), "body_form"},
		{"attachment", disposition(`attachment; name="a"`), "body_form"},
		{"folded", formOf("--xyz", `Content-Disposition: form-data;`, ` name="a"`, "", "v", end), "body_form"},
		{"two dispositions", formOf("--xyz", `Content-Disposition: form-data; name="a"`, `Content-Disposition: form-data; name="model"`, "", "v", end), "body_form"},
		{"encoded part", formOf("--xyz", `Content-Disposition: form-data; name="a"`, "Content-Transfer-Encoding: base64", "", "v", end), "body_form"},
		{"nested", formOf("--xyz", `Content-Disposition: form-data; name="a"`, "Content-Type: multipart/mixed; boundary=q", "", "v", end), "body_form"},
		{"long header", "--xyz\r\nX: " + strings.Repeat("x", 8000), "body_form"},
		{"long field", formOf(field("model", strings.Repeat("x", 100_000)), end), "body_form"},
	}
	for _, c := range cases {
		err := NewMultipart(strings.NewReader(c.body), "xyz", -1).ReadAhead(true, 1<<20)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Reason != c.reason {
			t.Errorf("%s: %v, not %s", c.name, err, c.reason)
		}
	}
	late := formOf(file("file", strings.Repeat("x", 100_000)), field("model", "m"), end)
	err := NewMultipart(strings.NewReader(late), "xyz", -1).ReadAhead(true, 50_000)
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Status != 413 {
		t.Errorf("a model behind the limit: %v", err)
	}
}

// FuzzMultipart holds that a form that is taken means the same to
// mime/multipart, however it is cut into pieces.
func FuzzMultipart(f *testing.F) {
	f.Add([]byte(formOf(field("model", "m"), file("file", "x\r\n-"), end)), 3)
	f.Add([]byte(formOf(field("a", ""), end)), 1)
	f.Fuzz(func(t *testing.T, body []byte, step int) {
		whole, pieces := NewMultipart(nil, "xyz", -1), NewMultipart(nil, "xyz", -1)
		refusal := whole.parser.feed(body)
		var again *Refusal
		for rest, n := body, 1+step&7; len(rest) > 0 && again == nil; {
			n = min(n, len(rest))
			again = pieces.parser.feed(rest[:n])
			rest = rest[n:]
		}
		if (refusal == nil) != (again == nil) || whole.parser.finished() != pieces.parser.finished() || whole.Facts != pieces.Facts {
			t.Fatalf("%q in pieces: %v, whole: %v", body, again, refusal)
		}
		if refusal != nil || !whole.parser.finished() {
			return
		}
		model := ""
		for r := multipart.NewReader(bytes.NewReader(body), "xyz"); ; {
			p, err := r.NextRawPart()
			if err != nil {
				break
			}
			if p.FormName() == "model" {
				v, _ := io.ReadAll(p)
				model = string(v)
			}
		}
		if model != whole.Facts.Model.Value {
			t.Fatalf("%q: model %q, not %q", body, whole.Facts.Model.Value, model)
		}
	})
}
