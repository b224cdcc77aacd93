package report

import (
	"slices"
	"strings"
	"time"

	"palisade/access"
	"palisade/estate"
)

// Gateway is the answer for a gateway that palisade serve runs: who can call
// which model through it, from where, with what.
type Gateway struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Position  *Position  `json:"position,omitempty"`
	Listeners []Listener `json:"listeners"`
	// Internal says that it is deployed where the internet can't connect to.
	Internal bool     `json:"internal,omitempty"`
	From     []string `json:"from"` // the networks that may call at all; empty is any
	// Callers are those with a role at one of the models.
	Callers []Caller       `json:"callers"`
	Models  []GatewayModel `json:"models"`
}

// Listener is an address that a gateway listens on.
type Listener struct {
	Address  string    `json:"address"`
	TLS      string    `json:"tls"`      // yes | no | unknown
	Loopback string    `json:"loopback"` // yes | no | unknown
	Position *Position `json:"position,omitempty"`
}

// Caller is somebody who can call some models, all from the same places.
type Caller struct {
	Principal  string   `json:"principal"`
	Name       string   `json:"name"`       // for a person
	Credential string   `json:"credential"` // token | key
	Models     []string `json:"models"`
	Answer     string   `json:"answer"`            // yes | no | unknown
	From       []string `json:"from"`              // addresses and links; empty with yes or unknown: any
	Through    []string `json:"through,omitempty"` // applications by which a person may call
	Roles      []string `json:"roles,omitempty"`
	Why        string   `json:"why,omitempty"` // where the answer isn't yes
	Proof      []Step   `json:"proof,omitempty"`
}

// GatewayModel is a model that a gateway offers.
type GatewayModel struct {
	Name      string            `json:"name"`
	Position  *Position         `json:"position,omitempty"`
	Upstreams []GatewayUpstream `json:"upstreams"`
}

// GatewayUpstream is where calls of a model go.
type GatewayUpstream struct {
	To       string    `json:"to"`   // URL, name of the account, or echo
	Kind     string    `json:"kind"` // azure | openai | echo
	With     string    `json:"with"` // identity | key | nothing | unknown
	Position *Position `json:"position,omitempty"`
}

// gateways answers for every gateway.
func (o Options) gateways(e *estate.Estate, w *access.World, at time.Time) []Gateway {
	var out []Gateway
	for _, g := range e.Guards.All {
		x := Gateway{ID: g.ID, Name: g.Name, Position: o.position(g.Pos), Listeners: []Listener{}, From: []string{}, Callers: []Caller{}, Models: []GatewayModel{},
			Internal: estate.True(g.Internal) == estate.Yes}
		for _, l := range g.Listeners.Each() {
			x.Listeners = append(x.Listeners, Listener{l.Address.String(), answerWords[estate.True(l.TLS)], answerWords[estate.True(l.Loopback)], o.position(l.Address.Pos)})
		}
		for _, f := range g.From.Each() {
			x.From = append(x.From, f.String())
		}
		s := summary{Options: o, estate: e, world: w}
		for _, m := range e.GuardModels.Of(g.Key) {
			x.Models = append(x.Models, o.gatewayModel(m))
			for _, c := range w.Callers(m.ID, at) {
				x.Callers = addCaller(x.Callers, s.caller(m, &c))
			}
		}
		out = append(out, x)
	}
	return out
}

func (o Options) gatewayModel(m *estate.GuardModel) GatewayModel {
	out := GatewayModel{Name: m.Name, Position: o.position(m.Pos), Upstreams: []GatewayUpstream{}}
	for _, u := range m.Upstreams.Each() {
		out.Upstreams = append(out.Upstreams, GatewayUpstream{upstreamText(&u), u.Kind.String(), upstreamCredential(&u), o.position(u.Kind.Pos)})
	}
	return out
}

func upstreamText(u *estate.GuardUpstream) string {
	switch {
	case u.URL.Set:
		return u.URL.String()
	case u.Account.Set:
		return estate.LastName(u.Account.ID)
	}
	return u.Kind.String()
}

func upstreamCredential(u *estate.GuardUpstream) string {
	switch {
	case !u.Key.Known() || !u.Kind.Known():
		return "unknown"
	case u.Key.Value != "":
		return "key"
	case u.Kind.Value == "azure":
		return "identity"
	}
	return "nothing"
}

// caller puts a caller of one model into words.
func (s *summary) caller(m *estate.GuardModel, c *access.Caller) Caller {
	out := Caller{Principal: c.Principal.ID, Name: CallerName(s.estate, c), Credential: "token", Models: []string{m.Name},
		Answer: verdictWords[c.Verdict], From: []string{}, Through: c.Through, Roles: roleNamesOf(s.estate, c.Assignment), Proof: s.steps(c.Reasons)}
	if c.Credential == access.Key {
		out.Credential = "key"
	}
	for _, r := range c.Ranges {
		out.From = append(out.From, r.String())
	}
	out.From = append(out.From, c.Links...)
	if c.Verdict != access.Allow {
		out.Why = decisive(c.Reasons, c.Verdict)
	}
	return out
}

// CallerName names a caller of a gateway for a person.
func CallerName(e *estate.Estate, c *access.Caller) string {
	if name, ok := access.CallerText(c.Principal.ID); ok {
		return name
	}
	if c.Ref.Owner == "" && strings.HasPrefix(c.Principal.ID, "/") {
		return "identity " + estate.LastName(c.Principal.ID)
	}
	return e.NameOf(*c.Ref, c.Assignment.PrincipalType.Value)
}

func roleNamesOf(e *estate.Estate, a *estate.RoleAssignment) []string {
	defs, _ := e.Role(a.Role)
	var names []string
	for _, d := range defs {
		if name := d.RoleName.String(); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// addCaller puts models that somebody can call from the same places together.
func addCaller(all []Caller, c Caller) []Caller {
	for i := range all {
		b := &all[i]
		if b.Principal == c.Principal && b.Answer == c.Answer && b.Why == c.Why && slices.Equal(b.From, c.From) &&
			slices.Equal(b.Through, c.Through) && slices.Equal(b.Roles, c.Roles) {
			b.Models = append(b.Models, c.Models...)
			return all
		}
	}
	return append(all, c)
}

// gatewayOf is the gateway that a finding is about, or "".
func gatewayOf(e *estate.Estate, resource string) string {
	if e == nil {
		return ""
	}
	for _, key := range estate.Ancestors(resource) {
		if g := e.Guards.Get(key); g != nil {
			return g.ID
		}
	}
	return ""
}

// gatewayRows are the answer as lines of a text.
func gatewayRows(g *Gateway, most int) []row {
	rows := []row{listenRow(g), {"From", plain, fromText(g.From, "any network", most)}}
	if len(g.Callers) == 0 {
		rows = append(rows, row{"Callers", dim, "nobody has a role here"})
	}
	for i := range g.Callers {
		rows = append(rows, callerRow(&g.Callers[i], most))
	}
	return append(rows, upstreamRows(g, most)...)
}

func listenRow(g *Gateway) row {
	look := green
	var all []string
	for _, l := range g.Listeners {
		text := l.Address
		switch {
		case l.TLS == "yes":
			text += " with TLS"
		case l.Loopback == "yes":
			text += ", its own machine only"
		case l.TLS == "no":
			text, look = text+" without TLS", red
		default:
			text, look = text+", not known whether with TLS", yellow
		}
		all = append(all, text)
	}
	text := strings.Join(all, "; ")
	if g.Internal {
		text += "; deployed where the internet can't connect to"
	}
	return row{"Listens", look, text}
}

func fromText(from []string, any string, most int) string {
	if len(from) == 0 {
		return any
	}
	return few(from, most)
}

func callerRow(c *Caller, most int) row {
	text := c.Name
	if len(c.Roles) > 0 {
		text += " (" + strings.Join(c.Roles, ", ") + ")"
	}
	text += ": " + few(c.Models, most)
	look := plain
	switch c.Answer {
	case "no":
		return row{"Callers", dim, text + ", but can't"}.because(c.Why)
	case "unknown":
		text, look = text+", perhaps", yellow
	}
	text += " from " + fromText(c.From, "any network", most)
	if c.Credential == "key" {
		text, look = text+", with a key", yellow
	}
	if len(c.Through) > 0 {
		text += ", people through " + few(c.Through, most)
	}
	return row{"Callers", look, text}.because(c.Why)
}

func upstreamRows(g *Gateway, most int) []row {
	var rows []row
	for _, m := range g.Models {
		look := plain
		var all []string
		for _, u := range m.Upstreams {
			text := u.To
			switch u.With {
			case "key":
				text, look = text+" with a key", yellow
			case "identity":
				text += " by identity"
			case "unknown":
				text, look = text+", not known with what", yellow
			}
			all = append(all, text)
		}
		rows = append(rows, row{"Models", look, m.Name + " at " + few(all, most)})
	}
	return rows
}
