package report

import (
	"compress/gzip"
	"fmt"
)

// limits are those of who takes the log.
type limits struct {
	results int
	size    int // bytes, compressed
	notes   int // notifications
}

// gitHub are the limits of GitHub code scanning, beyond which it refuses a
// file: 25,000 results and 10 MB. It names none for notifications.
// https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
var gitHub = limits{results: 25_000, size: 9_500_000, notes: 1_000}

// maxFlow is how many locations of a result GitHub shows.
const maxFlow = 100

// fit writes the run so that it is within the limits. The results are worst
// first, so that those that are left out are the mildest.
func fit(run *sarifRun, most limits) ([]byte, error) {
	all, keep := run.Results, min(len(run.Results), most.results)
	invocation := &run.Invocations[0]
	notes := invocation.ToolExecutionNotifications
	if n := len(notes) - most.notes; n > 0 {
		notes = append(notes[:most.notes:most.notes], note("warning", fmt.Sprintf("%d more notifications were left out", n)))
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
		size := compressed(text, most.size)
		if size <= most.size {
			return text, nil
		}
		keep = min(keep-1, int(int64(keep)*int64(most.size)/int64(size)*9/10))
	}
}

func note(level, text string) sarifNotification {
	return sarifNotification{Level: level, Message: sarifMessage{Text: text}}
}

// counter counts bytes.
type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// compressed is the size of text in bytes when compressed. A text that is no
// larger than enough isn't compressed.
func compressed(text []byte, enough int) int {
	if len(text) <= enough {
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
