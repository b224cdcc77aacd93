package cli

import (
	"bufio"
	"errors"
	"fmt"

	"palisade/azure"
)

var destroyVerb = verb{
	name:    "destroy",
	summary: "take down what deploy has built",
	usage: `Usage: palisade destroy [-f palisade.yaml] [NAME] [flags]

Deletes the deployment stack of the file with everything that it has deployed,
resource groups and all that is in them included. It lists what goes, and asks for
the name of the stack; NAME answers in advance.

Azure OpenAI accounts and key vaults are only deleted softly: Azure keeps them for
some time, and they hold their names. --purge ends the accounts for good. Vaults
with purge protection can't be purged before their time.

  -f, --file FILE          the palisade.yaml (default palisade.yaml)
      --purge              purge the deleted accounts: nothing of them can be restored
      --cloud NAME         public, usgov or china; has to be that of the file
      --no-color           no colours (NO_COLOR does the same)

Examples:
  palisade destroy
  palisade destroy -f test.yaml palisade-contoso-chat-test --purge

Exit codes: 0 it is gone · 2 usage · 3 it couldn't be finished; run it again.
`,
	run: runDestroy,
}

func runDestroy(s *session, args []string) (int, error) {
	var f deployFlags
	var purge bool
	flags := newFlags("destroy")
	flags.StringVarP(&f.file, "file", "f", "palisade.yaml", "")
	flags.StringVar(&f.cloud, "cloud", "", "")
	flags.BoolVar(&purge, "purge", false, "")
	flags.BoolVar(&f.noColor, "no-color", false, "")
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	if flags.NArg() > 1 {
		return exitUsage, usagef("destroy takes one name, that of the stack; the file is named by -f")
	}
	p, err := planDeployment(f.file)
	if err != nil {
		return exitFailed, err
	}
	client, err := s.login(p, f.cloud)
	if err != nil {
		return exitFailed, err
	}
	d := &deploying{session: s, flags: f, planned: p, client: client, input: bufio.NewReader(s.stdin), began: client.Now(),
		paint: paint{!f.noColor && s.colors()}}
	if err := d.destroy(flags.Arg(0)); err != nil {
		return exitFailed, err
	}
	return exitClean, d.deleted(purge)
}

// destroy lists what goes, asks, and deletes it.
func (d *deploying) destroy(answer string) error {
	managed, err := d.client.Managed(d.ctx, d.deploy.Name)
	if err != nil {
		return errors.New(azure.Explain(err))
	}
	if managed == nil {
		fmt.Fprintf(d.stdout, "There is no stack %s in subscription %s.\n", d.deploy.Name, d.spec.Subscription)
		return nil
	}
	fmt.Fprintf(d.stdout, "The stack %s has these %s, which are deleted with all that is in them:\n", d.deploy.Name, plural(len(managed), "resource"))
	for _, id := range managed {
		fmt.Fprintln(d.stdout, "  "+d.red("- "+shortName(id)))
	}
	if answer == "" {
		answer = ask(d.stderr, d.input, "\nType the name of the stack to delete it: ")
	}
	if answer != d.deploy.Name {
		return fmt.Errorf("%q isn't the name %s; nothing was deleted", answer, d.deploy.Name)
	}
	if err := d.client.Destroy(d.ctx, d.deploy.Name, d.tell); err != nil {
		return fmt.Errorf("%s\nSome of it may be deleted already. palisade destroy again goes on from there", azure.Explain(err))
	}
	fmt.Fprintf(d.stdout, "The stack %s is deleted.\n", d.deploy.Name)
	return nil
}

// deleted tells of accounts that Azure still keeps, or purges them.
func (d *deploying) deleted(purge bool) error {
	kept, err := d.client.SoftDeleted(d.ctx, d.deploy)
	if err != nil {
		return fmt.Errorf("looking for deleted accounts: %s", azure.Explain(err))
	}
	for _, a := range kept {
		if !purge {
			fmt.Fprintf(d.stdout, "Azure keeps the deleted account %s and its name for some time; palisade destroy --purge ends it for good.\n", a.Name)
			continue
		}
		if err := d.client.Purge(d.ctx, a); err != nil {
			return fmt.Errorf("purging %s: %s", a.Name, azure.Explain(err))
		}
		fmt.Fprintf(d.stdout, "The account %s is purged.\n", a.Name)
	}
	return nil
}
