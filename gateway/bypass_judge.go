package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"palisade/access"
	"palisade/estate"
	"palisade/gateway/upstream"
	"palisade/spec"
)

// judge decides by what was learned, with the decoder and the decision that
// check has, too: whether keys work, whether the internet reaches the account,
// and whether the gateway's identity has more than it needs. address is the URL
// at which the gateway calls the account: what another account says isn't an
// answer.
func (l *learned) judge(address string, need *estate.RoleDefinition) (localAuth, publicAccess, identity upstream.Answer) {
	e := estate.New(l.resources, estate.Options{})
	w := access.Compile(e)
	identity = l.judgeIdentity(w, need)
	a := e.AccountAt(address)
	switch {
	case l.noAccount != nil:
		localAuth = notRead("the account", l.noAccount)
		publicAccess = localAuth
	case a == nil || a.Key != estate.Key(l.account):
		localAuth = notKnown("the account that was named isn't the one that answers at the upstream's URL, by its own name")
		publicAccess = localAuth
	default:
		return l.judgeKeys(w), l.judgeNetwork(w), identity
	}
	if identity.State == upstream.Shut {
		identity = localAuth
	}
	return localAuth, publicAccess, identity
}

// anybody is a request of the internet with a key.
func anybody(account string) access.Request {
	return access.Request{Asset: account, Credential: access.Key, Principal: access.Principal{Kind: access.KeyHolder},
		Source: access.Address(netip.AddrFrom4([4]byte{8, 8, 8, 8}))}
}

func (l *learned) judgeKeys(w *access.World) upstream.Answer {
	d := w.Decide(anybody(l.account))
	return upstream.Answer{State: stateOf(d.Gates[access.CredentialGate]), Why: because(d.Reasons, access.CredentialGate)}
}

// judgeNetwork looks at addresses of the internet alone: subnets and private
// endpoints that are let in are no public access.
func (l *learned) judgeNetwork(w *access.World) upstream.Answer {
	for _, o := range w.Openings(l.account) { // those that are sure come first
		if o.Source.Kind == access.FromAddress && o.Extent.Share != access.Nothing {
			return upstream.Answer{State: stateOf(o.Verdict), Why: whoReaches(o.Extent, o.Verdict) + ": " + because(o.Reasons, access.NetworkGate)}
		}
	}
	if l.noPerimeter != nil {
		return notRead("whether the account is in a network security perimeter", l.noPerimeter)
	}
	d := w.Decide(anybody(l.account))
	return upstream.Answer{State: upstream.Shut, Why: "no address of the internet reaches the account: " + because(d.Reasons, access.NetworkGate)}
}

func whoReaches(e access.Extent, v access.Verdict) string {
	const most = 3
	may := ""
	if v != access.Allow {
		may = "may "
	}
	if e.Share == access.All {
		return "every address of the internet " + may + "reach the account"
	}
	var all []string
	for _, r := range e.Ranges[:min(len(e.Ranges), most)] {
		all = append(all, r.String())
	}
	if n := len(e.Ranges) - most; n > 0 {
		all = append(all, fmt.Sprintf("%d more", n))
	}
	return "addresses of the internet (" + strings.Join(all, ", ") + ") " + may + "reach the account"
}

// judgeIdentity asks what the gateway's identity has beyond its need.
func (l *learned) judgeIdentity(w *access.World, need *estate.RoleDefinition) upstream.Answer {
	switch {
	case l.noRoles != nil:
		return notRead("the roles of the gateway's identity", l.noRoles)
	case len(l.holders) == 0:
		return notKnown("Azure lists no role of the gateway's identity, not even the one by which it may ask")
	}
	all := w.Surplus(access.Whoever(l.principal), &access.Claims{Groups: l.holders, Complete: true}, l.account, need)
	if len(all) == 0 {
		return upstream.Answer{State: upstream.Shut, Why: "the roles of the gateway's identity give what the grants need, and reading"}
	}
	s := &all[0]
	return upstream.Answer{State: stateOf(s.Verdict), Why: "the gateway's identity has " + roleText(w, s.Assignment) + surplusText(s)}
}

// surplusText is what a role gives that isn't needed.
func surplusText(s *access.Surplus) string {
	gives := ", which gives it "
	if s.Verdict != access.Allow {
		gives = ", which may give it "
	}
	switch {
	case s.Pattern == "":
		return ", and it isn't known what that gives it"
	case s.Action != "" && !strings.EqualFold(s.Action, s.Pattern):
		return gives + s.Pattern + ", such as " + s.Action
	case s.Data:
		return gives + s.Pattern + " on data"
	}
	return gives + s.Pattern
}

func roleText(w *access.World, a *estate.RoleAssignment) string {
	name := "role " + estate.LastName(a.Role.ID)
	if all, ok := w.Estate().Role(a.Role); ok && all[0].RoleName.Value != "" {
		name = all[0].RoleName.Value
	}
	scope, _, _ := strings.Cut(a.ID, "/providers/"+authorizationType)
	switch {
	case scope == "":
		return name + " for the whole tenant"
	case estate.IsManagementGroup(a.Scope()):
		return name + " at the management group " + estate.LastName(scope)
	case a.Scope() == estate.SubscriptionOf(a.Scope()):
		return name + " at the subscription"
	case estate.TypeOf(scope) == "":
		return name + " at the resource group " + estate.LastName(scope)
	}
	return name + " at " + estate.LastName(scope)
}

// needOf is what the gateway's identity needs at an account: to read what it
// asks about, to use models, and the data actions of the grants of its models.
// The rest of such a role, such as changing deployments, it doesn't need.
func needOf(s *spec.Spec, models []string) *estate.RoleDefinition {
	need := []estate.Permission{{Actions: estate.List[string]{Items: []string{"*/read"}}}}
	need = append(need, dataOf(estate.BuiltInRole(string(spec.RoleID("Cognitive Services OpenAI User"))))...)
	for i := range s.Access {
		g := &s.Access[i]
		if !slices.ContainsFunc(g.Models, func(m string) bool { return slices.Contains(models, m) }) {
			continue
		}
		need = append(need, dataOf(estate.BuiltInRole(string(spec.RoleID(g.Role))))...)
		for j := range s.Roles {
			if r := &s.Roles[j]; r.Name == g.Role {
				need = append(need, estate.Permission{DataActions: patterns(r.DataActions), NotDataActions: patterns(r.NotDataActions)})
			}
		}
	}
	return &estate.RoleDefinition{Permissions: estate.List[estate.Permission]{Items: need}}
}

// dataOf is what a role gives on data; nil gives nothing.
func dataOf(d *estate.RoleDefinition) []estate.Permission {
	if d == nil {
		return nil
	}
	var all []estate.Permission
	for _, p := range d.Permissions.Items {
		all = append(all, estate.Permission{DataActions: p.DataActions, NotDataActions: p.NotDataActions})
	}
	return all
}

func patterns(actions []spec.DataAction) estate.List[string] {
	var l estate.List[string]
	for _, a := range actions {
		l.Items = append(l.Items, string(a))
	}
	return l
}

func stateOf(v access.Verdict) upstream.State {
	return map[access.Verdict]upstream.State{access.Allow: upstream.Open, access.Deny: upstream.Shut}[v]
}

// because is what a gate's last step says, and by which property.
func because(reasons []access.Reason, gate access.Gate) string {
	text := "it isn't known why"
	for _, r := range reasons {
		if r.Gate != gate {
			continue
		}
		if text = r.Text; r.Property != "" && r.Value != "" {
			text += " (" + strings.TrimPrefix(r.Property, "properties.") + " = " + r.Value + ")"
		}
	}
	return text
}

func notKnown(why string) upstream.Answer { return upstream.Answer{State: upstream.Unknown, Why: why} }

// notRead is the answer where Azure Resource Manager didn't say. Of errors only
// the code or a line is told: the rest isn't for logs.
func notRead(what string, err error) upstream.Answer {
	reason, _, _ := strings.Cut(err.Error(), "\n")
	if r, ok := errors.AsType[*azcore.ResponseError](err); ok {
		reason = strings.TrimSpace(fmt.Sprintf("%d %s", r.StatusCode, r.ErrorCode))
	} else if errors.Is(err, context.DeadlineExceeded) {
		reason = "no answer in time"
	}
	return notKnown(what + " can't be read at Azure Resource Manager (" + reason + ")")
}
