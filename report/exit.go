package report

// UndecidedReaches reports whether a rule that can't be decided is at least as
// severe as threshold.
func (r *Report) UndecidedReaches(threshold string) bool {
	return rank(threshold) >= 0 && len(r.Undecided) > 0 && rank(r.Undecided[0].Severity) >= rank(threshold)
}
