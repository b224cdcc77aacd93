package usage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestAppendCloseOpen(t *testing.T) {
	dir := t.TempDir()
	for round := range 3 {
		l := open(t, dir, quick())
		fill(t, l, round*10, round*10+10)
		closed(t, l)
	}
	if got := ids(t, dir); len(got) != 30 || got[29] != typical(29).ID {
		t.Errorf("%d records", len(got))
	}
	r := verified(t, dir)
	if r.Size != 30 || r.Covered != 30 || r.Checkpoints != 3 || r.Segments != 1 || !strings.HasPrefix(r.Log, "test-") {
		t.Errorf("%+v", r)
	}
	if err := open(t, dir, quick()).Close(); err != nil {
		t.Error(err)
	}
	if again := verified(t, dir); *again != *r {
		t.Errorf("opening and closing alone changed it: %+v", again)
	}
}

func TestAnEmptyLogIsCovered(t *testing.T) {
	dir := t.TempDir()
	closed(t, open(t, dir, quick()))
	if r := verified(t, dir); r.Size != 0 || r.Checkpoints != 1 {
		t.Errorf("%+v", r)
	}
}

func TestRotation(t *testing.T) {
	dir := t.TempDir()
	o := quick()
	o.Rotate = 4 << 10
	l := open(t, dir, o)
	for i := range 20 {
		fill(t, l, i*5, i*5+5)
	}
	closed(t, l)
	l = open(t, dir, o)
	fill(t, l, 100, 110)
	closed(t, l)
	r := verified(t, dir)
	if r.Segments < 8 || r.Size != 110 || r.Covered != 110 {
		t.Errorf("%+v", r)
	}
	if got := ids(t, dir); len(got) != 110 || !slices.IsSorted(got) {
		t.Errorf("%d records", len(got))
	}
	if n := len(l.Segments()); n != r.Segments {
		t.Errorf("the log knows %d segments of %d", n, r.Segments)
	}
}

func TestCheckpointsByNumberAndTime(t *testing.T) {
	dir := t.TempDir()
	o := quick()
	o.Records, o.Every = 10, 20*time.Millisecond
	l := open(t, dir, o)
	fill(t, l, 0, 25)
	waitFor(t, func() bool { return verified(t, dir).Covered == 25 })
	fill(t, l, 25, 26)
	waitFor(t, func() bool { return verified(t, dir).Covered == 26 })
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("it didn't come")
}

func TestManyAppend(t *testing.T) {
	dir := t.TempDir()
	o := quick()
	o.Rotate = 64 << 10
	l := open(t, dir, o)
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 100 {
				if err := l.Append(typical(g*100 + i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	closed(t, l)
	got := ids(t, dir)
	slices.Sort(got)
	if len(slices.Compact(got)) != 800 {
		t.Errorf("%d records", len(got))
	}
	verified(t, dir)
	if err := l.Append(typical(1)); !errors.Is(err, ErrClosed) {
		t.Errorf("appended to a closed log: %v", err)
	}
}

func TestOneProcessWrites(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, quick())
	if other, err := Open(dir, quick()); err == nil {
		other.Close()
		t.Error("opened twice")
	}
	closed(t, l)
	closed(t, open(t, dir, quick()))
}

func TestKeyHasToStay(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, quick())
	fill(t, l, 0, 1)
	closed(t, l)
	key := filepath.Join(dir, KeyFile)
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	os.Chmod(key, 0o640)
	if _, err := Open(dir, quick()); err == nil || !strings.Contains(err.Error(), "chmod") {
		t.Errorf("a key that others may read: %v", err)
	}
	os.Remove(key)
	if _, err := Open(dir, quick()); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("no key: %v", err)
	}
}

// A disk that is full for a while costs nothing but time.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	var free atomic.Int64
	free.Store(1 << 20)
	var syncFails atomic.Bool
	o := quick()
	o.Open = (&disk{room: func() int { return int(free.Load()) }, syncErr: func() error {
		if syncFails.Load() {
			return errors.New("input/output error")
		}
		return nil
	}}).open
	l := open(t, dir, o)
	fill(t, l, 0, 5)
	for round, fail := range []func(bool){
		func(on bool) { free.Store(map[bool]int64{true: 700, false: 1 << 20}[on]) },
		func(on bool) { syncFails.Store(on) },
	} {
		fail(true)
		for i := range 5 {
			if err := l.Append(typical(5 + round*5 + i)); err != nil {
				t.Fatal(err)
			}
		}
		waitFor(t, func() bool { return l.Failing() != nil })
		fail(false)
		if err := l.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := l.Failing(); err != nil {
			t.Error(err)
		}
	}
	closed(t, l)
	if got := ids(t, dir); len(got) != 15 || !slices.IsSorted(got) || len(slices.Compact(got)) != 15 {
		t.Errorf("%d records", len(got))
	}
	verified(t, dir)
}

// With no room for more, records are refused and the log says how many.
func TestQueueFull(t *testing.T) {
	dir := t.TempDir()
	var free atomic.Int64
	o := quick()
	o.Queue = 8 << 10
	o.Open = (&disk{room: func() int { return int(free.Load()) }}).open
	l := open(t, dir, o)
	taken, lost := 0, int64(0)
	for i := range 100 {
		switch err := l.Append(typical(i)); {
		case err == nil:
			taken++
		case errors.Is(err, ErrFull):
			lost++
		default:
			t.Fatal(err)
		}
	}
	if lost == 0 || l.Failing() == nil {
		t.Fatal("it took more than there is room for")
	}
	free.Store(1 << 20)
	if err := l.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	closed(t, l)
	if got := ids(t, dir); len(got) != taken {
		t.Errorf("%d records of %d", len(got), taken)
	}
	if got := eventsOf(t, dir)[EventLost]; got != lost {
		t.Errorf("the log says that %d were lost, not %d", got, lost)
	}
	verified(t, dir)
}

func TestCloseWithAFullDisk(t *testing.T) {
	dir := t.TempDir()
	o := quick()
	o.Open = (&disk{room: func() int { return 0 }}).open
	l := open(t, dir, o)
	if err := l.Append(typical(1)); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err == nil {
		t.Error("closed as if nothing were lost")
	}
	if _, err := Verify(dir, VerifyOptions{Keys: keysOf(t, dir)}); err != nil {
		t.Error(err)
	}
}

// An end that isn't whole is cut off, wherever it was torn, and nothing else.
func TestTornEnd(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, quick())
	fill(t, l, 0, 3)
	closed(t, l)
	good := read(t, segmentFiles(t, dir)[0])
	more := string(AppendRecord(nil, typical(3)))
	for cut := 1; cut <= len(more); cut += 37 {
		write(t, segmentFiles(t, dir)[0], good+more[:cut])
		l := open(t, dir, quick())
		fill(t, l, 4, 5)
		closed(t, l)
		if got := ids(t, dir); len(got) != 4 {
			t.Fatalf("cut at %d: %d records", cut, len(got))
		}
		if n := eventsOf(t, dir)[EventCut]; n != int64(cut) {
			t.Fatalf("cut %d bytes, and the log says %d", cut, n)
		}
		verified(t, dir)
	}
	write(t, segmentFiles(t, dir)[0], good+strings.Repeat("\x00", 4096))
	closed(t, open(t, dir, quick()))
	if n := eventsOf(t, dir)[EventCut]; n != 4096 {
		t.Errorf("zeros at the end, as a power cut leaves them: %d", n)
	}
	verified(t, dir)
}

func TestDamagedLogIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, quick())
	fill(t, l, 0, 3)
	closed(t, l)
	path := segmentFiles(t, dir)[0]
	write(t, path, strings.Replace(read(t, path), "chat-team", "chat-leam", 1))
	_, err := Open(dir, quick())
	if d := damage(t, err); d.Line != 2 {
		t.Error(d)
	}
}

// Retention deletes what is old and shipped, and what is left can be checked.
func TestRetention(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	shipped := int64(0)
	o := quick()
	o.Rotate, o.Retention = 2<<10, 30*24*time.Hour
	o.Now = func() time.Time { return now }
	o.Shipped = func(s Segment) bool { return s.First < shipped }
	for day := range 10 {
		now = now.Add(10 * 24 * time.Hour)
		l := open(t, dir, o)
		fill(t, l, day*10, day*10+10)
		l.Close()
	}
	before := len(segmentFiles(t, dir))
	aging := o
	aging.Age = 10 * time.Millisecond
	house := func() {
		l := open(t, dir, aging)
		time.Sleep(100 * time.Millisecond)
		closed(t, l)
	}
	house()
	if n := len(segmentFiles(t, dir)); n != before {
		t.Errorf("%d of %d segments are left, though nothing is shipped", n, before)
	}
	shipped = 50
	house()
	r := verified(t, dir)
	if r.First == 0 || r.First > 50 || len(segmentFiles(t, dir)) >= before {
		t.Errorf("%+v", r)
	}
	if got := ids(t, dir); got[len(got)-1] != typical(99).ID {
		t.Errorf("the newest is %s", got[len(got)-1])
	}
	checkpoint := r.Last
	l := open(t, dir, o)
	fill(t, l, 100, 110)
	closed(t, l)
	if _, err := Verify(dir, VerifyOptions{Keys: keysOf(t, dir), Checkpoint: checkpoint}); err != nil {
		t.Error(err)
	}
}

// Encoding, hashing, signing and writing, by records in groups of 500, as ten
// commits a second make of 5,000 calls a second.
func BenchmarkAppend(b *testing.B) {
	l := open(b, b.TempDir(), Options{Wait: time.Minute})
	r := typical(1)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if err := l.Append(r); err != nil {
			b.Fatal(err)
		}
		if n%500 == 499 {
			if err := l.Sync(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	r := typical(1)
	buf := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendRecord(buf[:0], r)
	}
	b.SetBytes(int64(len(buf)))
}

func ExampleAppendRecord() {
	fmt.Println(string(AppendRecord(nil, &Record{Time: time.Unix(0, 0), ID: "1", Verdict: Refused, Reason: "token_missing", Status: 401})))
	// Output: {"time":"1970-01-01T00:00:00Z","id":"1","verdict":"refused","reason":"token_missing","status":401}
}
