package rule

import (
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
)

var internetReachable = &Rule{
	ID:    "PAL001",
	Name:  "internet-reachable",
	Title: "The account can't be reached from the internet",
	Why: "Whoever gets hold of a key or a token can use the model from anywhere, and only that key or token stands " +
		"between the internet and it. What counts is the sum of all rules: 0.0.0.0/1 and 128.0.0.0/1 are together the internet.",
	Fix: "Set publicNetworkAccess to Disabled and reach the account through a private endpoint; where that can't be, set " +
		"networkAcls.defaultAction to Deny and list only the addresses that need it.",
	Bicep:    "publicNetworkAccess: 'Disabled'",
	Severity: Critical,
	Source:   "https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks",
	Peers: []string{
		"checkov CKV_AZURE_134", "PSRule Azure.AI.PublicAccess", "PSRule AZR-000280", "CloudSploit accountPublicAccessDisabled",
		"Azure Policy 037eea7a-bd0a-46c5-9a66-03aea78705d3", "Azure Policy 47ba1dd7-28d9-4b07-a8d5-9813bed64e0c", "MCSB NS-2",
	},
	Check: accounts(checkInternet),
}

func checkInternet(s *Subject, a *estate.Account) Result {
	surely, perhaps := internetOpenings(s, a)
	switch {
	case surely != nil:
		return reachable(a, surely, perhaps)
	case perhaps != nil:
		return perhapsReachable(a, perhaps)
	}
	d := s.World.Decide(access.Request{Source: access.Address(someAddress), Credential: access.Key, Asset: a.ID,
		Principal: access.Principal{Kind: access.KeyHolder}})
	return pass(a.Resource, "no address of the internet reaches it", networkSteps(d.Reasons)...)
}

// someAddress stands for the internet where no address is let in.
var someAddress = netip.AddrFrom4([4]byte{8, 8, 8, 8})

// internetOpenings are the addresses of the internet that reach an account
// surely, and those that may; nil where there are none.
func internetOpenings(s *Subject, a *estate.Account) (surely, perhaps *access.Opening) {
	for _, o := range s.World.Openings(a.ID) {
		if o.Source.Kind != access.FromAddress || o.Extent.Share == access.Nothing {
			continue
		}
		if o.Verdict == access.Allow {
			surely = larger(surely, &o)
		} else {
			perhaps = larger(perhaps, &o)
		}
	}
	return surely, perhaps
}

func larger(a, b *access.Opening) *access.Opening {
	if a == nil || b.Extent.Share > a.Extent.Share {
		return b
	}
	return a
}

func reachable(a *estate.Account, o, perhaps *access.Opening) Result {
	severity, keys := gravity(a, o.Extent.Share)
	how, steps := howOpen(a, o.Reasons)
	message := fmt.Sprintf("%s %s it, and %s: %s", who(o.Extent), verb(o.Extent), keys, how)
	if perhaps != nil && perhaps.Extent.Share > o.Extent.Share {
		message += "; " + who(perhaps.Extent) + " may do so, too"
	}
	r := fail(a.Resource, message, append(steps, says(a.Resource, disableLocalAuth, a.DisableLocalAuth)...)...).level(severity)
	if o.Extent.Share == access.Some {
		r = r.fixedBy("Reach the account through a private endpoint and set publicNetworkAccess to Disabled, or make sure that " +
			"each range in networkAcls.ipRules is still needed and is your own.")
	}
	return r
}

// howOpen says by which properties the network gate lets addresses in: those
// of the account, or the reasons of what stands before them.
func howOpen(a *estate.Account, reasons []access.Reason) (text string, steps []Step) {
	switch decidedBy(reasons) {
	case defaultAction:
		steps = append(says(a.Resource, publicAccess, a.PublicNetworkAccess), says(a.Resource, defaultAction, a.Network.DefaultAction)...)
		return sentence(publicAccess, a.PublicNetworkAccess) + ", and " + sentence(defaultAction, a.Network.DefaultAction), steps
	case ipRules:
		var values []string
		for _, r := range a.Network.IPRules.Items {
			values = append(values, r.Value.String())
			steps = append(steps, Step{"networkAcls.ipRules lists " + r.Value.String(), a.ID, ipRules, r.Value.Pos})
		}
		return "networkAcls.ipRules lists " + listing(values), steps
	}
	steps = networkSteps(reasons)
	return steps[len(steps)-1].Text, steps
}

// decidedBy is the property of the last step that let the addresses in.
func decidedBy(reasons []access.Reason) string {
	for i := len(reasons) - 1; i >= 0; i-- {
		if r := reasons[i]; r.Gate == access.NetworkGate && r.Verdict == access.Allow {
			return r.Property
		}
	}
	return ""
}

// gravity is how bad it is that a share of the internet reaches an account, and
// what stands between.
func gravity(a *estate.Account, share access.Share) (Severity, string) {
	all := share >= access.LargePart
	switch estate.True(a.DisableLocalAuth) {
	case estate.No:
		if all {
			return Critical, "API keys are accepted"
		}
		return Medium, "API keys are accepted"
	case estate.Unsure:
		if all {
			return High, "API keys may be accepted"
		}
		return Medium, "API keys may be accepted"
	}
	if all {
		return High, "only Entra tokens are accepted"
	}
	return Low, "only Entra tokens are accepted"
}

func who(e access.Extent) string {
	switch e.Share {
	case access.All:
		return "every address of the internet"
	case access.LargePart:
		return fmt.Sprintf("%s addresses, a large part of the internet (%s),", count(e), ranges(e))
	}
	if count(e) == "1" {
		return "one address of the internet (" + ranges(e) + ")"
	}
	return fmt.Sprintf("%s addresses of the internet (%s)", count(e), ranges(e))
}

func verb(e access.Extent) string {
	if e.Share == access.All || count(e) == "1" {
		return "reaches"
	}
	return "reach"
}

func count(e access.Extent) string {
	n := new(big.Int).SetUint64(e.Count4)
	if e.Count6 != nil {
		n.Add(n, e.Count6)
	}
	return n.String()
}

func ranges(e access.Extent) string {
	texts := make([]string, len(e.Ranges))
	for i, r := range e.Ranges {
		texts[i] = r.String()
	}
	return listing(texts)
}

// networkSteps are the reasons of the network gate as a proof.
func networkSteps(reasons []access.Reason) []Step {
	var steps []Step
	for _, r := range reasons {
		if r.Gate != access.NetworkGate {
			continue
		}
		text := r.Text
		if r.Property != "" && r.Value != "" {
			text += " (" + short(r.Property) + " = " + r.Value + ")"
		}
		steps = append(steps, Step{text, r.Resource, r.Property, r.Pos})
	}
	return steps
}

// perhapsReachable says under which values the internet reaches the account.
func perhapsReachable(a *estate.Account, o *access.Opening) Result {
	var conditions []string
	var depends []*arm.Unknown
	add := func(property string, f estate.Field[string], bad func(string) bool, good string) {
		if f.Known() {
			return
		}
		depends = append(depends, f.Unknown)
		q := question[string]{field: f, good: func(s string) bool { return !bad(s) }}
		if values := q.bad(); len(values) > 0 {
			conditions = append(conditions, "if "+short(property)+" = "+oneOf(values))
		} else if len(f.Choices) == 0 {
			conditions = append(conditions, "unless "+short(property)+" = "+good+", which is "+f.Unknown.Text())
		}
	}
	add(publicAccess, a.PublicNetworkAccess, func(s string) bool { return !strings.EqualFold(s, "Disabled") }, "Disabled")
	if estate.Is(a.PublicNetworkAccess, "Disabled") != estate.Yes {
		add(defaultAction, a.Network.DefaultAction, func(s string) bool { return strings.EqualFold(s, "Allow") }, "Deny")
	}
	if rules := a.Network.IPRules; !rules.Known() {
		depends = append(depends, rules.Unknown)
		if len(conditions) == 0 {
			conditions = append(conditions, "by networkAcls.ipRules, which is "+rules.Unknown.Text())
		}
	}
	for _, rule := range a.Network.IPRules.Each() {
		if rule.Value.Unknown != nil {
			depends = append(depends, rule.Value.Unknown)
			if len(conditions) == 0 {
				conditions = append(conditions, "by a rule of networkAcls.ipRules, which is "+rule.Value.Unknown.Text())
			}
		}
	}
	if len(conditions) == 0 {
		conditions = append(conditions, "by what isn't known")
	}
	return unknown(a.Resource, who(o.Extent)+" may reach it: open "+strings.Join(conditions, " and "), depends,
		networkSteps(o.Reasons)...)
}
