package report

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
)

// accounts answers for every account who can reach it, from where, with what.
func (o Options) accounts(e *estate.Estate, w *access.World) []Account {
	out := []Account{}
	for r := range w.Reaches(access.Filter{}) {
		s := summary{Options: o, estate: e, world: w, reach: &r, account: r.Account}
		a := s.summarize()
		same := func(b Account) bool { return reflect.DeepEqual(a, b) }
		if !slices.ContainsFunc(out, same) {
			out = append(out, a)
		}
	}
	return agreed(out)
}

// severalTimes is said of an account whose declarations have different answers.
const severalTimes = "it is declared several times, and this is one of the declarations"

// agreed says nothing of several declarations where they all have one answer.
func agreed(all []Account) []Account {
	for i := range all {
		n := 0
		for _, b := range all {
			if estate.Key(b.ID) == estate.Key(all[i].ID) {
				n++
			}
		}
		if n == 1 && all[i].Uncertain == severalTimes {
			all[i].Uncertain = ""
		}
	}
	return all
}

// summary is the work on the answer for one account.
type summary struct {
	Options
	estate  *estate.Estate
	world   *access.World
	reach   *access.Reach
	account *estate.Account
}

func (s *summary) summarize() Account {
	a := s.account
	out := Account{
		ID: a.ID, Name: a.Name, Kind: a.Kind.String(), Position: s.position(a.Pos),
		Referred: a.Referred, Uncertain: s.uncertain(), Internet: s.internet(), Networks: s.networks(), Keys: s.keys(), Models: s.models(),
	}
	out.Services = s.services(out.Internet)
	out.Through = s.through()
	out.Identities, out.MoreIdentities = s.identities()
	if estate.Test(a.CustomSubDomain, func(s string) bool { return s == "" }) == estate.Yes && !a.Referred {
		out.NoTokens = "without a custom subdomain it takes no tokens"
	}
	if !a.Kind.Known() {
		out.Kind = ""
	}
	return out
}

func (s *summary) uncertain() string {
	switch a := s.account; {
	case a.Maybe != nil:
		return a.Maybe.Why()
	case s.reach.Several:
		return severalTimes
	}
	return ""
}

// words of the three verdicts and of the three answers.
var (
	verdictWords = [...]string{access.Deny: "no", access.Unknown: "unknown", access.Allow: "yes"}
	answerWords  = [...]string{estate.Unsure: "unknown", estate.No: "no", estate.Yes: "yes"}
)

// internet looks at the openings for public addresses: one for those that are
// let in, one for those that may be.
func (s *summary) internet() Internet {
	out := Internet{Answer: "none"}
	for _, op := range s.reach.Openings {
		if op.Source.Kind != access.FromAddress || op.Extent.Share == access.Nothing {
			continue
		}
		all := op.Extent.Share == access.All
		switch {
		case op.Verdict == access.Unknown:
			out.Answer, out.Perhaps = "unknown", addresses(op.Extent)
			out.Why, out.Proof = s.notKnown(s.openIf(all, op.Reasons)), s.steps(op.Reasons)
		case all:
			out = Internet{Answer: "all", Why: decisive(op.Reasons, op.Verdict), Proof: s.steps(op.Reasons)}
		default:
			out = Internet{Answer: "part", Addresses: addresses(op.Extent), Proof: s.steps(op.Reasons)}
		}
	}
	if out.Answer == "none" {
		d := s.world.Decide(access.Request{Source: access.Address(anAddress), Asset: s.account.ID})
		reasons := ofGate(d.Reasons, access.NetworkGate)
		out.Why, out.Proof = decisive(reasons, access.Deny), s.steps(reasons)
	}
	return out
}

// anAddress stands for the internet where all of it has the same answer.
var anAddress = netip.MustParseAddr("8.8.8.8")

// openIf says by which value of publicNetworkAccess an account would be open,
// where that is what isn't known.
func (s *summary) openIf(all bool, reasons []access.Reason) string {
	f := s.account.PublicNetworkAccess
	for _, c := range f.Choices {
		if all && f.Unknown != nil && strings.EqualFold(c, "Enabled") {
			return "open if publicNetworkAccess = " + c
		}
	}
	return decisive(reasons, access.Unknown)
}

// notKnown is why something about the network rules isn't known.
func (s *summary) notKnown(why string) string {
	if s.account.Referred {
		return "its network rules are declared elsewhere"
	}
	return why
}

// maxAddresses bounds how many ranges are listed.
const maxAddresses = 50

func addresses(e access.Extent) []string {
	if e.Share == access.All {
		return []string{"every address"}
	}
	var out []string
	for _, r := range e.Ranges {
		if len(out) == maxAddresses {
			return append(out, "…")
		}
		out = append(out, r.String())
	}
	return out
}

// decisive is the text of the last step with that verdict.
func decisive(reasons []access.Reason, v access.Verdict) string {
	for _, r := range slices.Backward(reasons) {
		if r.Verdict == v {
			return r.Text
		}
	}
	return ""
}

func ofGate(reasons []access.Reason, g access.Gate) []access.Reason {
	var out []access.Reason
	for _, r := range reasons {
		if r.Gate == g {
			out = append(out, r)
		}
	}
	return out
}

func (s *summary) steps(reasons []access.Reason) []Step {
	var out []Step
	for _, r := range reasons {
		text := r.Text
		if r.Property != "" && r.Value != "" {
			value := r.Value
			if strings.HasPrefix(value, "/") {
				value = estate.LastName(value)
			}
			text += ": " + strings.TrimPrefix(r.Property, "properties.") + " = " + value
		}
		out = append(out, Step{text, r.Resource, r.Property, s.position(r.Pos)})
	}
	return out
}

// networks are the openings that aren't for the internet, but for that of the
// trusted services.
func (s *summary) networks() []Network {
	var out []Network
	covered := map[string]bool{} // endpoints that a network is listed for
	for _, op := range s.reach.Openings {
		if n, ok := s.network(op); ok {
			covered[estate.Key(n.Endpoint)] = true
			out = append(out, n)
		}
	}
	for _, op := range s.reach.Openings {
		if op.Source.Kind == access.FromEndpoint && !covered[estate.Key(op.Source.ID)] {
			n := s.way(op, op.Source.ID, "its network", "private endpoint")
			n.Endpoint = op.Source.ID
			out = append(out, n)
		}
	}
	return out
}

func (s *summary) network(op access.Opening) (Network, bool) {
	switch {
	case op.Source.Kind == access.FromService && !isAnyService(op):
		return s.way(op, op.Source.ID, estate.LastName(op.Source.ID), "perimeter"), true
	case op.Source.Kind != access.FromSubnet:
		return Network{}, false
	case op.Network == "":
		network := estate.LastName(estate.Parent(op.Source.ID))
		return s.way(op, op.Source.ID, network+"/"+estate.LastName(op.Source.ID), "service endpoint"), true
	}
	n := s.way(op, s.idOf(op.Network), estate.LastName(s.idOf(op.Network)), "private endpoint")
	for _, r := range op.Reasons {
		if strings.EqualFold(estate.TypeOf(r.Resource), "Microsoft.Network/privateEndpoints") {
			n.Endpoint = r.Resource
			break
		}
	}
	return n, true
}

// idOf is the id of a resource as it is written.
func (s *summary) idOf(key string) string {
	if r := s.estate.Get(key); r != nil {
		return r.ID
	}
	return key
}

func (s *summary) way(op access.Opening, source, name, via string) Network {
	n := Network{Source: source, Name: name, Via: via, Answer: verdictWords[op.Verdict],
		Resolves: verdictWords[op.Names], Proof: s.steps(op.Reasons)}
	switch {
	case op.Verdict != access.Allow:
		n.Why = decisive(ofGate(op.Reasons, access.NetworkGate), op.Verdict)
	case op.Names != access.Allow:
		n.Why = decisive(ofGate(op.Reasons, access.NameGate), op.Names)
	}
	return n
}

// isAnyService reports whether an opening is for all trusted services.
func isAnyService(op access.Opening) bool {
	return op.Source.Kind == access.FromService && strings.Contains(op.Source.ID, "«any»")
}

// services answers for the trusted services of Azure. They are no news where
// everybody is let in.
func (s *summary) services(internet Internet) Answer {
	if internet.Answer == "all" {
		return Answer{Answer: "yes", Why: internet.Why}
	}
	for _, op := range s.reach.Openings {
		if isAnyService(op) {
			why := decisive(op.Reasons, op.Verdict)
			if op.Verdict == access.Unknown {
				why = s.notKnown(why)
			}
			return Answer{verdictWords[op.Verdict], why, s.steps(op.Reasons)}
		}
	}
	return Answer{Answer: "no"}
}

func (s *summary) keys() Keys {
	f := s.account.DisableLocalAuth
	k := Keys{Accepted: answerWords[estate.True(f)], Position: s.position(f.Pos)}
	switch k.Accepted {
	case "yes":
		k.Accepted = "no"
	case "no":
		k.Accepted = "yes"
		if !f.Set {
			k.Why = "disableLocalAuth isn't set"
		}
	default:
		k.Why = unknownWhy(f.Unknown)
	}
	return k
}

func unknownWhy(u *arm.Unknown) string {
	if u == nil {
		return ""
	}
	return u.Why()
}

func (s *summary) models() []Model {
	var out []Model
	for _, d := range s.reach.Models {
		m := Model{Deployment: d.Name, Model: d.Model.Name.String(), SKU: d.SKU.String(), Position: s.position(d.Pos)}
		if d.Model.Version.Set {
			m.Version = d.Model.Version.String()
		}
		same := func(n Model) bool { n.Position = m.Position; return n == m }
		if !slices.ContainsFunc(out, same) {
			out = append(out, m)
		}
	}
	return out
}
