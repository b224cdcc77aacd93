package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"palisade/rule"
	"palisade/spec"
)

var initVerb = verb{
	name:    "init",
	summary: "begin: write a palisade.yaml by asking a few questions",
	usage: `Usage: palisade init [flags]

Writes a palisade.yaml with comments to go on from. What isn't said by a flag is
asked; with --yes nothing is asked, and what has a default takes it.

  -f, --file FILE        the file to write (default palisade.yaml)
      --yes              ask nothing
      --name NAME        begins the names of all resources (default contoso-ai)
      --subscription ID  to deploy to; a GUID, needed
      --tenant ID        the Entra tenant; a GUID, may be left out
      --regions LIST     such as swedencentral,francecentral (default swedencentral)
      --group ID         object ID of the Entra group that may use the model; needed
      --model NAME       the model to offer (default gpt-5.1)
      --version VERSION  its version (default the one that Azure keeps longest)
      --network MODE     private (default), selected or existing
      --ranges LIST      selected: the public addresses that are let in
      --because REASON   selected: why the accounts have public endpoints
      --hub ID           existing: resource ID of the hub's virtual network
      --email ADDRESS    who gets a mail when something is opened or used up
      --force            write over a file that is there

Examples:
  palisade init
  palisade init --yes --subscription 11111111-1111-4111-8111-111111111111 \
      --group 22222222-2222-4222-8222-222222222222

Exit codes: 0 written · 2 usage · 3 it couldn't be finished.
`,
	run: runInit,
}

// starter is what a first palisade.yaml is made from.
type starter struct {
	name, subscription, tenant, regions, group string
	model, version, network, ranges, because   string
	hub, email                                 string
}

func runInit(s *session, args []string) (int, error) {
	var a starter
	file, yes, force := "", false, false
	flags := newFlags("init")
	flags.StringVarP(&file, "file", "f", "palisade.yaml", "")
	flags.BoolVar(&yes, "yes", false, "")
	flags.BoolVar(&force, "force", false, "")
	for _, q := range a.questions() {
		flags.StringVar(q.answer, q.flag, "", "")
	}
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	if flags.NArg() > 0 {
		return exitUsage, usagef("init takes no paths; the file is named by -f")
	}
	if _, err := os.Lstat(file); err == nil && !force {
		return exitFailed, fmt.Errorf("%s is there already: choose another name with -f, or say --force", file)
	}
	in := bufio.NewScanner(s.stdin)
	for _, q := range a.questions() {
		if err := s.answered(in, q, yes); err != nil {
			return exitUsage, err
		}
	}
	text := []byte(a.text(now()))
	if _, problems := spec.Parse(file, text); len(problems) > 0 {
		return exitFailed, problemsError(problemTexts(problems))
	}
	if err := writeStarter(file, text, force); err != nil {
		return exitFailed, err
	}
	fmt.Fprintf(s.stdout, "%s is written: %d lines. Next:\n  palisade render -f %s\n", file, strings.Count(string(text), "\n"), file)
	return exitClean, nil
}

// writeStarter writes the file; one that appeared meanwhile stays.
func writeStarter(path string, text []byte, force bool) error {
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(path, how, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// question asks for one value.
type question struct {
	flag, text string
	answer     *string
	otherwise  func() string            // the default, "" for none
	check      func(text string) string // what is wrong with it, or ""
	optional   bool
	asked      func() bool // nil for always
}

// answered makes sure that a question has a good answer: that of the flag, what
// a person says, or the default.
func (s *session) answered(in *bufio.Scanner, q question, yes bool) error {
	if q.asked != nil && !q.asked() {
		if *q.answer != "" {
			return usagef("--%s doesn't go with this --network", q.flag)
		}
		return nil
	}
	if *q.answer != "" {
		if wrong := q.wrong(*q.answer); wrong != "" {
			return usagef("--%s %s: it is %s", q.flag, *q.answer, wrong)
		}
		return nil
	}
	if yes {
		if *q.answer = q.fallback(); *q.answer == "" && !q.optional {
			return usagef("--%s is needed", q.flag)
		}
		return nil
	}
	return q.ask(in, s.stdout)
}

const maxTries = 5

func (q question) ask(in *bufio.Scanner, out io.Writer) error {
	for range maxTries {
		prompt := q.text
		if d := q.fallback(); d != "" {
			prompt += " [" + d + "]"
		} else if q.optional {
			prompt += " [none]"
		}
		fmt.Fprint(out, prompt+": ")
		if !in.Scan() {
			fmt.Fprintln(out)
			return usagef("no answer: give it as --%s, or all as flags with --yes", q.flag)
		}
		answer := strings.TrimSpace(in.Text())
		if answer == "" {
			answer = q.fallback()
		}
		wrong := q.wrong(answer)
		if wrong == "" {
			*q.answer = answer
			return nil
		}
		fmt.Fprintf(out, "  it is %s\n", wrong)
	}
	return usagef("no answer to: %s", q.text)
}

func (q question) fallback() string {
	if q.otherwise == nil {
		return ""
	}
	return q.otherwise()
}

func (q question) wrong(answer string) string {
	switch {
	case answer == "" && q.optional:
		return ""
	case answer == "":
		return "needed"
	case strings.ContainsFunc(answer, func(c rune) bool { return c < ' ' }):
		return "one line"
	case q.check == nil:
		return ""
	}
	return q.check(answer)
}

func (a *starter) questions() []question {
	selected := func() bool { return a.network == "selected" }
	existing := func() bool { return a.network == "existing" }
	return []question{
		{flag: "name", text: "Name of the deployment", answer: &a.name, otherwise: always("contoso-ai"), check: a.checkAs(func(b *starter, s string) { b.name = s }, "2 to 22 lower-case letters, digits and -, beginning with a letter")},
		{flag: "subscription", text: "Subscription ID", answer: &a.subscription, check: isGUID},
		{flag: "tenant", text: "Entra tenant ID", answer: &a.tenant, check: isGUID, optional: true},
		{flag: "regions", text: "Regions", answer: &a.regions, otherwise: always("swedencentral"), check: a.checkAs(func(b *starter, s string) { b.regions = s }, "one or several of Azure's regions in their short form, such as swedencentral")},
		{flag: "group", text: "Object ID of the Entra group that may use the model", answer: &a.group, check: isGUID},
		{flag: "model", text: "Model", answer: &a.model, otherwise: always("gpt-5.1"), check: a.checkAs(func(b *starter, s string) { b.model = s }, "the name of a model, such as gpt-5.1")},
		{flag: "version", text: "Its version", answer: &a.version, otherwise: func() string { return rule.LongestKept(a.model) }, check: a.checkAs(func(b *starter, s string) { b.version = s }, "a version, such as 2025-11-13")},
		{flag: "network", text: "Network: private, selected (public addresses that are let in) or existing (a hub)", answer: &a.network, otherwise: always("private"), check: isMode},
		{flag: "ranges", text: "Addresses that are let in, such as 203.0.113.0/24", answer: &a.ranges, asked: selected, check: a.checkAs(func(b *starter, s string) { b.network, b.ranges = "selected", s }, "public addresses or networks, with commas between them")},
		{flag: "because", text: "Why public endpoints", answer: &a.because, asked: selected},
		{flag: "hub", text: "Resource ID of the hub's virtual network", answer: &a.hub, asked: existing, check: a.checkAs(func(b *starter, s string) { b.network, b.hub = "existing", s }, "the resource ID of a virtual network, /subscriptions/…")},
		{flag: "email", text: "Mail address for alerts", answer: &a.email, optional: true, check: a.checkAs(func(b *starter, s string) { b.email = s }, "a mail address")},
	}
}

func always(s string) func() string { return func() string { return s } }

// valid is a starter that nothing is wrong with.
var valid = starter{name: "ab", subscription: "11111111-1111-4111-8111-111111111111", regions: "swedencentral",
	group: "22222222-2222-4222-8222-222222222222", model: "gpt-5.1", version: "2025-11-13", network: "private",
	ranges: "203.0.113.0/24", because: "x", hub: "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/h/providers/Microsoft.Network/virtualNetworks/h"}

// checkAs asks the reader of palisade.yaml about a value, in a file in which
// everything else is right.
func (a *starter) checkAs(set func(*starter, string), what string) func(string) string {
	return func(s string) string {
		b := valid
		set(&b, s)
		if _, problems := spec.Parse("", []byte(b.text(time.Time{}.AddDate(3000, 0, 0)))); len(problems) > 0 {
			return what
		}
		return ""
	}
}

func isGUID(s string) string {
	hex := 0
	for i, c := range []byte(strings.ToLower(s)) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return "a GUID"
			}
		case '0' <= c && c <= '9' || 'a' <= c && c <= 'f':
			hex++
		}
	}
	if len(s) != 36 || hex != 32 {
		return "a GUID"
	}
	return ""
}

func isMode(s string) string {
	if s == "private" || s == "selected" || s == "existing" {
		return ""
	}
	return "private, selected or existing"
}
