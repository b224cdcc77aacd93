package usage

import (
	crand "crypto/rand"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// sample is a closed log of several segments, each with several checkpoints.
func sample(t testing.TB) string {
	dir := t.TempDir()
	o := quick()
	o.Rotate, o.Records = 4<<10, 3
	l := open(t, dir, o)
	for i := range 10 {
		fill(t, l, i*2, i*2+2)
	}
	closed(t, l)
	if n := len(segmentFiles(t, dir)); n < 3 {
		t.Fatalf("%d segments", n)
	}
	verified(t, dir)
	return dir
}

// Each change of one byte, anywhere in any file, is found.
func TestAnyByte(t *testing.T) {
	t.Parallel()
	dir := sample(t)
	keys := keysOf(t, dir)
	random := rand.New(rand.NewPCG(1, 2))
	tried := 0
	for _, path := range append(segmentFiles(t, dir), filepath.Join(dir, PubFile)) {
		good := []byte(read(t, path))
		for at := 0; at < len(good); at += 1 + random.IntN(90) {
			bad := append([]byte(nil), good...)
			bad[at] ^= byte(1) << random.IntN(8)
			if random.IntN(2) == 0 {
				bad[at] = good[at] + byte(1+random.IntN(255))
			}
			write(t, path, string(bad))
			tried++
			if _, keyErr := PublicKey(dir); strings.HasSuffix(path, PubFile) && keyErr != nil {
				continue
			}
			_, err := Verify(dir, VerifyOptions{Keys: keys})
			if err == nil || strings.HasSuffix(path, PubFile) {
				t.Fatalf("%s: byte %d, %q instead of %q, wasn't found", filepath.Base(path), at, bad[at], good[at])
			}
			if d := damage(t, err); d.Line < 1 {
				t.Fatal(d)
			}
		}
		write(t, path, string(good))
	}
	t.Logf("%d changes", tried)
	verified(t, dir)
}

// edit changes the lines of one segment of a copy of the sample, and wants the
// damage found in a line of it.
func edit(t *testing.T, dir, name string, segment int, change func(lines []string) []string, wantLine int) {
	t.Helper()
	bad := copyLog(t, dir)
	path := segmentFiles(t, bad)[segment]
	write(t, path, strings.Join(change(linesOf(read(t, path))), ""))
	_, err := Verify(bad, VerifyOptions{Keys: keysOf(t, bad)})
	if err == nil {
		t.Errorf("%s: not found", name)
		return
	}
	if d := damage(t, err); d.File != path || d.Line != wantLine {
		t.Errorf("%s: found at %v, not in line %d", name, d, wantLine)
	}
}

func TestWhereItWasChanged(t *testing.T) {
	dir := sample(t)
	edit(t, dir, "a word", 1, func(l []string) []string {
		l[4] = strings.Replace(l[4], "chat-team", "cat-team", 1)
		return l
	}, 5)
	edit(t, dir, "a line removed", 1, func(l []string) []string { return append(l[:2], l[3:]...) }, 3)
	edit(t, dir, "two lines swapped", 1, func(l []string) []string {
		l[1], l[2] = l[2], l[1]
		return l
	}, 2)
	edit(t, dir, "a line twice", 1, func(l []string) []string { return append(l[:3], append([]string{l[2]}, l[3:]...)...) }, 4)
	edit(t, dir, "a checkpoint removed", 0, func(l []string) []string {
		for i := range l {
			if strings.HasPrefix(l[i], checkpointStart) {
				return append(l[:i], l[i+1:]...)
			}
		}
		return l
	}, 1)
	edit(t, dir, "the segment's end removed", 0, func(l []string) []string { return l[:len(l)-1] }, len(linesOf(read(t, segmentFiles(t, dir)[0])))-1)
}

func TestSegmentRemoved(t *testing.T) {
	dir := sample(t)
	for i := range len(segmentFiles(t, dir)) - 1 {
		bad := copyLog(t, dir)
		if err := os.Remove(segmentFiles(t, bad)[i]); err != nil {
			t.Fatal(err)
		}
		_, err := Verify(bad, VerifyOptions{Keys: keysOf(t, bad)})
		if d := damage(t, err); !strings.Contains(d.What, "missing") {
			t.Error(d)
		}
		_, err = Verify(bad, VerifyOptions{Keys: keysOf(t, bad), Part: true})
		if (err == nil) != (i == 0) {
			t.Errorf("as a part, without segment %d: %v", i, err)
		}
	}
}

func TestRenamedSegment(t *testing.T) {
	dir := copyLog(t, sample(t))
	files := segmentFiles(t, dir)
	last := files[len(files)-1]
	if err := os.Rename(last, filepath.Join(dir, segmentName(9999))); err != nil {
		t.Fatal(err)
	}
	_, err := Verify(dir, VerifyOptions{Keys: keysOf(t, dir)})
	damage(t, err)
}

// An end that was cut off is found by a checkpoint that was kept elsewhere.
func TestRollback(t *testing.T) {
	dir := sample(t)
	kept := verified(t, dir).Last
	files := segmentFiles(t, dir)
	bad := copyLog(t, dir)
	if err := os.Remove(filepath.Join(bad, filepath.Base(files[len(files)-1]))); err != nil {
		t.Fatal(err)
	}
	if r := verified(t, bad); r.Covered != r.Size {
		t.Errorf("%+v", r)
	}
	_, err := Verify(bad, VerifyOptions{Keys: keysOf(t, bad), Checkpoint: kept})
	if d := damage(t, err); !strings.Contains(d.What, "cut off") {
		t.Error(d)
	}
	if _, err := Verify(dir, VerifyOptions{Keys: keysOf(t, dir), Checkpoint: kept}); err != nil {
		t.Error(err)
	}
}

// Another log that is signed with the same key isn't the one of a checkpoint.
func TestRewrittenWithTheKey(t *testing.T) {
	dir := sample(t)
	kept := verified(t, dir).Last
	other := t.TempDir()
	for _, name := range []string{KeyFile, PubFile} {
		write(t, filepath.Join(other, name), read(t, filepath.Join(dir, name)))
	}
	l := open(t, other, quick())
	fill(t, l, 100, 150)
	closed(t, l)
	verified(t, other)
	_, err := Verify(other, VerifyOptions{Keys: keysOf(t, other), Checkpoint: kept})
	if d := damage(t, err); !strings.Contains(d.What, "kept") {
		t.Error(d)
	}
}

func TestForgedCheckpoint(t *testing.T) {
	dir := copyLog(t, sample(t))
	private, _, err := note.GenerateKey(crand.Reader, strings.TrimSpace(strings.SplitN(read(t, filepath.Join(dir, PubFile)), "+", 2)[0]))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	files := segmentFiles(t, dir)
	path := files[len(files)-1]
	lines := linesOf(read(t, path))
	text, prefixes, err := parseCheckpointLine([]byte(strings.TrimSuffix(lines[len(lines)-1], "\n")))
	if err != nil {
		t.Fatal(err)
	}
	forged, err := note.Sign(&note.Note{Text: text[:strings.Index(text, "\n\n")+1]}, signer)
	if err != nil {
		t.Fatal(err)
	}
	lines[len(lines)-1] = string(appendCheckpoint(nil, string(forged), prefixes)) + "\n"
	write(t, path, strings.Join(lines, ""))
	_, err = Verify(dir, VerifyOptions{Keys: keysOf(t, dir)})
	if d := damage(t, err); d.Line != len(lines) || !strings.Contains(d.What, "signature") {
		t.Error(d)
	}
}

// Lines that no checkpoint covers yet are told, not vouched for.
func TestUncovered(t *testing.T) {
	dir := t.TempDir()
	o := quick()
	l := open(t, dir, o)
	fill(t, l, 0, 3)
	r := verified(t, dir)
	if r.Size-r.Covered != 3 {
		t.Errorf("%+v", r)
	}
	path := segmentFiles(t, dir)[0]
	good := read(t, path)
	live := copyLog(t, dir)
	write(t, segmentFiles(t, live)[0], good[:len(good)-20])
	if r := verified(t, live); r.Size != 2 || r.Unfinished == 0 {
		t.Errorf("%+v", r)
	}
	closed(t, l)
	lines := linesOf(read(t, path))
	write(t, segmentFiles(t, live)[0], strings.Join(lines[:len(lines)-1], ""))
	if r := verified(t, live); r.Size-r.Covered != 3 {
		t.Errorf("without its last checkpoint: %+v", r)
	}
}
