package usage

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PALISADE_TEST_APPENDS"); dir != "" {
		os.Exit(appendForever(dir, os.Getenv("PALISADE_TEST_ROUND")))
	}
	os.Exit(m.Run())
}

// appendForever appends, and says which record was committed last.
func appendForever(dir, round string) int {
	l, err := Open(dir, Options{Name: "crash", Delay: time.Millisecond, Rotate: 64 << 10, Records: 50, Every: 5 * time.Millisecond})
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	for n := 0; ; n++ {
		r := typical(n)
		r.ID = round + "-" + strconv.Itoa(n)
		if err := l.Append(r); err != nil {
			fmt.Println("error", err)
			return 1
		}
		if n%17 == 0 {
			if err := l.Sync(context.Background()); err != nil {
				fmt.Println("error", err)
				return 1
			}
			fmt.Println(n)
		}
	}
}

// A process that is killed loses no record that was committed, and none comes
// twice; each start after it goes on with the same tree.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(20, 26))
	committed := map[string]int{}
	for round := range 20 {
		committed[strconv.Itoa(round)] = killed(t, dir, round, time.Duration(5+random.IntN(40))*time.Millisecond)
		if round%5 == 0 {
			verified(t, dir)
		}
	}
	closed(t, open(t, dir, quick()))
	next := map[string]int{}
	for _, id := range ids(t, dir) {
		round, number, _ := strings.Cut(id, "-")
		if n, err := strconv.Atoi(number); err != nil || n != next[round] {
			t.Fatalf("record %s where number %d was to be", id, next[round])
		}
		next[round]++
	}
	total := 0
	for round, last := range committed {
		if next[round] <= last {
			t.Errorf("round %s: %d records, and number %d was committed", round, next[round], last)
		}
		total += next[round]
	}
	r := verified(t, dir)
	if r.Covered != r.Size || r.Segments < 3 {
		t.Errorf("%+v", r)
	}
	t.Logf("%d records, %d segments, cut %d bytes", total, r.Segments, eventsOf(t, dir)[EventCut])
}

// killed runs a process that appends, kills it, and returns the last record
// that it said was committed; -1 for none.
func killed(t *testing.T, dir string, round int, after time.Duration) int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PALISADE_TEST_APPENDS="+dir, "PALISADE_TEST_ROUND="+strconv.Itoa(round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last, lines := -1, bufio.NewScanner(out)
	for lines.Scan() {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(lines.Text())
		}
		if last < 0 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		last = n
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("it ended by itself")
	}
	return last
}
