package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"palisade/access"
	"palisade/gateway"
	"palisade/spec"
)

// gatewayQuestion is "palisade why -f": a question about the gateway that
// "palisade serve" runs from the same file.
type gatewayQuestion struct {
	file, action, through string
	groups                []string
}

func (q *gatewayQuestion) add(flags *pflag.FlagSet) {
	flags.StringVarP(&q.file, "file", "f", "", "")
	flags.StringVar(&q.action, "action", access.ActionChat, "")
	flags.StringVar(&q.through, "through", "", "")
	flags.StringArrayVar(&q.groups, "group", nil, "")
}

func (s *session) answerGatewayWhy(q gatewayQuestion, who, model, from string) (int, error) {
	n, err := s.gatewayNode(q.file)
	if err != nil {
		return exitFailed, err
	}
	if strings.EqualFold(from, "internet") {
		from = anyPublic
	}
	source, err := gateway.ParseSource(from)
	if err != nil {
		return exitUsage, usagef("--from: %v", err)
	}
	if !strings.Contains(q.action, "/accounts/") {
		q.action = "Microsoft.CognitiveServices/accounts/OpenAI/" + q.action
	}
	w := gateway.Who{Name: who, Groups: q.groups, GroupsKnown: len(q.groups) > 0, Through: q.through}
	d, err := n.Why(w, source, model, q.action, now())
	if err != nil {
		return exitFailed, err
	}
	fmt.Fprintf(s.stdout, "%s: %s → %s from %s\n  %s\n", strings.ToUpper(d.Verdict.String()), who, model, from, q.file)
	writeReasons(s.stdout, "  ", d, false)
	switch d.Verdict {
	case access.Allow:
		return exitClean, nil
	case access.Unknown:
		return exitFailed, nil
	}
	return exitFindings, nil
}

// gatewayNode reads a palisade.yaml; its problems go to stderr.
func (s *session) gatewayNode(path string) (*gateway.Node, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	parsed, problems := spec.Parse(path, text)
	for _, p := range problems {
		fmt.Fprintln(s.stderr, p)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s has problems", path)
	}
	return gateway.NewNode(parsed, text)
}
