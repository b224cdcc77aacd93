package limit

// weights are the tokens of each part of a shape, in hundredths.
type weights struct {
	words, tails, digits, breaks, marks, blobs, control int
	latin, near, indic, symbols, far, astral            int
}

// The weights are fitted by hand so that the estimate of each text in
// testdata/text is at least the number of tokens that tiktoken counts;
// TestEstimateHoldsAgainstTiktoken prints by how much it is more.
var (
	// of o200k_base: gpt-4o and later
	weightsO200k = weights{
		words: 100, tails: 25, digits: 100, breaks: 100, marks: 80, blobs: 72, control: 100,
		latin: 120, near: 47, indic: 60, symbols: 110, far: 80, astral: 185,
	}
	// of cl100k_base: gpt-4, gpt-3.5, embeddings; and of models that aren't
	// known, whose tokenizers are mostly coarser than o200k_base
	weightsCl100k = weights{
		words: 100, tails: 30, digits: 100, breaks: 100, marks: 80, blobs: 76, control: 100,
		latin: 215, near: 122, indic: 135, symbols: 160, far: 135, astral: 260,
	}
)

// tokens is the estimate for a shape.
func (w *weights) tokens(s *shape) int64 {
	sum := s.words*w.words + s.tails*w.tails + s.digits*w.digits + s.breaks*w.breaks + s.marks*w.marks +
		s.blobs*w.blobs + s.control*w.control + s.latin*w.latin + s.near*w.near + s.indic*w.indic +
		s.symbols*w.symbols + s.far*w.far + s.astral*w.astral
	return int64(sum+99) / 100
}
