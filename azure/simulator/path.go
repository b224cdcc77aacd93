package simulator

import "strings"

// path is a resource id taken apart.
type path struct {
	id           string // as written
	key          string // in lower case
	subscription string
	group        string // resource group, or ""
	scope        string // what an extension resource is on, or the group or subscription
	namespace    string
	typ          string // namespace and types
	name         string // last part
	parent       string // id of the parent resource; "" for one without
}

const groupType = "Microsoft.Resources/resourceGroups"

// parsePath takes an id apart; ok is false for what isn't the id of one
// resource or resource group.
func parsePath(id string) (p path, ok bool) {
	id = "/" + strings.Trim(id, "/")
	p = path{id: id, key: strings.ToLower(id)}
	parts := strings.Split(id[1:], "/")
	if len(parts) >= 2 && strings.EqualFold(parts[0], "subscriptions") {
		p.subscription = parts[1]
	}
	if len(parts) >= 4 && strings.EqualFold(parts[2], "resourceGroups") {
		p.group = parts[3]
	}
	at := lastProviders(parts)
	if at < 0 {
		p.typ, p.namespace, p.name = groupType, "Microsoft.Resources", p.group
		p.scope = "/subscriptions/" + p.subscription
		return p, len(parts) == 4 && p.group != ""
	}
	rest := parts[at+1:]
	if len(rest) < 3 || len(rest)%2 == 0 {
		return p, false
	}
	p.namespace, p.typ = rest[0], rest[0]
	for i := 1; i < len(rest); i += 2 {
		p.typ += "/" + rest[i]
	}
	p.name = rest[len(rest)-1]
	p.scope = "/" + strings.Join(parts[:at], "/")
	if len(rest) > 3 {
		p.parent = "/" + strings.Join(parts[:len(parts)-2], "/")
	}
	return p, true
}

func lastProviders(parts []string) int {
	for i := len(parts) - 1; i >= 0; i-- {
		if strings.EqualFold(parts[i], "providers") {
			return i
		}
	}
	return -1
}

// is reports whether the resource is of that type.
func (p path) is(typ string) bool { return strings.EqualFold(p.typ, typ) }

// groupID is the id of the resource group, or "".
func (p path) groupID() string {
	if p.group == "" {
		return ""
	}
	return "/subscriptions/" + p.subscription + "/resourceGroups/" + p.group
}

// within reports whether key is id or below it; both in lower case.
func within(key, id string) bool {
	return key == id || strings.HasPrefix(key, id+"/")
}
