package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"palisade/usage"
)

var auditVerb = verb{
	name:    "audit",
	summary: "read usage records, and prove that nobody changed them",
	usage: `Usage: palisade audit verify DIR [flags]
       palisade audit read DIR [flags]

verify checks a usage log, or one that was downloaded from its container: that
each line is as it was written, that none is missing, moved or put in, and that
each checkpoint is signed. It names the first place that isn't good.

      --key KEY            public key of the log, or a file with it; keep it away from
                           the log (default DIR/checkpoint.pub, which whoever can
                           change the log can change as well)
      --checkpoint FILE    a checkpoint that was kept elsewhere: the log has to hold
                           all that it covers, so that its end wasn't cut off
      --save FILE          write the last checkpoint to a file, to keep it elsewhere
      --part               the folder holds the later part of a log only

read prints the records.

      --who TEXT           only of callers with this in their ids
      --model NAME         only of this model
      --since WHEN         only from then on: 24h, 7d, 2026-11-21 or a time in RFC 3339
      --refused            only refusals
      --format FORMAT      text (default) or json, a record in each line
      --decrypt            decrypt text that is sealed to a Key Vault key; asks the
                           vault as whoever is signed in to the Azure CLI

Examples:
  palisade audit verify /var/lib/palisade/usage
  palisade audit verify ./downloaded --key contoso-ai-0a1b2c3d4e5f+7e57c0de+AWl0…
  palisade audit read /var/lib/palisade/usage --who 2222 --since 24h

Exit codes: 0 good, or read · 1 it was changed · 2 usage · 3 it couldn't be read.
`,
	run: runAudit,
}

func runAudit(s *session, args []string) (int, error) {
	if len(args) > 0 {
		switch args[0] {
		case "verify":
			return s.auditVerify(args[1:])
		case "read":
			return s.auditRead(args[1:])
		}
	}
	flags := newFlags("audit")
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	return exitUsage, usagef("say audit verify or audit read")
}

func (s *session) auditVerify(args []string) (int, error) {
	var key, checkpoint, save string
	var o usage.VerifyOptions
	flags := newFlags("audit verify")
	flags.StringVar(&key, "key", "", "")
	flags.StringVar(&checkpoint, "checkpoint", "", "")
	flags.StringVar(&save, "save", "", "")
	flags.BoolVar(&o.Part, "part", false, "")
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	dir, err := onlyFolder(flags.Args())
	if err != nil {
		return exitUsage, err
	}
	if checkpoint != "" {
		text, err := os.ReadFile(checkpoint)
		if err != nil {
			return exitFailed, err
		}
		o.Checkpoint = string(text)
	}
	public, err := auditKey(dir, key)
	if err == nil {
		var v note.Verifier
		if v, err = usage.NewVerifier(public); err == nil {
			o.Keys = note.VerifierList(v)
		}
	}
	if err != nil {
		return s.audited(fmt.Errorf("key: %w", err))
	}
	report, err := usage.Verify(dir, o)
	if err != nil {
		return s.audited(err)
	}
	if save != "" {
		if err := saveCheckpoint(save, report); err != nil {
			return exitFailed, err
		}
	}
	s.printAudit(report, public, key == "")
	return exitClean, nil
}

func onlyFolder(args []string) (string, error) {
	if len(args) != 1 {
		return "", usagef("name one folder with a usage log")
	}
	return args[0], nil
}

// auditKey is the public key: given, in a file, or beside the log.
func auditKey(dir, given string) (string, error) {
	if given == "" {
		return usage.PublicKey(dir)
	}
	if _, err := usage.NewVerifier(given); err == nil {
		return given, nil
	}
	text, err := os.ReadFile(given)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(text)), nil
}

// audited says what is wrong with a log.
func (s *session) audited(err error) (int, error) {
	var d *usage.Damage
	if !errors.As(err, &d) {
		return exitFailed, err
	}
	fmt.Fprintln(s.stdout, plainText(d.Error()))
	fmt.Fprintln(s.stdout, "The log was changed. What stands before this line is good.")
	return exitFindings, nil
}

func saveCheckpoint(path string, r *usage.Report) error {
	if r.Last == "" {
		return errors.New("the log has no checkpoint yet")
	}
	return os.WriteFile(path, []byte(r.Last), 0o644)
}

func (s *session) printAudit(r *usage.Report, key string, beside bool) {
	w := s.stdout
	fmt.Fprintf(w, "good: %d lines in %d segments are as they were written (%d records, %d events), under %d checkpoints\n",
		r.Covered-r.First, r.Segments, r.Size-r.First-r.Events, r.Events, r.Checkpoints)
	fmt.Fprintf(w, "log: %s\nkey: %s\n", plainText(r.Log), key)
	if r.First > 0 {
		fmt.Fprintf(w, "lines 0 to %d aren't there any more\n", r.First-1)
	}
	if n := r.Size - r.Covered; n > 0 {
		fmt.Fprintf(w, "%d lines after the last checkpoint are not yet covered\n", n)
	}
	if r.Unfinished > 0 {
		fmt.Fprintf(w, "%d bytes at the end aren't a line yet: it is being written, or a crash cut it off\n", r.Unfinished)
	}
	if beside {
		fmt.Fprintln(w, "The key lies beside the log. Keep it elsewhere and give it with --key: whoever can write the folder can change both.")
	}
}

// plainText is text without what could steer a terminal.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '\uFFFD'
		}
		return r
	}, s)
}
