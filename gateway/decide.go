package gateway

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"palisade/access"
	"palisade/gateway/caller"
	"palisade/spec"
)

// Node is a gateway as the estate sees it, ready to be asked. It isn't changed
// after NewNode. The running gateway and "palisade why" ask the same Node.
type Node struct {
	spec   *spec.Spec
	world  *access.World
	id     string
	models map[string]*nodeModel
	names  []string // of the models, in the order of the spec
	grants map[string]*spec.Grant
}

type nodeModel struct {
	*spec.Model
	id string
}

// NewNode makes the node of a spec; text is what the spec was parsed from.
func NewNode(s *spec.Spec, text []byte) (*Node, error) {
	n := &Node{spec: s, world: Compile(s, text), id: ID(s), models: map[string]*nodeModel{}, grants: map[string]*spec.Grant{}}
	folded := map[string]string{}
	for i := range s.Models {
		m := &s.Models[i]
		if other, ok := folded[strings.ToLower(m.Name)]; ok {
			return nil, fmt.Errorf("%s: models %s and %s differ only in case", m.Pos, other, m.Name)
		}
		folded[strings.ToLower(m.Name)] = m.Name
		n.models[m.Name] = &nodeModel{m, ModelID(s, m.Name)}
		n.names = append(n.names, m.Name)
	}
	for i := range s.Access {
		n.grants[s.Access[i].Name] = &s.Access[i]
	}
	return n, nil
}

// Decide answers whether a caller may do an action on a model; "" is the
// gateway itself, where only the network matters.
func (n *Node) Decide(c *caller.Caller, from caller.Source, model, action string, at time.Time) access.Decision {
	asset := n.id
	if m := n.models[model]; m != nil {
		asset = m.id
	} else if model != "" {
		asset += "/models/" + model
	}
	r := access.Request{Source: sourceOf(from), Asset: asset, Action: action, At: at}
	r.Principal, r.Credential, r.Claims = identify(c)
	return n.world.Decide(r)
}

// network answers whether the gateway takes calls from there at all.
func (n *Node) network(from caller.Source) bool {
	if len(n.spec.Gateway.From) == 0 {
		return true
	}
	return n.world.Admits(n.id, sourceOf(from)) == access.Allow
}

func sourceOf(s caller.Source) access.Source {
	switch {
	case s.IsLink:
		return access.Endpoint(linkText(s.Link))
	case s.Addr.IsValid():
		return access.Address(s.Addr)
	}
	return access.Source{}
}

// identify is a caller in the words of access. Groups count in Entra only: what
// another issuer calls a group could be the id of one.
func identify(c *caller.Caller) (access.Principal, access.Credential, *access.Claims) {
	switch c.Kind {
	case caller.User, caller.App, caller.ManagedIdentity:
		return access.Whoever(c.ObjectID), access.Token, &access.Claims{
			Groups: c.Groups, Complete: c.GroupsComplete, Resource: resourceOf(c),
			User: c.Kind == caller.User, Application: c.AppID,
		}
	case caller.Workload:
		return access.Whoever(access.WorkloadPrincipal(c.IssuerName, c.Subject)), access.Token, &access.Claims{Complete: true}
	case caller.KeyHolder:
		return access.Whoever(access.KeyPrincipal(c.Key)), access.Key, &access.Claims{Complete: true}
	}
	return access.Principal{}, access.NoCredential, nil
}

// resourceOf is the resource whose identity calls. Entra signs the claim, and
// only tokens of managed identities have it.
func resourceOf(c *caller.Caller) string {
	if c.Kind != caller.ManagedIdentity {
		return ""
	}
	return c.Resource
}

// grantOf is the access section that a decision rests on, or nil.
func (n *Node) grantOf(d access.Decision) *spec.Grant {
	for i := range d.Reasons {
		r := &d.Reasons[i]
		if r.Gate != access.GrantGate || r.Verdict != access.Allow {
			continue
		}
		name := r.Resource[strings.LastIndexByte(r.Resource, '/')+1:]
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			return n.grants[name[:i]]
		}
	}
	return nil
}

// refusalFor is what a decision that doesn't allow becomes. Unknown is refused.
func refusalFor(d access.Decision, c *caller.Caller, action, operation string) *refusal {
	switch {
	case d.Gates[access.NetworkGate] != access.Allow:
		return refusedNetwork()
	case d.Gates[access.CredentialGate] != access.Allow:
		return &refusal{status: http.StatusUnauthorized, code: "401", reason: "credential_refused", message: "Access denied: the credential isn't taken here."}
	case d.Gates[access.GrantGate] == access.Unknown:
		return denied("grant_unknown", c, action, operation)
	}
	for _, r := range d.Reasons {
		if r.Gate == access.GrantGate && r.Property == "properties.condition" {
			return denied("grant_condition", c, action, operation)
		}
	}
	return denied("grant_missing", c, action, operation)
}

func refusedNetwork() *refusal {
	return &refusal{status: http.StatusForbidden, code: "AccessDenied", reason: "network_denied", message: "Access denied due to Virtual Network/Firewall rules."}
}

// denied has Azure's words, by which its clients know what to do.
func denied(reason string, c *caller.Caller, action, operation string) *refusal {
	return &refusal{status: http.StatusUnauthorized, code: "PermissionDenied", reason: reason,
		message: fmt.Sprintf("The principal `%s` lacks the required data action `%s` to perform `%s` operation.", principalText(c), action, operation)}
}

// principalText is an id that the caller's own token names; never what isn't
// an id.
func principalText(c *caller.Caller) string {
	switch {
	case c.ObjectID != "":
		return c.ObjectID
	case c.Kind == caller.KeyHolder:
		return "key " + c.Key
	}
	return "workload of " + c.IssuerName
}
