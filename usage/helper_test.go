package usage

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// full is a record in which every member has a value.
func full(id string) *Record {
	return &Record{
		Time: time.Date(2026, 11, 21, 14, 30, 0, 123456000, time.UTC), ID: id, Verdict: Allowed, Reason: "upstream_broken", Status: 200,
		Who:   Who{Kind: "app", ID: "entra:t/o", Issuer: "https://login.example/t/v2.0", Tenant: "t", Object: "o", App: "a", Key: "k", Token: "uti"},
		From:  From{Address: netip.MustParseAddr("10.20.0.4"), Link: 268435457, IsLink: true, Via: "proxy", Listener: "0.0.0.0:8443"},
		Grant: "chat-team", Operation: "chat.completions", Model: "gpt-4o", Upstream: "gpt-4o/0", UpstreamStatus: 200, Region: "swedencentral", Attempts: 3, Hedged: true,
		Tokens: Tokens{Input: 1200, Cached: 1000, Output: 300, Reasoning: 100, Estimated: true}, Cost: 4250,
		FirstByte: 180 * time.Millisecond, Whole: 2400 * time.Millisecond,
		Filter:   Filter{Blocked: true, Failed: true, PromptFiltered: []string{"hate"}, PromptDetected: []string{"jailbreak"}, AnswerFiltered: []string{"sexual"}, AnswerDetected: []string{"protected_material_text"}},
		Redacted: []Count{{"emails", 2}, {"secrets", 1}},
		Prompt:   Text{Clear: "say \"hi\"\n\x00é\u2028", Bytes: 12, Cut: true}, Answer: Text{Sealed: []byte{1, 2, 3}, Key: "d1", Bytes: 3},
	}
}

// typical is a record as most calls make it.
func typical(n int) *Record {
	return &Record{
		Time: time.Date(2026, 11, 21, 14, 30, 0, 123456000, time.UTC).Add(time.Duration(n) * time.Millisecond),
		ID:   fmt.Sprintf("018f6d3e5c7a4b2e%016x", n), Verdict: Allowed, Status: 200,
		Who: Who{Kind: "app", ID: "entra:aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa/bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb", Issuer: "https://login.microsoftonline.com/aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa/v2.0",
			Tenant: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", Object: "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb", App: "cccccccc-cccc-4ccc-8ccc-cccccccccccc", Token: "AbCdEfGhIjKlMnOp"},
		From:  From{Address: netip.MustParseAddr("10.20.0.4"), Via: "connection", Listener: "0.0.0.0:8443"},
		Grant: "chat-team", Operation: "chat.completions", Model: "gpt-4o", Upstream: "gpt-4o/0", UpstreamStatus: 200,
		Tokens: Tokens{Input: 1200, Output: 300}, Cost: 4250, FirstByte: 180 * time.Millisecond, Whole: 2400 * time.Millisecond,
	}
}

// quick are options with which tests needn't wait.
func quick() Options {
	return Options{Name: "test", Delay: time.Millisecond, Every: time.Hour, retry: time.Millisecond, Wait: time.Millisecond}
}

func open(t testing.TB, dir string, o Options) *Log {
	t.Helper()
	l, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func fill(t testing.TB, l *Log, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if err := l.Append(typical(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func closed(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func keysOf(t testing.TB, dir string) note.Verifiers {
	t.Helper()
	key, err := PublicKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	return note.VerifierList(v)
}

func verified(t testing.TB, dir string) *Report {
	t.Helper()
	r, err := Verify(dir, VerifyOptions{Keys: keysOf(t, dir)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ids are the records of a log, in order.
func ids(t testing.TB, dir string) []string {
	t.Helper()
	var all []string
	for e, err := range Entries(dir) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Record != nil {
			all = append(all, e.Record.ID)
		}
	}
	return all
}

func eventsOf(t testing.TB, dir string) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for e, err := range Entries(dir) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Event != nil {
			all[e.Event.Event] += e.Event.Count
		}
	}
	return all
}

func segmentFiles(t testing.TB, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"+segmentEnd))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// copyLog copies segments and public key, as a download from blobs has them.
func copyLog(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	for _, path := range append(segmentFiles(t, from), filepath.Join(from, PubFile)) {
		write(t, filepath.Join(to, filepath.Base(path)), read(t, path))
	}
	return to
}

// disk is a disk of which the room can be set.
type disk struct {
	room    func() int // bytes that one write gets
	syncErr func() error
}

func (d *disk) open(path string) (File, error) {
	f, err := openEnd(path)
	if err != nil {
		return nil, err
	}
	return &diskFile{f, d}, nil
}

type diskFile struct {
	File
	disk *disk
}

func (f *diskFile) Write(p []byte) (int, error) {
	if room := f.disk.room(); room < len(p) {
		n, _ := f.File.Write(p[:room])
		return n, &os.PathError{Op: "write", Path: "log", Err: syscall.ENOSPC}
	}
	return f.File.Write(p)
}

func (f *diskFile) Sync() error {
	if f.disk.syncErr != nil {
		if err := f.disk.syncErr(); err != nil {
			return err
		}
	}
	return f.File.Sync()
}

func damage(t testing.TB, err error) *Damage {
	t.Helper()
	var d *Damage
	if !errors.As(err, &d) {
		t.Fatalf("not found: %v", err)
	}
	return d
}

func linesOf(text string) []string {
	return slices.DeleteFunc(strings.SplitAfter(text, "\n"), func(l string) bool { return l == "" })
}
