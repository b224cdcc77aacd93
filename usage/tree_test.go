package usage

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// The tree is the one of the tlog package, which keeps all hashes.
func TestTreeIsTheStandardOne(t *testing.T) {
	var edge tree
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, n := range at {
			out[i] = stored[n]
		}
		return out, nil
	})
	for n := int64(0); n < 300; n++ {
		want, err := tlog.TreeHash(n, reader)
		if err != nil {
			t.Fatal(err)
		}
		if edge.root() != want || edge.size != n || !edge.isWhole() {
			t.Fatalf("size %d: %s, want %s", n, edge.root(), want)
		}
		line := fmt.Append(nil, n)
		more, err := tlog.StoredHashes(n, line, reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		edge.add(tlog.RecordHash(line))
	}
}
