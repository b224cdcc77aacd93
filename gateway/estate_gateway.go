package gateway

import (
	"strconv"

	"palisade/arm"
	"palisade/spec"
)

// gateway adds the gateway itself.
func (b *builder) gateway(in Deployment) {
	g := &b.spec.Gateway
	members := []arm.Member{b.sources(g.From, "gateway", "from"), b.listeners()}
	if in.Internal {
		at := b.at("gateway", "run")
		members = append(members, member("internal", arm.Bool(true, at)))
	}
	if in.Identity != "" {
		members = append(members, member("identity", arm.String(in.Identity, b.at("gateway"))))
	}
	if g.Identity != "" {
		members = append(members, member("clientId", arm.String(string(g.Identity), b.at("gateway", "identity"))))
	}
	members = append(members, b.onError("limits", g.LimitStore.OnError, "limitStore"))
	if g.Safety != nil {
		members = append(members, b.onError("safety", g.Safety.OnError, "safety"))
	}
	keep := member("keep", arm.String(string(b.spec.Logging.Keep), b.at("logging", "keep")))
	members = append(members, member("logging", arm.Obj(arm.NewObject([]arm.Member{keep}), b.at("logging"))))
	b.add(gatewayType, ID(b.spec), b.at("gateway"), members...)
}

func (b *builder) onError(name string, o spec.OnError, section string) arm.Member {
	at := b.at("gateway", section)
	field := member("onError", arm.String(string(o), b.at("gateway", section, "onError")))
	return member(name, arm.Obj(arm.NewObject([]arm.Member{field}), at))
}

func (b *builder) listeners() arm.Member {
	items := make([]arm.Value, len(b.spec.Gateway.Listeners))
	for i := range items {
		l := &b.spec.Gateway.Listeners[i]
		at := b.at("gateway", "listeners", strconv.Itoa(i))
		tls := at
		if l.TLS != nil {
			tls = b.at("gateway", "listeners", strconv.Itoa(i), "tls")
		}
		items[i] = arm.Obj(arm.NewObject([]arm.Member{
			member("address", arm.String(string(l.Address), b.at("gateway", "listeners", strconv.Itoa(i), "address"))),
			member("loopback", arm.Bool(l.Address.Loopback(), at)),
			member("tls", arm.Bool(l.TLS != nil, tls)),
		}), at)
	}
	return member("listeners", arm.Array(items, b.at("gateway", "listeners")))
}

func (b *builder) upstreams(m *spec.Model, in Deployment) arm.Member {
	items := make([]arm.Value, len(m.Upstreams))
	for i := range items {
		items[i] = b.upstream(m, i, in)
	}
	return member("upstreams", arm.Array(items, b.at("models", m.Name, "upstreams")))
}

// upstream is where calls go. The value of a key isn't known here, only where
// it is.
func (b *builder) upstream(m *spec.Model, i int, in Deployment) arm.Value {
	u := &m.Upstreams[i]
	at := b.pos(u.Pos)
	place := func(key string) arm.Pos { return b.at("models", m.Name, "upstreams", strconv.Itoa(i), key) }
	members := []arm.Member{member("kind", arm.String(string(u.Kind), at))}
	if u.URL != "" {
		members = append(members, member("url", arm.String(string(u.URL), place("url"))),
			member("plain", arm.Bool(u.URL.Plain(), place("url"))))
	}
	if u.Deployed() && in.Account != nil {
		if id := in.Account(u.Region); id != "" {
			members = append(members, member("account", arm.String(id, at)))
		}
	}
	if u.Account != "" {
		members = append(members, member("account", arm.String(string(u.Account), place("account"))))
	}
	if u.Key != "" {
		members = append(members, member("key", arm.String(string(u.Key), place("key"))))
	}
	return arm.Obj(arm.NewObject(members), at)
}
