package layout

import (
	"fmt"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// term is the expression that gives u when Azure deploys.
func (c *converter) term(u *arm.Unknown) (expr.Node, error) {
	switch u.Op {
	case arm.OpParameter:
		return c.parameter(&Parameter{Name: u.Name, Type: stringType, Secure: u.Secret})
	case arm.OpRuntime:
		return c.runtime(u)
	case arm.OpCall:
		if !callable(u.Name) {
			return nil, fmt.Errorf("there is no expression for %s", u.Text())
		}
		args, err := c.nodes(u.Args)
		return &expr.Call{Name: u.Name, Args: args}, err
	case arm.OpJoin:
		return c.join(u)
	case arm.OpMember:
		x, err := c.node(u.Args[0])
		return member(x, u.Name), err
	case arm.OpIndex:
		args, err := c.nodes(u.Args)
		if err != nil {
			return nil, err
		}
		return &expr.Index{X: args[0], I: args[1]}, nil
	case arm.OpIf:
		args, err := c.nodes(u.Args)
		if err != nil {
			return nil, err
		}
		return &expr.If{Condition: args[0], Then: args[1], Else: args[2]}, nil
	}
	return nil, fmt.Errorf("%s couldn't be read, so it can't be written", u.Text())
}

func argTexts(u *arm.Unknown) []string {
	texts := make([]string, len(u.Args))
	for i, a := range u.Args {
		texts[i] = a.Text()
	}
	return texts
}

func (c *converter) nodes(values []arm.Value) ([]expr.Node, error) {
	nodes := make([]expr.Node, len(values))
	for i, v := range values {
		n, err := c.node(v)
		if err != nil {
			return nil, err
		}
		nodes[i] = n
	}
	return nodes, nil
}

// join is a string with unknown parts. What it starts with may be an id.
func (c *converter) join(u *arm.Unknown) (expr.Node, error) {
	join := &expr.Join{}
	for i, part := range u.Args {
		n, err := c.part(part, i == 0)
		if err != nil {
			return nil, err
		}
		if inner, ok := n.(*expr.Join); ok {
			join.Parts = append(join.Parts, inner.Parts...)
			continue
		}
		join.Parts = append(join.Parts, n)
	}
	return join, nil
}

func (c *converter) part(v arm.Value, first bool) (expr.Node, error) {
	s, known := v.Str()
	if !known {
		return c.node(v)
	}
	if i := strings.LastIndexByte(s, '/'); first && i > 0 {
		if n, rest := c.b.find(s[:i]); n != nil && n.id+rest == s[:i] && n.Type != groupType {
			if id := c.id(n); id != nil {
				return &expr.Join{Parts: []expr.Node{id, text(rest + s[i:])}}, nil
			}
		}
	}
	return text(s), nil
}

// runtime is what only Azure knows.
func (c *converter) runtime(u *arm.Unknown) (expr.Node, error) {
	switch u.Name {
	case "reference":
		return c.state(u)
	case "location":
		return c.location(), nil
	case "getSecret":
		return c.secret(u)
	case "utcNow", "newGuid":
		args, err := c.nodes(u.Args)
		if err != nil {
			return nil, err
		}
		return c.parameter(&Parameter{Name: timeName(u), Type: stringType, Value: &expr.Call{Name: u.Name, Args: args}})
	case "subscription", "resourceGroup", "managementGroup":
		return c.scopeState(u)
	case "tenant", "deployer":
		return call(u.Name), nil
	case "deployment", "externalInput":
		return nil, fmt.Errorf("%s belongs to one deployment alone", u.Text())
	}
	if strings.HasPrefix(u.Name, "list") {
		return c.list(u)
	}
	args, err := c.nodes(u.Args)
	return &expr.Call{Name: u.Name, Args: args}, err
}

// timeName is the name of the parameter that a time or a new GUID is the default
// of, which is the only place for them.
func timeName(u *arm.Unknown) string {
	if u.Text() == "«utcNow('yyyy-MM-01')»" {
		return "firstOfMonth"
	}
	return camel(u.Name + " " + strings.Join(argTexts(u), " "))
}

// state is what reference() says of a resource: its properties, or all of it.
func (c *converter) state(u *arm.Unknown) (expr.Node, error) {
	full := len(u.Args) > 1
	r, id, err := c.asked(u)
	switch {
	case err != nil:
		return nil, err
	case r != nil && full:
		return &expr.Symbol{Name: r.Symbol}, nil
	case r != nil:
		return member(&expr.Symbol{Name: r.Symbol}, "properties"), nil
	}
	version, err := c.versionOf(u.Args[0])
	args := []expr.Node{id, text(version)}
	if full {
		args = append(args, text("full"))
	}
	return call("reference", args...), err
}

// asked is the resource whose state u asks for: by symbol, or as the expression
// of its id.
func (c *converter) asked(u *arm.Unknown) (*Resource, expr.Node, error) {
	if len(u.Args) == 0 {
		return nil, nil, fmt.Errorf("%s asks for nothing", u.Text())
	}
	s, known := u.Args[0].Str()
	if !known {
		id, err := c.node(u.Args[0])
		return nil, id, err
	}
	if n, rest := c.b.find(s); n != nil && rest == "" && n.id == s {
		if r := c.resource(n); r != nil {
			return r, nil, nil
		}
	}
	id, ok := ParseID(s)
	version := c.b.version(id.Type, "")
	if !ok || id.Target != "" || id.ID() != s || version == "" || id.Type == groupType || id.Type == subscriptionType {
		return nil, c.file.text(s), nil
	}
	if n, _ := c.b.find(s); n != nil {
		return nil, c.file.text(s), nil
	}
	return c.b.existing(c.file, id, version), nil, nil
}

// versionOf is the API version in which the state of a resource is asked for.
func (c *converter) versionOf(id arm.Value) (string, error) {
	if parsed, ok := ParseID(id.Text()); ok {
		if v := c.b.version(parsed.Type, ""); v != "" {
			return v, nil
		}
	}
	return "", fmt.Errorf("no API version is known for %s", id.Text())
}

func (c *converter) list(u *arm.Unknown) (expr.Node, error) {
	r, id, err := c.asked(u)
	if err != nil {
		return nil, err
	}
	version := ""
	if r != nil {
		id, version = member(&expr.Symbol{Name: r.Symbol}, "id"), r.APIVersion
	} else if version, err = c.versionOf(u.Args[0]); err != nil {
		return nil, err
	}
	more, err := c.nodes(u.Args[1:])
	return call(u.Name, append([]expr.Node{id, text(version)}, more...)...), err
}

func (c *converter) location() expr.Node {
	if c.file.Scope.Kind == template.ResourceGroup {
		return member(call("resourceGroup"), "location")
	}
	return member(call("deployment"), "location")
}

// scopeState is the state of where the file deploys to.
func (c *converter) scopeState(u *arm.Unknown) (expr.Node, error) {
	s := c.file.Scope
	switch {
	case u.Name == "subscription" && s.hasSubscription():
		s.Kind = template.Subscription
	case u.Name == "resourceGroup" && s.Kind == template.ResourceGroup:
	case u.Name == "managementGroup" && s.Kind == template.ManagementGroup:
	default:
		return nil, fmt.Errorf("%s can't be asked for at %s scope", u.Text(), s.Kind)
	}
	if len(u.Args) != 1 || u.Args[0].Text() != s.id() {
		return nil, fmt.Errorf("%s is another scope than the resource's", u.Text())
	}
	return call(u.Name), nil
}

// secret is a secret of a vault, which only a parameter may be.
func (c *converter) secret(u *arm.Unknown) (expr.Node, error) {
	name, known := "", false
	if len(u.Args) == 2 {
		name, known = u.Args[1].Str()
	}
	n := (*node)(nil)
	if known {
		n, _ = c.b.find(u.Args[0].Text())
	}
	if n == nil || c.file == c.b.tree.Main {
		return nil, fmt.Errorf("%s: the vault isn't one of this deployment", u.Text())
	}
	vault := c.b.refer(c.b.tree.Main, n)
	p := &Parameter{Name: camel(n.Names[0]) + pascal(name), Type: stringType, Secure: true, Secret: &VaultSecret{Vault: vault, Name: name}}
	return c.addParameter(p), nil
}

// parameter is a parameter of the main file, which passes it on.
func (c *converter) parameter(p *Parameter) (expr.Node, error) {
	if !IsName(p.Name) {
		return nil, fmt.Errorf("%q can't be the name of a parameter", p.Name)
	}
	if main := c.b.tree.Main; c.file != main {
		add(main, p)
		p = &Parameter{Name: p.Name, Type: p.Type, Secure: p.Secure, Value: &expr.Parameter{Name: p.Name}}
	}
	return c.addParameter(p), nil
}

func (c *converter) addParameter(p *Parameter) expr.Node {
	add(c.file, p)
	return &expr.Parameter{Name: p.Name}
}

func add(f *File, p *Parameter) {
	for _, have := range f.Parameters {
		if strings.EqualFold(have.Name, p.Name) {
			have.Secure = have.Secure || p.Secure
			return
		}
	}
	f.Parameters = append(f.Parameters, p)
}

// callable reports whether a template may call the function; what only this
// program's terms have, and what takes a lambda, isn't one.
func callable(name string) bool {
	return slices.ContainsFunc(functions, func(f string) bool { return strings.EqualFold(f, name) })
}

// functions are those of templates that take plain values (Microsoft Learn,
// "ARM template functions").
var functions = strings.Fields(`
array concat contains createArray empty first indexOf intersection last lastIndexOf length max min
range skip take union parseCidr cidrSubnet cidrHost coalesce equals greater greaterOrEquals less
lessOrEquals dateTimeAdd dateTimeFromEpoch dateTimeToEpoch and bool not or add div float int
mod mul sub items json base64 base64ToJson base64ToString dataUri
dataUriToString endsWith format guid join padLeft replace split startsWith string substring
toLower toUpper trim uniqueString uri uriComponent uriComponentToString
flatten distinct objectKeys shallowMerge buildUri parseUri
resourceId subscriptionResourceId tenantResourceId managementGroupResourceId extensionResourceId
pickZones toLogicalZone toLogicalZones toPhysicalZone toPhysicalZones`)
