package cli

import (
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
	"palisade/report"
	"palisade/source"
)

// view is an entry point that questions are asked about.
type view struct {
	entry  source.Entry
	estate *estate.Estate
	world  *access.World
}

// views evaluates the entry points that hold accounts.
func (c *checker) views() ([]view, int, error) {
	var out []view
	notRead := len(c.found.Problems)
	for _, p := range c.found.Problems {
		fmt.Fprintf(c.session.stderr, "palisade: %s: %v\n", p.Path, p.Err)
	}
	for _, e := range c.found.Entries {
		if e.Spec {
			v, holes := c.specView(e)
			notRead += holes
			out = append(out, v...)
			continue
		}
		given, err := c.input.given(c.loader, e)
		if err != nil {
			return nil, 0, err
		}
		result, err := c.loader.Evaluate(e, given, c.input.context)
		if err != nil {
			notRead++
			fmt.Fprintf(c.session.stderr, "palisade: %s: %v\n", e.Template, err)
			continue
		}
		for _, d := range result.Diagnostics {
			if d.Severity != arm.Warning {
				notRead++
				fmt.Fprintln(c.session.stderr, "palisade:", d)
			}
		}
		s := newSubject(result)
		if len(s.Estate.Accounts.All) > 0 {
			out = append(out, view{e, s.Estate, s.World})
		}
	}
	if len(out) == 0 {
		return nil, notRead, fmt.Errorf("no Azure OpenAI account or gateway in what was read")
	}
	return out, notRead, nil
}

// placed are the views that know the place --from; the error is that of the last
// one where none does.
func placed(views []view, from string) ([]view, error) {
	var out []view
	var failed error
	for _, v := range views {
		if _, err := v.from(from); err != nil {
			failed = err
			continue
		}
		out = append(out, v)
	}
	if len(out) == 0 {
		return nil, failed
	}
	return out, nil
}

// errNoModel is about a model that nothing deploys.
func errNoModel(model string) error {
	return fmt.Errorf("no deployment of a model %s in what was read", model)
}

// from reads --from: internet, a public address, or the id or name of a subnet,
// private endpoint or other resource.
func (v view) from(text string) (access.Source, error) {
	if strings.EqualFold(text, "internet") {
		return access.Address(netip.MustParseAddr(anyPublic)), nil
	}
	if a, err := netip.ParseAddr(text); err == nil {
		return access.Address(a), nil
	}
	if strings.HasPrefix(text, "link:") && len(v.estate.Guards.All) > 0 {
		return access.Endpoint(text), nil
	}
	for _, r := range v.estate.Resources {
		if !strings.EqualFold(r.Name, text) && !strings.EqualFold(r.ID, text) {
			continue
		}
		switch {
		case strings.EqualFold(r.Type, "Microsoft.Network/virtualNetworks/subnets"):
			return access.Subnet(r.ID), nil
		case strings.EqualFold(r.Type, "Microsoft.Network/privateEndpoints"):
			return access.Endpoint(r.ID), nil
		}
	}
	if strings.HasPrefix(text, "/") && strings.Contains(strings.ToLower(text), "/subnets/") {
		return access.Subnet(text), nil
	}
	return access.Source{}, usagef("--from %s: it is internet, an IP address, or the name or id of a subnet or private endpoint", text)
}

// anyPublic stands for an address that no rule names, where internet is asked
// for and nothing is open to it.
const anyPublic = "198.51.100.1"

// models are the deployments of a model, by the name of the model or of the
// deployment; "" is all. An account without deployments counts as itself.
func (v view) models(name string) []asset {
	var out []asset
	for _, m := range v.estate.GuardModels.All {
		if name == "" || strings.EqualFold(m.Name, name) {
			out = append(out, asset{nil, m.ID, m.Name + " through gateway " + estate.LastName(m.Parent)})
		}
	}
	for _, a := range v.estate.Accounts.All {
		deployed := v.estate.Deployments.Of(a.Key)
		for _, d := range deployed {
			if name == "" || strings.EqualFold(d.Name, name) || estate.Is(d.Model.Name, name) != estate.No {
				out = append(out, asset{a, d.ID, a.Name + " / " + d.Name})
			}
		}
		if len(deployed) == 0 && (name == "" || strings.EqualFold(a.Name, name)) {
			out = append(out, asset{a, a.ID, a.Name})
		}
	}
	return out
}

// asset is a model deployment, an account that has none, or a model behind a
// gateway.
type asset struct {
	account *estate.Account // nil behind a gateway
	id      string
	name    string
}

// writeReasons prints the steps of a decision, gate by gate. Of a brief one
// only the step that decided each gate.
func writeReasons(w io.Writer, indent string, d access.Decision, brief bool) {
	for i, r := range d.Reasons {
		last := i+1 == len(d.Reasons) || d.Reasons[i+1].Gate != r.Gate
		if brief && !last {
			continue
		}
		line := fmt.Sprintf("%s%-10s %-8s %s", indent, r.Gate, r.Verdict, r.Text)
		if r.Property != "" {
			line += " (" + r.Property
			if r.Value != "" {
				line += " = " + report.Brief(r.Value)
			}
			line += ")"
		}
		if r.Pos.IsValid() {
			line += "  " + r.Pos.String()
		}
		fmt.Fprintln(w, line)
	}
}

// principals finds who is meant: the object id, or the name or id of a resource
// with an identity, of a group or of a service principal.
func (v view) principals(text string) []access.Principal {
	var keys []string
	for _, r := range v.estate.Resources {
		hasIdentity := estate.True(r.Identity.System) != estate.No || strings.EqualFold(r.Type, "Microsoft.ManagedIdentity/userAssignedIdentities") ||
			strings.HasPrefix(strings.ToLower(r.Type), "microsoft.graph/")
		if hasIdentity && (strings.EqualFold(r.Name, text) || strings.EqualFold(r.ID, text)) && !slices.Contains(keys, r.ID) {
			keys = append(keys, r.ID)
		}
	}
	if len(keys) == 0 {
		keys = []string{v.symbol(text)}
	}
	out := make([]access.Principal, len(keys))
	for i, k := range keys {
		out[i] = access.Whoever(k)
	}
	return out
}

// title names the entry point: its template, and what it is deployed with.
func (v view) title() string {
	if v.entry.Parameters == "" {
		return v.entry.Template
	}
	return v.entry.Template + " with " + v.entry.Parameters
}

// symbol is the key of a principal whose object id isn't known: text is what
// gives it, as reports show it, or the name of a parameter.
func (v view) symbol(text string) string {
	for _, a := range v.estate.RoleAssignments.All {
		for _, p := range a.Principal.Each() {
			for _, form := range []string{"«" + text + "»", "«parameters('" + text + "')»"} {
				if strings.EqualFold(p.Key, form) {
					return p.Key
				}
			}
		}
	}
	return text
}
