package gateway

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"palisade/access"
	"palisade/gateway/caller"
	"palisade/spec"
)

// Who is a caller as a person names it.
type Who struct {
	// Name is an object ID, the resource ID of a managed identity, key:NAME, or
	// ISSUER:SUBJECT.
	Name string
	// Groups are object IDs of the caller's groups.
	Groups []string
	// GroupsKnown says that Groups is all of them.
	GroupsKnown bool
	// Through is the client ID of the application that a user comes by, or "".
	Through string
}

// Why answers as the running gateway would, for a caller that a person names.
// An object ID is taken for a user's unless the spec names it as an app or a
// managed identity.
func (n *Node) Why(who Who, from caller.Source, model, action string, at time.Time) (access.Decision, error) {
	if n.models[model] == nil {
		return access.Decision{}, fmt.Errorf("there is no model %s; there are %s", model, strings.Join(n.names, ", "))
	}
	c, err := n.callerOf(who)
	if err != nil {
		return access.Decision{}, err
	}
	return n.Decide(c, from, model, action, at), nil
}

func (n *Node) callerOf(who Who) (*caller.Caller, error) {
	name, subject, isPair := strings.Cut(who.Name, ":")
	issuer := slices.ContainsFunc(n.spec.Issuers, func(i spec.Issuer) bool { return i.Name == name })
	switch {
	case isPair && name == "key":
		return &caller.Caller{Kind: caller.KeyHolder, Key: subject}, nil
	case isPair && issuer:
		return &caller.Caller{Kind: caller.Workload, IssuerName: name, Subject: subject}, nil
	case isPair:
		return nil, fmt.Errorf("%s: there is no issuer %s in the file", who.Name, name)
	}
	c := &caller.Caller{Kind: caller.User, Groups: lowerAll(who.Groups), GroupsComplete: who.GroupsKnown}
	if strings.HasPrefix(who.Name, "/") {
		c.Kind, c.Resource = caller.ManagedIdentity, who.Name
		return c, nil
	}
	c.ObjectID, c.AppID = strings.ToLower(who.Name), strings.ToLower(who.Through)
	if c.AppID == "" && n.namesApp(c.ObjectID) {
		c.Kind = caller.App
	}
	return c, nil
}

// namesApp reports whether the spec names an object ID as one of an app or a
// managed identity.
func (n *Node) namesApp(object string) bool {
	for i := range n.spec.Access {
		for _, w := range n.spec.Access[i].Who {
			if strings.EqualFold(string(w.App), object) || strings.EqualFold(string(w.ManagedIdentity), object) {
				return true
			}
		}
	}
	return false
}

func lowerAll(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = strings.ToLower(s)
	}
	return out
}

// ParseSource reads where a call comes from: an IP address, or link:NUMBER for
// the private endpoint with that link identifier.
func ParseSource(text string) (caller.Source, error) {
	if id, ok := strings.CutPrefix(text, "link:"); ok {
		n, err := strconv.ParseUint(id, 10, 32)
		if err != nil {
			return caller.Source{}, fmt.Errorf("%s: a link is link: and a number", text)
		}
		return caller.Source{Link: uint32(n), IsLink: true}, nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return caller.Source{}, fmt.Errorf("%s is neither an IP address nor link:NUMBER of a private endpoint", text)
	}
	return caller.Source{Addr: a.Unmap()}, nil
}
