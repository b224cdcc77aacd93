package cli

import (
	"fmt"
	"strings"

	"palisade/azure"
)

// paint colours words of the terminal, where it is to.
type paint struct{ on bool }

func (p paint) code(code, s string) string {
	if !p.on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p paint) red(s string) string    { return p.code("31", s) }
func (p paint) green(s string) string  { return p.code("32", s) }
func (p paint) yellow(s string) string { return p.code("33", s) }

// checks prints checks, each with what to do about it.
func (d *deploying) checks(title string, checks []azure.Check) {
	fmt.Fprintln(d.stdout, title)
	width := 0
	for _, c := range checks {
		width = max(width, len(c.Name))
	}
	for _, c := range checks {
		state := fmt.Sprintf("%-8s", c.State)
		switch c.State {
		case azure.OK:
			state = d.green(state)
		case azure.Fail:
			state = d.red(state)
		default:
			state = d.yellow(state)
		}
		fmt.Fprintf(d.stdout, "  %s %-*s  %s\n", state, min(width, 60), c.Name, c.Text)
		if c.State != azure.OK && c.Do != "" {
			fmt.Fprintf(d.stdout, "  %8s → %s\n", "", c.Do)
		}
	}
}

// maxDeltas limits the properties that are shown of one resource.
const maxDeltas = 40

// changes prints what would become of each resource, as a diff.
func (d *deploying) changes(changes []azure.Change) {
	fmt.Fprintln(d.stdout, "\nWhat would change")
	count := map[azure.Action]int{}
	for _, c := range changes {
		count[c.Action]++
		switch c.Action {
		case azure.Create:
			fmt.Fprintln(d.stdout, d.green("  + "+shortName(c.ID)))
		case azure.Delete:
			fmt.Fprintln(d.stdout, d.red("  - "+shortName(c.ID)))
		case azure.Modify:
			fmt.Fprintln(d.stdout, d.yellow("  ~ "+shortName(c.ID)))
			d.deltas(c.Delta)
		case azure.Unsupported:
			fmt.Fprintln(d.stdout, d.yellow("  ? "+shortName(c.ID))+"  "+c.Why)
		}
	}
	fmt.Fprintf(d.stdout, "  %d to create, %d to change, %d to delete, %d stay as they are", count[azure.Create], count[azure.Modify], count[azure.Delete], count[azure.NoChange])
	if n := count[azure.Unsupported]; n > 0 {
		fmt.Fprintf(d.stdout, ", %d that Azure can't predict", n)
	}
	fmt.Fprintln(d.stdout)
}

func (d *deploying) deltas(deltas []azure.Delta) {
	for i, delta := range deltas {
		if i == maxDeltas {
			fmt.Fprintf(d.stdout, "      … and %d more\n", len(deltas)-i)
			return
		}
		switch {
		case delta.Before == "":
			fmt.Fprintf(d.stdout, "      + %s: %s\n", delta.Path, cut(delta.After))
		case delta.After == "":
			fmt.Fprintf(d.stdout, "      - %s: %s\n", delta.Path, cut(delta.Before))
		default:
			fmt.Fprintf(d.stdout, "      ~ %s: %s → %s\n", delta.Path, cut(delta.Before), cut(delta.After))
		}
	}
}

// cut keeps a value within a line.
func cut(s string) string {
	const most = 100
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

// shortName shows an ID as what is after its scope, with the resource group where
// there is one: rg-chat  accounts/oai-chat.
func shortName(id string) string {
	parts := strings.Split(strings.Trim(id, "/"), "/")
	i := len(parts) - 1
	for ; i >= 0; i-- {
		if strings.EqualFold(parts[i], "providers") {
			break
		}
	}
	if i < 0 || i+2 >= len(parts) {
		return azure.Short(id)
	}
	text := strings.Join(parts[i+2:], "/")
	if on := parts[:i]; len(on) > 4 {
		text += " on " + on[len(on)-1]
	}
	return text
}

// tell prints progress on stderr, with the time since the start.
func (d *deploying) tell(e azure.Event) {
	since := d.client.Now().Sub(d.began)
	clock := fmt.Sprintf("%3d:%02d", int(since.Minutes()), int(since.Seconds())%60)
	switch e.State {
	case "running":
		return // a line when it is done is enough
	case "failed":
		fmt.Fprintf(d.stderr, "%s  %s  %s  %s\n", clock, d.red("failed "), shortName(e.ID), e.Text)
	case "done":
		fmt.Fprintf(d.stderr, "%s  %s  %s\n", clock, d.green("done   "), shortName(e.ID))
	default:
		fmt.Fprintf(d.stderr, "%s  %s  %s\n", clock, d.yellow(fmt.Sprintf("%-7s", e.State)), strings.TrimSpace(shortName(e.ID)+"  "+e.Text))
	}
}
