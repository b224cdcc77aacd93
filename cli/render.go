package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"palisade/blueprint"
	"palisade/format/layout"
	"palisade/rule"
	"palisade/spec"
)

var renderVerb = verb{
	name:    "render",
	summary: "build it: from palisade.yaml to ARM JSON, Bicep or Terraform",
	usage: `Usage: palisade render [-f palisade.yaml] [--to FORMAT] [flags]

Writes the deployment that the file describes as a small tree of files to read,
keep and deploy. Before anything is written, the deployment is held against the
types of Resource Manager and against the rules that check asks; what opens it
stops the render, with its proof. What is written is read back and compared.

  -f, --file FILE         the palisade.yaml (default palisade.yaml)
      --to FORMAT         arm, bicep or terraform (default bicep)
      --out DIR           folder to write to (default rendered/FORMAT); - writes
                          everything to the terminal
      --fail-on SEVERITY  what stops the render: a finding at or above critical,
                          high, medium, low or info (default medium)
      --force             write into a folder that has other files in it, which stay

What an earlier render wrote there is written anew, or removed where it is no
longer part of the deployment; the first line of a file says so.

Examples:
  palisade render
  palisade render --to terraform --out infra
  palisade render --to arm --out - > main.json

Exit codes: 0 written · 1 findings · 2 usage · 3 it couldn't be finished.
`,
	run: runRender,
}

type renderFlags struct {
	file, to, out, failOn string
	force                 bool
}

func runRender(s *session, args []string) (int, error) {
	var f renderFlags
	flags := newFlags("render")
	flags.StringVarP(&f.file, "file", "f", "palisade.yaml", "")
	flags.StringVar(&f.to, "to", "bicep", "")
	flags.StringVar(&f.out, "out", "", "")
	flags.StringVar(&f.failOn, "fail-on", "medium", "")
	flags.BoolVar(&f.force, "force", false, "")
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	threshold, err := f.check(flags.NArg())
	if err != nil {
		return exitUsage, err
	}
	text, err := readSpecFile(f.file)
	if err != nil {
		return exitFailed, err
	}
	p, problems := proveSpec(f.file, text, threshold, now())
	if len(problems) > 0 {
		return exitFailed, problemsError(problems)
	}
	if p.show(s.stderr); p.stopped() {
		return exitFindings, nil
	}
	files, err := rendered(p.spec, p.plan, f.to, filepath.Base(f.file))
	if err != nil {
		return exitFailed, err
	}
	return f.write(s, p, files)
}

func (f *renderFlags) check(paths int) (rule.Severity, error) {
	if paths > 0 {
		return 0, usagef("render takes no paths; the file is named by -f")
	}
	if !slices.Contains([]string{"arm", "bicep", "terraform"}, f.to) {
		return 0, usagef("--to %s: it is arm, bicep or terraform", f.to)
	}
	if f.out == "" {
		f.out = filepath.Join("rendered", f.to)
	}
	for s := rule.Info; s <= rule.Critical; s++ {
		if s.String() == f.failOn {
			return s, nil
		}
	}
	return 0, usagef("--fail-on %s: it is critical, high, medium, low or info", f.failOn)
}

func (f *renderFlags) write(s *session, p *proven, files []layout.Written) (int, error) {
	if f.out == "-" {
		return exitClean, writeStream(s.stdout, files)
	}
	changes, err := writeTree(f.out, files, f.force)
	if err != nil {
		return exitFailed, err
	}
	f.report(s.stdout, p.plan, changes)
	f.next(s.stdout, p.spec, p.plan)
	return exitClean, nil
}

// writeStream writes all files one after another, each but a single one under
// its name.
func writeStream(w io.Writer, files []layout.Written) error {
	for _, file := range files {
		if len(files) > 1 {
			if _, err := fmt.Fprintf(w, "==> %s <==\n", file.Path); err != nil {
				return err
			}
		}
		if _, err := w.Write(file.Text); err != nil {
			return err
		}
	}
	return nil
}

// report lists the files that the folder now has.
func (f *renderFlags) report(w io.Writer, plan *blueprint.Plan, changes []change) {
	lines, width, count := 0, 0, 0
	for _, c := range changes {
		width = max(width, len(c.path))
		lines += c.lines
		if c.what != "removed" {
			count++
		}
	}
	fmt.Fprintf(w, "%s in %s: %s, %d lines\n", plural(len(plan.Resources()), "resource"), f.out, plural(count, "file"), lines)
	for _, c := range changes {
		fmt.Fprintf(w, "  %-*s  %5s  %s\n", width, c.path, lineCount(c), c.what)
	}
}

func lineCount(c change) string {
	if c.what == "removed" {
		return ""
	}
	return fmt.Sprint(c.lines)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprint(n, " ", what, "s")
}

// next says how to go on.
func (f *renderFlags) next(w io.Writer, s *spec.Spec, plan *blueprint.Plan) {
	region := s.Regions[0]
	fmt.Fprintln(w, "\nNext:")
	switch f.to {
	case "terraform":
		fmt.Fprintf(w, "  terraform -chdir=%s init && terraform -chdir=%s plan\n", f.out, f.out)
	default:
		name := map[string]string{"arm": "main.json", "bicep": "main.bicep"}[f.to]
		fmt.Fprintf(w, "  az deployment sub what-if --subscription %s --location %s --template-file %s\n",
			s.Subscription, region, filepath.Join(f.out, name))
	}
	for _, file := range plan.Files {
		if strings.HasPrefix(file.Name, "kubernetes") {
			fmt.Fprintf(w, "  kubectl diff -f %s\n", filepath.Join(f.out, file.Name))
		}
	}
}
