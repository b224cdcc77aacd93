package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"palisade/azure"
)

var deployVerb = verb{
	name:    "deploy",
	summary: "build it in Azure: what-if, then a deployment stack, then the proof",
	usage: `Usage: palisade deploy [-f palisade.yaml] [flags]

Deploys what the file describes to its subscription, in six steps:

  1. The rules of palisade check are asked of the plan. A finding from medium on
     stops it before Azure is asked anything.
  2. Preflight: login, rights, resource providers, models, quota, names.
  3. What-if: what would be created, changed and deleted.
  4. You say yes.
  5. A deployment stack is deployed, whose deny settings keep everybody else from
     changing it. Races and throttling are waited out.
  6. The proof: everything is read back, compared and put to the rules again; keys
     are asked for until they are refused; names are resolved.

An interrupted run loses nothing: run it again, and it waits for what is still at
work in Azure and goes on from there.

  -f, --file FILE          the palisade.yaml (default palisade.yaml)
      --what-if            stop after step 3
      --yes                don't ask; resource providers are registered, too
      --param NAME=VALUE   a value that the deployment asks for, such as clusterIssuer
      --cloud NAME         public, usgov or china; has to be that of the file
      --no-color           no colours (NO_COLOR does the same)

It logs in as azidentity does: AZURE_CLIENT_ID and its like, a workload or managed
identity, az login, azd auth login. Who deploys needs, at the subscription, the
role Owner; or Contributor, Role Based Access Control Administrator and Azure
Deployment Stack Owner.

Examples:
  palisade deploy --what-if
  palisade deploy -f prod.yaml --yes

Exit codes: 0 deployed and proven, or what-if done · 1 the plan, or what is live,
breaks a rule or isn't as planned · 2 usage · 3 something couldn't be finished or
isn't known.
`,
	run: runDeploy,
}

type deployFlags struct {
	file, cloud          string
	params               []string
	whatIf, yes, noColor bool
}

func runDeploy(s *session, args []string) (int, error) {
	var f deployFlags
	flags := newFlags("deploy")
	flags.StringVarP(&f.file, "file", "f", "palisade.yaml", "")
	flags.StringVar(&f.cloud, "cloud", "", "")
	flags.BoolVar(&f.whatIf, "what-if", false, "")
	flags.BoolVar(&f.yes, "yes", false, "")
	flags.BoolVar(&f.noColor, "no-color", false, "")
	flags.StringArrayVar(&f.params, "param", nil, "")
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	if flags.NArg() > 0 {
		return exitUsage, usagef("deploy takes no paths; the file is named by -f")
	}
	p, err := planDeployment(f.file)
	if err != nil {
		return exitFailed, err
	}
	if err := p.parameters(f.params); err != nil {
		return exitUsage, err
	}
	client, err := s.login(p, f.cloud)
	if err != nil {
		return exitFailed, err
	}
	d := &deploying{session: s, flags: f, planned: p, client: client, input: bufio.NewReader(s.stdin), began: client.Now(),
		paint: paint{!f.noColor && s.colors()}}
	return d.run()
}

// deploying is one run of deploy.
type deploying struct {
	*session
	*planned
	paint
	flags  deployFlags
	client *azure.Client
	input  *bufio.Reader
	began  time.Time
}

// steps are those before anything is changed, and those after.
func (d *deploying) run() (int, error) {
	d.header()
	if code := d.proveBefore(); code != exitClean {
		return code, nil
	}
	if err := d.preflight(); err != nil {
		return exitFailed, err
	}
	if err := d.whatIf(); err != nil {
		return exitFailed, err
	}
	if d.flags.whatIf {
		return exitClean, nil
	}
	if !d.flags.yes && !d.agreed("\nDeploy this? Only yes goes on: ", "yes") {
		return exitFailed, errors.New("nothing was changed; --yes deploys without asking")
	}
	old := d.client.OldKeys(d.ctx, d.deploy)
	if err := d.client.Deploy(d.ctx, d.deploy, d.tell); err != nil {
		return exitFailed, err
	}
	code := d.proveAfter(old)
	d.closing(code)
	return code, nil
}

func (d *deploying) header() {
	fmt.Fprintf(d.stdout, "%s: %s to subscription %s, %s\n", d.flags.file, d.deploy.Name, d.spec.Subscription, strings.Join(d.spec.Regions, ", "))
}

// proveBefore tells what the rules find in the plan.
func (d *deploying) proveBefore() int {
	fmt.Fprintf(d.stdout, "\nThe plan: %s\n", plural(len(d.deploy.Resources), "resource"))
	d.findings(d.proven)
	if d.stopped() {
		fmt.Fprintln(d.stdout, "Nothing was changed. Close what is found; where it can't be closed, the section of the file takes because: and expires:.")
		return exitFindings
	}
	return exitClean
}

// findings prints what the rules find.
func (d *deploying) findings(p *proven) {
	for _, f := range p.findings {
		showFinding(d.stdout, f, "")
	}
	for _, f := range p.undecided {
		showFinding(d.stdout, f, " can't be decided")
	}
	for _, a := range p.accepts {
		fmt.Fprintf(d.stdout, "  accepted until %s  %s: %s, because %s\n", a.Expires, a.Path, a.What, a.Because)
	}
	fmt.Fprintf(d.stdout, "  %d rules asked: %d at %s or above, %s\n", p.rules, len(p.findings), p.threshold, p.others())
}

// preflight stops the run where Azure would refuse the deployment.
func (d *deploying) preflight() error {
	checks, unregistered := d.client.Preflight(d.ctx, d.deploy)
	d.checks("\nPreflight", checks)
	failed := 0
	for _, c := range checks {
		if c.State == azure.Fail {
			failed++
		}
	}
	if len(unregistered) > 0 && failed == 1 && !d.flags.whatIf {
		return d.register(unregistered)
	}
	if failed > 0 && !(d.flags.whatIf && len(unregistered) > 0 && failed == 1) {
		return fmt.Errorf("%s of the preflight failed; nothing was changed", plural(failed, "check"))
	}
	return nil
}

func (d *deploying) register(namespaces []string) error {
	if !d.flags.yes && !d.agreed("\nRegister these resource providers with the subscription? Only yes goes on: ", "yes") {
		return errors.New("the resource providers aren't registered; nothing was changed")
	}
	fmt.Fprintf(d.stderr, "registering %s …\n", strings.Join(namespaces, ", "))
	return d.client.Register(d.ctx, namespaces)
}

func (d *deploying) whatIf() error {
	changes, err := d.client.WhatIf(d.ctx, d.deploy)
	if err != nil {
		return fmt.Errorf("asking what would change: %s", azure.Explain(err))
	}
	d.changes(changes)
	return nil
}

// agreed asks a question and reports whether the answer is the one that is
// wanted.
func (d *deploying) agreed(question, want string) bool {
	return ask(d.stderr, d.input, question) == want
}

// ask prints a question and reads a line, "" at the end of the input.
func ask(w io.Writer, in *bufio.Reader, question string) string {
	fmt.Fprint(w, question)
	line, err := in.ReadString('\n')
	if err != nil && line == "" {
		fmt.Fprintln(w)
	}
	return strings.TrimSpace(line)
}

// proveAfter reads everything back and puts it to the rules.
func (d *deploying) proveAfter(old azure.Keys) int {
	fmt.Fprintln(d.stderr, "reading it back …")
	live, checks := d.client.Prove(d.ctx, d.deploy)
	checks = append(checks, d.client.CheckKeys(d.ctx, live, old, d.tell)...)
	judged := d.judgeLive(live)
	checks = append(checks, judged.check())
	if judged.stopped() || len(judged.undecided) > 0 {
		d.findings(judged)
	}
	hosts := d.client.CheckHosts(d.ctx, live)
	d.checks("\nProof", append(checks, hosts...))
	return codeOf(checks)
}

// check is what the rules found as a check of the proof.
func (p *proven) check() azure.Check {
	c := azure.Check{Name: "rules", State: azure.OK, Text: fmt.Sprintf("%d asked of what is live, none is broken from %s on", p.rules, p.threshold)}
	switch {
	case p.stopped():
		c.State, c.Text = azure.Fail, plural(len(p.findings), "finding")+", see above"
		c.Do = "find out who has changed it, and deploy again"
	case len(p.undecided) > 0:
		c.State, c.Text = azure.Unknown, fmt.Sprintf("%d can't be decided, see above", len(p.undecided))
	}
	return c
}

// codeOf is the exit code of checks: something wrong, something not known.
// Names aren't among them, because what they are depends on where one asks.
func codeOf(checks []azure.Check) int {
	code := exitClean
	for _, c := range checks {
		if c.State == azure.Fail {
			return exitFindings
		}
		if c.State == azure.Unknown {
			code = exitFailed
		}
	}
	return code
}

func (d *deploying) closing(code int) {
	took := d.client.Now().Sub(d.began).Round(time.Second)
	switch code {
	case exitClean:
		fmt.Fprintf(d.stdout, "\nDeployed and proven in %s. The stack %s keeps it (%s).\n", took, d.deploy.Name, d.deploy.Deny)
	case exitFindings:
		fmt.Fprintf(d.stdout, "\nDeployed in %s, but it isn't as it has to be: see the proof.\n", took)
	default:
		fmt.Fprintf(d.stdout, "\nDeployed in %s; not all of it could be proven: see the proof.\n", took)
	}
}
