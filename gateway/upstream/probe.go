package upstream

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"palisade/spec"
)

// State is whether a way around the gateway is shut. What can't be found out is
// unknown, and that isn't shut.
type State uint8

// The states.
const (
	Unknown State = iota
	Shut
	Open
)

func (s State) String() string { return [...]string{"unknown", "shut", "open"}[min(s, Open)] }

// Answer is what was found out of one way around.
type Answer struct {
	State State
	Why   string // for people

	guess bool // an Open that what Azure says of the account may outweigh
}

func answer(s State, why string) Answer { return Answer{State: s, Why: why} }

// Join adds what Azure Resource Manager says to what was seen of an account: a
// way that one of them has seen open is open, and one that Resource Manager
// calls shut needn't be seen.
func (a Answer) Join(manager Answer) Answer {
	switch {
	case manager.State == Open:
		return manager
	case a.State == Open && !(a.guess && manager.State == Shut):
		return a
	case manager.State == Shut:
		return manager
	case a.State == Shut:
		return a
	}
	return Answer{State: Unknown, Why: a.Why + "; " + manager.Why}
}

// Bypass is how an Azure account can be reached without the gateway, as far as
// that can be seen from where the gateway runs.
type Bypass struct {
	// Place is the account: "contoso.openai.azure.com".
	Place string
	// URL is what the account answers at, and Account its resource ID, or "".
	URL, Account string
	// Models are those that are called there, in the order of the spec.
	Models []string
	// LocalAuth is whether keys work.
	LocalAuth Answer
	// PublicAccess is whether the account answers at public addresses.
	PublicAccess Answer
	// Identity is whether the gateway's identity may do more than it needs to.
	Identity Answer

	keyed bool // the gateway calls with a key
}

// Join adds what Azure Resource Manager says of the account.
func (b *Bypass) Join(localAuth, publicAccess, identity Answer) {
	b.LocalAuth, b.PublicAccess = b.LocalAuth.Join(localAuth), b.PublicAccess.Join(publicAccess)
	if !b.keyed || identity.State == Open {
		b.Identity = b.Identity.Join(identity)
	}
}

// Each gives the ways around in a fixed order, with a name for labels.
func (b *Bypass) Each(f func(name string, a Answer)) {
	f("local_auth", b.LocalAuth)
	f("public_access", b.PublicAccess)
	f("identity", b.Identity)
}

// Bounds of a probe.
const (
	probeWait = 15 * time.Second
	mostError = 64 << 10
)

// madeUpKey is no key of anybody's. Whether it is refused for being wrong, or
// for being a key at all, is what the probe wants to know.
const madeUpKey = "palisade-asks-whether-keys-work-at-all"

// madeUpFile is a file that nobody has.
const madeUpFile = "file-palisadeasks00000000000000000000"

// Probe asks each Azure account once whether it can be reached without the
// gateway. It sends no call to a model and changes nothing.
func (p *Pools) Probe(ctx context.Context) []Bypass {
	var all []Bypass
	for _, u := range p.all {
		if u.kind != spec.AzureUpstream || ctx.Err() != nil {
			continue
		}
		i := slices.IndexFunc(all, func(b Bypass) bool { return b.Place == u.place })
		if i < 0 {
			i = len(all)
			all = append(all, p.probe(ctx, u))
		}
		all[i].serves(u)
	}
	return all
}

// serves notes what an upstream says of its account.
func (b *Bypass) serves(u *Upstream) {
	if b.Account == "" {
		b.Account = u.account
	}
	if !slices.Contains(b.Models, u.model) {
		b.Models = append(b.Models, u.model)
	}
}

func (p *Pools) probe(ctx context.Context, u *Upstream) Bypass {
	ctx, cancel := context.WithTimeout(ctx, probeWait)
	defer cancel()
	keyed, err := u.ask(ctx, http.MethodGet, "/openai/models", none{}, http.Header{"Api-Key": {madeUpKey}})
	b := Bypass{Place: u.place, URL: u.scheme + "://" + u.host, LocalAuth: localAuth(keyed, err), PublicAccess: p.publicAccess(ctx, u, keyed, err)}
	if _, b.keyed = u.credential.(keyHeader); b.keyed {
		b.LocalAuth = answer(Open, "the gateway itself calls the account with a key")
		b.Identity = answer(Unknown, "the account is called with a key, which may do everything")
		return b
	}
	b.Identity = p.breadth(ctx, u)
	return b
}

// ask sends a probe, which counts neither for nor against the upstream.
func (u *Upstream) ask(ctx context.Context, method, path string, c credential, h http.Header) (*azureError, error) {
	r, err := http.NewRequestWithContext(ctx, method, u.scheme+"://"+u.host+u.path+path+"?api-version=2024-10-21", nil)
	if err != nil {
		return nil, err
	}
	h["User-Agent"] = userAgent
	r.Header = h
	if err := c.set(ctx, h); err != nil {
		return nil, err
	}
	resp, err := u.lines.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostError))
	return readError(resp.StatusCode, body), err
}

// localAuth reads the answer to a made-up key. Source: the errors of Azure
// OpenAI as they are met in the field; Microsoft's page on disabling local
// authentication tells of a 401 also where keys are disabled, so that a 401 is
// taken for open, and the words say so; Resource Manager may know better.
func localAuth(e *azureError, err error) Answer {
	switch {
	case err != nil:
		return answer(Unknown, "the account didn't answer a made-up key")
	case e.code == "AuthenticationTypeDisabled":
		return answer(Shut, "the account refuses keys as such")
	case e.isNetwork():
		return answer(Unknown, "the account's network rules refused the question")
	case e.status == http.StatusUnauthorized:
		return Answer{Open, "the account looks at keys: it calls a made-up one wrong, and doesn't say that keys are disabled", true}
	}
	return answer(Unknown, "the account's answer to a made-up key says nothing")
}

// publicAccess asks where the account's name leads to, and whether that is open
// from here.
func (p *Pools) publicAccess(ctx context.Context, u *Upstream, e *azureError, err error) Answer {
	host, _, splitErr := net.SplitHostPort(u.address())
	if splitErr != nil {
		return answer(Unknown, "the account's name can't be looked up")
	}
	at, lookup := p.addresses(ctx, host)
	switch {
	case lookup != nil || len(at) == 0:
		return answer(Unknown, "the account's name can't be looked up")
	case err == nil && e.says("Public access is disabled"):
		return answer(Shut, "the account says that public access is disabled")
	case !slices.ContainsFunc(at, isPublic):
		return answer(Unknown, "the account's name leads to a private address here; whether it answers at a public one too can't be seen from here")
	case err != nil:
		return answer(Unknown, "the account's name leads to a public address, which didn't answer")
	case e.isNetwork():
		return answer(Unknown, "the account's name leads to a public address, which lets in selected networks")
	}
	return answer(Open, "the account answers at a public address")
}

func (p *Pools) addresses(ctx context.Context, host string) ([]net.IP, error) {
	if ip := net.ParseIP(host); ip != nil {
		return []net.IP{ip}, nil
	}
	return p.options.Resolve(ctx, host)
}

// isPublic reports whether an address is on the internet. Those that carriers
// share (RFC 6598) aren't.
func isPublic(ip net.IP) bool {
	if v4 := ip.To4(); v4 != nil && v4[0] == 100 && v4[1]&0xc0 == 64 {
		return false
	}
	return !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !ip.IsUnspecified() && !ip.IsMulticast()
}

// breadth asks whether the gateway's identity may delete files, which is more
// than the role for using models has. That it may not doesn't show that it is
// narrow: rights at Azure Resource Manager aren't seen here.
func (p *Pools) breadth(ctx context.Context, u *Upstream) Answer {
	e, err := u.ask(ctx, http.MethodDelete, "/openai/files/"+madeUpFile, u.credential, http.Header{})
	switch {
	case errors.Is(err, errNotYet):
		return answer(Unknown, "the gateway has no token at the moment")
	case err != nil:
		return answer(Unknown, "the account didn't answer the gateway's identity")
	case e.code == "PermissionDenied":
		return answer(Unknown, "the gateway's identity may not delete files there; its rights at Azure Resource Manager can't be seen from here")
	case e.status == http.StatusNotFound && !p.needsFiles():
		return answer(Open, "the gateway's identity may delete files there, and no grant needs more than Cognitive Services OpenAI User")
	}
	return answer(Unknown, "what the gateway's identity may do can't be seen from here")
}

// needsFiles reports whether a caller may do more than use models, so that the
// gateway has to be able to.
func (p *Pools) needsFiles() bool {
	return slices.ContainsFunc(p.spec.Access, func(g spec.Grant) bool { return g.Role != "Cognitive Services OpenAI User" })
}
