package usage

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// tree is a growing Merkle tree as RFC 6962 defines it, of which only the edge
// is kept: the roots of its full subtrees, the largest first. That is enough to
// add leaves and to know the root.
type tree struct {
	size int64
	edge []tlog.Hash
}

// add adds a leaf, by its hash.
func (t *tree) add(leaf tlog.Hash) {
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.edge) - 1
		leaf = tlog.NodeHash(t.edge[last], leaf)
		t.edge = t.edge[:last]
	}
	t.edge = append(t.edge, leaf)
	t.size++
}

// root is the hash of the whole tree.
func (t *tree) root() tlog.Hash {
	if t.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	root := t.edge[len(t.edge)-1]
	for i := len(t.edge) - 2; i >= 0; i-- {
		root = tlog.NodeHash(t.edge[i], root)
	}
	return root
}

// isWhole reports whether the edge has as many hashes as the size needs.
func (t *tree) isWhole() bool {
	return t.size >= 0 && len(t.edge) == bits.OnesCount64(uint64(t.size))
}
