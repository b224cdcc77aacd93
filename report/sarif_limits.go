package report

import (
	"compress/gzip"
	"fmt"
)

// Limits of GitHub code scanning, beyond which it refuses a file.
// https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
const (
	maxResults = 25_000
	maxSize    = 9_500_000 // bytes, compressed; GitHub takes 10 MB
	maxFlow    = 100       // locations of one result that GitHub shows
	maxNotes   = 1_000     // notifications; GitHub names no limit
)

// fit writes the run so that it is within the limits. The results are worst
// first, so that those that are left out are the mildest.
func (s *sarif) fit(run *sarifRun) ([]byte, error) {
	all, keep := run.Results, min(len(run.Results), maxResults)
	invocation := &run.Invocations[0]
	notes := invocation.ToolExecutionNotifications
	if n := len(notes) - maxNotes; n > 0 {
		notes = append(notes[:maxNotes:maxNotes], note("warning", fmt.Sprintf("%d more notifications were left out", n)))
	}
	for {
		run.Results = all[:keep]
		invocation.ToolExecutionNotifications = notes
		if cut := len(all) - keep; cut > 0 {
			invocation.ToolExecutionNotifications = append(notes[:len(notes):len(notes)], note("warning",
				fmt.Sprintf("%d of %d results were left out, the mildest: code scanning takes no more; use --format json", cut, len(all))))
		}
		text, err := marshal(run)
		if err != nil || keep == 0 {
			return text, err
		}
		size := compressed(text)
		if size <= maxSize {
			return text, nil
		}
		keep = min(keep-1, int(int64(keep)*maxSize/int64(size)*9/10))
	}
}

func note(level, text string) sarifNotification {
	return sarifNotification{Level: level, Message: sarifMessage{Text: text}}
}

// counter counts bytes.
type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// compressed is the size of text in bytes when compressed; a small text isn't
// compressed to know that it is small.
func compressed(text []byte) int {
	if len(text) <= maxSize {
		return len(text)
	}
	var n counter
	z := gzip.NewWriter(&n)
	if _, err := z.Write(text); err != nil {
		return len(text)
	}
	if err := z.Close(); err != nil {
		return len(text)
	}
	return int(n)
}
