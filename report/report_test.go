package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func textOf(t *testing.T, r *Report, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestFormatsAgree holds that no format shows more or less than another.
func TestFormatsAgree(t *testing.T) {
	reports := []*Report{crowd(12, 7), odd()}
	for _, dir := range cases(t) {
		reports = append(reports, load(t, dir))
	}
	for i, r := range reports {
		var asJSON Report
		var b bytes.Buffer
		if err := JSON(&b, r); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &asJSON); err != nil {
			t.Fatal(err)
		}
		var log sarifLog
		if err := json.Unmarshal(sarifOf(t, r, nil), &log); err != nil {
			t.Fatal(err)
		}
		inSARIF, openInSARIF := 0, 0
		for _, x := range log.Runs[0].Results {
			if x.RuleID == undecidedID {
				openInSARIF += x.Properties.Undecided
			} else {
				inSARIF++
			}
		}
		inText := countFindings(textOf(t, r, TextOptions{Verbose: true}))
		if inSARIF != len(asJSON.Findings) || inText != len(asJSON.Findings) {
			t.Errorf("report %d: %d findings in JSON, %d in SARIF, %d in text", i, len(asJSON.Findings), inSARIF, inText)
		}
		if openInSARIF != len(asJSON.Undecided) {
			t.Errorf("report %d: %d undecided in JSON, %d in SARIF", i, len(asJSON.Undecided), openInSARIF)
		}
		if got, want := len(log.Runs[0].Invocations[0].ToolExecutionNotifications), len(asJSON.Coverage.Diagnostics); got != want {
			t.Errorf("report %d: %d diagnostics in JSON, %d in SARIF", i, want, got)
		}
	}
}

var findingLine = regexp.MustCompile(`(?m)^  (critical|high|medium|low|info) +PAL\d+ `)

func countFindings(text string) int { return len(findingLine.FindAllString(text, -1)) }

// TestCut holds that a large report is cut, that it says so, and that what was
// cut is still counted.
func TestCut(t *testing.T) {
	r := crowd(100, 10)
	r.Coverage.Diagnostics = nil
	for i := range 40 {
		r.Coverage.Diagnostics = append(r.Coverage.Diagnostics,
			Diagnostic{Severity: "error", Message: fmt.Sprint("broken ", i), Position: &Position{"a.bicep", i + 1, 1}})
	}
	r.Summary = r.summarize()
	short, long := textOf(t, r, TextOptions{}), textOf(t, r, TextOptions{Verbose: true})
	if n := countFindings(short); n != maxDetailed {
		t.Errorf("%d findings in detail", n)
	}
	if n := countFindings(long); n != 1000 {
		t.Errorf("%d findings with Verbose", n)
	}
	if n := strings.Count(short, "\n"); n > 600 {
		t.Errorf("%d lines", n)
	}
	for _, want := range []string{"10 findings (2 critical, 2 high", "and 50 more", "--verbose shows all", "1000 findings (200 critical", "1000 undecided; 1 file not understood"} {
		if !strings.Contains(short, want) {
			t.Errorf("the text doesn't say %q", want)
		}
	}
}

// TestClean holds that names can't steer the terminal, and that keys in lines
// of source aren't repeated.
func TestClean(t *testing.T) {
	r := crowd(1, 1)
	r.Deployments[0].Accounts[0].Name = "a\x1b[2Jb\u202ec\nd"
	r.Findings[0].Message = "x\x07y\r"
	text := textOf(t, r, TextOptions{Source: func(string) ([]byte, error) {
		return []byte("key: '0123456789abcdef0123456789abcdef' \x1b]0;t\x07"), nil
	}})
	if i := strings.IndexAny(text, "\x1b\x07\r\u202e"); i >= 0 {
		t.Errorf("a control character is left: %q", text[max(i-20, 0):i+5])
	}
	if !strings.Contains(text, "key: '0123…'") {
		t.Errorf("the key is shown:\n%s", text)
	}
}

func TestHideKeys(t *testing.T) {
	for line, want := range map[string]string{
		"id: 'b24988ac-6180-42a0-ab88-20f7382dd24c'":            "id: 'b24988ac-6180-42a0-ab88-20f7382dd24c'",
		"'Microsoft.CognitiveServices/accounts/listKeys/action": "'Microsoft.CognitiveServices/accounts/listKeys/action",
		"aVeryLongNameOfAParameterThatNobodyShouldWrite":        "aVeryLongNameOfAParameterThatNobodyShouldWrite",
		"k='QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY3ODkw='": "k='QUJD…'",
	} {
		if got := hideKeys(line); got != want {
			t.Errorf("hideKeys(%q) = %q", line, got)
		}
	}
}

func TestWidth(t *testing.T) {
	for _, line := range strings.Split(textOf(t, load(t, "testdata/session"), TextOptions{Width: 100}), "\n") {
		if length(line) > 100 && !strings.Contains(line, "findings (") {
			t.Errorf("%d characters: %s", length(line), line)
		}
	}
}

func TestExcerptOfLongLine(t *testing.T) {
	line := strings.Repeat("x", 5000) + `"publicNetworkAccess":"Enabled"` + strings.Repeat("y", 5000)
	x := newExcerpts(func(string) ([]byte, error) { return []byte(line), nil })
	got := x.line(&Position{"f", 1, 5001}, 40)
	if !strings.HasPrefix(got, `"publicNetworkAccess":"Enabled"`) || length(got) > 40 {
		t.Errorf("excerpt %q", got)
	}
	if got := x.line(&Position{"f", 2, 1}, 40); got != "" {
		t.Errorf("excerpt of a line that isn't there: %q", got)
	}
}

func TestReaches(t *testing.T) {
	s := Summary{Worst: "medium"}
	for threshold, want := range map[string]bool{"critical": false, "high": false, "medium": true, "info": true, "none": false} {
		if s.Reaches(threshold) != want {
			t.Errorf("Reaches(%s) = %v", threshold, !want)
		}
	}
	if (Summary{Worst: "none"}).Reaches("info") {
		t.Error("nothing reaches info")
	}
}
