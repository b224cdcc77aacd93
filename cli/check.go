package cli

import (
	"fmt"
	"os"

	"palisade/report"
	"palisade/rule"
)

var checkVerb = verb{
	name:    "check",
	summary: "is it closed? who can reach which model, from where, with what?",
	usage: `Usage: palisade check [flags] PATH...

Evaluates Bicep and ARM JSON as Azure would deploy it, and a palisade.yaml as render
would write it together with the gateway that serve would run, without the Bicep CLI
and without asking anything of the net, and says what it opens and to whom.

PATH is a file or a folder. In a folder the entry points are found: Bicep files
and templates that no other file uses as a module. A template that was compiled
from a Bicep file beside it isn't checked twice. Parameter files are paired with
their templates (main.bicepparam, main.parameters.json, parameters.dev.json …).
A palisade.yaml is found by its name, palisade.yaml or NAME.palisade.yaml, or given by
any name. What it departs from with because: and expires: is shown as accepted and
doesn't count until then.

Examples:
  palisade check .
  palisade check palisade.yaml
  palisade check infra/main.bicep --params infra/prod.bicepparam
  palisade check main.bicep --param environment=prod --param open=false
  palisade check . --format sarif --out palisade.sarif --fail-on high
  palisade check . --modules br/public:avm=../bicep-registry-modules/avm

What it reports on:
      --format FORMAT      text, json or sarif (default text)
      --out FILE           write the report there instead of on the terminal
      --fail-on SEVERITY   exit with 1 for findings at or above it: critical, high,
                           medium, low, info or none (default medium)
      --verbose            leave nothing out of the text
      --no-color           no colours (NO_COLOR does the same)
` + inputUsage + `
Exit codes: 0 nothing at or above the threshold · 1 findings · 2 usage ·
3 something couldn't be read, evaluated or decided.
`,
	run: runCheck,
}

type checkFlags struct {
	format, out, failOn string
	verbose, noColor    bool
}

func runCheck(s *session, args []string) (int, error) {
	var f checkFlags
	var in inputFlags
	flags := newFlags("check")
	flags.StringVar(&f.format, "format", "text", "")
	flags.StringVar(&f.out, "out", "", "")
	flags.StringVar(&f.failOn, "fail-on", "medium", "")
	flags.BoolVar(&f.verbose, "verbose", false, "")
	flags.BoolVar(&f.noColor, "no-color", false, "")
	in.add(flags)
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	if err := f.check(); err != nil {
		return exitUsage, err
	}
	c, err := newChecker(s, in, flags.Args())
	if err != nil {
		return exitFailed, err
	}
	if len(c.found.Entries) == 0 && len(c.found.Problems) == 0 {
		return exitFailed, fmt.Errorf("nothing to check: no Bicep file, ARM template with resources or palisade.yaml below %v", flags.Args())
	}
	parts, err := c.parts()
	if err != nil {
		return exitFailed, err
	}
	r := report.New(c.options, c.files(), parts)
	if err := s.write(r, f); err != nil {
		return exitFailed, err
	}
	return exitCode(r, f.failOn), nil
}

func (f checkFlags) check() error {
	switch f.format {
	case "text", "json", "sarif":
	default:
		return usagef("--format %s: it is text, json or sarif", f.format)
	}
	if f.failOn == "none" {
		return nil
	}
	for s := rule.Info; s <= rule.Critical; s++ {
		if s.String() == f.failOn {
			return nil
		}
	}
	return usagef("--fail-on %s: it is critical, high, medium, low, info or none", f.failOn)
}

// exitCode is 1 for findings at or above the threshold. Where there are none,
// it is 3 if something wasn't understood, or isn't decided, that could be one.
func exitCode(r *report.Report, threshold string) int {
	switch {
	case r.Summary.Reaches(threshold):
		return exitFindings
	case !r.Summary.Successful || r.Summary.Missing > 0 || r.UndecidedReaches(threshold):
		return exitFailed
	}
	return exitClean
}

// write writes the report in the format asked for.
func (s *session) write(r *report.Report, f checkFlags) (err error) {
	w := s.stdout
	if f.out != "" {
		file, err := os.Create(f.out)
		if err != nil {
			return err
		}
		defer func() {
			if closed := file.Close(); err == nil {
				err = closed
			}
		}()
		w = file
	}
	switch f.format {
	case "json":
		return report.JSON(w, r)
	case "sarif":
		return report.SARIF(w, r, report.SARIFOptions{Source: os.ReadFile})
	}
	return report.Text(w, r, report.TextOptions{
		Color:   f.out == "" && !f.noColor && s.colors(),
		Width:   s.width(),
		Verbose: f.verbose,
		Source:  os.ReadFile,
	})
}
