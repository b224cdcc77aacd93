package route

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// A body writes itself with the bytes that reading gives, from wherever the
// reading stopped.
func TestWriteTo(t *testing.T) {
	text := `{"model":"a","messages":[{"role":"user","content":"` + strings.Repeat("x", 100) + `"}],"stream":true}`
	for _, model := range []string{"", "a", "another"} {
		open := func() (*JSON, *lent, int64) {
			var f Facts
			b, err := ReadBody(strings.NewReader(text), int64(len(text)), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if r := Scan(b.Bytes, &f); r != nil {
				t.Fatal(r)
			}
			j := &JSON{Body: b, Facts: &f, Usage: true}
			from, n, err := j.Open(model, model != "")
			if err != nil {
				t.Fatal(err)
			}
			return j, from.(*lent), n
		}
		_, whole, n := open()
		want, _ := io.ReadAll(whole)
		for step := range want {
			j, from, _ := open()
			start := make([]byte, step)
			_, _ = io.ReadFull(from, start)
			if left := from.Left(); left != n-int64(step) {
				t.Fatalf("%d left of %d after %d", left, n, step)
			}
			var rest bytes.Buffer
			if m, err := from.WriteTo(&rest); err != nil || m != n-int64(step) || from.Left() != 0 {
				t.Fatal(m, err)
			}
			if got := string(start) + rest.String(); got != string(want) {
				t.Fatalf("%q, not %q", got, want)
			}
			from.Close()
			if _, err := from.WriteTo(&rest); !errors.Is(err, http.ErrBodyReadAfterClose) {
				t.Fatal(err)
			}
			j.Body.Release()
		}
	}
}

// Bytes that are being written aren't lent to another body.
func TestBodyIsLentWhileItIsWritten(t *testing.T) {
	b, err := ReadBody(strings.NewReader(`{}`), 2, 10)
	if err != nil {
		t.Fatal(err)
	}
	from, _, err := (&JSON{Body: b, Facts: &Facts{}}).Open("", false)
	if err != nil {
		t.Fatal(err)
	}
	in, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := from.(*lent).WriteTo(out)
		done <- err
	}()
	_, _ = in.Read(make([]byte, 1))
	from.Close()
	b.Release()
	if n := b.users.Load(); n != 1 {
		t.Errorf("%d users while it is written", n)
	}
	in.Close()
	<-done
	if n := b.users.Load(); n != 0 {
		t.Errorf("%d users", n)
	}
}
