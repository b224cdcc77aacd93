package cli

import (
	"os"
	"runtime"
	"strings"
	"sync"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
	"palisade/report"
	"palisade/rule"
	"palisade/source"
	"palisade/template"
)

// checker takes entry points through evaluation, estate and rules.
type checker struct {
	session *session
	input   inputFlags
	loader  *source.Loader
	found   source.Found
	options report.Options
}

func newChecker(s *session, in inputFlags, paths []string) (*checker, error) {
	if len(paths) == 0 {
		return nil, usagef("which file or folder? palisade check . checks this one")
	}
	loader, err := in.loader()
	if err != nil {
		return nil, err
	}
	dir, err := os.Getwd()
	if err != nil {
		dir = ""
	}
	return &checker{
		session: s, input: in, loader: loader,
		found:   loader.Find(paths, in.params),
		options: report.Options{Version: version(), Dir: dir, Rules: rule.All},
	}, nil
}

// parts checks all entry points, as many at a time as there are processors. The
// order is that of the entry points.
func (c *checker) parts() ([]*report.Part, error) {
	parts := make([]*report.Part, len(c.found.Entries))
	errs := make([]error, len(parts))
	progress := c.session.startProgress(len(parts))
	defer progress.stop()
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(parts)) {
		workers.Go(func() {
			for i := range next {
				parts[i], errs[i] = c.part(c.found.Entries[i])
				c.release(i)
				progress.done()
			}
		})
	}
	for i := range parts {
		if c.session.ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	if err := c.session.ctx.Err(); err != nil {
		return nil, err
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// release lets go of the template of an entry point, unless the next one in the
// list is the same with other parameters: a tree of large templates needn't
// stay in memory.
func (c *checker) release(i int) {
	all := c.found.Entries
	if i+1 == len(all) || all[i+1].Template != all[i].Template {
		c.loader.Forget(all[i].Template)
	}
}

// part checks one entry point. A file that can't be read is a part of the
// report, too; the error is about the command line.
func (c *checker) part(e source.Entry) (*report.Part, error) {
	if e.Spec {
		return c.specPart(e), nil
	}
	given, err := c.input.given(c.loader, e)
	if err != nil {
		return nil, err
	}
	v, err := c.evaluate(e, given)
	check := report.Check{Template: e.Template, Parameters: e.Parameters}
	if err != nil {
		check.Diagnostics = []arm.Diagnostic{{Pos: arm.NewFile(e.Template, nil).At(0), Message: err.Error()}}
		return report.NewPart(c.options, check), nil
	}
	findings := c.decideByCases(e, given, v)
	check.Estate, check.World, check.Findings = v.subject.Estate, v.subject.World, findings
	check.Resources, check.Diagnostics = len(v.result.Resources), v.result.Diagnostics
	for _, a := range v.result.Assumed {
		check.Assumed = append(check.Assumed, a.What+" "+a.Value)
	}
	for _, p := range v.result.Open {
		check.Open = append(check.Open, report.Open(p))
	}
	for _, n := range v.result.NotDeployed {
		if strings.EqualFold(n.Type, source.AccountType) {
			check.NotDeployed = append(check.NotDeployed, report.NotDeployed(n))
		}
	}
	return report.NewPart(c.options, check), nil
}

// specPart checks a palisade.yaml.
func (c *checker) specPart(e source.Entry) *report.Part {
	check := report.Check{Template: e.Template, Now: now()}
	d, diagnostics, err := c.specVerdict(e)
	if err != nil {
		diagnostics = []arm.Diagnostic{{Pos: arm.NewFile(e.Template, nil).At(0), Message: err.Error()}}
	}
	check.Diagnostics = diagnostics
	if d != nil {
		check.Estate, check.World, check.Findings, check.Resources = d.subject.Estate, d.subject.World, d.findings, d.resources
	}
	return report.NewPart(c.options, check)
}

// verdict is an entry point evaluated with certain parameters.
type verdict struct {
	result   *template.Result
	subject  *rule.Subject
	findings []rule.Finding
}

func (c *checker) evaluate(e source.Entry, given map[string]arm.Value) (*verdict, error) {
	result, err := c.loader.Evaluate(e, given, c.input.context)
	if err != nil {
		return nil, err
	}
	subject := newSubject(result)
	return &verdict{result, subject, rule.Run(c.options.Rules, subject)}, nil
}

func newSubject(result *template.Result) *rule.Subject {
	e := estate.New(result.Resources, estate.Options{Outputs: outputs(result)})
	return &rule.Subject{Estate: e, World: access.Compile(e), Now: now(), Missing: result.Holes}
}

func outputs(result *template.Result) []estate.Output {
	out := make([]estate.Output, len(result.Outputs))
	for i, o := range result.Outputs {
		out[i] = estate.Output{Deployment: o.Deployment, Name: o.Name, Value: o.Value, Secure: o.Secure, Pos: o.Pos}
	}
	return out
}

func (c *checker) files() report.Files {
	f := report.Files{Count: c.found.Files}
	for _, s := range c.found.Skipped {
		f.Skipped = append(f.Skipped, report.Skipped{Path: s.Path, Why: s.Why, Parameters: s.Why == source.NoTemplate})
	}
	for _, p := range c.found.Problems {
		f.Problems = append(f.Problems, report.Problem{Path: p.Path, Why: p.Err.Error()})
	}
	return f
}
