package estate

import "strings"

// NameOf names a principal for a person: what a Graph object is called, the
// resource whose identity it is, or its type and object id. principalType is
// what the grant says of it, or "".
func (e *Estate) NameOf(p PrincipalRef, principalType string) string {
	text := p.Key
	if strings.EqualFold(p.Text, p.Key) {
		text = p.Text
	}
	switch {
	case e.Groups.Get(p.Key) != nil:
		g := e.Groups.Get(p.Key)
		return "group " + displayName(g.DisplayName, g.Name)
	case e.ServicePrincipals.Get(p.Key) != nil:
		s := e.ServicePrincipals.Get(p.Key)
		return "service principal " + displayName(s.DisplayName, s.Name)
	case p.Owner != "":
		if r := e.Get(p.Owner); r != nil {
			return r.Name
		}
		return LastName(p.Owner)
	case strings.EqualFold(principalType, "ServicePrincipal"):
		return "service principal " + text
	case principalType != "":
		return strings.ToLower(principalType) + " " + text
	}
	return text
}

func displayName(display Field[string], name string) string {
	if display.Known() && display.Value != "" {
		return display.Value
	}
	return name
}
