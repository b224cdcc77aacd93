package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"palisade/azure"
	"palisade/usage"
)

// Exit codes of every verb.
const (
	exitClean    = 0 // done, and nothing at or above the threshold
	exitFindings = 1 // findings at or above the threshold
	exitUsage    = 2 // the command line can't be understood
	exitFailed   = 3 // something couldn't be read or finished; what could be is reported
)

// session is one run of the program: what it reads and writes.
type session struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	azure          azure.Options   // what tests put in the place of Azure
	unwrapper      usage.Unwrapper // and of a Key Vault
}

// verb is one thing that the program does.
type verb struct {
	name    string
	summary string
	usage   string // synopsis, description and examples
	run     func(s *session, args []string) (int, error)
}

// verbs are all verbs, in the order in which help lists them.
func verbs() []verb {
	return []verb{initVerb, checkVerb, renderVerb, whoVerb, whyVerb, rulesVerb, deployVerb, destroyVerb, serveVerb, auditVerb, versionVerb}
}

// Main runs the program and returns its exit code.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &session{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr}
	if len(args) == 0 {
		overview(stderr)
		return exitUsage
	}
	name, rest := args[0], args[1:]
	if name == "help" || name == "-h" || name == "--help" {
		return s.help(rest)
	}
	for _, v := range verbs() {
		if v.name == name {
			return s.run(v, rest)
		}
	}
	fmt.Fprintf(stderr, "palisade: there is no verb %q\n", name)
	overview(stderr)
	return exitUsage
}

func (s *session) run(v verb, args []string) int {
	code, err := v.run(s, args)
	var wrong usageError
	switch {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(s.stdout, v.usage)
		return exitClean
	case errors.As(err, &wrong):
		fmt.Fprintf(s.stderr, "palisade %s: %v\nSee palisade %s --help.\n", v.name, err, v.name)
		return exitUsage
	case err != nil:
		fmt.Fprintf(s.stderr, "palisade %s: %v\n", v.name, err)
		return exitFailed
	}
	return code
}

func (s *session) help(args []string) int {
	if len(args) == 0 {
		overview(s.stdout)
		return exitClean
	}
	for _, v := range verbs() {
		if v.name == args[0] {
			fmt.Fprint(s.stdout, v.usage)
			return exitClean
		}
	}
	fmt.Fprintf(s.stderr, "palisade: there is no verb %q\n", args[0])
	return exitUsage
}

func overview(w io.Writer) {
	var b strings.Builder
	b.WriteString("Palisade builds, guards and proves private, keyless, least-privilege Azure OpenAI.\n\n")
	b.WriteString("Usage: palisade VERB [arguments]\n\n")
	for _, v := range verbs() {
		fmt.Fprintf(&b, "  %-9s %s\n", v.name, v.summary)
	}
	b.WriteString("\nStart with: palisade check PATH\nMore: palisade help VERB\n")
	fmt.Fprint(w, b.String())
}

// usageError is a mistake on the command line.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// newFlags makes the flags of a verb. Flags may stand before and after paths.
func newFlags(name string) *pflag.FlagSet {
	f := pflag.NewFlagSet(name, pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	return f
}

func parseFlags(f *pflag.FlagSet, args []string) error {
	err := f.Parse(args)
	if err != nil && !errors.Is(err, pflag.ErrHelp) {
		return usagef("%v", err)
	}
	return err
}
